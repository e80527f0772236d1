"""What Blogger's two feeds have in common: ids, times, names, removed comments. Pure.

The old backup ("Back up content") and Google Takeout are both Atom, of the same blogs
and with the same ids; all else in them has other names.
"""

import datetime as dt
import hashlib
import html
import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import BinaryIO

from blog.archive.formats.traces import quoted, without_addresses
from blog.archive.formats.xml_elements import Element
from blog.archive.formats.xml_stream import Reader
from blog.archive.model import ArchiveError, Item, Status, Warning

LONGEST_UID = 100

_OWN_ID = re.compile(
    r"tag:blogger\.com,1999:blog-[0-9]+\.(?:post|page|comment)-([0-9]{1,30})"
)
_PRIVATE_ID = re.compile(r"\.(?:settings\.|settings$|layout$|template)")
_ENTRY = re.compile(rb"<(?:[\w.-]+:)?entry\b")
_DECLARED = rb"""xmlns:?[\w.-]*\s*=\s*["']\s*https?://schemas\.google\.com/"""
_TAKEOUT = re.compile(
    _DECLARED + rb"blogger/2018|<blogger:(?:type|status|parent|created)\b", re.I
)
_BACKUP = re.compile(
    _DECLARED
    + rb"""g/2005/?\s*["']|=\s*["']https?://schemas\.google\.com/g/2005#kind""",
    re.I,
)

_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.([0-9]{1,6})[0-9]*)?\s?([Zz]|[+-][0-9]{2}:?[0-9]{2})"
)
_ENTITY = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)

# What Blogger puts in the place of a removed comment; older blogs have "post" there.
_REMOVED = re.compile(
    r"(?:<span[^<>]*>)?\s*This (?:comment|post) has been removed by "
    r"(?:the author|a (blog administrator))\.\s*(?:</span>)?"
)
# "blog administrator" in most of the languages that say it with this word.
_ADMINISTRATOR = re.compile(r"(?:ad|am)minist", re.I)

_BREAKS = re.compile(r"<(?:br|p|div)\b", re.I)
_BLOCKS = re.compile(
    r"<(?:br|p|div|ul|ol|dl|li|table|tr|td|pre|blockquote|h[1-6]|hr|section|article)\b",
    re.I,
)
_TAG_OR_LINE_END = re.compile(r"(</?[A-Za-z][^<>]*>)|\r\n?|\n")

# Blogger's word for a comment that nobody signed, in the languages of its blogs.
_UNSIGNED = frozenset(
    word.casefold()
    for word in (
        *("Anonymous", "Anónimo", "Anônimo", "Anonyme", "Anonym", "Anonimo", "Anoniem"),
        *("Anonimowy", "Anonymní", "Anonymný", "Anonyymi", "Anonüümne", "Anonīms"),
        *(
            "Anonim",
            "Anoniman",
            "Anonimni",
            "Anonimas",
            "Anonimus",
            "Névtelen",
            "Adsız",
        ),
        *("Anònim", "Anónimu", "Ezezaguna", "Nafnlaus", "Nespecificat", "Di-enw"),
        *("Анонимный", "Анонимно", "Анонимен", "Анонім", "Анонімний", "Анониман"),
        *("Ανώνυμος", "אנונימי", "غير معرف", "مجهول", "ناشناس", "بے نام", "बेनामी"),
        *("अनामित", "নামহীন", "பெயரில்லா", "అజ్ఞాత", "ಅನಾಮಧೇಯ", "അജ്ഞാത", "ไม่ระบุชื่อ"),
        *("匿名", "익명", "Nặc danh", "Tanpa Nama", "Tanpa nama", "Hindi-nagpakilala"),
    )
)


class Schema(StrEnum):
    """Which of its two ways of writing a feed Blogger used."""

    TAKEOUT = "takeout"
    BACKUP = "backup"


class Notes(list[Warning]):
    """The warnings about one entry."""

    def __init__(self, post: str) -> None:
        super().__init__()
        self._post = post

    def add(self, code: str, message: str, line: int) -> None:
        self.append(Warning(code, message, line, self._post))


def schema(root: Element, head: bytes) -> Schema | None:
    """Which schema a feed is in, by the first bytes of its file.

    What stands above the first entry decides; only if it is silent, the first entries.
    """
    if root.name != "feed":
        return None
    plain = head.replace(b"\0", b"")  # UTF-16, near enough
    entry = _ENTRY.search(plain)
    above = plain[: entry.start()] if entry else plain
    if _TAKEOUT.search(above):
        return Schema.TAKEOUT
    if _BACKUP.search(above):
        return Schema.BACKUP
    takeout, backup = _TAKEOUT.search(plain), _BACKUP.search(plain)
    if takeout and (backup is None or takeout.start() < backup.start()):
        return Schema.TAKEOUT
    return Schema.BACKUP if backup else None


def items(
    file: BinaryIO, read_entry: Callable[[Element], Iterator[Item]]
) -> Iterator[Item]:
    """What the entries of a feed hold, and at the end what is to be said of the file,
    also of one that is cut."""
    reader = Reader(file, frozenset({"entry"}))
    try:
        for entry in reader:
            yield from read_entry(entry)
    except ArchiveError:
        yield from reader.warnings
        raise
    yield from reader.warnings


def kinds(entry: Element) -> set[str]:
    """What an entry of the old schema is: "post", "page", "comment", "settings" …"""
    return {
        category.attributes.get("term", "").strip().rpartition("#")[2]
        for category in entry.all("category")
        if category.attributes.get("scheme", "").strip().endswith("#kind")
    }


def is_private(entry: Element) -> bool:
    """Whether it is a setting or a template of the blog: they hold e-mail addresses,
    so nothing of them may come out, not even in a warning."""
    return not kinds(entry).isdisjoint(("settings", "template")) or bool(
        _PRIVATE_ID.search(entry.value("id"))
    )


