"""Pace: how many comments a network, a post and the site send in a time (GCRA).

One number a key, the theoretical arrival time. It is read under a lock and written in
the transaction that stores the comment, so that two processes cannot both pass: the
budget is exact.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

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
    row = _locked(key)
    now = timezone.now()
    due = max(row.due, now.timestamp())
    if due - now.timestamp() > pace.seconds * (pace.burst - 1):
        return False
    Allowance.objects.filter(pk=key).update(due=due + pace.seconds, touched=now)
    return True


def _locked(key: str) -> Allowance:
    rows = Allowance.objects.select_for_update().filter(pk=key)
    row = rows.first()
    if row is None:
        try:
            with transaction.atomic():
                Allowance.objects.create(key=key, due=0.0)
        except IntegrityError:
            pass  # another process made it at this moment
        row = rows.get()
    return row


def forget_old() -> int:
    """Deletes what was not touched for 24 hours; how many rows that were.

    Rows that somebody else holds are left to the next time: no two wait for each other.
    """
    with transaction.atomic():
        old = Allowance.objects.select_for_update(skip_locked=True).filter(
            touched__lt=timezone.now() - KEPT
        )
        keys = list(old.values_list("pk", flat=True)[:FORGOTTEN])
        return Allowance.objects.filter(pk__in=keys).delete()[0] if keys else 0
