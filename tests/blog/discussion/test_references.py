"""Comments that are named by their time: found in the text, and in the discussion."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from blog.archive.formats import text as dumps
from blog.discussion.references import (
    MOST,
    ByClock,
    Day,
    Strength,
    annotate,
    find,
)

from .reference_cases import ALL, CASES, MARKED, OPENINGS, TOGETHER, Case
from .reference_texts import LATER_STORIES, LIKE_ANSWERS, STORIES

LONDON = ZoneInfo("Europe/London")
# A Friday in October; the referring comment is the last of the day.
NOW = datetime(2022, 10, 7, 23, 59, tzinfo=LONDON)
HERE = {"post": "post", "thread": "thread"}


@dataclass(frozen=True)
class Comment:
    """What is asked of a comment that may be named, and nothing else."""

    pk: int
    written_at: datetime | None
    post_id: str = "post"
    tree_id: str = "thread"
    name: str | None = ""
    letter: str | None = None


_TOKEN = re.compile(r"([!~]?)(?:(\d+)/)?(\d\d):(\d\d)([a-z]*)(?:=(\w+))?")


def comment(pk: int, token: str) -> Comment:
    """One comment from the notation of the cases."""
    if token == "?":
        return Comment(pk, None)
    place, day, hour, minute, letter, name = _TOKEN.fullmatch(token).groups()
    # The second of a minute came a second later.
    seconds = int(bool(letter))
    return Comment(
        pk,
        NOW.replace(
            day=int(day or NOW.day), hour=int(hour), minute=int(minute), second=seconds
        ),
        post_id="another" if place == "~" else "post",
        tree_id="another" if place else "thread",
        name=name or "",
        letter=letter,
    )


def every_minute() -> list[Comment]:
    start = datetime(2022, 10, 6, 0, 0, tzinfo=LONDON)
    return [Comment(n, start + timedelta(minutes=n)) for n in range(24 * 60)]


@cache
def discussion(times: str) -> tuple[ByClock, dict[int, str]]:
    """The discussion of a case, and what each of its comments is called there."""
    if times == ALL:
        comments = every_minute()
        return ByClock(comments, zone=LONDON), {one.pk: str(one.pk) for one in comments}
    tokens = dict(enumerate(times.split()))
    comments = [comment(pk, token) for pk, token in tokens.items()]
    return ByClock(comments, zone=LONDON), tokens


def linked(case: Case) -> tuple[tuple[str, str], ...]:
    comments, names = discussion(case.times)
    found = annotate(case.text, comments, written_at=NOW, **HERE)
    return tuple(
        (
            case.text[start:end],
            " ".join(names[pk] for pk in (several if target is None else (target,))),
        )
        for start, end, target, several in found
    )


# --- the table -------------------------------------------------------------------


def test_precision_is_whole_and_recall_is_high(capsys):
    wanted = right = wrong = 0
    faults = []
    for case in CASES:
        found, expected = set(linked(case)), set(case.links)
        wanted += len(expected)
        right += len(found & expected)
        wrong += len(found - expected)
        if found != expected:
            faults.append(f"{case.text!r}: {found} and not {expected}")
    negative = sum(not case.links for case in CASES)
    precision, recall = right / (right + wrong), right / wanted
    with capsys.disabled():
        print(
            f"\nreferences: {len(CASES)} cases, {negative} of them without any;"
            f" precision {precision:.1%}, recall {recall:.1%}"
        )
    assert len(CASES) >= 180
    assert precision == 1, "\n".join(faults)
    assert recall >= 0.95, "\n".join(faults)


@pytest.mark.parametrize("case", [*OPENINGS, *MARKED, *TOGETHER], ids=repr)
def test_the_forms_of_the_community_are_linked_exactly(case):
    assert linked(case) == case.links


def test_the_table_has_all_that_was_promised_of_it():
    texts = [case.text for case in CASES]
    assert sum(not case.links for case in CASES) >= 80
    for form in ("@19.50", "20.29.", "13:25 L", "Anon at 14:03", "9.18 is exactly"):
        assert any(form in text for text in texts)


@pytest.mark.parametrize("text", STORIES + LATER_STORIES)
def test_a_story_has_no_mention_whatever_the_discussion(text):
    assert find(text) == []


@pytest.mark.parametrize("text", LIKE_ANSWERS)
def test_a_story_like_an_answer_links_to_nobody_who_wrote_at_another_minute(text):
    [mention] = find(text)
    hours = {hour for hour, _ in mention.times}
    others = [one for one in every_minute() if one.written_at.hour not in hours]
    comments = ByClock(others, zone=LONDON)
    assert annotate(text, comments, written_at=NOW, **HERE) == []


# --- what a mention says -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("@9.18", ((9, 18), (21, 18))),
        ("@09.18", ((9, 18),)),
        ("@9:18", ((9, 18), (21, 18))),
        ("@12.15", ((12, 15), (0, 15))),
        ("@0.15", ((0, 15),)),
        ("@00:15", ((0, 15),)),
        ("@13:25", ((13, 25),)),
        ("@23.59", ((23, 59),)),
        ("@8.15 pm", ((20, 15),)),
        ("@8.15am", ((8, 15),)),
        ("@12.15 am", ((0, 15),)),
        ("@12.15 p.m.", ((12, 15),)),
        ("@15.10 pm", ((15, 10),)),
        ("@15.10 am", ((15, 10),)),
        ("@9.18 am I wrong?", ((9, 18), (21, 18))),
    ],
)
def test_the_hours_that_a_time_may_mean(text, times):
    [mention] = find(text)
    assert mention.times == times


@pytest.mark.parametrize(
    ("text", "strength"),
    [
        ("@19.50. Yes.", Strength.MARKED),
        ("Anon at 19.50, yes.", Strength.MARKED),
        ("Your 19.50 comment is good.", Strength.MARKED),
        ("19.50. Yes.", Strength.OPENING),
        ("19.50 is quite right.", Strength.OPENING),
        ("I agree with 19.50.", Strength.HINTED),
        ("I think 19.50 is quite right.", Strength.HINTED),
    ],
)
def test_how_sure_it_is(text, strength):
    [mention] = find(text)
    assert mention.strength is strength


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("7 October 2022 at", Day(7, 10, 2022)),
        ("7 October at", Day(7, 10)),
        ("7 Oct", Day(7, 10)),
        ("on 7th October at", Day(7, 10)),
        ("on the 7th of October at", Day(7, 10)),
        ("October 7, 2022 at", Day(7, 10, 2022)),
        ("Friday 7 October at", Day(7, 10)),
        ("7/10/22", Day(7, 10, 2022)),
        ("7/10/2022 at", Day(7, 10, 2022)),
        ("7/10", Day(7, 10)),
        ("31 February", Day(31, 2)),
        ("on Friday at", Day(weekday=4)),
        ("Sun", Day(weekday=6)),
        ("yesterday at", Day(ago=1)),
        ("today", Day(ago=0)),
        ("yeſterday", Day(ago=1)),
        ("frıday", Day(weekday=4)),
        ("frİday", Day(weekday=4)),
        ("7 ſept", Day(7, 9)),
    ],
)
def test_the_day_that_is_named(words, day):
    [mention] = find(f"@Anon {words} 15:55 it leaks")
    assert (mention.day, mention.is_anon) == (day, True)
    assert mention.end == len(f"@Anon {words} 15:55")


def test_a_weekday_is_the_last_one():
    friday = NOW.date()
    assert Day(weekday=4).is_day(friday, seen_from=friday)
    assert Day(weekday=4).is_day(friday - timedelta(7), seen_from=friday)
    assert not Day(weekday=4).is_day(friday - timedelta(14), seen_from=friday)
    assert not Day(weekday=4).is_day(friday + timedelta(7), seen_from=friday)
    assert not Day(weekday=3).is_day(friday, seen_from=friday)


# --- which comment it is -----------------------------------------------------------


def test_in_the_night_when_the_clocks_go_back_one_time_is_two_comments():
    first = datetime(2022, 10, 30, 0, 30, tzinfo=UTC)
    night = [Comment(1, first), Comment(2, first + timedelta(hours=1))]
    [place] = annotate(
        "@01:30 no",
        ByClock(night, zone=LONDON),
        written_at=first + timedelta(hours=3),
        **HERE,
    )
    assert (place.target, place.candidates) == (None, (2, 1))


def test_the_clock_is_the_blogs():
    summer = [Comment(1, datetime(2022, 7, 1, 13, 3, tzinfo=UTC))]
    comments = ByClock(summer, zone=LONDON)
    [place] = annotate("@14:03 no", comments, written_at=NOW, **HERE)
    assert place == (0, 6, 1, ())


def test_what_was_written_at_the_same_moment_is_not_meant():
    same = ByClock([Comment(1, NOW)], zone=LONDON)
    assert annotate("@23:59 no", same, written_at=NOW, **HERE) == []


def test_a_comment_without_a_time_links_to_nothing():
    comments = ByClock(every_minute(), zone=LONDON)
    assert annotate("@14:03 no", comments, written_at=None, **HERE) == []


def test_where_everybody_wrote_in_one_minute_the_latest_are_listed():
    crowd = [
        Comment(n, NOW.replace(hour=14, minute=3, microsecond=n)) for n in range(200)
    ]
    [place] = annotate("@2.03", ByClock(crowd, zone=LONDON), written_at=NOW, **HERE)
    assert place.candidates == tuple(range(199, 199 - MOST, -1))


# --- real pages --------------------------------------------------------------------

# The lines of the pages on which a comment begins that names another by its time.
REAL = {
    "000_": [70],
    "001_": [],
    "002_": [51, 133, 143],
    "003_": [],
    "004_": [108, 112],
}


@pytest.mark.parametrize("page", REAL)
def test_in_real_pages_each_is_found_and_nothing_else(shared, page):
    [file] = (shared.parent / "seeds").glob(f"{page}*.txt")
    posts = dumps.read(file.read_bytes()).posts
    comments = [one for post in posts for one in post.comments]
    lines = [one.line for one in comments for _ in find(one.text)]
    assert lines == REAL[page]
    # The times of a story stand in the posts as well.
    assert not [mention for post in posts for mention in find(post.body)]


def test_where_a_page_lost_its_times_nothing_is_linked(shared):
    [file] = (shared.parent / "seeds").glob("002_*.txt")
    for post in dumps.read(file.read_bytes()).posts:
        known = [Comment(pk, one.written_at) for pk, one in enumerate(post.comments)]
        assert all(one.written_at is None for one in known)
        by_clock = ByClock(known, zone=LONDON)
        for one in post.comments:
            for moment in (None, NOW):
                assert annotate(one.text, by_clock, written_at=moment, **HERE) == []
