"""How many comments wait, for the first page of the admin."""

from django import template

from blog.models import Comment
from moderation.actions import WAITING

register = template.Library()


@register.simple_tag
def comments_that_wait() -> str:
    """ "1 waits", "12 wait", "nothing waits". One query, of an index."""
    number = Comment.objects.unpublished().filter(state__in=WAITING).count()
    if not number:
        return "nothing waits"
    return f"{number:,} {'waits' if number == 1 else 'wait'}"
