"""The HTML of old blogs -> what is stored: of comments text and safe HTML.

Nearly all comments are text and line breaks, which are read without a parser. The rest
is made safe first (``blog.markup``), and what is left is written anew: only the tags
below, blocks of any other kind as paragraphs, inline tags closed at the end of each
paragraph. All of it is linear in the length of the HTML.
"""

import re
from dataclasses import dataclass
from html import escape, unescape

from blog.discussion.text import REL, comment_html
from blog.markup import image_words, sanitised

INLINE = frozenset("a b strong i em code s del u".split())
CONTAINERS = frozenset("blockquote pre ul ol li".split())
LISTS = ("ul", "ol")
_TRANSPARENT = frozenset("abbr ins sub sup".split())
# Blocks within blocks: what is deeper is drawn at this depth.
DEEPEST = 12

_BR = re.compile(r"<[bB][rR]\s*/?>")
_MARKUP = re.compile(r"<[a-zA-Z/!?]")
_LINE_TAG = re.compile(r"<(?:br|p|div|li)\b", re.I)
_SPACE = re.compile(r"[ \t\n\f\r]+")
_BLANK_LINES = re.compile(r"\n{3,}")

_LINE = (
    r"(?:[^<>\n]++|<em>[^<>\n]*+</em>"
    rf'|<a href="(?i:https?)://[^\s"<>]++" rel="{REL}">[^<>\n]*+</a>)*+'
)
_PARAGRAPHS = rf"(?:<p>{_LINE}(?:<br>\n{_LINE})*+</p>\n)*+"
# All that ``blog.discussion.text`` can write.
_OURS = re.compile(
    rf"(?:<p>{_LINE}(?:<br>\n{_LINE})*+</p>\n"
    rf"|<ul>\n(?:<li>{_LINE}</li>\n)*+</ul>\n"
    rf"|<blockquote>\n{_PARAGRAPHS}</blockquote>\n)*+"
)


def post_from_html(html: str) -> str:
    """The body of a post as it is stored: it is made safe when it is drawn."""
    return _tidy(html)


def comment_from_html(html: str) -> tuple[str, str]:
    """The plain text of a comment, and its safe HTML."""
    html = _tidy(html)
    text = _text_with_breaks(html)
    if text is not None:
        return text, comment_html(text)
    writer = _Writer(newline_is_break=not _LINE_TAG.search(html))
    writer.read(sanitised(html))
    return writer.text, writer.html


def comment_html_of_export(html: str) -> str:
    """The safe HTML of a comment whose text is known; ours comes back as it is."""
    html = _tidy(html)
    return html if _OURS.fullmatch(html) else comment_from_html(html)[1]


def _tidy(html: str) -> str:
    """Without the characters that no database takes, and with one kind of line end."""
    html = html.encode(errors="replace").decode()
    return html.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def _text_with_breaks(html: str) -> str | None:
    """The text of HTML that has no tags but ``br``."""
    text, breaks = _BR.subn("\0", html)
    if _MARKUP.search(text):
        return None
    if not breaks:
        text = text.replace("\n", "\0")
    if "&" in text:
        text = unescape(text)
    # Asked first, for nearly always there is nothing to do.
    if any(space in text for space in ("  ", "\n", "\t", "\f", "\r")):
        text = _SPACE.sub(" ", text)
    text = "\n".join([line.strip() for line in text.split("\0")])
    if "\n\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text)
    return text.strip()


@dataclass(slots=True)
class _Block:
    """An open blockquote, list, item or pre, and what its lines begin with."""

    name: str
    opens: str
    closes: str
    prefix: str
    filled: bool = False
    # A list's item whose mark is still to be written.
    is_new_item: bool = False


