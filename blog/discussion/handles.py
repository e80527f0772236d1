"""How a nameless comment is called by others: by the time it was written. Pure.

``Anon 14:03``; ``Anon 14:03 b`` where another of the same minute was shown before it;
``Anon 2 Sep 14:03`` where the discussion crosses midnight, and ``Anon 2 Sep 2022
14:03`` where it lasts a year. The time is that of the wall clock of the blog: in the
night when the clocks go back two comments an hour apart share a minute, and the second
has a letter.

A letter is given when a comment is first shown, is kept with it and never changes:
readers have written it down by then. So it is counted on from the last one given, not
from how many there are: what a hidden or an erased comment was called is not given
again. Named comments are called by their names, and those without a recorded time by
their numbers; neither takes a letter.
"""

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import NamedTuple, Protocol

MONTHS = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())

# "Anon 9:03 am" would be read as a time of the day.
_TIMES_OF_DAY = ("am", "pm")
_LETTER = re.compile(r"[a-z]*")
_HANDLE = re.compile(
    r"@?anon(?:ymous)?\s{1,3}"
    r"(?:(?P<day>[0-9]{1,2})\s(?P<month>[a-z]{3})\s(?:(?P<year>[0-9]{4})\s)?)?"
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?:\s(?P<letter>[a-z]{1,4}))?",
    re.I | re.A,
)


class Nameless(Protocol):
    """What is asked of a comment that bears no name.

    ``letter`` is what it was given when it was first shown, "" for the first of its
    minute; None: nothing was given yet.
    """

    pk: int
    written_at: datetime | None
    letter: str | None


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


def new_letters(comments: Iterable[Nameless], *, zone: tzinfo) -> dict[int, str]:
    """The letters of those that have none yet, by ``pk``.

    ``comments`` are the nameless ones of one discussion that were ever shown, in the
    order in which they were first shown, hidden ones too. One without a recorded time
    is given nothing.
    """
    ordered = [comment for comment in comments if comment.written_at is not None]
    last: dict[tuple, str] = {}
    for comment in ordered:
        if comment.letter is not None:
            minute = _minute(comment.written_at, zone)
            given = last.get(minute, "")
            last[minute] = max(given, comment.letter, key=lambda one: (len(one), one))
    new: dict[int, str] = {}
    for comment in ordered:
        if comment.letter is None:
            minute = _minute(comment.written_at, zone)
            taken = [last[minute]] if minute in last else []
            new[comment.pk] = last[minute] = next_letter(taken)
    return new


def days_shown(moments: Iterable[datetime], *, zone: tzinfo) -> tuple[bool, bool]:
    """Whether the handles of a discussion need the day, and whether the year too.

    ``moments`` are the times of all its comments that were ever shown: hiding one must
    not change what the others are called. The year is needed where the same day of
    the year can come twice, and not for one New Year's Eve.
    """
    days = [moment.astimezone(zone).date() for moment in moments]
    if not days:
        return False, False
    first, last = min(days), max(days)
    later = (last.year - 1, last.month, last.day)
    return first != last, later >= (first.year, first.month, first.day)


def handle(
    written_at: datetime,
    letter: str,
    *,
    zone: tzinfo,
    with_day: bool,
    with_year: bool = False,
) -> str:
    """How a comment written at ``written_at`` is called, in the words of the page."""
    moment = written_at.astimezone(zone)
    words = ["Anon"]
    if with_day or with_year:
        # Not by strftime: the months of the server's language are not the page's.
        words += [str(moment.day), MONTHS[moment.month - 1]]
    if with_year:
        words.append(f"{moment.year:04}")
    words.append(f"{moment.hour:02}:{moment.minute:02}")
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


def _minute(written_at: datetime, zone: tzinfo) -> tuple[int, int, int, int, int]:
    moment = written_at.astimezone(zone)
    return moment.year, moment.month, moment.day, moment.hour, moment.minute