def unknown_entry(entry: Element) -> Warning:
    return Warning(
        "not-understood",
        "An entry that is neither a post nor a page nor a comment was left out.",
        entry.line,
    )


def uid(atom_id: str) -> str:
    """The name for ever of what has this id: the same from both schemas; "" for none.

    Blogger's ids do not tell a comment from a post, but no number is used twice.
    """
    if not atom_id:
        return ""
    if found := _OWN_ID.fullmatch(atom_id):
        return f"blogger:{found[1]}"
    if len(atom_id) > LONGEST_UID:
        return "atom:" + _digest(atom_id)
    return f"atom:{atom_id}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def made_up_uid(entry: Element, notes: Notes) -> str:
    """For an entry without an id: what its words give, so that two of them are not
    taken for one, and the same one not for two."""
    words = "\n".join(map(entry.value, ("published", "title", "content")))
    notes.add(
        "no-id",
        "An entry has no id: if its text changes and it is imported again, it counts "
        "as another one.",
        entry.line,
    )
    return "atom:" + _digest(words)


def note_missing_post(entry: Element, post: str, notes: Notes) -> None:
    if not post:
        notes.add(
            "no-post", "A comment does not say which post it belongs to.", entry.line
        )


def note_enclosure(entry: Element, notes: Notes) -> None:
    """Files beside a post are not imported; that there was one must not get lost."""
    links = [
        *(link for link in entry.all("link") if _relation(link) == "enclosure"),
        *entry.all("enclosure"),
    ]
    if any(
        link.attributes.get("href", "").strip()
        or link.attributes.get("url", "").strip()
        for link in links
    ):
        notes.add(
            "enclosure-left-out",
            "A post has a file enclosed (a podcast, a video), which is not imported.",
            entry.line,
        )


def links(entry: Element, relation: str) -> list[str]:
    """The addresses of an entry's links of one relation."""
    found = (
        link.attributes.get("href", "").strip()
        for link in entry.all("link")
        if _relation(link) == relation
    )
    return [address for address in found if address]


def _relation(link: Element) -> str:
    return link.attributes.get("rel", "").strip().lower()


def parse_moment(text: str) -> dt.datetime | None:
    """A time as Atom writes it, with its zone; None if it is no such time."""
    found = _MOMENT.fullmatch(text)
    # Time zones reach over the calendar's ends, and no blog is of then.
    if not found or not "1900" <= text[:4] <= "2200":
        return None
    day, clock, fraction, zone = found.groups()
    try:
        return dt.datetime.fromisoformat(
            f"{day}T{clock}.{(fraction or '').ljust(6, '0')}{zone.upper()}"
        )
    except ValueError:
        return None


def moment(entry: Element, name: str, notes: Notes) -> dt.datetime | None:
    """The time in the child of this name; one that cannot be read is not known."""
    element = entry.child(name)
    text = element.text.strip() if element else ""
    found = parse_moment(text)
    if text and found is None:
        note_bad_date(element, notes)
    return found


def note_bad_date(element: Element, notes: Notes) -> None:
    notes.add(
        "bad-date",
        f"The date {quoted(element.text)} cannot be read; it stays unknown.",
        element.line,
    )


def author(entry: Element, *, is_unsigned: bool, notes: Notes) -> str | None:
    """None: the entry has no author; "": nobody signed.

    ``is_unsigned``: it has no profile, so Blogger's word for "Anonymous" is no name.
    """
    element = entry.child("author")
    if element is None:
        return None
    name, had_address = without_addresses(element.value("name"))
    if had_address:
        notes.add(
            "author-was-an-address",
            "An author's name was or held an e-mail or IP address, which is left out.",
            element.line,
        )
    return "" if is_unsigned and name.casefold() in _UNSIGNED else name


def title(entry: Element) -> str:
    return " ".join(entry.value("title").split())


def unescaped(text: str) -> str:
    """Once more, for what was escaped twice. Only whole entities: "Q&notes" is text."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def content(entry: Element, notes: Notes) -> tuple[str, bool]:
    """The content as it is, and whether it is plain text rather than HTML."""
    element = entry.child("content")
    if element is None:
        return "", False
    if element.children:
        notes.add(
            "content-incomplete",
            "The content of an entry is not escaped as it must be; the marked-up parts "
            "of it are lost.",
            element.line,
        )
    return element.text, element.attributes.get("type", "").strip().lower() in (
        "text",
        "text/plain",
    )


def with_line_breaks(body: str, *, converts: bool) -> str:
    """The HTML of a post whose author wrote line ends and left <br> to Blogger.

    ``converts``: the blog was set to that. Else only where nothing but line ends could
    part the paragraphs.
    """
    if _BREAKS.search(body) or not (converts or not _BLOCKS.search(body)):
        return body
    return _TAG_OR_LINE_END.sub(lambda found: found[1] or "<br />", body.strip())


def removal(body: str) -> Status | None:
    """Who removed a comment, if this is the sentence in its place and nothing else."""
    body = body.strip()
    found = _REMOVED.fullmatch(body) if len(body) < 300 else None
    if not found:
        return None
    return Status.REMOVED_BY_MODERATOR if found[1] else Status.REMOVED_BY_AUTHOR


def removed_by(placeholder: str) -> Status:
    """Who removed a comment that the feed says is removed."""
    if _ADMINISTRATOR.search(placeholder[:300]):
        return Status.REMOVED_BY_MODERATOR
    return Status.REMOVED_BY_AUTHOR


def labels(terms: Iterator[str]) -> tuple[str, ...]:
    """In their order, each once."""
    return tuple(dict.fromkeys(term for raw in terms if (term := raw.strip())))
