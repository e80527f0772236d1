"""From the bytes of a text dump to clean lines, and from lines to text.

Everything that is about characters and not about structure is here.
"""

import re
from collections.abc import Iterator, Sequence

from blog.archive.model import ArchiveError

LONGEST_LINE = 1_000_000
_LONGEST_UNBROKEN = 40  # characters: a shorter line is verse, an address, a signature
_NO_BREAK_SPACE = "\u00a0"
# No keyboard types them and no page shows them; a terminal would obey them.
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WORD_BULLET = "\uf0b7"  # private use: the bullet of Word's "Symbol" font
_MANY_BREAKS = re.compile(r"\n{3,}")
_WIDE_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def clean_lines(data: bytes) -> list[str]:
    """The lines of a dump without white space at their ends; line 1 is at index 0.

    A no-break space becomes a space (the pages are full of them), the private-use
    bullet becomes a real one. Raises ArchiveError for what is no text at all.
    """
    text = _decode(data)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace(_WORD_BULLET, "•")
    if _CONTROL.search(text):
        text = _CONTROL.sub("", text)
    # Not splitlines(): it also breaks at form feeds and U+2028, which are text here.
    raw = text.split("\n")
    longest = max(map(len, raw))
    if longest > LONGEST_LINE:
        line = next(at for at, one in enumerate(raw, 1) if len(one) > LONGEST_LINE)
        length = len(raw[line - 1])
        raise ArchiveError(
            f"Line {line} is {length:,} characters long; the longest line that can be "
            f"read is {LONGEST_LINE:,}. Check that this is the text of a page, and "
            "break the line.",
            line,
        )
    lines = [one.rstrip() for one in raw]
    if _NO_BREAK_SPACE in text:
        lines = [_plain_spaces(one) if _NO_BREAK_SPACE in one else one for one in lines]
    return lines


def join_text(lines: Sequence[str]) -> str:
    """One text of clean lines: at most one blank line in a row, none at the ends."""
    return tidy("\n".join(lines))


def tidy(text: str) -> str:
    """``join_text`` for lines that are joined already."""
    if "\n\n\n" in text:
        text = _MANY_BREAKS.sub("\n\n", text)
    return text.strip("\n")


def mid_word_breaks(lines: Sequence[str], start: int, stop: int) -> Iterator[int]:
    """Indices of lines in ``start:stop`` that seem to end inside a word or sentence.

    They are reported and never repaired: of three in the pages that this was measured
    on, one lacks a space and two do not.
    """
    for at in range(start, min(stop, len(lines)) - 1):
        line = lines[at]
        if (
            len(line) > _LONGEST_UNBROKEN
            and line[-1].isalpha()
            and (following := lines[at + 1])
            and following.lstrip()[0].islower()
            and len(line.lstrip()) > _LONGEST_UNBROKEN
        ):
            yield at


def excerpt(line: str) -> str:
    """The start of a line, for a message."""
    line = line.strip()
    return line if len(line) <= 60 else line[:59] + "…"


def _plain_spaces(line: str) -> str:
    """No-break spaces at the ends go, inside they become spaces.

    Plain spaces at the start stay as they are: they are the indent.
    """
    text = line.lstrip(" ")
    indent = line[: len(line) - len(text)]
    if text[:1] == _NO_BREAK_SPACE:
        text = text.lstrip()
    return indent + text.replace(_NO_BREAK_SPACE, " ")


def _decode(data: bytes) -> str:
    if not data.strip():
        raise ArchiveError(
            "The file is empty. Save the page again as text (UTF-8) and try once more."
        )
    if data.startswith(_WIDE_ENCODINGS):
        raise ArchiveError(
            "The file is encoded as UTF-16 or UTF-32. Save it again as UTF-8.", 1
        )
    if (at := data.find(b"\0")) >= 0:
        line = _line_of(data, at)
        raise ArchiveError(
            f"The file holds binary data (a NUL byte on line {line}, byte offset "
            f"{at}). It is no text dump: give the text of the page instead.",
            line,
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _line_of(data, error.start)
        raise ArchiveError(
            f"The file is not valid UTF-8: line {line}, byte offset {error.start} "
            f"(0x{data[error.start]:02x}). Save it again as UTF-8.",
            line,
        ) from error
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise ArchiveError(
            "The file holds only white space. Save the page again as text (UTF-8) and "
            "try once more."
        )
    return text


def _line_of(data: bytes, offset: int) -> int:
    """The 1-based line of a byte, whatever the line ends are."""
    before = data[:offset]
    return 1 + before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
