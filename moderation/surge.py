"""Whether more comments come to a post than usually do, and what else is odd. Pure.

It only suggests: a moderator decides what follows, and it is done to a post, never to a
person. A post is compared with itself, in the week before, and at this time of day
on the days before, since an evening has more comments than a night. How unlikely the
last hour is, and the last half hour, is the tail of a Poisson distribution with the
greater of the two rates. One standard error is added to a rate: few hours know little.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

SLOTS_AN_HOUR = 6  # counts are kept for every ten minutes
SLOTS_SOON = 3  # the last half hour
HOURS = 168  # with which a post is compared: a week
CHANCE = 1e-4
# Each half hour overlaps with an hour that is looked at too: less is allowed to it.
CHANCE_SOON = 1e-5
CHANCE_RAISED = 1e-2  # what is unusual, but no surge by itself
# Comments an hour at which nobody is surprised.
FLOOR = 0.5
# A post of a day knows no night yet, and many come while it is new.
YOUNG, FLOOR_OF_YOUNG = 24, 10.0
FEWEST = 5  # in an hour: fewer are never looked at
ALIKE = 5
NEW_NAMES, NEW_SHARE = 5, 0.8
CONNECTIONS, A_NETWORK = 8, 4


def tail(count: int, expected: float) -> float:
    """How likely ``count`` or more come where ``expected`` do on the average."""
    if count <= 0:
        return 1.0
    if expected <= 0:
        return 0.0
    # From the given number away from the expected one, where the terms become less.
    above = count > expected
    number = count if above else count - 1
    term = math.exp(number * math.log(expected) - expected - math.lgamma(number + 1))
    total = 0.0
    while term > total * 1e-12:
        total += term
        if above:
            number += 1
            term *= expected / number
        else:
            term *= number / expected
            number -= 1
    return total if above else 1.0 - total


@dataclass(frozen=True)
class Arrivals:
    """What came to a post.

    ``by_hour``: comments by how many hours ago, 0 being the last hour. ``soon``: those
    of the last half hour. ``known``: how many hours before the last the post has been
    open to comments, a week's at most. Of the last hour: ``named``, those whose name is
    claimed by a tag; ``new_names``, those of them with a tag that was never published;
    ``alike``, the most that nearly repeat one and the same text.
    """

    by_hour: Mapping[int, int] = field(default_factory=dict)
    soon: int = 0
    known: int = HOURS - 1
    named: int = 0
    new_names: int = 0
    alike: int = 0

    @property
    def hour(self) -> int:
        return self.by_hour.get(0, 0)

    @property
    def usual(self) -> float:
        """Comments an hour, as a rule at this time of day."""
        return max(count / hours if hours else 0.0 for count, hours in self._before())

    @property
    def is_surge(self) -> bool:
        expected = self._expected()
        return (
            tail(self.hour, expected) < CHANCE
            or tail(self.soon, expected / 2) < CHANCE_SOON
        )

    @property
    def is_copied(self) -> bool:
        """Whether many nearly repeat one text."""
        return self.alike >= ALIKE

    @property
    def is_of_new_names(self) -> bool:
        """Whether many come, and nearly all names that are claimed are new."""
        return (
            self.new_names >= NEW_NAMES
            and self.new_names >= NEW_SHARE * self.named
            and tail(self.hour, self._expected()) < CHANCE_RAISED
        )

    @property
    def is_odd(self) -> bool:
        return self.hour >= FEWEST and (
            self.is_surge or self.is_copied or self.is_of_new_names
        )

    def in_words(self) -> list[str]:
        """The figures, for the moderator."""
        words = [f"{_count(self.hour)} in the last hour; usually {_rate(self.usual)}."]
        if self.is_copied:
            words.append(f"{self.alike} of them nearly repeat the same text.")
        if self.is_of_new_names:
            words.append(
                f"{self.new_names} of {self.named} claimed names are new here."
            )
        return words

    def _before(self) -> list[tuple[int, int]]:
        """How many came in how many hours: of the week, and at this time of day."""
        known = min(self.known, HOURS - 1)
        week = sum(self.by_hour.get(hour, 0) for hour in range(1, known + 1))
        same = [
            hour
            for day in range(24, HOURS, 24)
            for hour in (day - 1, day, day + 1)
            if hour <= known
        ]
        return [
            (week, known),
            (sum(self.by_hour.get(hour, 0) for hour in same), len(same)),
        ]

    def _expected(self) -> float:
        floor = FLOOR_OF_YOUNG if self.known < YOUNG else FLOOR
        rates = [
            (count + math.sqrt(count)) / hours
            for count, hours in self._before()
            if hours
        ]
        return max(floor, *rates) if rates else floor


def networks_in_words(connections: int, networks: int) -> str:
    """What is odd about where today's comments come from; "" if nothing is."""
    if connections < CONNECTIONS or connections < A_NETWORK * networks:
        return ""
    of = "one network" if networks == 1 else f"only {networks} networks"
    return f"Today {connections} connections of {of} have written to this site."


def _count(number: int) -> str:
    return f"{number:,} comment{'s' * (number != 1)}"


def _rate(an_hour: float) -> str:
    return f"{an_hour:,.0f}" if an_hour >= 0.95 else "less than one"
