"""Words marked in safe HTML, and the marks taken out again to the byte."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.archive.bodies import comment_from_html
from blog.discussion.html_links import Link, with_links, words
from blog.discussion.text import comment_html, contribution_html
from blog.markup import sanitised
from moderation.marking import Kind, Span, marked
from tests.blog.discussion.test_html_links import HTML
from tests.blog.safe_html import Page

MARK = re.compile(r'</?mark(?: class="[a-z -]*+")?>')
TAG = re.compile(r"<[^>\"]*(?:\"[^\"]*\"[^>\"]*)*>")


@st.composite
def spanned(draw):
    html = draw(HTML)
    size = len(words(html).text)
    place = st.integers(0, size + 3)
    span = st.builds(Span, place, place, st.sampled_from(Kind))
    return html, draw(st.lists(span, max_size=8))


def unmarked(html: str) -> str:
    """The HTML as it was before it was marked."""
    return MARK.sub("", html)


def at(html: str, *said: tuple[str, Kind]) -> str:
    text = words(html).text
    return marked(
        html,
        [Span(text.index(w), text.index(w) + len(w), kind) for w, kind in said],
    )


def test_marks_words():
    assert at("<p>Cheap pills here.</p>", ("pills", Kind.RULE)) == (
        '<p>Cheap <mark class="m-rule">pills</mark> here.</p>'
    )


def test_marks_words_in_a_link_without_touching_its_address():
    html = comment_html("See https://pills.example/pills now")
    put = at(html, ("https://pills.example/pills", Kind.LINK), ("example", Kind.RULE))
    assert put == (
        '<p>See <a href="https://pills.example/pills" rel="nofollow ugc noopener">'
        '<mark class="m-link">https://pills.</mark>'
        '<mark class="m-rule m-link">example</mark>'
        '<mark class="m-link">/pills</mark></a> now</p>\n'
    )


def test_marks_across_tags_are_several():
    html = contribution_html("so *very* sure")
    assert at(html, ("so very sure", Kind.WRITER)) == (
        '<p><mark class="m-writer">so </mark><em><mark class="m-writer">very</mark>'
        '</em><mark class="m-writer"> sure</mark></p>\n'
    )


def test_what_lies_in_two_has_both_classes_and_the_same_twice_has_one():
    html = at("<p>abc</p>", ("ab", Kind.PERSON), ("bc", Kind.RULE), ("bc", Kind.RULE))
    assert html == (
        '<p><mark class="m-person">a</mark><mark class="m-rule m-person">b</mark>'
        '<mark class="m-rule">c</mark></p>'
    )


def test_an_entity_of_two_characters_is_never_cut():
    html = "<p>a&NotEqualTilde;b</p>"
    text = words(html).text
    assert len(text.strip()) == 4
    put = marked(html, [Span(0, 2, Kind.RULE), Span(2, 4, Kind.SPAM)])
    assert unmarked(put) == html
    assert "&NotEqualTilde;" in put


def test_nothing_to_mark_leaves_the_html_as_it_is():
    html = "<p>Tides turn.</p>"
    assert marked(html, []) is html
    assert marked(html, [Span(3, 3, Kind.RULE), Span(90, 99, Kind.RULE)]) == html


@pytest.mark.parametrize("make", [contribution_html, sanitised, comment_from_html])
@pytest.mark.parametrize(
    "forged",
    [
        '<mark class="m-rule">all is well</mark>',
        "</mark><mark>",
        '&lt;mark class="m-rule"&gt;',
        "<p>a <MARK CLASS=m-rule>b</MARK></p>",
        '<a href="https://x.org/<mark>">a</a>',
    ],
)
def test_nobody_else_can_write_a_mark(make, forged):
    made = make(forged)
    html = made[1] if isinstance(made, tuple) else made
    assert unmarked(html) == html


@given(spanned())
def test_marks_taken_out_leave_the_html_to_the_byte(case):
    html, spans = case
    assert unmarked(marked(html, spans)) == html


@given(spanned())
def test_marks_change_no_word_no_tag_and_no_attribute(case):
    html, spans = case
    put = marked(html, spans)
    assert TAG.sub("", put) == TAG.sub("", html)
    before, after = TAG.findall(html), TAG.findall(put)
    assert [tag for tag in after if not re.match("</?mark", tag)] == before
    assert {tag for tag in after if tag.startswith("<mark")} <= {
        tag for tag in after if re.fullmatch('<mark class="m-[a-z -]+">', tag)
    }


@given(spanned())
def test_every_marked_word_is_marked_and_no_other(case):
    html, spans = case
    said = words(html)
    put = marked(html, spans)
    wanted = {
        at
        for span in spans
        for at in range(span.start, min(span.end, len(said.text)))
        if said.pieces(at, at + 1, in_links=True)
    }
    inside = re.findall(r'<mark class="[^"]*">([^<]*)</mark>', put)
    # Spaces between two marked words may be left unmarked, letters never.
    told = "".join(inside)
    letters = [said.text[at] for at in sorted(wanted) if said.text[at].isalnum()]
    assert [letter for letter in words(told).text if letter.isalnum()] == letters


@given(
    st.text(alphabet="ab<>&\"'/ \n*>•;#x3mark=ts:", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6),
)
def test_whatever_is_typed_the_page_stays_whole(text, places):
    html = contribution_html(text)
    put = marked(html, [Span(*sorted(place), Kind.RULE) for place in places])
    page, before = Page(put), Page(html)
    assert page.tags - {"mark"} == before.tags
    assert page.text == before.text
    assert page.attributes - {("mark", "class")} == before.attributes


def test_the_links_of_the_blog_itself_are_kept():
    html = with_links("<p>@14:03 lied</p>", [Link(0, 6, "/c/x/")], "at")
    put = marked(html, [Span(0, 11, Kind.ACCUSED)])
    assert unmarked(put) == html
    assert put.count("<mark") == 2
