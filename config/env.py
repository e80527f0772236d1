"""Readers of the environment that fail loudly.

Each takes the name of a variable and a default; a value that makes no sense raises
``WrongSetting`` with the variable's name, the value and what is expected. A wrong
setting must stop the start, not show itself weeks later.
"""

import ipaddress
import os
import re
import secrets
import tempfile
import zoneinfo
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
# A name, one with all its subdomains (".example.org"), an address, or any ("*").
_NAME = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*"
_ADDRESS = r"\[[0-9A-Fa-f:.]+\]"
_HOST = re.compile(rf"\.?{_NAME}|{_ADDRESS}|\*")
_SITE = re.compile(rf"(?i:https?)://(?:{_NAME}|{_ADDRESS})(?::([0-9]{{1,5}}))?")
_PAGE = re.compile(rf"{_SITE.pattern}(?:[/?#][!-~]*)?")

_TAG_AUTHORITY = re.compile(
    r"[a-z0-9-]+(\.[a-z0-9-]+)+,[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
)


class WrongSetting(ImproperlyConfigured):
    """What the owner has to change; its words say all that there is to say."""


def text(name: str, default: str | None = None) -> str:
    """The value of ``name``; without a default it must be set and not empty."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise WrongSetting(f"{name} is not set. Set it in the environment.")
    return value


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of ``allowed``."""
    value = text(name, default)
    if value not in allowed:
        raise WrongSetting(
            f"{name}={value!r} is not known. Use one of: {', '.join(allowed)}."
        )
    return value


def boolean(name: str, default: bool) -> bool:
    """Yes or no, in the usual spellings; set to nothing is not set."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value not in TRUE | FALSE:
        raise WrongSetting(f"{name}={value!r} is neither yes nor no. Use 1 or 0.")
    return value in TRUE


def number(name: str, default: int) -> int:
    """A whole number, zero or more."""
    value = text(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise WrongSetting(f"{name}={value!r} is not a number. Use 0, 1, 2 ...")
    return int(value)


def hour(name: str, default: int) -> int:
    """An hour of the day, 0 to 23."""
    value = number(name, default)
    if value > 23:
        raise WrongSetting(f"{name}={value} is no hour. Use 0 to 23.")
    return value


def names(name: str, default: list[str] | None = None) -> list[str]:
    """A list separated by commas; without a default it must hold something."""
    found = [item.strip() for item in os.environ.get(name, "").split(",")]
    found = [item for item in found if item] or default
    if found is None:
        raise WrongSetting(f"{name} is not set. Set it to a list separated by commas.")
    return found


def hosts(
    name: str, default: list[str] | None = None, *, production: bool = False
) -> list[str]:
    """A list of host names, bare as Django compares them: any other never matches.

    Any name at all ("*") is none of the site's in production.
    """
    found = names(name, default)
    for item in found:
        if item == "*" and production:
            raise WrongSetting(
                f"{name}=* takes every name that a visitor sends for the site's own. "
                "In production list the names, such as example.org."
            )
        if not _HOST.fullmatch(item):
            raise WrongSetting(
                f"{name} holds {item!r}, which is not the name of a host. Use names "
                "such as example.org, without https://, port or slash."
            )
    return found


def is_local(host: str) -> bool:
    """Whether a name leads to this machine, from which nobody else asks."""
    bare = host.lower().lstrip(".").strip("[]")
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def site_address(name: str, default: str) -> str:
    """The address of a site, without a slash at its end: scheme, host and port.

    Nothing may follow: the pages link to each other from the root of their host.
    """
    value = text(name, default)
    address = value.rstrip("/")
    found = _SITE.fullmatch(address)
    if not found or int(found[1] or 0) > 65535:
        raise WrongSetting(
            f"{name}={value!r} is not the address of a site. Use one such as "
            "https://example.org or http://127.0.0.1:8000, without a path, ? or #."
        )
    return address


def way_out(name: str, default: str) -> str:
    """The address of another site's page; "" where the variable is set to nothing."""
    value = os.environ.get(name, default).strip()
    if value and not _PAGE.fullmatch(value):
        raise WrongSetting(
            f"{name}={value!r} is not the address of a page. Use one such as "
            "https://www.bbc.co.uk/weather, or nothing at all to have no such link."
        )
    return value


def folder(name: str, default: Path) -> Path:
    """A folder, which need not exist yet."""
    path = Path(text(name, str(default)))
    for part in (path, *path.parents):
        if part.exists() and not part.is_dir():
            raise WrongSetting(
                f"{name}={str(path)!r} cannot be a folder: {str(part)!r} is a file."
            )
    return path


def optional_folder(name: str) -> Path | None:
    """A folder, which need not exist yet, or None if it is not set."""
    return folder(name, Path()) if os.environ.get(name, "").strip() else None


def time_zone(name: str, default: str) -> str:
    """The name of a time zone of the IANA database."""
    value = text(name, default)
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongSetting(
            f"{name}={value!r} is not a time zone. Use a name such as Europe/London."
        ) from error
    return value


def tag_authority(name: str, default: str) -> str:
    """The beginning of a tag URI (RFC 4151): a name of a host, a comma and a date."""
    value = text(name, default)
    if not _TAG_AUTHORITY.fullmatch(value):
        raise WrongSetting(
            f"{name}={value!r} is not a name and a date. Use a domain and a day on "
            "which it was yours, such as example.org,2026 or example.org,2026-03-01."
        )
    return value


