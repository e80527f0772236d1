"""How the site is: what its owner should know, a line each.

``quick`` is asked by /readyz, which tells the public one word of it, and costs two
queries; ``thorough`` reads the log, too, and is asked by ``manage.py check_health``.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as site_cache
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from blog.models import Comment
from config.backup import names
from moderation import log, retention
from moderation.actions import WAITING
from moderation.models import Allowance, Complaint, LogHead

# A day, and two hours for a timer that was late.
DAILY = timedelta(hours=26)
HOURLY = timedelta(hours=2)
# By which clocks of two machines may differ, or one be set back.
CLOCKS = timedelta(minutes=5)
# As far as SQLite cuts it after each checkpoint: ``env.database``.
LOG_BYTES = 64 * 1024 * 1024
# Of a large disk a tenth is plenty.
FREE_SHARE, FREE_BYTES = 0.1, 2 * 1024**3


@dataclass(frozen=True)
class Line:
    """One thing that was looked at. ``words`` are for the owner alone."""

    name: str
    is_ok: bool
    words: str


def quick() -> Iterator[Line]:
    """What /readyz depends on."""
    yield _tried("database", _migrations)
    yield _tried("cache", _cache)
    yield _tried("disk", _disk)
    yield _tried("write-ahead log", _write_ahead_log)
    yield _tried("backup", _backup)


def thorough() -> Iterator[Line]:
    """All of ``quick``, and whether what runs by itself has run."""
    yield from quick()
    yield _tried("writing", _writing)
    yield _tried("log of decisions", _log)
    yield _tried("forget_networks", _networks)
    yield _tried("purge", _purge)
    yield _tried("complaint_clock", _complaints)
    yield _tried("queue", _queue)


def _tried(name: str, look: Callable[[], tuple[bool, str]]) -> Line:
    """Whatever it is that fails: drivers of databases and of caches have errors of
    their own. Their words name hosts and users, which are the owner's own."""
    try:
        return Line(name, *look())
    except Exception as error:
        return Line(name, False, f"does not answer: {type(error).__name__}: {error}")


def _migrations() -> tuple[bool, str]:
    missing = (
        _newest_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    )
    if missing:
        named = ", ".join(sorted(".".join(node) for node in missing))
        return False, f"lacks migrations ({named}): manage.py migrate"
    return True, f"{connection.vendor} answers and has all migrations"


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """Of each app, from the code of this process: the others come before them."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _cache() -> tuple[bool, str]:
    site_cache.get("readyz")
    return True, "answers"


def _disk() -> tuple[bool, str]:
    places = [settings.DATA_DIR]
    if settings.BACKUP_DIR:
        places.append(settings.BACKUP_DIR)
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        folder = Path(connection.settings_dict["NAME"]).parent
        if folder != settings.DATA_DIR:
            places.append(folder)
    said = []
    is_ok = True
    for place in places:
        there = next(path for path in (place, *place.parents) if path.exists())
        found = shutil.disk_usage(there)
        share = found.free / found.total
        is_ok = is_ok and (share >= FREE_SHARE or found.free >= FREE_BYTES)
        said.append(f"{found.free / 1024**3:.1f} GB ({share:.0%}) free at {place}")
    return is_ok, "; ".join(said)


def _write_ahead_log() -> tuple[bool, str]:
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return True, "is the server's own affair"
    file = Path(f"{connection.settings_dict['NAME']}-wal")
    size = file.stat().st_size if file.exists() else 0
    words = f"{size / 1024**2:.1f} MB"
    if size > LOG_BYTES:
        words += ": somebody reads for so long that it cannot be emptied"
    return size <= LOG_BYTES, words


def _backup() -> tuple[bool, str]:
    if not settings.BACKUP_DIR:
        return True, "BACKUP_DIR is not set: whether there is one is not looked at"
    found = names.in_folder(settings.BACKUP_DIR)
    if not found:
        return False, f"there is none in {settings.BACKUP_DIR}: manage.py backup"
    name, path = found[-1]
    if name.taken_at > timezone.now() + CLOCKS:
        return False, f"the time of {path.name} is still to come: move it away"
    age = timezone.now() - name.taken_at
    hours = age / timedelta(hours=1)
    return age <= DAILY, f"the newest is {hours:.0f} hours old: {path.name}"


def _writing() -> tuple[bool, str]:
    with transaction.atomic():
        LogHead.objects.select_for_update().get(pk=1)
    return True, "can be written"


def _log() -> tuple[bool, str]:
    found = next(log.faults(), None)
    if found:
        return False, f"row {found.seq} {found.message}: manage.py verify_log"
    head = LogHead.objects.get(pk=1)
    return True, f"{head.seq:,} decision{'s' * (head.seq != 1)}, unbroken"


def _networks() -> tuple[bool, str]:
    old = Allowance.objects.filter(touched__lt=timezone.now() - DAILY).count()
    if old:
        return False, f"{old:,} rows are older than a day: run it every hour"
    return True, "nothing of a network is older than a day"


def _purge() -> tuple[bool, str]:
    due = retention.due(timezone.now() - DAILY)
    # Which of those are the last 5,000 has nothing to do with time.
    late = due.total - due.sketches
    if late:
        return False, f"{late:,} texts and notes are overdue: run it every day"
    return True, "nothing is overdue"


def _complaints() -> tuple[bool, str]:
    late = (
        Complaint.objects.open()
        .filter(
            valid_at__isnull=False,
            doubt="",
            held_at=None,
            hide_at__lt=timezone.now() - HOURLY,
            comment__state=Comment.State.PUBLISHED,
        )
        .count()
    )
    if late:
        return False, f"{late:,} complaints are past their time: run it every hour"
    return True, "no complaint is past its time"


def _queue() -> tuple[bool, str]:
    waiting = Comment.objects.filter(state__in=WAITING).order_by("written_at")
    oldest = waiting.values_list("written_at", flat=True).first()
    if not oldest:
        return True, "nothing waits"
    days = (timezone.now() - oldest).days
    return True, f"{waiting.count():,} wait, the oldest for {days} days"
