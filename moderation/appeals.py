"""Who may answer an appeal, and what the answer does.

Another moderator than the one who decided answers where there is one; else the same
one, but not before a day has passed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date

from blog.models import Comment

from . import transitions
from .models import Appeal, Decision, Screening
from .receipts import APPEALABLE
from .transitions import WAITING, NotAllowed, Outcome, Seen

UPHELD, REFUSED = "upheld", "refused"
OUTCOMES = frozenset((UPHELD, REFUSED))
# An appeal keeps the day alone, not the time, so that a full day has certainly passed
# on the second day after it.
PAUSE = timedelta(days=2)


@dataclass(frozen=True)
class Ruling:
    """Whether somebody may answer an appeal now; ``words`` say why not, else ""."""

    may_answer: bool
    words: str = ""


def rulings(appeals: Iterable[Appeal], user: AbstractBaseUser) -> dict[int, Ruling]:
    """For each appeal, by its key, whether ``user`` may answer it. Two queries at most,
    for any number."""
    appeals = list(appeals)
    if not appeals:
        return {}
    own = set(
        Decision.objects.filter(
            seq__in=[appeal.decision_seq for appeal in appeals],
            actor_kind=Decision.ActorKind.MODERATOR,
            actor=user.get_username(),
        ).values_list("seq", flat=True)
    )
    others = bool(own) and _others(user)
    return {
        appeal.pk: _ruling(appeal, others)
        if appeal.decision_seq in own
        else Ruling(may_answer=True)
        for appeal in appeals
    }


def _others(user: AbstractBaseUser) -> bool:
    """Whether there is another moderator who can enter the admin."""
    return (
        get_user_model()
        .objects.filter(is_active=True, is_staff=True, groups__name="Moderators")
        .exclude(pk=user.pk)
        .exists()
    )


def _ruling(appeal: Appeal, others: bool) -> Ruling:
    """Of an appeal against the asker's own decision."""
    if others:
        return Ruling(
            may_answer=False,
            words="You decided about it yourself: another moderator answers.",
        )
    first = appeal.made_on + PAUSE
    if timezone.localdate() < first:
        day = format_date(first, "l, j F")
        return Ruling(
            may_answer=False,
            words="You decided about it yourself, and there is no other moderator: "
            f"you can answer from {day} on, a day later at least.",
        )
    return Ruling(may_answer=True)


def answer(
    appeal: Appeal, user: AbstractBaseUser, outcome: str, *, version: int
) -> Outcome:
    """Answers an appeal: ``UPHELD`` publishes the comment, ``REFUSED`` leaves it.

    ``version`` is the one of the comment that the moderator saw. What is not possible
    any more is a conflict in the outcome; raises ``NotAllowed`` if ``user`` may not
    answer it, or not yet.
    """
    if outcome not in OUTCOMES:
        raise NotAllowed(f"There is no answer “{outcome}”.")
    with transaction.atomic():
        # The comment first, as in every decision: no two can wait for each other.
        comment = (
            Comment.objects.select_for_update(of=("self",))
            .only("public_id", "version", "state")
            .get(pk=appeal.comment_id)
        )
        appeal = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
        if appeal.outcome:
            who = appeal.answered_by or "somebody who has left"
            day = format_date(appeal.answered_on, "j F")
            message = f"the appeal was answered already by {who} on {day}"
            return _conflict(comment, message)
        if comment.version != version or comment.state not in APPEALABLE:
            return _conflict(comment, "is not as you saw it any more")
        ruling = rulings([appeal], user)[appeal.pk]
        if not ruling.may_answer:
            raise NotAllowed(ruling.words)
        result = Outcome()
        if outcome == UPHELD:
            result = transitions.decide(
                [Seen(comment.public_id, version)],
                "restore",
                transitions.moderator(user),
            )
        else:
            decision = Decision.objects.get(seq=appeal.decision_seq)
            actor = transitions.moderator(user)
            result.done = [transitions.uphold(comment, decision, actor)]
        _close(appeal, outcome, user)
    return result


def follow(rows: Iterable[Decision], user: AbstractBaseUser) -> None:
    """Brings appeals into line with what a moderator has just decided or taken back.

    Called in the transaction of the decisions. A comment that is published has won
    its appeal; one whose publication is taken back waits for an answer again.
    """
    by_id = {row.comment_public_id: row for row in rows}
    found = Appeal.objects.filter(comment__public_id__in=by_id)
    for appeal in found.select_related("comment"):
        row = by_id[appeal.comment.public_id]
        if row.to_state == Comment.State.PUBLISHED:
            if not appeal.outcome:
                _close(appeal, UPHELD, user)
        elif row.to_state in APPEALABLE:
            taken_back = row.undoes is not None and appeal.outcome == UPHELD
            if taken_back or not appeal.outcome:
                _reopen(appeal, row.seq)
        elif row.to_state in WAITING and not appeal.outcome:
            _put(appeal, _waiting_lane(row.to_state))


def open_appeals(public_ids: Iterable[str]) -> set[str]:
    """Which of these comments have an appeal that waits for its answer."""
    return set(
        Appeal.objects.filter(
            outcome="",
            comment__public_id__in=list(public_ids),
            comment__state__in=APPEALABLE,
        ).values_list("comment__public_id", flat=True)
    )


def _close(appeal: Appeal, outcome: str, user: AbstractBaseUser) -> None:
    appeal.outcome = outcome
    appeal.answered_on, appeal.answered_by = timezone.localdate(), user
    appeal.save(update_fields=["outcome", "answered_on", "answered_by"])
    _put(appeal, Screening.Lane.NEW)


def _reopen(appeal: Appeal, seq: int) -> None:
    """It is against the newest decision now, whoever made it."""
    appeal.outcome, appeal.answered_on, appeal.answered_by = "", None, None
    appeal.decision_seq = seq
    appeal.save(update_fields=["outcome", "answered_on", "answered_by", "decision_seq"])
    _put(appeal, Screening.Lane.APPEAL)


def _waiting_lane(state: str) -> str:
    if state == Comment.State.LIKELY_SPAM:
        return Screening.Lane.LIKELY_SPAM
    return Screening.Lane.NEW


def _put(appeal: Appeal, lane: str) -> None:
    Screening.objects.filter(comment=appeal.comment_id).update(lane=lane)


def _conflict(comment: Comment, message: str) -> Outcome:
    return Outcome(conflicts=[transitions.Conflict(comment.public_id, message)])
