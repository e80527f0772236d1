"""Google Takeout of a Blogger blog (feed.atom, schema of 2018). Pure.

An Atom feed, sorted by number: comments before their posts, replies before what they
answer. The export of this program is such a feed, too; what Blogger has no word for
stands in elements of the prefix ``candour`` there, and they take precedence.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import BinaryIO

from blog import moments
from blog.archive.formats import blogger
from blog.archive.formats.blogger import Notes
from blog.archive.formats.traces import quoted
from blog.archive.formats.xml_elements import Element
from blog.archive.model import (
    REMOVED,
    Item,
    PostStatus,
    SourceComment,
    SourcePost,
    Status,
)

LONGEST_OWN_UID = 120
NAME = "Google Takeout"

_POST_STATUS = {
    "LIVE": PostStatus.LIVE,
    "DRAFT": PostStatus.DRAFT,
    "SCHEDULED": PostStatus.SCHEDULED,
    "TRASHED": PostStatus.TRASHED,
    "SOFT_TRASHED": PostStatus.TRASHED,
}
_BODY_FORMATS = ("text", "html", "markdown")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def looks_like(root: Element, head: bytes) -> bool:
    """Whether a document with this outermost element and these first bytes is one."""
    return blogger.schema(root, head) is blogger.Schema.TAKEOUT


def read(file: BinaryIO) -> Iterator[Item]:
    """Posts, comments and warnings as they stand in the file.

    Raises ``Cut`` or ``ArchiveError`` as ``xml_stream.Reader`` does.
    """
    yield from blogger.items(file, _entry)


def _entry(entry: Element) -> Iterator[Item]:
    if blogger.is_private(entry):
        return
    kind = entry.value("blogger:type").upper()
    if kind == "COMMENT":
        yield from _comment(entry)
    elif kind in ("POST", "PAGE"):
        yield from _post(entry, is_page=kind == "PAGE")
    else:
        yield blogger.unknown_entry(entry)


def _post(entry: Element, is_page: bool) -> Iterator[Item]:
    uid = _uid(entry, "candour:uid", "id")
    notes = Notes(uid)
    uid = uid or blogger.made_up_uid(entry, notes)
    status = _post_status(entry, notes)
    day, published = _published(entry, notes)
    body, body_format = _body(entry, notes)
    blogger.note_enclosure(entry, notes)
    comments = entry.child("candour:comments")
    declared = comments.attributes.get("declared", "").strip() if comments else ""
    yield SourcePost(
        title=_title(entry),
        date=day,
        body=body,
        author=_author(entry, notes),
        labels=blogger.labels(
            category.attributes.get("term", "") for category in entry.all("category")
        ),
        comments_included=not _is_unrecorded(comments),
        comments_declared=(
            int(declared) if re.fullmatch("[0-9]{1,9}", declared) else None
        ),
        line=entry.line,
        uid=uid,
        body_format=body_format,
        status=status,
        published_at=published,
        addresses=_addresses(entry),
        is_page=is_page,
    )
    yield from notes


def _comment(entry: Element) -> Iterator[Item]:
    post = _uid(entry, "candour:parent", "blogger:parent")
    notes = Notes(post)
    uid = _uid(entry, "candour:uid", "id") or blogger.made_up_uid(entry, notes)
    blogger.note_missing_post(entry, post, notes)
    body, is_plain = blogger.content(entry, notes)
    status = _status(entry, body, notes)
    own = entry.child("candour:text")
    text = own.text if own else body if is_plain else ""
    is_removed = status in REMOVED
    is_written_recorded = not _is_unrecorded(entry.child("candour:written"))
    tag = entry.child("candour:tag")
    precision = entry.value("candour:precision")
    yield SourceComment(
        id=uid,
        parent=_uid(entry, "candour:inReplyTo", "blogger:inReplyTo") or None,
        text="" if is_removed else text,
        author=_author(entry, notes),
        written_at=(
            blogger.moment(entry, "published", notes) if is_written_recorded else None
        ),
        status=status,
        line=entry.line,
        html="" if is_removed or is_plain else body,
        uid=uid,
        post=post,
        answers=_plain_uid(entry.value("candour:answers")),
        published_at=blogger.moment(entry, "candour:approved", notes),
        public_id=entry.value("candour:publicId"),
        handle=entry.value("candour:handle"),
        tag=tag.text.strip() if tag else "",
        tag_is_site_wide=bool(tag and tag.attributes.get("scope") == "site"),
        precision=precision if precision in moments.CUT else None,
    )
    yield from notes


def _uid(entry: Element, own: str, usual: str) -> str:
    """The uid that our own element gives, if it is there, or else Blogger's."""
    if found := entry.value(own):
        return _plain_uid(found)
    found = entry.value(usual)
    # In our own export a uid may stand where Blogger has an id.
    if entry.value("candour:uid") and not found.startswith("tag:"):
        return _plain_uid(found)
    return blogger.uid(found)


