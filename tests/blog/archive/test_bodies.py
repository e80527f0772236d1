"""Comments of old blogs: their text, and HTML that is safe."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from blog.archive.bodies import (
    comment_from_html,
    comment_html_of_export,
    post_from_html,
)
from blog.discussion.text import REL, comment_html, contribution_html
from tests.blog.safe_html import Page

OWN = f"/media/{'0123456789abcdef' * 2}.jpg"


def text(html: str) -> str:
    return comment_from_html(html)[0]


def safe(html: str) -> str:
    return comment_from_html(html)[1]


# --- text and line breaks only -----------------------------------------------------


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("", ""),
        ("one", "one"),
        ("one<br>two", "one\ntwo"),
        ("one<BR/>two<br />three", "one\ntwo\nthree"),
        ("one<br><br>two", "one\n\ntwo"),
        ("one<br /><br/> <br>&nbsp;<br>two", "one\n\ntwo"),
        ("<br>one<br>", "one"),
        ("one&nbsp; &nbsp;<br>two&nbsp;", "one\ntwo"),
        ("10&nbsp;%", "10\u00a0%"),
        ("R&amp;D &lt;b&gt; caf&eacute; &#8220;x&#8221;", "R&D <b> café “x”"),
        ("1 < 2 <3", "1 < 2 <3"),
        ("one  two\tthree", "one two three"),
        ("one\ntwo\n\n\n\nthree", "one\ntwo\n\nthree"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("one\ntwo<br>\nthree", "one two\nthree"),
        ("one&#10;two&#13;three", "one two three"),
        ("one\0two", "onetwo"),
        ("one\ud800", "one?"),
    ],
)
def test_text_with_breaks(html, plain):
    assert comment_from_html(html) == (plain, comment_html(plain))


def test_bare_addresses_become_links():
    assert Page(safe("see http://a.uk/b.<br>x")).links == ["http://a.uk/b"]


# --- other tags --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "plain", "drawn"),
    [
        (
            "un<b>believ</b>able<br>x",
            "unbelievable\nx",
            "<p>un<b>believ</b>able<br>\nx</p>\n",
        ),
        (
            "<i>one<br><br>two</i> three",
            "one\n\ntwo three",
            "<p><i>one</i></p>\n<p><i>two</i> three</p>\n",
        ),
        (
            "<i>one</i>\ntwo\n\nthree",
            "one\ntwo\n\nthree",
            "<p><i>one</i><br>\ntwo</p>\n<p>three</p>\n",
        ),
        (
            "<P>one\ntwo</P><P>three<BR>four",
            "one two\n\nthree\nfour",
            "<p>one two</p>\n<p>three<br>\nfour</p>\n",
        ),
        (
            "<div>one</div><h1>two</h1>three",
            "one\n\ntwo\n\nthree",
            "<p>one</p>\n<p>two</p>\n<p>three</p>\n",
        ),
        (
            "<table><tr><td>one<td>two<tr><td>three</table>",
            "one\n\ntwo\n\nthree",
            "<p>one</p>\n<p>two</p>\n<p>three</p>\n",
        ),
        (
            "<ul><li>one<li><p>two</p><p>more</p></ul>three",
            "• one\n• two\nmore\n\nthree",
            "<ul>\n<li>one</li>\n<li>two<br>\nmore</li>\n</ul>\n<p>three</p>\n",
        ),
        (
            "<blockquote>one<br>two<p>three</blockquote>four",
            "> one\n> two\n\n> three\n\nfour",
            "<blockquote>\n<p>one<br>\ntwo</p>\n<p>three</p>\n</blockquote>\n"
            "<p>four</p>\n",
        ),
        (
            "<pre>\n one\n   two\n\n\nthree</pre>",
            " one\n   two\n\nthree",
            "<pre> one\n   two\n\nthree</pre>\n",
        ),
        ("<b><b>x</b> y</b> z", "x y z", "<p><b>x y</b> z</p>\n"),
        ("<p>&nbsp;</p><p>x&nbsp;</p><p></p>", "x", "<p>x</p>\n"),
        (
            "<span>a</span> <ins>b</ins><u> c </u>d",
            "a b c d",
            "<p>a b <u>c</u> d</p>\n",
        ),
        ("<script>x</script>y", "y", "<p>y</p>\n"),
        ("<b></b><ul><li></ul>", "", ""),
    ],
)
def test_tags(html, plain, drawn):
    assert comment_from_html(html) == (plain, drawn)


def test_links_lead_to_the_web_only_and_are_not_followed():
    html = safe(
        "<a href='http://a.uk/?b&c' title=x>one</a> <a href=mailto:a@b.uk>two</a> "
        "<a href='JavaScript:x'>three</a> <a href=//b.uk>four</a>"
    )
    assert html == (
        f'<p><a href="http://a.uk/?b&amp;c" rel="{REL}">one</a> two three four</p>\n'
    )


def test_images_and_embeds_are_links():
    html = (
        f"x<img src=http://a.uk/b.jpg><img src={OWN} alt=Words>"
        "<iframe src=//c.uk/d></iframe><a href=http://e.uk><img src=//f.uk/g.png></a>"
    )
    plain, drawn = comment_from_html(html)
    assert plain == "x Image: b.jpg Image: Words Embedded: c.uk/d Image: g.png"
    page = Page(drawn)
    assert page.links == ["http://a.uk/b.jpg", OWN, "https://c.uk/d", "http://e.uk"]
    assert page.tags == {"p", "a"}


# --- whatever comes ----------------------------------------------------------------

ALLOWED = set("p br a b strong i em blockquote code pre ul ol li s del u".split())
NAMES = [*sorted(ALLOWED), *"div h1 td table dl dd span font script hr form".split()]
PIECES = st.one_of(
    st.sampled_from(NAMES).map("<{}>".format),
    st.sampled_from(NAMES).map("</{}>".format),
    st.sampled_from(NAMES).map(str.upper).map("<{} onclick=x>".format),
    st.sampled_from(["<br>", "\n", "&nbsp;", " ", "&lt;b&gt;", "<!--", "<", "\0"]),
    st.sampled_from(["<a href=http://a.uk>", "<a href='x:y\"'>", "<img src=//a.uk/b>"]),
    st.sampled_from([f"<img src={OWN}>", "<iframe src='//a.uk/\">'>", "</iframe>"]),
    st.text(max_size=5),
)
BODIES = st.lists(PIECES, max_size=14).map("".join)


def check_harmless(html: str) -> None:
    page = Page(html)
    assert page.tags <= ALLOWED
    for tag, attributes in page.elements:
        assert attributes.keys() == ({"href", "rel"} if tag == "a" else set())
        if tag == "a":
            assert attributes["rel"] == REL
            href = attributes["href"].lower()
            assert href.startswith(("http://", "https://")) or href == OWN


@given(BODIES)
def test_nothing_but_harmless_tags_comes_out(html):
    check_harmless(safe(html))
    check_harmless(comment_html_of_export(html))


@given(BODIES)
def test_text_and_html_have_the_same_letters(html):
    plain, drawn = comment_from_html(html)
    # These are marks of lists and quotations in one and not in the other.
    assume("•" not in html and "\uf0b7" not in html and ">" not in plain)
    letters = "".join(plain.replace("•", "").split())
    assert "".join(Page(drawn).text.split()) == letters


@given(BODIES)
def test_a_text_is_tidy(html):
    plain = text(html)
    assert "\n\n\n" not in plain
    assert not plain.endswith(("\n", " ", "\u00a0"))
    assert not plain.startswith("\n")
    assert "\0" not in plain


@given(st.lists(st.sampled_from("ABCDEFGH"), max_size=9), st.data())
def test_no_visible_word_is_lost_and_none_are_run_together(letters, data):
    words = [letter * 5 for letter in letters]
    tags = "<b> </b> <p> </div> <li> <ul> </ul> <br> <td> <pre> </pre> <blockquote>"
    html = "".join(
        f"{data.draw(st.sampled_from(tags.split()))} {word}" for word in words
    )
    plain, drawn = comment_from_html(html)
    shown = [word for word in plain.split() if word not in (">", "•")]
    assert shown == words
    assert Page(drawn).text.split() == words


@pytest.mark.parametrize(
    "html",
    [
        "<b>" * 21_000 + "word",
        "<blockquote>" * 16_000 + "word",
        "<i>" * 5_000 + "<p>x" * 5_000 + "word",
        "<ul><li>" * 5_000 + "<br>x" * 5_000 + "word",
        "<a href=http://a.uk>" * 3_000 + "word",
    ],
    ids=lambda html: html[:20],
)
def test_abysses_are_read(html):
    plain, drawn = comment_from_html(html)
    assert plain.endswith("word")
    check_harmless(drawn)
    assert len(drawn) < 6 * len(html)


# --- exports of our own ------------------------------------------------------------

WRITTEN = st.one_of(
    st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"])),
    st.lists(
        st.sampled_from(
            ["*", "stress", "> ", "• ", "\n", "\n\n", "https://a.uk/'?b&c", " ", "<b>"]
        )
    ).map("".join),
)


@given(WRITTEN)
def test_html_of_our_own_comes_back_as_it_is(written):
    for drawn in (contribution_html(written), comment_html(written)):
        assert comment_html_of_export(drawn) == drawn


@pytest.mark.parametrize(
    "html",
    [
        "<p>x</p>",
        "<p><b>x</b></p>\n",
        '<p><a href="javascript:x" rel="nofollow ugc noopener">x</a></p>\n',
        '<p><a href="http://a.uk/" rel="noopener">x</a></p>\n',
        "<p>x</p>\n<script>y</script>",
        "<p>x\n",
    ],
)
def test_html_that_only_looks_like_ours_is_made_safe(html):
    check_harmless(comment_html_of_export(html))


# --- posts -------------------------------------------------------------------------


def test_the_body_of_a_post_is_stored_as_it_came():
    html = "<p onclick=x>one\r\ntwo\rthree\0</p><img src=x>"
    assert post_from_html(html) == "<p onclick=x>one\ntwo\nthree</p><img src=x>"
