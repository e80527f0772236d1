"""Addresses as Blogger makes them of titles."""

import re
import string
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.addresses import SLUG_LENGTH, post_address, slug_from_title

ATOM = "{http://www.w3.org/2005/Atom}"
KIND_POST = "http://schemas.google.com/blogger/2008/kind#post"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Thirty Nine Years", "thirty-nine-years"),
        ("A Day at the Office, and an Evening", "day-at-office-and-evening"),
        ("Another Theme", "another-theme"),
        ("What's new? Don’t ask!", "whats-new-dont-ask"),
        ("Pay: 2.5% (again)", "pay-25-again"),
        ("Co-operation -- at last – or not", "co-operation-at-last-or-not"),
        ("Either/or", "eitheror"),
        ("crew_list.doc", "crewlistdoc"),
        ("Café Ångström", "cafe-angstrom"),
        ("  spaces\tand\nlines  ", "spaces-and-lines"),
        ("№ ½ ﬁne", "no-12-fine"),
        ("The A an", "blog-post"),
        ("", "blog-post"),
        ("…", "blog-post"),
        ("Привет, мир", "blog-post"),
        ("Ten по-русски", "ten"),
    ],
)
def test_slug(title, slug):
    assert slug_from_title(title) == slug


def test_it_is_cut_between_words():
    title = "Nine words about nothing that matters to anybody today"
    assert slug_from_title(title) == "nine-words-about-nothing-that-matters"


def test_thirty_nine_characters_fit_and_forty_do_not():
    assert len(slug_from_title(f"{'x' * 19} {'y' * 19}")) == 39
    assert slug_from_title(f"{'x' * 19} {'y' * 20}") == "x" * 19


def test_a_word_that_is_too_long_alone_is_cut():
    assert slug_from_title("x" * 60) == "x" * 39
    assert slug_from_title(f"{'x' * 60} more") == "x" * 39


def test_a_word_that_does_not_fit_ends_it_though_a_later_one_would():
    assert slug_from_title(f"one {'x' * 38} two") == "one"


@given(st.text())
def test_any_title_gives_an_address_that_the_model_accepts(title):
    slug = slug_from_title(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= SLUG_LENGTH
    assert slug_from_title(slug) == slug


@given(st.lists(st.text(string.ascii_letters + string.digits, min_size=1), min_size=1))
def test_plain_words_stay_in_their_order(words):
    slug = slug_from_title(" ".join(words))
    kept = [w.lower() for w in words if w.lower() not in ("a", "an", "the")]
    if kept:
        assert "-".join(kept).startswith(slug)
        if sum(map(len, kept)) + len(kept) - 1 <= SLUG_LENGTH:
            assert slug == "-".join(kept)


def test_year_month_and_slug():
    assert post_address(2022, 9, "some-title") == "2022/09/some-title"
    assert post_address(987, 12, "x") == "0987/12/x"


def test_titles_of_a_real_blog_give_its_real_addresses(shared):
    file = shared / "jeffhandley+jeffhandley.github.io" / "blogspot.xml"
    if not file.exists():
        pytest.skip("The real export is not among the samples.")
    root = ElementTree.parse(file).getroot()  # noqa: S314  a file of our own
    pairs = []
    for entry in root.iter(f"{ATOM}entry"):
        kinds = {tag.get("term") for tag in entry.iter(f"{ATOM}category")}
        for link in entry.iter(f"{ATOM}link"):
            if KIND_POST in kinds and link.get("rel") == "alternate":
                real = re.search(r"/([^/]+)\.html$", link.get("href"))[1]
                pairs.append((entry.findtext(f"{ATOM}title"), real))
    differ = [
        f"{title!r}: {slug_from_title(title)}, there {real}"
        for title, real in pairs
        if slug_from_title(title) != real
    ]
    share = 1 - len(differ) / len(pairs)
    print(f"{share:.1%} of {len(pairs)} addresses agree", *differ, sep="\n")
    assert len(pairs) == 92
    assert share >= 0.95, differ
