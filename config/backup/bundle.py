"""The file of a backup: a zip of members, and last a manifest that tells of each.

A zip has its list of members at its end, and the manifest is the last of these: of a
file that was cut short nothing can be taken for a whole.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from .errors import BackupError

FORMAT = 1
MANIFEST = "manifest.json"
PIECE = 1 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, KeyError, OSError)


@dataclass(frozen=True)
class Member:
    """What must be found when a member is read: bytes and SHA-256 in hex."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    ``migrations``: all that were applied, "app.name". ``rows``: how many each table
    has, by its model. ``last_ids``: the highest key that a table has ever given, for
    keys are not given twice. ``secret_mark``: eight bytes of an HMAC, by which one sees
    whether a site has the same PSEUDONYM_SECRET, and not what it is.
    """

    taken_at: datetime
    site: str
    database: str
    migrations: list[str]
    log_seq: int
    log_hash: str
    secret_mark: str
    rows: dict[str, int]
    last_ids: dict[str, int]
    members: dict[str, Member] = field(default_factory=dict)

    def as_json(self) -> str:
        told = {"candour_backup": FORMAT, **asdict(self)}
        told["taken_at"] = self.taken_at.isoformat()
        return json.dumps(told, indent=1, sort_keys=True)


class Writer:
    """Puts members into a new backup and remembers what each was."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.members: dict[str, Member] = {}

    def add(self, name: str, pieces: Iterable[bytes], *, packed: bool = True) -> None:
        """``packed``: worth compressing; images are not."""
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o600 << 16
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        seen, size = hashlib.sha256(), 0
        with self._archive.open(info, "w", force_zip64=True) as out:
            for piece in pieces:
                seen.update(piece)
                size += len(piece)
                out.write(piece)
        self.members[name] = Member(size, seen.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        self._archive.writestr(MANIFEST, manifest.as_json())


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A backup is written into ``path``, an empty file; on the disk at the end."""
    with path.open("r+b") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            yield Writer(archive)
        stream.flush()
        os.fsync(stream.fileno())


class Bundle:
    """A backup that is read. ``members`` of it are checked by ``check`` and, once
    more, whenever one is read."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path, self._archive = path, archive
        self.manifest = self._read_manifest()
        names = [name for name in archive.namelist() if name != MANIFEST]
        if sorted(names) != sorted(self.manifest.members):
            raise self._damaged("its members are not those of its manifest")

    def _damaged(self, how: str) -> BackupError:
        return BackupError(
            f"{self._path.name} is damaged: {how}. Nothing was touched. Use another "
            "backup."
        )

    def _read_manifest(self) -> Manifest:
        try:
            told = json.loads(self._archive.read(MANIFEST))
            number = told.pop("candour_backup")
        except KeyError:
            raise BackupError(f"{self._path.name} is no backup of Candour.") from None
        except (*_DAMAGED, ValueError, AttributeError, TypeError):
            raise self._damaged("its manifest cannot be read") from None
        if number != FORMAT:
            raise BackupError(
                f"{self._path.name} has format {number} and this Candour reads "
                f"{FORMAT}. Restore it with the version that made it, or a newer one."
            )
        try:
            told["taken_at"] = datetime.fromisoformat(told["taken_at"])
            told["members"] = {
                name: Member(**each) for name, each in told["members"].items()
            }
            return Manifest(**told)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise self._damaged("its manifest is incomplete") from None

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a member. Raises ``BackupError`` where it is not what was
        written, at the latest after its last piece."""
        wanted = self.manifest.members[name]
        seen, size = hashlib.sha256(), 0
        try:
            with self._archive.open(name) as stream:
                while piece := stream.read(PIECE):
                    seen.update(piece)
                    size += len(piece)
                    if size > wanted.bytes:
                        break
                    yield piece
        except _DAMAGED as error:
            raise self._damaged(f"{name} cannot be read") from error
        if (size, seen.hexdigest()) != (wanted.bytes, wanted.sha256):
            raise self._damaged(f"{name} is not what was written")

    def lines(self, name: str) -> Iterator[bytes]:
        """The same by the line, without their ends."""
        rest = b""
        for piece in self.pieces(name):
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
        if rest:
            raise self._damaged(f"{name} ends in the middle of a line")

    def check(self) -> None:
        """Reads all of it. Raises ``BackupError`` at the first fault."""
        for name in self.manifest.members:
            for _ in self.pieces(name):
                pass


@contextmanager
def reading(path: Path) -> Iterator[Bundle]:
    """Raises ``BackupError`` if it is no backup, cut short or of another format."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise BackupError(f"There is no file {path}.") from None
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from None
    except (zipfile.BadZipFile, ValueError):
        raise BackupError(
            f"{path.name} is cut short or no backup of Candour. Nothing was touched."
        ) from None
    with archive:
        yield Bundle(path, archive)
