"""Images of an old blog from a folder of the owner's -> copies of this site.

A file is an image by what is in it, whatever its name says, and its copy has only the
parts that draw it: where and when a picture was taken, with which camera, by whom, and
what follows its end is left out. Nothing is drawn anew, so that pixels stay as they
were. The name of a copy is made of its content, so that no two copies are the same.
"""

import hashlib
import os
import re
import stat
import struct
import tempfile
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote

from blog.markup import OWN_IMAGE

from .model import ArchiveError

MOST_FILES = 100_000
MOST_BYTES = 32 * 1024 * 1024
MOST_PIXELS = 100_000_000

_TAG = re.compile(
    r"""<(?:(?P<img>img)|(?P<a>a)|(?P<end>/a))(?=[\s/>])"""
    r"""(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""",
    re.I,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+))?""")


class NotAnImage(Exception):
    """Bytes that are none of the four kinds of image, or not a whole one."""


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


# --- what is in an image -----------------------------------------------------------


def without_metadata(content: bytes) -> tuple[bytes, str]:
    """An image with the parts alone that draw it, and the extension of its kind."""
    for extension, mark, strip in (
        ("jpg", b"\xff\xd8\xff", _jpeg),
        ("png", b"\x89PNG\r\n\x1a\n", _png),
        ("gif", b"GIF8", _gif),
        ("webp", b"RIFF", _webp),
    ):
        if content.startswith(mark):
            try:
                return strip(content), extension
            except (struct.error, IndexError):
                raise NotAnImage("its end is missing") from None
    raise NotAnImage("neither JPEG, PNG, GIF nor WebP")


def _check_size(width: int, height: int) -> None:
    if not 0 < width * height <= MOST_PIXELS:
        raise NotAnImage(f"{width} × {height} pixels")


def _orientation(tiff: bytes) -> bytes:
    """EXIF that says which side is up and nothing else; empty if it is the first."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return b""
    try:
        (place,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, place)
        for entry in range(place + 2, place + 2 + 12 * count, 12):
            tag, kind, values, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if (tag, kind, values) == (0x0112, 3, 1) and 2 <= value <= 8:
                return struct.pack(
                    ">4sIHHHIHHI", b"MM\0*", 8, 1, 0x0112, 3, 1, value, 0, 0
                )
    except struct.error:
        pass
    return b""


_JPEG_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Tables, frames and scans; an ICC profile and Adobe's note tell what colours mean.
_JPEG_KEPT = _JPEG_FRAMES | {0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF}


def _jpeg(content: bytes) -> bytes:
    out: list[bytes] = []
    exif = b""
    place, frames, scans = 2, 0, 0
    while True:
        if content[place] != 0xFF:
            raise NotAnImage("a broken JPEG")
        marker = content[place + 1]
        if marker == 0xFF:  # padding
            place += 1
            continue
        if marker == 0xD9:
            break
        (length,) = struct.unpack_from(">H", content, place + 2)
        end = place + 2 + length
        data = content[place + 4 : end]
        if length < 2 or end > len(content):
            raise NotAnImage("a broken JPEG")
        if marker in _JPEG_FRAMES:
            frames += 1
            height, width = struct.unpack_from(">HH", data, 1)
            _check_size(width, height)
        if marker == 0xE1 and data.startswith(b"Exif\0\0"):
            exif = exif or _orientation(data[6:])
        if marker == 0xDA:
            scans += 1
            # Its data has no length: it goes on to the next marker.
            following = _JPEG_MARKER.search(content, end)
            end = following.start() if following else len(content)
        if (
            marker in _JPEG_KEPT
            or (marker == 0xE2 and data.startswith(b"ICC_PROFILE\0"))
            or (marker == 0xEE and data.startswith(b"Adobe") and length == 14)
        ):
            out.append(content[place:end])
        elif marker == 0xE0 and data.startswith(b"JFIF\0") and length >= 16:
            # Without the small picture that may follow.
            out.append(b"\xff\xe0\0\x10" + data[:12] + b"\0\0")
        place = end
    if frames != 1 or not scans:
        raise NotAnImage("a JPEG without a picture")
    if exif:
        size = struct.pack(">H", len(exif) + 8)
        first = 1 if out[0].startswith(b"\xff\xe0") else 0
        out.insert(first, b"\xff\xe1" + size + b"Exif\0\0" + exif)
    return b"\xff\xd8" + b"".join(out) + b"\xff\xd9"


# The parts that draw, those that tell what colours mean, and those of animations.
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD hIST pHYs "
    b"acTL fcTL fdAT".split()
)


