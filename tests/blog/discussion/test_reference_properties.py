"""What holds of references in whatever text and discussion, and what they cost."""

import re
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.discussion.references import ByClock, annotate, find, mentions, resolve

from .reference_cases import CASES
from .test_references import HERE, LONDON, NOW, Comment

# --- properties --------------------------------------------------------------------

PIECES = """@ @Anon Anon Anonymous anon at on of to re 14:03 9.18 9:18 20.29. 21:04 b
12.15 pm am 8.15pm a aa 7 October 2022 Oct 7/10/22 yesterday Friday is exactly what
right wrong said I You the from till 10:00 19.50 £ % each and & , . : ; - – ( ) ' ’s
comment your poster agree with thanks Re: > … 😂 version 3.12
https://x/14:03 d̲ ٣ ſun frı İ K""".split()
texts = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", "", "\n", "\xa0"])),
        max_size=25,
    ).map(lambda pieces: "".join(map("".join, pieces))),
    st.sampled_from(CASES).map(lambda case: case.text),
)
moments = st.integers(-3 * 24 * 60, 24 * 60).map(
    lambda minutes: NOW + timedelta(minutes=minutes)
)


@st.composite
def discussions(draw) -> list[Comment]:
    """Comments, most of them written at times that the texts above name."""
    written = st.one_of(
        st.none(),
        moments,
        st.builds(
            lambda time, day: NOW.replace(day=day, hour=time[0], minute=time[1]),
            st.sampled_from([(14, 3), (9, 18), (21, 18), (20, 29), (19, 50), (21, 4)]),
            st.integers(5, 8),
        ),
    )
    return [
        Comment(
            pk,
            draw(written),
            draw(st.sampled_from(["post", "post", "another"])),
            draw(st.sampled_from(["thread", "other"])),
            draw(st.sampled_from(["", None, "Petrel"])),
            draw(st.sampled_from([None, "", "b"])),
        )
        for pk in range(draw(st.integers(0, 12)))
    ]


@given(texts)
@example("Anon 14:03 b\n@")
@example("@" * 50 + "14:03")
def test_mentions_stand_in_the_text_in_order_and_apart(text):
    end = 0
    for mention in find(text):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end
        passage = text[mention.start : mention.end]
        assert re.search(r"[0-9]{1,2}[.:][0-9]{2}", passage)
        assert passage == passage.strip()
        assert all(
            0 <= hour < 24 and 0 <= minute < 60 for hour, minute in mention.times
        )


@given(texts, discussions(), st.sampled_from(["thread", "other"]))
def test_a_link_goes_to_what_was_written_before_at_that_time(text, comments, thread):
    known = {one.pk: one for one in comments}
    by_clock = ByClock(comments, zone=LONDON)
    for own in comments:
        for mention in find(text):
            found = resolve(
                mention,
                by_clock,
                written_at=own.written_at,
                post=own.post_id,
                thread=own.tree_id,
            )
            assert len(set(found.candidates)) == len(found.candidates)
            assert (found.target is None) == (len(found.candidates) != 1)
            for pk in found.candidates:
                target = known[pk]
                assert pk != own.pk
                assert target.post_id == own.post_id
                assert target.written_at < own.written_at
                moment = target.written_at.astimezone(LONDON)
                assert (moment.hour, moment.minute) in mention.times
            threads = {known[pk].tree_id == own.tree_id for pk in found.candidates}
            assert len(threads) <= 1


@given(texts, discussions(), st.integers(0, 10_000), st.data())
def test_a_later_comment_changes_nothing(text, comments, minutes, data):
    later = Comment(99, NOW + timedelta(minutes=minutes), letter="b")
    place = data.draw(st.integers(0, len(comments)))
    more = [*comments[:place], later, *comments[place:]]
    before, after = (
        annotate(text, ByClock(some, zone=LONDON), written_at=NOW, **HERE)
        for some in (comments, more)
    )
    assert before == after


@given(texts, discussions())
def test_the_order_in_which_comments_come_changes_no_link(text, comments):
    one, other = (
        {
            (place.start, place.end, place.target, frozenset(place.candidates))
            for place in annotate(
                text, ByClock(some, zone=LONDON), written_at=NOW, **HERE
            )
        }
        for some in (comments, comments[::-1])
    )
    assert one == other


@given(texts, discussions())
def test_annotations_are_the_mentions_that_mean_something(text, comments):
    spans = [(mention.start, mention.end) for mention in find(text)]
    found = annotate(text, ByClock(comments, zone=LONDON), written_at=NOW, **HERE)
    assert [span for span in spans if span in {place[:2] for place in found}] == [
        place[:2] for place in found
    ]
    for place in found:
        assert (place.target is None) == (len(place.candidates) > 1)


# --- work --------------------------------------------------------------------------

HOSTILE = [
    "@",
    "Anon ",
    "Anon at ",
    "@Anon at at at ",
    " ",
    "\n",
    "> ",
    "1",
    "1.",
    "14:03",
    "14:03 ",
    "14:03\n",
    "14:03 and ",
    "@14:03 and ",
    "@14:03 ",
    "Anon 14:03, ",
    "7 October 2022 at ",
    "Anon 7 October 2022 at 15:55 b ",
    "agree with ",
    "you, 14:03 ",
    "your 14:03 comment ",
    "is so so so quite ",
    "a",
    "\xa0",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_with_the_length_of_the_text(monkeypatch, piece):
    """By what is looked at, not by a clock: nothing behind a time but its window."""
    looked: list[int] = []
    behind, ahead = mentions._behind, mentions._ahead

    class Counted:
        def __init__(self, pattern):
            self.pattern = pattern

        def search(self, text, start, end):
            looked.append(end - start)
            assert 0 <= end - start <= mentions.WINDOW
            return self.pattern.search(text, start, end)

    def counted_behind(pattern, text, end, floor):
        return behind(Counted(pattern), text, end, floor)

    def counted_ahead(pattern, text, start):
        match = ahead(pattern, text, start)
        # What is ahead is bounded if a cut there changes nothing.
        cut = ahead(pattern, text[start - 1 : start + mentions.WINDOW], 1)
        assert (match and match.group()) == (cut and cut.group())
        looked.append(1)
        return match

    monkeypatch.setattr(mentions, "_behind", counted_behind)
    monkeypatch.setattr(mentions, "_ahead", counted_ahead)
    costs = []
    for length in (2_000, 4_000, 8_000):
        looked.clear()
        found = find((piece * length)[:length] + " 14:03")
        costs.append((sum(looked), len(found)))
    (work, count), (work_2, count_2), (work_4, count_4) = costs
    assert work_2 <= 2 * work + 2_000
    assert work_4 <= 2 * work_2 + 2_000
    assert count_2 <= 2 * count + 2
    assert count_4 <= 2 * count_2 + 2
    assert work_4 <= 400 * 8_000


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_very_long_text_is_read(piece):
    find(piece * (100_000 // len(piece)))
