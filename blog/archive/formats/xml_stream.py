"""XML as exports really have it -> elements, one by one, in little memory. Pure.

The standard library's expat, without its treatment of namespaces: real exports leave
prefixes undeclared, write https for http in their addresses, or bind them to the
address of another version. Names are told by the address that a prefix is bound to
and, where it is bound to none, by the prefix that everybody uses for it.

A document type is refused, and with it every entity that could be defined: nothing is
ever fetched or expanded. Control characters, which XML forbids and real exports hold,
are left out and counted.
"""

import codecs
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from blog.archive.model import ArchiveError, Cut, Warning

CHUNK = 1 << 18
DEEPEST = 200
# Of one element that is asked for with all inside it, and of one tag or comment.
LONGEST = 32 * 1024 * 1024
# Enough of a document to tell its encoding, also from a source that gives little.
_HEAD = 1024

_PREFIXES = (
    (r"https?://www\.w3\.org/2005/atom/?", ""),
    (r"https?://schemas\.google\.com/blogger/2018/?", "blogger"),
    (r"https?://schemas\.google\.com/g/2005/?", "gd"),
    (r"https?://purl\.org/atom/app#?", "app"),
    (r"https?://www\.w3\.org/2007/app/?", "app"),
    (r"https?://purl\.org/syndication/thread/1\.0/?", "thr"),
    (r"https?://wordpress\.org/export/1\.[0-9]+/excerpt/?", "excerpt"),
    (r"https?://wordpress\.org/export/1\.[0-9]+/?", "wp"),
    (r"https?://purl\.org/rss/1\.0/modules/content/?", "content"),
    (r"https?://purl\.org/dc/elements/1\.1/?", "dc"),
    (r"https?://disqus\.com/disqus-internals/?", "dsq"),
    (r"https?://disqus\.com/?", ""),
    (r"https?://candour\.example/archive/1/?", "candour"),
)
_ADDRESSES = re.compile("|".join(f"({address})" for address, _ in _PREFIXES), re.I)
_USUAL = frozenset(prefix for _, prefix in _PREFIXES)

_PLAIN = frozenset(("href", "rel", "scheme", "src", "term", "title", "type"))
# What XML 1.0 allows in no form: as themselves and as references.
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32)])
_CONTROL_REFERENCE = re.compile(
    r"&#(?:0{0,6}(?:[0-8]|1[124-9]|2[0-9]|3[01])|x0{0,6}(?:[0-8bcef]|1[0-9a-f]));",
    re.I,
)
_LONGEST_REFERENCE = 12
# Bytes that are no UTF-8, as the decoder hands them on.
_BROKEN = re.compile("[\udc80-\udcff]")
# The end of the input in the middle of a document, in expat's words for it.
_AT_THE_END = frozenset(
    (
        expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    )
)


class _Scope:
    """Which prefixes are bound to which addresses, and what names mean there."""

    __slots__ = ("_bound", "_names")

    def __init__(self, bound: dict[str, str]) -> None:
        self._bound = bound
        self._names: dict[str, str] = {}

    def within(self, attributes: dict[str, str]) -> "_Scope":
        """The scope of an element with these attributes and all inside it."""
        if not attributes or _PLAIN.issuperset(attributes):
            return self
        declared = {
            raw[6:]: address
            for raw, address in attributes.items()
            if raw == "xmlns" or raw.startswith("xmlns:")
        }
        return _Scope(self._bound | declared) if declared else self

    def name(self, raw: str) -> str:
        """The usual name of an element."""
        return self._names.get(raw) or self._found(raw)

    def attributes(self, attributes: dict[str, str]) -> dict[str, str]:
        """Attributes by their usual names, without the declarations of prefixes.

        One without a prefix belongs to its element, whatever xmlns says.
        """
        return {
            self.name(raw) if ":" in raw else raw: value
            for raw, value in attributes.items()
            if not raw.startswith("xmlns")
        }

    def _found(self, raw: str) -> str:
        prefix, _, local = raw.rpartition(":")
        address = self._bound.get(prefix)
        if address:
            found = _ADDRESSES.fullmatch(address.strip())
            usual = _PREFIXES[found.lastindex - 1][1] if found else f"{{{address}}}"
        else:
            usual = prefix if prefix in _USUAL else f"{{{prefix}}}"
        separator = ":" if usual and not usual.startswith("{") else ""
        name = f"{usual}{separator}{local}"
        # A document with ever new names must not fill the memory.
        if len(self._names) < 1000:
            self._names[raw] = name
        return name


