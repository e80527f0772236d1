"""Comments in tree order -> the rows that a page draws. Pure; one loop each way.

A comment that is not published is drawn as a stub where it was shown and taken away,
or where something hangs on it that is drawn, so that this keeps its place; else not at
all.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

# Depths that are drawn by indent; deeper answers stand flat on the last of them and
# say whom they answer. Their numbers end there, too: of a thread of thousands of
# answers to answers they alone would fill a page.
LEVELS = 6
CUT = "…"


class Drawable(Protocol):
    """What the drawing asks of a comment."""

    pk: int
    parent_id: int | None
    is_published: bool
    was_shown: bool
    leaves_stub: bool


@dataclass(frozen=True)
class Part:
    """Which part of a discussion a page shows.

    ``number`` is that of the first comment drawn. Where that one stands within a
    thread, the page holds nothing else than comments of that thread, and ``above``
    holds what they answer on earlier pages, by key: depth and comment; so far as the
    indent shows it, all of what the first one stands below. ``goes_on``: keys of
    comments that are answered on the next page.
    """

    number: str
    above: Mapping[int, tuple[int, Drawable]] = field(default_factory=dict)
    goes_on: Collection[int] = frozenset()


WHOLE = Part("1")


@dataclass(slots=True)
class ThreadRow:
    """One comment as it is drawn.

    ``number`` is its place among all that were ever shown ("5.2"): hiding one of them
    does not change how the others are called. ``replies`` counts the
    published comments below it, so far as the page holds them; ``goes_on``: there are
    more on the next page. ``begins_replies``: a list of replies opens after it;
    ``ends_replies``: as many lists close after it. ``parent`` is the row that it
    answers. ``is_elsewhere``: it is drawn on an earlier page, and here only named.
    """

    comment: Drawable
    number: str
    level: int
    depth: int
    is_stub: bool
    replies: int = 0
    parent: "ThreadRow | None" = None
    begins_replies: bool = False
    ends_replies: range = range(0)
    stands_below: "ThreadRow | None" = None
    goes_on: bool = False
    is_elsewhere: bool = False

    @property
    def in_reply_to(self) -> "ThreadRow | None":
        """The row that it answers, where the indent no longer shows it."""
        return self.parent if self.level < self.depth else None

    @property
    def is_bare(self) -> bool:
        """A stub below which nothing is left to read."""
        return self.is_stub and not self.replies and not self.goes_on

    @property
    def follows_parent(self) -> bool:
        """Whether what it answers is drawn right above it."""
        return self.parent is not None and self.parent is self.stands_below


def rows(
    comments: Iterable[Drawable], *, part: Part = WHOLE, newest_first: bool = False
) -> list[ThreadRow]:
    """The rows of a discussion, from its comments in the order of their trees.

    Depth follows from the parents alone. A comment whose parent is not among
    ``comments`` is drawn at the top, or below its place in ``part``, of which
    ``comments`` are all in this order. ``newest_first`` turns the threads round; within
    a thread answers follow each other as ever.
    """
    ordered = list(comments)
    replies = _replies(ordered)
    kept = {*_kept(ordered), *part.goes_on}
    drawn: dict[int, ThreadRow] = {}
    elsewhere: dict[int, ThreadRow] = {}
    siblings: dict[int | None, int] = {}
    if part is not WHOLE:
        elsewhere = _elsewhere(part)
        siblings = _counted_before(part, elsewhere)
        if newest_first and not elsewhere:
            top = sum(_counts(c, kept) for c in ordered if c.parent_id is None)
            siblings[None] = int(part.number) - top
    chain = [row for row in elsewhere.values() if row.depth < LEVELS - 1]
    found = [*chain]
    _open(chain)
    last: ThreadRow | None = chain[-1] if chain else None
    for comment in ordered:
        below = replies.get(comment.pk, 0)
        parent = drawn.get(comment.parent_id) or elsewhere.get(comment.parent_id)
        is_drawn = _is_drawn(comment, kept)
        # What hung on something that is not drawn takes no number, least of all one of
        # the threads.
        has_place = parent is not None or comment.parent_id is None
        key = None if parent is None else comment.parent_id
        if is_drawn or (has_place and comment.was_shown):
            siblings[key] = siblings.get(key, 0) + 1
        if not is_drawn:
            continue
        depth = 0 if parent is None else parent.depth + 1
        # Never more than one list deeper than the row before, whatever the order.
        level = min(depth, LEVELS - 1, last.level + 1 if last else 0)
        row = ThreadRow(
            comment=comment,
            number=_number(parent, depth, siblings[key]),
            level=level,
            depth=depth,
            is_stub=not comment.is_published,
            replies=below,
            parent=parent,
            stands_below=last,
            goes_on=comment.pk in part.goes_on,
        )
        if last:
            last.begins_replies = level > last.level
            last.ends_replies = range(max(0, last.level - level))
        drawn[comment.pk] = last = row
        found.append(row)
    if last:
        last.ends_replies = range(last.level)
    return _turned(found) if newest_first else found


def _replies(ordered: list[Drawable]) -> dict[int, int]:
    """How many published comments stand below each that has any."""
    replies: dict[int, int] = {}
    for comment in reversed(ordered):
        below = replies.get(comment.pk, 0)
        if comment.parent_id is not None and (comment.is_published or below):
            replies[comment.parent_id] = (
                replies.get(comment.parent_id, 0) + below + comment.is_published
            )
    return replies


def _kept(ordered: list[Drawable]) -> set[int]:
    """Keys of what is drawn for the sake of what hangs on it."""
    kept: set[int] = set()
    for comment in reversed(ordered):
        if comment.parent_id is not None and _is_drawn(comment, kept):
            kept.add(comment.parent_id)
    return kept


def _is_drawn(comment: Drawable, kept: Collection[int]) -> bool:
    return comment.is_published or comment.leaves_stub or comment.pk in kept


def _counts(comment: Drawable, kept: Collection[int]) -> bool:
    """Whether it takes a number: it is drawn, or it was."""
    return comment.was_shown or _is_drawn(comment, kept)


def _number(parent: ThreadRow | None, depth: int, place: int) -> str:
    if parent is None:
        return str(place)
    if depth < LEVELS:
        return f"{parent.number}.{place}"
    return parent.number if depth > LEVELS else parent.number + CUT


def _elsewhere(part: Part) -> dict[int, ThreadRow]:
    """Rows of what the part's comments answer on earlier pages, from the top."""
    parts = part.number.removesuffix(CUT).split(".")
    found: dict[int, ThreadRow] = {}
    for depth, comment in sorted(part.above.values(), key=lambda each: each[0]):
        number = ".".join(parts[: depth + 1])
        found[comment.pk] = ThreadRow(
            comment=comment,
            number=number if depth < LEVELS else number + CUT,
            level=min(depth, LEVELS - 1),
            depth=depth,
            is_stub=not comment.is_published,
            parent=found.get(comment.parent_id),
            is_elsewhere=True,
        )
    return found


def _counted_before(
    part: Part, elsewhere: Mapping[int, ThreadRow]
) -> dict[int | None, int]:
    """How many answers to each came on earlier pages."""
    parts = [int(place) for place in part.number.removesuffix(CUT).split(".")]
    before: dict[int | None, int] = {None: parts[0] - 1}
    for pk, row in elsewhere.items():
        here = row.depth + 1
        if here < len(parts):
            # What leads down to the first comment is counted, that one itself not yet.
            is_first = here == len(parts) - 1 and not part.number.endswith(CUT)
            before[pk] = parts[here] - is_first
    return before


def _open(chain: list[ThreadRow]) -> None:
    """Each hangs on the one before."""
    for row in chain:
        row.begins_replies = True


def _turned(found: list[ThreadRow]) -> list[ThreadRow]:
    """The threads in the other order."""
    threads: list[list[ThreadRow]] = []
    for row in found:
        if row.depth == 0:
            threads.append([])
        threads[-1].append(row)
    return [row for thread in reversed(threads) for row in thread]
