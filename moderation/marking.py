"""Words marked in the safe HTML of a comment. Pure.

For the queue alone: nothing of this is stored. No safe HTML has a ``mark`` in it, for
``blog.markup`` and ``blog.plaintext`` let none through; what has one is ours. A mark
stands between two tags and never round one, so that it breaks nothing, wherever it
begins and ends: one across tags becomes several.
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from blog.discussion.html_links import Words, words


class Kind(StrEnum):
    """Why words are marked; the value is a part of the class in the HTML."""

    RULE = "rule"
    SPAM = "spam"
    LINK = "link"
    PERSON = "person"
    ACCUSED = "accused"
    WRITER = "writer"


class Span(NamedTuple):
    """A stretch of ``words(html).text`` and why it is marked."""

    start: int
    end: int
    kind: Kind


def marked(html: str, spans: Iterable[Span], *, said: Words | None = None) -> str:
    """``html`` with the spans in ``mark`` elements of the classes "m-rule", "m-link" …

    Spans may overlap: what is in two has both classes. ``said`` is ``words(html)``,
    where somebody has read it already.
    """
    spans = [span for span in spans if span.start < span.end]
    if not spans:
        return html
    said = said or words(html)
    out: list[str] = []
    done = 0
    for start, end, kinds in _flat(spans):
        classes = " ".join(f"m-{kind}" for kind in Kind if kind in kinds)
        for piece, right in said.pieces(start, end, in_links=True):
            # One entity may be two characters: who has the first has all of it.
            left = max(piece, done)
            if left < right:
                out.append(html[done:left])
                out.append(f'<mark class="{classes}">{html[left:right]}</mark>')
                done = right
    out.append(html[done:])
    return "".join(out)


def _flat(spans: list[Span]) -> Iterable[tuple[int, int, set[Kind]]]:
    """The stretches between the edges of all spans, each with the kinds that lie over
    it; those over which none lies are left out."""
    opening: dict[int, list[Kind]] = {}
    closing: dict[int, list[Kind]] = {}
    for span in spans:
        opening.setdefault(span.start, []).append(span.kind)
        closing.setdefault(span.end, []).append(span.kind)
    counts = dict.fromkeys(Kind, 0)
    for edge, after in pairwise(sorted({*opening, *closing})):
        for kind in opening.get(edge, ()):
            counts[kind] += 1
        for kind in closing.get(edge, ()):
            counts[kind] -= 1
        over = {kind for kind, count in counts.items() if count}
        if over:
            yield edge, after, over
