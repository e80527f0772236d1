"""The HTML of a comment."""

import pytest

from blog.discussion.text import comment_html
from tests.blog.safe_html import Page


def test_links_of_comments_are_worth_nothing_to_spammers():
    page = Page(comment_html("see https://example.org/a."))
    ((_, attributes),) = [element for element in page.elements if element[0] == "a"]
    assert attributes["href"] == "https://example.org/a"
    assert set(attributes["rel"].split()) == {"nofollow", "ugc", "noopener"}


def test_a_comment_has_paragraphs_lists_and_quotations():
    assert comment_html("> said\n\nnot so\nat all\n• one") == (
        "<blockquote>\n<p>said</p>\n</blockquote>\n"
        "<p>not so<br>\nat all</p>\n"
        "<ul>\n<li>one</li>\n</ul>\n"
    )


@pytest.mark.parametrize("mark", ["*****", "---//---", "--oo00oo--"])
def test_the_separators_of_posts_are_text_in_a_comment(mark):
    assert comment_html(mark) == f"<p>{mark}</p>\n"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</p><a href='javascript:alert(1)'>x</a>",
        "[x](javascript:alert(1))",
        "<!-- <b>",
    ],
)
def test_no_markup_of_the_writer_lives(text):
    page = Page(comment_html(text))
    assert page.tags == {"p"}
    assert page.text.strip() == text
