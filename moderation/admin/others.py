"""Other comments that a card tells of: what they are called and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, OuterRef, QuerySet, Subquery, Value, When

from blog.discussion import extract
from blog.models import Comment
from moderation.actions import WAITING
from moderation.models import Decision
from moderation.reasons import BY_CODE

from . import words

BEGINNING = 90  # characters of a comment in a list
EXCERPT = 240  # and of one that is read for what was answered to it
REASONED = (Comment.State.REJECTED, Comment.State.HIDDEN, Comment.State.HELD)


@dataclass(frozen=True)
class Other:
    """Another comment, as a card tells of it."""

    comment: Comment

    @property
    def handle(self) -> str:
        return words.handle(self.comment)

    @property
    def written_at(self) -> datetime | None:
        return self.comment.written_at

    @property
    def beginning(self) -> str:
        return extract.first_words(self.comment.html, BEGINNING)

    @property
    def excerpt(self) -> str:
        return extract.first_words(self.comment.html, EXCERPT)

    @property
    def is_long(self) -> bool:
        return self.excerpt.endswith("…")

    @property
    def outcome(self) -> str:
        """What became of it: "Published", "Refused: Off topic", "Waiting"."""
        return outcome(self.comment.state, self.comment.last_reason)


def outcome(state: str, reason: str | None) -> str:
    if state in WAITING:
        return "Waiting"
    label = Comment.State(state).label
    return f"{label}: {BY_CODE[reason].label}" if reason in BY_CODE else label


def with_reason(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """Adds ``last_reason``, the reason of the last decision about what was refused,
    hidden or held; "" for others."""
    decided = Decision.objects.about_state()
    last = decided.filter(comment_public_id=OuterRef("public_id"))
    return comments.annotate(
        last_reason=Case(
            When(
                state__in=REASONED,
                then=Subquery(last.order_by("-seq").values("reason")[:1]),
            ),
            default=Value(""),
        )
    )


def others(keys: Iterable[int]) -> dict[int, Other]:
    """These comments by their keys, those without a text left out. One query, or none
    where there is no key."""
    keys = set(keys)
    if not keys:
        return {}
    found = (
        with_reason(Comment.objects.filter(pk__in=keys))
        .exclude(html="")
        .order_by()
        .select_related("post")
        .only(
            "public_id",
            "name",
            "handle",
            "tag",
            "state",
            "written_at",
            "precision",
            "html",
            "parent",
            "post__title",
            "post__status",
            "post__published_at",
        )
    )
    return {comment.pk: Other(comment) for comment in found}
