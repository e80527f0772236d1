"""The log played again: what it tells of each comment beside what is stored.

The chain of hashes says that the log is what was written; this says that every comment
is what the log tells: nothing was decided, or undone, past it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from blog.discussion import shown
from blog.models import Comment

from .actions import ACTIONS, UNDO, WAITING
from .editorial.codes import NO_COMMENT
from .models import Decision

TOGETHER = 1000  # comments whose rows are read at once
_STEP = ("seq", "action", "actor_kind", "from_state", "to_state", "version", "undoes")


@dataclass(frozen=True)
class Step:
    """A row of the log, as far as it moves a comment."""

    seq: int
    action: str
    actor_kind: str
    from_state: str
    to_state: str
    version: int
    undoes: int | None

    @property
    def stays(self) -> bool:
        """Whether it only remarks on a comment, as the answer to an appeal does."""
        return self.from_state == self.to_state


@dataclass(frozen=True)
class Difference:
    """A comment that is not what the log tells, and in which way."""

    public_id: str
    message: str


def differences() -> Iterator[Difference]:
    """Plays the log for every comment; streams, so that no list grows with the site.

    Decisions go on meanwhile: what seems to differ is looked at once more while its
    discussion is locked.
    """
    for public_ids in _handfuls():
        suspects = [found.public_id for found in _differing(public_ids)]
        if not suspects:
            continue
        with transaction.atomic():
            shown.lock_discussions_of(Comment.objects.filter(public_id__in=suspects))
            differing = _differing(suspects)
        yield from differing
    yield from _without_comment()


def _handfuls() -> Iterator[list[str]]:
    after = 0
    while True:
        rows = Comment.objects.filter(pk__gt=after).order_by("pk")
        found = list(rows.values_list("pk", "public_id")[:TOGETHER])
        if not found:
            return
        after = found[-1][0]
        yield [public_id for _, public_id in found]


def _differing(public_ids: Sequence[str]) -> list[Difference]:
    """Two queries."""
    stored = Comment.objects.filter(public_id__in=public_ids).order_by("pk")
    comments = list(
        stored.values_list("public_id", "state", "version", "batch", "source_key")
    )
    steps: dict[str, list[Step]] = defaultdict(list)
    rows = Decision.objects.filter(comment_public_id__in=public_ids).order_by("seq")
    for public_id, *step in rows.values_list("comment_public_id", *_STEP):
        steps[public_id].append(Step(*step))
    return [
        Difference(public_id, message)
        for public_id, state, version, batch, source_key in comments
        for message in faults(
            steps.get(public_id, ()),
            state,
            version,
            is_own=batch is None and not source_key,
        )
    ]


def _without_comment() -> Iterator[Difference]:
    stored = Comment.objects.filter(public_id=OuterRef("comment_public_id"))
    rows = (
        Decision.objects.exclude(comment_public_id=NO_COMMENT)
        .filter(~Exists(stored))
        .order_by("comment_public_id")
    )
    missing = rows.values_list("comment_public_id", flat=True).distinct()
    for public_id in missing.iterator(chunk_size=2000):
        yield Difference(public_id, "is not there, and the log tells of it")


def faults(
    steps: Iterable[Step], state: str, version: int, *, is_own: bool
) -> Iterator[str]:
    """Plays the rows about one comment, in their order. Pure.

    ``is_own``: it was sent here, so that it began as one that waits; an imported one
    began as its source had it. ``state`` and ``version`` are those that are stored.
    """
    before: Step | None = None
    past: dict[int, Step] = {}
    for step in steps:
        is_first = before is None
        begins = is_own and is_first and step.from_state not in WAITING
        if begins or (before is not None and step.from_state != before.to_state):
            yield (
                f"was {_quoted(step.from_state)} before decision #{step.seq}, and the "
                f"log tells of nothing that made it so"
            )
        last = 1 if is_first else before.version
        if step.version not in ((last, last + 1) if step.stays else (last + 1,)):
            yield (
                f"had version {step.version} after decision #{step.seq}; it follows "
                f"on version {last}"
            )
        if not _is_allowed(step, past):
            yield (
                f"went from {_quoted(step.from_state)} to {_quoted(step.to_state)} by "
                f"decision #{step.seq} ({step.action}), which no rule allows"
            )
        before = past[step.seq] = step
    if before is None:
        if version != 1 or (is_own and state not in WAITING):
            yield (
                f"is {_quoted(state)}, version {version}, and the log tells of no "
                "decision about it"
            )
    elif (state, version) != (before.to_state, before.version):
        yield (
            f"is {_quoted(state)}, version {version}; by the log it is "
            f"{_quoted(before.to_state)}, version {before.version}, since decision "
            f"#{before.seq}"
        )


def _is_allowed(step: Step, past: dict[int, Step]) -> bool:
    if step.action == UNDO:
        undone = past.get(step.undoes)
        if undone is None:
            return False
        if undone.stays:  # a redaction goes back whatever was decided since
            return step.stays
        return (undone.to_state, undone.version) == (
            step.from_state,
            step.version - 1,
        )
    action = ACTIONS.get(step.action)
    if action is None:
        return step.stays  # a remark
    return (
        step.from_state in action.sources
        and step.to_state == action.target
        and step.actor_kind in action.actors
    )


def _quoted(state: str) -> str:
    known = dict(Comment.State.choices)
    return f"“{known.get(state, state)}”"
