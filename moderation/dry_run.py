"""What a rule would have met among the latest comments, before it goes live."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from blog.discussion import extract
from blog.models import Comment

from .rule_models import Rule
from .screening.matching import Wanted, compiled, first_span

LOOKED_AT = 500
SHOWN = 10
AROUND = 90  # characters on either side of what was met
_READ = ("public_id", "text", "html")


@dataclass(frozen=True)
class Extract:
    """A comment that was met: what stands before, what was met, what stands after.

    ``met`` is "" where it is no place in the text.
    """

    public_id: str
    before: str
    met: str
    after: str


@dataclass
class Tried:
    """How many were looked at and met, and the first of these."""

    looked_at: int = 0
    met: int = 0
    extracts: list[Extract] = field(default_factory=list)

    @property
    def share(self) -> int:
        """Of a hundred, so many were met; at least 1 if any was."""
        if not self.met:
            return 0
        return max(1, round(100 * self.met / self.looked_at))


@dataclass(frozen=True)
class DryRun:
    published: Tried
    refused: Tried


def dry_run(wanted: Wanted) -> DryRun:
    """Looks through the last 500 that were published, and the last 500 that were
    refused or marked as spam and whose text is still there. Three queries."""
    return DryRun(
        published=_tried(wanted, _latest_published()),
        refused=_tried(wanted, _latest_refused()),
    )


def _latest_published() -> list[Comment]:
    """By when they were published; those of which no time is known come last."""
    dated = Comment.objects.published().with_moment().filter(moment__isnull=False)
    found = list(_fields(dated.order_by("-moment", "-pk"))[:LOOKED_AT])
    if len(found) < LOOKED_AT:
        undated = Comment.objects.published().filter(published_at=None, written_at=None)
        found += _fields(undated.order_by("-pk"))[: LOOKED_AT - len(found)]
    return found


def _latest_refused() -> QuerySet[Comment]:
    states = [Comment.State.REJECTED, Comment.State.SPAM]
    refused = Comment.objects.unpublished().filter(state__in=states).exclude(text="")
    return _fields(refused.order_by("-pk"))[:LOOKED_AT]


def _fields(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    return comments.only(*_READ)


def _tried(wanted: Wanted, comments: Iterable[Comment]) -> Tried:
    rules = compiled((wanted,))
    tried = Tried()
    for comment in comments:
        tried.looked_at += 1
        if rules.found(comment.text, comment.html):
            tried.met += 1
            if tried.met <= SHOWN:
                tried.extracts.append(_extract(wanted, comment))
    return tried


def _extract(wanted: Wanted, comment: Comment) -> Extract:
    text = comment.text
    span = None if wanted.kind == Rule.Kind.LINKS else first_span(wanted, text)
    if span is None:
        return Extract(comment.public_id, extract.beginning(text, 2 * AROUND), "", "")
    start, end = span
    before = text[max(0, start - AROUND) : start]
    if start > AROUND:
        before = f"… {before.partition(' ')[2] or before}"
    return Extract(
        comment.public_id,
        before,
        text[start:end],
        extract.beginning(text[end:], AROUND),
    )
