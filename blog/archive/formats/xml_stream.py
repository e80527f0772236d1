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

from blog.archive.formats.xml_elements import Element, Scope
from blog.archive.model import ArchiveError, Cut, Warning

CHUNK = 1 << 18
DEEPEST = 200
# Of one element that is asked for with all inside it, and of one tag or comment.
LONGEST = 32 * 1024 * 1024
# Enough of a document to tell its encoding, also from a source that gives little.
_HEAD = 1024

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
        scopes = [Scope({})]
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
