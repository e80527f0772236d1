"""From the posted form to the decision, and from its outcome to words."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, QueryDict

from moderation import appeals, desk
from moderation.models import Appeal
from moderation.transitions import ACTIONS, NOTE_LENGTH, NotAllowed, Outcome, Seen

from .cards import Card

BULK = "many"  # prefix of the fields that are for all that is ticked
ANSWERS = {"publish-after-all": appeals.UPHELD, "uphold": appeals.REFUSED}
TOLD = "moderation.told"
_SEEN = re.compile(r"([0-9a-z]{1,13}):([0-9]{1,9})", re.ASCII)


class ReasonForm(forms.Form):
    """Why, for the writer and for the other moderators. Without a prefix of its own no
    two of them can stand on one page."""

    reason = forms.CharField(max_length=24, required=False)
    public_note = forms.CharField(max_length=NOTE_LENGTH, required=False)
    private_note = forms.CharField(max_length=NOTE_LENGTH, required=False)


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
            seen = _seen([value])
            return cls(action, seen, seen[0].public_id if seen else BULK, data)
        return cls(data.get("many", ""), _seen(data.getlist("item")), BULK, data)

    def act(self, user: AbstractBaseUser) -> "Told":
        """Does it. Raises ``NotAllowed`` with words for the moderator if it is none."""
        if not self.seen:
            raise NotAllowed("Tick at least one comment first.")
        if self.action in ANSWERS:
            return self._answer(user)
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
        return Told.of(outcome, ACTIONS[self.action].done)

    def _answer(self, user: AbstractBaseUser) -> "Told":
        seen = self.seen[0]
        appeal = Appeal.objects.filter(comment__public_id=seen.public_id).first()
        if appeal is None:
            raise NotAllowed("There is no appeal to answer.")
        wanted = ANSWERS[self.action]
        outcome = appeals.answer(appeal, user, wanted, version=seen.version)
        if wanted == appeals.UPHELD or outcome.conflicts:
            return Told.of(outcome, "published after all")
        return Told("The appeal is answered: the decision stands.")

    def put_back(self, cards: Iterable[Card], problem: str) -> None:
        """Gives ticks and words back to the cards that still show the same version."""
        ticked = set(self.data.getlist("item"))
        for card in cards:
            form = ReasonForm(self.data, prefix=card.comment.public_id)
            for name in form.fields:
                setattr(card, name, self.data.get(form.add_prefix(name), ""))
            card.ticked = card.key in ticked
            if self.prefix == card.comment.public_id:
                card.problem = problem

    @property
    def bulk(self) -> dict[str, str]:
        """What was typed for all that is ticked."""
        form = ReasonForm(self.data, prefix=BULK)
        return {name: self.data.get(form.add_prefix(name), "") for name in form.fields}


def _seen(values: Iterable[str]) -> list[Seen]:
    found = [_SEEN.fullmatch(value) for value in values]
    return [Seen(match[1], int(match[2])) for match in found if match]


@dataclass(frozen=True)
class Told:
    """What became of an action, kept in the session until the next page shows it."""

    words: str
    not_done: list[tuple[str, str]] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, outcome: Outcome, done: str, *, can_undo: bool = True) -> "Told":
        number, failed = len(outcome.done), len(outcome.conflicts)
        words = [f"{number} {done}."] if number else []
        if failed:
            verb = "was" if failed == 1 else "were"
            words.append(f"{failed} {verb} not:" if number else "Not done:")
        return cls(
            " ".join(words) or "Nothing was done.",
            [(conflict.public_id, conflict.message) for conflict in outcome.conflicts],
            [row.seq for row in outcome.done] if can_undo else [],
        )

    def keep(self, request: HttpRequest) -> None:
        request.session[TOLD] = asdict(self)

    @classmethod
    def take(cls, request: HttpRequest) -> "Told | None":
        """What is still to be told, once."""
        if TOLD not in request.session:
            return None
        return cls(**request.session.pop(TOLD))
