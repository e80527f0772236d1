"""Feeds a format's reader with damaged files: it may refuse them and nothing else.

Whatever is not refused with an ``ArchiveError`` is a fault: its input is written to a
temporary file, and the run ends with exit status 1.

    python bench/fuzz.py takeout --seconds 60 [--seed 1]
"""

import argparse
import importlib
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from blog.archive.model import ArchiveError  # noqa: E402 - the path comes first

FORMATS = {
    "text": "blog.archive.formats.text",
    "takeout": "blog.archive.formats.takeout",
    "backup": "blog.archive.formats.blogger_backup",
    "wordpress": "blog.archive.formats.wordpress",
    "disqus": "blog.archive.formats.disqus",
}
SAMPLES = ROOT.parent / "shared" / "samples"
# Large files make few runs: of longer samples only pieces are taken.
LARGEST_SEED = 6_000

ATOM = (
    b"<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom' "
)
SEEDS = {
    "text": (
        b"Friday, 2 September 2022\n\nTitle\n\nBody.\n\n2 comments:\n\n  1. One\n"
        b"    more\n\n    ReplyDelete\n    Replies\n    1. Two\n\n      Delete\n",
        b"Showing posts with label X. Show all posts\n\nFriday, 2 September 2022\n\n"
        b"One\n\nBody\n\nThursday, 1 September 2022\n\nTwo\n\n  \xe2\x80\xa2 Item\n",
        b"2.9.2022\n\nT\n\nB\n\n1 comment:\n\nTom said...\n\nHi\n\n12:48 PM\n",
    ),
    "takeout": (
        ATOM + b"xmlns:blogger='http://schemas.google.com/blogger/2018' xmlns:candour="
        b"'https://candour.example/archive/1'>\n<entry><id>tag:blogger.com,1999:blog-1"
        b".post-2</id><blogger:parent>tag:blogger.com,1999:blog-1.post-1"
        b"</blogger:parent><blogger:inReplyTo/><blogger:type>COMMENT</blogger:type>"
        b"<blogger:status>LIVE</blogger:status><author><name>A &amp; B</name>"
        b"<blogger:type>ANONYMOUS</blogger:type></author><content type='html'>Yes"
        b"&lt;br /&gt;</content><published>2024-05-06T07:08:09.1Z</published>"
        b"<blogger:trashed/><candour:state>live</candour:state><candour:text> x\n"
        b"</candour:text><candour:written recorded='no'/></entry>\n<entry><id>"
        b"tag:blogger.com,1999:blog-1.post-1</id><blogger:type>POST</blogger:type>"
        b"<blogger:status>SCHEDULED</blogger:status><title>T&amp;amp;#39;</title>"
        b"<content type='html'>&lt;b&gt;a&lt;/b&gt;\nb</content><published>2024-05-06"
        b"T07:08:09Z</published><category term='L'/><blogger:filename>/a.html"
        b"</blogger:filename><enclosure href='x'/><candour:published precision='day'>"
        b"2022-09-02</candour:published><candour:comments declared='12'/></entry>"
        b"</feed>",
    ),
    "backup": (
        ATOM + b"xmlns:gd='http://schemas.google.com/g/2005' xmlns:thr="
        b"'http://purl.org/syndication/thread/1.0'><entry><id>tag:blogger.com,1999:"
        b"blog-1.settings.BLOG_CONVERT_LINE_BREAKS</id><category scheme='http://schemas."
        b"google.com/g/2005#kind' term='x#settings'/><content>true</content></entry>\n"
        b"<entry><id>tag:blogger.com,1999:blog-1.post-1</id><published>2099-05-06T07:08"
        b":09.123-07:00</published><app:control><app:draft>yes</app:draft></app:control>"
        b"<category scheme='http://schemas.google.com/g/2005#kind' term='x#post'/>"
        b"<title>T</title><content type='html'>a\nb</content><link rel='alternate' "
        b"href='http://x.example/a'/><thr:total>1</thr:total></entry>\n<entry><id>tag:"
        b"blogger.com,1999:blog-1.post-2</id><published>2016-05-06T07:08:09Z</published>"
        b"<category scheme='http://schemas.google.com/g/2005#kind' term='x#comment'/>"
        b"<content>Yes</content><link rel='related' href='/comments/default/3'/>"
        b"<author><name>Anonymous</name></author><thr:in-reply-to ref='tag:blogger.com,"
        b"1999:blog-1.post-1'/><gd:extendedProperty name='blogger.contentRemoved' "
        b"value='true'/></entry></feed>",
    ),
    "wordpress": (
        b"<?xml version='1.0'?><rss version='2.0' xmlns:wp='http://wordpress.org/export/"
        b"1.2/' xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc="
        b"'http://purl.org/dc/elements/1.1/'><channel><title>B</title><link>http://x."
        b"example</link><wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>http://x."
        b"example</wp:base_site_url><wp:author><wp:author_login>a</wp:author_login>"
        b"<wp:author_display_name><![CDATA[A &amp; B]]></wp:author_display_name>"
        b"</wp:author>\n<item><title>T</title><link>http://x.example/t/</link>"
        b'<dc:creator>a</dc:creator><content:encoded><![CDATA[one\n\n<!-- wp:x {"a":1}'
        b' -->two[gallery ids="1"]\n<pre>x</pre>]]></content:encoded><wp:post_id>5'
        b"</wp:post_id><wp:post_date>2020-01-02 03:04:05</wp:post_date>"
        b"<wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt>"
        b"<wp:post_name>t</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type><wp:post_parent"
        b">0</wp:post_parent><wp:post_password/><category domain='post_tag' nicename="
        b"'l'>L</category><wp:comment><wp:comment_id>7</wp:comment_id><wp:comment_author"
        b">&amp;laquo;C</wp:comment_author><wp:comment_date_gmt>2020-01-03 03:04:05"
        b"</wp:comment_date_gmt><wp:comment_content>Yes\nno</wp:comment_content>"
        b"<wp:comment_approved>1</wp:comment_approved><wp:comment_type/><wp:"
        b"comment_parent>6</wp:comment_parent></wp:comment></item></channel></rss>",
    ),
    "disqus": (
        b"<?xml version='1.0'?><disqus xmlns='http://disqus.com' xmlns:dsq='http://"
        b"disqus.com/disqus-internals'><category dsq:id='1'><forum>f</forum><title>G"
        b"</title></category>\n<thread dsq:id='2'><id/><forum>f</forum>"
        b"<category dsq:id='1'/><link>http://x.example/a?m=1</link><title>T</title><message/><createdAt>"
        b"2015-01-02T03:04:05Z</createdAt><author><name>A</name></author><isClosed>false"
        b"</isClosed><isDeleted>false</isDeleted></thread>\n<post dsq:id='3'><id/>"
        b"<message><![CDATA[<p>Yes</p>]]></message><createdAt>2015-01-03T03:04:05Z"
        b"</createdAt><isDeleted>true</isDeleted><isSpam>false</isSpam><author><name>B"
        b"</name><isAnonymous>true</isAnonymous></author><thread dsq:id='2'/></post>\n"
        b"<post dsq:id='4'><message>No</message><createdAt>2015-01-03T03:04:06Z"
        b"</createdAt><isDeleted>false</isDeleted><isSpam>true</isSpam><thread"
        b" dsq:id='2'/><parent dsq:id='3'/></post></disqus>",
    ),
}

