"""Which times in a text name a comment, and which comment's time that may be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum

from blog.discussion.handles import MONTHS

from . import phrases

# Characters on each side of a time that are read; longer than any phrase.
WINDOW = 80
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Strength(IntEnum):
    """How sure it is that a time names a comment."""

    HINTED = 1  # the words around it say so: "I agree with 14:03", "as 9.18 says"
    OPENING = 2  # it opens a line, and an answer follows: "20.29. It is"
    MARKED = 3  # "@19.50", "Anon at 14:03", "your comment of 9.18"


@dataclass(frozen=True, slots=True)
class Day:
    """The day that is named beside a time, as far as it is named.

    Either ``day`` and ``month``, with or without ``year``; or ``weekday`` (Monday is
    0), the last one; or ``ago``: 0 today, 1 yesterday.
    """

    day: int = 0
    month: int = 0
    year: int | None = None
    weekday: int | None = None
    ago: int | None = None

    def is_day(self, moment: date, *, seen_from: date) -> bool:
        """Whether ``moment`` is the day that somebody meant who wrote on another."""
        if self.ago is not None:
            return seen_from - moment == timedelta(days=self.ago)
        if self.weekday is not None:
            distance = (seen_from - moment).days
            return moment.weekday() == self.weekday and 0 <= distance <= 7
        year = moment.year if self.year is None else self.year
        return (moment.day, moment.month, moment.year) == (self.day, self.month, year)


@dataclass(frozen=True, slots=True)
class Mention:
    """A time in a text that names a comment: ``text[start:end]``.

    ``times`` are the hours and minutes that it may mean, the one as it stands first:
    "9.18" is also 21:18. ``is_anon``: it says that the comment bears no name.
    ``letter`` is that of a handle, "" if there is none. ``day`` None: not named.
    """

    start: int
    end: int
    times: tuple[tuple[int, int], ...]
    strength: Strength
    is_anon: bool = False
    letter: str = ""
    day: Day | None = None


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time of the day as it stands in a text, from the first digit to "pm"."""

    start: int
    end: int
    times: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Opening:
    """A line that begins with a time: a mention, or None for a story's time.

    ``is_sure``: the words that follow are an answer's, not only a new sentence.
    """

    clock: _Clock
    mention: Mention | None
    is_sure: bool


def find(text: str) -> list[Mention]:
    """The mentions in a plain text, in its order; no two overlap."""
    found: list[Mention] = []
    openings: list[_Opening] = []
    floor = 0
    for clock in _clocks(text):
        opening = None
        mention = _addressed(text, clock, floor)
        if mention is None and not _is_amount(text, clock.end):
            mention = _joined(text, clock, found)
            if mention and openings and openings[-1].mention is found[-1]:
                opening = _Opening(clock, mention, openings[-1].is_sure)
            mention = mention or _comment_of(text, clock, floor)
        if mention is None:
            opening = _opening(text, clock, floor)
            mention = opening.mention if opening else _hinted(text, clock, floor)
            if mention is None and _behind(phrases.SENTENCE, text, clock.start, floor):
                opening = opening or _Opening(clock, None, False)
        if opening is not None:
            openings.append(opening)
        if mention is not None:
            found.append(mention)
        floor = mention.end if mention else clock.end
    dropped = set(_of_lists(openings))
    return [mention for mention in found if mention not in dropped]


def _clocks(text: str) -> Iterator[_Clock]:
    for match in phrases.TIME.finditer(text):
        hour, minute = int(match[1]), int(match[2])
        if hour > 23 or minute > 59:
            continue
        half = _ahead(phrases.HALF_OF_DAY, text, match.end())
        if half is None:
            both = 1 <= hour <= 12 and not match[1].startswith("0")
            other = (((hour + 12) % 24, minute),) if both else ()
            yield _Clock(match.start(), match.end(), ((hour, minute), *other))
            continue
        if hour <= 12:
            hour = hour % 12 + (12 if half[2] or half[4] else 0)
        yield _Clock(match.start(), half.end(), ((hour, minute),))


def _addressed(text: str, clock: _Clock, floor: int) -> Mention | None:
    """ "@19.50", "Anon at 14:03", "@Anon 7 October 2022 at 15:55"."""
    match = _behind(phrases.ADDRESSED, text, clock.start, floor)
    if match is None:
        return None
    is_anon = bool(match["anon"] or match["whom"])
    # No Anon has a price: "Anon 14:03 p" is a handle.
    if is_anon and _ahead(phrases.RANGE, text, clock.end):
        return None
    if not is_anon and _is_amount(text, clock.end):
        return None
    if match["at"] and not is_anon:
        if _behind(phrases.AT_A_PLACE_OR_PRICE, text, match.start(), floor):
            return None
        if match["gap"] and (
            not _behind(phrases.SPEAKS_TO, text, match.start(), floor)
            or _ahead(phrases.STORY_GOES_ON, text, clock.end)
        ):
            return None
    if match["anon"] and _behind(phrases.AN, text, match.start(), floor):
        straight = text[match.end("anon") : clock.start].isspace()
        if straight and not _answer_after(text, clock.end):
            return None  # "an anonymous 10.30 call"
    found = _whole(text, clock, Strength.MARKED, is_anon=is_anon)
    if found is None:
        return None
    start = match.start("at") if match["at"] else match.start("anon")
    return replace(found, start=start, day=_day(match) or found.day)


