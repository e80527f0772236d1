"""Images of an old blog from a folder of the owner's -> copies of this site.

A file is an image by what is in it, whatever its name says. The name of a copy is made
of its content, so that no two copies are the same.
"""

import hashlib
import os
import re
import stat
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from blog.markup import OWN_IMAGE

from .images import NotAnImage, without_metadata
from .model import ArchiveError

MOST_FILES = 100_000
MOST_BYTES = 32 * 1024 * 1024

_TAG = re.compile(
    r"""<(?:(?P<img>img)|(?P<a>a)|(?P<end>/a))(?=[\s/>])"""
    r"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""",
    re.I,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+))?""")


class Media:
    """The files of a folder by name, and the copies made of them in ``store``.

    ``refused`` says of each file that a text names and that was not copied, why.
    """

    def __init__(self, folder: Path, store: Path, *, dry_run: bool = False) -> None:
        self._store = store
        self._dry_run = dry_run
        self._files: dict[str, list[Path]] = defaultdict(list)
        self._addresses: dict[Path, str | None] = {}
        self.refused: dict[str, str] = {}
        try:
            for number, path in enumerate(_regular_files(folder), 1):
                if number > MOST_FILES:
                    raise ArchiveError(
                        f"There are more than {MOST_FILES:,} files in the folder of "
                        "images. Give the folder that has the images alone."
                    )
                self._files[_key(path.name)].append(path)
        except OSError as error:
            raise ArchiveError(
                f"The folder of images cannot be read: {error.strerror}."
            ) from None

    def adopt(self, body_html: str) -> tuple[str, list[str], list[str]]:
        """The body with the addresses of our copies, and the names of the images that
        several different files have, and of those that no file has.

        A link round an image leads to our copy if the link's address is an image too.
        """
        ambiguous: dict[str, None] = {}
        missing: dict[str, None] = {}
        out: list[str] = []
        done = 0
        link: re.Match[str] | None = None

        def replace(tag: re.Match[str], attribute: str) -> None:
            nonlocal done
            found = _attribute(tag, attribute)
            if found is None:
                return
            start, end, url = found
            name = _file_name(url)
            if not name or OWN_IMAGE.fullmatch(url):
                return
            paths = self._files.get(_key(name), [])
            if not paths and attribute == "src":
                missing[name] = None
            if len(paths) > 1 and len({_digest(path) for path in paths}) > 1:
                ambiguous[name] = None
            elif paths and (address := self._address(paths[0])):
                out.extend((body_html[done:start], f'"{address}"'))
                done = end

        for tag in _TAG.finditer(body_html):
            if tag["end"]:
                link = None
            elif tag["a"]:
                link = tag
            else:
                if link is not None:
                    replace(link, "href")
                    link = None
                replace(tag, "src")
        out.append(body_html[done:])
        return "".join(out), list(ambiguous), list(missing)

    def _address(self, path: Path) -> str | None:
        """Of our copy, made when it is first asked for; None if it is no image."""
        if path not in self._addresses:
            try:
                image, extension = without_metadata(_read(path))
            except (NotAnImage, OSError) as error:
                why = str(error) if isinstance(error, NotAnImage) else "unreadable"
                self.refused[path.name] = why
                self._addresses[path] = None
            else:
                name = f"{hashlib.sha256(image).hexdigest()[:32]}.{extension}"
                if not self._dry_run:
                    _write_once(self._store / name, image)
                self._addresses[path] = f"/media/{name}"
        return self._addresses[path]


# --- files -------------------------------------------------------------------------


def _regular_files(folder: Path) -> Iterator[Path]:
    """All files below a folder; links are not followed, wherever they lead."""
    waiting = [folder]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)


def _key(name: str) -> str:
    """The same for names that differ in case, percent signs or accents' make."""
    return unicodedata.normalize("NFC", unquote(name)).casefold()


def _file_name(url: str) -> str:
    if url.lower().startswith("data:"):
        return ""
    path = re.split("[?#]", url, maxsplit=1)[0]
    return unquote(path.rpartition("/")[2])


def _attribute(tag: re.Match[str], name: str) -> tuple[int, int, str] | None:
    """Where the value of a tag's first such attribute begins and ends, and the value
    itself."""
    start = tag.end(tag.lastgroup)
    for found in _ATTRIBUTE.finditer(tag.string, start, tag.end() - 1):
        if found[1].lower() == name and found[2]:
            return *found.span(2), unescape(found[2].strip("\"'")).strip()
    return None


def _read(path: Path) -> bytes:
    """A file that is still a regular one when it is opened."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise NotAnImage("not a file")
        if found.st_size > MOST_BYTES:
            raise NotAnImage(f"more than {MOST_BYTES // 1024**2} MB")
        return file.read(MOST_BYTES)


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(_read(path)).hexdigest()
    except (NotAnImage, OSError):
        return str(path)


def _write_once(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all; one that is there has this content."""
    if os.path.lexists(path):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink()
            raise
