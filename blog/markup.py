"""The body of a post -> safe HTML, once, when it is saved."""

import re
from html import escape
from html.parser import HTMLParser

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from . import plaintext

SUMMARY_WORDS = 60

TAGS = {
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
}

# Blocks under other names: dropping them would run the words before and after into
# one. A post's title is the page's first heading, so that h1 in its text is a second.
_RENAMED = {
    "h1": "h2",
    "h5": "h4",
    "h6": "h4",
    "article": "div",
    "center": "div",
    "figcaption": "div",
    "figure": "div",
    "section": "div",
}
_RENAMED_TAG = re.compile(f"<(/?)({'|'.join(_RENAMED)})>")

# A single newline is a line break: that is what the editors' old blog did.
_markdown = MarkdownIt(
    "commonmark", {"html": False, "breaks": True, "linkify": True}
).enable(["table", "strikethrough", "linkify"])
# Whole addresses only: "e.g.it" and "report.pdf" are no links.
_markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
for scheme in ("//", "ftp:", "mailto:"):
    _markdown.linkify.add(scheme, None)
_SEPARATOR = re.compile(
    "<p>("
    + "|".join(re.escape(escape(mark)) for mark in plaintext.SEPARATORS)
    + ")</p>"
)


def post_html(body: str, body_format: str) -> str:
    """Safe HTML of a post's body in one of the formats of ``Post.Format``."""
    if body_format == "text":
        return plaintext.to_html(body, separators=True)
    if body_format == "html":
        return sanitised(body)
    tokens = _markdown.parse(body)
    _settle_headings(tokens)
    html = sanitised(_markdown.renderer.render(tokens, _markdown.options, {}))
    return _SEPARATOR.sub(
        lambda found: f'<hr class="{plaintext.SEPARATORS[found[1]]}">', html
    )


def sanitised(html: str) -> str:
    """HTML with the tags of a text only, and links to whole web addresses only.

    Relative addresses are refused with the rest: ``//host`` is one of them.
    """
    clean = nh3.clean(
        html,
        tags=TAGS | _RENAMED.keys(),
        clean_content_tags={"script", "style", "iframe", "object", "template"},
        attributes={"*": set(), "a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel="noopener",
    )
    return _RENAMED_TAG.sub(lambda tag: f"<{tag[1]}{_RENAMED[tag[2]]}>", clean)


def summary(html: str, words: int = SUMMARY_WORDS) -> str:
    """The first words of a post as plain text, with "…" if there are more."""
    reader = _Words(words)
    # In pieces, so that a long post is read only as far as needed.
    for start in range(0, len(html), 4096):
        reader.feed(html[start : start + 4096])
        if len(reader.found) > words:
            break
    else:
        reader.close()
    if len(reader.found) > words:
        return " ".join(reader.found[:words]).rstrip(" ,;:-–—") + " …"
    return " ".join(reader.found)


class _Words(HTMLParser):
    """Gathers the words of an HTML text, parted where a block or a line ends."""

    INLINE = frozenset(("a", "abbr", "b", "code", "del", "em", "i", "ins", "s"))
    INLINE |= frozenset(("strong", "sub", "sup", "u"))

    def __init__(self, enough: int) -> None:
        super().__init__(convert_charrefs=True)
        self.enough = enough
        self.found: list[str] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in self.INLINE:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.INLINE:
            self._break()

    def handle_data(self, data: str) -> None:
        self._open += data

    def close(self) -> None:
        super().close()
        self._break()

    def _break(self) -> None:
        if len(self.found) <= self.enough:
            self.found += self._open.split()
        self._open = ""


def _settle_headings(tokens: list[Token]) -> None:
    """A post's title is the page's heading: those in its text begin one lower, and none
    skips a level, whatever the editor began with."""
    last = 1
    for token in tokens:
        if token.type == "heading_open":
            last = min(int(token.tag[1]) + 1, last + 1, 4)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{last}"
