"""Addresses in Blogger's shapes, so that links to the old blog keep working."""

import re
import unicodedata
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

SLUG_LENGTH = 39
LONGEST_SLUG = 60
OLD_PATH_LENGTH = 500
UNTITLED = "blog-post"
# What of a query names a post: WordPress's short links to posts and to pages.
NAMES_OF_POSTS = ("p", "page_id")

# Blogger leaves the articles out ("Global Warming is a Scam" became
# global-warming-is-scam). 90 of the 92 addresses of a real export come out the same;
# the other two are of 2005 and 2006, when the limit seems to have been 38.
LEFT_OUT = frozenset(("a", "an", "the"))
# Not the slash: "either/or" becomes eitheror there.
_SEPARATOR = re.compile(r"[\s\-–—]+")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")

_SLUG = rf"[a-z0-9_-]{{1,{LONGEST_SLUG}}}"
_BLOGGER_PATH = re.compile(
    rf"/([1-9][0-9]{{3}}/(?:0[1-9]|1[0-2])/{_SLUG}|p/{_SLUG})\.html"
)
# In a path these would be read as something else, or would be lost.
_STAYS_QUOTED = re.compile(r"[%?#\s\x00-\x1f]")


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


def page_address(slug: str) -> str:
    """The same of a page such as "About": ``p/about``."""
    return f"p/{slug}"


def address_of_path(path: str) -> str | None:
    """What ``Post.address`` is for one of Blogger's own paths, if it can be kept.

    ``/2024/09/slug.html`` gives ``2024/09/slug``, ``/p/about.html`` gives ``p/about``;
    None for every other path, and for a slug with signs or a length not used here.
    """
    found = _BLOGGER_PATH.fullmatch(path)
    return found[1] if found else None


def is_lost_in_address(name: str) -> bool:
    """Whether browsers take a name in a path as a way up, however it is quoted: they
    leave out ``.`` and ``..`` between slashes before they ask (WHATWG URL, 4.4)."""
    return not {".", ".."}.isdisjoint(name.split("/"))


def old_path(address: str) -> str | None:
    """The form in which an old address is kept and looked up; None if it is none.

    Of a whole address or a path: host, fragment, trailing slash and ``index.html`` go,
    and of the query all but what names a post (``?p=12``, ``?page_id=2``):
    ``http://old.example/2012/09/a-post/?m=1#c5`` gives ``/2012/09/a-post``. The front
    page is no post's address.
    """
    try:
        parts = urlsplit(address.strip())
        path = unquote(parts.path, errors="strict")
    except ValueError:
        return None
    if "\0" in path or (parts.scheme and parts.scheme not in ("http", "https")):
        return None
    path = "/" + path.lstrip("/")
    while (shorter := path.rstrip("/").removesuffix("/index.html")) != path:
        path = shorter
    path = _STAYS_QUOTED.sub(lambda sign: quote(sign[0]), path) or "/"
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query)
        if name in NAMES_OF_POSTS and value.isascii() and value.isdigit()
    ]
    if path == "/" and not kept:
        return None
    path += f"?{urlencode(kept[:1])}" if kept else ""
    return path if len(path) <= OLD_PATH_LENGTH else None
