"""The digest: counts by mail, once a day or a week, for the moderators who asked.

Counts alone: never a text, a name or a title. Once a period, however many processes
send it; a mail that failed is tried again by the next run.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import send_mail
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from blog import moments
from blog.discussion import times
from blog.models import Comment

from .actions import KEEP, REPLY, UNDO, UPHOLD, WAITING
from .appeals import ANSWERED_WITHIN
from .lanes import lane_counts
from .models import Appeal, Complaint, Decision, Digest, LogHead, Question, Screening
from .receipts import APPEALABLE

# Whoever took one in hand and was killed gives it back after so long.
CLAIM = timedelta(minutes=10)
HOUR = timedelta(hours=1)
DECISIONS = {
    "approve": "published",
    "reject": "refused",
    "spam": "marked as spam",
    "hide": "hidden",
    "hold": "held",
    "restore": "restored",
    UPHOLD: "kept after an appeal",
    KEEP: "kept after a report",
    UNDO: "taken back",
}
Every = Digest.Every
logger = logging.getLogger(__name__)


@dataclass
class Sent:
    """What a run did: mails sent, failed, and periods of which there was nothing to
    tell."""

    sent: int = 0
    failed: int = 0
    empty: int = 0


def wish(user: AbstractBaseUser, every: str) -> None:
    """A moderator wants it every day or week, or not at all (""). The first one comes
    with the next period."""
    if not every:
        Digest.objects.filter(user=user).delete()
        return
    now = timezone.now()
    Digest.objects.update_or_create(
        user=user,
        defaults={"every": Every(every), "sent_for": period(every, now)},
        create_defaults={
            "every": Every(every),
            "sent_for": period(every, now),
            "log_seq": LogHead.objects.get(pk=1).seq,
        },
    )


def wished(user: AbstractBaseUser) -> str:
    """ "day", "week" or ""."""
    found = Digest.objects.filter(user=user).values_list("every", flat=True)
    return found.first() or ""


def now_for(user: AbstractBaseUser) -> list[str]:
    """What a digest would say now."""
    found = Digest.objects.filter(user=user).values_list("log_seq", flat=True).first()
    return counts(LogHead.objects.get(pk=1).seq if found is None else found)


def period(every: str, now: datetime) -> date:
    """The first day of the period that may be told of now, by the site's clock: today,
    or Monday; before the hour of sending the one before."""
    local = timezone.localtime(now) - timedelta(hours=settings.DIGEST_HOUR)
    day = local.date()
    return day - timedelta(days=day.weekday()) if every == Every.WEEK else day


def send_due(now: datetime | None = None) -> Sent:
    """Sends what is due. Running it twice sends nothing twice."""
    now = now or timezone.now()
    done = Sent()
    for every in Every.values:
        first = period(every, now)
        asked = _to_moderators(_due(every, first, now))
        for pk in list(asked.values_list("pk", flat=True)):
            # The guard stands in the UPDATE, and asks no other table: of two processes
            # one gets it.
            if _due(every, first, now).filter(pk=pk).update(claimed_at=now):
                _send(Digest.objects.select_related("user").get(pk=pk), first, done)
    return done


def _due(every: str, first: date, now: datetime) -> QuerySet[Digest]:
    """Those not told of the period yet, and in nobody's hands."""
    return (
        Digest.objects.filter(every=every)
        .filter(Q(sent_for=None) | Q(sent_for__lt=first))
        .filter(Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM))
    )


def _to_moderators(digests: QuerySet[Digest]) -> QuerySet[Digest]:
    """Those of moderators who have an address still."""
    reach = {"user__is_active": True, "user__groups__name": "Moderators"}
    return digests.filter(**reach).exclude(user__email="").order_by("pk")


def _send(digest: Digest, first: date, done: Sent) -> None:
    head = LogHead.objects.get(pk=1).seq
    lines = counts(digest.log_seq)
    mine = Digest.objects.filter(pk=digest.pk)
    if lines:
        try:
            send_mail(*_mail(digest, lines), None, [digest.user.email])
        except (OSError, ValueError):
            logger.warning("A digest to a moderator could not be sent.")
            mine.update(claimed_at=None)
            done.failed += 1
            return
        done.sent += 1
    else:
        done.empty += 1
    mine.update(sent_for=first, log_seq=head, claimed_at=None)


