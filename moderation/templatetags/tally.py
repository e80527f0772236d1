"""The figures of a post, in a line and by month."""

from dataclasses import dataclass

from django import template

from blog.models import Post
from moderation import months, tally
from moderation.models import Tally

register = template.Library()


@dataclass(frozen=True)
class Counted:
    """What is told of a post; ``months`` are the newest first."""

    line: str
    months: list[months.Line]


@register.simple_tag
def counted_below(post: Post) -> Counted | None:
    """What was received, published and refused below ``post``; None if that is too
    little to tell. One query, of one row.

    ``{% counted_below post as counted %}``
    """
    found = Tally.objects.filter(pk=post.pk).first()
    line = tally.line(found) if found else ""
    return Counted(line, months.lines(found.by_month)[::-1]) if line else None
