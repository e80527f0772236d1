"""What a moderator does at the queue: decisions, with what follows from them."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from . import appeals, transitions
from .transitions import Conflict, Outcome, Seen


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
            Conflict(item.public_id, "its writer appealed: answer the appeal instead")
            for item in seen
            if item.public_id in appealed
        ]
        appeals.follow(outcome.done, user)
    return outcome


def undo(user: AbstractBaseUser, seqs: Iterable[int]) -> Outcome:
    """Takes decisions back; see ``transitions.undo``."""
    with transaction.atomic():
        outcome = transitions.undo(seqs, transitions.moderator(user))
        appeals.follow(outcome.done, user)
    return outcome
