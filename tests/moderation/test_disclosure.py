"""No number from 1 to 4 follows from what is told: by every table there is."""

from collections import defaultdict
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import disclosure
from moderation.disclosure import (
    LEAST,
    Group,
    follow,
    groups,
    may_follow,
    nested,
    rounded,
)

NAMES = ("one", "two", "three", "four")
cells = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 14))


def follows(possible: dict, told) -> None:
    """Fails if all tables of which this is told agree in a cell of 1 to 4."""
    for name in possible[0]:
        values = {table[name] for table in possible}
        if len(values) == 1:
            assert not 0 < values.pop() < LEAST, (name, told)


class TestGroups:
    @given(cells)
    def test_they_are_parts_of_the_whole(self, table):
        told = groups(table)
        if told is None:
            assert sum(table.values()) < LEAST
            return
        assert sum(group.number for group in told) == sum(table.values())
        named = [name for group in told for name in group.names]
        assert len(named) == len(set(named))
        assert {name for name in table if name not in named} <= {
            name for name, number in table.items() if not number
        }

    @given(cells)
    def test_none_of_them_is_small(self, table):
        for group in groups(table) or ():
            assert group.number >= LEAST
            assert group.number == sum(table[name] for name in group.names)

    @pytest.mark.parametrize("size", [1, 2, 3])
    def test_no_small_cell_follows_for_who_knows_the_rules(self, size):
        """Every table with up to 11 in a cell, and what else would be told alike."""
        alike = defaultdict(list)
        for numbers in product(range(12), repeat=size):
            table = dict(zip(NAMES, numbers, strict=False))
            alike[groups(table)].append(table)
        for told, possible in alike.items():
            # At the rim the next larger tables are missing.
            if told and max(group.number for group in told) > 11:
                continue
            follows(possible, told)

    def test_a_small_one_alone_takes_the_smallest_large_one_with_it(self):
        told = groups({"one": 9, "two": 6, "three": 2, "four": 0})
        assert told == (Group(("one",), 9), Group(("two", "three", "four"), 8))

    def test_few_are_not_told_from_none(self):
        assert {groups({"one": n}) for n in range(LEAST)} == {None}
        assert groups({}) is None


class TestNested:
    OUTER = ("refused", "hidden")
    INNER = ("off", "rude")

    def tables(self, most: int):
        for off, rude, hidden in product(range(most), repeat=3):
            yield {"off": off, "rude": rude, "hidden": hidden}

    def told(self, table):
        outer = {"refused": table["off"] + table["rude"], "hidden": table["hidden"]}
        inner = {"off": table["off"], "rude": table["rude"]}
        return nested(outer, inner, "refused")

    def test_no_small_cell_follows(self):
        alike = defaultdict(list)
        for table in self.tables(12):
            alike[self.told(table)].append(table)
        for told, possible in alike.items():
            if told and max(group.number for group in told) > 11:
                continue
            follows(possible, told)

    def test_no_part_of_a_sum_is_small(self):
        for table in self.tables(9):
            told = self.told(table)
            for group in told or ():
                assert sum(table[name] for name in group.names) == group.number
                assert group.number >= LEAST

    def test_reasons_stand_where_their_sum_stands_alone(self):
        assert self.told({"off": 9, "rude": 8, "hidden": 7}) == (
            Group(("off",), 9),
            Group(("rude",), 8),
            Group(("hidden",), 7),
        )
        assert self.told({"off": 9, "rude": 8, "hidden": 1}) == (
            Group(("off", "rude", "hidden"), 18),
        )


class TestSteps:
    @given(st.lists(cells, min_size=2, max_size=8))
    def test_no_step_tells_of_fewer_than_five(self, tables):
        """Whoever reads each state: what is told of the same cells twice differs by
        nothing or by five."""
        shown = groups(tables[0])
        for table in tables[1:]:
            later = groups(table)
            if not may_follow(shown, later):
                continue
            for one in shown or ():
                for other in later or ():
                    if set(one.names) == set(other.names):
                        assert abs(one.number - other.number) not in range(1, LEAST)
            shown = later

    @pytest.mark.parametrize(
        ("earlier", "later", "may"),
        [
            ({"one": 5}, {"one": 6}, False),
            ({"one": 5}, {"one": 9}, False),
            ({"one": 5}, {"one": 10}, True),
            ({"one": 5, "two": 5}, {"one": 10, "two": 6}, False),
            ({"one": 5, "two": 5}, {"one": 10, "two": 5}, True),
            ({"one": 4}, {"one": 5}, True),
            ({"one": 5}, {"one": 4}, True),
            ({"one": 4}, {"one": 3}, False),  # nothing new to tell
            ({"one": 9, "two": 4}, {"one": 9, "two": 5}, False),
            ({"one": 9}, {"one": 9, "two": 5}, True),
        ],
    )
    def test_what_may_follow(self, earlier, later, may):
        assert may_follow(groups(earlier), groups(later)) is may


REASONS = ("off", "rude", "spam", "other")
PARTS = (*REASONS, "hidden", "withdrawn")


def told_of(table: dict[str, int]):
    inner = {name: table[name] for name in REASONS}
    rest = {name: table[name] for name in ("hidden", "withdrawn")}
    return nested({"refused": sum(inner.values()), **rest}, inner, "refused")


