"""How a nameless comment is called by others: by the time it was written. Pure.

``Anon 14:03`` on the day on which the post appeared; ``Anon 3 Sep 14:03`` on another
day; ``Anon 3 Sep 2023 14:03`` where it is a year off or more; ``Anon 14:03 b`` where
another was called so before. The time is that of the wall clock of the blog: in the
night when the clocks go back two comments an hour apart share a minute, and the second
has a letter.

Where times are cut to the hour it is ``Anon 14h``, ``Anon 3 Sep 14h``, ``Anon 14h b``;
where they are cut to the day ``Anon 3 Sep``, ``Anon 3 Sep b``, with the day on the day
of the post, too.

A handle is given when a comment is first shown, is kept with it and never changes:
readers have written it down by then. So it depends on nothing that changes with the
comments that come later, and letters are counted on from the last one given, not from
how many there are: what a hidden or an erased comment was called is not given again.
Named comments are called by their names, and those without a recorded time by their
numbers; neither takes a letter.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, tzinfo
from typing import NamedTuple, Protocol, TypeVar

from blog import moments

MONTHS = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())

# "Anon 9:03 am" would be read as a time of the day.
_TIMES_OF_DAY = ("am", "pm")
_LETTER = re.compile(r"[a-z]*")
_OF_DAY = r"(?:[1-9][0-9]? [A-Z][a-z]{2}(?: [0-9]{4})?)"
# How handles are given, by what the time is cut to; people may type them otherwise.
_AS_GIVEN = {
    None: re.compile(rf"Anon (?:{_OF_DAY} )?[0-9]{{2}}:[0-9]{{2}}(?: [a-z]+)?"),
    moments.HOUR: re.compile(rf"Anon (?:{_OF_DAY} )?[0-9]{{2}}h(?: [a-z]+)?"),
    moments.DAY: re.compile(rf"Anon {_OF_DAY}(?: [a-z]+)?"),
}
_HANDLE = re.compile(
    r"@?anon(?:ymous)?\s{1,3}"
    r"(?:(?P<day>[0-9]{1,2})\s(?P<month>[a-z]{3})\s(?:(?P<year>[0-9]{4})\s)?)?"
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?:\s(?P<letter>[a-z]{1,4}))?",
    re.I | re.A,
)


class Nameless(Protocol):
    """What is asked of a comment that bears no name and was not called anything yet."""

    written_at: datetime
    precision: str | None


T = TypeVar("T", bound=Nameless)


class Handle(NamedTuple):
    """What a handle says. ``letter`` "" is the first of its minute."""

    hour: int
    minute: int
    letter: str = ""
    day: int | None = None
    month: int | None = None
    year: int | None = None


def next_letter(taken: Iterable[str]) -> str:
    """The letter of the next comment of a minute in which ``taken`` were given.

    The first has none, the second is b: nobody calls the first one "a" before there is
    a second, and "Anon 14:03" must go on to mean it. After z comes aa. Fails with
    ``ValueError`` where something taken is no letter.
    """
    last = None
    for letter in taken:
        if not _LETTER.fullmatch(letter):
            raise ValueError(f"{letter!r} is not the letter of a handle")
        if last is None or (len(letter), letter) > (len(last), last):
            last = letter
    if last is None:
        return ""
    following = _after(last or "a")
    return _after(following) if following in _TIMES_OF_DAY else following


def new_handles(
    comments: Iterable[T], taken: Iterable[str], *, posted: date | None, zone: tzinfo
) -> Iterator[tuple[T, str]]:
    """The comments with their handles, no two alike.

    ``comments`` are nameless ones of one discussion with a time and without a handle,
    in the order in which they were first shown; ``taken`` are the handles that were
    given in this discussion, whatever became of the comments. ``posted``: the day of
    the post, None if it has none.
    """
    last: dict[str, str] = {}
    for words in taken:
        base, letter = parted(words)
        given = last.get(base, "")
        last[base] = max(given, letter, key=lambda one: (len(one), one))
    for comment in comments:
        with_day, with_year = days_shown(comment.written_at, posted, zone=zone)
        base = handle(
            comment.written_at,
            "",
            zone=zone,
            with_day=with_day,
            with_year=with_year,
            precision=comment.precision,
        )
        letter = next_letter([last[base]]) if base in last else ""
        last[base] = letter
        yield comment, f"{base} {letter}" if letter else base


def parted(words: str) -> tuple[str, str]:
    """A handle without its letter, and the letter: ``"Anon 14:03"`` and ``"b"``."""
    base, _, letter = words.rpartition(" ")
    # A month begins with a capital, and an hour with a figure.
    return (base, letter) if letter and _LETTER.fullmatch(letter) else (words, "")


def tells(words: str) -> tuple[bool, str | None]:
    """Whether ``words`` are a handle as it is given, and what its time is cut to."""
    for precision, form in _AS_GIVEN.items():
        if form.fullmatch(words):
            return True, precision
    return False, None


def days_shown(
    written_at: datetime, posted: date | None, *, zone: tzinfo
) -> tuple[bool, bool]:
    """Whether a handle needs the day, and whether the year too.

    It has neither on the day of the post. The year is needed where the same day of the
    year can come twice, and where there is no day to count from.
    """
    if posted is None:
        return True, True
    written = written_at.astimezone(zone).date()
    if written == posted:
        return False, False
    first, last = min(written, posted), max(written, posted)
    before = (last.year - 1, last.month, last.day)
    return True, before >= (first.year, first.month, first.day)


def handle(
    written_at: datetime,
    letter: str,
    *,
    zone: tzinfo,
    with_day: bool,
    with_year: bool = False,
    precision: str | None = None,
) -> str:
    """How a comment written at ``written_at`` is called, in the words of the page.

    ``precision``: what that time is cut to, None if it is known to the minute.
    """
    moment = written_at.astimezone(zone)
    words = ["Anon"]
    if with_day or with_year or precision == moments.DAY:
        # Not by strftime: the months of the server's language are not the page's.
        words += [str(moment.day), MONTHS[moment.month - 1]]
    if with_year:
        words.append(f"{moment.year:04}")
    if time := moments.clock(moment, precision):
        words.append(time)
    if letter:
        words.append(letter)
    return " ".join(words)


def parse_handle(text: str) -> Handle | None:
    """What a handle says; None where ``text`` is anything but one handle.

    Capitals, an @ before it and "Anonymous" are passed over: people type it.
    """
    match = _HANDLE.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"])
    letter = (match["letter"] or "").lower()
    if hour > 23 or minute > 59 or letter in _TIMES_OF_DAY:
        return None
    found = Handle(hour, minute, "" if letter == "a" else letter)
    if match["day"] is None:
        return found
    month, day = match["month"].capitalize(), int(match["day"])
    if month not in MONTHS or not 1 <= day <= 31:
        return None
    year = int(match["year"]) if match["year"] else None
    return found._replace(day=day, month=MONTHS.index(month) + 1, year=year)


def _after(letter: str) -> str:
    """The next in the row a … z, aa, ab … az, ba …"""
    kept = letter.rstrip("z")
    turned = "a" * (len(letter) - len(kept))
    return kept[:-1] + chr(ord(kept[-1]) + 1) + turned if kept else "a" + turned
