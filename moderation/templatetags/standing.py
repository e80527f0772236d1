"""Where a comment stands, for the page that follows its sending."""

from django import template

from blog.models import Comment
from moderation import receipts

register = template.Library()


@register.simple_tag
def standing_of(comment: Comment) -> receipts.Standing:
    """What the page of its receipt shows: ``{% standing_of comment as standing %}``.

    As many queries whatever waits.
    """
    return receipts.standing(comment)
