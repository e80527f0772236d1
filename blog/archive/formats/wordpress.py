"""Exports of WordPress (WXR 1.0 to 1.2): posts and pages with their comments. Pure.

Attachments, menus and whatever plugins store are no posts; pingbacks and trackbacks
are no talk: they are counted and left out. E-mail and IP addresses of those who
commented are never read.
"""

import datetime
import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from blog.archive.formats.traces import is_plain, not_known, without_addresses
from blog.archive.formats.wordpress_html import comment_html, post_html
from blog.archive.formats.xml_elements import Element
from blog.archive.formats.xml_stream import Reader
from blog.archive.model import (
    Cut,
    Item,
    PostStatus,
    SourceComment,
    SourcePost,
    Status,
    Warning,
)

NAME = "WordPress WXR"

_EXPORT = re.compile(rb"wordpress\.org/export/1\.|<wp:", re.I)
# Where the blog stands: what names it best comes first.
_PLACES = ("wp:base_blog_url", "wp:base_site_url", "link")
_WANTED = frozenset(("item", "wp:author", *_PLACES))

_POST_STATUSES = {
    "publish": PostStatus.LIVE,
    "draft": PostStatus.DRAFT,
    "pending": PostStatus.DRAFT,
    "private": PostStatus.DRAFT,
    "future": PostStatus.SCHEDULED,
    "trash": PostStatus.TRASHED,
}
_STATUSES = {
    "1": Status.LIVE,
    "0": Status.HELD,
    "trash": Status.TRASHED,
    "post-trashed": Status.TRASHED,
    "spam": Status.SPAM,
}
_COMMENTS = ("", "comment")
_PINGS = ("pingback", "trackback")
_LABELS = ("category", "post_tag", "tag")  # the last one until WXR 1.1
# In the plural, for the report; kinds that plugins make up go by their own names.
_KINDS = {
    "attachment": "attachments",
    "nav_menu_item": "menu entries",
    "revision": "revisions",
}
_MOST_KINDS = 50

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}")
# "Not yet" in the words of MySQL, and what PHP makes of it.
_ZERO = ("0000-00-00", "-0001-11-30")
_POSSIBLE_YEARS = range(1900, 2201)

_ENTITY = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
)
_NUMBER = re.compile(r"[0-9]{1,20}")
_SHORT_LINK = re.compile(r"[?&](?:p|page_id)=([0-9]{1,20})(?![0-9])")
_WEB = ("http://", "https://", "/")


def looks_like(root: Element, head: bytes) -> bool:
    """Whether a document is one, by its outermost element and its first bytes; other
    RSS feeds are not."""
    return root.name == "rss" and bool(_EXPORT.search(head.replace(b"\0", b"")))


def read(file: BinaryIO) -> Iterator[Item]:
    """Each post, followed by its comments and by what a person should know of them.

    Raises ``ArchiveError`` and ``Cut`` as ``Reader`` does.
    """
    return _Export(file).items()


