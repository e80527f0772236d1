"""The lanes at the left of the queue, with how many wait in each."""

from dataclasses import dataclass

from moderation.models import Screening

from .filters import APPEALS, WAITS, WHAT, QueueFilter


@dataclass(frozen=True)
class Lane:
    """One line; ``key`` is what its count is called, "" where none is known."""

    key: str
    name: str
    query: str
    count: int | None
    is_here: bool


def lanes(chosen: QueueFilter, found: dict[str, int], view: str = "") -> list[Lane]:
    """All of them; ``found`` are the counts, as ``counts`` gives them."""
    here = chosen.what_is_shown, chosen.form.cleaned_data.get("lane") or ""

    def lane(key: str, name: str, what: str, code: str = "") -> Lane:
        asked = {"what": what if what != WAITS else "", "lane": code, "view": view}
        query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
        return Lane(key, name, query, found.get(key), here == (what, code))

    made = [lane(WAITS, WHAT[WAITS], WAITS)]
    for code, name in Screening.Lane.choices:
        shows = {
            Screening.Lane.NEW: (WAITS, code),
            Screening.Lane.LIKELY_SPAM: (WAITS, code),
            Screening.Lane.APPEAL: (APPEALS, ""),
        }.get(code, ("all", code))
        made.append(lane(code, name, *shows))
    made += [
        lane("", name, what)
        for what, name in WHAT.items()
        if what not in (WAITS, APPEALS)
    ]
    return made


def counts(by_lane: dict[str, int]) -> dict[str, int]:
    """The counts of all lines that have one, by their keys."""
    waiting = by_lane[Screening.Lane.NEW] + by_lane[Screening.Lane.LIKELY_SPAM]
    return {WAITS: waiting, **by_lane}
