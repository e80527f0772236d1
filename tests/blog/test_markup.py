"""The body of a post in its three formats, and its summary."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.markup import TAGS, post_html, sanitised, summary

from .safe_html import Page


def markdown(body: str) -> str:
    return post_html(body, "markdown")


# --- Markdown --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>\n"),
        ("*em* **strong** ~~old~~", "<em>em</em> <strong>strong</strong> <s>old</s>"),
        ("# One", "<h2>One</h2>\n"),
        ("## Two", "<h2>Two</h2>\n"),
        ("### Three", "<h2>Three</h2>\n"),
        ("###### Six", "<h2>Six</h2>\n"),
        ("One\n===", "<h2>One</h2>\n"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>\n"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>\n"),
        ("---//---", '<hr class="rule-break">\n'),
        ("--oo00oo--", '<hr class="rule-ornament">\n'),
        ("*****", "<hr>\n"),
    ],
)
def test_markdown(body, html):
    assert html in markdown(body)


def test_a_table():
    page = Page(markdown("| a | b |\n|:--|--:|\n| 1 | 2 |"))
    assert page.tags == {"table", "thead", "tbody", "tr", "th", "td"}
    assert page.attributes == set()
    assert page.text.split() == ["a", "b", "1", "2"]


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "a <b onclick='x'>word</b>",
        "<iframe src='//a.uk/'></iframe>",
        "<div>\n\nblock\n\n</div>",
        "<!-- hidden -->",
        "<style>p {}</style>",
        "<a href='//a.uk'>x</a>",
    ],
)
def test_raw_html_is_shown_and_not_live(body):
    page = Page(markdown(body))
    assert page.tags == {"p"}
    assert "".join(page.text.split()) == "".join(body.split())


@pytest.mark.parametrize(
    "body",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "<javascript:alert(1)>",
        "[x](data:text/html,x)",
        "[x](vbscript:x)",
        "[x](//evil.example/)",
        "[x](/admin/logout/)",
        "[x](\\\\evil.example)",
        "[x][1]\n\n[1]: javascript:alert(1)",
        "[x](ftp://a.uk/)",
    ],
)
def test_a_link_to_anything_but_the_web_is_dead(body):
    page = Page(markdown(body))
    assert all(link is None for link in page.links)
    assert "x" in page.text or "javascript" in page.text


def test_a_link_to_the_web_lives_and_carries_no_more_than_its_address():
    page = Page(markdown('[words](https://a.uk/b "title") <http://c.uk/> <a@b.uk>'))
    assert page.links == ["https://a.uk/b", "http://c.uk/", "mailto:a@b.uk"]
    assert page.attributes == {("a", "href"), ("a", "rel")}


def test_an_image_from_elsewhere_is_not_fetched():
    assert Page(markdown("![words](http://a.uk/b.png)")).tags <= {"p", "a"}


# --- HTML ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("<p class=a id=b title=c style=d lang=e dir=f>x</p>", "<p>x</p>"),
        ("x<script>alert(1)</script>y", "xy"),
        ("x<style>p {}</style>y", "xy"),
        ("x<iframe>no frames</iframe>y", "xy"),
        ("<img src=x onerror=alert(1)>", ""),
        ("<b onclick=alert(1)>x</b>", "<b>x</b>"),
        ("<a href='javascript:alert(1)'>x</a>", '<a rel="noopener">x</a>'),
        ("<a href=' java\nscript:alert(1)'>x</a>", '<a rel="noopener">x</a>'),
        ("<a href='//evil.example'>x</a>", '<a rel="noopener">x</a>'),
        ("<a href='/logout'>x</a>", '<a rel="noopener">x</a>'),
        (
            "<a href='http://a.uk' target=_blank onclick=x>x</a>",
            '<a href="http://a.uk" rel="noopener">x</a>',
        ),
        ("<form action=x><input value=y><button>z</button></form>", "<div>z</div>"),
        ("<svg><script>alert(1)</script></svg>", ""),
        ("<!-- x -->y", "y"),
        ("<p>open <b>bold", "<p>open <b>bold</b></p>"),
        ("<span style='x'>inline</span> <font color=red>too</font>", "inline too"),
        ("a<br/>b", "a<br>b"),
        ("2 < 3 & 4", "2 &lt; 3 &amp; 4"),
    ],
)
def test_html_is_reduced_to_a_text(body, html):
    assert post_html(body, "html") == html


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("<div>one</div><div>two</div>", "<div>one</div><div>two</div>"),
        ("<h1>one</h1>two", "<h2>one</h2>two"),
        ("<h2>one</h2><h5>two</h5>", "<h2>one</h2><h4>two</h4>"),
        ("<h6 class=x>one</h6>two", "<h4>one</h4>two"),
        ("<center>one</center>two", "<div>one</div>two"),
        ("<dl><dt>one</dt><dd>two</dd></dl>", "<dl><dt>one</dt><dd>two</dd></dl>"),
        ("&lt;h1&gt;", "&lt;h1&gt;"),
    ],
)
def test_blocks_stay_blocks_so_that_words_are_not_run_together(body, html):
    assert post_html(body, "html") == html


TAG_NAMES = [*sorted(TAGS), "h1", "script", "style", "svg", "math", "iframe", "img"]
TAG_NAMES += ["title", "textarea", "noscript", "template", "form", "base", "meta"]
ATTRIBUTES = ["onclick=x", "href=//e", "href='javascript:x'", "style=x", "class='a>b'"]
ATTRIBUTES += ["href='http://a.uk/?<h1>'", 'id="', "title='<h1>'", "/", ""]
HTML_PIECES = st.one_of(
    st.builds(
        "<{} {}>".format, st.sampled_from(TAG_NAMES), st.sampled_from(ATTRIBUTES)
    ),
    st.builds("</{}>".format, st.sampled_from(TAG_NAMES)),
    st.sampled_from(
        ["<!--", "-->", "<![CDATA[", "]]>", "&lt;", "&#60;", "<", ">", "'"]
    ),
    st.text(max_size=5),
)


@given(st.lists(HTML_PIECES, max_size=12).map("".join))
def test_whatever_comes_in_only_harmless_tags_come_out(body):
    page = Page(sanitised(body))
    assert page.tags <= TAGS
    assert page.attributes <= {("a", "href"), ("a", "rel")}
    assert all(
        link is None or link.startswith(("http://", "https://", "mailto:"))
        for link in page.links
    )


@given(st.lists(HTML_PIECES, max_size=12).map("".join))
def test_the_same_holds_for_markdown(body):
    page = Page(markdown(body))
    assert page.tags <= TAGS
    assert page.attributes <= {("a", "href"), ("a", "rel"), ("hr", "class")}


# --- plain text ------------------------------------------------------------------


def test_a_text_body_has_the_rules_of_the_old_blog():
    assert post_html("one\n*****\ntwo\n# three <b>", "text") == (
        '<p>one</p>\n<hr class="rule-stars">\n<p>two<br>\n# three &lt;b&gt;</p>\n'
    )


# --- summaries -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>one two</p>", "one two"),
        ("<p>un<b>believ</b>able</p>", "unbelievable"),
        ('<p>see <a href="http://a.uk">a.uk</a>, then</p>', "see a.uk, then"),
        ("<p>one</p><p>two</p>", "one two"),
        ("one<br>two", "one two"),
        ("<ul><li>one</li><li>two</li></ul>", "one two"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("<h2>Head</h2>text", "Head text"),
        ("<div>one</div><div>two</div>", "one two"),
        ("<p>R&amp;D &lt;b&gt; caf&eacute; 2&nbsp;%</p>", "R&D <b> café 2 %"),
        ("<p>one\n  two</p>", "one two"),
        ("one<hr>two", "one two"),
    ],
)
def test_summary(html, text):
    assert summary(html) == text


def test_a_long_post_is_cut_after_its_first_words():
    assert summary("<p>one two three four</p>", words=3) == "one two three …"
    assert summary("<p>one two three</p>", words=3) == "one two three"
    assert summary("<p>one two</p><p>three four</p>", words=3) == "one two three …"


def test_no_comma_hangs_before_the_ellipsis():
    assert summary("<p>one, two, three</p>", words=2) == "one, two …"
    assert summary("<p>one – two</p>", words=2) == "one …"


@pytest.mark.parametrize("padding", range(4080, 4100))
def test_tags_and_entities_across_the_pieces_read_stay_whole(padding):
    """A long post is read in pieces of 4,096 characters."""
    html = f"<p>{'x' * padding}</p><p>R&amp;D <b>bold</b>ly</p>"
    assert summary(html) == f"{'x' * padding} R&D boldly"


def test_a_very_long_post_is_read_to_its_first_words_only():
    html = "<p>word word</p>" * 200_000
    assert summary(html, words=3) == "word word word …"


def test_a_paragraph_without_end_is_summed_up():
    assert summary("word " * 100_000, words=3) == "word word word …"


def test_the_summary_of_a_rendered_post_shows_what_was_written():
    assert summary(markdown("# Head\n\n1 < 2 & *so* on")) == "Head 1 < 2 & so on"


def test_headings_begin_at_the_second_level_and_skip_none():
    html = post_html("### One\n\n# Two\n\n##### Three\n\n###### Four", "markdown")
    assert re.findall(r"<(h\d)>", html) == ["h2", "h2", "h3", "h4"]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://a.uk/b.", ["https://a.uk/b"]),
        ("a.uk and me@a.uk and e.g.it", []),
        ("`https://a.uk/`", []),
    ],
)
def test_whole_addresses_in_markdown_are_links(text, links):
    assert re.findall(r'href="([^"]*)"', post_html(text, "markdown")) == links
