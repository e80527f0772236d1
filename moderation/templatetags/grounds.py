"""For what reasons comments were removed, for the lines that stand in their places."""

from django import template
from django.db.models import F

from blog.models import Comment
from moderation.models import Decision
from moderation.reasons import BY_CODE

register = template.Library()
_DECIDED = (Comment.State.HIDDEN, Comment.State.REJECTED)


@register.simple_tag
def grounds_of(discussion: dict) -> dict[str, str]:
    """In a few words, by public ids, from the log; of what came in hidden it knows
    nothing.

    ``{% grounds_of discussion as grounds %}``. No query where nothing was removed, else
    one for the whole page.
    """
    states = {
        row.comment.public_id: row.comment.state
        for row in discussion["drawn"]
        if row.is_stub and row.comment.state in _DECIDED
    }
    if not states:
        return {}
    # What leaves a comment in its state (moved, kept after an appeal) is no ground.
    rows = Decision.objects.filter(comment_public_id__in=states).exclude(
        from_state=F("to_state")
    )
    told = rows.order_by("seq").values_list("comment_public_id", "to_state", "reason")
    return {
        public_id: BY_CODE[reason].in_short
        for public_id, state, reason in told
        if reason and state == states[public_id]
    }
