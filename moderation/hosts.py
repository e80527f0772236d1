"""Where the links of a comment really lead: hosts spelled out in ASCII. Pure.

A host may be written so that it looks like another one: in letters of other alphabets,
behind a name and an "@", or below words that show another address. Nothing is fetched.
"""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from html import unescape

from blog.discussion.html_links import Words

# What stands between the slashes; browsers take a backslash for one.
ADDRESS = re.compile(r"https?:[/\\]*([^/\\\s?#]+)", re.I)
_ANCHOR = re.compile(r'<a href="([^"]*+)"[^>]*+>(.*?)</a>', re.S)
_LOOKS_LIKE_HOST = re.compile(
    r"(?:https?:[/\\]{2,})?((?:[^\W_][\w-]{0,62}\.)+[^\W\d_][\w-]{1,62})(?![\w@])", re.I
)
# Alphabets that are written together.
_TOGETHER = frozenset(
    ("HIRAGANA", "KATAKANA", "CJK", "HANGUL", "BOPOMOFO", "KATAKANA-HIRAGANA")
)


@dataclass(frozen=True)
class SpelledLink:
    """A link of a comment: where in ``words(html).text`` its words stand, its host in
    ASCII, and what is odd about it in words. ``looks_like``: the host as browsers may
    show it, where that is not ASCII."""

    start: int
    end: int
    href: str
    host: str
    looks_like: str = ""
    oddities: tuple[str, ...] = ()


def links(html: str, said: Words) -> list[SpelledLink]:
    """The links that lead elsewhere, in their order; ``said`` is ``words(html)``.

    Those that the blog itself put in have a class and are left out.
    """
    found = []
    for anchor in _ANCHOR.finditer(html):
        href = unescape(anchor[1])
        address = ADDRESS.match(href.strip())
        if address is None:
            continue
        start, end = said.said(*anchor.span(2))
        found.append(_spelled(start, end, href, address[1], said.text[start:end]))
    return found


def _spelled(
    start: int, end: int, href: str, authority: str, shown: str
) -> SpelledLink:
    typed = typed_host(authority)
    host = ascii_host(typed)
    readable = unicode_host(host)
    oddities = []
    if "@" in authority:
        oddities.append("a name stands before the host")
    seen = _LOOKS_LIKE_HOST.match(shown.strip())
    if seen and normalised(seen[1]) != comparable(host):
        oddities.append(f"its words show another address, {seen[1]}")
    if any(map(has_mixed_alphabets, readable.split("."))):
        oddities.append("letters of different alphabets")
    if _is_number(host):
        oddities.append("a number in place of a name")
    looks_like = readable if readable != host else ""
    return SpelledLink(start, end, href, host, looks_like, tuple(oddities))


def typed_host(authority: str) -> str:
    """The host of what stands between the slashes, as it was typed: no name before it,
    no port behind it, no mark of the sentence around it."""
    host = authority.rpartition("@")[2]
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    host = host.partition(":")[0]
    return host.strip(".,;!)]}'\"’”")


def ascii_host(host: str) -> str:
    """The host in small letters of ASCII: others as Punycode ("xn--…").

    What no host may be is spelled out as well as it can be; nothing raises.
    """
    host = unicodedata.normalize("NFKC", host).casefold()
    if host.isascii():
        return host
    return ".".join(map(_ascii_label, re.split("[.\u3002]", host)))


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    try:
        return label.encode("idna").decode()
    except UnicodeError:
        encoded = label.encode("utf-8", "replace").decode().encode("punycode")
        return f"xn--{encoded.decode()}"


def unicode_host(host: str) -> str:
    """A host of ASCII as it looks where browsers show its letters."""
    return ".".join(map(_unicode_label, host.split(".")))


def _unicode_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        shown = label[4:].encode().decode("punycode")
    except UnicodeError:
        return label
    return shown if shown.isprintable() else label


def has_mixed_alphabets(label: str) -> bool:
    """Whether letters of alphabets stand together that nobody writes together."""
    alphabets = {_alphabet(letter) for letter in label if letter.isalpha()}
    return len(alphabets) > 1 and not (
        alphabets - _TOGETHER <= {"LATIN"} and alphabets & _TOGETHER
    )


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "?").split(" ")[0]


def comparable(host: str) -> str:
    """The host without the "www." that makes no difference."""
    return host.removeprefix("www.")


def normalised(authority: str) -> str:
    """The host of what stands between the slashes as hosts are compared: in ASCII, with
    no name, port or "www."."""
    return comparable(ascii_host(typed_host(authority)))


def is_below(host: str, domain: str) -> bool:
    """Whether ``host`` is ``domain`` or belongs to it; both in ASCII."""
    host, domain = comparable(host), comparable(domain)
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _is_number(host: str) -> bool:
    bare = host.strip("[]")
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return bare.isdecimal() or bare.startswith("0x")
    return True
