"""What may become of a comment, and the one function that does it.

The table is SAFETY's: no other edge exists. State, version and log are one act; the
guard stands in the UPDATE itself, so that of twenty who decide at once one wins and
nineteen are told who it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog.models import Comment

from . import log
from .models import Appeal, Decision, Screening
from .reasons import BY_CODE

State = Comment.State
WAITING = frozenset((State.PENDING, State.LIKELY_SPAM))
# What is in one of these has no time of publication.
UNREAD = WAITING | {State.REJECTED, State.SPAM}
EVERYTHING = frozenset(State)
# Nothing of the text stays: not in the row, not in what screening noted.
BLANK = frozenset((State.WITHDRAWN, State.ERASED))


@dataclass(frozen=True)
class Action:
    """A kind of decision: from which states to which, in what words, by whom."""

    code: str
    label: str
    done: str
    sources: frozenset[str]
    target: str
    actors: frozenset[str]
    needs_reason: bool = False


_MODERATOR = frozenset((Decision.ActorKind.MODERATOR,))
_WRITER = frozenset((Decision.ActorKind.CONTRIBUTOR,))
_CLOCK = frozenset((Decision.ActorKind.CLOCK,))
_MODE = frozenset((Decision.ActorKind.MODE,))

ACTIONS = {
    action.code: action
    for action in (
        Action(
            "approve",
            "Approve",
            "published",
            WAITING,
            State.PUBLISHED,
            _MODERATOR | _MODE,
        ),
        Action(
            "reject", "Refuse", "refused", WAITING, State.REJECTED, _MODERATOR, True
        ),
        Action("spam", "Spam", "marked as spam", WAITING, State.SPAM, _MODERATOR),
        Action(
            "hide",
            "Hide",
            "hidden",
            frozenset((State.PUBLISHED, State.HELD)),
            State.HIDDEN,
            _MODERATOR | _CLOCK,
            True,
        ),
        Action(
            "hold",
            "Hold for a complaint",
            "held",
            frozenset((State.PUBLISHED,)),
            State.HELD,
            _MODERATOR | _CLOCK,
            True,
        ),
        Action(
            "restore",
            "Restore",
            "restored",
            frozenset((State.REJECTED, State.SPAM, State.HIDDEN, State.HELD)),
            State.PUBLISHED,
            _MODERATOR,
        ),
        Action(
            "edit",
            "Correct",
            "corrected",
            WAITING | {State.PUBLISHED},
            State.PENDING,
            _WRITER,
        ),
        Action(
            "withdraw",
            "Withdraw",
            "withdrawn",
            EVERYTHING - {State.WITHDRAWN, State.ERASED},
            State.WITHDRAWN,
            _WRITER,
        ),
        Action(
            "erase",
            "Erase",
            "erased",
            EVERYTHING - {State.ERASED, State.PUBLISHED, *WAITING},
            State.ERASED,
            _CLOCK,
        ),
    )
}
NOTE_LENGTH = 500
# Rows of the log beside the table's: no edge of their own.
UNDO, UPHOLD = "undo", "uphold"
OTHERWISE_DONE = {UNDO: "taken back", UPHOLD: "kept after an appeal"}
# What a moderator may take back: the last decision about a comment.
UNDOABLE = frozenset(("approve", "reject", "spam", "hide", "hold", "restore"))


class NotAllowed(ValueError):
    """The decision is none: unknown action, wrong actor, or no reason.

    Its words are for the one who acts.
    """


@dataclass(frozen=True)
class Actor:
    """Who acts. A contributor has no name here, and none is known."""

    kind: str
    name: str = ""


CONTRIBUTOR = Actor(Decision.ActorKind.CONTRIBUTOR)
CLOCK = Actor(Decision.ActorKind.CLOCK)
MODE = Actor(Decision.ActorKind.MODE)


def moderator(user) -> Actor:
    """The signed-in user as an actor."""
    return Actor(Decision.ActorKind.MODERATOR, user.get_username())


@dataclass(frozen=True)
class Seen:
    """A comment as the actor saw it: the decision is about this version of it."""

    public_id: str
    version: int


@dataclass(frozen=True)
class Conflict:
    """A comment that was not as the actor saw it any more, and who was first."""

    public_id: str
    message: str


@dataclass
class Outcome:
    """What became of a decision: rows of the log, and what was not done."""

    done: list[Decision] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def decide(
    seen: Iterable[Seen],
    action_code: str,
    actor: Actor,
    *,
    reason: str = "",
    private_note: str = "",
    public_note: str = "",
    fields: dict | None = None,
) -> Outcome:
    """Does one action with one or many comments, each only as it was seen.

    ``fields`` are further columns of the comment that the act changes (a corrected
    text). Raises ``NotAllowed`` before anything is touched if the action is unknown,
    not the actor's, or lacks its reason.
    """
    action = _checked(action_code, actor, reason, public_note)
    if max(len(private_note), len(public_note)) > NOTE_LENGTH:
        raise NotAllowed(f"A note has at most {NOTE_LENGTH} characters.")
    with transaction.atomic():
        outcome = Outcome()
        found = _locked(seen, outcome)
        ready, late = [], []
        for wanted, comment in found:
            as_seen = comment.version == wanted.version
            may = as_seen and comment.state in action.sources
            (ready if may else late).append(comment)
        outcome.conflicts += _conflicts(late)
        _move(ready, action.target, fields or {})
        outcome.done = log.append(
            Decision(
                actor=actor.name,
                actor_kind=actor.kind,
                action=action.code,
                from_state=comment.state,
                to_state=action.target,
                comment_public_id=comment.public_id,
                version=comment.version + 1,
                reason=reason,
                private_note=private_note,
                public_note=public_note,
            )
            for comment in ready
        )
    return outcome


def uphold(comment: Comment, decision: Decision, actor: Actor) -> Decision:
    """Puts on record that a decision was looked at again and stays: state and version
    as they are, for the reason that was given. Inside a transaction."""
    rows = log.append(
        [
            Decision(
                actor=actor.name,
                actor_kind=actor.kind,
                action=UPHOLD,
                from_state=comment.state,
                to_state=comment.state,
                comment_public_id=comment.public_id,
                version=comment.version,
                reason=decision.reason,
                public_note=decision.public_note,
            )
        ]
    )
    return rows[0]


def undo(seqs: Iterable[int], actor: Actor) -> Outcome:
    """Takes decisions back, each if it is still the last one about its comment.

    The row stays; a new one tells of the undoing.
    """
    if actor.kind != Decision.ActorKind.MODERATOR:
        raise NotAllowed("Only a moderator takes a decision back.")
    with transaction.atomic():
        rows = {
            row.comment_public_id: row
            # In order: of two about one comment the newer is the one to take back.
            for row in Decision.objects.filter(
                seq__in=list(seqs), action__in=UNDOABLE
            ).order_by("seq")
        }
        outcome = Outcome()
        seen = [Seen(row.comment_public_id, row.version) for row in rows.values()]
        by_target: dict[str, list[Comment]] = {}
        late = []
        for wanted, comment in _locked(seen, outcome):
            row = rows[comment.public_id]
            if (comment.version, comment.state) == (wanted.version, row.to_state):
                by_target.setdefault(row.from_state, []).append(comment)
            else:
                late.append(comment)
        outcome.conflicts += _conflicts(late)
        grounds = _grounds_before(rows.values())
        for target, comments in by_target.items():
            _move(comments, target, {})
            outcome.done += log.append(
                Decision(
                    actor=actor.name,
                    actor_kind=actor.kind,
                    action=UNDO,
                    from_state=comment.state,
                    to_state=target,
                    comment_public_id=comment.public_id,
                    version=comment.version + 1,
                    undoes=rows[comment.public_id].seq,
                    **grounds.get(comment.public_id, {}),
                )
                for comment in comments
            )
    return outcome


def _grounds_before(rows: Iterable[Decision]) -> dict[str, dict[str, str]]:
    """Reason and public note of what stands again once ``rows`` are taken back.

    A comment that is hidden again is hidden for the reason for which it was.
    """
    wanted = {
        (row.comment_public_id, row.version - 1)
        for row in rows
        if row.from_state not in WAITING | {State.PUBLISHED}
    }
    if not wanted:
        return {}
    earlier = Decision.objects.filter(comment_public_id__in={key for key, _ in wanted})
    return {
        row.comment_public_id: {"reason": row.reason, "public_note": row.public_note}
        for row in earlier
        if (row.comment_public_id, row.version) in wanted
    }


def _checked(code: str, actor: Actor, reason: str, public_note: str) -> Action:
    action = ACTIONS.get(code)
    if action is None:
        raise NotAllowed(f"There is no action “{code}”.")
    if actor.kind not in action.actors:
        raise NotAllowed(f"“{action.label}” is not for this actor.")
    if reason and reason not in BY_CODE:
        raise NotAllowed(f"There is no reason “{reason}”.")
    if action.needs_reason and not reason:
        raise NotAllowed(f"“{action.label}” needs a reason. Choose one.")
    if reason and BY_CODE[reason].needs_note and not public_note.strip():
        raise NotAllowed(f"“{BY_CODE[reason].label}” needs a word of explanation.")
    return action


def _locked(seen: Iterable[Seen], outcome: Outcome) -> list[tuple[Seen, Comment]]:
    """The comments as they are now, locked in one order; missing ones are conflicts."""
    wanted = {item.public_id: item for item in seen}
    rows = (
        Comment.objects.select_for_update(of=("self",))
        .filter(public_id__in=wanted)
        .order_by("pk")
        .only("public_id", "version", "state", "published_at")
    )
    found = [(wanted.pop(row.public_id), row) for row in rows]
    outcome.conflicts += [Conflict(key, "does not exist any more") for key in wanted]
    return found


def _move(comments: list[Comment], target: str, fields: dict) -> None:
    """Sets the state; each row only while it is as it was read."""
    groups: dict[tuple[int, str], list[int]] = {}
    for comment in comments:
        groups.setdefault((comment.version, comment.state), []).append(comment.pk)
    for (version, state), pks in groups.items():
        changes = {"state": target, "version": version + 1, **fields}
        if target == State.PUBLISHED:
            now = timezone.now().replace(second=0, microsecond=0)
            changes["published_at"] = Coalesce(F("published_at"), Value(now))
        elif target in UNREAD:
            changes["published_at"] = None
        elif target in BLANK:
            changes |= {"text": "", "html": "", "name": ""}
            if target == State.ERASED:
                changes["receipt_digest"] = None
            # What screening noted quotes the text, and an appeal may.
            Screening.objects.filter(comment__in=pks).update(
                lane=Screening.Lane.NEW, why=[], sketch=b""
            )
            Appeal.objects.filter(comment__in=pks).update(text="")
        moved = Comment.objects.filter(pk__in=pks, version=version, state=state).update(
            **changes
        )
        if moved != len(pks):
            raise RuntimeError("A locked comment changed: nothing was done.")


def _conflicts(comments: list[Comment]) -> list[Conflict]:
    """Who was first with each of these, in one look at the log."""
    if not comments:
        return []
    rows = Decision.objects.filter(
        comment_public_id__in=[comment.public_id for comment in comments]
    )
    last = {row.comment_public_id: row for row in rows.order_by("seq")}
    return [_conflict(comment, last.get(comment.public_id)) for comment in comments]


def _conflict(comment: Comment, last: Decision | None) -> Conflict:
    if last is None:
        return Conflict(comment.public_id, "is not as you saw it any more")
    who = last.actor or last.get_actor_kind_display().lower()
    words = f"already {done(last.action)} by {who} at {_clock(last.at)}"
    return Conflict(comment.public_id, words)


def done(action_code: str) -> str:
    """What a row of the log says was done: "published", "taken back"."""
    action = ACTIONS.get(action_code)
    return action.done if action else OTHERWISE_DONE.get(action_code, action_code)


def _clock(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M on %-d %B")
