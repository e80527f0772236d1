"""The pages of a long discussion in words, and the ways from one to another."""

from dataclasses import dataclass, replace
from functools import cached_property

from django.utils import timezone

from .discussion.outline import LONG, moment_in_words
from .discussion.reading import Order, PlaceOfPage, Reading, page_address
from .models import Post

# Numbers to the left and right of the page that is shown; first and last stand too.
BESIDE = 1


@dataclass(frozen=True)
class PageLink:
    """One page. ``latest``: when the latest of its comments was published, in whole
    minutes since 1970, or None. ``words``: which of the comments it shows, and from
    when; ``threads``: how many begin on it, in words."""

    number: int
    address: str
    words: str
    threads: str
    latest: int | None
    is_current: bool
    follows_gap: bool = False


class Pager:
    """For the templates. ``links`` are all pages, ``numbers`` a few of them."""

    def __init__(self, post: Post, reading: Reading) -> None:
        self._reading = reading
        self._address = post.get_absolute_url()
        self._year = post.day.year if post.day else None
        self._zone = timezone.get_current_timezone()
        self.number, self.last = reading.number, len(reading.pages)
        self.is_newest_first = reading.order == Order.NEWEST
        self.has_map = reading.comments >= LONG and self.last > 1
        self.map_address = f"{self._address}?comments=map"

    @property
    def is_needed(self) -> bool:
        """Whether there is more than what is shown, or another order is asked for."""
        return self.last > 1 or self.is_newest_first

    @property
    def is_cut(self) -> bool:
        """Whether the times of some comments are cut to the hour or the day."""
        return any(row.comment.precision for row in self._reading.rows) or any(
            page.precision for page in self._reading.pages
        )

    @property
    def oldest_first_address(self) -> str:
        return page_address(self._address, 1)

    @property
    def newest_first_address(self) -> str:
        return page_address(self._address, 1, Order.NEWEST)

    @property
    def canonical(self) -> str:
        """The address of what is shown here for machines: the other order is the same
        once more."""
        return page_address(self._address, 1 if self.is_newest_first else self.number)

    @cached_property
    def links(self) -> list[PageLink]:
        found, before = [], 0
        for page in self._reading.pages:
            found.append(self._link(page, before))
            before += page.comments
        return found

    @property
    def current(self) -> PageLink | None:
        return self.links[self.number - 1] if self.links else None

    @property
    def previous(self) -> PageLink | None:
        return self.links[self.number - 2] if self.number > 1 else None

    @property
    def next(self) -> PageLink | None:
        return self.links[self.number] if self.number < self.last else None

    @property
    def begins_within(self) -> bool:
        """Whether the page begins with the rest of a thread."""
        page = self._reading.page
        return page is not None and page.begins_within

    @property
    def goes_on(self) -> bool:
        """Whether the next page begins with the rest of a thread."""
        return bool(self.next) and self._reading.pages[self.number].begins_within

    @cached_property
    def numbers(self) -> list[PageLink]:
        """The first, the last, and those around the one that is shown."""
        near = range(self.number - BESIDE, self.number + BESIDE + 1)
        found: list[PageLink] = []
        for link in self.links:
            if link.number in (1, self.last) or link.number in near:
                is_apart = bool(found) and link.number > found[-1].number + 1
                found.append(replace(link, follows_gap=is_apart))
        return found

    def _link(self, page: PlaceOfPage, before: int) -> PageLink:
        address = page_address(self._address, page.number, self._reading.order)
        return PageLink(
            page.number,
            address,
            _range(before, page.comments) + self._period(page),
            _threads(page),
            int(page.latest.timestamp()) // 60 if page.latest else None,
            page.number == self.number,
        )

    def _period(self, page: PlaceOfPage) -> str:
        if page.first_at is None:
            return ""
        times = [
            page.first_at.astimezone(self._zone),
            page.last_at.astimezone(self._zone),
        ]
        has_year = {moment.year for moment in times} != {self._year}
        first, last = (
            moment_in_words(moment, page.precision, year=has_year) for moment in times
        )
        return f", {first}" if first == last else f", {first} to {last}"


def _range(before: int, number: int) -> str:
    if number > 1:
        return f"comments {before + 1:,}\N{EN DASH}{before + number:,}"
    return f"comment {before + 1:,}" if number else "removed comments"


def _threads(page: PlaceOfPage) -> str:
    if page.threads > 1:
        return f"{page.threads} threads"
    return "1 thread" if page.threads else "a thread goes on"
