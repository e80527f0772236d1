"""Plain text as people type it becomes safe HTML that says the same."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.plaintext import SEPARATORS, to_html
from tests.own_database import PATIENCE

from .safe_html import Page

ROOT = Path(__file__).resolve().parents[2]


def linked(address: str) -> str:
    return f'<a href="{address}" rel="noopener">{address}</a>'


# --- paragraphs and lines --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        (" \n\n \t\n", ""),
        ("one", "<p>one</p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
        ("one\n \t \n\n\ntwo\n", "<p>one</p>\n<p>two</p>\n"),
        ("  one  \n  two  ", "<p>one<br>\ntwo</p>\n"),
        ("one\r\ntwo\r\n\r\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>\n"),
        ("<b>&amp;</b>", "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>\n"),
        ("a *word* and 2 * 3_4_", "<p>a *word* and 2 * 3_4_</p>\n"),
        ("- dash\n1. number\n# hash", "<p>- dash<br>\n1. number<br>\n# hash</p>\n"),
    ],
)
def test_paragraphs(text, html):
    assert to_html(text) == html


# --- lists -----------------------------------------------------------------------

LIST = "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("• one\n• two", LIST),
        ("\uf0b7 one\n\uf0b7\ttwo", LIST),
        ("•one\n  •   two", LIST),
        ("• one\n\uf0b7 two", LIST),
        ("• one\n\n\n• two", LIST),
        ("• one\n \n• two\n\n", LIST),
        ("before\n• one\n• two\nafter", f"<p>before</p>\n{LIST}<p>after</p>\n"),
        ("before\n\n• one\n• two\n\nafter", f"<p>before</p>\n{LIST}<p>after</p>\n"),
        ("a • in a line", "<p>a • in a line</p>\n"),
        ("•", "<p>•</p>\n"),
        ("• http://a.uk/", f"<ul>\n<li>{linked('http://a.uk/')}</li>\n</ul>\n"),
    ],
)
def test_lists(text, html):
    assert to_html(text) == html


# --- quotations ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("> one\n> two", "<blockquote>\n<p>one<br>\ntwo</p>\n</blockquote>\n"),
        (">one", "<blockquote>\n<p>one</p>\n</blockquote>\n"),
        ("> one\n>\n> two", "<blockquote>\n<p>one</p>\n<p>two</p>\n</blockquote>\n"),
        ("> one\n\n> two", "<blockquote>\n<p>one</p>\n<p>two</p>\n</blockquote>\n"),
        ("> one\nmine", "<blockquote>\n<p>one</p>\n</blockquote>\n<p>mine</p>\n"),
        (
            "mine\n> one\n\nmine",
            "<p>mine</p>\n<blockquote>\n<p>one</p>\n</blockquote>\n<p>mine</p>\n",
        ),
        ("2 > 1", "<p>2 &gt; 1</p>\n"),
        ("> • one", "<blockquote>\n<p>• one</p>\n</blockquote>\n"),
    ],
)
def test_quotations(text, html):
    assert to_html(text) == html


# --- separators ------------------------------------------------------------------


@pytest.mark.parametrize("mark", SEPARATORS)
def test_a_separator_is_a_rule_in_a_post_and_text_in_a_comment(mark):
    rule = f'<hr class="{SEPARATORS[mark]}">\n'
    text = f"before\n\n  {mark} \n\nafter"
    assert to_html(text, separators=True) == f"<p>before</p>\n{rule}<p>after</p>\n"
    assert "<hr" not in to_html(text)
    assert mark in to_html(text)


@pytest.mark.parametrize("mark", SEPARATORS)
def test_a_separator_directly_between_lines_is_a_rule(mark):
    rule = f'<hr class="{SEPARATORS[mark]}">\n'
    html = to_html(f"before\n{mark}\nafter\nmore", separators=True)
    assert html == f"<p>before</p>\n{rule}<p>after<br>\nmore</p>\n"


def test_a_separator_after_a_list_or_a_quotation_is_a_rule():
    html = to_html("• one\n*****\n> two\n\n---//---\n--oo00oo--", separators=True)
    assert html == (
        "<ul>\n<li>one</li>\n</ul>\n"
        '<hr class="rule-stars">\n'
        "<blockquote>\n<p>two</p>\n</blockquote>\n"
        '<hr class="rule-break">\n<hr class="rule-ornament">\n'
    )


@pytest.mark.parametrize("text", ["****", "******", "***** text", "text *****", "***"])
def test_other_stars_stay_as_they_are(text):
    assert to_html(text, separators=True) == f"<p>{text}</p>\n"


# --- links -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see http://a.uk/b.", "http://a.uk/b"),
        ("see https://a.uk, then", "https://a.uk"),
        ("(see http://a.uk/b)", "http://a.uk/b"),
        ("(see http://a.uk/b).", "http://a.uk/b"),
        ("http://a.uk/b_(c)", "http://a.uk/b_(c)"),
        ("(http://a.uk/b_(c)).", "http://a.uk/b_(c)"),
        ("[http://a.uk/b]", "http://a.uk/b"),
        ("http://a.uk/?q[]=1", "http://a.uk/?q[]=1"),
        ("“http://a.uk/b”", "http://a.uk/b"),
        ("‘http://a.uk/b’", "http://a.uk/b"),
        ("http://a.uk/b’s", "http://a.uk/b’s"),
        ("'http://a.uk/b'", "http://a.uk/b"),
        ("<http://a.uk/b>", "http://a.uk/b"),
        ("«http://a.uk/b»", "http://a.uk/b"),
        ('"http://a.uk/b"', "http://a.uk/b"),
        ("*http://a.uk/b*", "http://a.uk/b"),
        ("http://a.uk/b?c=d#e!?", "http://a.uk/b?c=d#e"),
        ("HTTPS://A.uk/B", "HTTPS://A.uk/B"),
        ("http://a.uk/é", "http://a.uk/é"),
        ("http://a.uk:8000/b;c=d/", "http://a.uk:8000/b;c=d/"),
    ],
)
def test_an_address_is_linked_without_the_marks_around_it(text, address):
    page = Page(to_html(text))
    assert page.links == [address]
    assert page.text.strip() == text


def test_two_addresses_on_a_line_are_two_links():
    html = to_html("http://a.uk/1 and (http://a.uk/2), end")
    assert html == (
        f"<p>{linked('http://a.uk/1')} and ({linked('http://a.uk/2')}), end</p>\n"
    )


def test_an_address_is_escaped_once_and_means_the_same():
    html = to_html("http://a.uk/?a=1&b=2&amp;c='d'x")
    assert "?a=1&amp;b=2&amp;amp;c=" in html
    assert Page(html).links == ["http://a.uk/?a=1&b=2&amp;c='d'x"]


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "javascript://a.uk/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://a.uk/",
        "//a.uk/",
        "www.a.uk",
        "xhttp://a.uk",
        "http:// a.uk",
        "http://",
        "http://...",
        "(http://)",
        "http:///etc",
        "mailto:a@a.uk",
    ],
)
def test_nothing_else_is_a_link(text):
    page = Page(to_html(text))
    assert page.links == []
    assert page.text.strip() == text


def test_every_link_carries_the_rel_asked_for():
    html = to_html("http://a.uk http://b.uk\n\n• http://c.uk\n> http://d.uk", rel="x y")
    assert [found["rel"] for tag, found in Page(html).elements if tag == "a"] == [
        "x y"
    ] * 4


# --- for any text ----------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *("\n", "\n\n", " ", "•", "\uf0b7 ", ">", "> ", "*", "*****", "\n*****\n"),
        *(
            "\n--oo00oo--\n",
            "---//---",
            "http://",
            "HTTPS://a.uk/b",
            "://",
            "javascript:",
        ),
        *("(", ")", "[", "]", "{", "}", "”", "’", "'", '"', "<", "&", "&lt;", "</p>"),
        *("<script>", "<!--", "onclick=", "\r\n", "\t", "\u2028", "\x85", "é", "word"),
    ]
)
TEXTS = st.one_of(
    st.text(), st.lists(st.one_of(PIECES, st.text(max_size=3))).map("".join)
)
MARKS = str.maketrans("", "", "•\uf0b7>")


def words(text: str) -> list[str]:
    """The words, without the marks of lists and quotations."""
    return text.translate(MARKS).split()


@given(TEXTS, st.booleans())
@example("http://a.uk/\x00", False)
@example("HTTP://0://", False)
@example("<p title='http://a.uk/\"onclick=x'>", False)
def test_only_the_tags_of_a_text_and_links_to_the_web(text, separators):
    page = Page(to_html(text, separators=separators))
    assert page.tags <= {"p", "br", "ul", "li", "blockquote", "a", "hr"}
    assert page.attributes <= {("a", "href"), ("a", "rel"), ("hr", "class")}
    assert all(
        re.match(r"https?://[^\W_]", link, re.I) is not None for link in page.links
    )
    assert ("hr" in page.tags) <= separators
    for tag, found in page.elements:
        assert tag != "a" or found.keys() == {"href", "rel"}
        assert tag != "hr" or found["class"] in SEPARATORS.values()


@given(TEXTS)
def test_no_word_is_lost_or_added(text):
    assert words(Page(to_html(text)).text) == words(text)


@given(TEXTS)
def test_a_post_loses_its_separators_alone(text):
    kept = [line for line in text.split("\n") if line.strip() not in SEPARATORS]
    page = Page(to_html(text, separators=True))
    assert words(page.text) == words("\n".join(kept))
    rules = len(text.split("\n")) - len(kept)
    assert [tag for tag, _ in page.elements].count("hr") == rules


HOSTILE = """
from blog.plaintext import to_html
MEGABYTE = 1_000_000
for piece in (
    "<", "[", "http://", "http://a", "((((", ")", "http://a.uk/" + ")" * 99, " ",
    "\\t", "•", "• ", "•\\n", ">", "> ", ">\\n", "\\n", "*", "*****\\n", "a@", "&",
    ".", "http://a.uk/.", "\\u0301", "://", "h" * 7 + ":",
):
    much = piece * (MEGABYTE // len(piece))
    for text in (much, "• http://a" + much + "x"):
        to_html(text, separators=True)
"""


def test_a_megabyte_of_anything_takes_no_noticeable_time():
    """All of them in seconds: quadratic time would need hours for one."""
    subprocess.run(
        [sys.executable, "-c", HOSTILE], cwd=ROOT, check=True, timeout=PATIENCE
    )
