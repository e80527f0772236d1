"""What somebody types into the field of the search -> what must occur and what not.

    lifeboat station          both words
    "first officer"           the phrase
    -ferry  -"two per cent"   not these

Capitals, accents and endings make no difference, and any sign parts words: "well-known"
and "@14:03" are looked for as the phrases "well known" and "14 03". A long number is
found with and without its commas, "organise" as "organize" too. Whatever is typed has a
meaning, if only that nothing is looked for. Pure.
"""

import re
from dataclasses import dataclass, field

from .stemming import WORD, folded

LONGEST = 200
MOST_TERMS = 20

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
_DASHES = "-\u2212\u2013"
# A quotation that nobody closed ends with the text.
_PIECE = re.compile(
    rf'(?P<minus>(?<!\S)[{_DASHES}](?=["\w]))?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))'
)
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_LONG_NUMBER = re.compile(r"[1-9][0-9]{3,11}")
_POSSESSIVE = re.compile(r"(?<=\w)['\u2019][sS]\Z")
_SPELLINGS = re.compile(r"(\w{2,}[iy])([sz])(e|ed|er|ers|es|ing|ation|ations)")


@dataclass(frozen=True)
class Term:
    """One thing that must occur, or must not: any of ``spellings``, each of them words
    that follow each other."""

    spellings: tuple[tuple[str, ...], ...]
    is_excluded: bool = False


@dataclass(frozen=True)
class Query:
    """What is looked for. ``dropped``: the terms past the last that is looked at."""

    terms: tuple[Term, ...] = field(default=())
    dropped: int = 0

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.is_excluded)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.is_excluded)

    def __bool__(self) -> bool:
        """Whether there is something to look for: "not this" alone is no search."""
        return bool(self.wanted)


def parse(typed: str) -> Query:
    """Reads the first ``LONGEST`` characters; never raises."""
    terms = []
    for piece in _PIECE.finditer(typed[:LONGEST].translate(_QUOTES)):
        is_excluded = piece["minus"] is not None
        if piece["word"] is None:
            spellings = _phrase(piece["phrase"])
        else:
            spellings = _word(piece["word"])
        if spellings:
            terms.append(Term(spellings, is_excluded))
    terms = list(dict.fromkeys(terms))
    return Query(tuple(terms[:MOST_TERMS]), max(0, len(terms) - MOST_TERMS))


def _phrase(text: str) -> tuple[tuple[str, ...], ...]:
    words = _words(text)
    return (words,) if words else ()


def _word(text: str) -> tuple[tuple[str, ...], ...]:
    """What is typed between two spaces, in all its spellings."""
    bare = text.strip(".,;:!?()[]{}'\u2018\u2019")
    if _THOUSANDS.fullmatch(bare):
        return _words(bare), (bare.replace(",", ""),)
    if _LONG_NUMBER.fullmatch(bare):
        return (bare,), _words(f"{int(bare):,}")
    words = _words(_POSSESSIVE.sub("", bare))
    if len(words) == 1 and (found := _SPELLINGS.fullmatch(words[0])):
        root, letter, ending = found.groups()
        other = "z" if letter == "s" else "s"
        return words, (f"{root}{other}{ending}",)
    return (words,) if words else ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(folded(found.group()) for found in WORD.finditer(text))
