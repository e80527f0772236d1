"""Comments in tree order -> the rows that a page draws. Pure; one loop each way.

A comment that is not published is drawn as a stub where a published answer hangs on
it, so that the answer keeps its place, and not at all where none does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

# Depths that are drawn by indent; deeper answers stand flat on the last of them and
# say whom they answer.
LEVELS = 6


class Drawable(Protocol):
    """What the drawing asks of a comment."""

    pk: int
    parent_id: int | None
    is_published: bool
    was_shown: bool


@dataclass(slots=True)
class ThreadRow:
    """One comment as it is drawn.

    ``number`` is its place among all that were ever shown ("5.2"): hiding one of them
    does not change how the others are called. ``replies`` counts the
    published comments below it. ``begins_replies``: a list of replies opens after it;
    ``ends_replies``: as many lists close after it. ``parent`` is the row that it
    answers.
    """

    comment: Drawable
    number: str
    level: int
    depth: int
    is_stub: bool
    replies: int
    parent: "ThreadRow | None" = None
    begins_replies: bool = False
    ends_replies: range = range(0)

    @property
    def in_reply_to(self) -> "ThreadRow | None":
        """The row that it answers, where the indent no longer shows it."""
        return self.parent if self.level < self.depth else None


def rows(comments: Iterable[Drawable]) -> list[ThreadRow]:
    """The rows of a discussion, from its comments in the order of their trees.

    Depth follows from the parents alone. A comment whose parent is not among
    ``comments`` is drawn at the top.
    """
    ordered = list(comments)
    replies: dict[int, int] = {}
    for comment in reversed(ordered):
        below = replies.get(comment.pk, 0)
        if comment.parent_id is not None and (comment.is_published or below):
            replies[comment.parent_id] = (
                replies.get(comment.parent_id, 0) + below + comment.is_published
            )

    drawn: dict[int, ThreadRow] = {}
    siblings: dict[int | None, int] = {}
    last: ThreadRow | None = None
    for comment in ordered:
        below = replies.get(comment.pk, 0)
        parent = drawn.get(comment.parent_id)
        key = None if parent is None else comment.parent_id
        is_drawn = comment.is_published or below > 0
        if is_drawn or comment.was_shown:
            siblings[key] = siblings.get(key, 0) + 1
        if not is_drawn:
            continue
        place = siblings[key]
        depth = 0 if parent is None else parent.depth + 1
        # Never more than one list deeper than the row before, whatever the order.
        level = min(depth, LEVELS - 1, last.level + 1 if last else 0)
        row = ThreadRow(
            comment=comment,
            number=str(place) if parent is None else f"{parent.number}.{place}",
            level=level,
            depth=depth,
            is_stub=not comment.is_published,
            replies=below,
            parent=parent,
        )
        if last:
            last.begins_replies = level > last.level
            last.ends_replies = range(max(0, last.level - level))
        drawn[comment.pk] = last = row
    if last:
        last.ends_replies = range(last.level)
    return list(drawn.values())
