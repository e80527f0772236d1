"""What can be done with a comment: from which states to which, by whom, in what words.

SAFETY's table and no more: there is no other edge.
"""

from dataclasses import dataclass

from blog.models import Comment

from .editorial import codes
from .models import Decision

State = Comment.State
WAITING = frozenset((State.PENDING, State.LIKELY_SPAM))
# What is in one of these has no time of publication.
UNREAD = WAITING | {State.REJECTED, State.SPAM}
EVERYTHING = frozenset(State)


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
        # Of a moderator's own words alone: ``answers``.
        Action(
            "answer",
            "Answer",
            "published as an answer",
            frozenset((State.PENDING,)),
            State.PUBLISHED,
            _MODERATOR,
        ),
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
UNDO, UPHOLD, KEEP = "undo", "uphold", "keep"
ASK, REPLY = "ask", "reply"
OTHERWISE_DONE = {
    UNDO: "taken back",
    UPHOLD: "kept after an appeal",
    KEEP: "kept after a report",
    ASK: "asked",
    REPLY: "answered",
    **codes.DONE,
}
# These decide nothing: what stands is told by the row before them.
REMARKS = frozenset((ASK, REPLY))
# What a moderator may take back: the last decision about a comment.
UNDOABLE = frozenset(("approve", "reject", "spam", "hide", "hold", "restore", "answer"))
# An answer that is taken back does not wait to be read: its writer wants it away.
TAKEN_BACK = {"answer": State.REJECTED}
TAKEN_BACK_REASON = "author_request"


def done(action_code: str) -> str:
    """What a row of the log says was done: "published", "taken back"."""
    action = ACTIONS.get(action_code)
    return action.done if action else OTHERWISE_DONE.get(action_code, action_code)
