"""The figures of the whole site, for the page about moderation."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import Count, F, Q
from django.utils import timezone

from . import chart, disclosure, tally
from .disclosure import LEAST, Span
from .models import Appeal, Complaint, Tally

CACHED = 5 * 60  # seconds
_KEY = "moderation.figures"
FEW = f"fewer than {LEAST}"
# Months in the chart: more bars could not be told apart on a phone.
_BARS = 60


@dataclass(frozen=True)
class Line:
    """Some months in a row, as they stand in the table. ``waits``: within what time
    half, and 95 of 100, were read; "" where too few were."""

    months: str
    received: int
    published: int
    unseen: str
    waits: tuple[str, str]


@dataclass(frozen=True)
class Wait:
    """Within what time half of what came in some months was read, in words."""

    months: str
    half: str


@dataclass(frozen=True)
class Figures:
    """What the page tells; all of it rounded but what readers see anyway."""

    lines: list[Line]
    reasons: list[str]
    appeals: list[str]
    complaints: list[str]
    clock: list[str]
    chart: str
    tallest: int

    @property
    def newest_first(self) -> list[Line]:
        return self.lines[::-1]

    @property
    def lately(self) -> Wait | None:
        """Of the latest months; None where too few comments came in them."""
        last = self.lines[-1] if self.lines else None
        return Wait(last.months, last.waits[0]) if last and last.waits[0] else None


def figures() -> Figures:
    """The figures; worked out every few minutes and kept meanwhile."""
    found = cache.get(_KEY)
    if found is None:
        found = worked_out()
        cache.set(_KEY, found, CACHED)
    return found


def forget() -> None:
    """They are worked out anew when they are asked for next."""
    cache.delete(_KEY)


def worked_out() -> Figures:
    """Three queries, of what is counted already: one row a post, none of the log."""
    months: dict[str, Counter[str]] = {}
    rows = Tally.objects.order_by().values_list("by_month", flat=True)
    for by_month in rows.iterator(chunk_size=2000):
        for month, numbers in by_month.items():
            months.setdefault(month, Counter()).update(numbers)
    # The month that goes on would change under the eyes of who watches it.
    this_month = f"{timezone.localdate():%Y-%m}"
    spans = disclosure.spans(
        (month, _with_decided(months[month]))
        for month in sorted(months)
        if month < this_month
    )
    lines = [_line(span) for span in spans]
    shown = lines[-_BARS:]
    return Figures(
        lines=lines,
        reasons=_reasons(spans),
        appeals=_appeals(),
        **_complaints(),
        chart=chart.bars_svg(
            [(each.published, each.received - each.published) for each in shown],
            ("seen", "unseen"),
        ),
        tallest=max((each.received for each in shown), default=0),
    )


def _with_decided(numbers: Counter[str]) -> Counter[str]:
    decided = sum(n for name, n in numbers.items() if not name.startswith(tally.WAIT))
    return numbers + Counter(decided=decided)


def _line(span: Span) -> Line:
    numbers = span.figures
    found = disclosure.groups(tally.unseen(numbers))
    told = [
        disclosure.Group(group.names, disclosure.rounded(group.number))
        for group in found or ()
    ]
    published = numbers.get(tally.PUBLISHED, 0)
    waits = tally.waits(numbers)
    return Line(
        months=_months(span.first, span.last),
        received=published + sum(group.number for group in told),
        published=published,
        unseen=", ".join(tally.of_groups(told)) or FEW,
        waits=tuple(_wait(disclosure.kept_by(waits, share)) for share in (0.5, 0.95)),
    )


def _wait(minutes: int | None) -> str:
    return disclosure.in_words(minutes) if minutes else ""


def _months(first: str, last: str) -> str:
    """ "March 2026", "March to May 2026", "November 2025 to January 2026"."""
    one, other = (date.fromisoformat(f"{month}-01") for month in (first, last))
    if one == other:
        return f"{one:%B %Y}"
    if one.year == other.year:
        return f"{one:%B} to {other:%B %Y}"
    return f"{one:%B %Y} to {other:%B %Y}"


def _reasons(spans: Iterable[Span]) -> list[str]:
    sums: Counter[str] = Counter()
    for span in spans:
        sums.update(span.figures)
    return _told(tally.reasons(sums), tally.of_reason, "for other reasons")


def _told(numbers: Mapping[str, int], in_words, others: str) -> list[str]:
    """Rounded numbers in words; "fewer than 5" where there is no more to tell."""
    found = disclosure.groups(numbers)
    if found is None:
        return [FEW]
    return [
        f"{disclosure.rounded(group.number):,} "
        + (in_words(group.names[0]) if len(group.names) == 1 else others)
        for group in found
    ]


def _appeals() -> list[str]:
    numbers = Appeal.objects.aggregate(
        upheld=Count("pk", filter=Q(outcome="upheld")),
        refused=Count("pk", filter=Q(outcome="refused")),
    )
    words = {"upheld": "upheld: published after all", "refused": "refused"}
    return _told(numbers, words.get, "answered")


def _complaints() -> dict[str, list[str]]:
    """How those ended that are closed, and whether the time of the law was kept."""
    closed = Q(closed_at__isnull=False)
    removed = Q(outcome__in=("removed", "gone"))
    kept = Q(outcome="kept")
    in_time = Q(answered_at__lte=F("due_at"))
    numbers = Complaint.objects.exclude(outcome="joined").aggregate(
        removed=Count("pk", filter=closed & removed),
        kept=Count("pk", filter=closed & kept),
        other=Count("pk", filter=closed & ~removed & ~kept),
        in_time=Count("pk", filter=closed & in_time),
        late=Count("pk", filter=closed & Q(answered_at__gt=F("due_at"))),
    )
    ends = {
        "removed": "where the comment went",
        "kept": "where it stayed",
        "other": "that were taken back or never complete",
    }
    times = {"in_time": "answered in time", "late": "answered late"}
    return {
        "complaints": _told({k: numbers[k] for k in ends}, ends.get, "ended otherwise"),
        "clock": _told({k: numbers[k] for k in times}, times.get, "answered"),
    }
