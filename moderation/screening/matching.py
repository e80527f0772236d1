"""Which rules a text meets, and where.

Rules are compiled once for the same rows, which the caller reads anew each time: what
another process changed counts from its commit on, and no stamp can be forgotten.
Reading two hundred rows takes 2 ms, compiling them as long (``bench/bench_rules.py``).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from moderation import hosts
from moderation.rule_models import Rule

from .automaton import ANY, MANY, Automaton, Element, Literal
from .lookalikes import fold

_HREF = re.compile(r'<a href="(https?://[^"]*)"', re.I)
_IN_WORDS = (Rule.Kind.WORD, Rule.Kind.PATTERN)


class Wanted(NamedTuple):
    """What a rule looks for."""

    kind: str
    pattern: str


class Span(NamedTuple):
    """A part of a text, from one letter up to another."""

    start: int
    end: int


def elements(wanted: Wanted) -> list[Element]:
    """The elements of words, or of a pattern with ``*`` and ``?``; none if nothing is
    looked for."""
    found: list[Element] = []
    for symbol in fold(" ".join(wanted.pattern.split())).symbols:
        if wanted.kind == Rule.Kind.PATTERN and symbol in (ANY, MANY):
            found.append(symbol)
        else:
            # What was typed as a figure means the figure, not what it may stand for.
            found.append(Literal(symbol[0] if symbol[0].isascii() else symbol))
    is_empty = all(e == MANY and not isinstance(e, Literal) for e in found)
    return [] if is_empty else found


def links(html: str) -> list[str]:
    """The addresses to which a text leads, once it is linked; not those of this site's
    own comments."""
    return [unescape(found) for found in _HREF.findall(html)]


class RuleSet:
    """Rules that are looked for together."""

    def __init__(self, rules: tuple[Wanted, ...]) -> None:
        self._words: list[int] = []
        self._domains: dict[str, list[int]] = defaultdict(list)
        self._links: list[tuple[int, int]] = []
        patterns = []
        for number, wanted in enumerate(rules):
            if wanted.kind in _IN_WORDS:
                if made := elements(wanted):
                    self._words.append(number)
                    patterns.append(made)
            elif wanted.kind == Rule.Kind.DOMAIN:
                self._domains[hosts.normalised(wanted.pattern)].append(number)
            elif wanted.pattern.isdecimal():
                self._links.append((int(wanted.pattern), number))
        self._automaton = Automaton(patterns)

    def found(self, text: str, html: str) -> list[int]:
        """The numbers of those that a text meets, in their order."""
        met: set[int] = set()
        if self._words:
            ends = self._automaton.ends(fold(text).symbols)
            met.update(self._words[pattern] for _, pattern in ends)
        if self._domains or self._links:
            addresses = links(html)
            met.update(n for most, n in self._links if len(addresses) > most)
            for domain in {d for address in addresses for d in _domains(address)}:
                met.update(self._domains.get(domain, ()))
        return sorted(met)


@lru_cache(maxsize=16)
def compiled(rules: tuple[Wanted, ...]) -> RuleSet:
    """The set of these rules; made once in a process."""
    return RuleSet(rules)


def _domains(address: str) -> Iterator[str]:
    """The host of an address, and the domains above it."""
    found = hosts.ADDRESS.match(address)
    name = hosts.normalised(found[1]) if found else ""
    while name:
        yield name
        name = name.partition(".")[2]


def first_span(wanted: Wanted, text: str) -> Span | None:
    """Where in a text a rule is met first; None for what is no place in it: a number
    of links."""
    if wanted.kind == Rule.Kind.DOMAIN:
        domain = hosts.normalised(wanted.pattern)
        for match in hosts.ADDRESS.finditer(text):
            if hosts.is_below(hosts.normalised(match[1]), domain):
                return Span(*match.span(1))
        return None
    return next(iter(spans(wanted, text, most=1)), None)


def spans(wanted: Wanted, text: str, *, most: int = 50) -> list[Span]:
    """Where in a text the words of a rule are met, up to ``most`` times. In one pass
    forward, and one back from where each of them ends."""
    parts = elements(wanted) if wanted.kind in _IN_WORDS else []
    if not parts:
        return []
    symbols, places = fold(text)
    back = Automaton([parts[::-1]])
    found: list[Span] = []
    for end, _ in Automaton([parts]).ends(symbols):
        before = (symbols[at] for at in range(end - 1, -1, -1))
        length = next(n for n, _ in back.ends(before, anchored=True))
        span = Span(places[end - length], places[end - 1] + 1)
        if not found or span.start >= found[-1].end:
            found.append(span)
        if len(found) == most:
            break
    return found
