"""Images that imports copied, which belong to the whole of a site.

Their names are made of their content (``blog/archive/media.py``): so a copy that was
damaged is seen, and putting one where it stood changes nothing.
"""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

NAME = re.compile(r"([0-9a-f]{32})\.(jpg|png|gif|webp)")
PIECE = 1 << 20


def images(folder: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each image's name and content. One that goes meanwhile, because an import is
    taken back, is left out."""
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    for name in filter(NAME.fullmatch, names):
        with contextlib.suppress(FileNotFoundError):
            stream = (folder / name).open("rb")
            with stream:
                yield name, iter(lambda: stream.read(PIECE), b"")  # noqa: B023


def whole(name: str, pieces: Iterable[bytes]) -> bytes | None:
    """The content of an image; None if its name is not made of it, so that it was
    damaged before it came into a backup."""
    content = b"".join(pieces)
    digest = hashlib.sha256(content).hexdigest()
    return content if name.startswith(digest[:32]) else None


def put(folder: Path, name: str, content: bytes) -> None:
    """Writes an image whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as file:
        made = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            made.chmod(0o644)
            made.replace(folder / name)
        except BaseException:
            made.unlink()
            raise
