"""Files, folders, zips -> what they hold, by looking at the content."""

import gzip
import mimetypes
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from .formats import (
    blogger_backup,
    disqus,
    takeout,
    text,
    wordpress,
    xml_stream,
)
from .model import ArchiveError, Cut, Item, SourceFile

FEEDS = (takeout, blogger_backup, wordpress, disqus)
# A page of a blog with 5,000 comments has about 3 MB; it is read at once.
LARGEST_TEXT = 200 * 1024 * 1024
# A feed is read as a stream. What is packed smaller than this is a bomb.
LARGEST_UNPACKED = 2 * 1024 * 1024 * 1024
MOST_SHRUNK = 200
MOST_MEMBERS = 100_000
_HEAD = 1 << 16
_PIECE = 1 << 20
_SPACE = re.compile(rb"\s*")
_HTML = re.compile(rb"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
# What may stand before it.
_BEFORE = ((b"\xef\xbb\xbf", b""), (b"<?xml", b"?>"), (b"<!--", b"-->"))
# How the text of a program begins that writes JSON.
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")  # the second is an empty one
_GZIP = b"\x1f\x8b"
# Of a Google Takeout only the feeds of the blogs are read.
_TAKEOUT = re.compile(r"(?:^|/)Blogger/(?:Blogs|Comments|Albums|Profile)/")
_FEED = re.compile(r"(?:^|/)Blogger/Blogs/([^/]+)/feed\.atom$")


class NotAnArchive(Exception):
    """A file of a folder that is something else; no reason to fail."""


@dataclass(frozen=True)
class Found:
    """A file to read. ``path`` is how it is called in reports; ``named``: it was named
    itself, so that it is a fault if it cannot be read; ``size`` in bytes as stored, to
    show how much is left. ``aside``: why it is not read."""

    path: str
    named: bool
    size: int
    open: Callable[[], BinaryIO]
    aside: str = ""


@dataclass(frozen=True)
class Feed:
    """An export that is read as a stream."""

    format: str
    items: Iterator[Item]


def files(paths: Iterable[Path], *, blog: str = "") -> list[Found]:
    """Every file that ``paths`` name or hold, zips and folders to their depth.

    In the order of names, hidden files and links to folders left out. What cannot be
    opened is among them: ``read`` says why. ``blog`` chooses one of the blogs of a
    Google Takeout by its name.
    """
    found: list[Found] = []
    for path in paths:
        inside = _folder(path) if _is_folder(path) else [_file(path, named=True)]
        for file in inside:
            if _begins(file, _ZIPS):
                found += _members(file)
            else:
                found.append(file)
    return _one_blog(found, blog)


def _folder(folder: Path) -> list[Found]:
    """The files below a folder, and the folders that may not be read."""
    found: list[Path] = []
    closed: set[Path] = set()
    walk = os.walk(folder, onerror=lambda error: closed.add(Path(error.filename)))
    for parent, inner, names in walk:
        inner[:] = [n for n in inner if not n.startswith(".") and n != "__MACOSX"]
        found += [Path(parent, name) for name in names if not name.startswith(".")]
    return [_file(path, named=path in closed) for path in sorted([*found, *closed])]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False  # it cannot even be asked: ``read`` tells why


def _file(path: Path, *, named: bool) -> Found:
    def opened() -> BinaryIO:
        try:
            kind = path.stat().st_mode
            if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
                raise ArchiveError(
                    "This is no file but a device or a pipe. Save what comes out of "
                    "it in a file and import that."
                )
            return path.open("rb")
        except OSError as error:
            raise ArchiveError(
                f"The file cannot be opened: {error.strerror or error}. "
                "Check its name and whether you may read it."
            ) from error

    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    return Found(str(path), named, size, opened)


def _begins(file: Found, marks: tuple[bytes, ...]) -> bool:
    try:
        with file.open() as opened:
            return opened.read(max(map(len, marks))).startswith(marks)
    except (ArchiveError, OSError):
        return False


def _members(file: Found) -> list[Found]:
    """The files in a zip. Nothing is unpacked to the disk."""
    try:
        with file.open() as opened, zipfile.ZipFile(opened) as packed:
            infos = packed.infolist()
            _refuse_dangerous(infos)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        return [_refused(file, f"This is no whole zip file: {error}. Get it again.")]
    except ArchiveError as error:
        return [_refused(file, error.message)]
    members = [
        info
        for info in infos
        if not info.is_dir()
        and not any(
            part.startswith(".") or part == "__MACOSX"
            for part in PurePosixPath(info.filename).parts
        )
    ]
    if not members:
        return [_refused(file, "The zip holds no file.")]
    members.sort(key=lambda info: info.filename)
    # Opened once: each opening reads the whole list of what is in it.
    packed = _Zip(file)
    return [_member(packed, info, alone=len(members) == 1) for info in members]


class _Zip:
    """A zip that is opened when the first of its files is."""

    def __init__(self, file: Found) -> None:
        self.file = file
        self._zip: zipfile.ZipFile | None = None

    def open(self, info: zipfile.ZipInfo) -> BinaryIO:
        if self._zip is None:
            self._zip = zipfile.ZipFile(self.file.open())
        return self._zip.open(info)


def _refuse_dangerous(infos: list[zipfile.ZipInfo]) -> None:
    """Names that lead out of a folder, and files that grow beyond all measure, are in
    no export; who put them there meant harm."""
    if len(infos) > MOST_MEMBERS:
        raise ArchiveError(f"The zip holds more than {MOST_MEMBERS:,} files.")
    for info in infos:
        name = info.filename.replace("\\", "/")
        if name.startswith("/") or ":" in name[:3] or ".." in name.split("/"):
            raise ArchiveError(
                f"The zip holds a file whose name leads out of its folder "
                f"({info.filename[:80]!r}), which no export does. Nothing was read."
            )
        if info.flag_bits & 1:
            raise ArchiveError("The zip is locked by a password. Unpack it yourself.")


def _member(packed: _Zip, info: zipfile.ZipInfo, *, alone: bool) -> Found:
    file = packed.file

    def opened() -> BinaryIO:
        try:
            return _Bounded(packed.open(info), info.compress_size)
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            raise ArchiveError(f"The zip is damaged: {error}. Get it again.") from error

    name = f"{file.path}: {info.filename}"
    return Found(name, file.named and alone, info.compress_size, opened)


def _refused(file: Found, reason: str) -> Found:
    def opened() -> BinaryIO:
        raise ArchiveError(reason)

    return Found(file.path, True, file.size, opened)


class _Bounded:
    """A packed file that is read; refuses to grow without end, whatever its own
    header says of its size."""

    def __init__(self, file: BinaryIO, packed_size: int) -> None:
        self._file = file
        self._most = min(LARGEST_UNPACKED, max(packed_size, 1 << 16) * MOST_SHRUNK)
        self._read = 0

    def __enter__(self) -> "_Bounded":
        return self

    def __exit__(self, *args) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        data = bytearray()
        try:
            while (left := size - len(data)) > 0 or size < 0:
                more = self._file.read1(left if size >= 0 else _PIECE)
                if not more:
                    break
                data += more
                self._grown(len(more))
        except EOFError as error:
            # What stands before the cut is given first, down to the last byte.
            if not data:
                raise Cut(
                    "The packed file ends in its middle: it was cut when it was saved "
                    "or copied. Get the whole file and import it again for the rest."
                ) from error
        except (zipfile.BadZipFile, zlib.error, OSError) as error:
            raise ArchiveError(
                f"The packed file is damaged: {error}. Get it again."
            ) from error
        return bytes(data)

    def _grown(self, number: int) -> None:
        self._read += number
        if self._read > self._most:
            raise ArchiveError(
                f"The file grew to more than {self._read:,} bytes while it was "
                "unpacked, far more than an export does. Nothing of it was imported. "
                "If you trust it, unpack it yourself and import what comes out."
            )


def _one_blog(found: list[Found], blog: str) -> list[Found]:
    """Of a Google Takeout the feeds of the blogs, or of the one that was chosen."""
    blogs: dict[str, None] = {}
    kept = []
    for file in found:
        path = file.path.replace("\\", "/").replace(": ", "/")
        if feed := _FEED.search(path):
            blogs[feed[1]] = None
            aside = "" if blog in ("", feed[1]) else "another blog of the Takeout"
        else:
            is_rest = _TAKEOUT.search(path) and not file.named
            aside = "of a Takeout only the blog's feed is read" if is_rest else ""
        kept.append(replace(file, aside=aside) if aside else file)
    if blog and blog not in blogs:
        names = ", ".join(f"“{name}”" for name in blogs) or "none"
        raise ArchiveError(
            f"There is no blog “{blog}” in what was named. Those there are: {names}."
        )
    if len(blogs) > 1 and not blog:
        names = ", ".join(f"--blog “{name}”" for name in blogs)
        raise ArchiveError(
            f"These are the exports of {len(blogs)} blogs. Say which one comes here: "
            f"{names}."
        )
    return kept


def read(file: Found, opened: BinaryIO, *, day_first: bool | None) -> SourceFile | Feed:
    """What the opened file holds.

    Raises ``ArchiveError`` if it cannot be read, with what to do about it, and
    ``NotAnArchive`` if it was not named itself and is plainly something else.
    """
    if file.aside:
        raise NotAnArchive(file.aside)
    kind = mimetypes.guess_type(file.path)[0] or ""
    if not file.named and kind.split("/")[0] in ("image", "audio", "video", "font"):
        raise NotAnArchive(f"a file of type {kind}")
    stream = _Headed(opened)
    if stream.head.startswith(_GZIP):
        packed = gzip.GzipFile(fileobj=stream)
        stream = _Headed(_Bounded(packed, max(file.size, 1)))
    if _is_html(stream.head):
        if not file.named:
            raise NotAnArchive("a page as HTML; only its text would be read")
        raise ArchiveError(
            "This is a page as HTML, which is not read. Save it from the browser as "
            "text, or copy all that it shows into a text file, and import that."
        )
    root = xml_stream.root_of(stream.head)
    if root is None:
        return _text(file, stream, day_first)
    for module in FEEDS:
        if module.looks_like(root, stream.head):
            return Feed(module.NAME, module.read(stream))
    if not file.named:
        raise NotAnArchive(f"XML of another kind (“{root.name}”)")
    raise ArchiveError(
        f"This is XML (its outermost element is “{root.name}”), but no export of "
        "Blogger, WordPress or Disqus. Name the file that one of these gave you, as it "
        "came."
    )


def _is_html(head: bytes) -> bool:
    at = 0
    while True:
        at = _SPACE.match(head, at).end()
        for begin, end in _BEFORE:
            if head.startswith(begin, at):
                at = head.find(end, at + len(begin)) + len(end)
                if at < len(end):
                    return False
                break
        else:
            return _HTML.match(head, at) is not None


def _text(file: Found, stream: "_Headed", day_first: bool | None) -> SourceFile:
    head = stream.head
    is_other = head.strip() and b"\0" not in head and not text.looks_like(head)
    if not file.named and is_other:
        raise NotAnArchive("no date line and no comments like those of a blog's page")
    kind = mimetypes.guess_type(file.path)[0] or ""
    if not file.named and b"\0" in head and kind.startswith("application/"):
        raise NotAnArchive(f"a file of type {kind}")
    if _JSON.match(head) and not text.looks_like(head):
        raise ArchiveError(
            "This is JSON, which is not read here. Export the blog once more without "
            "--format json, as Atom, and import that."
            if b'"format": "candour"' in head[:1000]
            else "This is JSON, which is no export that is read here. Name the feed, "
            "the backup or the text of a page instead."
        )
    data = stream.read(LARGEST_TEXT + 1)
    if len(data) > LARGEST_TEXT:
        raise ArchiveError(
            f"The file has more than {LARGEST_TEXT:,} bytes, the most that is read of "
            "a text dump. Split it, one page a file."
        )
    page = text.read(data, day_first=day_first)
    # Further down, where ``looks_like`` does not look, there may be comments.
    if is_other and not any(post.date or post.comments for post in page.posts):
        raise ArchiveError(
            "This is no page of a blog: it has no date line at its top and no comments "
            "like those of a blog's page. Name the text of a page of a post or of a "
            "label, or what Blogger, WordPress or Disqus exported."
        )
    return page


class _Headed:
    """A file whose beginning can be looked at before it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.head = b""
        while len(self.head) < _HEAD:
            more = self._file.read(_HEAD - len(self.head))
            if not more:
                break
            self.head += more
        self._left = self.head

    def read(self, size: int = -1) -> bytes:
        if self._left:
            if size < 0 or size > len(self._left):
                more = self._file.read(size if size < 0 else size - len(self._left))
                data, self._left = self._left + more, b""
                return data
            data, self._left = self._left[:size], self._left[size:]
            return data
        return self._file.read(size)
