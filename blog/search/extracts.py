"""The place in a text where a search found something, with the words marked. Pure."""

import re
from collections.abc import Iterator, Sequence
from html import escape

from .query import Query
from .stemming import WORD, stem

LENGTH = 200
# Further down in a text nothing is marked: who finds it there reads it there.
READ = 60_000
_SPACE = re.compile(r"\s+")

Span = tuple[int, int, int]  # where it begins and ends, and which term it is


def extract(text: str, query: Query, length: int = LENGTH) -> str:
    """About ``length`` characters of ``text`` as safe HTML, what was found in ``mark``.

    The place is that where most of the terms stand together, and the first of such
    places. Where none is found (it may be the name or the title that has them) it is
    the beginning.
    """
    spans = list(_spans(text[:READ], query))
    start, end = _window(text, spans, length)
    shown = [span for span in spans if start <= span[0] and span[1] <= end]
    before = "… " if text[:start].strip() else ""
    after = " …" if text[end:].strip() else ""
    return before + _marked(text, shown, start, end).strip() + after


def marked(text: str, query: Query) -> str:
    """The whole of a short text as safe HTML, what was found in ``mark``."""
    return _marked(text, list(_spans(text, query)), 0, len(text))


def _spans(text: str, query: Query) -> Iterator[Span]:
    """Where the terms stand, in order; of two that overlap the first and longest."""
    sought = [
        (number, tuple(stem(word) for word in spelling))
        for number, term in enumerate(query.wanted)
        for spelling in term.spellings
    ]
    starts: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, stems in sorted(sought, key=lambda each: -len(each[1])):
        starts.setdefault(stems[0], []).append((number, stems))
    # A stem begins with its word's first letter: most words need not be cut to theirs.
    letters = {letter for first in starts for letter in (first[0], first[0].upper())}
    done = 0
    for word in WORD.finditer(text):
        start = word.start()
        if start < done or (text[start] not in letters and text[start] < "\x80"):
            continue
        for number, stems in starts.get(stem(word.group()), ()):
            end = _end_of(stems[1:], text, word.end())
            if end is not None:
                done = end
                yield start, end, number
                break


def _end_of(stems: tuple[str, ...], text: str, place: int) -> int | None:
    """Where the words that follow ``place`` end, if they have these stems."""
    for wanted in stems:
        word = WORD.search(text, place)
        if word is None or stem(word.group()) != wanted:
            return None
        place = word.end()
    return place


def _window(text: str, spans: Sequence[Span], length: int) -> tuple[int, int]:
    """From where to where the extract goes, at the borders of words."""
    if len(text) <= length:
        return 0, len(text)
    if not spans:
        return 0, _back_to_space(text, 0, length)
    best, most = spans[0], 0
    for index, span in enumerate(spans):
        terms = set()
        for other in spans[index:]:
            if other[1] > span[0] + length * 3 // 4:
                break
            terms.add(other[2])
        if len(terms) > most:
            best, most = span, len(terms)
    start = max(0, min(best[0] - length // 4, len(text) - length))
    if start:
        # The word that is cut off begins later, but never past what was found.
        space = _SPACE.search(text, start, best[0])
        start = space.end() if space else best[0]
    return start, _back_to_space(text, start, max(start + length, best[1]), best[1])


def _back_to_space(text: str, start: int, end: int, least: int = 0) -> int:
    """The end of the last whole word before ``end``; a word that fills all is cut."""
    if end >= len(text) or text[end].isspace():
        return min(end, len(text))
    for place in range(end - 1, max(start, least) - 1, -1):
        if text[place].isspace():
            return place
    return end


def _marked(text: str, spans: Sequence[Span], start: int, end: int) -> str:
    out, done = [], start
    for first, last, _ in spans:
        out.append(_safe(text[done:first]))
        out.append(f"<mark>{_safe(text[first:last])}</mark>")
        done = last
    out.append(_safe(text[done:end]))
    return "".join(out)


def _safe(text: str) -> str:
    return escape(_SPACE.sub(" ", text))
