"""Which figures can be told so that nobody is found by them. Pure.

A single refused comment can point at whoever wrote it. So of anything that readers do
not see anyway (what was refused, hidden or withdrawn) no number from 1 to 4 is told,
and none follows from what is told: sums and parts, figures of today and of yesterday,
figures of one post and of the site. How many comments are published is no secret: they
stand there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

LEAST = 5
# Of the site's months: fewer comments than this make no line of their own.
LEAST_A_LINE = 20
# How far all that is told of a post may stay behind what is, or a fifth of that.
LAGGING = 20


@dataclass(frozen=True)
class Group:
    """Cells that are told as one number. ``names``: theirs, in their order."""

    names: tuple[str, ...]
    number: int


# A state of what is told; None: there is too little.
Told = tuple[Group, ...] | None


def groups(cells: Mapping[str, int]) -> tuple[Group, ...] | None:
    """Cells in groups of which each has ``LEAST`` at the least, the largest first.

    Cells that are large enough stand alone; the small ones are one group, the last,
    and the cells with nothing in them are in it too: which of them there are is not
    told. Where the small ones come to 1 to 4, the smallest large one joins them. None:
    all together there are fewer than ``LEAST``, which may be none.
    """
    if sum(cells.values()) < LEAST:
        return None
    alone = [name for name, number in cells.items() if number >= LEAST]
    alone.sort(key=lambda name: -cells[name])
    small = [number for number in cells.values() if number < LEAST]
    rest = sum(small)
    if alone and rest and (rest < LEAST or min(small) == LEAST - 1):
        smallest = cells[alone[-1]]
        alone = [name for name in alone if cells[name] > smallest]
        rest = sum(cells[name] for name in cells if name not in alone)
    told = [Group((name,), cells[name]) for name in alone]
    if rest:
        told.append(Group(tuple(name for name in cells if name not in alone), rest))
    return tuple(told)


def nested(
    outer: Mapping[str, int], inner: Mapping[str, int], of: str
) -> tuple[Group, ...] | None:
    """The groups of ``outer``; where the cell ``of`` stands alone, those of ``inner``,
    which are its parts, in its place."""
    found = groups(outer)
    if found is None:
        return None
    told: list[Group] = []
    for group in found:
        if group.names == (of,):
            told += groups(inner) or ()
        else:
            names = [
                part
                for name in group.names
                for part in (inner if name == of else (name,))
            ]
            told.append(Group(tuple(names), group.number))
    return tuple(told)


def may_follow(earlier: Sequence[Group] | None, later: Sequence[Group] | None) -> bool:
    """Whether ``later`` can be told to somebody who has read ``earlier``: nothing that
    both tell of has changed by 1 to 4."""
    if earlier is None or later is None:
        # Of fewer than LEAST nobody knows how many: a difference to them tells nothing.
        return earlier != later
    links = [(set(group.names), -group.number) for group in earlier]
    links += [(set(group.names), group.number) for group in later]
    changes: list[tuple[set[str], int]] = []
    for names, number in links:
        for joined in [each for each in changes if each[0] & names]:
            changes.remove(joined)
            names, number = names | joined[0], number + joined[1]
        changes.append((names, number))
    return all(not 0 < abs(number) < LEAST for _, number in changes)


def follow(history: Sequence[Told], exact: Told, cells: Mapping[str, int]) -> Told:
    """What is told from now on to readers who may have kept every page until now.

    ``history`` are the states that were told, the last one being told now; ``exact``
    are the groups as they are; ``cells`` their parts. A number that has changed by 1
    to 4 stays as it was told, beside others that have changed by more. Where even so
    some earlier state would give a small change away, the groups of now are kept; and
    where too much is missing in these, all is told as one number. The longer the
    history, the larger the step, so that it never grows without end.
    """
    now = history[-1] if history else None
    total = sum(cells.values())
    offered = [exact]
    if now is not None:
        kept = tuple(
            Group(group.names, sum(cells.get(name, 0) for name in group.names))
            for group in now
        )
        moved = sum(
            abs(one.number - other.number) for one, other in zip(now, kept, strict=True)
        )
        if moved < total * len(history) // 1000:
            return now
        if min(group.number for group in kept) >= LEAST:
            offered.append(kept)
        behind = abs(total - sum(group.number for group in now))
        if behind >= max(LAGGING, total // 5) and total >= LEAST:
            offered.append((Group(tuple(cells), total),))
    for each in offered:
        later = _steadied(history, each)
        if later != now and all(
            later == earlier or may_follow(earlier, later) for earlier in history
        ):
            return later
    return now


def _steadied(history: Sequence[Told], later: Told) -> Told:
    """The same groups; numbers that are too near to one that was told of the very same
    cells are the one that is told now, or the last that was."""
    if later is None:
        return None
    last: dict[frozenset[str], list[int]] = {}
    for state in history:
        for group in state or ():
            last.setdefault(frozenset(group.names), []).append(group.number)
    return tuple(
        Group(group.names, _steady(last.get(frozenset(group.names), ()), group.number))
        for group in later
    )


def _steady(told: Sequence[int], number: int) -> int:
    is_near = any(0 < abs(number - other) < LEAST for other in told)
    return told[-1] if is_near else number


def rounded(number: int) -> int:
    """To the nearest five; 0 stands for fewer than ``LEAST``.

    So are the figures of the site told. Those of posts are exact, and what is missing
    in them would else be the difference.
    """
    return 0 if number < LEAST else (number + 2) // 5 * 5


@dataclass(frozen=True)
class Span:
    """Months that are told together: the first, the last, and their sums."""

    first: str
    last: str
    figures: Mapping[str, int]


def spans(months: Iterable[tuple[str, Mapping[str, int]]]) -> list[Span]:
    """Months in their order, those with too little joined with the next ones.

    What is left at the end is not told until there is enough: it would be the
    difference between two states of the page.
    """
    told: list[Span] = []
    first, sums = "", {}
    for month, figures in months:
        first = first or month
        for name, number in figures.items():
            sums[name] = sums.get(name, 0) + number
        if sums.get("decided", 0) >= LEAST_A_LINE:
            told.append(Span(first, month, sums))
            first, sums = "", {}
    return told


# Minutes: waits are counted up to each of these, and told as the limit that was kept.
LIMITS = (5, 10, 15, 20, 30, 40, 60, 90)
LIMITS += tuple(60 * hours for hours in (2, 3, 4, 6, 8, 12, 18, 24, 36))
LIMITS += tuple(24 * 60 * days for days in (2, 3, 4, 5, 7, 10, 14, 21, 30, 60, 90))
# What a wait is never less than, where times are cut to these.
FINEST = {"hour": 60, "day": 24 * 60}
LONGER = 24 * 60 * 3650


def limit(minutes: float) -> int:
    """The smallest limit that a wait kept."""
    return next((each for each in LIMITS if minutes <= each), LONGER)


def kept_by(waits: Mapping[int, int], share: float) -> int | None:
    """Within how many minutes this share of all was decided about, as a limit.

    ``waits`` are numbers of comments by limit. None where there are fewer than
    ``LEAST``: one wait would be somebody's.
    """
    total = sum(waits.values())
    if total < LEAST:
        return None
    passed = 0
    for each in sorted(waits):
        passed += waits[each]
        if passed >= share * total:
            return each
    return None


def in_words(minutes: int) -> str:
    """ "40 minutes", "an hour", "3 days"."""
    if minutes < 60:
        return f"{minutes} minutes"
    if minutes == 60:
        return "an hour"
    if minutes < 48 * 60:
        hours = f"{minutes / 60:g}"
        return f"{hours} hours"
    if minutes >= LONGER:
        return "more than 90 days"
    return f"{minutes // (24 * 60)} days"
