"""What all acts of this room have in common: a comment as the moderator saw it, its
new version, the row of the log."""

from collections.abc import Iterable

from blog.models import Comment
from moderation import transitions
from moderation.actions import UNDO
from moderation.models import Decision
from moderation.transitions import Actor, Conflict, Outcome, Seen


def fitting(
    seen: Iterable[Seen],
    states: frozenset[str],
    unfit: str,
    outcome: Outcome,
    *columns: str,
) -> list[Comment]:
    """The comments, locked, that are as they were seen and in one of ``states``.

    The others are conflicts: somebody was first, or ``unfit`` says what they lack.
    """
    ready, late = [], []
    for wanted, comment in transitions.locked(seen, outcome, *columns):
        if comment.version != wanted.version:
            late.append(comment)
        elif comment.state not in states:
            outcome.conflicts.append(Conflict(comment.public_id, unfit))
        else:
            ready.append(comment)
    outcome.conflicts += transitions.conflicts(late)
    return ready


def locked(public_ids: Iterable[str], outcome: Outcome) -> list[Comment]:
    """The comments as they are, whatever their version: for taking something back."""
    seen = [Seen(public_id, 0) for public_id in set(public_ids)]
    return [comment for _, comment in transitions.locked(seen, outcome)]


def row(comment: Comment, actor: Actor, action: str, **more) -> Decision:
    """A row that tells of something done with ``comment``, whose state stays."""
    return Decision(
        actor=actor.name,
        actor_kind=actor.kind,
        action=action,
        from_state=comment.state,
        to_state=comment.state,
        comment_public_id=comment.public_id,
        version=comment.version + 1,
        **more,
    )


def row_of_undo(comment: Comment, actor: Actor, undone: Decision) -> Decision:
    return row(comment, actor, UNDO, undoes=undone.seq)


def store(comment: Comment, **fields) -> None:
    """The next version of a comment that was locked and looked at."""
    changed = Comment.objects.filter(
        pk=comment.pk, version=comment.version, state=comment.state
    ).update(version=comment.version + 1, **fields)
    if changed != 1:
        raise RuntimeError("A locked comment changed: nothing was done.")
