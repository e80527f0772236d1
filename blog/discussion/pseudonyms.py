"""A pass-phrase -> the tag that proves a name, without an account. Pure.

The phrase itself is kept nowhere. What stands beside the name is made of it, of where
it is to be known, and of a secret of the site, slowly (SAFETY: scrypt, 16 MiB and some
36 ms each): who has the database alone can try no phrase at all.
"""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from blog.codes import LETTERS, encode

from .phrase_words import WORDS
from .turns import NoTurn, Turns

SHORTEST, LONGEST = 12, 200  # characters of a phrase
LENGTH = 10  # letters of a tag, five bits each
WORDS_OF_A_PHRASE = 5
# More than so many at once are more than the machine: each takes a core and 16 MiB.
AT_ONCE = 2
PATIENCE = 3.0  # seconds that one waits for its turn

_COST = {"n": 2**14, "r": 8, "p": 1, "maxmem": 2**26, "dklen": 16}
_turns = Turns(AT_ONCE)


class Busy(Exception):
    """Too many phrases are being worked on; nothing was done."""


class Mark(StrEnum):
    """What readers are told of a claimed name beside its tag."""

    NOT_VERIFIED = "not verified"
    SEVERAL = "compare tags"


@dataclass(frozen=True)
class Proof:
    """The tag that a phrase gave, and whether it is the same below every post."""

    tag: str
    is_site_wide: bool = False


def normalised(phrase: str) -> str:
    """The phrase as it counts: however it is composed and spaced."""
    return " ".join(unicodedata.normalize("NFKC", phrase).split())


def scope(address: str, *, site_wide: bool) -> str:
    """Where a tag is the same: below the post with this address, or everywhere."""
    return "site" if site_wide else f"post {address}"


def tag(phrase: str, where: str, pepper: bytes, *, turns_in: Path | None = None) -> str:
    """Ten letters and digits for a phrase in a scope; ``pepper`` is the site's secret.

    ``turns_in``: a folder that all processes of the site share, so that they work on
    two phrases at once together and not each. Raises ``Busy`` if it does not get its
    turn in ``PATIENCE`` seconds.
    """
    try:
        with _turns.one(PATIENCE, turns_in):
            made = hashlib.scrypt(
                normalised(phrase).encode(),
                salt=pepper + b"|" + where.encode(),
                **_COST,
            )
    except NoTurn:
        raise Busy from None
    return encode(int.from_bytes(made, "big"), LENGTH)


def is_tag(text: str) -> bool:
    """Whether a text is a tag as ``tag`` makes them."""
    return len(text) == LENGTH and all(letter in LETTERS for letter in text)


def grouped(made: str) -> str:
    """A tag as it is shown: in two halves, to be compared by eye and by ear."""
    return f"{made[:5]}-{made[5:]}"


def suggestion() -> str:
    """A phrase that nobody else has: five words by chance, 50 bits or more."""
    return " ".join(secrets.choice(WORDS) for _ in range(WORDS_OF_A_PHRASE))
