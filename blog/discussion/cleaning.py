"""What people type -> what is stored: Unicode made safe, words left alone. Pure.

After UTS 39 and what was measured: ``isprintable()`` and the category Cf alone miss
blank letters, variation selectors and marks that stand on nothing.
"""

import re
import unicodedata

MOST_MARKS = 3  # on one letter; more is drawn over its neighbours

# Characters that look like nothing but are letters or symbols to Unicode.
_BLANK = "\u3164\uffa0\u115f\u1160\u2800\u034f\u17b4\u17b5"
# Turn the direction of what follows, so that text reads other than it is.
_DIRECTION = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n{3,}")


class NotText(ValueError):
    """Bytes that no keyboard sends: a NUL or half a character."""


def _refuse_what_is_no_text(raw: str) -> None:
    if "\0" in raw or _SURROGATE.search(raw):
        raise NotText


def text(raw: str) -> str:
    """The text of a comment: NFC, "\\n" for line ends, no control or direction
    characters, no more than three marks on a letter, at most one empty line in a row.

    Raises ``NotText`` for NUL and surrogates.
    """
    _refuse_what_is_no_text(raw)
    plain = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    plain = plain.replace("\u2028", "\n").replace("\u2029", "\n\n")
    plain = unicodedata.normalize("NFC", plain)
    kept = []
    marks = 0
    for character in plain:
        category = unicodedata.category(character)
        if category in ("Mn", "Me"):
            marks += 1
            if marks > MOST_MARKS:
                continue
        else:
            marks = 0
        if category == "Cc" and character != "\n":
            continue
        if character in _DIRECTION or character in "\ufeff\u00ad":
            continue
        kept.append(character)
    lines = (line.rstrip() for line in "".join(kept).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def name(raw: str) -> str:
    """A name: NFKC, on one line, without anything that cannot be seen.

    Raises ``NotText`` for NUL and surrogates.
    """
    _refuse_what_is_no_text(raw)
    plain = unicodedata.normalize("NFKC", raw)
    kept = []
    marks = 0
    for character in plain:
        category = unicodedata.category(character)
        if category in ("Mn", "Me", "Mc"):
            marks += 1
            if not kept or kept[-1] == " " or marks > MOST_MARKS:
                continue
        else:
            marks = 0
        if category in ("Cc", "Zl", "Zp"):
            character = " "
        elif (
            category in ("Cf", "Cs", "Co", "Cn")
            or character in _BLANK
            or (
                "\ufe00" <= character <= "\ufe0f"
                or "\U000e0100" <= character <= "\U000e01ef"
            )
        ):
            continue
        kept.append(character)
    return " ".join("".join(kept).split())
