"""Persons who are named in a text, and whether something is alleged of them. Pure.

A note for whoever reads the text before it appears, and nothing more: it is worked out
when the text is looked at and kept nowhere. Precision goes before recall: a note that
is often wrong is not read. So a name alone ("Jane") is none, and of two words in
capitals that are in no list only those are one which do not begin a sentence.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .people_words import (
    ACCUSATIONS,
    AFTER,
    ALSO_WORDS,
    ENDINGS,
    FIRST,
    OF_PLACES,
    OTHERS,
    PARTICLES,
    TITLES,
)

NEAR = 90  # characters between a name and what is alleged, in one sentence
MOST = 20  # names of one text: a list of a whole crew says no more
LONGEST = 3  # words of a name without title and particles
LOOKED_AT = 8  # words that may be one, from the first on

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# The end of a sentence; not the full stop of "Mr." or "J.".
_END = re.compile(r"[!?\n]+|(?<!\b[A-Z])(?<!\b[A-Z][a-z])(?<!\bMrs)(?<!\bRev)\.(?!\w)")
_OPENING = re.compile(r"[\s\"'“”‘’(\[–—*:;>-]*")
_ACCUSATION = re.compile(rf"\b(?:{ACCUSATIONS})\b", re.I)
_AND = re.compile(r"\s*(?:,|&|,?\s+and|,?\s+or)\s+")
_POSSESSIVE = re.compile(r"['’]s?\Z")


class Person(NamedTuple):
    """A name as it stands in the text, at ``text[start:end]``.

    ``accusation``: the word beside it in the same sentence that alleges something, at
    ``accused_at``; "" if there is none.
    """

    start: int
    end: int
    name: str
    accusation: str = ""
    accused_at: int = -1

    @property
    def is_accused(self) -> bool:
        return bool(self.accusation)


class _Word(NamedTuple):
    """A word; ``opens``: it begins its sentence; ``joined``: only a space, or the full
    stop of a shortened word, parts it from the one before."""

    text: str
    start: int
    end: int
    opens: bool
    joined: bool

    @property
    def key(self) -> str:
        return self.text.casefold()

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_shouted(self) -> bool:
        return len(self.text) > 1 and self.text.isupper()

    @property
    def is_initial(self) -> bool:
        return len(self.text) == 1 and self.text.isupper()


def people(text: str) -> list[Person]:
    """The persons named in a text, each once, in the order of their first mention; of
    several mentions the first at which something is alleged counts."""
    found: dict[str, Person] = {}
    for start, end in _sentences(text):
        for person in _of_sentence(text, start, end):
            key = " ".join(person.name.casefold().split())
            if key not in found or (person.is_accused and not found[key].is_accused):
                found[key] = person
            if len(found) == MOST:
                return list(found.values())
    return list(found.values())


def _of_sentence(text: str, start: int, end: int) -> list[Person]:
    """What is alleged is alleged of the nearest name, and of those that stand with it:
    "Jane Smith and Peter Oakes are bullies"."""
    named: list[Person] = []
    together: list[list[int]] = []
    for first, last in _names(_words(text, start, end)):
        name = _POSSESSIVE.sub("", text[first:last])
        if named and _AND.fullmatch(text, named[-1].end, first):
            together[-1].append(len(named))
        else:
            together.append([len(named)])
        named.append(Person(first, first + len(name), name))
        if len(named) == MOST:
            break
    if not named:
        return named
    for alleged in _ACCUSATION.finditer(text, start, end):
        gap, group = min(
            (_gap(named[at], alleged.start(), alleged.end()), group)
            for group in together
            for at in group
        )
        if 0 <= gap <= NEAR:
            for at in group:
                if not named[at].is_accused:
                    named[at] = named[at]._replace(
                        accusation=alleged.group(), accused_at=alleged.start()
                    )
    return named


def _gap(person: Person, start: int, end: int) -> int:
    """Characters between a name and other words; below 0 where they overlap."""
    return max(start - person.end, person.start - end)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for stop in _END.finditer(text):
        yield start, stop.start()
        start = stop.end()
    yield start, len(text)


def _words(text: str, start: int, end: int) -> list[_Word]:
    first = _OPENING.match(text, start, end).end()
    found: list[_Word] = []
    last = start
    for match in _WORD.finditer(text, start, end):
        between = text[last : match.start()]
        short = found and len(found[-1].text) <= 4
        joined = bool(found) and (
            between.isspace() or (short and between.strip() == ".")
        )
        # What follows a colon or an opening quotation mark begins one, too.
        opens = match.start() == first or any(mark in between for mark in ':"“(‘[>')
        found.append(_Word(match.group(), *match.span(), opens, joined))
        last = match.end()
    return found


def _names(words: list[_Word]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(words):
        size = _titled(words, at) or _known(words, at) or _unknown(words, at)
        if size:
            last = words[at + size - 1]
            yield words[at].start, last.end
        at += size or 1


def _titled(words: list[_Word], at: int) -> int:
    """How many words from here are a title and a name: "Mr Smith", "Judge Okafor"."""
    if words[at].key not in TITLES or not words[at].is_capital:
        return 0
    size = 1
    while (
        size < LOOKED_AT
        and _continues(words, at + size)
        and words[at + size].key in TITLES
    ):
        size += 1
    named = _run(words, at + size, joined=True)
    while named and not _may_be_name(words[at + size + named - 1]):
        named -= 1
    if not named or not all(
        _may_be_name(word) or word.is_initial or word.key in PARTICLES
        for word in words[at + size : at + size + named]
    ):
        return 0
    if _is_placed(words, at + size + named):
        return 0
    return size + named


def _known(words: list[_Word], at: int) -> int:
    """How many words from here are a first name and a surname: "Jane Smith"."""
    word = words[at]
    if not word.is_capital:
        return 0
    sure = word.key in FIRST
    if not sure and (word.key not in ALSO_WORDS or word.opens):
        return 0
    if not sure and at and words[at - 1].key in OF_PLACES:
        return 0
    rest = _rest(words, at + 1, is_shouted=word.is_shouted)
    if not rest or _is_placed(words, at + 1 + len(rest)):
        return 0
    if len(rest) > 1 and rest[-1].key in FIRST:
        return 0  # "Ann, Bob" without the comma: a list
    return 1 + len(rest)


def _rest(words: list[_Word], at: int, *, is_shouted: bool) -> list[_Word]:
    """The words after a first name that may belong to it, the last one a surname."""
    rest = words[at : at + _run(words, at, joined=True)]
    fits = []
    for word in rest:
        if not word.is_initial and word.is_shouted != is_shouted and word.is_capital:
            break
        if not (_may_be_name(word) or word.is_initial or word.key in PARTICLES):
            break
        fits.append(word)
    while fits and not _may_be_name(fits[-1]):
        fits.pop()
    return fits if _length(fits) <= LONGEST - 1 else []


def _length(words: list[_Word]) -> int:
    return sum(word.key not in PARTICLES for word in words)


def _unknown(words: list[_Word], at: int) -> int:
    """How many words from here are a name of which no word is known, in the midst of a
    sentence: "… that Oluwaseun Adeyemi said"; "J. K. Marlow" with two initials."""
    size = _run(words, at)
    run = words[at : at + size]
    if not 2 <= _length(run) <= LONGEST or (at and _joins(words, at)):
        return 0
    if _is_placed(words, at + size) or not _may_be_surname(run[-1]):
        return 0
    if run[0].is_initial:
        initials = [word for word in run[:-1] if word.is_initial]
        return size if len(initials) == 2 and size == 3 else 0
    if run[0].opens or (at and words[at - 1].key in OF_PLACES):
        return 0
    if any(word.is_shouted for word in run):
        return 0
    good = all(
        _may_be_surname(word) or word.is_initial or word.key in PARTICLES
        for word in run
    )
    return size if good else 0


def _joins(words: list[_Word], at: int) -> bool:
    """Whether the words before belong to the same run of capitals."""
    return words[at].joined and words[at - 1].is_capital and not words[at - 1].opens


def _run(words: list[_Word], at: int, *, joined: bool = False) -> int:
    """How many words in capitals stand together from here, particles between them."""
    size = 0
    while at + size < len(words) and size < LOOKED_AT:
        word = words[at + size]
        if (size or joined) and not _continues(words, at + size):
            break
        if word.is_capital:
            size += 1
            if _POSSESSIVE.search(word.text):
                break
        elif word.key in PARTICLES and (size or joined):
            size += 1
        else:
            break
    while size and not words[at + size - 1].is_capital:
        size -= 1
    return size


def _continues(words: list[_Word], at: int) -> bool:
    return at < len(words) and words[at].joined


def _is_placed(words: list[_Word], at: int) -> bool:
    """Whether what follows makes a street or a body of it: "Jane Smith House"."""
    return _continues(words, at) and words[at].is_capital and words[at].key in AFTER


def _bare(word: _Word) -> str:
    return _POSSESSIVE.sub("", word.key)


def _may_be_name(word: _Word) -> bool:
    """Whether it may stand in a name that something else vouches for."""
    key = _bare(word)
    return (
        word.is_capital
        and len(key) > 1
        and key not in TITLES
        and (key not in OTHERS or key in _ALSO_SURNAMES)
        and not _ACCUSATION.fullmatch(key)
    )


def _may_be_surname(word: _Word) -> bool:
    """Whether it may stand in a name that nothing else vouches for."""
    key = _bare(word)
    return (
        word.is_capital
        and len(key) > 2
        and not key.endswith(ENDINGS)
        and key not in OTHERS
        and key not in AFTER
        and key not in TITLES
    )


# Words that are common surnames: behind a first name or a title they are one.
_ALSO_SURNAMES = frozenset(
    "young wood hill king white green brown black grey bishop knight price rose hall "
    "lane field bird fish wall walk mill mills moor park parks forest marsh lake banks "
    "brooks fox day may march best long short small little rich power burns rice reed "
    "cook page paige west north dean law laws baker steward duke prince pope "
    "castle church hull york kent derby washington newcastle lancaster bradford "
    "wakefield ward shaw bell gold fields wells waters rivers bridge bridges "
    "cross dale dark ferry gates grant judge mason miller".split()
)
