"""Words as the index has them: without accents and capitals, and cut to their stems.

The stems are those of M. F. Porter, An algorithm for suffix stripping, Program 14
(1980): both databases have it, so that both find the same. Here it serves to mark in
a text what the database found. Pure.
"""

import re
import unicodedata
from functools import lru_cache

# Letters and digits; a combining mark belongs to the letter before it.
WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
# The database leaves longer ones as they are. In bytes.
LONGEST = 64

_STEP_2 = (
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("logi", "log"),
    ("bli", "ble"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
)
_STEP_3 = (
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
)
_STEP_4 = (
    "al ance ence er ic able ible ant ement ment ent sion tion ou ism ate iti ous ive "
    "ize"
).split()


def folded(word: str) -> str:
    """Without accents and capitals."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFD", word)
    plain = "".join(sign for sign in parts if not "\u0300" <= sign <= "\u036f")
    return unicodedata.normalize("NFC", plain.lower())


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The stem of one word, which is folded first."""
    word = folded(word)
    if not 3 <= len(word.encode()) <= LONGEST:
        return word
    word = _plurals(word)
    word = _past(word)
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(word, _STEP_2)
    word = _replaced(word, _STEP_3)
    word = _without_ending(word)
    return _tidied(word)


def _kinds(word: str) -> str:
    """Of each letter: "v" a vowel, "c" a consonant. A y is either."""
    kinds = ""
    for letter in word:
        is_vowel = letter in "aeiou" or (letter == "y" and kinds.endswith("c"))
        kinds += "v" if is_vowel else "c"
    return kinds


def _measure(word: str) -> int:
    """How often consonants follow vowels: Porter's m."""
    return _kinds(word).count("vc")


def _has_vowel(word: str) -> bool:
    return "v" in _kinds(word)


def _ends_short(word: str) -> bool:
    """Porter's *o: "hop" and "fil", but not "snow" or "box"."""
    return _kinds(word)[-3:] == "cvc" and word[-1] not in "wxy"


def _plurals(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        if word.endswith(ending):
            rest = word.removesuffix(ending)
            return _mended(rest) if _has_vowel(rest) else word
    return word


def _mended(rest: str) -> str:
    """What remains of "hopping", "hoping" and "sized" as a word."""
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    is_double = len(rest) > 1 and rest[-1] == rest[-2] and _kinds(rest)[-1] == "c"
    if is_double and rest[-1] not in "lsz":
        return rest[:-1]
    if _measure(rest) == 1 and _ends_short(rest):
        return rest + "e"
    return rest


def _replaced(word: str, table: tuple[tuple[str, str], ...]) -> str:
    for ending, instead in table:
        if word.endswith(ending):
            rest = word.removesuffix(ending)
            return rest + instead if _measure(rest) > 0 else word
    return word


def _without_ending(word: str) -> str:
    for ending in _STEP_4:
        if word.endswith(ending):
            kept = 3 if ending in ("sion", "tion") else len(ending)
            rest = word[:-kept]
            return rest if _measure(rest) > 1 else word
    return word


def _tidied(word: str) -> str:
    if word.endswith("e"):
        rest = word[:-1]
        measure = _measure(rest)
        if measure > 1 or (measure == 1 and not _ends_short(rest)):
            word = rest
    if word.endswith("ll") and _measure(word) > 1:
        word = word[:-1]
    return word
