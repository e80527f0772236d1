"""Taking back what was done in this room, from the log."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Max

from blog.models import BLANK, Passage
from moderation.models import Decision, Redaction
from moderation.transitions import Actor, NotAllowed, Outcome

from . import lifting, moving, redacting, rolling
from .codes import DONE, LIFT, MOVE, REDACT, ROLL_OVER

_UNDO = {
    REDACT: redacting.undo,
    LIFT: lifting.undo,
    MOVE: moving.undo,
    ROLL_OVER: rolling.undo,
}


def of_this_room(seqs: Iterable[int]) -> list[Decision]:
    """Those of the rows that tell of acts of this room."""
    return list(Decision.objects.filter(seq__in=list(seqs), action__in=DONE))


def undo(rows: Collection[Decision], actor: Actor) -> Outcome:
    """Takes them back, each if that is still possible."""
    if actor.kind != Decision.ActorKind.MODERATOR:
        raise NotAllowed("Only a moderator takes it back.")
    outcome = Outcome()
    with transaction.atomic():
        for action, take_back in _UNDO.items():
            some = [row for row in rows if row.action == action]
            if some:
                take_back(some, actor, outcome)
    return outcome


def undoable(rows: Iterable[Decision]) -> set[int]:
    """The numbers of those rows that can be taken back now. At most two queries."""
    seqs = {row.seq: row.action for row in rows if row.action in DONE}
    found: set[int] = set()
    if REDACT in seqs.values():
        asked = Redaction.objects.filter(seq__in=seqs).values("comment")
        found |= set(
            Redaction.objects.filter(comment__in=asked)
            .exclude(comment__state__in=BLANK)
            .order_by()
            .values("comment")
            .annotate(newest=Max("seq"))
            .values_list("newest", flat=True)
        )
    if set(seqs.values()) - {REDACT}:
        found |= set(_open_ways(seqs))
    return found & seqs.keys()


def _open_ways(seqs: Collection[int]) -> Iterable[int]:
    """Of moves of one comment the newest; lifts and continuations as long as they
    stand."""
    ways = Passage.objects.filter(seq__in=seqs)
    moves = Passage.objects.filter(
        kind=Passage.Kind.MOVE, comment__in=ways.values("comment")
    )
    newest: dict[int, int] = {}
    for kind, comment, seq in (
        (ways.exclude(kind=Passage.Kind.MOVE) | moves)
        .order_by("seq")
        .values_list("kind", "comment", "seq")
    ):
        if kind == Passage.Kind.MOVE:
            newest[comment] = seq
        else:
            yield seq
    yield from newest.values()