class _Export:
    """One file while it is read: what its head said, and what was left out."""

    def __init__(self, file: BinaryIO) -> None:
        self._reader = Reader(file, _WANTED)
        self._places: dict[str, str] = {}
        self._site: str | None = None
        self._folder = ""
        self._authors: dict[str, str] = {}
        self._left_out: Counter[str] = Counter()
        self._their_comments = 0
        self._pings = 0
        self._warnings: list[Warning] = []

    def items(self) -> Iterator[Item]:
        try:
            for element in self._reader:
                if element.name == "item":
                    yield from self._item(element)
                elif element.name == "wp:author":
                    self._author(element)
                elif address := element.text.strip():
                    # The first one: an image of the channel has a link as well.
                    self._places.setdefault(element.name, address)
        except Cut:
            yield from self._end()
            raise
        yield from self._end()

    def _end(self) -> Iterator[Warning]:
        if self._left_out:
            kinds = ", ".join(
                f"{_KINDS.get(kind, kind)} ({number:,})"
                for kind, number in self._left_out.items()
            )
            message = f"Left out, since they are no posts: {kinds}"
            if self._their_comments:
                message += f"; with them {self._their_comments:,} of their comments"
            yield Warning("left-out", f"{message}.")
        if self._pings:
            message = f"Pingbacks and trackbacks, which are no talk: {self._pings:,}."
            yield Warning("pings", f"{message} They were left out.")
        yield from self._reader.warnings

    def _author(self, element: Element) -> None:
        login = element.value("wp:author_login").casefold()
        if name := element.value("wp:author_display_name"):
            self._authors[login] = name

    def _item(self, item: Element) -> Iterator[Item]:
        kind = item.value("wp:post_type") or "post"
        comments = item.all("wp:comment")
        if kind not in ("post", "page"):
            is_known = kind in self._left_out or len(self._left_out) < _MOST_KINDS
            is_named = is_known and is_plain(kind)
            self._left_out[kind if is_named else "others"] += 1
            self._their_comments += len(comments)
            return
        if self._site is None:
            self._find_site(item)
        post = self._post(item, is_page=kind == "page")
        yield post
        yield from self._told()
        for element in comments:
            if element.value("wp:comment_type") in _PINGS:
                self._pings += 1
                continue
            yield self._comment(element, post.uid)
            yield from self._told()

    def _find_site(self, item: Element) -> None:
        """Tells this blog from others; once it has named a post, it stays."""
        found = (self._places.get(name, "") for name in _PLACES)
        address = next(filter(None, found), "")
        if address:
            place = address.rpartition("://")[2].rstrip("/")
            self._folder = place[len(place.partition("/")[0]) :]
        else:
            # Test data and hand-made files name no blog, but their posts' host.
            place = item.value("link").rpartition("://")[2].partition("/")[0]
        self._site = _hash(place.lower(), 12)

    def _post(self, item: Element, *, is_page: bool) -> SourcePost:
        number = self._post_number(item)
        uid = f"wordpress:{self._site}:{number}"
        status = self._post_status(item, uid)
        moment = self._moment(item, "wp:post_date", uid)
        is_exact = moment is not None and moment.tzinfo is not None
        is_local = moment is not None and not is_exact
        author = item.child("dc:creator")
        return SourcePost(
            title=_line(item.value("title")),
            date=moment.date() if is_local else None,
            time=moment.time() if is_local else None,
            published_at=moment if is_exact else None,
            body=post_html(self._content(item, "content:encoded", uid)),
            body_format="html",
            author=None if author is None else self._post_author(author, uid),
            labels=_labels(item),
            line=item.line,
            uid=uid,
            status=status,
            addresses=self._addresses(item, number, status, is_page=is_page),
            is_page=is_page,
        )

    def _post_number(self, item: Element) -> str:
        if number := item.value("wp:post_id"):
            return _short(number)
        for name in ("link", "guid"):
            if found := _SHORT_LINK.search(item.value(name)):
                return found[1]
        link = item.value("link") or item.value("title")
        self._warn("no-id", "The post has no number; its link stands for it.", item)
        return _hash(link, 16)

    def _post_status(self, item: Element, uid: str) -> PostStatus:
        said = item.value("wp:status")
        status = _POST_STATUSES.get(said)
        if status is None:
            message = f"The post's status is {not_known(said)}: it becomes a draft."
            self._warn("unknown-status", message, item, uid)
            return PostStatus.DRAFT
        if said == "private":
            message = "The post is private there: a new one becomes a draft."
            self._warn("private", message, item, uid)
        if item.value("wp:post_password") and status is not PostStatus.TRASHED:
            message = "The post is behind a password there: a new one becomes a draft."
            self._warn("password", message, item, uid)
            return PostStatus.DRAFT
        return status

    def _post_author(self, creator: Element, uid: str) -> str:
        login = creator.text.strip()
        name = self._authors.get(login.casefold(), login)
        return self._name(name, creator, uid)

    def _addresses(
        self, item: Element, number: str, status: PostStatus, *, is_page: bool
    ) -> tuple[str, ...]:
        name = "page_id" if is_page else "p"
        found = [f"{self._folder}/?{name}={number}"]
        if status is PostStatus.LIVE:
            found.insert(0, item.value("link"))
        guid = item.child("guid")
        if guid is not None and guid.attributes.get("isPermaLink") != "false":
            found.append(guid.text.strip())
        # "Different" is asked of what is there: the first of two equal ones stays.
        return tuple(dict.fromkeys(a for a in found if a.lower().startswith(_WEB)))

    def _comment(self, element: Element, post: str) -> SourceComment:
        content = self._content(element, "wp:comment_content", post)
        uid = f"{post}:{self._comment_number(element, content, post)}"
        parent = element.value("wp:comment_parent")
        return SourceComment(
            id=uid,
            parent=f"{post}:{_short(parent)}" if parent.strip("0") else None,
            text="",
            html=comment_html(content),
            author=self._comment_author(element, post),
            written_at=self._moment(element, "wp:comment_date", post),
            status=self._comment_status(element, post),
            line=element.line,
            uid=uid,
            post=post,
        )

    def _comment_number(self, element: Element, content: str, post: str) -> str:
        if number := element.value("wp:comment_id"):
            return _short(number)
        message = "The comment has no number; its time and text stand for it."
        self._warn("no-id", message, element, post)
        return _hash(f"{element.value('wp:comment_date_gmt')}\n{content}", 16)

    def _comment_author(self, element: Element, post: str) -> str | None:
        author = element.child("wp:comment_author")
        if author is None:
            return None
        name = self._name(author.text, author, post)
        is_guest = element.value("wp:comment_user_id") in ("", "0")
        url = element.value("wp:comment_author_url")
        if name == "Anonymous" and is_guest and not url:
            return ""
        return name

    def _comment_status(self, element: Element, post: str) -> Status:
        said = element.value("wp:comment_approved")
        status = _STATUSES.get(said)
        if status is None:
            message = f"The comment's status is {not_known(said)}: it is held."
            self._warn("unknown-status", message, element, post)
            return Status.HELD
        kind = element.value("wp:comment_type")
        if kind not in _COMMENTS and status is Status.LIVE:
            # Shops store their private notes as comments.
            message = f"The comment's kind is {not_known(kind)}: it is held."
            self._warn("unknown-kind", message, element, post)
            return Status.HELD
        return status

    def _content(self, element: Element, name: str, post: str) -> str:
        found = element.child(name)
        if found is None:
            return ""
        if found.children:
            message = "HTML stands in the file unescaped; the parts in tags are lost."
            self._warn("content-incomplete", message, found, post)
        return found.text.strip()

    def _name(self, text: str, element: Element, post: str) -> str:
        """A name without the addresses in it."""
        name, had_address = without_addresses(_line(text))
        if had_address:
            message = "An author's name held an e-mail or IP address: it is left out."
            self._warn("author-was-an-address", message, element, post)
        return name

    def _moment(
        self, element: Element, name: str, post: str
    ) -> datetime.datetime | None:
        """In UTC where the file says so, else in the blog's own time (naive)."""
        for field, zone in ((f"{name}_gmt", datetime.UTC), (name, None)):
            found = element.child(field)
            text = "" if found is None else found.text.strip()
            if not text or text.startswith(_ZERO):
                continue
            moment = _parsed(text)
            if moment is not None:
                return moment.replace(tzinfo=zone)
            message = f"The date is {not_known(text)}: it is left out."
            self._warn("bad-date", message, found, post)
        return None

    def _warn(self, code: str, message: str, element: Element, post: str = "") -> None:
        self._warnings.append(Warning(code, message, element.line, post))

    def _told(self) -> Iterator[Warning]:
        """What was noted since the last call."""
        noted, self._warnings = self._warnings, []
        yield from noted


def _labels(item: Element) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for element in item.all("category"):
        domain = element.attributes.get("domain")
        nicename = element.attributes.get("nicename", "").lower()
        label = _line(element.text)
        is_none = "uncategorized" in (nicename, label.lower())
        if domain in _LABELS and label and not is_none:
            found.setdefault(label.casefold(), label)
    return tuple(found.values())


def _line(text: str) -> str:
    """One line of plain text. WordPress stores names and titles escaped, so that what
    still holds an entity is unescaped; "AT&T" and "a=1&copy=2" hold none."""
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return " ".join(text.split())


def _parsed(text: str) -> datetime.datetime | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.year in _POSSIBLE_YEARS else None


def _short(number: str) -> str:
    """The number of a post or comment. What is none comes hashed: a name that the
    blog keeps for ever has a limit."""
    return number if _NUMBER.fullmatch(number) else _hash(number, 16)


def _hash(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:length]
