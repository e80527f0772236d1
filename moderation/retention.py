"""What is not kept for ever, and for how long it is.

Each run erases what is due, in small transactions, and can be broken off at any point:
the next one goes on. Texts are erased as everything is decided here, by a row of the
log; the rest is no comment's state and leaves none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from blog.models import Comment

from . import arrivals, complaint_handling, open_cards, tally, transitions
from .accounts import sessions
from .actions import WAITING
from .complaint_times import KEPT as COMPLAINT_KEPT
from .editorial import redacting
from .models import Allowance, Appeal, Complaint, Decision, Question, Screening
from .receipts import APPEAL_OPEN
from .screening import limits, network, spam
from .screening.earlier import COMPARED
from .transitions import Seen

SPAM_TEXT = timedelta(days=30)
# As long as its writer can appeal.
REFUSED_TEXT = APPEAL_OPEN
NOTES = APPEAL_OPEN
QUESTIONS = timedelta(days=30)
TOGETHER = 200  # rows of a transaction: nobody waits for long
_TEXTS = {Comment.State.SPAM: SPAM_TEXT, Comment.State.REJECTED: REFUSED_TEXT}


@dataclass
class Purged:
    """How many of each were erased, or would be."""

    spam: int = 0
    refused: int = 0
    appeals: int = 0
    questions: int = 0
    notes: int = 0
    sketches: int = 0
    complaints: int = 0
    networks: int = 0
    words: int = 0
    originals: int = 0

    @property
    def total(self) -> int:
        return sum(getattr(self, field.name) for field in fields(self))


def in_words() -> list[str]:
    """What is kept for how long, for readers."""
    return [
        f"The text of what was marked as spam: {SPAM_TEXT.days} days.",
        "The text of what was refused: six months, as long as its writer can appeal.",
        "The text of what its writer withdrew: not at all.",
        f"What was masked in a comment: {redacting.KEPT.days} days, so that it can be "
        "taken back.",
        "Questions of moderators to a writer, and the answers: 30 days after the "
        "decision.",
        "The file of a complaint: 15 months after it is closed.",
        "Networks, as keyed hashes: 24 hours.",
        "The log of decisions, without any text: for ever.",
    ]


def purge(now: datetime | None = None) -> Purged:
    """Erases all that is due. Running it twice changes nothing."""
    network.forget_old()
    return purge_rows(now)


def purge_rows(now: datetime | None = None) -> Purged:
    """The same of the database alone: the key of networks lies beside it, and belongs
    to the site that runs."""
    now = now or timezone.now()
    done = Purged()
    done.spam = _erase_texts(Comment.State.SPAM, now)
    done.refused = _erase_texts(Comment.State.REJECTED, now)
    done.appeals = old_appeals(now).update(text="")
    while pks := list(old_questions(now).values_list("pk", flat=True)[:TOGETHER]):
        done.questions += Question.objects.filter(pk__in=pks).delete()[0]
    done.notes = _blank(old_notes(now), why=[], similar=[], new_hosts=[], alike=None)
    done.sketches = _blank(old_sketches(), sketch=b"")
    while erased := complaint_handling.erase_old(now):
        done.complaints += erased
    arrivals.forget_old(now)
    while forgotten := limits.forget_old():
        done.networks += forgotten
    done.words = spam.forget_rare()
    done.originals = _wipe(redacting.old_originals(now))
    open_cards.forget()
    sessions.forget_old()
    # Figures of posts that are older than this version, or whose log came otherwise.
    tally.settle_all()
    return done


def due(now: datetime | None = None) -> Purged:
    """What a run would erase now. Changes nothing; what is remembered of single words
    is not counted."""
    now = now or timezone.now()
    return Purged(
        spam=old_texts(Comment.State.SPAM, now).count(),
        refused=old_texts(Comment.State.REJECTED, now).count(),
        appeals=old_appeals(now).count(),
        questions=old_questions(now).count(),
        notes=old_notes(now).count(),
        sketches=old_sketches().count(),
        complaints=Complaint.objects.filter(
            erased_at=None, closed_at__lt=now - COMPLAINT_KEPT
        ).count(),
        networks=Allowance.objects.filter(touched__lt=now - limits.KEPT).count(),
        originals=redacting.old_originals(now).count(),
    )


def old_texts(state: str, now: datetime) -> QuerySet[Comment]:
    """Comments in this state since long enough by the log, about which nothing is open.

    One that came in by an import in this state was never decided about here: it stays.
    """
    last = Decision.objects.about_state().filter(
        comment_public_id=OuterRef("public_id")
    )
    appealed = Appeal.objects.filter(outcome="").values("comment")
    complained = Complaint.objects.filter(erased_at=None, comment__isnull=False)
    return (
        Comment.objects.unpublished()
        .filter(state=state)
        .annotate(since=Subquery(last.order_by("-seq").values("at")[:1]))
        .filter(since__lt=now - _TEXTS[Comment.State(state)])
        .exclude(pk__in=appealed)
        .exclude(pk__in=complained.values("comment"))
        .order_by("pk")
    )


def old_appeals(now: datetime) -> QuerySet[Appeal]:
    """Texts of appeals that were answered half a year ago."""
    return Appeal.objects.exclude(text="").filter(
        answered_on__lt=timezone.localdate(now) - NOTES
    )


def old_questions(now: datetime) -> QuerySet[Question]:
    """Questions, answered or not, about comments that were decided a month ago and
    whose appeal does not wait for its answer."""
    last = Decision.objects.about_state().filter(
        comment_public_id=OuterRef("comment__public_id")
    )
    return (
        Question.objects.exclude(comment__state__in=WAITING)
        .exclude(comment__in=Appeal.objects.filter(outcome="").values("comment"))
        .annotate(since=Subquery(last.order_by("-seq").values("at")[:1]))
        .filter(since__lt=now - QUESTIONS)
        .order_by("pk")
    )


def old_notes(now: datetime) -> QuerySet[Screening]:
    """What screening noted half a year ago about comments that were decided since, and
    that wait for no look at what was reported."""
    return (
        Screening.objects.exclude(comment__state__in=WAITING)
        .exclude(lane=Screening.Lane.REPORTED)
        .exclude(why=[], similar=[], new_hosts=[])
        .filter(comment__written_at__lt=now - NOTES)
    )


def old_sketches() -> QuerySet[Screening]:
    """Sketches of texts with which nothing is compared any more."""
    newest = Screening.objects.order_by("-comment_id").values("comment_id")
    return (
        Screening.objects.filter(comment__lte=Subquery(newest[COMPARED : COMPARED + 1]))
        .exclude(comment__state__in=WAITING)
        .exclude(sketch=b"")
    )


def _erase_texts(state: str, now: datetime) -> int:
    """What somebody changes meanwhile is left to the next run."""
    erased, after = 0, 0
    while True:
        rows = old_texts(state, now).filter(pk__gt=after)
        found = list(rows.values_list("pk", "public_id", "version")[:TOGETHER])
        if not found:
            return erased
        after = found[-1][0]
        with transaction.atomic():
            seen = [Seen(public_id, version) for _, public_id, version in found]
            done = transitions.decide(seen, "erase", transitions.CLOCK).done
        erased += len(done)


def _wipe(rows: QuerySet) -> int:
    total = 0
    for pks in _handfuls(rows):
        total += rows.model.objects.filter(pk__in=pks).delete()[0]
    return total


def _blank(rows: QuerySet[Screening], **fields) -> int:
    total = 0
    for pks in _handfuls(rows):
        total += Screening.objects.filter(pk__in=pks).update(**fields)
    return total


def _handfuls(rows: QuerySet[Screening]) -> Iterator[list[int]]:
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:TOGETHER]):
        yield pks