def _png(content: bytes) -> bytes:
    out = [content[:8]]
    place, drawn = 8, False
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        data = content[place + 8 : end - 4]
        (check,) = struct.unpack_from(">I", content, end - 4)
        if check != zlib.crc32(kind + data) or (place == 8) != (kind == b"IHDR"):
            raise NotAnImage("a broken PNG")
        if kind == b"IEND" and data:
            raise NotAnImage("a broken PNG")
        if kind == b"IHDR":
            _check_size(*struct.unpack_from(">II", data))
        drawn |= kind == b"IDAT"
        if kind in _PNG_KEPT:
            out.append(content[place:end])
        elif kind == b"eXIf" and (exif := _orientation(data)):
            part = kind + exif
            out.append(struct.pack(">I", len(exif)) + part)
            out.append(struct.pack(">I", zlib.crc32(part)))
        elif kind[:1].isupper():
            raise NotAnImage("an unknown kind of PNG")
        place = end
    if not drawn:
        raise NotAnImage("a PNG without a picture")
    return b"".join(out)


def _gif(content: bytes) -> bytes:
    if content[:6] not in (b"GIF87a", b"GIF89a"):
        raise NotAnImage("a broken GIF")
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    _check_size(width, height)
    place = 13 + _gif_colours(flags)
    out = [content[:place]]
    drawn = False
    while (kind := content[place]) != 0x3B:
        if kind == 0x2C:
            (flags,) = struct.unpack_from("B", content, place + 9)
            end = _after_gif_blocks(content, place + 11 + _gif_colours(flags))
            keep = drawn = True
        elif kind == 0x21:
            end = _after_gif_blocks(content, place + 2)
            # How long a picture stays, and how often all are shown again.
            keep = (content[place + 1 : place + 3], end - place) == (b"\xf9\4", 8) or (
                content[place + 1 : place + 16]
                in (b"\xff\x0bNETSCAPE2.0\x03\x01", b"\xff\x0bANIMEXTS1.0\x03\x01")
                and end - place == 19
            )
        else:
            raise NotAnImage("a broken GIF")
        if keep:
            out.append(content[place:end])
        place = end
    if not drawn:
        raise NotAnImage("a GIF without a picture")
    return b"".join(out) + b";"


def _gif_colours(flags: int) -> int:
    """The length of a table of colours."""
    return 3 * 2 ** (flags % 8 + 1) if flags & 0x80 else 0


def _after_gif_blocks(content: bytes, place: int) -> int:
    while content[place]:
        place += content[place] + 1
    return place + 1


_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))


def _webp(content: bytes) -> bytes:
    length, mark = struct.unpack_from("<I4s", content, 4)
    if mark != b"WEBP" or length + 8 > len(content):
        raise NotAnImage("a broken WebP")
    parts = list(_webp_parts(content, 12, length + 8))
    kinds = [kind for kind, _ in parts]
    if kinds[:1] not in ([b"VP8X"], [b"VP8 "], [b"VP8L"]):
        raise NotAnImage("a broken WebP")
    if not {b"VP8 ", b"VP8L", b"ANMF"} & set(kinds):
        raise NotAnImage("a WebP without a picture")
    kept = [part for part in parts if part[0] in _WEBP_KEPT]
    exif = b""
    if kinds[0] == b"VP8X":
        # EXIF in a WebP may begin as in a JPEG.
        given = dict(parts).get(b"EXIF", b"").removeprefix(b"Exif\0\0")
        exif = _orientation(given)
        header = bytearray(kept[0][1][:10])
        header[0] = header[0] & ~0x0C | (0x08 if exif else 0)
        kept[0] = (b"VP8X", bytes(header))
    if exif:
        kept.append((b"EXIF", exif))
    for kind, data in kept:
        _check_size(*_webp_size(kind, data))
    body = b"WEBP" + b"".join(
        _webp_part(kind, _frame(kind, data)) for kind, data in kept
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_parts(content: bytes, place: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    while place < end:
        kind, length = struct.unpack_from("<4sI", content, place)
        if place + 8 + length > end:
            raise NotAnImage("a broken WebP")
        yield kind, content[place + 8 : place + 8 + length]
        place += 8 + length + length % 2


def _webp_part(kind: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(data)) + data + b"\0" * (len(data) % 2)


def _frame(kind: bytes, data: bytes) -> bytes:
    """A frame of an animation has parts of its own; all others are as they are."""
    if kind != b"ANMF":
        return data
    return data[:16] + b"".join(
        _webp_part(*part)
        for part in _webp_parts(data, 16, len(data))
        if part[0] in (b"ALPH", b"VP8 ", b"VP8L")
    )


def _webp_size(kind: bytes, data: bytes) -> tuple[int, int]:
    """Width and height as a part says them; 1 × 1 of a part that does not."""
    if kind == b"VP8X":
        low, high, wide, tall = struct.unpack_from("<HBHB", data, 4)
        return (low | high << 16) + 1, (wide | tall << 16) + 1
    if kind == b"VP8L":
        mark, bits = struct.unpack_from("<BI", data)
        if mark != 0x2F:
            raise NotAnImage("a broken WebP")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        mark, width, height = struct.unpack_from("<3sHH", data, 3)
        if mark != b"\x9d\x01\x2a":
            raise NotAnImage("a broken WebP")
        return width & 0x3FFF, height & 0x3FFF
    return 1, 1
