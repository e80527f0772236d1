"""What a writer is asked to look at once more before sending."""

import time

import pytest

from blog.warnings import warnings


@pytest.mark.parametrize(
    ("text", "passage", "why"),
    [
        ("my name is Annie", "my name is Annie", "tells your name"),
        ("My name is Annie", "My name is Annie", "tells your name"),
        ("My name’s Annie", "My name’s Annie", "tells your name"),
        ("I am called Bob.", "I am called Bob", "tells your name"),
        (
            "write to ann.marl+x@mail.example.org now",
            "ann.marl+x@mail.example.org",
            "is a mail address",
        ),
        ("ring 01632 960 123.", "01632 960 123", "is a telephone number"),
        ("ring +441632960123", "+441632960123", "is a telephone number"),
        ("I work in Harbourmouth", "I work in Harbourmouth", "tells where you work"),
        ("I work at the Ebb office", "I work at the Ebb", "tells where you work"),
        ("My office is cold", "My office", "narrows down"),
        ("Our manager knows. My manager Annie", "My manager Annie", "somebody"),
        ("I was based at Ebb Lane", "I was based at Ebb", "tells where you work"),
        ("in my office in Ebb today", "my office in Ebb", "narrows down"),
        ("our team is small", "our team", "narrows down"),
        ("after 12 years in this", "12 years in", "how long you have served"),
        ("Twenty years' service", "Twenty years' service", "how long"),
        ("my manager Annie said", "my manager Annie", "names somebody you know"),
        ("my client, Bob, said", "my client, Bob", "names somebody you know"),
    ],
)
def test_what_may_tell_who_somebody_is(text, passage, why):
    [found] = warnings(text)
    assert found.passage == passage
    assert why in found.why


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The office is closed and the team is gone.",
        "I work hard at it.",
        "I work in the north.",
        "Nobody asks my name. The Ebb is a river.",
        "Two years ago it was 1999.",
        "@19.50 you said 20/30",
        "It costs 1,000,000 or 2022 2023 2024.",
        "my manager said nothing",
        "anybody@ home @ ten",
        "01/02/2022 10:30",
    ],
)
def test_ordinary_sentences_pass(text):
    assert warnings(text) == []


def test_they_come_in_the_order_of_the_text():
    text = "our team knows. I work in Ebb. my name is Annie."
    assert [found.passage for found in warnings(text)] == [
        "our team",
        "I work in Ebb",
        "my name is Annie",
    ]


def test_each_says_where_it_stands_and_what_to_tell_a_moderator():
    text = "So our team knows. I work in Ebb. my name is Annie."
    for found in warnings(text):
        assert text[found.start :].startswith(found.passage)
        assert "you" not in found.about_writer.split()
    assert [found.about_writer for found in warnings(text)] == [
        "narrows down where its writer works",
        "tells where its writer works",
        "tells its writer’s name",
    ]


def test_ten_at_most():
    assert len(warnings("our team. " * 100)) == 10


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a@",
        "@",
        "0",
        "0 ",
        "+44 ",
        "my ",
        "I work in ",
        "a.",
        "12 years ",
        " ",
        "é",
    ],
)
def test_a_hostile_text_is_read_as_fast_as_any(piece):
    text = (piece * 8000)[:8000]
    start = time.process_time()
    warnings(text)
    assert time.process_time() - start < 0.5
