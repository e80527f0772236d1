"""Times are cut by the clock of the blog, and never shown as more than they are."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.moments import CUT, DAY, HOUR, clock, coarsest, cut, for_machines

LONDON = ZoneInfo("Europe/London")
# Half hours; a day without midnight; an hour that comes twice; far from Greenwich.
ZONES = [
    ZoneInfo(name)
    for name in (
        *("Europe/London", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Kiritimati"),
        *(
            "America/Sao_Paulo",
            "Asia/Beirut",
            "Australia/Lord_Howe",
            "America/New_York",
        ),
    )
]
times = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@given(times, st.sampled_from(ZONES), st.sampled_from(CUT))
def test_what_is_cut_begins_its_hour_or_day(at, zone, to):
    found = cut(at, to, zone)
    here, there = at.astimezone(zone), found.astimezone(zone)
    assert found <= at
    assert there.date() == here.date()
    assert (there.hour, there.minute) == (here.hour, 0) or to == DAY
    assert at - found < (timedelta(hours=1) if to == HOUR else timedelta(hours=26))
    assert cut(found, to, zone) == found


@given(times, times, st.sampled_from(ZONES), st.sampled_from(CUT))
def test_the_order_of_two_stays_so_far_as_it_is_known(one, other, zone, to):
    first, last = sorted((one, other))
    assert cut(first, to, zone) <= cut(last, to, zone)


@given(times, st.sampled_from(ZONES))
def test_it_makes_no_difference_how_often_it_is_cut(at, zone):
    assert cut(cut(at, HOUR, zone), DAY, zone) == cut(at, DAY, zone)
    assert cut(at, None, zone) == at


def test_the_hour_that_comes_twice_is_two_hours():
    first = datetime(2025, 10, 26, 0, 37, tzinfo=UTC)
    second = datetime(2025, 10, 26, 1, 37, tzinfo=UTC)
    assert cut(first, HOUR, LONDON) == first.replace(minute=0)
    assert cut(second, HOUR, LONDON) == second.replace(minute=0)


@pytest.mark.parametrize(
    ("known", "least"),
    [((), None), ((None,), None), ((None, HOUR), HOUR), ((DAY, None, HOUR), DAY)],
)
def test_together_they_are_as_exact_as_the_least(known, least):
    assert coarsest(*known) == least


@pytest.mark.parametrize(
    ("to", "words", "stamp"),
    [
        (None, "14:03", "2022-09-02T14:03+01:00"),
        (HOUR, "14h", "2022-09-02"),
        (DAY, "", "2022-09-02"),
    ],
)
def test_no_more_is_told_than_is_known(to, words, stamp):
    there = cut(datetime(2022, 9, 2, 14, 3, tzinfo=LONDON), to, LONDON)
    there = there.astimezone(LONDON)
    assert clock(there, to) == words
    assert for_machines(there, to) == stamp