def _mail(digest: Digest, lines: list[str]) -> tuple[str, str]:
    """Subject and body."""
    queue = settings.SITE_URL + reverse("admin:moderation_queuedcomment_changelist")
    choice = settings.SITE_URL + reverse("admin:moderation_queuedcomment_digest")
    which = "week" if digest.every == Every.WEEK else "day"
    body = [*lines, "", f"The queue: {queue}", f"How often this comes: {choice}", ""]
    return f"{settings.SITE_NAME}: the {which} in numbers", "\n".join(body)


def counts(since: int, now: datetime | None = None) -> list[str]:
    """What waits, and what the log tells after row ``since``, as lines; none where
    there is nothing to tell."""
    now = now or timezone.now()
    return [*_waiting(now), *_decided(since), *_answered(since), *_owed(now)]


def _waiting(now: datetime) -> list[str]:
    lines = [
        f"  {Screening.Lane(lane).label}: {number:,}"
        for lane, number in lane_counts().items()
        if number
    ]
    oldest = (
        Comment.objects.unpublished()
        .filter(state__in=WAITING, written_at__isnull=False)
        .order_by("written_at")
        .values_list("written_at", "precision")
        .first()
    )
    if oldest:
        lines.append(f"  The oldest {_has_waited(*oldest, now)}.")
    return ["Waiting", *lines] if lines else []


def _has_waited(written: datetime, precision: str | None, now: datetime) -> str:
    """How long, in words. A mail is kept by others: where times are cut it must tell no
    more than the hour or the day, and counts from the beginning of that."""
    known = moments.coarsest(precision, times.of_site())
    begin = times.cut_to(written, known)
    wait = now - begin
    if known is None:
        return f"waits for {_number(wait // HOUR, 'hour')}"
    if known == moments.HOUR:
        return f"waits for at most {_number(-(-wait // HOUR), 'hour')}"
    days = (timezone.localdate(now) - timezone.localdate(begin)).days
    return f"waits for at most {days + 1:,} days" if days else "came today"


def _number(number: int, of: str) -> str:
    return f"{number:,} {of}{'s' * (number != 1)}"


def _decided(since: int) -> list[str]:
    kept = Decision.objects.filter(action=KEEP)
    rows = dict(
        (Decision.objects.about_state() | kept)
        .filter(
            seq__gt=since,
            actor_kind=Decision.ActorKind.MODERATOR,
            action__in=DECISIONS,
        )
        .order_by()
        .values_list("action")
        .annotate(Count("seq"))
    )
    if not rows:
        return []
    each = [
        f"{rows[code]:,} {words}" for code, words in DECISIONS.items() if code in rows
    ]
    return [
        "Decided since the last digest",
        f"  {sum(rows.values()):,}: {', '.join(each)}",
    ]


def _answered(since: int) -> list[str]:
    """Answers that came from writers, and questions without one."""
    came = Decision.objects.filter(seq__gt=since, action=REPLY).count()
    unread = (
        Question.objects.filter(comment__state__in=WAITING).exclude(answer="").count()
    )
    lines = []
    if came:
        lines.append(f"  Answers from writers since the last digest: {came:,}")
    if unread:
        lines.append(f"  Answers to read: {unread:,}")
    return ["Questions", *lines] if lines else []


def _owed(now: datetime) -> list[str]:
    """What has a date: appeals, and complaints under the law."""
    lines = []
    late = Appeal.objects.filter(
        outcome="",
        comment__state__in=APPEALABLE,
        made_on__lt=timezone.localdate(now) - ANSWERED_WITHIN,
    ).count()
    if late:
        lines.append(f"  Appeals not answered within seven days: {late:,}")
    complaints = Complaint.objects.unanswered()
    if number := complaints.count():
        lines.append(f"  Complaints that wait for their answer: {number:,}")
    if overdue := complaints.filter(due_at__lte=now).count():
        lines.append(f"  Complaints overdue: {overdue:,}")
    soon = complaints.filter(due_at__gt=now, due_at__lte=now + timedelta(days=1))
    if number := soon.count():
        lines.append(f"  Complaints due within a day: {number:,}")
    return ["Due", *lines] if lines else []
