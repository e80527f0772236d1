"""The old backup of a Blogger blog ("Back up content", blog-MM-DD-YYYY.xml). Pure.

One Atom feed with the template, the settings, then posts, pages and comments. What an
entry is stands in its category of kind; its id does not tell.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import BinaryIO

from blog.archive.formats import blogger
from blog.archive.formats.blogger import Notes
from blog.archive.formats.xml_elements import Element
from blog.archive.model import (
    REMOVED,
    Item,
    PostStatus,
    SourceComment,
    SourcePost,
    Status,
)

NAME = "Blogger backup"

_LABELS = re.compile(r"https?://www\.blogger\.com/atom/ns#?")
_COMMENT_FEED = re.compile(r"/comments/default/([0-9]{1,30})(?![0-9])")
_CONVERTS_LINE_ENDS = ".settings.BLOG_CONVERT_LINE_BREAKS"


def looks_like(root: Element, head: bytes) -> bool:
    """Whether a document with this outermost element and these first bytes is one."""
    return blogger.schema(root, head) is blogger.Schema.BACKUP


def read(file: BinaryIO) -> Iterator[Item]:
    """Posts, comments and warnings as they stand in the file.

    Raises ``Cut`` or ``ArchiveError`` as ``xml_stream.Reader`` does.
    """
    yield from blogger.items(file, _Backup().entry)


class _Backup:
    """What has to be remembered from one entry to the next: a setting."""

    def __init__(self) -> None:
        self._converts_line_ends = False

    def entry(self, entry: Element) -> Iterator[Item]:
        if blogger.is_private(entry):
            if entry.value("id").endswith(_CONVERTS_LINE_ENDS):
                self._converts_line_ends = entry.value("content").lower() == "true"
            return
        kinds = blogger.kinds(entry)
        if "comment" in kinds:
            yield from _comment(entry)
        elif "post" in kinds or "page" in kinds:
            yield from self._post(entry, is_page="page" in kinds)
        else:
            yield blogger.unknown_entry(entry)

    def _post(self, entry: Element, is_page: bool) -> Iterator[Item]:
        uid = blogger.uid(entry.value("id"))
        notes = Notes(uid)
        uid = uid or blogger.made_up_uid(entry, notes)
        published = blogger.moment(entry, "published", notes)
        status = _status(entry, published)
        body, is_plain = blogger.content(entry, notes)
        if not is_plain:
            body = blogger.with_line_breaks(body, converts=self._converts_line_ends)
        blogger.note_enclosure(entry, notes)
        total = entry.value("thr:total")
        yield SourcePost(
            title=blogger.title(entry),
            date=None,
            body=body,
            author=_author(entry, notes),
            labels=blogger.labels(
                category.attributes.get("term", "")
                for category in entry.all("category")
                if _LABELS.fullmatch(category.attributes.get("scheme", "").strip())
            ),
            comments_declared=(
                int(total) if re.fullmatch("[0-9]{1,9}", total) else None
            ),
            line=entry.line,
            uid=uid,
            body_format="text" if is_plain else "html",
            status=status,
            published_at=published,
            addresses=() if status is PostStatus.DRAFT else _addresses(entry),
            is_page=is_page,
        )
        yield from notes


def _comment(entry: Element) -> Iterator[Item]:
    answered = entry.child("thr:in-reply-to")
    post = blogger.uid(answered.attributes.get("ref", "").strip() if answered else "")
    notes = Notes(post)
    uid = blogger.uid(entry.value("id")) or blogger.made_up_uid(entry, notes)
    blogger.note_missing_post(entry, post, notes)
    body, is_plain = blogger.content(entry, notes)
    status = _comment_status(entry, body)
    if status in REMOVED:
        body = ""
    yield SourceComment(
        id=uid,
        parent=_parent(entry, notes),
        text=body if is_plain else "",
        author=_author(entry, notes),
        written_at=blogger.moment(entry, "published", notes),
        status=status,
        line=entry.line,
        html="" if is_plain else body,
        uid=uid,
        post=post,
    )
    yield from notes


def _author(entry: Element, notes: Notes) -> str | None:
    element = entry.child("author")
    has_profile = element is not None and bool(element.value("uri"))
    return blogger.author(entry, is_unsigned=not has_profile, notes=notes)


def _status(entry: Element, published: dt.datetime | None) -> PostStatus:
    """A post of the future is a scheduled one unless the author still works on it."""
    if any(
        draft.text.strip().lower() == "yes"
        for control in entry.all("app:control")
        for draft in control.all("app:draft")
    ):
        return PostStatus.DRAFT
    if published and published > dt.datetime.now(dt.UTC):
        return PostStatus.SCHEDULED
    return PostStatus.LIVE


def _addresses(entry: Element) -> tuple[str, ...]:
    found = blogger.links(entry, "alternate")
    return tuple(
        dict.fromkeys(
            address
            for address in found
            if address.lower().startswith(("http://", "https://", "/"))
        )
    )


def _comment_status(entry: Element, body: str) -> Status:
    is_removed = any(
        element.attributes.get("name", "").strip() == "blogger.contentRemoved"
        and element.attributes.get("value", "").strip().lower() == "true"
        for element in entry.all("gd:extendedProperty")
    )
    if is_removed:
        return blogger.removed_by(body)
    return blogger.removal(body) or Status.LIVE


def _parent(entry: Element, notes: Notes) -> str | None:
    """The comment that this one answers. In-reply-to names the post, always; the only
    sign of an answer is a link to the feed of the other comment."""
    related = blogger.links(entry, "related")
    for address in related:
        if found := _COMMENT_FEED.search(address):
            return f"blogger:{found[1]}"
    if related:
        notes.add(
            "parent-not-understood",
            "A comment answers another one, but which one cannot be read; it stands "
            "on the first level.",
            entry.line,
        )
    return None