class Element:
    """One element with all that it holds.

    ``name`` is "prefix:local" with the usual prefix of its address, or "local" for
    those of Atom, RSS and Disqus; an address that is not known gives "{address}local".
    The names of ``attributes`` are the same. ``text`` is what stands directly in it.
    ``line`` is where it begins, from 1; of one inside another it is counted by the
    line ends in texts, and may be less where tags or comments have some.
    """

    __slots__ = ("_first", "_line", "_parent", "_scope", "_starts", "_tree")

    def __init__(
        self,
        tree: ET.Element,
        outer: _Scope,
        line: int = 0,
        parent: "Element | None" = None,
    ) -> None:
        self._tree = tree
        attributes = tree.attrib
        self._scope = outer.within(attributes) if attributes else outer
        self._first: dict[str, ET.Element] | None = None
        self._line = line
        self._parent = parent
        self._starts: dict[int, int] | None = None

    @property
    def name(self) -> str:
        return self._scope.name(self._tree.tag)

    @property
    def attributes(self) -> dict[str, str]:
        return self._scope.attributes(self._tree.attrib)

    @property
    def text(self) -> str:
        return _text(self._tree)

    @property
    def line(self) -> int:
        if self._parent is not None:
            self._line = self._parent._lines()[id(self._tree)]
        return self._line

    def _lines(self) -> dict[int, int]:
        """Where each child begins, worked out once for all of them."""
        if self._starts is None:
            self._starts = {}
            line = self.line + (self._tree.text or "").count("\n")
            for child in self._tree:
                self._starts[id(child)] = line
                line += "".join(child.itertext()).count("\n")
                line += (child.tail or "").count("\n")
        return self._starts

    @property
    def children(self) -> "list[Element]":
        return [Element(tree, self._scope, parent=self) for tree in self._tree]

    def child(self, name: str) -> "Element | None":
        """The first child of this name."""
        tree = (self._first or self._index()).get(name)
        return None if tree is None else Element(tree, self._scope, parent=self)

    def all(self, name: str) -> "list[Element]":
        """All children of this name."""
        if name not in self._index():
            return []
        return [child for child in self.children if child.name == name]

    def value(self, name: str, default: str = "") -> str:
        """The text of the first child of this name, without white space around it."""
        tree = (self._first or self._index()).get(name)
        if tree is None:
            return default
        return (_text(tree) if len(tree) else tree.text or "").strip()

    def _index(self) -> dict[str, ET.Element]:
        """The first child of each name: most are asked for their text alone."""
        if self._first is None:
            scope = self._scope
            self._first = {
                (scope.within(child.attrib) if child.attrib else scope).name(
                    child.tag
                ): child
                for child in reversed(self._tree)
            }
        return self._first


def _text(tree: ET.Element) -> str:
    if not len(tree):
        return tree.text or ""
    return (tree.text or "") + "".join(child.tail or "" for child in tree)


