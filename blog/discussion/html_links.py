"""Links put into safe HTML that was written without them, and taken out again. Pure.

``words`` reads the text of HTML and remembers where each character of it stands;
``with_links`` puts links of one class round stretches of that text; ``without_links``
gives back the former HTML to the byte. So a text can be linked anew whenever what it
names comes or goes, and an export carries what its writer wrote.

Nobody but this module writes a class into the text of a comment, for ``blog.markup``
and ``blog.plaintext`` let no class of a link and no ``span`` through; what has one is
therefore ours. The HTML must be theirs: well-formed, ``<`` escaped in text, attributes
in double quotes. Everything is linear in its length.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cache
from html import escape, unescape
from typing import NamedTuple

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)([^">]*+(?:"[^"]*+"[^">]*+)*+)>')
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]*);")
_SPACES = str.maketrans("\t\n\f\r", "    ")
_INLINE = frozenset("a abbr b code del em i img ins s span strong sub sup u".split())
# Between these stands one line end, between other blocks an empty line.
_LINES = frozenset("li dt dd tr".split())
_CLASS = re.compile(r"[a-z]+")


class Link(NamedTuple):
    """A stretch of a text, ``text[start:end]``, that leads somewhere.

    Either it is a link itself, to ``href``; or ``href`` is empty and ``choices``, pairs
    of an address and what is called by it, are listed behind it as links. ``href`` and
    ``choices`` are plain text; what must be escaped is escaped here.
    """

    start: int
    end: int
    href: str = ""
    choices: tuple[tuple[str, str], ...] = ()


class _Run(NamedTuple):
    """Characters that stand together in the HTML, from ``place`` on.

    ``size`` is how much HTML they are: as many characters, or one entity.
    """

    start: int
    end: int
    place: int
    size: int
    is_linked: bool


class Words:
    """The plain text of safe HTML, and where it stands there.

    ``text``: a ``br`` is a line end, a new block an empty line; images say nothing, and
    neither do lists of choices that ``with_links`` wrote.
    """

    __slots__ = ("_runs", "text")

    def __init__(self, html: str) -> None:
        runs: list[_Run] = []
        parts: list[str] = []
        length = links = mutes = pres = 0
        last = "\n"  # so that the text begins with a word
        done = 0

        def read(start: int, end: int) -> None:
            nonlocal length, last
            if not pres and last == "\n":
                while start < end and html[start] in " \t\n\f\r":
                    start += 1
            while start < end:
                found = _ENTITY.search(html, start, end)
                plain_end = found.start() if found else end
                if start < plain_end:
                    said = html[start:plain_end]
                    add(said if pres else said.translate(_SPACES), start, plain_end)
                if found:
                    add(unescape(found[0]), found.start(), found.end())
                start = found.end() if found else end

        def add(said: str, start: int, end: int) -> None:
            nonlocal length, last
            till = length + len(said)
            runs.append(_Run(length, till, start, end - start, links > 0))
            parts.append(said)
            length, last = till, said[-1]

        def part(ends: str) -> None:
            nonlocal length, last
            if not length:
                return
            tail = "".join(parts[-2:])
            missing = ends.removeprefix(tail[len(tail.rstrip("\n")) :])
            parts.append(missing)
            length, last = length + len(missing), "\n"

        for tag in _TAG.finditer(html):
            if not mutes and done < tag.start():
                read(done, tag.start())
            done = tag.end()
            is_end, name = bool(tag[1]), tag[2]
            if name == "a":
                links += -1 if is_end else 1
            elif name == "span":
                mutes += -1 if is_end else 1
            elif name == "br":
                parts.append("\n")
                length, last = length + 1, "\n"
            elif name not in _INLINE:
                if name == "pre":
                    pres += -1 if is_end else 1
                part("\n" if name in _LINES else "\n\n")
        if done < len(html):
            read(done, len(html))
        self.text = "".join(parts)
        self._runs = runs

    def pieces(
        self, start: int, end: int, *, in_links: bool = False
    ) -> list[tuple[int, int]]:
        """Where in the HTML ``text[start:end]`` stands, between its tags.

        Empty if it is only space, or if any of it is in a link already, unless
        ``in_links``. An entity is never cut.
        """
        found: list[tuple[int, int]] = []
        first = bisect_right(self._runs, start, key=lambda run: run.end)
        for run in self._runs[first:]:
            if run.start >= end:
                break
            if run.is_linked and not in_links:
                return []
            if run.size == run.end - run.start:
                left = run.place + max(0, start - run.start)
                right = run.place + min(run.end, end) - run.start
            else:
                left, right = run.place, run.place + run.size
            if found and found[-1][1] == left:
                found[-1] = (found[-1][0], right)
            elif self.text[max(start, run.start) : min(end, run.end)].strip():
                found.append((left, right))
        return found

    def said(self, left: int, right: int) -> tuple[int, int]:
        """The stretch of ``text`` that stands in ``html[left:right]``, a range that
        begins and ends at tags; of nothing an empty one."""
        first = bisect_left(self._runs, left, key=lambda run: run.place)
        last = bisect_left(self._runs, right, key=lambda run: run.place) - 1
        if first > last:
            return 0, 0
        return self._runs[first].start, self._runs[last].end


def words(html: str) -> Words:
    """The text of safe HTML with its places."""
    return Words(html)


def with_links(
    html: str, links: Iterable[Link], cls: str, *, said: Words | None = None
) -> str:
    """``html`` with ``links`` of the class ``cls``, a word in small letters.

    Their places are those of ``words(html).text``; who has read it hands it over as
    ``said``. Left out are links into what is a link already, and of two that overlap
    the later. A stretch across tags becomes several links to one address.
    """
    _checked(cls)
    said = said or Words(html)
    out: list[str] = []
    done = 0
    for link in sorted(links):
        pieces = said.pieces(link.start, link.end)
        if not pieces or pieces[0][0] < done or not (link.href or link.choices):
            continue
        for left, right in pieces:
            out.append(html[done:left])
            inner = html[left:right]
            out.append(_anchor(link.href, inner, cls) if link.href else inner)
            done = right
        if not link.href:
            chosen = " or ".join(
                _anchor(href, escape(called), cls) for href, called in link.choices
            )
            out.append(f'<span class="{cls}"> ({chosen})</span>')
    out.append(html[done:])
    return "".join(out)


def without_links(html: str, cls: str) -> str:
    """The HTML as it was before ``with_links`` put links of this class into it."""
    if not has_links(html, cls):
        return html
    choices, anchors = _written(_checked(cls))
    return anchors.sub(r"\1", choices.sub("", html))


def has_links(html: str, cls: str) -> bool:
    """Whether there may be links of this class: no link has them where it is False."""
    return f' class="{cls}"' in html


def _anchor(href: str, inner: str, cls: str) -> str:
    return f'<a class="{cls}" href="{escape(href)}">{inner}</a>'


def _checked(cls: str) -> str:
    if not _CLASS.fullmatch(cls):
        raise ValueError(f"{cls!r} is not a class of links")
    return cls


@cache
def _written(cls: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What ``with_links`` writes: lists of choices, and links."""
    return (
        re.compile(rf'<span class="{cls}">(?:[^<]++|<(?!/span>))*+</span>'),
        re.compile(rf'<a class="{cls}" href="[^"]*+">([^<]*+)</a>'),
    )
