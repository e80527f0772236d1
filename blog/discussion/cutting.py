"""A long discussion -> its pages. Pure.

A page holds about 200 comments and begins with a thread. A thread that is much longer
has pages of its own and is cut where the least hangs together, near equal parts: a
page shows either whole threads or a part of one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Protocol

from .threads import LEVELS, Drawable, ThreadRow

PAGE = 200
# A thread that is not longer stands on one page, and no page is longer.
LONGEST = 300
# A page with less takes in the next thread if that is possible at all, and a last page
# with less than half of it stands with the one before.
FEW = 100
# How far from equal parts a thread may be cut for a better place.
AROUND = 40


class Dated(Drawable, Protocol):
    """What is asked of a comment."""

    written_at: datetime | None
    published_at: datetime | None
    precision: str | None


@dataclass(frozen=True)
class Page:
    """``rows`` are those drawn on it, in order."""

    rows: list[ThreadRow]

    @property
    def first(self) -> ThreadRow:
        return self.rows[0]

    @property
    def above(self) -> list[int]:
        """Keys of what the first comment stands below, as far as the indent shows."""
        keys, row = [], self.first.parent
        while row is not None:
            if row.depth < LEVELS - 1:
                keys.append(row.comment.pk)
            row = row.parent
        return keys[::-1]

    @property
    def threads(self) -> int:
        """How many begin on it. One of which nothing is left is none."""
        return sum(row.depth == 0 and not row.is_bare for row in self.rows)

    @property
    def published(self) -> list[Dated]:
        return [row.comment for row in self.rows if not row.is_stub]


def pages(rows: Sequence[ThreadRow], *, newest_first: bool = False) -> list[Page]:
    """The pages of a discussion, from its rows with the oldest thread first.

    Every row stands on one page, in order: the threads turned round for
    ``newest_first``. Nothing where one page is enough.
    """
    if len(rows) <= PAGE:
        return []
    threads = list(_threads(rows))
    if newest_first:
        threads.reverse()
    # Each with whether it holds whole threads.
    cut: list[tuple[list[ThreadRow], bool]] = []
    page: list[ThreadRow] = []
    for thread in threads:
        if page and not _fits(len(page), len(thread)):
            cut.append((page, True))
            page = []
        if len(thread) > LONGEST:
            cut += ((part, False) for part in _parts(thread))
        else:
            page += thread
    if page:
        cut.append((page, True))
    if len(cut) > 1 and all(whole for _, whole in cut[-2:]):
        before, last = cut[-2][0], cut[-1][0]
        if len(last) < FEW // 2 and len(before) + len(last) <= LONGEST:
            cut[-2:] = [(before + last, True)]
    return [Page(part) for part, _ in cut] if len(cut) > 1 else []


def _threads(rows: Sequence[ThreadRow]) -> Iterator[list[ThreadRow]]:
    thread: list[ThreadRow] = []
    for row in rows:
        if row.depth == 0 and thread:
            yield thread
            thread = []
        thread.append(row)
    if thread:
        yield thread


def _fits(size: int, more: int) -> bool:
    return size + more <= (LONGEST if size < FEW else PAGE)


def _parts(thread: list[ThreadRow]) -> Iterator[list[ThreadRow]]:
    number = ceil(len(thread) / PAGE)
    begin = 0
    for part in range(1, number):
        ideal = len(thread) * part // number
        near = range(ideal - AROUND, ideal + AROUND + 1)
        end = min(near, key=lambda place: (thread[place].depth, abs(place - ideal)))
        yield thread[begin:end]
        begin = end
    yield thread[begin:]
