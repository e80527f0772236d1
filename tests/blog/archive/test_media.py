"""Images from the owner's folder: what is copied of them, and how it is served."""

import hashlib
import io
import os
import re
import struct
import zlib

import pytest

from blog.archive import media
from blog.archive.images import NotAnImage, without_metadata
from blog.archive.media import Media
from blog.archive.model import ArchiveError
from blog.markup import OWN_IMAGE, sanitised

SECRET = b"SECRET 51.5074 N"


# --- images made by bytes ----------------------------------------------------------


def tiff(orientation: int = 1, order: str = "<") -> bytes:
    """EXIF with an orientation, a camera's name and a place."""
    entries = [(0x010F, 2, len(SECRET), 62), (0x0112, 3, 1, None), (0x8825, 4, 1, 62)]
    body = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}IH", 8, 3)
    for tag, kind, count, value in entries:
        body += struct.pack(f"{order}HHI", tag, kind, count)
        if value is None:
            body += struct.pack(f"{order}HH", orientation, 0)
        else:
            body += struct.pack(f"{order}I", value)
    return (body + b"\0" * 4).ljust(62, b"\0") + SECRET


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
QUANTA = segment(0xDB, bytes(65))
FRAME = segment(0xC0, struct.pack(">BHHB", 8, 3, 5, 1) + b"\1\x11\0")
CODES = segment(0xC4, bytes(20))
SCAN = segment(0xDA, b"\1\1\0\0\x3f\0") + b"abc\xff\0de\xff\xd0fg"
SECOND_SCAN = segment(0xDA, b"\1\1\0\0\x3f\0") + b"xyz"


