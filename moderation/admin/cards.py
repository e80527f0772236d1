"""The queue's cards: all that a moderator needs to decide about a comment."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils import timezone

from blog.discussion import extract
from blog.discussion.claims import marks
from blog.discussion.pseudonyms import Mark
from blog.models import Comment, Post
from moderation import appeals, open_cards, reports
from moderation.actions import ACTIONS, KEEP, REMARKS, UNDOABLE, WAITING
from moderation.editorial import redacting, undoing
from moderation.models import Appeal, Decision, Question, QueuedComment, Screening
from moderation.reasons import BY_CODE
from moderation.receipts import APPEALABLE

from . import words
from .context import Context, contexts
from .keys import ACTION_KEYS

# In the order of the buttons.
OFFERED = ("approve", "reject", "spam", "restore", "hide", "hold")
EXCERPT = 400  # characters of a parent that are shown without asking


@dataclass(frozen=True)
class Button:
    """An action that is legal now; ``value`` says which, and about what as seen."""

    code: str
    label: str
    value: str
    shortcut: str | None = None


@dataclass(frozen=True)
class Line:
    """A row of the log in words."""

    row: Decision

    @property
    def done(self) -> str:
        return words.done(self.row)

    @property
    def actor(self) -> str:
        return words.actor(self.row)

    @property
    def when(self) -> str:
        return words.at_its_time(self.row)

    @property
    def reason(self) -> str:
        reason = BY_CODE.get(self.row.reason)
        return reason.label if reason else self.row.reason


@dataclass
class Card:
    """One comment, what is around it, and what can be done with it."""

    comment: QueuedComment
    last: Line | None = None
    corrected: Decision | None = None
    mark: Mark | None = None
    ruling: appeals.Ruling | None = None
    context: Context | None = None
    # What was typed into it, where the page is shown again.
    ticked: bool = False
    reason: str = ""
    public_note: str = ""
    private_note: str = ""
    answer: str = ""
    problem: str = ""
    # Who else has it open, and what happened to it since it was seen last.
    reader: str = ""
    news: str = ""
    question: str = ""
    question_problem: str = ""
    appeal_words: str = ""

    @property
    def key(self) -> str:
        return f"{self.comment.public_id}:{self.comment.version}"

    @property
    def handle(self) -> str:
        return words.handle(self.comment)

    @property
    def screening(self) -> Screening | None:
        """None for what was imported and never screened."""
        return getattr(self.comment, "screening", None)

    @property
    def lane(self) -> str:
        """The lane in words, where it is not the one of everything new."""
        found = self.screening
        if found is None or found.lane == Screening.Lane.NEW:
            return ""
        return found.get_lane_display()

    @property
    def why(self) -> list[str]:
        found = self.screening
        notes = found.why if found else []
        return [note["words"] for note in notes if note["code"] != reports.CODE]

    @property
    def is_reported(self) -> bool:
        """Whether readers' reports of it wait for a moderator's look."""
        return bool(self.screening and self.screening.lane == Screening.Lane.REPORTED)

    @property
    def reported(self) -> str:
        """What readers reported; where that was looked at last, the log's row says."""
        if self.screening is None:
            return ""
        if self.last and self.last.row.action == KEEP and not self.is_reported:
            return ""
        return reports.words_of(self.screening)

    @property
    def appeal(self) -> Appeal | None:
        return getattr(self.comment, "appeal", None)

    @property
    def appeal_is_open(self) -> bool:
        """Whether it waits for an answer, which a published comment's does not."""
        found = self.appeal
        return bool(found and not found.outcome and self.comment.state in APPEALABLE)

    @property
    def appeal_due(self) -> date:
        return self.appeal.made_on + appeals.ANSWERED_WITHIN

    @property
    def appeal_is_late(self) -> bool:
        return timezone.localdate() > self.appeal_due

    @property
    def questions(self) -> list[Question]:
        """What its writer was asked, and answered; the newest last."""
        return list(self.comment.questions.all())

    @property
    def may_ask(self) -> bool:
        """Whether its writer can be asked: once about each version that waits, and
        where there is a receipt with which the question is seen."""
        versions = {question.version for question in self.questions}
        waits = self.waits and self.comment.has_receipt
        return waits and self.comment.version not in versions

    @property
    def waits(self) -> bool:
        return self.comment.state in WAITING

    @property
    def waits_since(self) -> datetime | None:
        """When it came, or when it was sent back to be read."""
        if not self.waits:
            return None
        return self.corrected.at if self.corrected else self.comment.written_at

    @property
    def waiting_time(self) -> str:
        if not self.waits_since:
            return ""
        since = self.corrected or self.comment
        # From the beginning of the hour or day it has waited so long at most.
        most = "at most " if since.precision else ""
        return most + words.duration(self.waits_since)

    @property
    def parent_handle(self) -> str:
        return words.handle(self.comment.parent)

    @property
    def parent_is_long(self) -> bool:
        return len(self.comment.parent.text) > EXCERPT

    @property
    def parent_excerpt(self) -> str:
        return extract.beginning(self.comment.parent.text, EXCERPT)

    @property
    def is_settled(self) -> bool:
        """Whether it was decided since it was seen: there is nothing to press here."""
        return bool(self.news) and not self.waits

    @property
    def buttons(self) -> list[Button]:
        """What is done at a click."""
        return [button for button in self._legal() if not _needs_reason(button)]

    @property
    def can_be_answered(self) -> bool:
        """Whether a moderator's answer may be published with it."""
        return self.waits and not self.appeal_is_open

    @property
    def buttons_with_reason(self) -> list[Button]:
        return [button for button in self._legal() if _needs_reason(button)]

    @property
    def keep_label(self) -> str:
        """The answer to an appeal that changes nothing."""
        refused = self.comment.state == Comment.State.REJECTED
        return "Uphold the refusal" if refused else "Uphold the decision"

    @property
    def can_be_redacted(self) -> bool:
        return self.comment.state in redacting.FITTING

    @property
    def can_be_lifted(self) -> bool:
        return self.comment.is_published and self.comment.post.is_public

    @property
    def can_be_ticked(self) -> bool:
        return bool(self._legal())

    def _legal(self) -> list[Button]:
        return [
            Button(
                code, ACTIONS[code].label, f"{code}:{self.key}", ACTION_KEYS.get(code)
            )
            for code in OFFERED
            if self.comment.state in ACTIONS[code].sources
            # An appeal is answered, by whom the rules allow, and not passed over.
            and not (code == "restore" and self.appeal_is_open)
        ]


