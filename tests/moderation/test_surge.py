"""What is odd about what comes to a post: the arithmetic, and simulated weeks."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from moderation.surge import (
    CHANCE,
    FLOOR_OF_YOUNG,
    HOURS,
    SLOTS_AN_HOUR,
    SLOTS_SOON,
    Arrivals,
    networks_in_words,
    tail,
)

SLOT = 1 / SLOTS_AN_HOUR  # hours
SEEDS = range(8)


class TestTail:
    @pytest.mark.parametrize("expected", [0.01, 0.5, 1, 2, 10, 40, 300, 5000])
    @pytest.mark.parametrize("spread", [0, 0.5, 1, 2, 4, 6])
    def test_it_is_the_sum_of_what_is_left(self, expected, spread):
        count = int(expected + spread * math.sqrt(expected)) + 1
        below = math.fsum(
            math.exp(n * math.log(expected) - expected - math.lgamma(n + 1))
            for n in range(count)
        )
        assert tail(count, expected) == pytest.approx(1 - below, abs=1e-11, rel=1e-6)

    def test_its_ends(self):
        assert tail(0, 5) == tail(-1, 5) == 1.0
        assert tail(1, 0) == 0.0
        assert tail(5, 1e-9) < 1e-40
        assert tail(10, 10_000) == pytest.approx(1.0)

    def test_known_figures(self):
        assert tail(10, 2) == pytest.approx(4.65e-5, rel=1e-2)
        assert tail(9, 2) == pytest.approx(2.37e-4, rel=1e-2)


def arrivals(times: list[float], now: float, opened: float = -1000) -> Arrivals:
    """What is known at an hour, as it is counted: in slots, the last one unfinished."""
    slot = int(now / SLOT)
    by_hour: Counter[int] = Counter()
    soon = 0
    for at in times:
        back = slot - int(at / SLOT)
        if at <= now and back < HOURS * SLOTS_AN_HOUR:
            by_hour[back // SLOTS_AN_HOUR] += 1
            soon += back < SLOTS_SOON
    known = min(max(int(now - opened) - 1, 0), HOURS - 1)
    return Arrivals(by_hour=by_hour, soon=soon, known=known)


def comes(
    rate: Callable[[float], float], most: float, until: float, chance: random.Random
) -> Iterator[float]:
    """A Poisson process whose rate an hour changes, thinned."""
    at = chance.expovariate(most)
    while at < until:
        if chance.random() * most < rate(at):
            yield at
        at += chance.expovariate(most)


def flat(at: float) -> float:
    return 2.0


def nightly(at: float) -> float:
    """Nearly nobody from midnight to seven, a calm day, six an hour in the evening."""
    hour = at % 24
    return 0.1 if hour < 7 else 6.0 if 19 <= hour < 23 else 1.8


def alarms(times: list[float], start: float) -> int:
    """How often, looked at after each comment, something begins to be odd."""
    number, was_odd, first = 0, False, 0
    for index, at in enumerate(times):
        while times[first] < at - HOURS - 1:
            first += 1
        odd = at >= start and arrivals(times[first : index + 1], at).is_odd
        number += odd and not was_odd
        was_odd = odd
    return number


class TestQuiet:
    @pytest.mark.parametrize("rate", [flat, nightly], ids=["flat", "nightly"])
    @pytest.mark.parametrize("seed", SEEDS)
    def test_at_most_one_false_alarm_in_thirty_days(self, rate, seed):
        week, days = 7 * 24, 30 * 24
        times = list(comes(rate, 6.0, week + days, random.Random(seed)))
        assert len(times) > 1000
        assert alarms(times, week) <= 1

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_new_post_that_many_comment_on_is_none(self, seed):
        """Published in the evening: twelve an hour, less from day to day."""

        def fading(at: float) -> float:
            return 12 * math.exp(-at / 36) * (0.1 if (at + 20) % 24 < 7 else 1)

        times = list(comes(fading, 12, 7 * 24, random.Random(seed)))
        number, was_odd = 0, False
        for at in times:
            odd = arrivals(times, at, opened=0).is_odd
            number += odd and not was_odd
            was_odd = odd
        assert number <= 1


class TestSurge:
    @pytest.mark.parametrize("rate", [flat, nightly], ids=["flat", "nightly"])
    @pytest.mark.parametrize("hour", [3.2, 12.75, 18.0])
    @pytest.mark.parametrize("seed", SEEDS)
    def test_forty_an_hour_are_seen_by_the_tenth(self, rate, hour, seed):
        """Into two an hour, whatever the slot in which it begins."""
        chance = random.Random(seed)
        start = 9 * 24 + hour
        quiet = list(comes(rate, 6.0, start + 2, chance))
        surge, at = [], start
        while len(surge) < 10:
            at += chance.expovariate(40)
            surge.append(at)
        times = sorted(t for t in quiet + surge if t <= surge[-1])
        seen = [arrivals(times, at).is_odd for at in surge]
        assert any(seen)

    def test_it_is_the_last_hour_that_is_told(self):
        found = Arrivals(by_hour={0: 41} | dict.fromkeys(range(1, HOURS), 2), soon=20)
        assert found.is_odd
        assert found.in_words() == ["41 comments in the last hour; usually 2."]

    def test_a_quiet_post_is_said_to_be_quiet(self):
        found = Arrivals(by_hour={0: 7, 30: 1}, soon=7)
        assert found.is_odd
        assert found.in_words() == [
            "7 comments in the last hour; usually less than one."
        ]

    def test_the_evening_is_compared_with_evenings(self):
        evenings = {24 * day + more: 10 for day in range(1, 7) for more in (-1, 0, 1)}
        assert not Arrivals(by_hour={0: 14, **evenings}, soon=7).is_odd
        at_night = {hour + 12: number for hour, number in evenings.items()}
        assert Arrivals(by_hour={0: 14, **at_night}, soon=7).is_odd

    def test_a_post_of_a_day_may_be_busy(self):
        many = int(FLOOR_OF_YOUNG * 2)
        assert not Arrivals(by_hour={0: many}, soon=many // 2, known=5).is_odd
        assert Arrivals(by_hour={0: 4 * many}, soon=2 * many, known=5).is_odd
        assert tail(4 * many, FLOOR_OF_YOUNG) < CHANCE

    def test_one_that_has_just_opened_is_known_nothing_of(self):
        assert Arrivals(by_hour={0: 5}, soon=5, known=0).usual == 0
        assert not Arrivals(by_hour={0: 12}, soon=12, known=0).is_odd


class TestWhatElseIsOdd:
    def test_many_copies(self):
        calm = dict.fromkeys(range(HOURS), 6)
        assert not Arrivals(by_hour=calm, soon=3, alike=4).is_odd
        copied = Arrivals(by_hour=calm, soon=3, alike=5)
        assert copied.is_odd
        assert copied.in_words()[1:] == ["5 of them nearly repeat the same text."]

    def test_new_names_where_more_come_than_usual(self):
        calm = dict.fromkeys(range(1, HOURS), 2)
        more = Arrivals(by_hour={0: 8, **calm}, soon=4, named=6, new_names=5)
        assert more.is_odd
        assert more.in_words()[1:] == ["5 of 6 claimed names are new here."]
        for named, new_names, hour in ((6, 4, 8), (9, 5, 8), (6, 5, 6)):
            by_hour = {0: hour, **calm}
            other = Arrivals(by_hour, 3, named=named, new_names=new_names)
            assert not other.is_odd, (named, new_names, hour)

    def test_few_comments_are_never_odd(self):
        assert not Arrivals(by_hour={0: 4}, soon=4, named=4, new_names=4).is_odd

    def test_where_todays_come_from(self):
        assert networks_in_words(7, 1) == ""
        assert networks_in_words(40, 11) == ""
        assert networks_in_words(0, 0) == ""
        told = networks_in_words(40, 3)
        assert told.startswith("Today 40 connections of only 3 networks ")
        assert "of one network" in networks_in_words(8, 1)