class Reader:
    """Reads the elements named in ``wanted`` out of a document, wherever they stand.

    What stands inside one of them comes with it and not by itself. ``root`` is the
    outermost element, without its children, once the first was read. ``warnings`` are
    complete when the iteration has ended.
    """

    def __init__(self, file: BinaryIO, wanted: frozenset[str]) -> None:
        self.root: Element | None = None
        self.warnings: list[Warning] = []
        self._file = file
        self._wanted = wanted
        self._ready: list[Element] = []
        # The wanted element that is being read, if one is.
        self._top: ET.Element | None = None
        self._top_line = 0
        self._lines = 1
        self._removed = 0
        self._removed_line = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.buffer_size = 1 << 16
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._handle()

    def __iter__(self) -> Iterator[Element]:
        """The elements in their order.

        Raises ``Cut`` after the last whole one if the file ends in its middle, and
        ``ArchiveError`` where it is no XML, both with line and column.
        """
        error = None
        at = waiting = inside = 0
        for piece, is_last in self._pieces():
            try:
                self._parser.Parse(piece, is_last)
            except expat.ExpatError as found:
                error = found
            except (LookupError, ValueError):
                if self.root is not None:
                    raise
                raise ArchiveError(
                    "The file declares an encoding that cannot be read. Save it as "
                    "UTF-8, with encoding='utf-8' in its first line, and import it "
                    "again.",
                    1,
                ) from None
            # A tag or a comment that never ends is kept until it does.
            last, at = at, self._parser.CurrentByteIndex
            waiting = waiting + len(piece) if at == last else 0
            if waiting > LONGEST:
                raise self._too_long(self._parser.CurrentLineNumber)
            ready, self._ready = self._ready, []
            inside = self._check_size(piece, 0 if ready else inside)
            yield from ready
            if error:
                break
        self._tell_removed()
        if error:
            raise self._fault(error)

    def _pieces(self) -> Iterator[tuple[str | bytes, bool]]:
        """The document in pieces that expat takes, and whether each is the last."""
        head = chunk = self._file.read(CHUNK)
        while chunk and len(head) < _HEAD:
            chunk = self._file.read(CHUNK)
            head += chunk
        if _is_eight_bit(head):
            yield from self._cleaned(head)
            return
        while head:
            yield head, False
            head = self._file.read(CHUNK)
        yield b"", True

    def _cleaned(self, chunk: bytes) -> Iterator[tuple[str | bytes, bool]]:
        """Without control characters; UTF-8 with broken bytes replaced."""
        is_utf8 = _declared_encoding(chunk) in (None, "utf-8", "utf8", "us-ascii")
        decoder = codecs.getincrementaldecoder("utf-8" if is_utf8 else "latin-1")(
            "surrogateescape"
        )
        rest = ""
        while True:
            is_last = not chunk
            clean = chunk.translate(None, _CONTROL)
            text = decoder.decode(clean, is_last)
            removed = len(chunk) - len(clean)
            if not text.isascii():
                text, broken = _BROKEN.subn("\ufffd", text)
                removed += broken
            text = rest + text
            # A reference may be parted by the end of the chunk.
            cut = len(text)
            mark = text.rfind("&", max(0, cut - _LONGEST_REFERENCE))
            if not is_last and mark >= 0 and ";" not in text[mark:]:
                cut = mark
            text, rest = text[:cut], text[cut:]
            if "&#" in text:
                text, references = _CONTROL_REFERENCE.subn("", text)
                removed += references
            self._note_removed(removed)
            self._lines += chunk.count(b"\n")
            # Other one-byte encodings are expat's business: back as they came.
            yield (text if is_utf8 else text.encode("latin-1")), is_last
            if is_last:
                return
            chunk = self._file.read(CHUNK)

    def _note_removed(self, number: int) -> None:
        if number and not self._removed:
            self._removed_line = self._lines
        self._removed += number

    def _tell_removed(self) -> None:
        if self._removed:
            self.warnings.append(
                Warning(
                    "control-characters",
                    f"{self._removed:,} characters that XML does not allow (control "
                    "characters, broken UTF-8) were left out or replaced, the first "
                    "after this line.",
                    self._removed_line,
                )
            )

    def _fault(self, error: expat.ExpatError) -> ArchiveError:
        reason = expat.ErrorString(error.code)
        line, column = error.lineno, error.offset + 1
        if error.code in _AT_THE_END:
            if self.root is None:
                return ArchiveError("The file holds no XML element.", line, column)
            return Cut(
                f"The file ends in its middle ({reason}): it was cut when it was saved "
                "or copied. What stands whole before that was read; get the whole file "
                "and import it again for the rest.",
                line,
                column,
            )
        return ArchiveError(
            f"This is not well-formed XML: {reason}. Nothing of the file was imported. "
            "Export it again, or mend this place with a text editor.",
            line,
            column,
        )

    def _doctype(self, *args) -> None:
        raise ArchiveError(
            "The file declares a document type, which no export does and which can be "
            "used to attack its reader. Nothing was read. If you trust it, remove the "
            "lines from <!DOCTYPE to its end and import it again.",
            self._parser.CurrentLineNumber,
            self._parser.CurrentColumnNumber + 1,
        )

    def _handle(self) -> None:
        """Sets the handlers of the parser.

        They run for each tag and each text of a document of any size. What is outside
        of wanted elements is passed over; what is inside is built by the standard
        library's own builder, whose methods are called without any of ours between.
        """
        parser, wanted = self._parser, self._wanted
        scopes = [_Scope({})]
        built: Callable[[str], ET.Element]

        def start(raw: str, attributes: dict[str, str]) -> None:
            nonlocal built
            if len(scopes) > DEEPEST:
                raise self._too_deep(parser.CurrentLineNumber)
            scope = scopes[-1].within(attributes)
            if self.root is None:
                bare = ET.Element(raw, attributes)
                self.root = Element(bare, scopes[-1], parser.CurrentLineNumber)
            if scope.name(raw) not in wanted:
                scopes.append(scope)
                return
            builder = ET.TreeBuilder()
            built = builder.end
            self._top = builder.start(raw, attributes)
            self._top_line = parser.CurrentLineNumber
            parser.StartElementHandler = builder.start
            parser.EndElementHandler = end_inside
            parser.CharacterDataHandler = builder.data

        def end(raw: str) -> None:
            scopes.pop()

        def end_inside(raw: str) -> None:
            if built(raw) is self._top:
                self._check_depth(self._top)
                self._ready.append(Element(self._top, scopes[-1], self._top_line))
                self._top = None
                parser.StartElementHandler = start
                parser.EndElementHandler = end
                parser.CharacterDataHandler = None

        parser.StartElementHandler = start
        parser.EndElementHandler = end

    def _check_size(self, piece: str | bytes, inside: int) -> int:
        """How much of the wanted element that is being read came by now; refuses what
        is no entry of any blog. Its elements and its depth are bounded by its size."""
        if self._top is None:
            return 0
        inside += len(piece)
        if inside > LONGEST:
            raise self._too_long(self._top_line)
        self._check_depth(self._top)
        return inside

    def _check_depth(self, node: ET.Element) -> None:
        for _ in range(DEEPEST):
            if not len(node):
                return
            node = node[-1]
        raise self._too_deep(self._top_line)

    @staticmethod
    def _too_deep(line: int) -> ArchiveError:
        return ArchiveError(
            f"Elements stand more than {DEEPEST} deep in each other: this is no export "
            "of a blog.",
            line,
        )

    @staticmethod
    def _too_long(line: int) -> ArchiveError:
        return ArchiveError(
            f"One entry has more than {LONGEST // (1024 * 1024)} million characters: "
            "this is no export of a blog.",
            line,
        )


def root_of(head: bytes) -> Element | None:
    """The outermost element of a document from its first bytes; None if they hold
    none, or are no XML. Raises ``ArchiveError`` at a document type."""
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n\0\xfe\xff").startswith(b"<"):
        return None
    reader = Reader(_Bytes(head), frozenset())
    try:
        for _ in reader:
            pass
    except ArchiveError:
        if reader.root is None:
            if b"<!DOCTYPE" in head[:4096] and b"<html" not in head[:4096].lower():
                raise
            return None
    return reader.root


class _Bytes:
    """What ``Reader`` asks of a file."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int) -> bytes:
        data, self._data = self._data[:size], self._data[size:]
        return data


def _is_eight_bit(head: bytes) -> bool:
    """Whether a byte below 32 is a control character there; not so in UTF-16."""
    return not head.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in head[:4]


def _declared_encoding(head: bytes) -> str | None:
    found = re.match(
        rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)", head
    )
    return found[1].decode().lower() if found else None
