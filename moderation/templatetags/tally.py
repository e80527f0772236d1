"""The figures of a post, in a line."""

from django import template

from blog.models import Post
from moderation import tally
from moderation.models import Tally

register = template.Library()


@register.simple_tag
def tally_line(post: Post) -> str:
    """What was received, published and refused below ``post``; "" if that is too
    little to tell. One query, of one row.

    ``{% tally_line post as counted %}``
    """
    found = Tally.objects.filter(pk=post.pk).first()
    return tally.line(found) if found else ""
