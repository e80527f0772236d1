"""Plain text as people type it -> safe HTML. Pure; the standard library only.

Blocks are made line by line: empty lines part paragraphs, a single newline is a line
break, lines that begin with a bullet are a list, lines that begin with ``>`` a
quotation and, in posts, the separators of the old blog are rules. Everything is
escaped; the only links are whole http(s) addresses that stand in the text. All of it
is linear in the length of the text.
"""

import re
from collections.abc import Callable
from functools import partial
from html import escape

Inline = Callable[[str], str]

# What editors of the old blog put between two parts of a post, and its class here.
SEPARATORS = {
    "--oo00oo--": "rule-ornament",
    "---//---": "rule-break",
    "*****": "rule-stars",
}

# The second is the bullet of the "Symbol" typeface, which came in by pasting.
_BULLET = re.compile(r"\s*[•\uf0b7]\s*(?=\S)")
_QUOTE = re.compile(r"\s*> ?")
# A host begins with a letter or a digit: "http://..." is no address.
URL = re.compile(r"\bhttps?://(?=[^\W_])[^\s<>\"\u201c\u201d\u2018\u00ab\u00bb]+", re.I)
STRESS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])")
_TRAILING = ".,;:!?'\u2019*_"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def to_html(
    text: str,
    *,
    separators: bool = False,
    rel: str = "noopener",
    stress: bool = False,
) -> str:
    """HTML of ``text``: p, br, ul, li, blockquote, a, and hr if ``separators``.

    ``rel`` is put on every link. ``stress``: ``*words*`` become em.
    """
    inline = partial(_inline, rel=rel, stress=stress)
    if "\uf0b7" not in text and "•" not in text and ">" not in text and not separators:
        return _paragraphs(text.split("\n"), inline)
    out: list[str] = []
    kind, lines = "text", []
    for line in [*text.split("\n"), None]:
        found, content = _kind(line, separators)
        if found == "empty" and kind != "text":
            # An empty line goes on with a list or a quotation if the next line does.
            lines.append("")
            continue
        if found == "empty":
            found, content = "text", ""
        if found != kind:
            out.append(_block(kind, lines, inline))
            kind, lines = found, []
        lines.append(content)
    return "".join(out)


def _kind(line: str | None, separators: bool) -> tuple[str, str]:
    """What sort of line it is, and the line without its mark."""
    if line is None:
        return "end", ""
    stripped = line.strip()
    if not stripped:
        return "empty", ""
    if separators and stripped in SEPARATORS:
        return "rule", SEPARATORS[stripped]
    if mark := _BULLET.match(line):
        return "list", line[mark.end() :]
    if mark := _QUOTE.match(line):
        return "quote", line[mark.end() :]
    return "text", line


def _block(kind: str, lines: list[str], inline: Inline) -> str:
    if kind == "rule":
        return "".join(f'<hr class="{name}">\n' for name in lines if name)
    if kind == "list":
        items = "".join(f"<li>{inline(line)}</li>\n" for line in lines if line)
        return f"<ul>\n{items}</ul>\n"
    if kind == "quote":
        return f"<blockquote>\n{_paragraphs(lines, inline)}</blockquote>\n"
    return _paragraphs(lines, inline)


def _paragraphs(lines: list[str], inline: Inline) -> str:
    out: list[str] = []
    open_lines: list[str] = []
    for line in [*lines, ""]:
        stripped = line.strip()
        if stripped:
            open_lines.append(inline(stripped))
        elif open_lines:
            out.append("<p>" + "<br>\n".join(open_lines) + "</p>\n")
            open_lines = []
    return "".join(out)


def _inline(line: str, *, rel: str, stress: bool) -> str:
    if "://" not in line:
        return _words(line, stress)
    out: list[str] = []
    done = 0
    for match in URL.finditer(line):
        url = _without_trailing(match.group())
        address = escape(url)
        out.append(_words(line[done : match.start()], stress))
        out.append(f'<a href="{address}" rel="{rel}">{address}</a>')
        done = match.start() + len(url)
    out.append(_words(line[done:], stress))
    return "".join(out)


def _words(line: str, stress: bool) -> str:
    escaped = escape(line, quote=False)
    if stress and "*" in escaped:
        return STRESS.sub(r"<em>\1</em>", escaped)
    return escaped


def _without_trailing(url: str) -> str:
    """The address without the marks of the sentence around it.

    A closing bracket belongs to the address only if it opens in it.
    """
    end = len(url)
    surplus = {mark: url.count(mark) - url.count(_PAIRS[mark]) for mark in _PAIRS}
    while end:
        last = url[end - 1]
        if last in _PAIRS and surplus[last] > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return url[:end]