def walked(moves) -> tuple[list, dict[str, int], int]:
    """Every state that was told while comments came and moved, one at a time: the
    states, the table in the end, and how far the sum was ever behind."""
    table, history, behind = dict.fromkeys(PARTS, 0), [], 0
    for source, target in moves:
        if source is not None:
            if not table[source]:
                continue
            table[source] -= 1
        if target is not None:
            table[target] += 1
        later = follow(history, told_of(table), table)
        if later != (history[-1] if history else None):
            history.append(later)
        told = sum(group.number for group in (history and history[-1]) or ())
        behind = max(behind, abs(sum(table.values()) - told))
    return history, table, behind


def some_moves(seed: int, number: int, back: float) -> list[tuple]:
    random = Random(seed)
    weights = [random.random() ** 2 for _ in PARTS]
    return [
        (
            random.choice(PARTS) if random.random() < back else None,
            random.choices((*PARTS, None), (*weights, 0.2))[0],
        )
        for _ in range(number)
    ]


class TestEveryPage:
    """Somebody keeps the page of each day, and compares any two of them."""

    @given(
        st.lists(
            st.tuples(
                st.none() | st.sampled_from(PARTS), st.none() | st.sampled_from(PARTS)
            ),
            max_size=120,
        )
    )
    def test_no_two_differ_by_few(self, moves):
        history, _, _ = walked(moves)
        for earlier, later in combinations(history, 2):
            assert earlier == later or may_follow(earlier, later)

    @pytest.mark.parametrize("back", [0, 0.1, 0.4])
    def test_nor_over_a_long_time(self, back):
        for seed in range(5):
            history, _, _ = walked(some_moves(seed, 400, back))
            assert len(history) > 5
            for earlier, later in combinations(history, 2):
                assert earlier == later or may_follow(earlier, later)

    def test_what_is_told_stays_near_the_truth(self):
        """One reason that has grown by 2 keeps no other number from being told."""
        moves = [(None, "off")] * 6 + [(None, "rude")] * 60
        moves.insert(12, (None, "off"))
        history, table, behind = walked(moves)
        assert table["off"] == 7
        assert Group(("off",), 5) in history[-1]
        assert behind <= 10
        for seed in range(5):
            _, table, behind = walked(some_moves(seed, 400, 0.1))
            assert behind <= disclosure.LAGGING + sum(table.values()) // 10

    def test_every_group_that_is_told_is_large(self):
        for seed in range(10):
            for state in walked(some_moves(seed, 150, 0.3))[0]:
                assert all(group.number >= LEAST for group in state or ())

    def test_the_history_does_not_grow_without_end(self):
        history, _, _ = walked(some_moves(1, 6000, 0.05))
        assert len(history) < 150


class TestRounded:
    def test_to_the_nearest_five(self):
        assert [rounded(n) for n in (0, 4, 5, 7, 8, 12, 13)] == [0, 0, 5, 5, 10, 10, 15]

    @given(st.integers(0, 60), st.integers(0, 60))
    def test_no_difference_to_exact_figures_is_small(self, known, missing):
        """The posts' exact figures and the site's: what one post hides may be nothing,
        or it is one of several numbers."""
        shown = rounded(known + missing)
        possible = {m for m in range(130) if rounded(known + m) == shown}
        assert missing in possible
        assert possible == {0} or len(possible) > 1


class TestSpans:
    months = st.lists(st.integers(0, 40), max_size=24)

    @given(months)
    def test_each_has_enough_and_none_is_skipped(self, numbers):
        found = disclosure.spans(
            (f"{place:02}", {"decided": n}) for place, n in enumerate(numbers)
        )
        assert all(span.figures["decided"] >= 20 for span in found)
        expected = 0
        for span in found:
            assert int(span.first) == expected
            part = numbers[expected : int(span.last) + 1]
            assert sum(part) == span.figures["decided"]
            assert sum(part[:-1]) < 20  # no more joined than needed
            expected = int(span.last) + 1
        assert sum(numbers[expected:]) < 20

    @given(months, st.integers(0, 40))
    def test_a_further_month_changes_none_that_is_told(self, numbers, further):
        def told(of):
            return disclosure.spans(
                (f"{place:02}", {"decided": n}) for place, n in enumerate(of)
            )

        before, after = told(numbers), told([*numbers, further])
        assert after[: len(before)] == before


class TestWaits:
    @given(st.lists(st.integers(0, 500_000), min_size=LEAST, max_size=60))
    def test_at_least_the_share_kept_the_limit_that_is_told(self, minutes):
        waits = defaultdict(int)
        for each in minutes:
            waits[disclosure.limit(each)] += 1
        for share in (0.5, 0.95):
            told = disclosure.kept_by(waits, share)
            assert sum(each <= told for each in minutes) >= share * len(minutes)

    def test_of_few_nothing_is_told(self):
        assert disclosure.kept_by({5: 4}, 0.5) is None
        assert disclosure.kept_by({5: 5}, 0.5) == 5

    @pytest.mark.parametrize(
        ("minutes", "words"),
        [
            (5, "5 minutes"),
            (60, "an hour"),
            (90, "1.5 hours"),
            (1440, "24 hours"),
            (2880, "2 days"),
            (disclosure.LONGER, "more than 90 days"),
        ],
    )
    def test_in_words(self, minutes, words):
        assert disclosure.in_words(minutes) == words
