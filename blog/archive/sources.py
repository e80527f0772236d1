"""Files and folders -> what they hold, by looking at the content."""

import mimetypes
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from .formats import text
from .model import ArchiveError, SourceFile

# A page of a blog with 5,000 comments has about 3 MB.
LARGEST_FILE = 200 * 1024 * 1024


class NotAnArchive(Exception):
    """A file of a folder that is something else; no reason to fail."""


def files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Every file that ``paths`` name, and whether it was named itself.

    Folders are read to their depth, in the order of names, hidden files and links to
    folders left out. A folder that may not be read comes as if it were a file that was
    named: ``read`` says so.
    """
    for path in paths:
        if not _is_folder(path):
            yield path, True
            continue
        found, closed = _inside(path)
        for file in sorted([*found, *closed]):
            yield file, file in closed


def _inside(folder: Path) -> tuple[list[Path], set[Path]]:
    """The files below a folder, and the folders that may not be read."""
    found: list[Path] = []
    closed: set[Path] = set()
    walk = os.walk(folder, onerror=lambda error: closed.add(Path(error.filename)))
    for parent, inner, names in walk:
        inner[:] = [name for name in inner if not name.startswith(".")]
        found += [Path(parent, name) for name in names if not name.startswith(".")]
    return found, closed


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # it cannot even be asked: ``read`` tells why


def read(path: Path, *, named: bool, day_first: bool | None = None) -> SourceFile:
    """What the file holds.

    Raises ``ArchiveError`` if it cannot be read, with what to do about it, and
    ``NotAnArchive`` if it was not named itself and is plainly something else.
    """
    kind = mimetypes.guess_type(path.name)[0] or ""
    if not named and kind.split("/")[0] in ("image", "audio", "video", "font"):
        raise NotAnArchive(f"a file of type {kind}")
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
            raise ArchiveError("This is no file but a device or a pipe.")
        size = found.st_size
        if size > LARGEST_FILE:
            raise ArchiveError(
                f"The file has {size:,} bytes; text dumps of up to {LARGEST_FILE:,} "
                "are read. Split it, one page a file."
            )
        data = path.read_bytes()
    except OSError as error:
        raise ArchiveError(
            f"The file cannot be opened: {error.strerror or error}. "
            "Check its name and whether you may read it."
        ) from error
    if not named and data.strip() and b"\0" not in data and not text.looks_like(data):
        raise NotAnArchive("no date line and no comments like those of a blog's page")
    return text.read(data, day_first=day_first)
