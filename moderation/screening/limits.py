"""Pace: how many comments a network, a post and the site send in a time (GCRA).

One number a key, the theoretical arrival time. It is read under a lock and written in
the transaction that stores the comment, so that two processes cannot both pass: the
budget is exact.
"""

from dataclasses import dataclass
from datetime import UTC, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from blog import moments
from blog.discussion import times
from moderation.models import Allowance

KEPT = timedelta(hours=24)
FORGOTTEN = 1000  # at a time


@dataclass(frozen=True)
class Pace:
    """``burst`` comments at once, then one every ``seconds``."""

    burst: int
    seconds: float


CONNECTION = Pace(burst=5, seconds=120)
NEIGHBOURHOOD = Pace(burst=20, seconds=30)
POST = Pace(burst=60, seconds=10)
SITE = Pace(burst=200, seconds=3)


def within(key: str, pace: Pace) -> bool:
    """Takes one from the key's allowance if it is there; whether it was.

    Must be called inside a transaction, which then holds the key's row.
    """
    return not wait(key, pace)


def wait(key: str, pace: Pace) -> float:
    """Takes one from the key's allowance if it is there, which is 0; else nothing, and
    in how many seconds it will be.

    Must be called inside a transaction, which then holds the key's row.
    """
    row = _locked(key)
    now = timezone.now()
    touched = moments.cut(now, times.of_site(), UTC)
    due = max(row.due, now.timestamp())
    late = due - now.timestamp() - pace.seconds * (pace.burst - 1)
    if late > 0:
        return late
    Allowance.objects.filter(pk=key).update(due=due + pace.seconds, touched=touched)
    return 0.0


def give_back(key: str, pace: Pace) -> None:
    """Puts one back that was taken and did not count."""
    Allowance.objects.filter(pk=key).update(due=F("due") - pace.seconds)


def _locked(key: str) -> Allowance:
    rows = Allowance.objects.select_for_update().filter(pk=key)
    row = rows.first()
    if row is None:
        try:
            with transaction.atomic():
                touched = moments.cut(timezone.now(), times.of_site(), UTC)
                Allowance.objects.create(key=key, due=0.0, touched=touched)
        except IntegrityError:
            pass  # another process made it at this moment
        row = rows.get()
    return row


def forget_old() -> int:
    """Deletes what was not touched for 24 hours; how many rows that were.

    Where the times of comments are cut, a pace that is over is taken out at once: it
    tells to the second when somebody wrote. Rows that somebody else holds are left to
    the next time: no two wait for each other.
    """
    with transaction.atomic():
        if times.of_site():
            free = Allowance.objects.select_for_update(skip_locked=True).filter(
                due__gt=0, due__lte=timezone.now().timestamp()
            )
            over = list(free.values_list("pk", flat=True)[:FORGOTTEN])
            if over:
                Allowance.objects.filter(pk__in=over).update(due=0)
        old = Allowance.objects.select_for_update(skip_locked=True).filter(
            touched__lt=timezone.now() - KEPT
        )
        keys = list(old.values_list("pk", flat=True)[:FORGOTTEN])
        return Allowance.objects.filter(pk__in=keys).delete()[0] if keys else 0


def cut_stored() -> None:
    """Cuts what is stored as ``within`` does where the times of comments are cut."""
    with transaction.atomic():
        rows = list(Allowance.objects.select_for_update().order_by("pk"))
        for row in rows:
            row.touched = moments.cut(row.touched, times.of_site(), UTC)
            if row.due <= timezone.now().timestamp():
                row.due = 0
        Allowance.objects.bulk_update(rows, ["touched", "due"], batch_size=FORGOTTEN)
