"""What templates tell of comments: how many, by whom, when, and how they begin."""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString, mark_safe

from blog import moments
from blog.discussion import extract
from blog.discussion.drawing import page_html
from blog.discussion.nametags import nametag_html
from blog.discussion.pseudonyms import Mark
from blog.models import Comment, Post

register = template.Library()
# As much as fills two lines beside the posts.
BEGINNING = 90


@register.filter
def comments_in_words(post: Post) -> str:
    """ "No comments", "1 comment", "12 comments"; or that the source left them out.

    The post must carry ``comment_count``.
    """
    if post.comment_count == 1:
        return "1 comment"
    if post.comment_count:
        return f"{post.comment_count:,} comments"
    if not post.comments_recorded:
        return "Comments not in this source"
    return "No comments"


@register.simple_tag
def nametag(tag: str | None, mark: Mark | str | None = None) -> SafeString:
    """What follows a name: the tag that proves it, and what is told of the name."""
    html = nametag_html(tag or "", Mark(mark) if mark else None)
    return mark_safe(html)  # noqa: S308 - it escapes what it is given


@register.simple_tag
def drawn(
    discussion: dict, *, is_closed: bool, grounds: Mapping[str, str]
) -> SafeString:
    """The threads of a page, from what ``page_html`` takes; under each comment a link
    to where it is reported, and one to the form of a reply, unless none are taken.

    ``{% drawn discussion is_closed=mode.is_closed grounds=grounds %}``: the template
    knows the mode, and for what reasons comments were removed.
    """
    html = page_html(
        **discussion, may_reply=not is_closed, may_report=True, grounds=grounds
    )
    return mark_safe(html)  # noqa: S308 - it escapes what it is given


@register.filter
def first_words(comment: Comment) -> str:
    """The beginning of its text, in one or two lines."""
    return extract.first_words(comment.html, BEGINNING)


@register.filter(expects_localtime=True)
def for_machines(moment: datetime, precision: str | None) -> str:
    """A moment for machines, ``2022-07-01T17:23+01:00``: no page tells its seconds; of
    one that was cut to the hour or the day it is the day."""
    return moments.for_machines(moment, precision)


@register.filter(expects_localtime=True)
def in_short(moment: datetime, precision: str | None) -> str:
    """ "1 Jul 2022, 17:23"; "1 Jul 2022, 17h" or "1 Jul 2022" of one that was cut."""
    return _with_time(moment, "j M Y", precision)


@register.filter(expects_localtime=True)
def in_full(moment: datetime, precision: str | None) -> str:
    """The same with the whole month."""
    return _with_time(moment, "j F Y", precision)


def _with_time(moment: datetime, day: str, precision: str | None) -> str:
    return format_date(moment, day) + moments.after_day(moment, precision, ", ")


@register.filter
def minutes(moment: datetime) -> int:
    """Whole minutes since 1970."""
    return int(moment.timestamp()) // 60