def jpeg(
    *between: bytes, orientation: int = 1, frame: bytes = FRAME, after: bytes = b""
) -> bytes:
    return b"".join(
        (
            b"\xff\xd8",
            JFIF,
            segment(0xE1, b"Exif\0\0" + tiff(orientation)),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
            segment(0xED, b"Photoshop 3.0\0" + SECRET),
            segment(0xFE, SECRET),
            QUANTA,
            b"\xff",
            frame,
            CODES,
            SCAN,
            *between,
            b"\xff\xd9",
            after,
        )
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def header(width: int = 2, height: int = 1) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


PIXELS = chunk(b"IDAT", zlib.compress(b"\0ab"))
PNG_END = chunk(b"IEND", b"")


def png(*parts: bytes, start: bytes | None = None, after: bytes = b"") -> bytes:
    start = header() if start is None else start
    return b"".join((b"\x89PNG\r\n\x1a\n", start, *parts, PIXELS, PNG_END, after))


GIF_START = b"GIF89a" + struct.pack("<HHBBB", 2, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
GIF_LOOP = b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"
GIF_DELAY = b"!\xf9\x04\0\x0a\0\0\0"
GIF_PICTURE = b"," + struct.pack("<HHHHB", 0, 0, 2, 1, 0) + b"\x02\x02\x44\x01\0"
GIF_COMMENT = b"!\xfe" + bytes([len(SECRET)]) + SECRET + b"\0"
GIF_XMP = b"!\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET + b"\0"


def part(kind: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", kind, len(data)) + data + b"\0" * (len(data) % 2)


VP8L = part(b"VP8L", b"\x2f" + struct.pack("<I", 4 | 2 << 14) + b"pixel")
VP8 = part(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 5, 3) + b"pixels")


def vp8x(flags: int) -> bytes:
    return part(b"VP8X", bytes([flags, 0, 0, 0, 4, 0, 0, 2, 0, 0]))


def webp(*parts: bytes) -> bytes:
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


# --- what is left out, and that nothing else is ------------------------------------


@pytest.mark.parametrize(
    ("content", "extension", "stripped"),
    [
        (
            jpeg(segment(0xFE, SECRET), SECOND_SCAN, after=b"PK\3\4" + SECRET),
            "jpg",
            b"\xff\xd8"
            + JFIF
            + QUANTA
            + FRAME
            + CODES
            + SCAN
            + SECOND_SCAN
            + b"\xff\xd9",
        ),
        (
            png(
                chunk(b"tEXt", b"Author\0" + SECRET),
                chunk(b"zTXt", SECRET),
                chunk(b"iTXt", SECRET),
                chunk(b"tIME", SECRET),
                chunk(b"eXIf", tiff()),
                chunk(b"gAMA", b"\0\0\0\1"),
                after=SECRET,
            ),
            "png",
            png(chunk(b"gAMA", b"\0\0\0\1")),
        ),
        (
            GIF_START
            + GIF_LOOP
            + GIF_COMMENT
            + GIF_XMP
            + GIF_DELAY
            + GIF_PICTURE
            + GIF_COMMENT
            + b";"
            + SECRET,
            "gif",
            GIF_START + GIF_LOOP + GIF_DELAY + GIF_PICTURE + b";",
        ),
        (
            webp(vp8x(0x3C), VP8, part(b"EXIF", tiff()), part(b"XMP ", SECRET + b"odd"))
            + SECRET,
            "webp",
            webp(vp8x(0x30), VP8),
        ),
        (webp(VP8L, part(b"EXIF", tiff())), "webp", webp(VP8L)),
        (
            webp(
                vp8x(2),
                part(b"ANIM", bytes(6)),
                part(b"ANMF", bytes(16) + VP8L + part(b"note", SECRET)),
            ),
            "webp",
            webp(vp8x(2), part(b"ANIM", bytes(6)), part(b"ANMF", bytes(16) + VP8L)),
        ),
    ],
    ids=["jpeg", "png", "gif", "webp", "simple webp", "moving webp"],
)
def test_only_what_draws_the_picture_is_kept(content, extension, stripped):
    found, kind = without_metadata(content)
    assert kind == extension
    assert SECRET not in found
    assert found == stripped
    assert without_metadata(found) == (stripped, extension)


def test_colours_of_a_jpeg_are_kept_and_its_small_picture_is_not():
    profile = segment(0xE2, b"ICC_PROFILE\0\1\1profile")
    adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\1")
    other = segment(0xE2, b"MPF\0" + SECRET)
    small = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1" + b"rgb")
    content = b"\xff\xd8" + small + profile + adobe + other + FRAME + SCAN + b"\xff\xd9"
    assert without_metadata(content)[0] == (
        b"\xff\xd8" + JFIF + profile + adobe + FRAME + SCAN + b"\xff\xd9"
    )


SIDE = b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"


@pytest.mark.parametrize(
    "content",
    [
        jpeg(orientation=6),
        png(chunk(b"eXIf", tiff(6))),
        png(chunk(b"eXIf", tiff(6, ">"))),
        webp(vp8x(8), VP8, part(b"EXIF", tiff(6))),
        webp(vp8x(8), VP8, part(b"EXIF", b"Exif\0\0" + tiff(6))),
    ],
    ids=["jpeg", "png", "png, other order", "webp", "webp as jpeg"],
)
def test_which_side_is_up_is_kept_alone(content):
    found, kind = without_metadata(content)
    assert found.count(b"MM\0*\0\0\0\x08\0\x01" + SIDE + b"\0\0\0\0") == 1
    assert SECRET not in found
    assert without_metadata(found) == (found, kind)


@pytest.mark.parametrize(
    "exif", [b"", b"II*\0", tiff(9), b"MM\0*\xff\xff\xff\xff", tiff(6)[:20]]
)
def test_broken_exif_is_left_out(exif):
    assert without_metadata(png(chunk(b"eXIf", exif)))[0] == png()


WHOLE = [jpeg(), png(), GIF_START + GIF_PICTURE + b";", webp(VP8L), webp(vp8x(0), VP8)]


@pytest.mark.parametrize("content", WHOLE)
def test_a_part_of_an_image_is_refused(content):
    assert without_metadata(content)
    for length in range(len(content)):
        with pytest.raises(NotAnImage):
            without_metadata(content[:length])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>",
        b"<html><script>x</script></html>",
        b"%PDF-1.7",
        b"BM" + bytes(60),
        b"GIF89a=1;alert(1)//",
        b"GIF87aaa<script>alert(1)</script>;",
        b"\xff\xd8\xff\xe0/*<script>alert(1)</script>*/\xff\xd9",
        b"RIFF\x10\0\0\0WEBP<script>",
        b"RIFF\x10\0\0\0AVI LIST",
        png(start=b""),
        png(header()),
        png(chunk(b"BaDD", b"x")),
        png()[:-13] + b"x" + png()[-12:],
        b"\x89PNG\r\n\x1a\n" + header() + PNG_END,
        b"\xff\xd8" + FRAME + b"\xff\xd9",
        b"\xff\xd8" + SCAN + b"\xff\xd9",
        b"\xff\xd8" + FRAME + FRAME + SCAN + b"\xff\xd9",
        GIF_START + b";",
        webp(vp8x(0)),
        webp(part(b"EXIF", tiff()), VP8),
        webp(part(b"VP8L", b"xxxxxxxx")),
        webp(part(b"VP8 ", b"xxxxxxxxxxxx")),
    ],
)
def test_what_is_no_whole_image_is_refused(content):
    with pytest.raises(NotAnImage):
        without_metadata(content)


