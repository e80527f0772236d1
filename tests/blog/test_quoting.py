"""A comment as a quotation: its words, whatever the format of the post."""

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog import markup
from blog.discussion.text import comment_html, contribution_html
from blog.quoting import RULE, Quoted, appended, named_in, quotations

ADDRESS = "https://blog.example/c/0123456789abc/"


def quoted(text: str = "Words.", **fields) -> Quoted:
    values = {
        "called": "Anon 14:03",
        "when": "7 October 2022",
        "about": "A Lamp Goes Out",
        "address": ADDRESS,
        "has_stress": True,
    }
    return Quoted(text=text, **(values | fields))


def words(html: str) -> list[str]:
    """What is read there; bullets may stand in the text or be those of a list."""
    return unescape(re.sub(r"<[^>]*>", " ", html)).replace("•", " ").split()


def own_words(html: str) -> list[str]:
    """Those of the quotation, without the line that says whose they are."""
    return words(html.partition("<blockquote>")[2])


def test_in_markdown():
    assert quotations([quoted("One.\n\nTwo.")], "markdown") == (
        f"[Anon 14:03]({ADDRESS}), 7 October 2022, on “A Lamp Goes Out”:\n\n"
        "> One.\n>\n> Two.\n"
    )


def test_in_plain_text():
    assert quotations([quoted("One.\n\nTwo.")], "text") == (
        f"Anon 14:03, 7 October 2022, on “A Lamp Goes Out” ({ADDRESS}):\n\n"
        "> One.\n>\n> Two.\n"
    )


def test_in_html():
    assert quotations([quoted("One.\n\n<b>Two", called="<i>")], "html") == (
        f'<p><a href="{ADDRESS}">&lt;i&gt;</a>, 7 October 2022, on “A Lamp Goes Out”:'
        "</p>\n<blockquote>\n<p>One.</p>\n<p>&lt;b&gt;Two</p>\n</blockquote>\n"
    )


def test_what_is_not_known_is_not_said():
    made = quotations([quoted(when="", about="")], "markdown")
    assert made.startswith(f"[Anon 14:03]({ADDRESS}):\n")


def test_several_are_strung_together_with_rules():
    made = quotations([quoted("One."), quoted("Two."), quoted("Three.")], "markdown")
    html = markup.post_html(made, "markdown")
    assert html.count('<hr class="rule-ornament">') == 2
    assert html.count("<blockquote>") == 3
    assert quotations([quoted(), quoted()], "html").count("<hr>") == 1


@pytest.mark.parametrize("body_format", ["markdown", "text", "html"])
def test_a_rule_stands_between_two_quotations_and_nowhere_else(body_format):
    rule = "<hr>" if body_format == "html" else RULE
    first = appended("", quotations([quoted("One.")], body_format), body_format)
    assert rule not in first
    second = appended(first, quotations([quoted("Two.")], body_format), body_format)
    assert second.count(rule) == 1
    assert markup.post_html(second, body_format).count("<hr") == 1
    after_words = appended("Read this.\n\n\n", first, body_format)
    assert after_words == f"Read this.\n\n{first}"


TRAPS = [
    "*stress* and 2*3*4",
    "# no heading",
    "- no list",
    "1. no list",
    "1986) no list",
    "[no link](https://example.org/)",
    "[x]: https://example.org/",
    "![no image](https://example.org/a.png)",
    "<b>no tag</b> <https://example.org/a>",
    "no entity: &copy; &#65; &lt;",
    "`no code` ``` ~~gone~~",
    "a_b_c _x_ __y__ https://example.org/a_b_(c)?d=*e*&f",
    "back\\slash \\*\\",
    "[no https://example.org/ is a](link)",
    "over\n===\nunder\n---",
    "| a | b |\n|---|---|\n| c | d |",
    "> quoted\nown words",
    "own words\n> quoted\n>> twice\nown words",
    "    not code",
    "```\nnot code",
    "---",
    "***",
    "+ 1",
    "– 1\n• 2\n• 3",
    "line\nline",
    "==",
    "(see [1]) [2]",
    "*\n*",
    "10.\n11)",
]


@pytest.mark.parametrize("text", TRAPS)
@pytest.mark.parametrize("body_format", ["markdown", "text", "html"])
def test_readers_see_the_words_of_the_comment(text, body_format):
    html = markup.post_html(quotations([quoted(text)], body_format), body_format)
    said = contribution_html(text)
    if body_format == "text":  # which knows no stress, and no quotation within another
        said = comment_html(text).replace("&gt;", "")
        html = html.replace("&gt;", "")
    assert own_words(html) == words(said)


@pytest.mark.parametrize(
    ("has_stress", "wanted"), [(True, "<em>stress</em>"), (False, "*stress*")]
)
def test_stress_is_kept_where_it_was_meant(has_stress, wanted):
    made = quotations([quoted("my *stress* here", has_stress=has_stress)], "markdown")
    assert wanted in markup.post_html(made, "markdown")


SIGNS = st.text(
    st.sampled_from(list("ab1 \n*_`#>-+=.)(][!<&;~|\\/:'\"é•")), max_size=40
)


@given(SIGNS | st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30))
@example("*a")
def test_no_signs_of_a_comment_do_anything_in_markdown(text):
    text = "\n".join(line for line in text.split("\n") if line.strip() not in RULES)
    comment = quoted(text, has_stress=False)
    html = markup.post_html(quotations([comment], "markdown"), "markdown")
    assert own_words(html) == words(comment_html(text))
    assert set(re.findall(r"<(\w+)", html.partition("<blockquote>")[2])) <= {
        "p",
        "br",
        "blockquote",
        "a",
    }


RULES = ("--oo00oo--", "---//---", "*****")


@given(SIGNS)
def test_a_name_or_a_title_does_nothing_either(words_of_it):
    name = " ".join(words_of_it.replace("•", "").split())
    comment = quoted(called=name or "x", about=name)
    html = markup.post_html(quotations([comment], "markdown"), "markdown")
    first = html.partition("<blockquote>")[0]
    assert set(re.findall(r"<(\w+)", first)) <= {"p", "a"}
    assert first.count(f'href="{ADDRESS}"') == 1
    assert "".join(words(first)).startswith("".join((name or "x").split()))


@pytest.mark.parametrize(
    ("typed", "ids", "others"),
    [
        ("", [], []),
        ("0123456789abc", ["0123456789abc"], []),
        (" /c/0123456789abc/ ", ["0123456789abc"], []),
        (f"{ADDRESS}, {ADDRESS} /c/x1/", ["0123456789abc", "x1"], []),
        ("https://b.example/2018/06/a.html#c-0a1b2c", ["0a1b2c"], []),
        ("https://b.example/2018/06/a.html?page=2#c-0a1b2c", ["0a1b2c"], []),
        ("What? /c/1", ["1"], ["What?"]),
        ("https://b.example/2018/06/a.html", [], ["https://b.example/2018/06/a.html"]),
        ("0123456789abcdef", [], ["0123456789abcdef"]),
    ],
)
def test_comments_are_named_by_their_permalinks(typed, ids, others):
    assert named_in(typed) == (ids, others)
