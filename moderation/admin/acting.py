"""From the posted form to the decision, and from its outcome to words."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, QueryDict

from blog.models import Comment
from moderation import appeals, desk, questions, reports
from moderation.actions import ACTIONS, ASK, KEEP, NOTE_LENGTH
from moderation.models import Appeal
from moderation.reasons import BY_CODE
from moderation.transitions import NotAllowed, Outcome, Seen

from . import words
from .cards import Card

BULK = "many"  # prefix of the fields that are for all that is ticked
APPROVE_WITH_ANSWER = "approve-with-answer"
ANSWERS = {"publish-after-all": appeals.UPHELD, "uphold": appeals.REFUSED}
DECIDE = "moderation.moderate_comment"
TOLD = "moderation.told"
_SEEN = re.compile(r"([0-9a-z]{1,13}):([0-9]{1,9})", re.ASCII)


class ReasonForm(forms.Form):
    """Why, for the writer and for the other moderators. Without a prefix of its own no
    two of them can stand on one page."""

    reason = forms.CharField(max_length=24, required=False)
    public_note = forms.CharField(max_length=NOTE_LENGTH, required=False)
    private_note = forms.CharField(max_length=NOTE_LENGTH, required=False)


ANSWER = "answer"  # the field for words that are published with the comment


@dataclass(frozen=True)
class Posted:
    """What a moderator pressed, ticked and typed."""

    action: str
    seen: list[Seen]
    prefix: str
    data: QueryDict

    @classmethod
    def read(cls, data: QueryDict) -> "Posted":
        if "one" in data:
            action, _, value = data["one"].partition(":")
            seen = seen_of([value])
            return cls(action, seen, seen[0].public_id if seen else BULK, data)
        return cls(data.get("many", ""), seen_of(data.getlist("item")), BULK, data)

    def act(self, user: AbstractBaseUser) -> "Told":
        """Does it. Raises ``NotAllowed`` with words for the moderator if it is none."""
        if not self.seen:
            raise NotAllowed("Tick at least one comment first.")
        if self.action in ANSWERS:
            return self._answer(user)
        if self.action == ASK:
            return asked(user, self.seen[0], self._field("question"))
        if self.action == KEEP:
            return self._leave(user)
        answer = self._field(ANSWER)
        if self.action == APPROVE_WITH_ANSWER:
            outcome = desk.approve_with_answer(user, self.seen[0], answer)
            return Told.of(outcome, "published", of=self.seen, more=" with your answer")
        if self.action == "approve" and answer.strip():
            raise NotAllowed(
                "You have written an answer: send it with “Answer and approve”, or "
                "empty its field."
            )
        form = ReasonForm(self.data, prefix=self.prefix)
        if not form.is_valid():
            raise NotAllowed(
                f"A note has at most {NOTE_LENGTH} characters of plain text."
            )
        notes = form.cleaned_data
        if self.action in ACTIONS and not ACTIONS[self.action].needs_reason:
            # A reason that was chosen before another button was pressed says nothing.
            notes |= {"reason": "", "public_note": ""}
        outcome = desk.decide(user, self.seen, self.action, **notes)
        reason = BY_CODE.get(notes["reason"])
        return Told.of(
            outcome,
            ACTIONS[self.action].done,
            of=self.seen,
            more=f": {reason.label}" if reason else "",
        )

    def _answer(self, user: AbstractBaseUser) -> "Told":
        seen = self.seen[0]
        appeal = Appeal.objects.filter(comment__public_id=seen.public_id).first()
        if appeal is None:
            raise NotAllowed("There is no appeal to answer.")
        wanted = ANSWERS[self.action]
        outcome = appeals.answer(
            appeal,
            user,
            wanted,
            version=seen.version,
            words=self._field("appeal_words"),
        )
        if wanted == appeals.UPHELD or outcome.conflicts:
            return Told.of(outcome, "published after all", of=self.seen)
        return Told(
            "The appeal is answered: the decision stands.",
            done={row.comment_public_id: 0 for row in outcome.done},
        )

    def _leave(self, user: AbstractBaseUser) -> "Told":
        outcome = reports.leave(user, self.seen[0])
        if outcome.conflicts:
            return Told.of(outcome, "", of=self.seen)
        return Told(
            "It stays as it is, and is not among the reported any more.",
            done={row.comment_public_id: 0 for row in outcome.done},
        )

    def _field(self, name: str) -> str:
        """What was typed on the card whose button was pressed."""
        return self.data.get(f"{self.prefix}-{name}", "")

    def put_back(self, cards: Iterable[Card], problem: str) -> None:
        """Gives ticks and words back to the cards that still show the same version."""
        ticked = set(self.data.getlist("item"))
        for card in cards:
            form = ReasonForm(self.data, prefix=card.comment.public_id)
            for name in form.fields:
                setattr(card, name, self.data.get(form.add_prefix(name), ""))
            for name in ("question", "appeal_words", ANSWER):
                field_name = f"{card.comment.public_id}-{name}"
                setattr(card, name, self.data.get(field_name, ""))
            card.ticked = card.key in ticked
            if self.prefix == card.comment.public_id:
                where = "question_problem" if self.action == ASK else "problem"
                setattr(card, where, problem)

    @property
    def bulk(self) -> dict[str, str]:
        """What was typed for all that is ticked."""
        form = ReasonForm(self.data, prefix=BULK)
        return {name: self.data.get(form.add_prefix(name), "") for name in form.fields}


def seen_of(values: Iterable[str]) -> list[Seen]:
    """What buttons and ticks send: which comments, and as seen when."""
    found = [_SEEN.fullmatch(value) for value in values]
    return [Seen(match[1], int(match[2])) for match in found if match]


def asked(user: AbstractBaseUser, seen: Seen, question: str) -> "Told":
    """Asks the comment's writer. Raises ``NotAllowed`` also where somebody was first:
    what was typed is in its words, since the card may not be on the page any more."""
    for conflict in questions.ask(user, seen, question).conflicts:
        raise NotAllowed(f"Not asked: {conflict.message}. You wrote: “{question}”")
    return Told("Its writer is asked, and sees it with the receipt. The comment waits.")


@dataclass(frozen=True)
class Told:
    """What became of an action, kept in the session until the next page shows it.

    ``not_done``: of each, its id, why, and what it is called. ``done``: the comments
    by id, and by which number in the log that is taken back (0: it cannot be).
    """

    words: str
    not_done: list[tuple[str, str, str]] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        outcome: Outcome,
        done: str,
        *,
        can_undo: bool = True,
        of: Iterable[Seen] | None = None,
        more: str = "",
    ) -> "Told":
        """``of``: the comments that were meant, where the log has rows of others too;
        ``more`` stands behind what was done."""
        wanted = None if of is None else {seen.public_id for seen in of}
        rows = {
            row.comment_public_id: row.seq if can_undo else 0
            for row in outcome.done
            if wanted is None or row.comment_public_id in wanted
        }
        number, failed = len(rows), len(outcome.conflicts)
        said = [f"{number} {done}{more}."] if number else []
        if failed:
            if not number:
                said.append("Not done:")
            elif all(conflict.is_change for conflict in outcome.conflicts):
                said.append(f"{failed} changed since you looked:")
            else:
                said.append(f"{failed} not done:")
        called = _called(conflict.public_id for conflict in outcome.conflicts)
        return cls(
            " ".join(said) or "Nothing was done.",
            [
                (found.public_id, found.message, called.get(found.public_id, ""))
                for found in outcome.conflicts
            ],
            [row.seq for row in outcome.done] if can_undo else [],
            rows,
        )

    @property
    def news(self) -> dict[str, str]:
        """Why not, as a sentence, by the id of the comment."""
        return {id_: f"{why[:1].upper()}{why[1:]}." for id_, why, _ in self.not_done}

    def keep(self, request: HttpRequest) -> None:
        request.session[TOLD] = asdict(self)

    @classmethod
    def take(cls, request: HttpRequest) -> "Told | None":
        """What is still to be told, once."""
        if TOLD not in request.session:
            return None
        return cls(**request.session.pop(TOLD))


def _called(public_ids: Iterable[str]) -> dict[str, str]:
    """What comments are called; one query, none where there are none."""
    wanted = list(public_ids)
    if not wanted:
        return {}
    found = Comment.objects.filter(public_id__in=wanted).order_by()
    rows = found.only("public_id", "name", "handle", "written_at", "precision")
    return {comment.public_id: words.handle(comment) for comment in rows}
