"""How nameless comments are called: for ever, and each otherwise."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.discussion.handles import (
    Handle,
    days_shown,
    handle,
    new_handles,
    next_letter,
    parse_handle,
    parted,
    tells,
)
from blog.discussion.references import Day, find

LONDON = ZoneInfo("Europe/London")
NEW_YEAR = datetime(2022, 12, 31, 23, 50, tzinfo=LONDON)
FRIDAY = datetime(2022, 9, 2, 14, 3, tzinfo=LONDON)
POSTED = FRIDAY.date()


@dataclass(frozen=True)
class Nameless:
    """What is asked of a comment that bears no name, and nothing else."""

    written_at: datetime
    precision: str | None = None


def letters():
    """All letters, in the order in which they are given."""
    letter = next_letter([])
    while True:
        yield letter
        letter = next_letter([letter])


def called(
    moments: list[datetime], taken=(), posted: date | None = POSTED, zone=LONDON
) -> list[str]:
    """The handles of comments that are shown in this order."""
    comments = [Nameless(at) for at in moments]
    given = list(new_handles(comments, taken, posted=posted, zone=zone))
    assert [comment for comment, _ in given] == comments
    return [words for _, words in given]


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
    assert called([late, FRIDAY, FRIDAY]) == [
        "Anon 14:03",
        "Anon 14:03 b",
        "Anon 14:03 c",
    ]


def test_letters_that_were_given_are_not_given_twice():
    taken = ["Anon 14:03", "Anon 14:04", "Anon 14:03 c"]
    assert called([FRIDAY, FRIDAY], taken) == ["Anon 14:03 d", "Anon 14:03 e"]


def test_the_same_minute_of_another_day_is_another_minute():
    taken = ["Anon 14:03", "Anon 3 Sep 14:03 b"]
    next_day = FRIDAY + timedelta(days=1)
    assert called([next_day, next_day], taken) == [
        "Anon 3 Sep 14:03 c",
        "Anon 3 Sep 14:03 d",
    ]


def test_the_minute_is_that_of_the_blogs_clock():
    # The clocks go back: 01:30 comes twice, an hour apart.
    first = datetime(2022, 10, 30, 0, 30, tzinfo=UTC)
    night = [first, first + timedelta(hours=1)]
    day = first.date()
    assert called(night, posted=day) == ["Anon 01:30", "Anon 01:30 b"]
    assert called(night, posted=day, zone=UTC) == ["Anon 00:30", "Anon 01:30"]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("Anon 14:03", ("Anon 14:03", "")),
        ("Anon 14:03 b", ("Anon 14:03", "b")),
        ("Anon 3 Sep 14:03", ("Anon 3 Sep 14:03", "")),
        ("Anon 3 Sep 2023 14:03 aa", ("Anon 3 Sep 2023 14:03", "aa")),
    ],
)
def test_a_handle_without_its_letter(words, parts):
    assert parted(words) == parts


# --- words -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (FRIDAY, "Anon 14:03"),
        (FRIDAY.replace(hour=9), "Anon 09:03"),
        (FRIDAY.replace(hour=0, minute=0), "Anon 00:00"),
        (FRIDAY + timedelta(hours=10), "Anon 3 Sep 00:03"),
        (FRIDAY - timedelta(days=1), "Anon 1 Sep 14:03"),
        (FRIDAY.replace(year=2023, day=1), "Anon 1 Sep 14:03"),
        (FRIDAY.replace(year=2023), "Anon 2 Sep 2023 14:03"),
        (FRIDAY.replace(year=2021, day=3), "Anon 3 Sep 14:03"),
        (FRIDAY.replace(year=2021), "Anon 2 Sep 2021 14:03"),
        (NEW_YEAR, "Anon 31 Dec 23:50"),
        (NEW_YEAR + timedelta(minutes=20), "Anon 1 Jan 00:10"),
    ],
)
def test_what_a_comment_on_a_post_of_a_friday_is_called(written, words):
    assert called([written]) == [words]


def test_below_a_post_without_a_day_the_whole_date_is_told():
    assert called([FRIDAY], posted=None) == ["Anon 2 Sep 2022 14:03"]


def test_the_day_is_that_of_the_blogs_clock():
    # Half past midnight in London is the day before by UTC.
    night = datetime(2022, 9, 2, 0, 30, tzinfo=LONDON)
    assert called([night]) == ["Anon 00:30"]
    assert called([night], zone=UTC) == ["Anon 1 Sep 23:30"]


def test_a_leap_day_does_not_come_again_the_next_year():
    leap = date(2024, 2, 29)
    before = datetime(2025, 2, 28, 12, tzinfo=UTC)
    assert days_shown(before, leap, zone=UTC) == (True, False)
    assert days_shown(before + timedelta(days=1), leap, zone=UTC) == (True, True)


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
discussions = st.lists(
    crowded.map(lambda minute: NEW_YEAR + timedelta(minutes=minute)), max_size=40
)
days = st.sampled_from([None, NEW_YEAR.date(), FRIDAY.date(), date(2024, 2, 29)])
moments = st.datetimes(
    datetime(1971, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)
)


@given(discussions, days)
@example([FRIDAY] * 60, FRIDAY.date())
def test_no_two_of_a_discussion_are_called_the_same(moments, posted):
    handles = called(moments, posted=posted)
    assert len(set(handles)) == len(handles)


@given(discussions, discussions, days)
def test_shown_in_two_goes_they_are_called_as_if_shown_at_once(old, new, posted):
    at_once = called([*old, *new], posted=posted)
    given_before = called(old, posted=posted)
    assert given_before == at_once[: len(old)]
    assert called(new, given_before, posted=posted) == at_once[len(old) :]


@given(discussions, days, st.randoms())
def test_what_was_given_is_counted_on_from_in_any_order(moments, posted, random):
    taken = called(moments, posted=posted)
    shuffled = random.sample(taken, len(taken))
    new = called([NEW_YEAR], shuffled, posted=posted)
    assert new == called([NEW_YEAR], taken, posted=posted)
    assert not set(new) & set(taken)


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


@pytest.mark.parametrize("precision", ["hour", "day"])
@given(moment=moments, place=st.integers(0, 800), posted=st.booleans())
def test_one_of_a_time_that_was_cut_tells_no_more(precision, moment, place, posted):
    day = moment.astimezone(LONDON).date() if posted else POSTED
    letter = next(islice(letters(), place, None))
    with_day, with_year = days_shown(moment, day, zone=LONDON)
    words = handle(
        moment,
        letter,
        zone=LONDON,
        with_day=with_day,
        with_year=with_year,
        precision=precision,
    )
    assert tells(words) == (True, precision)
    assert parted(words)[1] == letter
    assert ":" not in words
    # No time of the day is read in it, and so no comment is guessed at.
    assert parse_handle(words) is None
    assert find(f"{words}: no.") == []


@pytest.mark.parametrize(
    ("precision", "words"),
    [
        ("hour", ["Anon 14h", "Anon 14h b", "Anon 3 Sep 14h", "Anon 3 Sep 2023 14h"]),
        (
            "day",
            ["Anon 2 Sep", "Anon 2 Sep b", "Anon 3 Sep", "Anon 3 Sep 2023"],
        ),
    ],
)
def test_those_of_times_that_were_cut(precision, words):
    times = [FRIDAY, FRIDAY, FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=366)]
    comments = [Nameless(at, precision) for at in times]
    given_ = new_handles(comments, (), posted=POSTED, zone=LONDON)
    assert [handle for _, handle in given_] == words


def test_letters_go_on_where_times_are_cut():
    comments = [Nameless(FRIDAY, "day")]
    taken = ["Anon 2 Sep", "Anon 2 Sep z", "Anon 14:03 c"]
    [(_, words)] = new_handles(comments, taken, posted=POSTED, zone=LONDON)
    assert words == "Anon 2 Sep aa"