@pytest.mark.parametrize(
    "content",
    [
        png(start=header(10_001, 10_000)),
        png(start=header(0, 1)),
        png(start=header(2**32 - 1, 2**32 - 1)),
        jpeg(frame=segment(0xC2, struct.pack(">BHHB", 8, 65535, 65535, 1))),
        jpeg(frame=segment(0xC2, struct.pack(">BHHB", 8, 0, 5, 1))),
        b"GIF89a\xff\xff\xff\xff\0\0\0" + GIF_PICTURE + b";",
        webp(part(b"VP8X", b"\0\0\0\0" + b"\xff" * 6), VP8),
    ],
)
def test_an_image_without_a_size_or_of_a_monstrous_one_is_refused(content):
    with pytest.raises(NotAnImage, match="pixels"):
        without_metadata(content)


# --- the folder --------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "given" / "deep" / "er").mkdir(parents=True)
    return tmp_path / "given"


@pytest.fixture
def store(tmp_path):
    return tmp_path / "kept" / "media"


def address(content: bytes) -> str:
    stripped, extension = without_metadata(content)
    return f"/media/{hashlib.sha256(stripped).hexdigest()[:32]}.{extension}"


def test_an_image_is_copied_without_its_metadata(folder, store):
    (folder / "deep" / "er" / "Photo 1.JPG").write_bytes(jpeg())
    body = "<p><img alt=x src='http://a.uk/s320/photo%201.jpg?y' width=3>z</p>"
    found = Media(folder, store).adopt(body)
    ours = address(jpeg())
    assert found == (f'<p><img alt=x src="{ours}" width=3>z</p>', [], [])
    assert OWN_IMAGE.fullmatch(ours)
    copy = store / ours.removeprefix("/media/")
    assert copy.read_bytes() == without_metadata(jpeg())[0]
    assert copy.stat().st_mode & 0o777 == 0o644
    assert list(store.iterdir()) == [copy]
    assert f'src="{ours}"' in sanitised(found[0])


def test_a_copy_is_made_once_and_never_written_over(folder, store):
    (folder / "a.png").write_bytes(png())
    Media(folder, store).adopt("<img src=a.png>")
    (copy,) = store.iterdir()
    copy.write_bytes(b"other")
    Media(folder, store).adopt("<img src=a.png>")
    assert copy.read_bytes() == b"other"


def test_a_dry_run_says_the_same_and_writes_nothing(folder, store):
    (folder / "a.png").write_bytes(png())
    body = "<img src=a.png><img src=b.png>"
    dry = Media(folder, store, dry_run=True).adopt(body)
    assert not store.exists()
    assert Media(folder, store).adopt(body) == dry


