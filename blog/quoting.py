"""A comment as a quotation in the text of a post, for its editor to work on. Pure.

Every format of a post gets it in its own signs, and readers see the words that the
comment has: what would be a heading, a list or stress in Markdown is escaped.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

from . import plaintext

RULE = "--oo00oo--"
MOST = 50  # comments that are quoted at once

_PERMALINK = re.compile(r"(?:/c/|#c-)([0-9a-z]{1,13})(?![0-9a-z])")
_ID = re.compile(r"[0-9a-z]{1,13}")

# What means something anywhere in a line of Markdown, and is no part of a word.
_SIGNS = re.compile(
    r"\\|`|\*|~(?=~)|(?<=~)~|\||<(?![\s=\d])|&(?=#|[A-Za-z][A-Za-z0-9]*;)"
    r"|(?<![^\W_])_|_(?![^\W_])"
)
# And at its beginning.
_AT_START = re.compile(r"#|[-+](?=\s|\Z)|[=-](?=[=-]*\Z)|>")
_COUNTED = re.compile(r"([0-9]{1,9})([.)])(?=\s|\Z)")
# Stands for a bracket that is escaped at the end; no text has it.
_BRACKET = "\0"
_DASHES = re.compile(r"[-\s]+\Z")
# A handle with what leads to its comment, as ``quotations`` writes them: what stands
# before the handle, the handle, what follows, and there the comment's id.
_CALLED = r"(?P<called>Anon [0-9A-Za-z: ]{1,40})"
_ADDRESS = r"""[^\s()<>"']*/c/(?P<id>[0-9a-z]{1,13})/"""
_CITED = {
    "markdown": re.compile(rf"(\[){_CALLED}(?P<rest>\]\({_ADDRESS}\))"),
    "text": re.compile(
        rf"^(){_CALLED}(?P<rest>(?:, [^\n]*)? \({_ADDRESS}\):)[^\S\n]*$", re.M
    ),
    "html": re.compile(
        rf"""(<a\s(?:[^<>"]|"[^"<>]*")*?href="{_ADDRESS}"(?:[^<>"]|"[^"<>]*")*>)"""
        rf"{_CALLED}(?P<rest></a>)"
    ),
}


@dataclass(frozen=True)
class Quoted:
    """A comment to quote. ``called``: its name or handle; ``when`` in words, empty if
    nobody knows; ``about``: the title of its post; ``address`` is its permalink, whole.
    ``has_stress``: asterisks in its text are stress, as in what is written here."""

    called: str
    when: str
    about: str
    address: str
    text: str
    has_stress: bool


def named_in(text: str) -> tuple[list[str], list[str]]:
    """The public ids of comments in a list of permalinks and ids, each once and in
    order, and the words that are neither."""
    ids: dict[str, None] = {}
    others = []
    for word in text.replace(",", " ").split():
        if found := _PERMALINK.search(word):
            ids[found[1]] = None
        elif _ID.fullmatch(word):
            ids[word] = None
        else:
            others.append(word)
    return list(ids), others


def quotations(comments: Iterable[Quoted], body_format: str) -> str:
    """All of these comments one after another, with a rule between them."""
    made = {"markdown": _markdown, "text": _text, "html": _html}[body_format]
    return _between(body_format).join(made(comment) for comment in comments)


def appended(body: str, quoted: str, body_format: str) -> str:
    """``quoted`` at the end of a text; after another quotation with a rule between."""
    body = body.rstrip()
    if not body:
        return quoted
    last = body.rpartition("\n")[2]
    ends_quoted = last.startswith(">") or last.endswith("</blockquote>")
    return body + (_between(body_format) if ends_quoted else "\n\n") + quoted


def recalled(body: str, body_format: str, now: Callable[[str, str], str]) -> str:
    """A text in which each quotation calls its comment what ``now`` says, from the
    handle that stands there and the comment's id. No word but handles that lead to
    their comments is touched."""

    def put(found: re.Match[str]) -> str:
        start, end = (place - found.start() for place in found.span("called"))
        called = now(found["called"], found["id"])
        return found[0][:start] + called + found[0][end:]

    return _CITED[body_format].sub(put, body)


def _between(body_format: str) -> str:
    return "\n\n<hr>\n\n" if body_format == "html" else f"\n\n{RULE}\n\n"


def _source(comment: Quoted) -> str:
    """What stands behind the name: “, 7 October 2022, on “Title””."""
    when = f", {comment.when}" if comment.when else ""
    return f"{when}, on “{comment.about}”" if comment.about else when


def _markdown(comment: Quoted) -> str:
    called = _signs(comment.called, False)
    called = called.replace("[", "\\[").replace("]", "\\]")
    lines = "\n".join(f"> {line}".rstrip() for line in _markdown_lines(comment))
    source = _escaped(_source(comment))
    return f"[{called}]({comment.address}){source}:\n\n{lines}\n"


def _markdown_lines(comment: Quoted) -> Iterable[str]:
    """Lines of the text; between a quotation in it and its writer's own words stands an
    empty one, or Markdown takes both for one paragraph."""
    was_quote = False
    for line in comment.text.split("\n"):
        line = line.strip()
        is_quote = line.startswith(">")
        if line and was_quote != is_quote:
            yield ""
        was_quote = is_quote
        words = line.removeprefix(">").lstrip() if is_quote else line
        words = _begun(_escaped(words, has_stress=comment.has_stress))
        yield f"> {words}" if is_quote else words


def _begun(line: str) -> str:
    """A line of which the first signs make nothing of it but a line."""
    if _DASHES.match(line) or _AT_START.match(line):
        return "\\" + line
    return _COUNTED.sub(r"\1\\\2", line, count=1) if _COUNTED.match(line) else line


def _escaped(line: str, *, has_stress: bool = False) -> str:
    """Words whose signs Markdown leaves alone; addresses stay whole."""
    if "](" in line or "]:" in line:
        line = line.replace("[", _BRACKET)
    out, done = [], 0
    for found in plaintext.URL.finditer(line):
        out.append(_signs(line[done : found.start()], has_stress))
        out.append(found[0])
        done = found.end()
    whole = "".join([*out, _signs(line[done:], has_stress)])
    return whole.replace(_BRACKET, "\\[")


def _signs(words: str, has_stress: bool) -> str:
    stressed = set()
    if has_stress:
        for found in plaintext.STRESS.finditer(words):
            stressed |= {found.start(), found.end() - 1}
    return _SIGNS.sub(
        lambda sign: sign[0] if sign.start() in stressed else "\\" + sign[0], words
    )


def _text(comment: Quoted) -> str:
    lines = "\n".join(f"> {line.strip()}".rstrip() for line in comment.text.split("\n"))
    return f"{comment.called}{_source(comment)} ({comment.address}):\n\n{lines}\n"


def _html(comment: Quoted) -> str:
    words = plaintext.to_html(comment.text, stress=comment.has_stress)
    link = f'<a href="{escape(comment.address)}">{escape(comment.called)}</a>'
    source = escape(_source(comment), quote=False)
    return f"<p>{link}{source}:</p>\n<blockquote>\n{words}</blockquote>\n"
