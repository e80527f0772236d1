"""What moderators do about a complaint, and what the clock does when they do not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from blog.models import BLANK, Comment

from . import actions, complaint_mail, transitions
from .complaint_models import minute
from .complaint_times import KEPT, MARKS
from .complaints import By, What, record
from .letters import OF_ANSWER, offered
from .models import Complaint, Notice, Screening
from .notices import OTHER_NOTE
from .transitions import Actor, NotAllowed, Seen

State = Comment.State
Outcome = Complaint.Outcome
# What an outcome makes of the comment, by the state in which it is.
FOLLOWS = {
    Outcome.REMOVED: {State.PUBLISHED: "hide", State.HELD: "hide"},
    Outcome.KEPT: {State.HELD: "restore"},
    Outcome.TAKEN_BACK: {State.HELD: "restore"},
    Outcome.INCOMPLETE: {State.HELD: "restore"},
    Outcome.GONE: {},
    Outcome.JOINED: {},
}
# In which states of the comment an outcome can be true.
_POSSIBLE = {
    Outcome.REMOVED: {State.PUBLISHED, State.HELD, State.HIDDEN},
    Outcome.KEPT: {State.PUBLISHED, State.HELD},
    Outcome.TAKEN_BACK: {State.PUBLISHED, State.HELD, State.HIDDEN},
    Outcome.INCOMPLETE: {State.PUBLISHED, State.HELD, State.HIDDEN},
    Outcome.GONE: BLANK,
}
_EVENTS = {"hide": What.HIDDEN, "hold": What.HELD, "restore": What.RESTORED}
# Of a notice: who the complainant is, and where.
ADDRESS = ("name", "email", "address")
# For how long somebody who reads a file is noted once.
A_VIEW = timedelta(hours=1)
# Of a run: the next one goes on.
A_TIME = 500


def outcomes(complaint: Complaint) -> list[Outcome]:
    """How it can be closed as things are."""
    state = complaint.comment.state if complaint.comment else State.ERASED
    found = [outcome for outcome, states in _POSSIBLE.items() if state in states]
    if complaint.is_valid and Outcome.INCOMPLETE in found:
        found.remove(Outcome.INCOMPLETE)
    if _others(complaint).exists():
        found.append(Outcome.JOINED)
    # Refused or waiting again since: no reader sees it.
    return found or [Outcome.TAKEN_BACK]


def viewed(complaint: Complaint, user: AbstractBaseUser) -> None:
    """Notes that somebody reads who complained: once an hour for each reader and file.
    Not of an erased file, in which nobody stands any more."""
    if complaint.erased_at:
        return
    name, since = user.get_username(), minute(timezone.now()) - A_VIEW
    lately = complaint.events.filter(what=What.VIEWED, actor=name, at__gt=since)
    if lately.exists():
        return
    with transaction.atomic():
        # Locked: of two pages that are opened at once one is noted.
        files = Complaint.objects.select_for_update().filter(pk=complaint.pk)
        if files.values_list("pk", flat=True) and not lately.exists():
            record(complaint, What.VIEWED, By.MODERATOR, name)


def hold(complaint: Complaint, user: AbstractBaseUser, version: int) -> None:
    """Takes the comment from sight while the complaint is looked into. ``version`` is
    the one of the comment that the moderator saw. Raises ``NotAllowed``."""
    with transaction.atomic():
        _decide(complaint, "hold", transitions.moderator(user), version)
        _still_open(complaint)
        _held(complaint, By.MODERATOR, user.get_username())


def restore(complaint: Complaint, user: AbstractBaseUser, version: int) -> None:
    """Shows the comment again while the complaint stays open. Raises ``NotAllowed``."""
    with transaction.atomic():
        _decide(complaint, "restore", transitions.moderator(user), version)
        _still_open(complaint)
        record(complaint, What.RESTORED, By.MODERATOR, user.get_username())


def letter_sent(complaint: Complaint, user: AbstractBaseUser, letter: str) -> None:
    """Notes that a letter went to the complainant. Raises ``NotAllowed``."""
    if letter not in {each.code for each in offered(complaint)}:
        raise NotAllowed("There is no such letter now.")
    with transaction.atomic():
        if letter in OF_ANSWER:
            Complaint.objects.filter(pk=complaint.pk, answered_at=None).update(
                answered_at=minute(timezone.now())
            )
        record(complaint, What.LETTER, By.MODERATOR, user.get_username(), letter)


def close(
    complaint: Complaint, user: AbstractBaseUser, outcome: str, version: int
) -> None:
    """Ends it, with what that makes of the comment. Raises ``NotAllowed``."""
    if outcome not in outcomes(complaint):
        raise NotAllowed("Choose how it ended.")
    actor = user.get_username()
    with transaction.atomic():
        now = Comment.objects.filter(pk=complaint.comment_id).first()
        if now and now.version != version:
            raise NotAllowed("Nothing was done: the comment is not as you saw it.")
        state = now.state if now else ""
        action = FOLLOWS[Outcome(outcome)].get(state)
        if action == "restore" and _others(complaint).filter(~Q(held_at=None)).exists():
            action = None  # another complaint holds it still
        if action:
            _decide(complaint, action, transitions.moderator(user), version)
        if complaint.comment and not _others(complaint).exists():
            Screening.objects.filter(
                comment=complaint.comment, lane=Screening.Lane.COMPLAINT
            ).update(lane=Screening.Lane.NEW)
        closed = Complaint.objects.open().filter(pk=complaint.pk)
        if not closed.update(outcome=outcome, closed_at=minute(timezone.now())):
            raise NotAllowed("It was closed already.")
        if action:
            record(complaint, _EVENTS[action], By.MODERATOR, actor)
        record(complaint, What.CLOSED, By.MODERATOR, actor, outcome)


def _others(complaint: Complaint) -> QuerySet[Complaint]:
    """Other open complaints about the same comment."""
    return (
        Complaint.objects.open()
        .filter(comment_public_id=complaint.comment_public_id)
        .exclude(pk=complaint.pk)
    )


def _decide(complaint: Complaint, action: str, actor: Actor, version: int) -> None:
    needs_reason = actions.ACTIONS[action].needs_reason
    outcome = transitions.decide(
        [Seen(complaint.comment_public_id, version)],
        action,
        actor,
        reason=complaint.reason if needs_reason else "",
        public_note=OTHER_NOTE if needs_reason and complaint.reason == "other" else "",
        private_note=f"Complaint no. {complaint.pk}",
    )
    if outcome.conflicts:
        raise NotAllowed(f"Nothing was done: {outcome.conflicts[0].message}.")


def _still_open(complaint: Complaint) -> None:
    """Locks the file, after its comment; raises ``NotAllowed`` if it was closed."""
    files = Complaint.objects.open().select_for_update().filter(pk=complaint.pk)
    if not files.values_list("pk", flat=True):
        raise NotAllowed("It was closed already.")


def _held(complaint: Complaint, kind: str, actor: str = "") -> None:
    """This complaint, and all valid ones about the same comment, are met by that."""
    files = Complaint.objects.open().filter(
        Q(pk=complaint.pk) | Q(valid_at__isnull=False),
        comment_public_id=complaint.comment_public_id,
        held_at=None,
    )
    for each in files.select_for_update().order_by("pk"):
        each.held_at = minute(timezone.now())
        each.save(update_fields=["held_at"])
        record(each, What.HELD, kind, actor)


# The clock


@dataclass
class Ran:
    """What a run of the clock did: comments held, complaints told of, by hours left,
    and files erased."""

    held: int = 0
    told: dict[int, int] = field(default_factory=dict)
    erased: int = 0


def run(now: datetime | None = None) -> Ran:
    """Holds the comments of valid complaints with which nobody dealt in 44 working
    hours, reminds by mail, and erases old files. Running twice changes nothing."""
    now = now or timezone.now()
    ran = Ran()
    for complaint in _untouched(now):
        ran.held += _hold_by_clock(complaint)
    ran.told = _reminders(now)
    if ran.told or ran.held:
        complaint_mail.remind(ran.held)
    ran.erased = erase_old(now)
    return ran


def _untouched(now: datetime) -> Iterable[Complaint]:
    return (
        Complaint.objects.open()
        .filter(
            valid_at__isnull=False,
            doubt="",
            held_at=None,
            hide_at__lte=now,
            comment__state=State.PUBLISHED,
        )
        .select_related("comment")
        .order_by("pk")[:A_TIME]
    )


def _hold_by_clock(complaint: Complaint) -> bool:
    try:
        with transaction.atomic():
            version = complaint.comment.version
            _decide(complaint, "hold", transitions.CLOCK, version)
            _still_open(complaint)
            _held(complaint, By.CLOCK)
    except NotAllowed:
        return False  # somebody was faster; the next run looks at it again
    return True


def _reminders(now: datetime) -> dict[int, int]:
    """Notes which complaints have passed a mark since the last run, each once."""
    told: dict[int, int] = {}
    passed = Complaint.objects.unanswered().filter(warn_at__lte=now)
    for complaint in passed.order_by("pk"):
        left = min(h for h, name in MARKS.items() if getattr(complaint, name) <= now)
        if complaint.told is not None and complaint.told <= left:
            continue
        with transaction.atomic():
            # Of two runs at once one reminds.
            mine = Complaint.objects.unanswered().filter(
                Q(told=None) | Q(told__gt=left), pk=complaint.pk
            )
            if mine.update(told=left):
                record(complaint, What.REMINDED, By.CLOCK, detail=str(left))
                told[left] = told.get(left, 0) + 1
    return told


def erase_old(now: datetime) -> int:
    """Blanks names and texts of files closed 15 months ago; what was done stays."""
    old = Complaint.objects.filter(erased_at=None, closed_at__lt=now - KEPT)
    pks = list(old.order_by("pk").values_list("pk", flat=True)[:A_TIME])
    for complaint in Complaint.objects.filter(pk__in=pks):
        with transaction.atomic():
            mine = Complaint.objects.filter(pk=complaint.pk, erased_at=None)
            if not mine.update(
                snapshot_name="",
                snapshot_text="",
                reply="",
                erased_at=minute(now),
            ):
                continue
            Notice.objects.filter(complaint=complaint).update(
                **dict.fromkeys((*ADDRESS, "statement", "why", "meaning", "wrong"), "")
            )
            record(complaint, What.ERASED, By.CLOCK)
    return len(pks)
