"""What else the same pseudonym wrote, and what became of it.

A tag proves that one pass-phrase wrote both; a name that was only typed proves nothing,
and the card says so. What is known stays below its post, unless its writer asked for
one tag everywhere. Comments without a name are joined with nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import QuerySet

from blog.models import Claim, Comment
from moderation.actions import WAITING
from moderation.reasons import BY_CODE

from .others import Other, with_reason

LATEST = 3
State = Comment.State
# In this order, with the words in which they are counted.
COUNTED = (
    ("published", (State.PUBLISHED,)),
    ("refused", (State.REJECTED,)),
    ("marked as spam", (State.SPAM,)),
    ("hidden", (State.HIDDEN,)),
    ("held for a complaint", (State.HELD,)),
    ("waiting", tuple(WAITING)),
)


class Pseudonym(NamedTuple):
    """Whose comments belong together: a tag below a post or everywhere (``post`` None),
    or a name that was typed below a post."""

    post: int | None
    tag: str
    name: str = ""


class Row(NamedTuple):
    """A comment of a pseudonym, as far as it is counted."""

    pk: int
    post: int
    name: str
    tag: str
    tag_is_site_wide: bool
    state: str
    reason: str


@dataclass
class History:
    """Other comments of the pseudonym, the latest last; ``latest``: the last three."""

    pseudonym: Pseudonym
    rows: list[Row]
    latest: list[Other] = field(default_factory=list)

    @property
    def is_proved(self) -> bool:
        return bool(self.pseudonym.tag)

    @property
    def is_site_wide(self) -> bool:
        return self.pseudonym.post is None

    @property
    def counts(self) -> str:
        """ "3 published, 2 refused (Off topic, 2), 1 waiting"; "" if there is none."""
        told = []
        for words, states in COUNTED:
            found = [row for row in self.rows if row.state in states]
            if found:
                told.append(f"{len(found):,} {words}{_reasons(found)}")
        return ", ".join(told)

    @property
    def latest_keys(self) -> list[int]:
        """The newest first."""
        return [row.pk for row in self.rows[-LATEST:][::-1]]


def _reasons(rows: list[Row]) -> str:
    reasons = Counter(
        BY_CODE[row.reason].label for row in rows if row.reason in BY_CODE
    )
    told = ", ".join(
        label if len(reasons) == 1 and count == len(rows) else f"{label} {count}"
        for label, count in reasons.most_common()
    )
    return f" ({told})" if told else ""


def pseudonym(comment: Comment) -> Pseudonym | None:
    """Whose it is, as far as that may be said; None of a comment without a name."""
    return _pseudonym(
        comment.post_id, comment.name, comment.tag, comment.tag_is_site_wide
    )


def _pseudonym(
    post: int, name: str | None, tag: str, is_site_wide: bool
) -> Pseudonym | None:
    if tag:
        return Pseudonym(None if is_site_wide else post, tag)
    return Pseudonym(post, "", name) if name else None


def histories(comments: Iterable[Comment]) -> dict[int, History]:
    """Of each comment with a name what else its pseudonym wrote, by the comments' keys.

    One query for any number; none where nobody has a name.
    """
    whose = {comment.pk: pseudonym(comment) for comment in comments}
    whose = {key: found for key, found in whose.items() if found}
    if not whose:
        return {}
    rows: dict[Pseudonym, list[Row]] = defaultdict(list)
    for row in sorted(_rows(set(whose.values()))):
        found = _pseudonym(row.post, row.name, row.tag, row.tag_is_site_wide)
        if found:
            rows[found].append(row)
    return {
        key: History(found, [row for row in rows[found] if row.pk != key])
        for key, found in whose.items()
    }


def _rows(whose: set[Pseudonym]) -> list[Row]:
    """All comments of these and of some others beside them, each once."""
    found = [_selected(part) for part in _parts(whose)]
    together = found[0].union(*found[1:]) if found[1:] else found[0]
    return [Row(*row) for row in together]


def _parts(whose: set[Pseudonym]) -> Iterable[QuerySet[Comment]]:
    """Each reads an index: of the posts, or of what is not published."""
    comments = Comment.objects.all()
    wide = {each.tag for each in whose if each.post is None}
    if wide:
        marked = comments.filter(tag__in=wide, tag_is_site_wide=True)
        claims = Claim.objects.filter(tag__in=wide, is_site_wide=True)
        yield marked.filter(post__in=claims.values("post"))
        yield marked.unpublished()
    here = {each for each in whose if each.post is not None}
    tagged = {each for each in here if each.tag}
    if tagged:
        yield comments.filter(
            post__in={each.post for each in tagged},
            tag__in={each.tag for each in tagged},
        )
    if typed := here - tagged:
        yield comments.filter(
            post__in={each.post for each in typed},
            name__in={each.name for each in typed},
            tag="",
        )


def _selected(part: QuerySet[Comment]) -> QuerySet[Comment]:
    return (
        with_reason(part)
        .order_by()
        .values_list(
            "pk", "post_id", "name", "tag", "tag_is_site_wide", "state", "last_reason"
        )
    )
