"""Links put into HTML, and taken out again to the byte."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.archive.bodies import comment_from_html
from blog.discussion.html_links import Link, has_links, with_links, without_links, words
from blog.discussion.text import contribution_html
from blog.markup import post_html, sanitised

TEXTS = st.lists(
    st.sampled_from([*"ab1@.:<>&\"' \n*•—\xa0😀é", "14:03", "http://x.org/ "])
).map("".join)
TAGS = "<p> </p> <b> </b> <i> <br> <br/> <div> </div> <ul> </ul> <li> <pre> </pre>"
TAGS += " <span> </span> <blockquote> </a>"
PIECES = st.sampled_from(
    [
        *TAGS.split(),
        "<a href='http://x.org/?a=1&b=2'>",
        '<a class="at" href="/c/x/">',
        '<span class="at">',
        *("@14:03", " 9.18 is", "&amp;", "&nbsp;", "&lt;", "\n", " ", "words"),
    ]
)
HTML = st.one_of(
    TEXTS.map(contribution_html),
    st.lists(PIECES).map("".join).map(sanitised),
    st.lists(PIECES).map("".join).map(lambda html: comment_from_html(html)[1]),
    TEXTS.map(lambda text: post_html(text, "markdown")),
)


@st.composite
def linked(draw):
    html = draw(HTML)
    size = len(words(html).text)
    place = st.integers(0, size + 3)
    choices = st.lists(
        st.tuples(st.sampled_from(["/c/a/", '/"<&/']), st.text(max_size=5)),
        min_size=1,
        max_size=3,
    ).map(tuple)
    link = st.one_of(
        st.builds(Link, place, place, st.sampled_from(["/c/a/", '/?a="&b'])),
        st.builds(lambda s, e, c: Link(s, e, "", c), place, place, choices),
    )
    return html, draw(st.lists(link, max_size=6))


def at(html: str, said: str, **fields) -> str:
    start = words(html).text.index(said)
    link = Link(start, start + len(said), **fields or {"href": "/c/x/"})
    return with_links(html, [link], "at")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>One.</p>\n", "One.\n\n"),
        ("<p>One.</p>\n<p>Two.</p>\n", "One.\n\nTwo.\n\n"),
        ("<p>One.<br>\nTwo.</p>\n", "One.\nTwo.\n\n"),
        ("<ul>\n<li>One</li>\n<li>Two</li>\n</ul>\n", "One\nTwo\n\n"),
        ("<p>a &lt; b &amp; c</p>", "a < b & c\n\n"),
        ("<p>a&nbsp;b</p>", "a\xa0b\n\n"),
        ("<p>one\ntwo</p>", "one two\n\n"),
        ("<pre>one\n two</pre>", "one\n two\n\n"),
        ("<p>@<b>14:03</b> yes</p>", "@14:03 yes\n\n"),
        ('<p>see <a href="https://x.org/">x.org</a>.</p>', "see x.org.\n\n"),
        ('<p>an <img src="/media/a.png" alt="a > b"> image</p>', "an  image\n\n"),
        ('<p>@14:03<span class="at"> (<a class="at" href="/c/x/">Anon</a>)</span></p>',
         "@14:03\n\n"),
    ],
)  # fmt: skip
def test_reads_the_text_as_it_is_seen(html, text):
    assert words(html).text == text


def test_puts_a_link_round_words():
    html = "<p>I agree, @14:03, a &lt; b.</p>\n"
    assert at(html, "@14:03") == (
        '<p>I agree, <a class="at" href="/c/x/">@14:03</a>, a &lt; b.</p>\n'
    )


def test_finds_the_place_behind_entities():
    assert at("<p>&amp;&lt;&#128512; @14:03</p>", "@14:03") == (
        '<p>&amp;&lt;&#128512; <a class="at" href="/c/x/">@14:03</a></p>'
    )


def test_lists_choices_behind_the_words():
    html = at("<p>@14:03 no.</p>", "@14:03", choices=(("/c/x/", "A&B"), ("/c/y/", "C")))
    assert html == (
        '<p>@14:03<span class="at"> (<a class="at" href="/c/x/">A&amp;B</a> or '
        '<a class="at" href="/c/y/">C</a>)</span> no.</p>'
    )


def test_keeps_tags_in_order_where_words_run_across_them():
    assert at("<p>@<b>14:03</b></p>", "@14:03") == (
        '<p><a class="at" href="/c/x/">@</a><b><a class="at" href="/c/x/">14:03</a></b>'
        "</p>"
    )


def test_makes_no_link_in_a_link():
    html = '<p>see <a href="https://x.org/" rel="noopener">the 14:03</a></p>'
    assert at(html, "14:03") == html
    assert at(html, "see the") == html


def test_leaves_links_of_another_class_alone():
    html = at("<p>@14:03, This Blog, 3 May</p>", "@14:03")
    start = words(html).text.index("3 May")
    both = with_links(html, [Link(start, start + 5, "/2018/05/a.html")], "cites")
    assert both.count("<a ") == 2
    assert without_links(both, "cites") == html
    assert without_links(without_links(both, "at"), "cites") == (
        "<p>@14:03, This Blog, 3 May</p>"
    )


def test_of_two_that_overlap_keeps_the_first():
    html = with_links("<p>abcdef</p>", [Link(2, 5, "/b/"), Link(0, 3, "/a/")], "at")
    assert html == '<p><a class="at" href="/a/">abc</a>def</p>'


def test_tells_what_is_said_between_two_tags():
    html = '<p>see <a href="https://x.org/">x &amp; y</a>.</p><p></p>'
    said = words(html)
    left, right = html.index("x &amp;"), html.index("</a>")
    assert said.text[slice(*said.said(left, right))] == "x & y"
    assert said.said(len(html) - 4, len(html) - 4) == (0, 0)


def test_finds_the_places_in_links_where_that_is_asked():
    html = '<p>see <a href="https://x.org/">x.org</a></p>'
    said = words(html)
    assert said.pieces(0, 9) == []
    pieces = said.pieces(0, 9, in_links=True)
    assert [html[left:right] for left, right in pieces] == ["see ", "x.org"]


def test_refuses_a_class_that_is_none():
    with pytest.raises(ValueError, match="class"):
        with_links("<p>a</p>", [], 'a" b')


@pytest.mark.parametrize("make", [contribution_html, sanitised, comment_from_html])
@pytest.mark.parametrize(
    "forged",
    [
        '<p>a <a class="at" href="/c/x/">b</a></p>',
        '<p>a <span class="at"> (b)</span></p>',
        '<a CLASS=at href="https://x.org/" class="at">b</a>',
        '&lt;a class="at" href="/c/x/"&gt;b&lt;/a&gt;',
    ],
)
def test_nobody_else_can_write_such_a_link(make, forged):
    made = make(forged)
    html = made[1] if isinstance(made, tuple) else made
    assert without_links(html, "at") == html


@given(linked())
def test_what_was_put_in_comes_out_to_the_byte(case):
    html, links = case
    put = with_links(html, links, "at")
    assert without_links(put, "at") == html
    assert has_links(put, "at") or put == html


@given(linked())
def test_links_change_no_word_and_break_no_tag(case):
    html, links = case
    put = with_links(html, links, "at")
    assert words(put).text == words(html).text
    open_tags = []
    for end, name in re.findall(r"<(/?)([a-z0-9]+)(?:[^\">]|\"[^\"]*\")*>", put):
        if name in ("br", "hr", "img"):
            continue
        if end:
            assert open_tags.pop() == name
        else:
            assert name != "a" or "a" not in open_tags
            open_tags.append(name)
    assert not open_tags


@given(linked())
def test_doing_it_again_gives_the_same(case):
    html, links = case
    once = with_links(html, links, "at")
    assert with_links(without_links(once, "at"), links, "at") == once
