"""Comments in any state, and decisions about them, for the tests."""

from blog.discussion import receipts, tree
from blog.discussion.text import contribution_html
from blog.models import Comment, Post
from moderation import transitions
from moderation.models import Decision, Screening
from moderation.screening import likeness
from moderation.transitions import Actor, Outcome, Seen

from .table import MAY, NEEDS_REASON

ANN = Actor(Decision.ActorKind.MODERATOR, "ann")
BOB = Actor(Decision.ActorKind.MODERATOR, "bob")


def in_state(
    post: Post, state: str = "pending", text: str = "Tides turn.", **fields
) -> Comment:
    """A screened comment in this state, whatever led there."""
    blank = state in ("withdrawn", "erased")
    values = {
        "name": "" if blank else "Deckhand",
        "text": "" if blank else text,
        "html": "" if blank else contribution_html(text),
        "receipt_digest": None
        if state == "erased"
        else receipts.digest(receipts.code_for(receipts.new_nonce())),
        "state": state,
    }
    parent = fields.pop("parent", None)
    comment = tree.insert(post, parent, **(values | fields))
    Screening.objects.create(
        comment=comment,
        why=[{"code": "rule", "words": "Contains “Tides”."}],
        sketch=likeness.sketch(likeness.runs(text)),
    )
    return comment


def seen(*comments: Comment) -> list[Seen]:
    return [Seen(comment.public_id, comment.version) for comment in comments]


def do(action: str, *comments: Comment, actor: Actor | None = None, **more) -> Outcome:
    """The action by somebody who may, with a reason where it needs one."""
    kind = sorted(MAY[action], reverse=True)[0]
    if action in NEEDS_REASON:
        more.setdefault("reason", "harassment")
    actor = actor or (ANN if "moderator" in MAY[action] else Actor(kind))
    return transitions.decide(seen(*comments), action, actor, **more)


def now(comment: Comment) -> Comment:
    """The comment as it is stored."""
    return Comment.objects.get(pk=comment.pk)
