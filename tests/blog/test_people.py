"""Persons named in a text, and what is alleged of them: a note on a card, no more."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.people import MOST, people

from .people_cases import CASES


def found(text: str) -> set[str]:
    return {f"{'!' * person.is_accused}{person.name}" for person in people(text)}


def rates(pairs: list[tuple[set[str], set[str]]]) -> tuple[float, float]:
    """Precision and recall."""
    right = sum(len(wanted & got) for wanted, got in pairs)
    return (
        right / sum(len(got) for _, got in pairs),
        right / sum(len(wanted) for wanted, _ in pairs),
    )


def test_what_is_noted_is_right_and_most_is_noted(capsys):
    pairs = [(set(wanted), found(text)) for text, wanted in CASES]
    bare = [({n.lstrip("!") for n in w}, {n.lstrip("!") for n in g}) for w, g in pairs]
    accused = [
        ({n for n in w if n[0] == "!"}, {n for n in g if n[0] == "!"}) for w, g in pairs
    ]
    named, alleged = rates(bare), rates(accused)
    with capsys.disabled():
        print(
            f"\n{len(CASES)} texts. Persons named: precision {named[0]:.3f}, recall "
            f"{named[1]:.3f}; accused: precision {alleged[0]:.3f}, "
            f"recall {alleged[1]:.3f}"
        )
        for (text, wanted), (_, got) in zip(CASES, pairs, strict=True):
            if set(wanted) != got:
                print(f"  {text!r}: {sorted(got)} for {sorted(wanted)}")
    assert len(CASES) >= 60
    assert named[0] >= 0.95
    assert named[1] >= 0.85
    assert alleged[0] >= 0.95
    assert alleged[1] >= 0.85


def test_a_name_is_where_it_says():
    text = "Yesterday, I think, Jane Smith’s brother was lying: Jane Smith was not."
    [person] = people(text)
    assert text[person.start : person.end] == person.name == "Jane Smith"
    assert text[person.accused_at :].startswith(person.accusation)
    assert person.accusation == "lying"


def test_of_several_mentions_the_one_with_an_allegation_counts():
    text = "Jane Smith came. Jane Smith is a liar. Jane Smith went."
    [person] = people(text)
    assert person.is_accused
    assert person.start == text.index("Jane Smith is")


def test_an_allegation_far_away_is_of_somebody_else():
    text = "Jane Smith wrote " + "and so on " * 12 + "about a fraud."
    [person] = people(text)
    assert not person.is_accused


def test_of_a_long_list_the_first():
    names = [f"Jane M{chr(97 + n)}rlow" for n in range(26)]
    assert len(people("; ".join(names))) == MOST


@given(
    st.lists(
        st.sampled_from(
            [*" .,:!?'’-\"“(\n", "Jane", "Smith", "Mr", "J.", "de", "lying", "İß", "X"]
        ),
        max_size=40,
    ).map("".join)
)
def test_whatever_is_written_every_name_stands_in_the_text(text):
    for person in people(text):
        assert text[person.start : person.end] == person.name
        assert person.name.strip()
        if person.is_accused:
            end = person.accused_at + len(person.accusation)
            assert text[person.accused_at : end] == person.accusation


@pytest.mark.parametrize(
    "piece",
    "A|Jane |Jane Smith |J. |de |Mr |lying |told |'|. |Jane Smith, |X-|É|\n|Jane\n"
    "|lies  |Jane Smith lied |Jane Smith and ".split("|"),
)
def test_a_hostile_text_is_read_as_fast_as_any(piece):
    text = (piece * 8000)[:8000]
    start = time.process_time()
    people(text)
    assert time.process_time() - start < 1
