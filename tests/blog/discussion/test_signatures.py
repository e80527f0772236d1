"""Names at the end of texts: none that is none, and most of those that are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.discussion.signatures import LONGEST, signature
from blog.models import Comment

from .signature_cases import MISSED, NOT_SIGNED, SIGNED


@pytest.mark.parametrize(("text", "name"), SIGNED)
def test_it_is_found(text, name):
    assert signature(text) == name


@pytest.mark.parametrize("text", NOT_SIGNED + MISSED)
def test_there_is_none(text):
    assert signature(text) == ""


def test_the_table_is_large_and_holds_each_case_once():
    texts = [text for text, _ in SIGNED] + NOT_SIGNED + MISSED
    assert len(set(texts)) == len(texts) >= 80
    assert len(SIGNED) / (len(SIGNED) + len(MISSED)) >= 0.85  # the recall that is told


_PIECES = st.sampled_from(
    [
        "Cheers",
        "Yours",
        "'Bosun",
        "- ",
        "Marge",
        "\n",
        " ",
        ",",
        ".",
        "> ",
        "x",
        "é",
        "😀",
    ]
)


@given(st.one_of(st.text(), st.lists(_PIECES).map("".join)))
def test_whatever_the_text_it_is_a_short_piece_of_its_end(text):
    found = signature(text)
    assert found in text[-200:] if found else found == ""
    assert len(found) <= LONGEST <= Comment._meta.get_field("signature").max_length
    assert "\n" not in found
    assert "@" not in found


@given(st.text(st.characters(codec="ascii", exclude_characters="\n")))
def test_one_line_of_any_kind_is_signed_by_no_more_than_a_name(line):
    found = signature(f"Something was said.\n{line}")
    assert found == found.strip()
    assert found == "" or found in line


@pytest.mark.parametrize("end", ["'" * 10**5, "Yours " * 10**5, "-" * 10**5 + "A"])
def test_long_lines_are_looked_at_by_their_ends_alone(end):
    assert signature(f"Something was said.\n{end}") == ""