def _needs_reason(button: Button) -> bool:
    return ACTIONS[button.code].needs_reason


@dataclass
class Group:
    """The cards of one post that stand together."""

    post: Post
    cards: list[Card] = field(default_factory=list)

    @property
    def key(self) -> str:
        """For ids on a page to which more cards of one post may be added."""
        return self.cards[0].comment.public_id


def comments() -> QuerySet[QueuedComment]:
    """Comments with all that a card shows but their decisions, in two queries."""
    return (
        QueuedComment.objects.select_related(
            "post", "screening", "parent", "appeal", "appeal__answered_by"
        )
        .prefetch_related(
            Prefetch("questions", Question.objects.select_related("asked_by"))
        )
        .annotate(has_receipt=Q(receipt_digest__isnull=False))
        .defer(
            "text",
            "source_key",
            "receipt_digest",
            "screening__sketch",
            "parent__source_key",
            "parent__receipt_digest",
            "post__body",
            "post__body_html",
            "post__summary",
            "post__source_labels",
        )
    )


def cards(found: Iterable[QueuedComment], user: AbstractBaseUser) -> list[Card]:
    """The cards of these comments; nine queries at most, for any number."""
    made = [Card(comment) for comment in found]
    decided = Decision.objects.exclude(action__in=REMARKS).filter(
        comment_public_id__in=[card.comment.public_id for card in made]
    )
    newest = decided.order_by().values("comment_public_id").annotate(seq=Max("seq"))
    told = decided.filter(Q(seq__in=newest.values("seq")) | Q(action="edit"))
    last: dict[str, Line] = {}
    corrected: dict[str, Decision] = {}
    for row in told.order_by("seq"):
        last[row.comment_public_id] = Line(row)
        if row.action == "edit":
            corrected[row.comment_public_id] = row
    ruled = appeals.rulings([card.appeal for card in made if card.appeal_is_open], user)
    marked = marks(card.comment for card in made)
    around = contexts([card.comment for card in made])
    reading = open_cards.readers([card.comment.pk for card in made], user)
    for card in made:
        card.context = around[card.comment.pk]
        card.mark = marked.get(card.comment.pk)
        card.reader = reading.get(card.comment.pk, "")
        card.last = last.get(card.comment.public_id)
        card.corrected = corrected.get(card.comment.public_id)
        if card.appeal_is_open:
            card.ruling = ruled[card.appeal.pk]
    return made


def by_post(made: Iterable[Card]) -> list[Group]:
    """The cards of one post together, posts in the order of their first card."""
    groups: dict[int, Group] = {}
    for card in made:
        post = card.comment.post
        groups.setdefault(post.pk, Group(post)).cards.append(card)
    return list(groups.values())


def undoable(rows: Iterable[Decision]) -> set[int]:
    """The numbers of those rows that can be taken back: nothing came after them, or
    they left the comment in its state. Three queries at most, for any number."""
    rows = list(rows)
    acts = undoing.undoable(rows)
    rows = [row for row in rows if row.action in UNDOABLE]
    now = {
        public_id: (version, state)
        for public_id, version, state in Comment.objects.filter(
            public_id__in={row.comment_public_id for row in rows}
        )
        .order_by()
        .values_list("public_id", "version", "state")
    }
    return acts | {
        row.seq
        for row in rows
        if now.get(row.comment_public_id) == (row.version, row.to_state)
    }
