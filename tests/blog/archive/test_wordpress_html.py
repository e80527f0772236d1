"""Bodies of WordPress as HTML: paragraphs, line breaks, comments, shortcodes."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.archive.formats.wordpress_html import comment_html, post_html

# Paragraphs and lines


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("", ""),
        (" \n\n ", ""),
        ("One", "<p>One</p>"),
        ("One\n\nTwo", "<p>One</p>\n<p>Two</p>"),
        ("One\n \t\n\n\nTwo\n\n", "<p>One</p>\n<p>Two</p>"),
        ("One\r\n\r\nTwo", "<p>One</p>\n<p>Two</p>"),
        ("One\nTwo", "<p>One<br />\nTwo</p>"),
        ("One\rTwo", "<p>One<br />\nTwo</p>"),
        ("One  \n  Two", "<p>One<br />\nTwo</p>"),
    ],
)
def test_a_blank_line_parts_paragraphs_and_a_newline_lines(source, html):
    assert post_html(source) == html
    assert comment_html(source) == html


@pytest.mark.parametrize("tag", ["<br>", "<br />", "<BR/>", '<br class="x">'])
def test_a_break_that_is_there_is_not_doubled(tag):
    assert post_html(f"One{tag}\nTwo") == "<p>One<br />\nTwo</p>"
    assert post_html(f"One{tag}Two") == "<p>One<br />\nTwo</p>"
    assert post_html(f"One{tag}{tag}Two") == "<p>One</p>\n<p>Two</p>"


def test_inline_elements_are_part_of_a_paragraph():
    source = "One <b>two</b>\n<a href='x'>three</a>"
    assert post_html(source) == f"<p>{source.replace(chr(10), '<br />' + chr(10))}</p>"


def test_newlines_in_a_tag_are_no_lines():
    assert post_html('<a\nhref="x">One</a>') == '<p><a href="x">One</a></p>'


def test_angle_brackets_that_are_no_tags_are_text():
    assert post_html("1 < 2\n3 > 2") == "<p>1 < 2<br />\n3 > 2</p>"


# Blocks


@pytest.mark.parametrize(
    "source",
    [
        "<p>One</p>",
        "<h2>One</h2>",
        "<ul><li>One</li><li>Two</li></ul>",
        "<table><tr><td>One</td></tr></table>",
        "<blockquote>One</blockquote>",
        "<div>One<p>Two</p></div>",
        "<hr />",
        "<P CLASS='x'>One</P>",
    ],
)
def test_blocks_stay_as_they_are(source):
    assert post_html(source) == source


def test_white_space_between_blocks_is_nothing():
    source = "<ul>\n  <li>One</li>\n\n  <li>Two</li>\n</ul>\n\n<p>Three</p>\n"
    html = "<ul><li>One</li><li>Two</li></ul><p>Three</p>"
    assert post_html(source) == html


def test_text_beside_a_block_is_a_paragraph():
    assert post_html("One\n<h2>Two</h2>\nThree") == "<p>One</p><h2>Two</h2><p>Three</p>"
    assert post_html("One\n<hr>\nTwo") == "<p>One</p><hr><p>Two</p>"


def test_lines_in_a_block_are_lines():
    assert post_html("<p>One\nTwo</p>") == "<p>One<br />\nTwo</p>"
    assert post_html("<li>One\nTwo</li>") == "<li>One<br />\nTwo</li>"


def test_paragraphs_in_a_block_are_paragraphs():
    html = "<blockquote><p>One</p>\n<p>Two</p></blockquote>"
    assert post_html("<blockquote>One\n\nTwo</blockquote>") == html


@pytest.mark.parametrize("name", ["p", "h2", "dt", "figcaption"])
def test_what_holds_no_paragraphs_gets_none(name):
    html = f"<{name}>One<br />\n<br />\nTwo</{name}>"
    assert post_html(f"<{name}>One\n\nTwo</{name}>") == html


def test_a_block_ends_the_paragraph_that_it_stands_in():
    assert post_html("<p>One<div>Two</div>Three") == (
        "<p>One<div>Two</div><p>Three</p>"
    )


def test_an_end_without_its_beginning_is_left_out():
    assert post_html("One</p>\nTwo</div>") == "<p>One</p><p>Two</p>"


@pytest.mark.parametrize("name", ["pre", "script", "style", "textarea", "PRE"])
def test_newlines_stay_as_they_are_where_they_are_the_authors(name):
    whole = f"<{name} class='x'>\n  a\n\n\n<p>b\n</{name}>"
    assert post_html(f"One\n{whole}\nTwo") == f"<p>One</p>{whole}<p>Two</p>"


def test_what_never_ends_takes_the_rest():
    assert post_html("One\n\n<pre>a\n\nb") == "<p>One</p><pre>a\n\nb"


@pytest.mark.parametrize("tag", ["<preface>", "<people>", "<x-p>", "<header-x>"])
def test_a_name_that_begins_like_a_block_is_none(tag):
    assert post_html(f"{tag}One") == f"<p>{tag}One</p>"


# Comments in the HTML


def test_comments_of_the_block_editor_are_left_out():
    source = (
        '<!-- wp:paragraph {"align":"left"} -->\n<p>One</p>\n<!-- /wp:paragraph -->'
        "\n\n<!-- wp:latest-posts /-->\n\n<!-- wp:list --><ul>"
        "<!-- wp:list-item --><li>Two</li><!-- /wp:list-item --></ul><!-- /wp:list -->"
    )
    assert post_html(source) == "<p>One</p><ul><li>Two</li></ul>"


@pytest.mark.parametrize(
    "mark", ["<!--more-->", "<!-- more Go on -->", "<!--nextpage-->"]
)
def test_where_wordpress_parts_a_text_it_is_parted(mark):
    assert post_html(f"One{mark}Two") == "<p>One</p>\n<p>Two</p>"


def test_other_comments_are_left_out_where_they_stand():
    assert post_html("One<!-- a\n\nb --> two<!-->") == "<p>One two</p>"
    assert comment_html("One<!-- <div> -->\ntwo") == "<p>One<br />\ntwo</p>"


def test_a_comment_that_never_ends_hides_nothing():
    assert post_html("One <!-- two") == "<p>One &lt;!-- two</p>"
    assert post_html("<!-- a --!>One") == "<p>One</p>"


# Shortcodes


@pytest.mark.parametrize(
    "code",
    [
        "[gallery]",
        '[gallery ids="1,2" columns="3"]',
        '[audio src="a.mp3"]',
        "[audio https://blog.example/a.mp3]",
        '[video src="a.mp4" /]',
        '[video mp4="a.mp4"][/video]',
        "[playlist]",
        '[gallery\nids="1"\n]',
    ],
)
def test_wordpress_own_shortcodes_are_left_out(code):
    assert post_html(f"One\n\n{code}\n\nTwo") == "<p>One</p>\n<p>Two</p>"
    assert post_html(code) == ""


def test_the_text_in_a_caption_stays():
    source = '[caption id="a" width="9"]<img src="x" /> Words[/caption]'
    assert post_html(source) == '<p><img src="x" /> Words</p>'
    assert post_html(source.replace("caption", "wp_caption")) == post_html(source)


def test_an_old_caption_was_an_attribute():
    source = '[caption width="9" caption="Its words"]<img src="x" />[/caption]'
    assert post_html(source) == '<p>Its words</p>\n<p><img src="x" /></p>'
    assert "Its words" in post_html("[caption caption='Its words']x[/caption]")


def test_the_address_in_an_embed_stays():
    address = "https://video.example/1"
    assert post_html(f"[embed width=9]{address}[/embed]") == f"<p>{address}</p>"


@pytest.mark.parametrize(
    "text",
    [
        "[words in brackets]",
        "[galleryfoo]",
        "[gallery-x]",
        "[1]",
        "[sic]",
        "[contact-form to='x']",
        "[Gallery]",
        "[gallery",
        "gallery]",
    ],
)
def test_other_brackets_are_text(text):
    assert post_html(f"One {text} two") == f"<p>One {text} two</p>"


def test_a_quoted_shortcode_is_text():
    assert post_html("Write [[gallery ids='1']].") == "<p>Write [gallery ids='1'].</p>"


def test_shortcodes_in_a_comment_are_text():
    assert comment_html("See [gallery] [[x]]") == "<p>See [gallery] [[x]]</p>"


# Properties

PIECES = st.sampled_from(
    (
        *("\n", "\n\n", " ", "\r\n", "<br>", "<br />\n", "&amp;", "<", ">", "[", "]"),
        *("<p>", "</p>", "<div class='x'>", "</div>", "<li>", "</li>", "<ul>", "</ul>"),
        *("<b>", "</b>", "<a\nhref='#'>", "</a>", "<h2>", "</h2>", "<hr>", "<table>"),
        *("<pre>", "</pre>", "<p", "</", "<!-- wp:x -->", "<!-- /wp:x -->", "<!--"),
        *("[gallery]", "[caption]", "[/caption]", "[embed]", "[/embed]", "[[audio]]"),
        *("[gallery", "[audio ", "[x]", "<!---", "\u00a0", "\t"),
    )
)
# A word has its own number, so that each is missed, and its place as well.
WORDS = re.compile("w[0-9]+")


@given(st.lists(PIECES, max_size=30), st.booleans())
def test_no_word_is_lost_doubled_or_moved(pieces, is_post):
    source = "".join(f"w{at}{piece}" for at, piece in enumerate(pieces))
    html = (post_html if is_post else comment_html)(source)
    assert WORDS.findall(html) == WORDS.findall(visible(source, is_post=is_post))


def visible(source: str, *, is_post: bool) -> str:
    """Without whole comments and, in a post, what its shortcodes hold of themselves."""
    source = re.sub("<!--.*?-->|<!--->", "", source, flags=re.S)
    if is_post:
        source = re.sub(r"\[(?:gallery|audio)(?!\w)[^\[\]]*\]", "", source)
    return source


@given(st.text(alphabet="<>!-/ p\n[]gallery=\"'b", max_size=60))
def test_any_text_is_read(source):
    assert isinstance(post_html(source), str)
    assert isinstance(comment_html(source), str)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<!--",
            "<!-- x -->",
            "<!-",
            "[gallery",
            "[gallery ",
            "[[gallery",
            "[caption]",
        ),
        *("[caption caption='a", "<div>", "</div>", "<p>", "<div></p>", "<li>x</p>"),
        *("<pre", "<pre>", "<br", "<br>", "\n", "\n ", " ", "<a\n", "&", "x\n\n"),
        "<div><ul></p></div>",
    ],
)
def test_the_time_grows_with_the_length_only(piece):
    def needed(number: int) -> float:
        source = piece * number
        times = []
        for _ in range(2):
            start = time.process_time()
            post_html(source)
            times.append(time.process_time() - start)
        return min(times)

    # Ten times as long: 100 times if it grew with the square. Much slack for noise.
    assert needed(10_000) < 40 * max(needed(1_000), 0.001)