def _joined(text: str, clock: _Clock, found: list[Mention]) -> Mention | None:
    """The second of "@14:03 and 15:10"."""
    if not found or clock.start - found[-1].end > WINDOW:
        return None
    between = text[found[-1].end : clock.start]
    if between.strip().lower() not in ("and", "&"):
        return None
    if not (_answer_after(text, clock.end) or _goes_on(text, clock.end)):
        return None
    return _whole(text, clock, found[-1].strength, is_anon=found[-1].is_anon)


def _comment_of(text: str, clock: _Clock, floor: int) -> Mention | None:
    """ "the comment at 14:03", "your 14:03 comment"."""
    is_named = _behind(phrases.COMMENT_OF, text, clock.start, floor) or (
        _behind(phrases.WHOSE, text, clock.start, floor)
        and _ahead(phrases.ITS_COMMENT, text, clock.end)
    )
    return _whole(text, clock, Strength.MARKED) if is_named else None


def _opening(text: str, clock: _Clock, floor: int) -> _Opening | None:
    """A time that begins a line; None where it stands elsewhere."""
    match = _behind(phrases.OPENING, text, clock.start, floor)
    to = None if match else _behind(phrases.OPENING_TO, text, clock.start, floor)
    if match is None and to is None:
        return None
    if (
        _is_amount(text, clock.end)
        or _ahead(phrases.HOURS, text, clock.end)
        or _is_broken(text, (match or to).start())
    ):
        return _Opening(clock, None, False)
    mention = _whole(text, clock, Strength.OPENING)
    surety = 0 if mention is None else _answer_after(text, mention.end)
    if mention is not None and not surety:
        # "9.18 a" and "9.18 b" may be the first words of a sentence.
        surety = _answer_after(text, clock.end)
        mention = replace(mention, end=clock.end, letter="")
    if to is not None:
        is_said = mention is not None and _ahead(_COLON, text, mention.end)
        return _Opening(clock, mention, True) if is_said else None
    day = _day(match)
    if day is not None and mention is not None:
        start = min(at for at in map(match.start, _DATES) if at >= 0)
        mention = replace(mention, day=day, start=start)
        surety = surety or bool(_ahead(_CLAUSE, text, mention.end))
    return _Opening(clock, mention if surety else None, surety > 1)


def _hinted(text: str, clock: _Clock, floor: int) -> Mention | None:
    """ "I agree with 14:03", "as 9.18 says", "14:03's point"."""
    if _is_amount(text, clock.end) or _ahead(phrases.HOURS, text, clock.end):
        return None
    mention = _whole(text, clock, Strength.HINTED)
    if mention is None:
        return None
    does = _ahead(phrases.DOES, text, mention.end)
    if does and text[mention.end] in "'’":
        return mention
    if does and _behind(phrases.SUBJECT, text, clock.start, floor):
        return mention
    if _behind(phrases.MODAL, text, clock.start, floor):
        return mention if _ahead(phrases.SPEAKS, text, mention.end) else None
    if _behind(phrases.SPOKEN_TO, text, clock.start, floor) and _ahead(
        phrases.FULL_STOP, text, mention.end
    ):
        return mention
    if not (
        _behind(phrases.HINT, text, clock.start, floor)
        or _behind(phrases.AGREED, text, clock.start, floor)
    ):
        return None
    if _answer_after(text, mention.end) or _goes_on(text, mention.end):
        return mention
    return None


def _whole(
    text: str, clock: _Clock, strength: Strength, *, is_anon: bool = False
) -> Mention | None:
    """The mention with the letter and the day that follow its time.

    None where a letter is glued to the digits that is no handle's: "14:03z".
    """
    end, letter = clock.end, ""
    match = _ahead(phrases.LETTER, text, end)
    if match is not None:
        said = match[1] or match[2]
        may_be_word = said in phrases.LETTERS_THAT_ARE_WORDS or len(said) > 1
        is_end = _ahead(phrases.ENDS_A_PHRASE, text, match.end()) is not None
        if said not in ("am", "pm") and ((is_end and is_anon) or not may_be_word):
            end, letter = match.end(), said
    if end == clock.end and end < len(text) and text[end].isalpha():
        hours = strength is Strength.MARKED and _ahead(phrases.HOURS, text, end)
        if text[end - 1].isdigit() and not hours:
            return None
    day = None
    if strength is Strength.MARKED:
        after = _ahead(phrases.DAY_AFTER, text, end)
        day = _day(after) if after else None
        end = after.end() if day else end
    return Mention(clock.start, end, clock.times, strength, is_anon, letter, day)


