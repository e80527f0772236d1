"""What a moderator does at the queue: decisions, with what follows from them."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from . import answers, appeals, open_cards, reports, transitions
from .editorial import undoing
from .transitions import Actor, Conflict, NotAllowed, Outcome, Seen


def decide(
    user: AbstractBaseUser,
    seen: Iterable[Seen],
    action: str,
    *,
    reason: str = "",
    private_note: str = "",
    public_note: str = "",
) -> Outcome:
    """One action with one or many comments; see ``transitions.decide``.

    An appealed comment is not restored in passing: who may publish it after all is
    for ``appeals.answer``.
    """
    seen = list(seen)
    if action == answers.ACTION:
        raise NotAllowed("An answer is published with its words: use the field for it.")
    with transaction.atomic():
        appealed: set[str] = set()
        if action == "restore":
            appealed = appeals.open_appeals(item.public_id for item in seen)
        outcome = transitions.decide(
            [item for item in seen if item.public_id not in appealed],
            action,
            transitions.moderator(user),
            reason=reason,
            private_note=private_note,
            public_note=public_note,
        )
        outcome.conflicts += [
            Conflict(
                item.public_id,
                "its writer appealed: answer the appeal instead",
                is_change=False,
            )
            for item in seen
            if item.public_id in appealed
        ]
        appeals.follow(outcome.done, user)
        open_cards.end(row.comment_public_id for row in outcome.done)
    return outcome


def approve_with_answer(user: AbstractBaseUser, seen: Seen, text: str) -> Outcome:
    """Publishes a comment and, below it, what the moderator answers: both or neither.

    Two rows of the log, one after the other. Raises ``NotAllowed`` if there are no
    words, or too many; a comment that is not as it was seen is a conflict.
    """
    text = answers.checked(text)
    with transaction.atomic():
        outcome = decide(user, [seen], "approve")
        if outcome.done:
            outcome.done += answers.publish(user, seen.public_id, text).done
    return outcome


def undo(user: AbstractBaseUser, seqs: Iterable[int]) -> Outcome:
    """Takes decisions back; see ``transitions.undo``, and ``editorial.undoing`` for
    what leaves a comment in its state. An approval goes with the answer that was
    published with it, and where the approval has to stay, so does the answer."""
    actor = transitions.moderator(user)
    with transaction.atomic():
        seqs = set(seqs)
        acts = undoing.of_this_room(seqs)
        with_it = answers.published_with(seqs)
        others = seqs - {row.seq for row in acts} - with_it.keys()
        outcome = undoing.undo(acts, actor)
        if others or not acts:
            gone = _undo(user, actor, others, outcome)
            if those := {seq for seq, approval in with_it.items() if approval in gone}:
                _undo(user, actor, those, outcome)
    return outcome


def _undo(
    user: AbstractBaseUser, actor: Actor, seqs: Iterable[int], outcome: Outcome
) -> set[int | None]:
    """The numbers of those that were taken back."""
    decided = transitions.undo(seqs, actor)
    appeals.follow(decided.done, user)
    reports.follow(decided.done)
    outcome.done += decided.done
    outcome.conflicts += decided.conflicts
    return {row.undoes for row in decided.done}
