"""Figures month by month, of a post or of the whole site, as they may be told.

Only months that are over; those with little in them are joined, and all that readers do
not see is rounded (``disclosure``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from blog.discussion import times

from . import disclosure, tally
from .disclosure import LEAST, Group, Span

FEW = f"fewer than {LEAST}"


@dataclass(frozen=True)
class Line:
    """Some months in a row. ``told``: rounded numbers of what readers do not see.
    ``waits``: within what time half, and 95 of 100, were read; "" where too few were.
    ``sorted``: how many were put aside as likely spam, exact and not to be told so."""

    months: str
    published: int
    told: tuple[Group, ...]
    waits: tuple[str, str]
    sorted: Mapping[str, int]

    @property
    def received(self) -> int:
        return self.published + sum(group.number for group in self.told)

    @property
    def unseen(self) -> str:
        return "; ".join(tally.of_groups(self.told)) or FEW

    @property
    def words(self) -> str:
        """ "40 received, 31 published; 10 refused, all off topic; half were read within
        an hour, 95 of 100 within 3 hours." """
        if self.told:
            parts = [f"{self.received:,} received, {self.published:,} published"]
            parts += tally.of_groups(self.told)
        else:
            parts = [f"{self.published:,} published, {FEW} not"]
        return "; ".join([*parts, *tally.waits_in_words(self.waits)]) + "."


def lines(by_month: Mapping[str, Mapping[str, int]]) -> list[Line]:
    """All that can be told of such figures, the oldest first."""
    # The month that goes on would change under the eyes of who watches it.
    this_month = f"{timezone.localdate():%Y-%m}"
    found = disclosure.spans(
        (month, _with_decided(by_month[month]))
        for month in sorted(by_month)
        if month < this_month
    )
    finest = disclosure.FINEST.get(times.of_site(), 0)
    return [_line(span, finest) for span in found]


def reasons(told: Iterable[Line]) -> dict[str, int]:
    """How much was refused for which reason, "" for others: the sums of what the lines
    tell, so that what they do not tell is not the difference."""
    sums: Counter[str] = Counter()
    for line in told:
        for group in line.told:
            if all(name in tally.OF_REFUSED for name in group.names):
                sums[group.names[0] if len(group.names) == 1 else ""] += group.number
    return dict(sums.most_common())


def _with_decided(numbers: Mapping[str, int]) -> dict[str, int]:
    besides = (tally.WAIT, tally.SORTED)
    decided = sum(n for name, n in numbers.items() if not name.startswith(besides))
    return {**numbers, "decided": decided}


def _line(span: Span, finest: int) -> Line:
    numbers = span.figures
    outer, inner = tally.unseen(numbers), tally.reasons(numbers)
    exact = disclosure.nested(outer, inner, tally.REFUSED)
    if exact and not any(set(group.names) <= inner.keys() for group in exact):
        # What was refused is not told apart from the rest: some reasons may be.
        others = {k: number for k, number in outer.items() if k != tally.REFUSED}
        exact = disclosure.groups(inner | others)
    return Line(
        months=_months(span.first, span.last),
        published=numbers.get(tally.PUBLISHED, 0),
        told=tuple(
            Group(group.names, disclosure.rounded(group.number))
            for group in exact or ()
        ),
        waits=tally.told_waits(numbers, finest),
        sorted={
            name: numbers.get(f"{tally.SORTED}{name}", 0)
            for name in ("published", "not")
        },
    )


def _months(first: str, last: str) -> str:
    """ "March 2026", "March to May 2026", "November 2025 to January 2026"."""
    one, other = (date.fromisoformat(f"{month}-01") for month in (first, last))
    if one == other:
        return f"{one:%B %Y}"
    if one.year == other.year:
        return f"{one:%B} to {other:%B %Y}"
    return f"{one:%B %Y} to {other:%B %Y}"