def _answer_after(text: str, end: int, *, may_join: bool = True) -> int:
    """Whether an answer follows a time: 2 by its words, 1 by a new sentence, else 0."""
    joined = _ahead(phrases.JOINED, text, end) if may_join else None
    if joined:
        second = phrases.TIME.match(text, joined.end())
        return _answer_after(text, second.end(), may_join=False) if second else 0
    match = _ahead(_STOP, text, end)
    if match is None:
        return 0
    if _ahead(phrases.DOES, text, end):
        return 2
    after = match.end()
    stop = (match["stop"] or "").strip()
    if not match["gap"] and (not stop or text[after : after + 1].islower()):
        return 0
    if _ahead(phrases.ANSWER, text, after):
        return 2
    if after >= len(text) or "\n" in match["gap"]:
        return 1
    if phrases.TIME.match(text, after):
        return 0
    is_full_stop = bool(stop) and stop[0] in ".!?…)"
    if is_full_stop:
        return 1
    if _ahead(phrases.EVENT, text, after) or text[after].isdigit():
        return 0
    if text[after].isupper() or text[after] in "\"“'‘*(" or ord(text[after]) > 0x2190:
        return 1
    if stop and stop[0] != "," and _ahead(phrases.GOES_ON, text, after):
        return 1
    return 0


# The stop after a time, if there is one, and the space up to the next word.
_STOP = re.compile(
    r"""(?P<stop>[ ]?[.!?…]{1,4}|[ ]?[,:;]|\)[.,:;]?|[ ]?[–—-]{1,3})?["”’]?
    (?P<gap>\s{0,4})""",
    re.X,
)
_COLON = re.compile(r"[ ]?[,;:.!–—-]{1,3}(?!\s?[0-9])")
_CLAUSE = re.compile(r"[ ]?[,;:.!?…)\"”’–—-]{1,3}(?![0-9])(?!\s?[0-9])|\s?\n|\s?\Z")


def _goes_on(text: str, end: int) -> bool:
    """Whether a sentence goes on, or ends, as it does after a name."""
    return bool(
        _ahead(_CLAUSE, text, end) or _ahead(phrases.GOES_ON_AFTER_NAME, text, end)
    )


def _is_broken(text: str, start: int) -> bool:
    """Whether the line before ends in the middle of a sentence: pasted so."""
    before = text[max(0, start - WINDOW) : start].removesuffix("\n").rstrip(" \t\xa0")
    return bool(before) and (before[-1].isalnum() or before[-1] in ",–-")


def _is_amount(text: str, end: int) -> bool:
    return bool(_ahead(phrases.MEASURE, text, end) or _ahead(phrases.RANGE, text, end))


def _of_lists(openings: list[_Opening]) -> list[Mention]:
    """The openings that are lines of a list: of a day's hours, or of a rule's sections.

    Two lines may answer two comments; three that begin with times, or one beside a
    line that is surely no answer, are a diary. "3.12 … 3.13 …" are sections.
    """
    plain = [one for one in openings if one.mention and not one.is_sure]
    stories = any(one.mention is None for one in openings)
    if stories or len(plain) > 2:
        return [one.mention for one in plain]
    if len(plain) == 2:
        (hour, minute), (next_hour, next_minute) = (o.clock.times[0] for o in plain)
        if (next_hour, next_minute) == (hour, minute + 1):
            return [one.mention for one in plain]
    return []


_DATES = ("day", "month", "month2", "day2", "day3")


def _day(match: re.Match[str]) -> Day | None:
    said = match.groupdict()
    near = said.get("near")
    if near:
        word = _folded(near)
        if word in ("today", "yesterday"):
            return Day(ago=int(word == "yesterday"))
        return Day(weekday=_WEEKDAYS.index(word[:3]))
    if said["day3"]:
        year = said["year3"]
        if year and len(year) == 2:
            year = f"20{year}"
        return Day(int(said["day3"]), int(said["month3"]), int(year) if year else None)
    day = said["day"] or said["day2"]
    if not day:
        return None
    word = _folded(said["month"] or said["month2"])
    month = MONTHS.index(word[:3].capitalize()) + 1
    year = said["year"] or said["year2"]
    return Day(int(day), month, int(year) if year else None)


def _folded(word: str) -> str:
    """In small letters of ASCII: to a pattern a long s is an s, a dotless i an i."""
    return word.casefold().replace("ı", "i").replace("i̇", "i")


def _behind(
    pattern: re.Pattern[str], text: str, end: int, floor: int
) -> re.Match[str] | None:
    """What ends at ``end`` and begins after ``floor``, not further off than WINDOW."""
    return pattern.search(text, max(floor, end - WINDOW), end)


def _ahead(pattern: re.Pattern[str], text: str, start: int) -> re.Match[str] | None:
    """What begins at ``start``; every pattern ends by itself within WINDOW."""
    return pattern.match(text, start)
