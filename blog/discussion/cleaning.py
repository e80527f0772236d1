"""What people type -> what is stored: Unicode made safe, words left alone. Pure.

After UTS 39 and what was measured: ``isprintable()`` and the category Cf alone miss
blank letters, variation selectors and marks that stand on nothing. What is dropped is
dropped before letters are composed and marks counted: between two marks an unseen
character would otherwise hide the second from both.
"""

import re
import unicodedata

MOST_MARKS = 3  # on one letter; more is drawn over its neighbours

# Characters that look like nothing but are letters, marks or symbols to Unicode.
_BLANK = "\u3164\uffa0\u115f\u1160\u2800\u034f\u17b4\u17b5"
# Turn the direction of what follows, so that text reads other than it is.
_DIRECTION = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n{3,}")
# Line and paragraph separators, and the control characters that begin a line.
_LINES = str.maketrans(
    {"\t": " ", "\u2028": "\n", "\u2029": "\n\n", "\x0b": "\n", "\x0c": "\n"}
)


class NotText(ValueError):
    """Bytes that no keyboard sends: a NUL or half a character."""


def refuse_what_is_no_text(raw: str) -> None:
    """Raises ``NotText`` for NUL and surrogates."""
    if "\0" in raw or _SURROGATE.search(raw):
        raise NotText


def text(raw: str) -> str:
    """The text of a comment: NFC, "\\n" for line ends, no control or direction
    characters, no more than three marks on a letter, at most one empty line in a row.

    Empty if nothing of it can be seen. Raises ``NotText`` for NUL and surrogates.
    """
    refuse_what_is_no_text(raw)
    plain = raw.replace("\r\n", "\n").replace("\r", "\n").translate(_LINES)
    kept = (
        letter
        for letter in plain
        if letter == "\n"
        or not (
            unicodedata.category(letter) == "Cc"
            or letter in _DIRECTION
            or letter in "\ufeff\u00ad"
        )
    )
    composed = _few_marks(unicodedata.normalize("NFC", "".join(kept)))
    lines = (line.rstrip() for line in composed.split("\n"))
    cleaned = _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
    return cleaned if any(map(_is_seen, cleaned)) else ""


def name(raw: str) -> str:
    """A name: NFKC, on one line, without anything that cannot be seen.

    Raises ``NotText`` for NUL and surrogates.
    """
    refuse_what_is_no_text(raw)
    kept = []
    for letter in unicodedata.normalize("NFKC", raw):
        if unicodedata.category(letter) in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif letter.isspace() or _is_seen(letter):
            kept.append(letter)
    composed = _few_marks(unicodedata.normalize("NFKC", "".join(kept)), alone=False)
    return " ".join(composed.split())


def _few_marks(plain: str, *, alone: bool = True) -> str:
    """Without the marks that are too many on their letter, or, unless ``alone``, that
    stand on none."""
    kept: list[str] = []
    marks = 0
    for letter in plain:
        category = unicodedata.category(letter)
        if category in ("Mn", "Me") or (category == "Mc" and not alone):
            marks += 1
            if marks > MOST_MARKS or not (alone or (kept and kept[-1] != " ")):
                continue
        elif category not in ("Mc", "Cf"):  # neither begins a new letter
            marks = 0
        kept.append(letter)
    return "".join(kept)


def _is_seen(letter: str) -> bool:
    """Whether a character leaves a trace on a page."""
    return not (
        letter in _BLANK
        or "\ufe00" <= letter <= "\ufe0f"
        or "\U000e0100" <= letter <= "\U000e01ef"
        or unicodedata.category(letter)
        in ("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp")
    )
