"""The queue's cards: all that a moderator needs to decide about a comment."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, F, Max, QuerySet, Value
from django.db.models.functions import Coalesce

from blog.models import Comment, Post
from moderation import appeals
from moderation.models import Appeal, Decision, QueuedComment, Screening
from moderation.reasons import BY_CODE
from moderation.receipts import APPEALABLE
from moderation.transitions import ACTIONS, UNDOABLE, WAITING

from . import words

# In the order of the buttons.
OFFERED = ("approve", "reject", "spam", "restore", "hide", "hold")
EXCERPT = 400  # characters of a parent that are shown without asking


@dataclass(frozen=True)
class Button:
    """An action that is legal now; ``value`` says which, and about what as seen."""

    code: str
    label: str
    value: str


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
    def reason(self) -> str:
        reason = BY_CODE.get(self.row.reason)
        return reason.label if reason else self.row.reason


@dataclass
class Card:
    """One comment, what is around it, and what can be done with it."""

    comment: QueuedComment
    last: Line | None = None
    ruling: appeals.Ruling | None = None
    # What was typed into it, where the page is shown again.
    ticked: bool = False
    reason: str = ""
    public_note: str = ""
    private_note: str = ""
    problem: str = ""

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
        return [note["words"] for note in found.why] if found else []

    @property
    def appeal(self) -> Appeal | None:
        return getattr(self.comment, "appeal", None)

    @property
    def appeal_is_open(self) -> bool:
        """Whether it waits for an answer, which a published comment's does not."""
        found = self.appeal
        return bool(found and not found.outcome and self.comment.state in APPEALABLE)

    @property
    def waits(self) -> bool:
        return self.comment.state in WAITING

    @property
    def waits_since(self) -> datetime | None:
        """When it came, or when it was sent back to be read."""
        if not self.waits:
            return None
        if self.last and self.last.row.action == "edit":
            return self.last.row.at
        return self.comment.written_at

    @property
    def waiting_time(self) -> str:
        return words.duration(self.waits_since) if self.waits_since else ""

    @property
    def parent_handle(self) -> str:
        return words.handle(self.comment.parent)

    @property
    def parent_is_long(self) -> bool:
        return len(self.comment.parent.text) > EXCERPT

    @property
    def parent_excerpt(self) -> str:
        return self.comment.parent.text[:EXCERPT].rsplit(None, 1)[0] + " …"

    @property
    def buttons(self) -> list[Button]:
        """What is done at a click."""
        return [button for button in self._legal() if not _needs_reason(button)]

    @property
    def buttons_with_reason(self) -> list[Button]:
        return [button for button in self._legal() if _needs_reason(button)]

    @property
    def keep_label(self) -> str:
        """The answer to an appeal that changes nothing."""
        refused = self.comment.state == Comment.State.REJECTED
        return "Uphold the refusal" if refused else "Uphold the decision"

    @property
    def can_be_ticked(self) -> bool:
        return bool(self._legal())

    def _legal(self) -> list[Button]:
        return [
            Button(code, ACTIONS[code].label, f"{code}:{self.key}")
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


def comments() -> QuerySet[QueuedComment]:
    """Comments with all that a card shows but their decisions, in one query."""
    return QueuedComment.objects.select_related(
        "post", "screening", "parent", "appeal", "appeal__answered_by"
    ).defer(
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


def cards(found: Iterable[QueuedComment], user: AbstractBaseUser) -> list[Card]:
    """The cards of these comments; three queries at most, for any number."""
    made = [Card(comment) for comment in found]
    newest = (
        Decision.objects.filter(
            comment_public_id__in=[card.comment.public_id for card in made]
        )
        .order_by()
        .values("comment_public_id")
        .annotate(seq=Max("seq"))
        .values("seq")
    )
    last = {
        row.comment_public_id: Line(row)
        for row in Decision.objects.filter(seq__in=newest)
    }
    ruled = appeals.rulings([card.appeal for card in made if card.appeal_is_open], user)
    for card in made:
        card.last = last.get(card.comment.public_id)
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


def lane_counts() -> dict[str, int]:
    """How many comments wait in each lane, in one query."""
    lane = F("screening__lane")
    waiting = (
        QueuedComment.objects.unpublished()
        .filter(state__in=WAITING)
        .order_by()
        .values(which=Coalesce(lane, Value(Screening.Lane.NEW.value)))
        .annotate(number=Count("pk"))
    )
    # These may be published: the lane says that somebody must look at them again.
    noticed = (
        Screening.objects.filter(
            lane__in=[Screening.Lane.REPORTED, Screening.Lane.COMPLAINT]
        )
        .exclude(comment__state__in=WAITING)
        .order_by()
        .values(which=F("lane"))
        .annotate(number=Count("pk"))
    )
    appealed = (
        Appeal.objects.filter(outcome="", comment__state__in=APPEALABLE)
        .order_by()
        .values(which=Value(Screening.Lane.APPEAL.value))
        .annotate(number=Count("pk"))
    )
    counts = dict.fromkeys(Screening.Lane.values, 0)
    rows = waiting.union(noticed, appealed, all=True)
    for which, number in rows.values_list("which", "number"):
        counts[which] = counts.get(which, 0) + number
    return counts


def undoable(rows: Iterable[Decision]) -> set[int]:
    """The numbers of those rows that can be taken back: nothing came after them. One
    query, for any number."""
    rows = [row for row in rows if row.action in UNDOABLE]
    now = {
        public_id: (version, state)
        for public_id, version, state in Comment.objects.filter(
            public_id__in={row.comment_public_id for row in rows}
        )
        .order_by()
        .values_list("public_id", "version", "state")
    }
    return {
        row.seq
        for row in rows
        if now.get(row.comment_public_id) == (row.version, row.to_state)
    }
