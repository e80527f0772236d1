"""Dates and times as people and Blogger write them, read without guessing.

Only English month and day names are known. Whatever is not a whole, possible date is
simply not a date (``None``): a line of text is never bent into one.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

_MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAY_NAMES = (
    *("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    *("Saturday", "Sunday"),
)

_MONTHS = {name.lower(): at for at, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS |= {name[:3].lower(): at for at, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS["sept"] = 9
_DAYS = {name.lower(): at for at, name in enumerate(_DAY_NAMES)}
_DAYS |= {name[:3].lower(): at for at, name in enumerate(_DAY_NAMES)}

_WORD = "([A-Za-z]{3,9})"
_TIME = (
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?"
    r"(?:\s?([AaPp])\.?[Mm]\.?)?"
    r"(?:\s(GMT|UTC)(?:([+\-−][0-9]{1,2})(?::?([0-9]{2}))?)?)?"
)
_DATE_LINE = re.compile(
    rf"(?:{_WORD}\.?,? )?"
    rf"(?:([0-9]{{1,2}}) {_WORD}\.?,? ([0-9]{{4}})"
    rf"|{_WORD}\.? ([0-9]{{1,2}}),? ([0-9]{{4}}))"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_NUMERIC = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_TIME_ONLY = re.compile(_TIME)
_MOMENT = re.compile(rf"(.{{6,40}}?),?(?: at)?\s{_TIME}")
_MONTH = f"({'|'.join(_MONTH_NAMES)})"
# The day has no leading zero here: in "Agent02 September" the 0 is the name's.
_GLUED = re.compile(
    rf"(.+?)(?:(?:{'|'.join(_DAY_NAMES)}),? )?"
    rf"(?:([1-9]|[12][0-9]|3[01]) {_MONTH},? ([0-9]{{4}})"
    rf"|{_MONTH} ([1-9]|[12][0-9]|3[01]),? ([0-9]{{4}}))"
    rf",?(?: at)?\s{_TIME}"
)

# Longer lines are text: this also bounds what a hostile line can cost.
_LONGEST_DATE = 60
_LONGEST_SIGNATURE = 200


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line that is a date and nothing else.

    ``day`` is None when it is numeric and could be read two ways. ``weekday_fits`` is
    False when the line names another day of the week than its date has. ``form`` tells
    kinds of line apart: the headers of one page are all of one form.
    """

    day: date | None
    weekday_fits: bool
    form: str


def parse_date(line: str, *, day_first: bool | None = None) -> DateLine | None:
    """The date that a line consists of, or None if it is not a date.

    ``day_first`` says how to read ``4/3/2014``; a number above 12 settles it by itself.
    """
    if len(line) > _LONGEST_DATE:
        return None
    if words := _DATE_LINE.fullmatch(line):
        weekday, day1, month1, year1, month2, day2, year2 = words.groups()
        month = _MONTHS.get((month1 or month2).lower())
        if month is None or (weekday and weekday.lower() not in _DAYS):
            return None
        day = _date(int(year1 or year2), month, int(day1 or day2))
        if day is None:
            return None
        fits = not weekday or _DAYS[weekday.lower()] == day.weekday()
        return DateLine(day, fits, "weekday" if weekday else "words")
    if numbers := _YEAR_FIRST.fullmatch(line):
        day = _date(int(numbers[1]), int(numbers[3]), int(numbers[4]))
        return DateLine(day, True, "numeric") if day else None
    if numbers := _NUMERIC.fullmatch(line):
        return _numeric(int(numbers[1]), int(numbers[3]), numbers[4], day_first)
    return None


def parse_time(text: str) -> time | None:
    """A clock time that a text consists of ("12:00", "7:02 PM"), or None."""
    if len(text) > _LONGEST_DATE:
        return None
    found = _TIME_ONLY.fullmatch(text)
    return _time(found.groups()) if found else None


def parse_moment(text: str, *, day_first: bool | None = None) -> datetime | None:
    """A date with a time that a text consists of, or None. Aware if it names a zone."""
    if len(text) > 2 * _LONGEST_DATE:
        return None
    found = _MOMENT.fullmatch(text)
    if not found:
        return None
    header = parse_date(found[1], day_first=day_first)
    clock = _time(found.groups()[1:])
    if header is None or header.day is None or clock is None:
        return None
    return datetime.combine(header.day, clock)


def split_signature(line: str) -> tuple[str, datetime] | None:
    """Name and moment from ``Anonymous2 September 2022 at 18:20``, or None.

    The page prints the two without a space. A name may itself end in digits: it is the
    shortest one whose rest is a whole date. A space between the two means that somebody
    wrote about a comment ("Anon 7 October 2022 at 15:55"): that is text.
    """
    # First the cheap question, a clock time near the end: few comments pass it.
    if len(line) > _LONGEST_SIGNATURE or ":" not in line[-24:]:
        return None
    found = _GLUED.fullmatch(line)
    if not found or found[1][-1].isspace():
        return None
    name, day1, month1, year1, month2, day2, year2, *clock_parts = found.groups()
    month = _MONTHS[(month1 or month2).lower()]
    day = _date(int(year1 or year2), month, int(day1 or day2))
    clock = _time(clock_parts)
    if day is None or clock is None:
        return None
    return name, datetime.combine(day, clock)


def _date(year: int, month: int, day: int) -> date | None:
    if not 1900 <= year <= 2200:
        return None  # no blog is of then, and time zones reach over the calendar's end
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _numeric(
    first: int, second: int, year_digits: str, day_first: bool | None
) -> DateLine | None:
    year = int(year_digits)
    if len(year_digits) == 2:
        year += 1900 if year >= 90 else 2000
    if first > 12:
        day_first = True
    elif second > 12:
        day_first = False
    elif first == second:
        day_first = True
    if day_first is None:
        both = _date(year, first, second), _date(year, second, first)
        return DateLine(None, True, "numeric") if all(both) else None
    day = _date(year, second, first) if day_first else _date(year, first, second)
    return DateLine(day, True, "numeric") if day else None


def _time(parts: tuple[str | None, ...] | list[str | None]) -> time | None:
    """A time from the groups of ``_TIME``; None if the clock has no such time."""
    hour_digits, minute, second, half, zone, zone_hours, zone_minutes = parts
    hour = int(hour_digits or 0)
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "Pp" else 0)
    offset = None
    if zone:
        sign = -1 if zone_hours and zone_hours[0] != "+" else 1
        hours = int(zone_hours[1:]) if zone_hours else 0
        minutes = int(zone_minutes or 0)
        if hours > 14 or minutes > 59:
            return None
        offset = timezone(sign * timedelta(hours=hours, minutes=minutes))
    try:
        return time(hour, int(minute or 0), int(second or 0), tzinfo=offset)
    except ValueError:
        return None
