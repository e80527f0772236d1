"""Exports of Disqus: the comments of pages that stand elsewhere. Pure.

A thread is a page, of which little more than its address is known; a "post" is a
comment. E-mail and IP addresses are never read.
"""

import datetime
import hashlib
import re
from collections.abc import Iterator
from typing import BinaryIO

from blog.archive.formats.traces import not_known, without_addresses
from blog.archive.formats.xml_elements import Element
from blog.archive.formats.xml_stream import Reader
from blog.archive.model import (
    Cut,
    Item,
    SourceComment,
    SourcePost,
    Status,
    Warning,
)

NAME = "Disqus"

_WANTED = frozenset(("thread", "post"))
_ID = "dsq:id"
_FLAGS = {"true": True, "1": True, "false": False, "0": False, "": False}
# What Disqus shows for those who gave no name.
_NAMELESS = ("guest", "anonymous")
_WEB = ("http://", "https://", "/")
_LONGEST_FORUM = 60

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_POSSIBLE_YEARS = range(1900, 2201)
_NUMBER = re.compile(r"[0-9]{1,20}")


def looks_like(root: Element, head: bytes) -> bool:
    """Whether a document is one, by its outermost element."""
    return root.name == "disqus"


def read(file: BinaryIO) -> Iterator[Item]:
    """Threads as posts that are not in the source, and their comments, as they come.

    Raises ``ArchiveError`` and ``Cut`` as ``Reader`` does.
    """
    return _Export(file).items()


class _Export:
    """One file while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._reader = Reader(file, _WANTED)
        self._forum = ""
        self._warnings: list[Warning] = []

    def items(self) -> Iterator[Item]:
        try:
            for element in self._reader:
                # An export is of one forum. What it was called at first it is called
                # to the end, since comments and replies go by this name.
                self._forum = self._forum or _forum(element)
                if element.name == "thread":
                    yield from self._thread(element)
                else:
                    yield self._comment(element)
                noted, self._warnings = self._warnings, []
                yield from noted
        except Cut:
            yield from self._reader.warnings
            raise
        yield from self._reader.warnings

    def _thread(self, element: Element) -> Iterator[SourcePost]:
        uid = self._thread_uid(element)
        if not uid:
            message = "A thread has no number, so that no comment can belong to it."
            self._warn("no-id", message, element)
            return
        if self._flag(element, "isDeleted", uid):
            message = "The thread was deleted; its comments are read all the same."
            self._warn("deleted-thread", message, element, uid)
        link = element.value("link")
        yield SourcePost(
            title=" ".join(element.value("title").split()),
            date=None,
            body="",
            line=element.line,
            uid=uid,
            addresses=(link,) if link.lower().startswith(_WEB) else (),
            is_missing=True,
        )

    def _comment(self, element: Element) -> SourceComment:
        thread = element.child("thread")
        post = "" if thread is None else self._thread_uid(thread)
        if not post:
            self._warn("no-thread", "The comment names no thread.", element)
        uid = self._uid(element) or self._uid_of_text(element, post)
        parent = element.child("parent")
        status = self._status(element, post)
        is_removed = status is Status.REMOVED_BY_MODERATOR
        return SourceComment(
            id=uid,
            parent=(self._uid(parent) or None) if parent is not None else None,
            text="",
            html="" if is_removed else self._message(element, post),
            author=None if is_removed else self._author(element, post),
            written_at=self._moment(element, post),
            status=status,
            line=element.line,
            uid=uid,
            post=post,
        )

    def _status(self, element: Element, post: str) -> Status:
        flags = {
            name: self._flag(element, name, post)
            for name in ("isDeleted", "isSpam", "isApproved")
        }
        if flags["isDeleted"]:
            # By whom is not said; that an author did it must not be claimed.
            return Status.REMOVED_BY_MODERATOR
        if flags["isSpam"]:
            return Status.SPAM
        is_unapproved = element.value("isApproved") and flags["isApproved"] is False
        if is_unapproved or None in flags.values():
            return Status.HELD
        return Status.LIVE

    def _flag(self, element: Element, name: str, post: str) -> bool | None:
        said = element.value(name)
        flag = _FLAGS.get(said.lower())
        if flag is None:
            message = f"{name} is {not_known(said)}."
            self._warn("unknown-status", message, element, post)
        return flag

    def _author(self, element: Element, post: str) -> str | None:
        author = element.child("author")
        if author is None:
            return None
        name, had_address = without_addresses(author.value("name"))
        if had_address:
            message = "An author's name held an e-mail or IP address: it is left out."
            self._warn("author-was-an-address", message, author, post)
        is_anonymous = author.value("isAnonymous").lower() == "true"
        return "" if is_anonymous and name.lower() in _NAMELESS else name

    def _message(self, element: Element, post: str) -> str:
        message = element.child("message")
        if message is None:
            return ""
        if message.children:
            lost = "HTML stands in the file unescaped; the parts in tags are lost."
            self._warn("content-incomplete", lost, message, post)
        return message.text.strip()

    def _moment(self, element: Element, post: str) -> datetime.datetime | None:
        said = element.child("createdAt")
        text = "" if said is None else said.text.strip()
        if not text:
            return None
        moment = _parsed(text)
        if moment is None:
            message = f"The date is {not_known(text)}: it is left out."
            self._warn("bad-date", message, said, post)
        return moment

    def _thread_uid(self, element: Element) -> str:
        number = _number(element)
        return f"disqus:{self._forum}:thread-{number}" if number else ""

    def _uid(self, element: Element) -> str:
        number = _number(element)
        return f"disqus:{self._forum}:{number}" if number else ""

    def _uid_of_text(self, element: Element, post: str) -> str:
        message = "The comment has no number; its time and text stand for it."
        self._warn("no-id", message, element, post)
        return f"disqus:{self._forum}:" + _hash(
            f"{post}\n{element.value('createdAt')}\n{element.value('message')}"
        )

    def _warn(self, code: str, message: str, element: Element, post: str = "") -> None:
        self._warnings.append(Warning(code, message, element.line, post))


def _forum(element: Element) -> str:
    """The short name of the forum, "-" if it is not said."""
    name = element.value("forum") or "-"
    return name if len(name) <= _LONGEST_FORUM else _hash(name)


def _number(element: Element) -> str:
    """The number that Disqus gave; what is none comes hashed, since a name that the
    blog keeps for ever has a limit."""
    number = element.attributes.get(_ID, "").strip()
    return number if not number or _NUMBER.fullmatch(number) else _hash(number)


def _parsed(text: str) -> datetime.datetime | None:
    """In UTC, which Disqus means where it names no zone."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year not in _POSSIBLE_YEARS:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.astimezone(datetime.UTC)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
