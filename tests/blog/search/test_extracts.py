"""Extracts: the right place, the words marked, and never a tag of somebody's own."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.search.extracts import LENGTH, extract, marked
from blog.search.query import parse

FILLER = "The tide runs out past the old pier and nobody minds it. "


def of(text: str, typed: str, **how) -> str:
    return extract(text, parse(typed), **how)


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("Two ferries sail.", "ferry", "Two <mark>ferries</mark> sail."),
        ("FERRY, ferry", "ferries", "<mark>FERRY</mark>, <mark>ferry</mark>"),
        ("A café.", "CAFE", "A <mark>café</mark>."),
        ("A cafe\u0301.", "café", "A <mark>cafe\u0301</mark>."),
        ("It is well-known.", "well-known", "It is <mark>well-known</mark>."),
        ("I don’t know.", "don't", "I <mark>don’t</mark> know."),
        ("At 14:03, not 14.30", "@14:03", "At <mark>14:03</mark>, not 14.30"),
        ("It cost 1,000.", "1000", "It cost <mark>1,000</mark>."),
        ("We organize.", "organise", "We <mark>organize</mark>."),
        (
            "An officer, the first officer.",
            '"first officer"',
            "An officer, the <mark>first officer</mark>.",
        ),
        (
            "first officer first",
            '"first officer" first',
            "<mark>first officer</mark> <mark>first</mark>",
        ),
        ("A mug and tea", "tea -mug", "A mug and <mark>tea</mark>"),
        ("a <b>mug</b> & co", "mug", "a &lt;b&gt;<mark>mug</mark>&lt;/b&gt; &amp; co"),
        ("one\n\n two\tthree", "two", "one <mark>two</mark> three"),
        ("None of it.", "mug", "None of it."),
        ("", "mug", ""),
        ("A smug man", "mug", "A smug man"),
    ],
)
def test_the_words_are_marked(text, typed, expected):
    assert of(text, typed) == expected


def test_of_a_long_text_the_place_is_shown():
    text = FILLER * 10 + "Here the mug is named. " + FILLER * 10
    found = of(text, "mug")
    assert "Here the <mark>mug</mark> is named." in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(re.sub("<[^>]*>", "", found)) <= LENGTH + 4


def test_the_place_is_that_with_most_of_the_terms():
    text = "A mug. " + FILLER * 10 + "A mug of tea. " + FILLER * 10
    assert "<mark>mug</mark> of <mark>tea</mark>" in of(text, "tea mug")


def test_without_a_place_it_is_the_beginning():
    found = of(FILLER * 10, "mug")
    assert found.startswith("The tide runs")
    assert found.endswith(" …")


def test_it_begins_and_ends_between_words():
    for shift in range(60):
        text = FILLER * 5 + "x" * shift + " mug " + FILLER * 5
        shown = re.sub("<[^>]*>", "", of(text, "mug")).strip("… ")
        assert set(shown.split()) <= set(text.split()), shown


def test_a_word_longer_than_the_extract_is_cut():
    assert len(of("y" * 5000, "mug")) == LENGTH + 2
    assert "<mark>" in of("y" * 500 + " mug " + "y" * 500, "mug")


def test_a_short_text_is_marked_whole():
    assert marked("The <Mug> Affair", parse("mug")) == (
        "The &lt;<mark>Mug</mark>&gt; Affair"
    )


texts = st.text(alphabet="ab <>&\"'-\u0301é\n1,", max_size=600)


@given(texts, st.text(alphabet='ab -"é1,', max_size=20))
def test_nothing_but_marks_is_html(text, typed):
    found = of(text, typed)
    without = found.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in without
    assert ">" not in without
    assert found.count("<mark>") == found.count("</mark>")
    shown = unescape(without).removeprefix("… ").removesuffix(" …").strip()
    assert " ".join(shown.split()) in " ".join(text.split())
