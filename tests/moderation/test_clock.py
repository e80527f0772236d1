"""Working hours of England and Wales, against a table that was made without them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import bank_holidays
from moderation.bank_holidays import is_bank_holiday
from moderation.clock import LONDON, WorkingClock

from .clock_table import BANK_HOLIDAYS, BY_HAND, COUNTED, rows

CLOCK = WorkingClock(is_bank_holiday)
ROWS = rows(BY_HAND) + rows(COUNTED)
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2028, 12, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
HOURS = st.integers(0, 72 * 60).map(lambda minutes: minutes / 60)


def london(moment: datetime) -> datetime:
    return moment.replace(tzinfo=LONDON)


def test_there_are_two_hundred():
    assert len(ROWS) == len(set(ROWS)) == 200
    assert len(rows(BY_HAND)) >= 40


@pytest.mark.parametrize(("came", "due"), ROWS, ids=str)
def test_the_table(came, due):
    assert CLOCK.after(london(came), 48) == london(due)


@pytest.mark.parametrize(("came", "due"), rows(BY_HAND), ids=str)
def test_the_hours_between_are_those_that_were_added(came, due):
    assert CLOCK.hours_between(london(came), london(due)) == 48


def test_minute_by_minute_it_is_the_same():
    """The slowest way there is, by the list that the table was made with."""
    for came, due in rows(BY_HAND)[::4] + rows(COUNTED)[::10]:
        moment, left = came, 48 * 60
        while left:
            day = moment.date()
            left -= day.weekday() < 5 and day not in BANK_HOLIDAYS
            moment += timedelta(minutes=1)
        assert moment == due


def test_the_library_knows_the_holidays_of_the_list():
    first, last = date(2019, 1, 1), date(2028, 12, 31)
    known = {
        day
        for number in range((last - first).days + 1)
        if (day := first + timedelta(days=number)).weekday() < 5
        and is_bank_holiday(day)
    }
    assert known == {day for day in BANK_HOLIDAYS if day.year >= 2019}


def test_christmas_day_never_counts_whatever_day_it_is():
    for year in range(2014, 2051):
        assert is_bank_holiday(date(year, 12, 25))


def test_many_threads_see_every_holiday_of_a_year():
    bank_holidays._of_year.cache_clear()
    days = [date(2024, 3, 29), date(2024, 12, 26)] * 50
    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(is_bank_holiday, days))


@pytest.mark.parametrize(
    ("came", "hours", "then"),
    [
        # 44 hours, 24 and 8 left, of a complaint of Friday.
        ("2026-11-20 14:05", 44, "2026-11-24 10:05"),
        ("2026-11-20 14:05", 40, "2026-11-24 06:05"),
        ("2026-11-20 14:05", 24, "2026-11-23 14:05"),
        ("2026-11-20 14:05", 0, "2026-11-20 14:05"),
        # Nothing begins on a Saturday.
        ("2026-11-21 14:05", 0, "2026-11-23 00:00"),
        ("2026-11-21 14:05", 8, "2026-11-23 08:00"),
    ],
)
def test_other_periods(came, hours, then):
    came, then = datetime.fromisoformat(came), datetime.fromisoformat(then)
    assert CLOCK.after(london(came), hours) == london(then)


def test_hours_left_of_a_friday_afternoon():
    due = london(datetime(2026, 11, 24, 14, 5))
    for moment, left in (
        (datetime(2026, 11, 20, 14, 5), 48),
        (datetime(2026, 11, 21, 9, 0), 38 + 5 / 60),
        (datetime(2026, 11, 22, 23, 59), 38 + 5 / 60),
        (datetime(2026, 11, 23, 7, 5), 31),
        (datetime(2026, 11, 24, 14, 5), 0),
        (datetime(2026, 11, 24, 15, 5), -1),
    ):
        assert CLOCK.hours_between(london(moment), due) == pytest.approx(left)


@given(MOMENTS, HOURS)
def test_what_is_added_lies_between(moment, hours):
    assert CLOCK.hours_between(moment, CLOCK.after(moment, hours)) == pytest.approx(
        hours
    )


@given(MOMENTS, HOURS, HOURS)
def test_a_longer_period_never_ends_earlier(moment, one, other):
    shorter, longer = sorted((one, other))
    assert CLOCK.after(moment, shorter) <= CLOCK.after(moment, longer)


@given(MOMENTS, HOURS, st.sampled_from(["Asia/Tokyo", "America/New_York"]))
def test_where_the_site_stands_makes_no_difference(moment, hours, zone):
    there = moment.astimezone(ZoneInfo(zone))
    assert CLOCK.after(there, hours) == CLOCK.after(moment, hours)
