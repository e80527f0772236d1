"""How a comment begins, in plain words. Pure."""

import re
from html import unescape

# Of longer HTML only this much is looked at.
_LOOKED_AT = 4000
_QUOTED = re.compile(r"<blockquote>.*?(?:</blockquote>|$)", re.S)
# These part words; a link or stress ends where the next sign stands.
_PARTING = re.compile(
    r"</?(?:blockquote|br|d[dlt]|div|h[1-6r]|img|li|ol|p|pre|t[dhr]"
    r"|table|tbody|thead|ul)\b[^>]*>",
    re.I,
)
# What is cut off within a tag is no text either.
_TAG = re.compile(r"<[^>]*(?:>|$)")


def first_words(html: str, most: int = 60) -> str:
    """The beginning of a comment without its markup, at most ``most`` characters.

    What it quotes is somebody else's, and stands for it only where there is no more.
    """
    html = html[:_LOOKED_AT]
    text = _plain(_QUOTED.sub(" ", html)) or _plain(html)
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    if not text[most - 1].isspace() and " " in cut[most // 2 :]:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip(" ,;:.-") + "…"


def beginning(text: str, most: int) -> str:
    """The beginning of a plain text as it stands; where it goes on, up to the end of a
    word and with " …"."""
    if len(text) <= most:
        return text
    kept = text[:most]
    return f"{kept.rpartition(' ')[0] or kept} …"


def _plain(html: str) -> str:
    return " ".join(unescape(_TAG.sub("", _PARTING.sub(" ", html))).split())
