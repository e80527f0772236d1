"""How nameless comments are called: for ever, and each otherwise."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.discussion.handles import (
    Handle,
    days_shown,
    handle,
    new_letters,
    next_letter,
    parse_handle,
)
from blog.discussion.references import Day, find

LONDON = ZoneInfo("Europe/London")
NEW_YEAR = datetime(2022, 12, 31, 23, 50, tzinfo=LONDON)
FRIDAY = datetime(2022, 9, 2, 14, 3, tzinfo=LONDON)


@dataclass(frozen=True)
class Nameless:
    """What is asked of a comment that bears no name, and nothing else."""

    pk: int
    written_at: datetime | None
    letter: str | None = None


def letters():
    """All letters, in the order in which they are given."""
    letter = next_letter([])
    while True:
        yield letter
        letter = next_letter([letter])


def called(comments: list[Nameless]) -> list[str]:
    """The handles of a discussion, all of them shown at once in this order."""
    given = new_letters(comments, zone=LONDON)
    timed = [one for one in comments if one.written_at]
    with_day, with_year = days_shown((one.written_at for one in timed), zone=LONDON)
    return [
        handle(
            one.written_at,
            given[one.pk] if one.letter is None else one.letter,
            zone=LONDON,
            with_day=with_day,
            with_year=with_year,
        )
        for one in timed
    ]


# --- letters -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "letter"),
    [
        ([], ""),
        ([""], "b"),
        (["", "b"], "c"),
        (["b", ""], "c"),
        (["", "d"], "e"),  # what a comment was called that is gone is not given again
        (["d"], "e"),
        (["a"], "b"),
        (["", "y"], "z"),
        (["z"], "aa"),
        (["z", "aa"], "ab"),
        (["al"], "an"),  # "am" and "pm" are times of the day
        (["az"], "ba"),
        (["pl"], "pn"),
        (["zz"], "aaa"),
        (["azz"], "baa"),
    ],
)
def test_the_next_letter(taken, letter):
    assert next_letter(iter(taken)) == letter


@pytest.mark.parametrize("wrong", ["B", "1", " ", "b ", "é", "a-b"])
def test_what_is_no_letter_is_not_counted_on(wrong):
    with pytest.raises(ValueError, match="is not the letter"):
        next_letter(["", wrong])


def test_a_thousand_comments_of_a_minute_have_a_thousand_letters():
    some = list(islice(letters(), 1000))
    assert len(set(some)) == 1000
    assert some[:4] == ["", "b", "c", "d"]
    assert some[24:28] == ["y", "z", "aa", "ab"]
    assert not {"a", "am", "pm"} & set(some)


def test_the_first_of_a_minute_has_none_and_the_others_follow_as_they_are_shown():
    late = FRIDAY + timedelta(seconds=40)
    shown = [Nameless(1, late), Nameless(2, FRIDAY), Nameless(3, FRIDAY)]
    assert new_letters(shown, zone=LONDON) == {1: "", 2: "b", 3: "c"}


def test_the_same_minute_of_another_day_is_another_minute():
    shown = [Nameless(1, FRIDAY), Nameless(2, FRIDAY + timedelta(days=1))]
    assert new_letters(shown, zone=LONDON) == {1: "", 2: ""}


def test_letters_that_were_given_stay_and_are_not_given_twice():
    shown = [
        Nameless(1, FRIDAY),
        Nameless(2, FRIDAY, "c"),
        Nameless(3, FRIDAY, ""),
        Nameless(4, FRIDAY),
    ]
    assert new_letters(shown, zone=LONDON) == {1: "d", 4: "e"}


def test_a_comment_without_a_time_has_no_letter():
    assert new_letters([Nameless(1, None), Nameless(2, None)], zone=LONDON) == {}


def test_the_minute_is_that_of_the_blogs_clock():
    # The clocks go back: 01:30 comes twice, an hour apart.
    first = datetime(2022, 10, 30, 0, 30, tzinfo=UTC)
    night = [Nameless(1, first), Nameless(2, first + timedelta(hours=1))]
    assert called(night) == ["Anon 01:30", "Anon 01:30 b"]
    assert new_letters(night, zone=UTC) == {1: "", 2: ""}


# --- words -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moments", "handles"),
    [
        ([FRIDAY], ["Anon 14:03"]),
        ([FRIDAY, FRIDAY], ["Anon 14:03", "Anon 14:03 b"]),
        (
            [FRIDAY.replace(hour=9), FRIDAY.replace(hour=0, minute=0)],
            ["Anon 09:03", "Anon 00:00"],
        ),
        (
            [FRIDAY, FRIDAY, FRIDAY + timedelta(hours=10)],
            ["Anon 2 Sep 14:03", "Anon 2 Sep 14:03 b", "Anon 3 Sep 00:03"],
        ),
        (
            [NEW_YEAR, NEW_YEAR + timedelta(minutes=20)],
            ["Anon 31 Dec 23:50", "Anon 1 Jan 00:10"],
        ),
        (
            [FRIDAY, FRIDAY.replace(year=2023, day=1)],
            ["Anon 2 Sep 14:03", "Anon 1 Sep 14:03"],
        ),
        (
            [FRIDAY, FRIDAY.replace(year=2023)],
            ["Anon 2 Sep 2022 14:03", "Anon 2 Sep 2023 14:03"],
        ),
    ],
)
def test_what_the_page_calls_them(moments, handles):
    assert called([Nameless(pk, at) for pk, at in enumerate(moments)]) == handles


def test_a_leap_day_does_not_come_again_the_next_year():
    leap = datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert days_shown([leap, datetime(2025, 2, 28, 12, tzinfo=UTC)], zone=UTC) == (
        True,
        False,
    )
    assert days_shown([leap, datetime(2025, 3, 1, 12, tzinfo=UTC)], zone=UTC) == (
        True,
        True,
    )


def test_no_comments_need_no_day():
    assert days_shown([], zone=LONDON) == (False, False)


# --- reading -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Anon 14:03", Handle(14, 3)),
        (" Anon 14:03\n", Handle(14, 3)),
        ("anon 14:03 B", Handle(14, 3, "b")),
        ("@Anon 14:03 b", Handle(14, 3, "b")),
        ("Anonymous 14:03 ab", Handle(14, 3, "ab")),
        ("Anon 14:03 a", Handle(14, 3)),
        ("Anon 9:03", Handle(9, 3)),
        ("Anon 2 Sep 14:03 b", Handle(14, 3, "b", 2, 9)),
        ("Anon 2 sep 2022 14:03", Handle(14, 3, "", 2, 9, 2022)),
    ],
)
def test_a_handle_is_read(text, said):
    assert parse_handle(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Anon",
        "14:03",
        "Anon 14.03",
        "Anon 24:00",
        "Anon 14:60",
        "Anon 14:03 am",
        "Anon 14:03 b c",
        "Anon 14:03, yes",
        "Anon 32 Sep 14:03",
        "Anon 0 Sep 14:03",
        "Anon 2 Foo 14:03",
        "Anon 2 Sep 22 14:03",
        "Anon ١٤:٠٣",
        "Anon 14:03 ſ",
        "No. 5.2",
        "Petrel 14:03",
    ],
)
def test_what_is_no_handle_is_none(text):
    assert parse_handle(text) is None


# --- properties --------------------------------------------------------------------

minutes = st.integers(0, 3 * 24 * 60)
crowded = st.one_of(st.sampled_from([0, 1, 10 * 60, 24 * 60]), minutes)
discussions = st.lists(st.one_of(st.none(), crowded), max_size=40).map(
    lambda at: [
        Nameless(pk, None if one is None else NEW_YEAR + timedelta(minutes=one))
        for pk, one in enumerate(at)
    ]
)
moments = st.datetimes(
    datetime(1971, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)
)


def with_letters(comments: list[Nameless]) -> list[Nameless]:
    given = new_letters(comments, zone=LONDON)
    return [replace(one, letter=given.get(one.pk, one.letter)) for one in comments]


@given(discussions)
@example([Nameless(pk, FRIDAY) for pk in range(60)])
def test_no_two_of_a_discussion_are_called_the_same(comments):
    handles = called(comments)
    assert len(set(handles)) == len(handles)


@given(discussions, discussions)
def test_what_a_comment_is_called_does_not_change_when_others_come(old, new):
    old = with_letters(old)
    new = [replace(one, pk=one.pk + 1000) for one in new]
    given_later = new_letters([*old, *new], zone=LONDON)
    assert given_later.keys() == {one.pk for one in new if one.written_at}
    everybody = with_letters([*old, *new])
    assert everybody[: len(old)] == old
    assert len(set(called(everybody))) == len(called(everybody))


@given(discussions, st.data())
def test_shown_one_by_one_they_are_called_as_if_shown_at_once(comments, data):
    at_once = with_letters(comments)
    shown: list[Nameless] = []
    for comment in comments:
        shown = with_letters([*shown, comment])
    assert shown == at_once


@given(discussions, st.data())
def test_hiding_and_showing_again_changes_nobody(comments, data):
    comments = with_letters(comments)
    hidden = data.draw(st.sets(st.sampled_from(comments))) if comments else set()
    left = [one for one in comments if one not in hidden]
    assert new_letters(left, zone=LONDON) == {}
    assert with_letters(comments) == comments


@given(moments, st.integers(0, 800), st.sampled_from(["", "day", "year"]))
def test_a_handle_is_read_back(written_at, place, shown):
    letter = next(islice(letters(), place, None))
    words = handle(
        written_at,
        letter,
        zone=LONDON,
        with_day=shown == "day",
        with_year=shown == "year",
    )
    moment = written_at.astimezone(LONDON)
    said = Handle(moment.hour, moment.minute, letter)
    if shown:
        said = said._replace(day=moment.day, month=moment.month)
    if shown == "year":
        said = said._replace(year=moment.year)
    assert parse_handle(words) == said


@given(st.text())
def test_no_text_breaks_the_reading(text):
    parse_handle(text)
    parse_handle(f"Anon {text}")


@pytest.mark.parametrize("shown", ["", "day", "year"])
@pytest.mark.parametrize(
    "frame", ["{}", "{}: no.", "{}\nNo.", "I am with {}, then.", "({})"]
)
def test_a_handle_in_a_text_is_a_mention(frame, shown):
    """Up to the letter bz; nobody writes more than a comment a second."""
    day = Day(2, 9, 2022 if shown == "year" else None) if shown else None
    for letter in islice(letters(), 76):
        words = handle(
            FRIDAY,
            letter,
            zone=LONDON,
            with_day=shown == "day",
            with_year=shown == "year",
        )
        text = frame.format(words)
        [mention] = find(text)
        assert text[mention.start : mention.end] == words
        assert mention.times == ((14, 3),)
        assert (mention.is_anon, mention.letter, mention.day) == (True, letter, day)
