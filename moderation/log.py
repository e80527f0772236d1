"""The log: rows chained by hashes, added and never changed."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC

from django.db import transaction
from django.utils import timezone

from blog.discussion import times

from .models import Decision, LogHead
from .reasons import VERSION

HASHED = (
    "seq",
    "at",
    "actor",
    "actor_kind",
    "action",
    "from_state",
    "to_state",
    "comment_public_id",
    "version",
    "reason",
    "private_note",
    "public_note",
    "rules_version",
    "undoes",
)
NOTHING = "0" * 64
# What is noted of these happens in the moment in which a contributor writes.
WRITES = (Decision.ActorKind.CONTRIBUTOR, Decision.ActorKind.MODE)


def row_hash(row: Decision) -> str:
    """SHA-256 of the hash before and of the row's fields as canonical JSON."""
    fields = {name: getattr(row, name) for name in HASHED}
    fields["at"] = fields["at"].astimezone(UTC).isoformat()
    if row.precision:
        fields["precision"] = row.precision
    canonical = json.dumps(
        fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(f"{row.prev_hash}{canonical}".encode()).hexdigest()


def rules_version(head: LogHead) -> int:
    """The number under which something is decided now: it counts up with each change
    of a rule, and whenever the wording of a reason changes."""
    return VERSION + head.rule_changes


def append(rows: Iterable[Decision]) -> list[Decision]:
    """Chains ``rows`` to the end of the log and stores them.

    Must be called in the transaction that does what they tell: no row without the act,
    no act without the row. Fills in number, minute and hashes. The minute of what a
    contributor did is cut as the times of comments are: nothing here changes later.
    """
    rows = list(rows)
    if not rows:
        return rows
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "The log is written in the transaction of what it tells."
        )
    # Locked from here to the end of the transaction: two writers cannot chain to the
    # same row. SQLite's transactions hold the one lock from their beginning.
    head = LogHead.objects.select_for_update().get(pk=1)
    now = timezone.now().replace(second=0, microsecond=0)
    wanted = times.of_site()
    of_contributor = times.cut_to(now, wanted)
    version = rules_version(head)
    for row in rows:
        row.seq, row.at, row.prev_hash = head.seq + 1, now, head.hash
        if wanted and row.actor_kind in WRITES:
            row.at, row.precision = of_contributor, wanted
        row.rules_version = version
        row.hash = row_hash(row)
        head.seq, head.hash = row.seq, row.hash
    Decision.objects.bulk_create(rows, batch_size=500)
    head.save(update_fields=["seq", "hash"])
    return rows


@dataclass(frozen=True)
class Fault:
    """Where the log is not what was written, and in which way."""

    seq: int
    message: str


def faults() -> Iterator[Fault]:
    """Reads the whole log and tells every place where it was tampered with.

    Decisions go on meanwhile: only the last few rows are read while nobody can add one.
    """
    chain = _Chain()
    rows = Decision.objects.order_by("seq")
    yield from chain.follow(rows.iterator(chunk_size=2000))
    with transaction.atomic():
        head = LogHead.objects.select_for_update().filter(pk=1).first()
        found = list(chain.follow(rows.filter(seq__gt=chain.number)))
    yield from found
    if head is None:
        yield Fault(chain.number + 1, "the log has no head: nothing can be decided")
    elif (head.seq, head.hash) != (chain.number, chain.hash):
        yield Fault(
            chain.number + 1,
            f"the log ends at {chain.number}, its head says {head.seq}",
        )


class _Chain:
    """As far as the log was read: the last row's number and hash."""

    def __init__(self) -> None:
        self.number, self.hash = 0, NOTHING

    def follow(self, rows: Iterable[Decision]) -> Iterator[Fault]:
        for row in rows:
            if row.seq != self.number + 1:
                missing = f"rows {self.number + 1} to {row.seq - 1} are missing"
                yield Fault(self.number + 1, missing)
            if row.prev_hash != self.hash:
                yield Fault(row.seq, "does not follow from the row before")
            if row.hash != row_hash(row):
                yield Fault(row.seq, "was changed after it was written")
            self.number, self.hash = row.seq, row.hash


def contains(hash_: str) -> bool:
    """Whether a published head is still a row of the log (or its beginning)."""
    return hash_ == NOTHING or Decision.objects.filter(hash=hash_).exists()
