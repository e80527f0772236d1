"""A sender's network, as a keyed hash that lives a day at most.

The key is random, stands in a private file (or on a memory disk) and is overwritten
when the UTC day ends: from then on nobody can tell which network a hash came from. An
unkeyed hash would not do: all of IPv4 is hashed in half an hour on one core (measured).
"""

import contextlib
import hmac
import ipaddress
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

SIZES = {4: (32, 24), 6: (64, 48)}  # bits: the connection, and its neighbourhood


def keys(address: str, now: datetime | None = None) -> list[str]:
    """Keyed hashes of the address's connection and neighbourhood, narrow one first.

    None for what says nothing about a sender: no address, this machine (an onion
    service's readers all come from it), a private network.
    """
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return []
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback or ip.is_private or ip.is_unspecified:
        return []
    key = _key_of((now or datetime.now(UTC)).date().isoformat())
    found = []
    for bits in SIZES[ip.version]:
        network = ipaddress.ip_network((ip, bits), strict=False)
        digest = hmac.new(key, str(network).encode(), "sha256").hexdigest()
        found.append(f"{bits}:{digest[:16]}")
    return found


def _key_of(day: str) -> bytes:
    """The day's key. The first process of a new day writes it over the old one."""
    path = Path(settings.NETWORK_KEY_FILE)
    for _ in range(3):
        with contextlib.suppress(OSError, ValueError):
            written, key = path.read_text().split()
            if written == day:
                return bytes.fromhex(key)
            _overwrite(path)
        _create(path, day)
    raise OSError("The key of the day can be neither read nor written.")


def _overwrite(path: Path) -> None:
    """The old key is gone from the file's own blocks before the file is."""
    with contextlib.suppress(FileNotFoundError):
        with path.open("r+b") as stream:
            stream.write(os.urandom(path.stat().st_size))
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()


def _create(path: Path, day: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(f"{day} {secrets.token_hex(32)}")
    # link() fails where the file exists: the first process wins, the others read it.
    with contextlib.suppress(FileExistsError):
        os.link(made, path)
    made.unlink()
