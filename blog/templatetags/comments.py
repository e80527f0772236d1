"""What templates tell of comments: how many, by whom, when, and how they begin."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString, mark_safe

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
def drawn(discussion: dict, *, is_closed: bool) -> SafeString:
    """The threads of a page, from what ``page_html`` takes; under each comment a link
    to where it is reported, and one to the form of a reply, unless none are taken.

    ``{% drawn discussion is_closed=mode.is_closed %}``: the template knows the mode.
    """
    html = page_html(**discussion, may_reply=not is_closed, may_report=True)
    return mark_safe(html)  # noqa: S308 - it escapes what it is given


@register.filter
def first_words(comment: Comment) -> str:
    """The beginning of its text, in one or two lines."""
    return extract.first_words(comment.html, BEGINNING)


@register.filter(expects_localtime=True)
def to_the_minute(moment: datetime) -> str:
    """A moment for machines, ``2022-07-01T17:23+01:00``: no page tells its seconds."""
    return moment.isoformat(timespec="minutes")


@register.filter
def minutes(moment: datetime) -> int:
    """Whole minutes since 1970."""
    return int(moment.timestamp()) // 60
