"""An image -> the parts of it that draw it. Pure.

Where and when a picture was taken, with which camera, by whom, and what follows its end
is left out. Nothing is drawn anew, so that pixels stay as they were.
"""

import re
import struct
import zlib
from collections.abc import Iterator

MOST_PIXELS = 100_000_000


class NotAnImage(Exception):
    """Bytes that are none of the four kinds of image, or not a whole one."""


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
