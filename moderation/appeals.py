"""Who may answer an appeal, and what the answer does.

Another moderator than the one who decided answers where there is one; else the same
one, but not before a day has passed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateformat import format as format_date

from blog.discussion import cleaning, shown
from blog.models import Comment

from . import transitions
from .actions import NOTE_LENGTH, WAITING
from .models import Appeal, Decision, Screening
from .receipts import APPEALABLE, Standing
from .transitions import NotAllowed, Outcome, Seen

UPHELD, REFUSED = "upheld", "refused"
OUTCOMES = frozenset((UPHELD, REFUSED))
ANOTHER, SAME, ANY = "another", "same", "any"
# An appeal keeps the day alone, not the time, so that a full day has certainly passed
# on the second day after it.
PAUSE = timedelta(days=2)
ANSWERED_WITHIN = timedelta(days=7)


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
    others = bool(own) and _others(user.get_username()).exists()
    return {
        appeal.pk: _ruling(appeal, others)
        if appeal.decision_seq in own
        else Ruling(may_answer=True)
        for appeal in appeals
    }


def _others(name: str) -> QuerySet:
    """The other moderators who can enter the admin.

    Those of the group. A superuser outside it may answer, but is nobody's other
    moderator: often that is the owner's account for emergencies, or the only
    moderator's own second one, and an appeal must not wait for it.
    """
    people = get_user_model()
    return people.objects.filter(
        is_active=True, is_staff=True, groups__name="Moderators"
    ).exclude(**{people.USERNAME_FIELD: name})


@dataclass(frozen=True)
class Promise:
    """Who answers an appeal as things are now, for its writer: ``ANOTHER`` moderator
    than the one who decided, the ``SAME`` one and not before a day, or ``ANY``."""

    who: str
    due: date
    not_before: date | None = None

    @property
    def is_late(self) -> bool:
        return timezone.localdate() > self.due


def promise(decision: Decision, made_on: date | None = None) -> Promise:
    """Who answers an appeal against ``decision``, and by when; ``made_on``: today."""
    made_on = made_on or timezone.localdate()
    due = made_on + ANSWERED_WITHIN
    if decision.actor_kind != Decision.ActorKind.MODERATOR:
        return Promise(ANY, due)
    if _others(decision.actor).exists():
        return Promise(ANOTHER, due)
    people = get_user_model()
    may = Q(is_superuser=True) | Q(groups__name="Moderators")
    same = people.objects.filter(may, is_active=True, is_staff=True).filter(
        **{people.USERNAME_FIELD: decision.actor}
    )
    if same.exists():
        return Promise(SAME, due, made_on + PAUSE)
    return Promise(ANY, due)


def promise_for(now: Standing) -> Promise | None:
    """The promise of a receipt's page, where an appeal waits or can be made."""
    if now.appeal and not now.appeal.outcome and now.comment.state in APPEALABLE:
        decision = Decision.objects.filter(seq=now.appeal.decision_seq).first()
        return promise(decision, now.appeal.made_on) if decision else None
    return promise(now.decision) if now.may_appeal else None


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
    appeal: Appeal,
    user: AbstractBaseUser,
    outcome: str,
    *,
    version: int,
    words: str = "",
) -> Outcome:
    """Answers an appeal: ``UPHELD`` publishes the comment, ``REFUSED`` leaves it.

    ``words`` go to its writer with the answer, and into the log as a public note.
    ``version`` is the one of the comment that the moderator saw. What is not possible
    any more is a conflict in the outcome; raises ``NotAllowed`` if ``user`` may not
    answer it, or not yet.
    """
    if outcome not in OUTCOMES:
        raise NotAllowed(f"There is no answer “{outcome}”.")
    words = _one_line(words)
    with transaction.atomic():
        # In the order of every decision: no two can wait for each other.
        shown.lock_discussions_of(Comment.objects.filter(pk=appeal.comment_id))
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
                public_note=words,
            )
        else:
            decision = Decision.objects.get(seq=appeal.decision_seq)
            actor = transitions.moderator(user)
            result.done = [transitions.uphold(comment, decision, actor, words)]
        _close(appeal, outcome, user)
    return result


def _one_line(words: str) -> str:
    try:
        words = " ".join(cleaning.text(words).split())
    except cleaning.NotText as error:
        raise NotAllowed("An answer is plain text.") from error
    if len(words) > NOTE_LENGTH:
        raise NotAllowed(
            f"The words of an answer have at most {NOTE_LENGTH} characters; these have "
            f"{len(words):,}."
        )
    return words


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