JUNK = (
    *(b"\0", b"\x01", b"\x0b", b"\x1f", b"\x7f", b"\xff", b"\xc3", b"\xed\xa0\x80"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xc2\xa0", "\u2028".encode(), "😀".encode()),
    *(b"&#0;", b"&#x1f;", b"&#xD800;", b"&#xFFFF;", b"&#x110000;", b"&nbsp;", b"&"),
    *(b"&amp;#" + b"9" * 5000 + b";", b"&amp;#xFFFFFFFF;", b"&amp;#0;", b"&amp;nbsp;"),
    *(b"<", b">", b"'", b'"', b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?", b"?>"),
    *(b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<x>", b"</x>", b"<x/>", b"<x:y z:w=''/>"),
    *(b"<x xmlns='urn:x'>", b" xmlns:app=''", b"<p>" * 300, b"&lt;", b"&lt;p&gt;"),
    *(b"\n", b"\r", b"\r\n", b"\n\n", b" " * 50, b"\t", b"a" * 5000, b"\n" * 500),
    *(b"0", b"-1", b"9" * 30, b"9" * 5000, b"1e999", b"NaN", b"0x10", b"\xd9\xa3"),
    *(b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"2024-02-30"),
    *(b"0000-00-00 00:00:00", b"31/12/99", b"24:00:60", b"+99:99", b"Z"),
    *(b"http://[::1", b"//", b"javascript:", b"http://x:99999999/", b"?", b"#", b"%00"),
)
_TAGS = re.compile(rb"</?[\w:.-]+[^<>]*>|\n+")
_NUMBERS = re.compile(rb"[0-9]+")
_VALUES = re.compile(rb">[^<>]+<|'[^'<>]*'")
_LEAVES = re.compile(rb"<([\w:]+)(?:\s[^<>]*)?(?:/>|>[^<>]*</\1>)")
_ENTRIES = re.compile(rb"<(entry|item|thread|post)\b.*?</\1>", re.S)
_ENCODINGS = ("utf-16", "utf-16-le", "utf-8-sig", "utf-32", "cp1252")


def seeds(name: str, module: ModuleType) -> list[bytes]:
    """Built-in documents and, where they are, samples of the same format."""
    found = list(SEEDS[name])
    for path in sorted(SAMPLES.rglob("*")) if SAMPLES.is_dir() else ():
        if (path.suffix == ".txt") != (name == "text") or not path.is_file():
            continue
        data = path.read_bytes()
        if name == "text" or (path.suffix != ".md" and _is_of(module, data)):
            found.append(data)
            found += _shortened(data)
    return found


def _is_of(module: ModuleType, data: bytes) -> bool:
    xml_stream = importlib.import_module("blog.archive.formats.xml_stream")
    try:
        root = xml_stream.root_of(data[:65536])
    except ArchiveError:
        return False
    return root is not None and module.looks_like(root, data[:65536])


def _shortened(data: bytes) -> list[bytes]:
    """Of a long document its frame, with a few small entries from all over it."""
    entries = list(_ENTRIES.finditer(data))
    if len(data) <= LARGEST_SEED or not entries:
        return []
    head, tail = data[: entries[0].start()][:LARGEST_SEED], data[entries[-1].end() :]
    small = [found[0] for found in entries if len(found[0]) < LARGEST_SEED // 3]
    return [head + b"".join(small[at::4][:3]) + tail for at in range(4)]


def mutate(random: Random, document: bytes, others: list[bytes]) -> bytes:
    """The document with one to eight changes."""
    data = document
    # Half of them mostly stay well-formed: they come further than to the parser.
    changes = random.choice((CHANGES, WHOLE_CHANGES))
    for _ in range(random.choice((1, 1, 2, 2, 3, 4, 8))):
        data = random.choice(changes)(random, data, random.choice(others))
    if random.random() < 0.02:
        text = data.decode("utf-8", "replace")
        data = text.encode(random.choice(_ENCODINGS), "replace")
    return data


def _place(random: Random, data: bytes) -> int:
    return random.randrange(len(data) + 1)


def _piece(random: Random, data: bytes) -> tuple[int, int]:
    """A piece of the document, mostly a short one."""
    at = _place(random, data)
    return at, min(len(data), at + random.choice((1, 1, 3, 10, 50, 500)))


def _find(random: Random, pattern: re.Pattern[bytes], data: bytes) -> tuple[int, int]:
    """Where the pattern is found, from some place on; an empty piece if nowhere."""
    found = pattern.search(data, _place(random, data)) or pattern.search(data)
    return found.span() if found else (0, 0)


def flip(random: Random, data: bytes, other: bytes) -> bytes:
    at = _place(random, data)
    flipped = bytes((data[at] ^ 1 << random.randrange(8),)) if at < len(data) else b""
    return data[:at] + flipped + data[at + 1 :]


def cut(random: Random, data: bytes, other: bytes) -> bytes:
    # Not always, or little would be left to be read.
    return data[: _place(random, data)] if random.random() < 0.3 else data


def insert(random: Random, data: bytes, other: bytes) -> bytes:
    at = _place(random, data)
    return data[:at] + random.choice(JUNK) + data[at:]


def delete(random: Random, data: bytes, other: bytes) -> bytes:
    at, end = _piece(random, data)
    return data[:at] + data[end:]


def duplicate(random: Random, data: bytes, other: bytes) -> bytes:
    at, end = _piece(random, data)
    return data[:at] + data[at:end] * random.choice((2, 2, 3, 20)) + data[end:]


def splice(random: Random, data: bytes, other: bytes) -> bytes:
    at, (start, end) = _place(random, data), _piece(random, other)
    return data[:at] + other[start:end] + data[at:]


def replace_value(random: Random, data: bytes, other: bytes) -> bytes:
    """A text or an attribute by another value, so that the XML mostly stays whole."""
    at, end = _find(random, _VALUES, data)
    start, stop = _find(random, _VALUES, other)
    if random.random() < 0.5:
        return data[: at + 1] + random.choice(JUNK) + data[max(at + 1, end - 1) :]
    return data[: at + 1] + other[start + 1 : stop - 1] + data[max(at + 1, end - 1) :]


def replace_number(random: Random, data: bytes, other: bytes) -> bytes:
    at, end = _find(random, _NUMBERS, data)
    number = random.choice((b"0", b"-1", b"13", b"32", b"61", b"9" * 20, b"9" * 5000))
    return data[:at] + number + data[end:]


def swap_tags(random: Random, data: bytes, other: bytes) -> bytes:
    (at, end), (start, stop) = sorted(_find(random, _TAGS, data) for _ in range(2))
    if end > start:
        return data
    return data[:at] + data[start:stop] + data[end:start] + data[at:end] + data[stop:]


def move_block(random: Random, data: bytes, other: bytes) -> bytes:
    """Whole elements, or lines: left out, doubled, at another place, or another
    document's."""
    pattern = random.choice((_LEAVES, _LEAVES, _ENTRIES, _TAGS))
    at, end = _find(random, pattern, data)
    kept = data if random.random() < 0.4 else data[:at] + data[end:]
    if random.random() < 0.3:
        return kept
    block = data[at:end]
    if random.random() < 0.3:
        start, stop = _find(random, pattern, other)
        block = other[start:stop]
    target, _ = _find(random, random.choice((_LEAVES, pattern)), kept)
    return kept[:target] + block + kept[target:]


Change = Callable[[Random, bytes, bytes], bytes]
WHOLE_CHANGES: tuple[Change, ...] = (replace_value, replace_number, move_block)
CHANGES: tuple[Change, ...] = (
    *(flip, cut, insert, delete, duplicate, splice, swap_tags),
    *WHOLE_CHANGES,
)


def reader(name: str, module: ModuleType) -> Callable[[bytes], object]:
    if name == "text":
        return lambda data: module.read(data, day_first=None)
    return lambda data: list(module.read(BytesIO(data)))


def run(name: str, module: ModuleType, seconds: float, seed: int) -> int:
    random, read, counts = Random(seed), reader(name, module), Counter()
    documents = seeds(name, module)
    small = [document for document in documents if len(document) <= 3 * LARGEST_SEED]
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        data = mutate(random, random.choice(small), small)
        counts["runs"] += 1
        try:
            read(data)
        except ArchiveError:
            counts["refused"] += 1
        except Exception:
            with tempfile.NamedTemporaryFile(
                prefix=f"fuzz-{name}-", suffix=".bin", delete=False
            ) as file:
                file.write(data)
            traceback.print_exc()
            print(
                f"{name}: a fault at run {counts['runs']:,} of seed {seed}; "
                f"its input is in {file.name}"
            )
            return 1
    passed = time.monotonic() - start
    print(
        f"{name}: {counts['runs']:,} runs in {passed:.0f} s with seed {seed} from "
        f"{len(small)} documents: {counts['runs'] - counts['refused']:,} read, "
        f"{counts['refused']:,} refused, no fault"
    )
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("format", choices=FORMATS)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    try:
        module = importlib.import_module(FORMATS[options.format])
    except ModuleNotFoundError as error:
        parser.error(f"the reader of {options.format} is not there: {error}")
    return run(options.format, module, options.seconds, options.seed)


if __name__ == "__main__":
    sys.exit(main())
