"""The figures of the whole site, for the page about moderation."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, F, Q

from . import chart, disclosure, months, tally
from .models import Appeal, Complaint, Tally

CACHED = 5 * 60  # seconds
_KEY = "moderation.figures"
# Months in the chart: more bars could not be told apart on a phone.
_BARS = 60


@dataclass(frozen=True)
class Wait:
    """Within what time half of what came in some months was read, in words."""

    months: str
    half: str


@dataclass(frozen=True)
class Figures:
    """What the page tells; all of it rounded but what readers see anyway."""

    lines: list[months.Line]
    reasons: list[str]
    sorting: list[str]
    appeals: list[str]
    complaints: list[str]
    clock: list[str]
    chart: str
    tallest: int

    @property
    def received(self) -> int:
        """In all months that are told."""
        return sum(line.received for line in self.lines)

    @property
    def newest_first(self) -> list[months.Line]:
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
    sums: dict[str, Counter[str]] = {}
    rows = Tally.objects.order_by().values_list("by_month", flat=True)
    for by_month in rows.iterator(chunk_size=2000):
        for month, numbers in by_month.items():
            sums.setdefault(month, Counter()).update(numbers)
    lines = months.lines(sums)
    shown = lines[-_BARS:]
    return Figures(
        lines=lines,
        reasons=_reasons(lines),
        sorting=_sorting(lines),
        appeals=_appeals(),
        **_complaints(),
        chart=chart.bars_svg(
            [(each.published, each.received - each.published) for each in shown],
            ("seen", "unseen"),
        ),
        tallest=max((each.received for each in shown), default=0),
    )


def _reasons(lines: list[months.Line]) -> list[str]:
    found = months.reasons(lines)
    if not found and any(line.told for line in lines):
        return ["too little to tell the reasons apart"]
    return [f"{number:,} {_of_reason(name)}" for name, number in found.items()] or [
        months.FEW
    ]


def _sorting(lines: list[months.Line]) -> list[str]:
    """Of all months that are told, as one sum: by month it would be too little."""
    sums: Counter[str] = Counter()
    for line in lines:
        sums.update(line.sorted)
    words = {"published": "that were published", "not": "that were not"}
    return _told({name: sums[name] for name in words}, words.get, "in all")


def _of_reason(name: str) -> str:
    return tally.of_reason(name) if name else "for reasons that are not told apart"


def _told(numbers: Mapping[str, int], in_words, others: str) -> list[str]:
    """Rounded numbers in words; "fewer than 5" where there is no more to tell."""
    found = disclosure.groups(numbers)
    if found is None:
        return [months.FEW]
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
