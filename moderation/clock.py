"""The clock of complaints: hours that run on working days of England and Wales. Pure.

Regulation 1(3) of the Defamation (Operators of Websites) Regulations 2013 (SI
2013/3028): a period in hours takes no account of time on a Saturday, a Sunday, Good
Friday, Christmas Day or a bank holiday in England and Wales. The 24 hours of any other
day count, by night as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class WorkingClock:
    """Adds and counts working hours. ``is_holiday`` says of a day whether it is Good
    Friday, Christmas Day or a bank holiday; weekends it need not know."""

    is_holiday: Callable[[date], bool]

    def counts(self, day: date) -> bool:
        """Whether time on this day counts."""
        return day.weekday() < _SATURDAY and not self.is_holiday(day)

    def after(self, start: datetime, hours: float) -> datetime:
        """The moment, in UTC, at which so many working hours have passed.

        What begins on a day that does not count begins when the next one does. What
        is over at midnight is over at the end of its own day, not on a later one.
        """
        left = timedelta(hours=hours)
        moment = start.astimezone(UTC)
        while True:
            day = moment.astimezone(LONDON).date()
            end = _midnight(day + _DAY)
            if self.counts(day):
                if left <= end - moment:
                    return moment + left
                left -= end - moment
            moment = end

    def hours_between(self, start: datetime, end: datetime) -> float:
        """How many working hours lie between; less than nothing if ``end`` is past."""
        if end < start:
            return -self.hours_between(end, start)
        moment, end = start.astimezone(UTC), end.astimezone(UTC)
        passed = timedelta()
        while moment < end:
            day = moment.astimezone(LONDON).date()
            until = min(_midnight(day + _DAY), end)
            if self.counts(day):
                passed += until - moment
            moment = until
        return passed / timedelta(hours=1)


def _midnight(day: date) -> datetime:
    """The beginning of a day in London, in UTC, where no hour is missing or doubled."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