def test_the_type_is_that_of_the_content(folder, store):
    (folder / "a.jpg").write_bytes(png())
    body, _, _ = Media(folder, store).adopt("<img src=a.jpg>")
    assert body == f'<img src="{address(png())}">'
    assert address(png()).endswith(".png")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg onload=x></svg>"),
        ("a.png", b"<html><script>x</script>"),
        ("a.gif", b"GIF89a/*<script>x</script>*/;"),
    ],
)
def test_what_is_no_image_is_named_and_not_copied(folder, store, name, content):
    (folder / name).write_bytes(content)
    own = Media(folder, store)
    body = f"<a href={name}><img src={name}></a>"
    assert own.adopt(body) == (body, [], [])
    assert list(own.refused) == [name]
    assert not store.exists()


def test_a_file_too_long_is_refused_unread(folder, store):
    with (folder / "a.png").open("wb") as file:
        file.write(png())
        file.truncate(media.MOST_BYTES + 1)
    own = Media(folder, store)
    own.adopt("<img src=a.png>")
    assert own.refused == {"a.png": "more than 32 MB"}


def test_names_of_several_images_are_ambiguous(folder, store):
    (folder / "a.png").write_bytes(png())
    (folder / "deep" / "A.PNG").write_bytes(png(chunk(b"gAMA", b"\0\0\0\1")))
    body = "<img src=x/a.png><img src=y/a.png>"
    assert Media(folder, store).adopt(body) == (body, ["a.png"], [])
    assert not store.exists()


def test_the_same_image_twice_is_one(folder, store):
    (folder / "a.png").write_bytes(png())
    (folder / "deep" / "a.png").write_bytes(png())
    (folder / "other.png").write_bytes(png(chunk(b"tEXt", SECRET)))
    body, *rest = Media(folder, store).adopt("<img src=a.png><img src=other.png>")
    assert body == f'<img src="{address(png())}">' * 2
    assert rest == [[], []]
    assert len(list(store.iterdir())) == 1


def test_names_that_are_not_found(folder, store):
    body = (
        "<img src=http://a.uk/b.png><img src='http://a.uk/b.png?c'><img src=data:x>"
        f"<img src=http://a.uk/><img><img src=><img src='{address(png())}'>"
        "<a href=page.html>x</a>"
    )
    assert Media(folder, store).adopt(body) == (body, [], ["b.png"])


def test_links_and_pipes_are_no_files(folder, store, tmp_path):
    (tmp_path / "outside.png").write_bytes(png())
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    (folder / "up").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.png")
    body = "<img src=link.png><img src=outside.png><img src=pipe.png>"
    _, _, missing = Media(folder, store).adopt(body)
    assert missing == ["link.png", "outside.png", "pipe.png"]


def test_a_file_that_became_a_link_is_not_read(folder, store, tmp_path):
    (tmp_path / "outside.png").write_bytes(png())
    (folder / "a.png").write_bytes(png())
    own = Media(folder, store)
    (folder / "a.png").unlink()
    (folder / "a.png").symlink_to(tmp_path / "outside.png")
    assert own.adopt("<img src=a.png>")[0] == "<img src=a.png>"
    assert own.refused == {"a.png": "unreadable"}


def test_too_many_files_or_no_folder(folder, store, monkeypatch):
    with pytest.raises(ArchiveError, match="cannot be read"):
        Media(folder / "none", store)
    monkeypatch.setattr(media, "MOST_FILES", 2)
    for name in "ab":
        (folder / name).touch()
    Media(folder, store)
    (folder / "deep" / "c").touch()
    with pytest.raises(ArchiveError, match="more than 2 files"):
        Media(folder, store)


# --- the text ----------------------------------------------------------------------


@pytest.fixture
def own(folder, store):
    (folder / "big.jpg").write_bytes(jpeg())
    (folder / "small.jpg").write_bytes(jpeg(SECOND_SCAN))
    (folder / "page.html").write_bytes(b"<html>")
    (folder / "Café & co.png").write_bytes(png())
    return Media(folder, store)


BIG = address(jpeg())
SMALL = address(jpeg(SECOND_SCAN))


