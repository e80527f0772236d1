"""Which titles are parts of a series, and the how manieth. Every title is invented but
for the two that say what such titles look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog import series

PARTS = {
    "Latest From Napo 228": ("latest-from-napo", 228),
    "Guest Blog 100": ("guest-blog", 100),
    "Harbour Notes 1": ("harbour-notes", 1),
    "Harbour Notes 9999": ("harbour-notes", 9999),
    "harbour NOTES 12": ("harbour-notes", 12),
    "  Harbour   Notes  12 ": ("harbour-notes", 12),
    "Harbour Notes 12: The Tide": ("harbour-notes", 12),
    "Harbour Notes 12 - The Tide": ("harbour-notes", 12),
    "Harbour Notes 12 – The Tide": ("harbour-notes", 12),
    "Harbour Notes 12.": ("harbour-notes", 12),
    "Harbour Notes 12...": ("harbour-notes", 12),
    "Harbour Notes 12!": ("harbour-notes", 12),
    "Harbour Notes – 12": ("harbour-notes", 12),
    "Harbour Notes -12": ("harbour-notes", 12),
    "Harbour Notes, 12": ("harbour-notes", 12),
    "Harbour Notes 07": ("harbour-notes", 7),
    "Harbour Notes (3)": ("harbour-notes", 3),
    "Harbour Notes [3]": ("harbour-notes", 3),
    "Harbour Notes (3/5)": ("harbour-notes", 3),
    "Harbour Notes (3): The Tide": ("harbour-notes", 3),
    "Harbour Notes No 7": ("harbour-notes", 7),
    "Harbour Notes No. 7": ("harbour-notes", 7),
    "Harbour Notes, no.7": ("harbour-notes", 7),
    "Harbour Notes #7": ("harbour-notes", 7),
    "Harbour Notes Number Seven": ("harbour-notes", 7),
    "Harbour Notes Nº 7": ("harbour-notes", 7),
    "Harbour Notes Part 2": ("harbour-notes", 2),
    "Harbour Notes, Part Two": ("harbour-notes", 2),
    "Harbour Notes: Part II": ("harbour-notes", 2),
    "Harbour Notes - Part 2 of 3": ("harbour-notes", 2),
    "Harbour Notes (Part 2)": ("harbour-notes", 2),
    "Harbour Notes (part two of 3)": ("harbour-notes", 2),
    "Harbour Notes pt. 2": ("harbour-notes", 2),
    "Harbour Notes Episode IV": ("harbour-notes", 4),
    "Harbour Notes Ep 4": ("harbour-notes", 4),
    "Harbour Notes, Chapter 11": ("harbour-notes", 11),
    "Harbour Notes Vol. 3": ("harbour-notes", 3),
    "Harbour Notes Issue 40": ("harbour-notes", 40),
    "Harbour Notes No. 2001": ("harbour-notes", 2001),
    "Ferry Update 3": ("ferry-update", 3),
    "Part 2": ("part", 2),
    "No 7": ("no", 7),
    "Episode IV": ("episode", 4),
    "Update 3": ("update", 3),
    "What's On Deck 5": ("whats-on-deck", 5),
    "What’s On Deck 5": ("whats-on-deck", 5),
    "On/Off 5": ("on-off", 5),
    "Élan 5": ("élan", 5),
    "Заметки 5": ("заметки", 5),
    "Letter from the Quay 3": ("letter-from-the-quay", 3),
}
ALONE = (
    "",
    "7",
    "12.",
    "Harbour Notes",
    "Harbour Notes 0",
    "Harbour Notes 007",
    "Harbour Notes 10000",
    "Harbour Notes 1.5",
    "Harbour Notes 1,000",
    "Harbour Notes12",
    "Harbour Notes 12th",
    "Harbour Notes 3 and 4",
    "12 Harbour Notes",
    "The 39 Lamps",
    # Years, dates and times
    "Conference 2019",
    "Conference (2019)",
    "Conference 1899: What Came of It",
    "18 June 2018",
    "June 18",
    "Friday 13",
    "Meeting, Sept 4",
    "Open at 10.30",
    "Open 10:30",
    "From 9 to 5",
    "24/7",
    "9/11",
    # Sums and amounts
    "Fined £300",
    "Fined £ 300",
    "Rates Up 5%",
    "Down to 5",
    "Almost 40",
    "Nobody Over 60",
    "Pilots 3 - 2",
    "2 + 2",
    # Names with a number in them
    "Top 10",
    "Catch 22",
    "Covid 19",
    "COVID-19",
    "Channel 4",
    "BBC Radio 4",
    "Article 50",
    "Room 101",
    "Windows 10",
    "World War 2",
    "Henry VIII",
    "Harbour Notes V",
    "Harbour Notes Two",
    "Apart",
    "Participants",
    "A No",
    "Harbour Notes Part Zero",
    "Harbour Notes Part IIII",
)


def test_the_tables_are_long_enough():
    assert len(PARTS) + len(ALONE) >= 100
    assert len(set(ALONE)) == len(ALONE)


@pytest.mark.parametrize(("title", "wanted"), PARTS.items(), ids=PARTS)
def test_a_part_of_a_series(title, wanted):
    part = series.part(title)
    assert (part.key, part.number) == wanted


@pytest.mark.parametrize("title", ALONE, ids=lambda title: title or "empty")
def test_a_title_that_is_none(title):
    assert series.part(title) is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Latest From Napo 228", "Latest From Napo"),
        ("harbour notes, Part Two", "harbour notes"),
        ("Harbour Notes – (3)", "Harbour Notes"),
        ("Ferry Update 3", "Ferry Update"),
        ("Part 2", "Part"),
    ],
)
def test_the_name_is_what_the_title_calls_it(title, name):
    assert series.part(title).name == name


@given(
    st.lists(
        st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=8),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 1799),
    st.integers(1, 1799),
)
def test_all_parts_of_a_series_have_one_key(words, number, other):
    name = "Harbour " + " ".join(words) + " Notes"
    one, two = series.part(f"{name} {number}"), series.part(f"{name.upper()}, #{other}")
    if one is None:  # its name is too long, or begins with a mark of its own
        return
    assert one.number == number
    assert one.key == series.key(name)
    assert two.number == other
    assert two.key == series.key(name.upper())


@given(st.text(max_size=600))
def test_any_title_has_a_part_that_can_be_stored_or_none(title):
    part = series.part(title)
    if part is not None:
        assert 1 <= part.number <= series.LARGEST
        assert 1 <= len(part.key) <= series.LONGEST_KEY
        assert "/" not in part.key
        assert part.name


@pytest.mark.parametrize("sign", [" ", "-", ":", "(", ".", "No ", "9", "part "])
def test_a_title_of_signs_is_read_at_once(sign):
    assert series.part(sign * 500) is None
    series.part("x" + sign * 250 + "x")
