"""Addresses in Blogger's shapes, so that links to the old blog keep working."""

import re
import unicodedata

SLUG_LENGTH = 39
UNTITLED = "blog-post"

# Blogger leaves the articles out ("Global Warming is a Scam" became
# global-warming-is-scam). 90 of the 92 addresses of a real export come out the same;
# the other two are of 2005 and 2006, when the limit seems to have been 38.
LEFT_OUT = frozenset(("a", "an", "the"))
# Not the slash: "either/or" becomes eitheror there.
_SEPARATOR = re.compile(r"[\s\-–—]+")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def slug_from_title(title: str) -> str:
    """The last part of a post's address, as Blogger makes it of the title.

    Lower case, words joined by hyphens, marks and articles dropped, cut at a word so
    that it has at most 39 characters. A title without any letter of the Latin
    alphabet or digit gives ``blog-post``.
    """
    words = []
    for piece in _SEPARATOR.split(title):
        plain = unicodedata.normalize("NFKD", piece).encode("ascii", "ignore").decode()
        word = _NOT_IN_SLUG.sub("", plain.lower())
        if word and word not in LEFT_OUT:
            words.append(word)
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:SLUG_LENGTH]
        if len(longer) > SLUG_LENGTH:
            break
        slug = longer
    return slug or UNTITLED


def post_address(year: int, month: int, slug: str) -> str:
    """The part of the address that is a post's own: ``2022/09/some-title``."""
    return f"{year:04}/{month:02}/{slug}"
