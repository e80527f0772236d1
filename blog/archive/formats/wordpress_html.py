"""Bodies as WordPress stores them -> HTML as it would show them. Pure.

WordPress stores half a text, half HTML: a blank line parts two paragraphs, a newline
is a line break, comments mark the blocks of its editor, and words in brackets stand
for what the server puts there. Nothing is made safe here.
"""

import re
from collections import Counter
from itertools import groupby

# Inside these, newlines are the author's own or no text at all.
_OPAQUE = "pre|script|style|textarea"
# Other elements that are no part of a paragraph, as WordPress counts them.
_BLOCKS = (
    "address|article|aside|blockquote|caption|center|col|colgroup|dd|details|div|dl|dt"
    "|fieldset|figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|legend|li|main"
    "|menu|nav|ol|p|section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_BLOCK = re.compile(
    rf"<(?:(?P<opaque>{_OPAQUE})|(?P<close>/?)(?P<name>{_BLOCKS}))(?=[\s/>])[^<>]*>",
    re.I,
)
_VOID = frozenset(("col", "hr"))
# What may hold words, but no paragraphs.
_OF_WORDS = frozenset(
    "address caption dt figcaption h1 h2 h3 h4 h5 h6 legend p summary".split()
)

_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_BREAK = re.compile(r"<br\b[^<>]*>[^\S\n]*\n?", re.I)
_COMMENT_END = re.compile(r"--!?>")
# Comments at which WordPress parts a text, even in the middle of a line.
_PARTING = re.compile(r"<!--\s*(?:/?wp:|more\b|nextpage\b)")

# Each piece between brackets is looked at once: no attribute holds a bracket.
_SHORTCODE = re.compile(
    r"(?P<quoted>\[?)\[/?(?P<name>audio|caption|embed|gallery|playlist|video|wp_caption)"
    r"(?![\w-])(?P<attributes>[^\[\]]*)\](?P<unquoted>\]?)"
)
# Until 2012 the words below a picture stood in the shortcode.
_CAPTION = re.compile(r"""\bcaption\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def post_html(source: str) -> str:
    """The HTML of a post: without comments and WordPress' own shortcodes, whose inner
    text stays; other words in brackets are text."""
    source = _without_comments(_with_newlines(source))
    return _with_paragraphs(_SHORTCODE.sub(_unfolded, source))


def comment_html(source: str) -> str:
    """The HTML of a comment, in which shortcodes are text."""
    return _with_paragraphs(_without_comments(_with_newlines(source)))


def _with_newlines(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _without_comments(source: str) -> str:
    pieces = []
    at = 0
    while (start := source.find("<!--", at)) >= 0:
        # "<!-->" is a whole comment, as browsers read it.
        end = _COMMENT_END.search(source, start + 2)
        if end is None:
            # Never closed, it would hide all that follows: it becomes text.
            rest = source[start:].replace("<!--", "&lt;!--")
            return "".join((*pieces, source[at:start], rest))
        pieces.append(source[at:start])
        if _PARTING.match(source, start):
            pieces.append("\n\n")
        at = end.end()
    return "".join((*pieces, source[at:]))


def _unfolded(found: re.Match) -> str:
    """What remains of a shortcode: [[gallery]] is the word "[gallery]", the words of
    an old caption stay, all others go."""
    if found["quoted"] and found["unquoted"]:
        return found[0][1:-1]
    words = ""
    if found["name"].endswith("caption"):
        caption = _CAPTION.search(found["attributes"])
        words = (caption[1] or caption[2] or "") if caption else ""
    return f"{found['quoted']}\n\n{words}\n\n{found['unquoted']}"


def _with_paragraphs(source: str) -> str:
    pieces: list[str] = []
    inside = _Open()
    at = 0
    while found := _BLOCK.search(source, at):
        pieces.append(_run(source[at : found.start()], inside.innermost))
        at = found.end()
        if found["close"]:
            # An end without its beginning would become an empty paragraph.
            is_kept = inside.leave(found["name"].lower())
        elif found["opaque"]:
            inside.leave_paragraph()
            at = _end_of(found["opaque"], source, at)
            is_kept = True
        else:
            inside.enter(found["name"].lower())
            is_kept = True
        if is_kept:
            pieces.append(source[found.start() : at])
    pieces.append(_run(source[at:], inside.innermost))
    return "".join(pieces)


def _end_of(name: str, source: str, at: int) -> int:
    """Where the element ends; without an end it takes all that follows."""
    end = re.compile(rf"</{name}\s*>", re.I).search(source, at)
    return end.end() if end else len(source)


class _Open:
    """The blocks that are open at a place. What is open is also counted by name, so
    that an end without its beginning costs no search."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._number: Counter[str] = Counter()

    @property
    def innermost(self) -> str:
        return self._names[-1] if self._names else ""

    def enter(self, name: str) -> None:
        self.leave_paragraph()
        if name not in _VOID:
            self._names.append(name)
            self._number[name] += 1

    def leave(self, name: str) -> bool:
        """Whether it was open; with it ends what was opened in it."""
        if not self._number[name]:
            return False
        while (last := self._names.pop()) != name:
            self._number[last] -= 1
        self._number[name] -= 1
        return True

    def leave_paragraph(self) -> None:
        """A block inside a paragraph ends it, as HTML has it."""
        if self.innermost == "p":
            self.leave("p")


def _run(source: str, inside: str) -> str:
    """Text and inline elements between two blocks; ``inside`` is the block around."""
    if not source.strip():
        return ""
    source = _TAG.sub(lambda tag: tag[0].replace("\n", " "), source)
    lines = [line.strip() for line in _BREAK.sub("\n", source).split("\n")]
    paragraphs = [
        "<br />\n".join(group) for is_text, group in groupby(lines, bool) if is_text
    ]
    if inside in _OF_WORDS:
        return "<br />\n<br />\n".join(paragraphs)
    if inside and len(paragraphs) == 1:
        return paragraphs[0]
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
