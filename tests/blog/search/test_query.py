"""What is typed, and what it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.search.query import LONGEST, MOST_TERMS, parse


def meaning(typed: str) -> str:
    """Terms in a row: spellings parted by |, words of a phrase by +, - before what
    must not occur."""
    return " ".join(
        ("-" if term.is_excluded else "")
        + "|".join("+".join(words) for words in term.spellings)
        for term in parse(typed).terms
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", ""),
        ("   ", ""),
        ("ferry", "ferry"),
        ("Ferry  CREW", "ferry crew"),
        ("ferry ferry Ferry", "ferry"),
        ("café", "cafe"),
        # phrases
        ('"first officer"', "first+officer"),
        ("“first officer”", "first+officer"),
        ("«first officer»", "first+officer"),
        ('pay "first officer" rise', "pay first+officer rise"),
        ('"first officer', "first+officer"),
        ('pay"first officer"', "pay first+officer"),
        ('""', ""),
        ('"', ""),
        ('" , "', ""),
        # not
        ("ferry -mug", "ferry -mug"),
        ('ferry -"two per cent"', "ferry -two+per+cent"),
        ("ferry −mug", "ferry -mug"),
        ("ferry - mug", "ferry mug"),
        ("ferry -", "ferry"),
        ("--oo00oo--", "oo00oo"),
        ("ferry-mug", "ferry+mug"),
        ("-1,000", "-1+000|1000"),
        # signs part words
        ("well-known", "well+known"),
        ("don't", "don+t"),
        ("don’t", "don+t"),
        ("either/or", "either+or"),
        ("@14:03", "14+03"),
        ("@19.50.", "19+50"),
        ("snake_case", "snake+case"),
        ("https://example.org/a?b=c", "https+example+org+a+b+c"),
        # of a possessive the owner
        ("Ronsay's", "ronsay"),
        ("Ronsay’s,", "ronsay"),
        ('"Ronsay\'s slip"', "ronsay+s+slip"),
        # long numbers
        ("1,000", "1+000|1000"),
        ("1000", "1000|1+000"),
        ("12,345,678", "12+345+678|12345678"),
        ("2022", "2022|2+022"),
        ("007", "007"),
        ("1,00", "1+00"),
        # both spellings
        ("organise", "organise|organize"),
        ("organize", "organize|organise"),
        ("privatisation", "privatisation|privatization"),
        ("Organisers", "organisers|organizers"),
        ("analysed", "analysed|analyzed"),
        ("wise", "wise"),
        ("is", "is"),
        # what others take for an operator
        ("AND OR NOT", "and or not"),
        ("a:b c* ^d NEAR(e f)", "a+b c d near+e f"),
        ("!a & b | c <-> d:*", "a b c d"),
        ("%s % _", "s"),
        ("a\0b", "a+b"),
        ("日本語 Привет", "日本語 привет"),
        ("😀 …", ""),
    ],
)
def test_what_is_meant(typed, meant):
    assert meaning(typed) == meant


def test_not_this_alone_is_no_search():
    assert not parse("-mug")
    assert parse("-mug").unwanted
    assert parse("-mug ferry")


def test_what_is_past_the_end_is_not_read():
    assert meaning("a" * LONGEST + " b") == "a" * LONGEST


def test_terms_past_the_last_are_counted():
    query = parse(" ".join(f"w{number}" for number in range(MOST_TERMS + 3)))
    assert len(query.terms) == MOST_TERMS
    assert query.dropped == 3
    assert parse("a b").dropped == 0


@given(st.text(max_size=300))
def test_anything_has_a_meaning_of_words_alone(typed):
    query = parse(typed)
    for term in query.terms:
        assert term.spellings
        for words in term.spellings:
            assert words
            assert all(word.isalnum() for word in words), words


@given(st.text(alphabet="ab -\"1,'", max_size=40))
def test_what_was_understood_means_the_same_again(typed):
    again = " ".join(
        ("-" if term.is_excluded else "") + '"' + " ".join(term.spellings[0]) + '"'
        for term in parse(typed).terms
    )
    first = [(t.spellings[0], t.is_excluded) for t in parse(typed).terms]
    assert [(t.spellings[0], t.is_excluded) for t in parse(again).terms] == list(
        dict.fromkeys(first)
    )
