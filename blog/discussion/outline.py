"""The map of a long discussion: its threads, each in a line. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape

from blog import moments

from .drawing import name_of
from .extract import first_words
from .threads import ThreadRow

# So many published comments are a discussion in which a map helps.
LONG = 300


@dataclass(frozen=True)
class Outlined:
    """A thread: its first comment, where that stands, how many published comments it
    has, and when the latest of them was written, if that is known, and what the least
    exact of their times is cut to."""

    root: ThreadRow
    address: str
    size: int
    last_at: datetime | None
    precision: str | None = None


def threads_of_page(drawn: Sequence[ThreadRow]) -> list[Outlined]:
    """The threads of a page from its rows, with addresses on this very page.

    None where the page shows a part of one thread.
    """
    if any(row.is_elsewhere or row.goes_on for row in drawn):
        return []
    found: list[Outlined] = []
    begins = [place for place, row in enumerate(drawn) if row.depth == 0]
    for begin, end in zip(begins, [*begins[1:], len(drawn)], strict=True):
        shown = [row.comment for row in drawn[begin:end] if not row.is_stub]
        times = [comment.written_at for comment in shown if comment.written_at]
        root = drawn[begin]
        if root.is_bare:
            continue
        address = f"#c-{root.comment.public_id}"
        precision = moments.coarsest(*(comment.precision for comment in shown))
        last = max(times, default=None)
        found.append(Outlined(root, address, len(shown), last, precision))
    return found


def outline_html(threads: Iterable[Outlined], zone: tzinfo) -> str:
    """One plain list."""
    lines = [_line(thread, zone) for thread in threads]
    return f'<ol class="outline">\n{"".join(lines)}</ol>\n' if lines else ""


def _line(thread: Outlined, zone: tzinfo) -> str:
    root = thread.root
    said = "" if root.is_stub else escape(first_words(root.comment.html))
    name = "A comment that is gone" if root.is_stub else name_of(root, zone)
    facts = "1 comment" if thread.size == 1 else f"{thread.size:,} comments"
    if thread.last_at is not None:
        last = thread.last_at.astimezone(zone)
        facts += f", latest {moment_in_words(last, thread.precision)}"
    return (
        f'<li><a href="{escape(thread.address)}">{name}</a> '
        f'<span class="said" dir="auto">{said}</span> '
        f'<span class="facts">{facts}</span></li>\n'
    )


def moment_in_words(
    there: datetime, precision: str | None, *, year: bool = True
) -> str:
    """A time of writing as the clock there shows it, so far as it is known: "3 Sep 2022
    09:12", "3 Sep 2022 09h", "3 Sep 2022"."""
    day = f"{there.day} {there:%b %Y}" if year else f"{there.day} {there:%b}"
    return day + moments.after_day(there, precision, " ")