def _plain_uid(text: str) -> str:
    """A uid as it is; an id, which may stand there as well, as its uid."""
    is_id = text.startswith("tag:") or len(text) > LONGEST_OWN_UID
    return blogger.uid(text) if is_id else text


def _is_unrecorded(element: Element | None) -> bool:
    return (
        element is not None
        and element.attributes.get("recorded", "").strip().lower() == "no"
    )


def _title(entry: Element) -> str:
    """Takeout escapes titles twice; one that says to be text is what it is."""
    title = blogger.title(entry)
    element = entry.child("title")
    if element is not None and element.attributes.get("type") == "text":
        return title
    return " ".join(blogger.unescaped(title).split())


def _author(entry: Element, notes: Notes) -> str | None:
    if _is_unrecorded(entry.child("candour:author")):
        return None
    element = entry.child("author")
    if element is not None and entry.value("candour:uid"):
        # A name that was typed here was looked at here: whoever signed "Anonymous"
        # did so on purpose.
        name = element.child("name")
        return name.text if name else ""
    kind = element.value("blogger:type").upper() if element else ""
    return blogger.author(entry, is_unsigned=kind == "ANONYMOUS", notes=notes)


def _published(
    entry: Element, notes: Notes
) -> tuple[dt.date | None, dt.datetime | None]:
    """The day, if only that is known, or the moment."""
    own = entry.child("candour:published")
    if own is None:
        return None, blogger.moment(entry, "published", notes)
    text = own.text.strip()
    if not _DAY.fullmatch(text):
        return None, blogger.moment(entry, "candour:published", notes)
    if noon := blogger.parse_moment(f"{text}T12:00:00Z"):
        return noon.date(), None
    blogger.note_bad_date(own, notes)
    return None, None


def _body(entry: Element, notes: Notes) -> tuple[str, str]:
    """The body of a post, and its format."""
    own = entry.child("candour:source")
    if own is not None:
        given = own.attributes.get("format", "").strip().lower()
        if given in _BODY_FORMATS:
            return own.text, given
        notes.add(
            "unknown-format",
            f"The format {quoted(given)} of a post's text is not known; it is "
            "taken as plain text.",
            own.line,
        )
        return own.text, "text"
    body, is_plain = blogger.content(entry, notes)
    if is_plain:
        return body, "text"
    return blogger.with_line_breaks(body, converts=False), "html"


def _addresses(entry: Element) -> tuple[str, ...]:
    found = [entry.value("blogger:filename")]
    found += [element.text.strip() for element in entry.all("candour:oldAddress")]
    return tuple(dict.fromkeys(address for address in found if address))


def _is_trashed(entry: Element) -> bool:
    """Empty means no; otherwise the date stands there, whatever the status says."""
    return any(element.text.strip() for element in entry.all("blogger:trashed"))


def _post_status(entry: Element, notes: Notes) -> PostStatus:
    if _is_trashed(entry):
        return PostStatus.TRASHED
    status = _POST_STATUS.get(entry.value("blogger:status").upper())
    if status is None:
        _note_unknown(entry, "blogger:status", "the post becomes a draft", notes)
        return PostStatus.DRAFT
    return status


def _status(entry: Element, body: str, notes: Notes) -> Status:
    """What became of a comment. Nothing that is not known for sure becomes public."""
    own = entry.child("candour:state")
    if own is not None:
        try:
            return Status(own.text.strip())
        except ValueError:
            _note_unknown(entry, "candour:state", "the comment is held", notes)
            return Status.HELD
    if _is_trashed(entry):
        return Status.TRASHED
    given = entry.value("blogger:status").upper()
    if given == "EMPTIED":
        return blogger.removed_by(body)
    if given == "LIVE":
        return blogger.removal(body) or Status.LIVE
    if "SPAM" in given:
        return Status.SPAM
    if given != "PENDING":
        _note_unknown(entry, "blogger:status", "the comment is held", notes)
    return Status.HELD


def _note_unknown(entry: Element, name: str, outcome: str, notes: Notes) -> None:
    element = entry.child(name)
    if element is None:
        notes.add("unknown-status", f"No status is given; {outcome}.", entry.line)
        return
    notes.add(
        "unknown-status",
        f"The status {quoted(element.text)} is not known; {outcome}.",
        element.line,
    )
