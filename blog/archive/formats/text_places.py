"""Where the discussion of a post page begins, and which form it has."""

from collections.abc import Callable
from dataclasses import dataclass

from blog.archive.formats import text_furniture as furniture
from blog.archive.formats.text_comments import (
    read_glued,
    read_marked,
    read_numbered,
    read_said,
)
from blog.archive.formats.text_discussion import (
    MARKER,
    TOP_END,
    Discussion,
    Links,
    last_index,
    said_author,
)

Counts = list[tuple[int, int | None]]  # index and number of count lines and headings
Reader = Callable[[list[str], int, bool | None, Links], Discussion]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the discussion of a post page is.

    ``body_end`` is the index after the post's body, ``start`` the first index to read
    comments from, ``declared`` the number of the count line. ``read`` is None if the
    page shows no comment; ``counted``: there is a count line or a heading.
    """

    body_end: int
    start: int
    declared: int | None = None
    read: Reader | None = None
    counted: bool = True


def locate(lines: list[str], start: int) -> Place:
    """Finds the discussion in the lines of a post page from ``start`` on."""
    counts: Counts = []
    for at in range(start, len(lines)):
        line = lines[at]
        if line and line[0] != " " and len(line) <= 60:
            declared = furniture.parse_count(line)
            if declared is not None or furniture.is_heading(line):
                counts.append((at, declared))
    return (
        _locate_marked(lines, start, counts)
        or _locate_counted(lines, counts)
        or _locate_glued(lines, counts)
        or _locate_numbered(lines, start)
        or Place(len(lines), len(lines), counted=False)
    )


def _locate_marked(lines: list[str], start: int, counts: Counts) -> Place | None:
    last_end = last_index(lines, TOP_END)
    if last_end <= start:
        return None
    for at, declared in reversed(counts):
        opening = _opening(lines, at + 1)
        if opening < last_end and _is_top(lines[opening]):
            return Place(at, at + 1, declared, read_marked)
    # No line that states a number in a known language: the first end mark tells.
    first_end = lines.index(TOP_END, start)
    tops = [at for at in range(start, first_end) if _is_top(lines[at])]
    if not tops:
        return None
    opening = next(
        (at for at in reversed(tops) if lines[at].startswith("  1.")), tops[-1]
    )
    above = opening - 1
    while above > start and (not lines[above] or furniture.is_paging(lines[above])):
        above -= 1
    if above >= start and (declared := furniture.parse_any_count(lines[above])):
        return Place(above, opening, declared, read_marked)
    return Place(opening, opening, None, read_marked, counted=False)


def _locate_counted(lines: list[str], counts: Counts) -> Place | None:
    # Below a count line without comments stand only footers, to the end.
    last_text = len(lines) - 1
    seen = furniture.Furniture()
    while last_text >= 0 and (not lines[last_text] or seen.take(lines[last_text])):
        last_text -= 1
    for at, declared in reversed(counts):
        opening = _opening(lines, at + 1)
        if at == last_text and (declared is not None or opening < len(lines)):
            return Place(at, at + 1, declared)
        if opening == len(lines):
            continue
        marker = MARKER.match(lines[opening])
        if marker and marker.end(1) == 2 and marker[2] == "1":
            return Place(at, at + 1, declared, read_numbered)
        if said_author(lines[opening]) is not None:
            return Place(at, at + 1, declared, read_said)
    return None


def _locate_glued(lines: list[str], counts: Counts) -> Place | None:
    if not counts:
        return None
    first_end = next(
        (
            at
            for at in range(counts[0][0] + 1, len(lines))
            if lines[at].startswith("ReplyDelete") or lines[at] == "Delete"
        ),
        None,
    )
    if first_end is None:
        return None
    at, declared = next(one for one in reversed(counts) if one[0] < first_end)
    return Place(at, at + 1, declared, read_glued)


def _locate_numbered(lines: list[str], start: int) -> Place | None:
    """Numbered comments under no heading.

    A list in a post looks the same, so they must stand apart by two blank lines, as
    the block of comments does on a page.
    """
    for at in range(len(lines) - 1, start + 1, -1):
        if lines[at].startswith("  1. ") and not lines[at - 1] and not lines[at - 2]:
            return Place(at, at, None, read_numbered, counted=False)
    return None


def _opening(lines: list[str], at: int) -> int:
    """Index of the next line that is neither blank nor paging."""
    while at < len(lines) and (not lines[at] or furniture.is_paging(lines[at])):
        at += 1
    return at


def _is_top(line: str) -> bool:
    marker = MARKER.match(line)
    return marker is not None and marker.end(1) == 2
