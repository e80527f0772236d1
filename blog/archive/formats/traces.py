"""Traces of people in what a file says: e-mail and IP addresses. Pure.

Some signed with their address, and a field may hold anything. What is no name must not
become one, and no message may repeat it.
"""

import ipaddress
import re

_AROUND = "<>()[]{},;:'\"“”"
_PLAIN = re.compile(r"[\w:.+\- ]{1,40}")
_IPV4 = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
# Also "ip:203.0.113.9", "::ffff:203.0.113.9" and "203.0.113.9:80".
_LIKE_IPV4 = re.compile(rf"(?:.*:)?{_IPV4}(?::[0-9]{{1,5}})?")
_LIKE_IPV6 = re.compile(r"(?=.{6,39}$)[0-9A-Fa-f]*(?::[0-9A-Fa-f]*){4,}")
_HIDDEN_IP = re.compile(rf"{_IPV4}|::|(?:[0-9A-Fa-f]+:){{4}}")


def is_address(word: str) -> bool:
    """Whether a word of a name is an e-mail or IP address, or means to be one."""
    word = word.replace("＠", "@").strip(_AROUND)
    if "@" in word:
        # "@ada" is a name; the first sign with something before it counts.
        _, at, after = word[1:].partition("@")
        return bool(at) and "." in after.strip(".")
    if _LIKE_IPV4.fullmatch(word) or _LIKE_IPV6.fullmatch(word):
        return True
    try:
        return bool(ipaddress.ip_address(word))
    except ValueError:
        return False


def without_addresses(name: str) -> tuple[str, bool]:
    """A name on one line without the addresses in it, and whether there were any."""
    words = name.split()
    kept = [word for word in words if not is_address(word)]
    return " ".join(kept), len(kept) < len(words)


def is_plain(value: str) -> bool:
    """Whether a message may repeat a value: a few plain words without an address."""
    return bool(_PLAIN.fullmatch(value)) and not _HIDDEN_IP.search(value)


def quoted(value: str, instead: str = "that stands there") -> str:
    """A value in quotation marks for a message, or other words for it."""
    value = value.strip()
    return f"“{value}”" if is_plain(value) else instead


def not_known(value: str) -> str:
    """What a message says of a value that means nothing to us."""
    value = value.strip()
    return f"“{value}”, which is not known" if is_plain(value) else "not known"
