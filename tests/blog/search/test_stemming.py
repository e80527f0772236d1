"""Stems: those of Porter's paper, and the same on both databases."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from blog.search.stemming import WORD, folded, stem

# The examples of the paper, step by step, and words that people look for here.
STEMS = dict(
    pair.split("=")
    for pair in """
    caresses=caress ponies=poni ties=ti caress=caress cats=cat feed=feed agreed=agre
    plastered=plaster bled=bled motoring=motor sing=sing conflated=conflat
    troubled=troubl sized=size hopping=hop tanned=tan falling=fall hissing=hiss
    fizzed=fizz failing=fail filing=file happy=happi sky=sky relational=relat
    conditional=condit rational=ration valenci=valenc hesitanci=hesit digitizer=digit
    radicalli=radic differentli=differ vileli=vile analogousli=analog
    vietnamization=vietnam predication=predic operator=oper feudalism=feudal
    decisiveness=decis hopefulness=hope callousness=callous formaliti=formal
    sensitiviti=sensit sensibiliti=sensibl triplicate=triplic formative=form
    formalize=formal electriciti=electr electrical=electr hopeful=hope goodness=good
    revival=reviv allowance=allow inference=infer airliner=airlin gyroscopic=gyroscop
    adjustable=adjust defensible=defens irritant=irrit replacement=replac
    adjustment=adjust dependent=depend adoption=adopt homologou=homolog
    communism=commun activate=activ angulariti=angular homologous=homolog
    effective=effect bowdlerize=bowdler probate=probat rate=rate cease=ceas
    controll=control roll=roll
    ferry=ferri ferries=ferri sailing=sail sailed=sail sailor=sailor organise=organis
    organisation=organis organising=organis organised=organis crews=crew pay=pai
    paid=paid harbour=harbour harbours=harbour moderators=moder
    """.split()
)


@pytest.mark.parametrize(("word", "expected"), STEMS.items())
def test_the_stem(word, expected):
    assert stem(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("FERRIES", "ferri"),
        ("Café", "cafe"),
        ("cafe\u0301", "cafe"),
        ("ÉTUDE", "etud"),
        ("a", "a"),
        ("is", "is"),
        ("228", "228"),
        ("x" * 70 + "ing", "x" * 70 + "ing"),
    ],
)
def test_capitals_accents_and_what_is_no_english_word(word, expected):
    assert stem(word) == expected


@given(st.text())
def test_anything_has_a_stem_and_folding_settles(text):
    for word in WORD.findall(text):
        assert stem(word)
        assert folded(folded(word)) == folded(word)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don’t @14:03 well-known", ["don", "t", "14", "03", "well", "known"]),
        ("snake_case", ["snake", "case"]),
        ("cafe\u0301s!", ["cafe\u0301s"]),
        ("—", []),
    ],
)
def test_words_are_letters_and_digits(text, words):
    assert WORD.findall(text) == words


@pytest.mark.django_db
def test_the_database_has_the_same_stems():
    """Nothing else would let the extracts mark what the database found."""
    words = sorted(STEMS)
    assert _stems_of_database(words) == [stem(word) for word in words]


def _stems_of_database(words: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT (ts_lexize('blog_search_stem', word))[1] "
                "FROM unnest(%s::text[]) WITH ORDINALITY AS given(word, place) "
                "ORDER BY place",
                [words],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "CREATE VIRTUAL TABLE temp.some USING fts5("
            "word, tokenize='porter unicode61 remove_diacritics 2')"
        )
        cursor.execute(
            "CREATE VIRTUAL TABLE temp.stems USING fts5vocab('temp', some, instance)"
        )
        cursor.executemany(
            "INSERT INTO temp.some (rowid, word) VALUES (%s, %s)",
            list(enumerate(words)),
        )
        cursor.execute("SELECT term FROM temp.stems ORDER BY doc")
        found = [row[0] for row in cursor.fetchall()]
        cursor.execute("DROP TABLE temp.stems")
        cursor.execute("DROP TABLE temp.some")
        return found
