"""A text as it may be read: capitals, accents and look-alikes make no difference.

Beside what it is, a letter of another alphabet can be read as the Latin one that it
resembles, and a figure or sign within a word as the letter for which it stands. Not so
one Latin letter as another: l is no i here and rn is no m, as they are in names
(``blog.names``), or a rule against "mail" would meet "mall".
"""

import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from blog.names import latin

STANDS_FOR = {
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "$": "s",
    "@": "a",
    "!": "i",
    "|": "il",
}


class Folded(NamedTuple):
    """Symbols (the letters as which each may be read, itself first), and at which
    letter of the text each stands."""

    symbols: list[str]
    places: list[int]


def fold(text: str) -> Folded:
    """How a text may be read. White space counts as one space."""
    symbols: list[str] = []
    places: list[int] = []
    for is_space, group in groupby(enumerate(text), lambda pair: pair[1].isspace()):
        run = list(group)
        if is_space:
            symbols.append(" ")
            places.append(run[0][0])
            continue
        # Figures alone are figures: 47 is no "at".
        in_word = any(letter.isalpha() for _, letter in run)
        for at, letter in run:
            for symbol in _read(letter):
                meant = STANDS_FOR.get(symbol, "") if in_word else ""
                symbols.append(symbol + meant)
                places.append(at)
    return Folded(symbols, places)


@lru_cache(maxsize=5000)
def _read(letter: str) -> tuple[str, ...]:
    """None for what nobody sees: accents by themselves, joiners, soft hyphens."""
    if letter.isascii():
        return (letter.lower(),)
    found: list[str] = []
    for part in unicodedata.normalize("NFKD", letter):
        if unicodedata.combining(part) or _is_unseen(part):
            continue
        folded = part.casefold()
        # Before capitals go: a Greek capital eta looks like an H, a small one not.
        like = latin(part).casefold()
        if len(folded) == 1 and not folded.isascii() and like.isascii():
            found.append(folded + like)
        else:
            found.extend(folded)
    return tuple(found)


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) == "Cf" or "\ufe00" <= letter <= "\ufe0f"
