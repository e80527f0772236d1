"""Words that tell who somebody is -> masks, in the whole of a text. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

KINDS = {"name": "[name]", "place": "[place]", "removed": "[removed]"}
MOST = 50  # that are masked at once
LONGEST = 200  # characters
MARK = '<b class="mask">'

_MASKS = r"\[(?:name|place|removed)\]"
_TAGS = re.compile(r"(<[^>]*>)")
_IN_TEXT = re.compile(_MASKS)
# An address that is not whole any more leads nowhere.
_BROKEN_LINK = re.compile(rf'<a href="[^"]*{_MASKS}[^"]*"[^>]*>(.*?)</a>', re.S)
_APOSTROPHES = re.compile("['’]")


class NoWords(ValueError):
    """Nothing that can be masked. Its words are for the moderator."""


@dataclass(frozen=True)
class Mask:
    """Words, and what stands in their place: a key of ``KINDS``."""

    words: str
    kind: str


def parse(lines: dict[str, str]) -> list[Mask]:
    """The words to mask by kind, one a line; each once, under its first kind.

    Raises ``NoWords``.
    """
    found: dict[str, Mask] = {}
    for kind in KINDS:
        for line in lines.get(kind, "").splitlines():
            words = " ".join(unicodedata.normalize("NFC", line).split())
            if not words:
                continue
            if len(words) > LONGEST:
                raise NoWords(
                    f"A line has at most {LONGEST} characters: “{words[:40]}…”"
                )
            if not any(letter.isalnum() for letter in words):
                raise NoWords(f"“{words}” has no letter and no digit.")
            found.setdefault(words.casefold(), Mask(words, kind))
    if len(found) > MOST:
        raise NoWords(f"At most {MOST} lines are masked at once.")
    return list(found.values())


def masked(text: str, masks: Iterable[Mask]) -> tuple[str, int]:
    """The text with every occurrence of the words masked, and how many those were.

    Whole words, whatever their case; what is longer goes first. A mask that stands
    there already stays as it is.
    """
    longest_first = sorted(masks, key=lambda mask: -len(mask.words))
    if not longest_first:
        return text, 0
    kinds = {f"m{place}": mask.kind for place, mask in enumerate(longest_first)}
    pattern = "|".join(
        f"(?P<m{place}>{_pattern(mask.words)})"
        for place, mask in enumerate(longest_first)
    )
    number = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal number
        if match.lastgroup is None:
            return match[0]
        number += 1
        return KINDS[kinds[match.lastgroup]]

    return re.sub(f"{_MASKS}|{pattern}", replace, text, flags=re.I), number


def has_any(text: str, masks: Iterable[Mask]) -> bool:
    return masked(text, masks)[1] > 0


def _pattern(words: str) -> str:
    """Whole words with any space between them, either apostrophe."""
    parts = [_APOSTROPHES.sub("['’]", re.escape(word)) for word in words.split()]
    start = r"(?<!\w)" if words[0].isalnum() else ""
    end = r"(?!\w)" if words[-1].isalnum() else ""
    return start + r"\s+".join(parts) + end


def with_marks(html: str) -> str:
    """The HTML of a masked text with its masks set off from what its writer wrote."""
    html = _BROKEN_LINK.sub(r"\1", html)
    return "".join(
        part
        if part.startswith("<")
        else _IN_TEXT.sub(lambda found: f"{MARK}{found[0]}</b>", part)
        for part in _TAGS.split(html)
    )
