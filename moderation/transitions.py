"""The one function that changes what becomes of a comment, and the one that takes back.

The edges are those of ``actions``. State, version and log are one act; the guard stands
in the UPDATE itself, so that of twenty who decide at once one wins and nineteen are
told who it was.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog import moments
from blog.discussion import shown, times
from blog.models import BLANK, Comment, ImportChange
from blog.search import index

from . import log, tally
from .actions import (
    ACTIONS,
    NOTE_LENGTH,
    REMARKS,
    TAKEN_BACK,
    TAKEN_BACK_REASON,
    UNDO,
    UNDOABLE,
    UNREAD,
    UPHOLD,
    WAITING,
    Action,
    done,
)
from .editorial import carrying
from .models import Appeal, Complaint, Decision, Question, Redaction, Screening
from .reasons import BY_CODE
from .screening import spam

State = Comment.State
_NEEDED = (
    *("post", "public_id", "version", "state", "text"),
    *("published_at", "precision"),
)


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
    # False: it is as it was seen, and yet this cannot be done with it.
    is_change: bool = True


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
    check_grounds(reason, private_note, public_note)
    with transaction.atomic():
        outcome = Outcome()
        found = locked(seen, outcome)
        ready, late = [], []
        for wanted, comment in found:
            as_seen = comment.version == wanted.version
            may = as_seen and comment.state in action.sources
            (ready if may else late).append(comment)
        outcome.conflicts += conflicts(late)
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
        spam.follow(ready, outcome.done, (fields or {}).get("text"))
        posts = {comment.post_id for comment in ready}
        if action.code == "approve":
            posts |= carrying.carry(ready)
        _cut_times(ready, outcome.done)
        shown.settle(comment.pk for comment in ready)
        tally.settle(posts)
    return outcome


def uphold(
    comment: Comment, decision: Decision, actor: Actor, words: str = ""
) -> Decision:
    """Puts on record that a decision was looked at again and stays: state and version
    as they are, for the reason that was given; ``words`` are for its writer. Inside a
    transaction."""
    return remark(
        comment,
        UPHOLD,
        actor,
        reason=decision.reason,
        public_note=words or decision.public_note,
    )


def remark(comment: Comment, action: str, actor: Actor, **fields: str) -> Decision:
    """A row of the log about a locked comment that stays as it is. Inside a
    transaction."""
    rows = log.append(
        [
            Decision(
                actor=actor.name,
                actor_kind=actor.kind,
                action=action,
                from_state=comment.state,
                to_state=comment.state,
                comment_public_id=comment.public_id,
                version=comment.version,
                **fields,
            )
        ]
    )
    return rows[0]


def as_seen(wanted: Seen, states: Collection[str]) -> tuple[Comment | None, Outcome]:
    """The comment, locked, where it is as it was seen and in one of ``states``; else
    None, and the conflict says who was first. Inside a transaction."""
    outcome = Outcome()
    for _, comment in locked([wanted], outcome):
        if comment.version == wanted.version and comment.state in states:
            return comment, outcome
        outcome.conflicts += conflicts([comment])
    return None, outcome


def locked_now(comment: Comment) -> Comment | None:
    """The comment as it is now, locked as by a decision; None if it is gone. Inside a
    transaction."""
    found = locked([Seen(comment.public_id, comment.version)], Outcome())
    return found[0][1] if found else None


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
        for wanted, comment in locked(seen, outcome):
            row = rows[comment.public_id]
            if (comment.version, comment.state) == (wanted.version, row.to_state):
                target = TAKEN_BACK.get(row.action, row.from_state)
                by_target.setdefault(target, []).append(comment)
            else:
                late.append(comment)
        outcome.conflicts += conflicts(late)
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
        undone = [comment for group in by_target.values() for comment in group]
        spam.follow(undone, outcome.done)
        _cut_times(undone, outcome.done)
        shown.settle(comment.pk for comment in undone)
        tally.settle({comment.post_id for comment in undone})
    return outcome


def _grounds_before(rows: Collection[Decision]) -> dict[str, dict[str, str]]:
    """Reason and public note of what stands again once ``rows`` are taken back.

    A comment that is hidden again is hidden for the reason for which it was.
    """
    until = {
        row.comment_public_id: row.version
        for row in rows
        if row.from_state not in WAITING | {State.PUBLISHED}
    }
    grounds = {
        row.comment_public_id: {"reason": TAKEN_BACK_REASON}
        for row in rows
        if row.action in TAKEN_BACK
    }
    if not until:
        return grounds
    # What leaves a comment in its state (moved, for example) gives no ground for it.
    earlier = Decision.objects.filter(comment_public_id__in=until).exclude(
        from_state=F("to_state")
    )
    return grounds | {
        row.comment_public_id: {"reason": row.reason, "public_note": row.public_note}
        for row in earlier.order_by("seq")
        if row.version < until[row.comment_public_id]
    }


def _checked(code: str, actor: Actor, reason: str, public_note: str) -> Action:
    action = ACTIONS.get(code)
    if action is None:
        raise NotAllowed(f"There is no action “{code}”.")
    if actor.kind not in action.actors:
        raise NotAllowed(f"“{action.label}” is not for this actor.")
    check_grounds(reason)
    if action.needs_reason and not reason:
        raise NotAllowed(f"“{action.label}” needs a reason. Choose one.")
    if reason and BY_CODE[reason].needs_note and not public_note.strip():
        raise NotAllowed(f"“{BY_CODE[reason].label}” needs a word of explanation.")
    return action


def check_grounds(reason: str, *notes: str) -> None:
    """Raises ``NotAllowed`` for a reason that is none and for notes too long."""
    if reason and reason not in BY_CODE:
        raise NotAllowed(f"There is no reason “{reason}”.")
    if max(map(len, notes), default=0) > NOTE_LENGTH:
        raise NotAllowed(f"A note has at most {NOTE_LENGTH} characters.")


def locked(
    seen: Iterable[Seen], outcome: Outcome, *columns: str
) -> list[tuple[Seen, Comment]]:
    """The comments as they are now, locked in one order; missing ones are conflicts.

    ``columns`` are read beside those that every decision needs.
    """
    wanted = {item.public_id: item for item in seen}
    decided = Comment.objects.filter(public_id__in=wanted)
    shown.lock_discussions_of(decided)
    rows = (
        decided.select_for_update(of=("self",)).order_by("pk").only(*_NEEDED, *columns)
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
        if state == State.PUBLISHED:
            # Only what is shown waits among the reported.
            likely_spam = target == State.LIKELY_SPAM
            lane = Screening.Lane.LIKELY_SPAM if likely_spam else Screening.Lane.NEW
            reported = Screening.objects.filter(lane=Screening.Lane.REPORTED)
            reported.filter(comment__in=pks).update(lane=lane)
        changes = {"state": target, "version": version + 1, **fields}
        if target == State.PUBLISHED:
            now = timezone.now().replace(second=0, microsecond=0)
            changes["published_at"] = Coalesce(F("published_at"), Value(now))
        elif target in UNREAD:
            changes |= {"published_at": None, "published_order": None}
        elif target in BLANK:
            changes |= dict.fromkeys(("text", "html", "name", "tag", "signature"), "")
            if target == State.ERASED:
                changes["receipt_digest"] = None
            # What screening noted quotes the text, and so does a complaint's file.
            Screening.objects.filter(comment__in=pks).update(
                lane=Screening.Lane.NEW,
                why=[],
                sketch=b"",
                similar=[],
                new_hosts=[],
                alike=None,
            )
            Appeal.objects.filter(comment__in=pks).update(text="")
            Question.objects.filter(comment__in=pks).delete()
            Complaint.objects.filter(comment__in=pks).update(
                snapshot_name="", snapshot_text="", reply=""
            )
            # Names and texts that an import filled in. Nothing is left to take back.
            ImportChange.objects.filter(comment__in=pks).delete()
        if target in BLANK or "text" in fields:
            # Another text stands there now: what was masked in the old one goes.
            Redaction.objects.filter(comment__in=pks).delete()
        moved = Comment.objects.filter(pk__in=pks, version=version, state=state).update(
            **changes
        )
        if moved != len(pks):
            raise RuntimeError("A locked comment changed: nothing was done.")


def _cut_times(comments: list[Comment], rows: list[Decision]) -> None:
    """Cuts the times of what was decided about, where the owner wants that, or where
    they were cut before. ``comments`` as they were, each with its row of the log.

    What waited and still waits keeps them: it is read in its turn. What was cut goes
    from SQLite's log of writes as well.
    """
    wanted = times.of_site()
    decided = {
        comment.pk: row
        for comment, row in zip(comments, rows, strict=True)
        if (wanted or comment.precision)
        and not {row.from_state, row.to_state} <= WAITING
    }
    published = {
        pk: row.seq for pk, row in decided.items() if row.to_state == State.PUBLISHED
    }
    if times.cut_stored(decided, published):
        index.flush_after_commit()


def conflicts(comments: list[Comment]) -> list[Conflict]:
    """Who was first with each of these, in one look at the log."""
    if not comments:
        return []
    rows = Decision.objects.exclude(action__in=REMARKS).filter(
        comment_public_id__in=[comment.public_id for comment in comments]
    )
    last = {row.comment_public_id: row for row in rows.order_by("seq")}
    return [_conflict(comment, last.get(comment.public_id)) for comment in comments]


def _conflict(comment: Comment, last: Decision | None) -> Conflict:
    if last is None:
        return Conflict(comment.public_id, "is not as you saw it any more")
    who = last.actor or last.get_actor_kind_display().lower()
    words = f"already {done(last.action)} by {who} {_when(last)}"
    return Conflict(comment.public_id, words)


def _when(row: Decision) -> str:
    at = timezone.localtime(row.at)
    time = moments.clock(at, row.precision)
    return (f"at {time} " if time else "") + f"on {at:%-d %B}"