@pytest.mark.parametrize(
    ("body", "adopted"),
    [
        (
            "<a href=/s1600/big.jpg><img src=/s320/small.jpg></a>",
            f'<a href="{BIG}"><img src="{SMALL}"></a>',
        ),
        (
            "<A\nHREF = \"http://a.uk/big.jpg\"><b><IMG SRC='x/small.jpg'/></b></A>",
            f'<A\nHREF = "{BIG}"><b><IMG SRC="{SMALL}"/></b></A>',
        ),
        (
            "<a href=page.html><img src=small.jpg></a>",
            f'<a href=page.html><img src="{SMALL}"></a>',
        ),
        ("<a href=big.jpg>words</a>", None),
        (
            "<a href=big.jpg>words</a><img src=small.jpg>",
            f'<a href=big.jpg>words</a><img src="{SMALL}">',
        ),
        (
            '<img title="a src=big.jpg>" data-src=big.jpg src="small.jpg" src=big.jpg>',
            f'<img title="a src=big.jpg>" data-src=big.jpg src="{SMALL}" src=big.jpg>',
        ),
        (
            "<img src='Caf%C3%A9 &amp; co.png'><img src='cafe\u0301 & co.png'>",
            f'<img src="{address(png())}">' * 2,
        ),
        ("<imgs src=big.jpg><image src=big.jpg>", None),
        ("<img src=big.jpg", None),
        ("<img src='big.jpg>", None),
        ("plain big.jpg text", None),
    ],
)
def test_addresses_in_a_text(own, body, adopted):
    assert own.adopt(body)[0] == (body if adopted is None else adopted)


def test_a_link_round_an_image_lives_when_it_is_ours(own):
    body = own.adopt("<a href=/s1600/big.jpg><img src=/s320/small.jpg></a>")[0]
    assert re.findall(r'(?:src|href)="([^"]*)"', sanitised(body)) == [BIG, SMALL]


@pytest.mark.parametrize("unit", ["<img ", "<img '", "<a \"'", "<a href=", "<img a= "])
def test_broken_texts_are_read(own, unit):
    body = unit * 20_000
    assert own.adopt(body)[0] == body


# --- how they are served -----------------------------------------------------------

NAME = "0123456789abcdef" * 2


@pytest.fixture
def served(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (tmp_path / f"{NAME}.png").write_bytes(b"outside")
    return settings.MEDIA_ROOT


@pytest.mark.parametrize(
    ("extension", "kind"),
    [
        ("jpg", "image/jpeg"),
        ("png", "image/png"),
        ("gif", "image/gif"),
        ("webp", "image/webp"),
    ],
)
def test_an_image_is_served(client, served, extension, kind):
    (served / f"{NAME}.{extension}").write_bytes(b"content")
    response = client.get(f"/media/{NAME}.{extension}")
    assert b"".join(response.streaming_content) == b"content"
    assert response.headers["Content-Type"] == kind
    assert response.headers["Content-Length"] == "7"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert not response.cookies


def test_head_has_the_headers_alone(client, served):
    (served / f"{NAME}.gif").write_bytes(b"content")
    response = client.head(f"/media/{NAME}.gif")
    assert response.status_code == 200
    assert response.headers["Content-Length"] == "7"
    assert io.BytesIO(b"".join(response)).read() == b""


@pytest.mark.parametrize(
    "name",
    [
        f"{NAME}.png",
        f"{NAME}.svg",
        f"{NAME}.html",
        f"{NAME.upper()}.png",
        f"{NAME}.png%0A",
        f"{NAME[1:]}.png",
        f"../{NAME}.png",
        f"..%2f{NAME}.png",
        f"%2e%2e/{NAME}.png",
        f"x/{NAME}.png",
        f"{NAME}.png/",
        "",
        ".",
        "..",
        "%00",
    ],
)
@pytest.mark.django_db
def test_there_is_nothing_else(client, served, name):
    (served / f"{NAME}.svg").write_bytes(b"content")
    (served / f"{NAME}.html").write_bytes(b"content")
    assert client.get(f"/media/{name}").status_code == 404


def test_nothing_can_be_sent_there(client, served):
    (served / f"{NAME}.png").write_bytes(b"content")
    assert client.post(f"/media/{NAME}.png").status_code == 405
    assert client.delete(f"/media/{NAME}.png").status_code == 405
