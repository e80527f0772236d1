"""Where in a text stands what the screens noted about it. Pure.

The words of rules are found by those who match them (``screening.matching``).
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from blog.warnings import SelfIdentification

from .hosts import SpelledLink, is_below, normalised
from .marking import Kind, Span

_LEARNT = re.compile(r": (.*)\.\Z", re.S)


class Folded:
    """A text as the spam score reads it: without regard to case, with one space for
    any run of them.

    Remembers where each character of it stood.
    """

    __slots__ = ("_places", "text")

    def __init__(self, text: str) -> None:
        letters: list[str] = []
        places: list[int] = []
        for at, letter in enumerate(text):
            if letter.isspace():
                if letters and letters[-1] != " ":
                    letters.append(" ")
                    places.append(at)
                continue
            for folded in letter.casefold():
                letters.append(folded)
                places.append(at)
        self.text = "".join(letters)
        self._places = places

    def find(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Where in the text as it was ``wanted``, itself folded, is whole words."""
        at = self.text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if not (
                self.text[max(0, at - 1) : at].isalnum()
                or self.text[end : end + 1].isalnum()
            ):
                yield self._places[at], self._places[end - 1] + 1
            at = self.text.find(wanted, at + 1)


def folded(words: str) -> str:
    """Words in the shape in which ``Folded`` looks for them."""
    return " ".join(words.casefold().split())


def domain_spans(links: Iterable[SpelledLink], domains: Iterable[str]) -> list[Span]:
    """The links to domains that rules look for, and to what is below them."""
    links = list(links)
    return [
        span
        for domain in domains
        for span in _below(links, normalised(domain), Kind.RULE)
    ]


def learnt_words(note: str) -> list[str]:
    """The words and hosts that the spam score named: "… before: pills, x.org."

    Not the signs that are no words of the text, "3 to 5 links".
    """
    found = _LEARNT.search(note)
    named = found[1].split(", ") if found else []
    return [word for word in named if word and " " not in word]


def learnt_spans(text: Folded, links: Iterable[SpelledLink], note: str) -> list[Span]:
    """Where the words stand that a note of the spam score names."""
    links = list(links)
    found = []
    for word in learnt_words(note):
        wanted = unicodedata.normalize("NFKC", word).casefold()
        found += [Span(*place, Kind.SPAM) for place in text.find(wanted)]
        if "." in word:
            found += _below(links, normalised(word), Kind.SPAM)
    return found


def writer_spans(passages: Iterable[SelfIdentification]) -> list[Span]:
    """What may tell who wrote it."""
    return [
        Span(found.start, found.start + len(found.passage), Kind.WRITER)
        for found in passages
    ]


def outside(
    passages: Iterable[SelfIdentification], links: Iterable[SpelledLink]
) -> list[SelfIdentification]:
    """Those that are no part of an address: figures in one are no telephone number."""
    edges = sorted((link.start, link.end) for link in links)

    def is_in_link(at: int) -> bool:
        before = bisect_left(edges, (at + 1,)) - 1
        return before >= 0 and at < edges[before][1]

    return [found for found in passages if not is_in_link(found.start)]


def _below(links: list[SpelledLink], domain: str, kind: Kind) -> list[Span]:
    return [
        Span(link.start, link.end, kind)
        for link in links
        if is_below(link.host, domain)
    ]
