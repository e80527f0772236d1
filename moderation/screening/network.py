"""A sender's network, as a keyed hash that lives a day at most.

The key is random, stands in a private file (or on a memory disk) and is overwritten
when the UTC day ends: from then on nobody can tell which network a hash came from. An
unkeyed hash would not do: all of IPv4 is hashed in half an hour on one core (measured).

What it is counted for goes into the hash: from the rows alone nobody can tell that who
signed in, and so is known by name, and who sent a comment share a network.
"""

import contextlib
import fcntl
import hmac
import ipaddress
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.utils import timezone

SIZES = {4: (32, 24), 6: (64, 48)}  # bits: the connection, and its neighbourhood


class Purpose(StrEnum):
    """What a network is counted for."""

    COMMENT = "comment"
    REPORT = "report"
    COMPLAINT = "complaint"
    SIGN_IN = "signin"


def keys(purpose: Purpose, address: str, now: datetime | None = None) -> list[str]:
    """Keyed hashes of the address's connection and neighbourhood, narrow one first.

    They are others for each purpose. None for what says nothing about a sender: no
    address, this machine (an onion service's readers all come from it), a private
    network.
    """
    networks = _networks(address)
    if not networks:
        return []
    key = _key_of(_day(now))
    return [f"{each.prefixlen}:{_digest(key, purpose, each)}" for each in networks]


def key_with(
    purpose: Purpose, name: str, address: str, now: datetime | None = None
) -> str:
    """One keyed hash of a name and the address's connection together; of the name and
    "nowhere" for an address that says nothing about a sender."""
    where = next(iter(_networks(address)), "nowhere")
    return _digest(_key_of(_day(now)), purpose, where, name)


def _networks(address: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return []
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback or ip.is_private or ip.is_unspecified:
        return []
    return [
        ipaddress.ip_network((ip, bits), strict=False) for bits in SIZES[ip.version]
    ]


def _digest(key: bytes, *parts: object) -> str:
    """``parts``: what is hashed; none but the last has a space in it."""
    words = " ".join(map(str, parts))
    return hmac.new(key, words.encode(), "sha256").hexdigest()[:16]


def forget_old(now: datetime | None = None) -> None:
    """Overwrites the key of a day that is over, also where nobody has written since."""
    path = Path(settings.NETWORK_KEY_FILE)
    if path.exists() and _read(path, _day(now)) is None:
        _key_of(_day(now))


def _day(now: datetime | None) -> str:
    return (now or timezone.now()).astimezone(UTC).date().isoformat()


def _key_of(day: str) -> bytes:
    """The day's key. The first process of a new day writes it over the old one."""
    path = Path(settings.NETWORK_KEY_FILE)
    key = _read(path, day)
    if key is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            # Another process may have written it while this one waited.
            key = _read(path, day) or _write(path, day)
    return key


def _read(path: Path, day: str) -> bytes | None:
    """The key in the file, if it is this day's; None for one that is cut short too."""
    try:
        written, key = path.read_text().split()
        return bytes.fromhex(key) if (written, len(key)) == (day, 64) else None
    except (FileNotFoundError, ValueError):
        return None


def _write(path: Path, day: str) -> bytes:
    """The old key is gone from the file's own blocks before the file is."""
    with contextlib.suppress(FileNotFoundError), path.open("r+b") as stream:
        stream.write(os.urandom(path.stat().st_size))
        stream.flush()
        os.fsync(stream.fileno())
    key = secrets.token_bytes(32)
    made = path.with_name(f".{path.name}.new")
    made.unlink(missing_ok=True)
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(f"{day} {key.hex()}")
    made.replace(path)
    return key


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time; the lock goes with a process that dies."""
    lock = path.with_name(f".{path.name}.lock")
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