def path_prefix(name: str, default: str, taken: frozenset[str] = frozenset()) -> str:
    """A part of an address such as ``admin/``: no slash before, one behind.

    It begins neither with one of ``taken`` nor with a year.
    """
    value = text(name, default).strip("/")
    if not value or not all(
        part and part.isascii() and part.replace("-", "").replace("_", "").isalnum()
        for part in value.split("/")
    ):
        raise WrongSetting(
            f"{name}={value!r} is not a path. Use letters, digits, - and _, "
            "such as admin/."
        )
    first = value.split("/")[0]
    if first in taken or re.fullmatch("[0-9]{4}", first):
        raise WrongSetting(
            f"{name}={value!r} would hide the public pages below /{first}/. "
            "Use another word, such as admin/."
        )
    return value + "/"


def database(name: str, default_file: Path) -> dict:
    """``DATABASES['default']`` from an address; SQLite in ``default_file`` without one.

    SQLite gets the settings under which concurrent tree inserts lose nothing:
    write-ahead log, BEGIN IMMEDIATE, every commit on disk, 20 s of patience.
    """
    url = text(name, f"sqlite:///{default_file}")
    try:
        config = dj_database_url.parse(url)
    except (ValueError, KeyError) as error:
        raise WrongSetting(
            f"{name} cannot be read. Use sqlite:////path/to/file or "
            "postgres://user:password@host:5432/name."
        ) from error
    engine = config["ENGINE"]
    if engine == "django.db.backends.sqlite3":
        # Opening it is a good part of what a page costs. And with the last connection
        # the files beside it go, which cannot be made again while the disk is full:
        # then nobody could read either.
        config["CONN_MAX_AGE"] = None
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;"
                "PRAGMA synchronous=FULL;"
                "PRAGMA journal_size_limit=67108864;"
                # What is erased is written over where it stood.
                "PRAGMA secure_delete=ON;"
            ),
        }
    elif engine == "django.db.backends.postgresql":
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
        # The server logs a statement that fails, for example the second of two equal
        # forms: with the values bound apart from it, its log holds nobody's text.
        config.setdefault("OPTIONS", {})["server_side_binding"] = True
    else:
        raise WrongSetting(
            f"{name} names a database that is not supported ({engine}). "
            "Use SQLite or PostgreSQL."
        )
    return config


def cache(name: str) -> dict:
    """``CACHES['default']``: Redis by its address, else memory of the one process."""
    url = os.environ.get(name, "").strip()
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise WrongSetting(
            f"{name}={url!r} is not an address of Redis. Use redis://host:6379/0."
        )
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}


def mail_server(prefix: str) -> dict:
    """A mail server as ``BACKEND`` and ``OPTIONS``, from PREFIX_HOST, PREFIX_PORT,
    PREFIX_HOST_USER, PREFIX_HOST_PASSWORD and PREFIX_USE_TLS.

    Without a host mails go nowhere. A password goes to another machine by TLS alone.
    """
    options = {
        "host": text(f"{prefix}_HOST", ""),
        "port": number(f"{prefix}_PORT", 25),
        "username": text(f"{prefix}_HOST_USER", ""),
        "password": text(f"{prefix}_HOST_PASSWORD", ""),
        "use_tls": boolean(f"{prefix}_USE_TLS", default=False),
        "timeout": 5,  # seconds; whoever sends a comment waits for it
    }
    has_account = options["host"] and options["username"]
    if has_account and not (options["use_tls"] or is_local(options["host"])):
        raise WrongSetting(
            f"{prefix}_HOST_USER would sign in at {options['host']} with its password "
            f"in the clear. Set {prefix}_USE_TLS=1 and the port for it, such as "
            f"{prefix}_PORT=587."
        )
    kind = "smtp" if options["host"] else "dummy"
    return {
        "BACKEND": f"django.core.mail.backends.{kind}.EmailBackend",
        "OPTIONS": options if options["host"] else {},
    }


def secret(name: str, *, production: bool, file: Path) -> str:
    """A secret of at least 50 characters.

    In production it must be set. Elsewhere a missing one is made once and kept in
    ``file``, which only its owner can read.
    """
    value = os.environ.get(name, "")
    if not value and production:
        raise WrongSetting(
            f"{name} is not set. In production set it to a random text of at least "
            "50 characters, for example: python -c "
            "'import secrets; print(secrets.token_urlsafe(50))'"
        )
    if not value:
        value = _kept_secret(file)
    return _long(name, value)


def optional_secret(name: str) -> str:
    """A secret of at least 50 characters, or "" if it is not set."""
    value = os.environ.get(name, "")
    return _long(name, value) if value else ""


def _long(name: str, value: str) -> str:
    if len(value) < 50:
        raise WrongSetting(
            f"{name} has {len(value)} characters; at least 50 are needed."
        )
    return value


def _kept_secret(file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Readable by its owner alone, and a name of its own even across containers.
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    made = Path(name)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_urlsafe(50))
    # link() fails where the file exists: of two processes that start together one
    # wins, and both read the winner's.
    try:
        os.link(made, file)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return file.read_text().strip()
