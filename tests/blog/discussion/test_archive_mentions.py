"""Which posts a text names: by their day, title or number in a series."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog import series
from blog.discussion import archive_mentions as mentions
from blog.discussion.archive_mentions import Mention

from .archive_cases import CASES, NOTHING, POSITIVE, POSTS, Case


def keys_of(day: str, title: str) -> set[str]:
    keys = {mentions.day_key(date.fromisoformat(day)), mentions.title_key(title)}
    if part := series.part(title):
        keys.add(mentions.series_key(part.key, part.number))
    return keys


KEYS = Counter(key for post in POSTS for key in keys_of(*post))
TARGETS = {
    key: title for day, title in POSTS for key in keys_of(day, title) if KEYS[key] == 1
}


def links(text: str) -> tuple[tuple[str, str], ...]:
    found = mentions.chosen(mentions.mentions(text), TARGETS)
    return tuple((text[each.start : each.end], TARGETS[each.wanted]) for each in found)


def test_the_table_is_long_enough_and_says_nothing_twice():
    assert min(len(NOTHING), len(POSITIVE)) >= 50
    assert len(CASES) >= 120
    assert len({case.text for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text[:60] or "empty")
def test_a_text_is_linked_to_what_it_names_and_to_nothing_else(case: Case):
    assert links(case.text) == case.links


@pytest.mark.parametrize("case", POSITIVE, ids=lambda case: case.text[:60])
def test_the_quick_look_passes_over_nothing(case: Case):
    assert mentions.may_mention(case.text)


SAID = (
    "This this blog blogpost post , . ' ‘ ’ “ ” \" ( ) – 18 June 2018 Monday 12 Guest "
    "Blog Harbour Notes No. the of see A Lamp Goes Out 2018-06-18 18/6/18 \n Part #"
)
WORDS = st.sampled_from(SAID.split(" "))
TEXTS = st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=60)


@given(TEXTS)
def test_whatever_is_found_stands_there_and_can_be_kept(text):
    found = mentions.mentions(text)
    for each in found:
        assert 0 <= each.start < each.end <= len(text)
        assert "\n" not in text[each.start : each.end]
        assert 0 < len(each.wanted) <= mentions.LONGEST
    assert found == sorted(set(found))
    assert not found or mentions.may_mention(text)


@given(TEXTS)
def test_what_is_chosen_does_not_overlap(text):
    found = mentions.mentions(text)
    chosen = mentions.chosen(found, {each.wanted for each in found})
    assert set(chosen) <= set(found)
    for one, other in pairwise(chosen):
        assert one.end <= other.start
    assert bool(chosen) == bool(found)


@given(st.lists(WORDS.filter(lambda word: "lo" not in word and word != "post")))
def test_without_the_word_no_day_and_no_title_is_named(words):
    for each in mentions.mentions(" ".join(words)):
        assert each.wanted.startswith("series:")


def test_the_longest_of_those_that_are_known_is_chosen():
    short, long = Mention(5, 9, "title:a"), Mention(0, 9, "title:b")
    assert mentions.chosen([short, long], ["title:a", "title:b"]) == [long]
    assert mentions.chosen([short, long], ["title:a"]) == [short]
    assert mentions.chosen([short, long], []) == []


@pytest.mark.parametrize("words", ["this blog ", "blogpost '", "Guest Blog ", "A 1 "])
def test_a_long_text_of_cues_takes_no_long(words):
    text = words * 3000
    assert mentions.mentions(text) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What the Tides Don't Tell", "what the tides dont tell!"),
        ("“A Lamp” – Goes Out", "A Lamp - goes out"),
        ("ﬁsh  and\xa0Chips", "Fish and chips"),
        ("snake_case", "Snake case"),
    ],
)
def test_titles_that_differ_in_signs_are_one(one, other):
    assert mentions.title_key(one) == mentions.title_key(other) != ""


@pytest.mark.parametrize("title", ["", "?!", "…", "_"])
def test_a_title_without_words_is_not_named(title):
    assert mentions.title_key(title) == ""


LINKS = [
    ("https://blog.example/2018/06/a-lamp.html", ["/2018/06/a-lamp.html"]),
    ("https://BLOG.example/2018/06/a-lamp.html?m=1#c5", ["/2018/06/a-lamp.html"]),
    ("https://blog.example/p/about.html", ["/p/about.html"]),
    ("https://blog.example/?p=12", ["/?p=12"]),
    ("https://blog.example/", []),
    ("http://old.example/2018/06/a-lamp.html", ["/2018/06/a-lamp.html"]),
    ("http://old.example/2018/06/18/a-lamp/", ["/2018/06/18/a-lamp"]),
    ("http://old.example/p/about.html", []),
    ("http://old.example/?p=12", []),
    ("http://old.example/2018/06/blog-post.html", []),
    ("http://old.example/2018/06/", []),
    ("http://old.example/2018/13/a-lamp.html", []),
    ("http://old.example/news/2018/06/a-lamp.html", []),
    ("http://[x/2018/06/a-lamp.html", []),
    ("http://old.example/2018/06/" + "a" * 300, []),
]


@pytest.mark.parametrize(("address", "paths"), LINKS)
def test_links_to_posts_of_a_blog_are_wanted_by_their_path(address, paths):
    html = f'<p><a href="{address}" rel="noopener">x</a></p>'
    found = mentions.addresses_wanted(html, "blog.example")
    assert found == {f"address:{path}" for path in paths}