class _Writer:
    """Writes text and HTML anew from HTML that ``sanitised`` made.

    Nothing is opened before there is a word to stand in it, so that there are neither
    empty paragraphs nor empty lists.
    """

    TAG = re.compile(r'<(/?)([a-z0-9]+)((?: [a-z]+="[^"]*")*)>')
    ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
    EDGES = re.compile(r"(\s*)(.*\S)(\s*)", re.S)

    def __init__(self, newline_is_break: bool) -> None:
        self._newline_is_break = newline_is_break
        self._text: list[str] = []
        self._html: list[str] = []
        self._blocks = [_Block("", "", "", "")]
        self._opened = 1
        # All open inline tags, "" for those that are not written; those to be written,
        # each kind once; how many of these are open in the HTML.
        self._inline: list[str] = []
        self._wanted: list[tuple[str, str]] = []
        self._inline_opened = 0
        self._wrapper: str | None = None
        # Line breaks since the last word: 1 a line, 2 a paragraph; and in this one.
        self._gap = 0
        self._breaks = 0
        self._space = ""

    @property
    def text(self) -> str:
        return "".join(self._text)

    @property
    def html(self) -> str:
        return "".join(self._html)

    def read(self, html: str) -> None:
        done = 0
        for tag in self.TAG.finditer(html):
            self._data(html[done : tag.start()])
            self._tag(bool(tag[1]), tag[2], tag[3])
            done = tag.end()
        self._data(html[done:])
        self._end_paragraph()
        while len(self._blocks) > 1:
            self._end_block()

    def _tag(self, is_end: bool, name: str, attributes: str) -> None:
        if name == "br":
            self._break()
        elif name == "img":
            found = dict(self.ATTRIBUTE.findall(attributes))
            self._image(found["src"], unescape(found.get("alt", "")))
        elif name in INLINE:
            if is_end:
                self._end_inline()
            else:
                self._start_inline(name, attributes)
        elif name in CONTAINERS:
            self._end_paragraph()
            if is_end:
                self._end_block()
            else:
                self._start_block(name)
        elif name not in _TRANSPARENT:
            self._end_paragraph()

    # --- what is read --------------------------------------------------------------

    def _data(self, data: str) -> None:
        if not data:
            return
        data = unescape(data)
        in_pre = self._blocks[-1].name == "pre"
        if not in_pre and not self._newline_is_break:
            self._words(_SPACE.sub(" ", data), in_pre)
            return
        for number, line in enumerate(data.split("\n")):
            if number:
                self._break()
            self._words(line if in_pre else _SPACE.sub(" ", line), in_pre)

    def _words(self, data: str, in_pre: bool) -> None:
        edges = self.EDGES.fullmatch(data)
        if edges is None:
            self._space += data
            return
        before, words, after = edges.groups()
        space = self._space + before
        self._space = ""
        begins = self._begin_line()
        if begins and not in_pre:
            space = ""
        elif not in_pre:
            space = _SPACE.sub(" ", space)
        self._html.append(escape(space, quote=False))
        self._open_inline()
        self._html.append(escape(words, quote=False))
        self._text += (space, words)
        self._space = after

    def _image(self, address: str, alt: str) -> None:
        is_linked = any(name == "a" for name, _ in self._wanted)
        if not is_linked:
            self._start_inline("a", f' href="{address}"')
        if self._text and not self._gap and self._text[-1][-1:].isalnum():
            self._space = self._space or " "
        self._words(image_words(alt, address), in_pre=False)
        self._space = " "
        if not is_linked:
            self._end_inline()

    def _break(self) -> None:
        self._breaks += 1
        self._gap = max(self._gap, min(self._breaks, 2))
        self._space = ""

    def _start_inline(self, name: str, attributes: str) -> None:
        opening = f"<{name}>"
        if name == "a":
            href = dict(self.ATTRIBUTE.findall(attributes)).get("href", "")
            is_web = href.lstrip().lower().startswith(("http:", "https:", "/media/"))
            opening = f'<a href="{href}" rel="{REL}">' if is_web else ""
        if not opening or any(name == wanted for wanted, _ in self._wanted):
            self._inline.append("")
            return
        self._inline.append(name)
        self._wanted.append((name, opening))

    def _end_inline(self) -> None:
        if not self._inline.pop():
            return
        if self._inline_opened == len(self._wanted):
            self._html.append(f"</{self._wanted[-1][0]}>")
            self._inline_opened -= 1
        self._wanted.pop()

    def _start_block(self, name: str) -> None:
        outer = self._blocks[-1]
        block = _Block(name, f"<{name}>", f"</{name}>\n", outer.prefix)
        block.is_new_item = name == "li"
        if name in LISTS or name == "blockquote":
            block.opens += "\n"
        if len(self._blocks) > DEEPEST or outer.name == "pre":
            block.name, block.opens, block.closes = outer.name, "", ""
            block.filled = outer.filled
        elif name == "blockquote":
            block.prefix += "> "
        elif name == "li" and outer.name not in LISTS:
            block.opens, block.closes = "<ul>\n<li>", "</li>\n</ul>\n"
        self._blocks.append(block)
        self._end_paragraph()

    def _end_block(self) -> None:
        block = self._blocks.pop()
        if self._opened > len(self._blocks):
            self._html.append(block.closes)
            self._opened -= 1
        if not block.closes:
            self._blocks[-1].filled |= block.filled
        self._end_paragraph()

    # --- what is written -----------------------------------------------------------

    def _end_paragraph(self) -> None:
        if self._wrapper is not None:
            self._close_inline()
            self._html.append(self._wrapper)
            self._wrapper = None
        in_list = self._blocks[-1].name in (*LISTS, "li")
        self._gap = max(self._gap, 1 if in_list else 2)
        self._breaks = 0
        self._space = ""

    def _begin_line(self) -> bool:
        """Whether a line begins here; what is open round it is then written."""
        block = self._blocks[-1]
        begins = bool(self._gap) or not self._text
        if begins:
            if self._text:
                self._text.append("\n" * self._gap)
            self._text.append(block.prefix)
            if any(block.is_new_item for block in self._blocks):
                self._text.append("• ")
                for item in self._blocks:
                    item.is_new_item = False
        if self._wrapper is not None and self._gap:
            if self._wrapper == "</p>\n" and self._gap > 1:
                self._end_paragraph()
            else:
                self._close_inline()
                line_end = "\n" if block.name == "pre" else "<br>\n"
                self._html.append(line_end * self._gap)
        if self._wrapper is None:
            self._open_paragraph()
        self._gap = self._breaks = 0
        return begins

    def _open_paragraph(self) -> None:
        for block in self._blocks[self._opened :]:
            self._html.append(block.opens)
        self._opened = len(self._blocks)
        block = self._blocks[-1]
        if block.name in ("li", "pre"):
            if block.filled:
                self._html.append("\n" if block.name == "pre" else "<br>\n")
            self._wrapper = ""
        else:
            opens, self._wrapper = (
                ("<li>", "</li>\n") if block.name in LISTS else ("<p>", "</p>\n")
            )
            self._html.append(opens)
        block.filled = True

    def _open_inline(self) -> None:
        for _, opening in self._wanted[self._inline_opened :]:
            self._html.append(opening)
        self._inline_opened = len(self._wanted)

    def _close_inline(self) -> None:
        for name, _ in reversed(self._wanted[: self._inline_opened]):
            self._html.append(f"</{name}>")
        self._inline_opened = 0
