"""The forms of an archive file that ``exporter`` fills.

Two forms of one content: Atom in the shape of Google Takeout, with elements of our own
(prefix ``candour``) for what Blogger has no word for, and JSON.
"""

import json
import re
from collections.abc import Callable
from typing import Protocol
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings

from blog.atom import FORBIDDEN
from blog.models import Post

from .model import REMOVED, PostStatus, Status

Write = Callable[[str], object]

# The nearest that Blogger has a word for; nothing but LIVE is ever public there.
BLOGGER_STATUS = {
    Status.LIVE: "LIVE",
    Status.SPAM: "SPAM_COMMENT",
    **dict.fromkeys(REMOVED, "EMPTIED"),
    **dict.fromkeys((Status.HELD, Status.REFUSED, Status.TRASHED), "PENDING"),
}
NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:blogger": "http://schemas.google.com/blogger/2018",
    "xmlns:candour": "https://candour.example/archive/1",
}
_LOCAL_HOST = re.compile(r"localhost|[0-9.]*|.*:.*")  # an IP address is no name either


class Form(Protocol):
    """A form of the file. ``stamp`` is the time of the post or, failing that, of the
    export."""

    cleaned: int

    def begin(self, moment: str, everything: bool) -> None: ...
    def add(self, post: dict, stamp: str) -> None: ...
    def end(self) -> None: ...


class Json:
    """One object with a list of posts, a post a line."""

    cleaned = 0

    def __init__(self, write: Write) -> None:
        self._write = write
        self._separator = "\n"

    def begin(self, moment: str, everything: bool) -> None:
        head = {
            "format": "candour",
            "version": 1,
            "site": settings.SITE_NAME,
            "exported": moment,
            "all": everything,
        }
        self._write(f'{_json(head)[:-1]}, "posts": [')

    def add(self, post: dict, stamp: str) -> None:
        self._write(self._separator + _json(post))
        self._separator = ",\n"

    def end(self) -> None:
        self._write("\n]}\n")


def _json(value: dict) -> str:
    return json.dumps(value, ensure_ascii=False)


class Atom:
    """A feed as Google Takeout writes it, which ``formats/takeout.py`` reads.

    An entry has all that RFC 4287 asks for, too. A time that is not known is left out;
    only ``updated`` must be there, and is then the post's time or the export's.
    """

    def __init__(self, write: Write) -> None:
        self.cleaned = 0
        self._write = write
        self._has_forbidden = False
        site = settings.SITE_URL
        host = urlsplit(site).hostname or ""
        # The address of one's own machine leads nobody anywhere.
        is_local = _LOCAL_HOST.fullmatch(host) is not None
        self._site = "" if is_local else site
        self._tag = f"tag:{'candour.example' if is_local else host},2026:"

    def begin(self, moment: str, everything: bool) -> None:
        self._write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self._open("feed", **NAMESPACES)
        self._leaf("id", f"{self._tag}archive")
        self._leaf("title", settings.SITE_NAME, type="text")
        self._leaf("updated", moment)
        self._leaf("generator", "Candour")
        self._link("/")

    def add(self, post: dict, stamp: str) -> None:
        self._entry(self._post, post, stamp)
        for comment in post["comments"]:
            self._entry(self._comment, comment, post, stamp)

    def end(self) -> None:
        self._write("</feed>\n")

    def _entry(self, content: Callable[..., None], *values: object) -> None:
        self._has_forbidden = False
        self._open("entry")
        content(*values)
        self._write("</entry>\n")
        self.cleaned += self._has_forbidden

    def _post(self, post: dict, stamp: str) -> None:
        self._leaf("id", self._id("post", post["uid"]))
        self._leaf("candour:uid", post["uid"])
        self._leaf("blogger:type", post["type"].upper())
        self._leaf("blogger:status", post["status"].upper())
        self._author(post["author"])
        self._leaf("title", post["title"], type="text")
        self._leaf("content", post["html"], type="html")
        self._leaf("candour:source", post["body"], format=post["body_format"])
        if post["published"]:
            self._leaf("published", stamp)
        if post["published_precision"] == Post.Precision.DAY:
            self._leaf("candour:published", post["published"], precision="day")
        self._leaf("updated", stamp)
        for label in post["labels"]:
            self._leaf("category", scheme=f"{self._tag}label", term=label)
        self._leaf("blogger:filename", post["path"] or "")
        for path in post["old_addresses"]:
            self._leaf("candour:oldAddress", path)
        self._comments(post)
        if post["status"] == PostStatus.LIVE:
            self._link(post["path"])
        self._leaf("blogger:trashed")

    def _comments(self, post: dict) -> None:
        attributes = {}
        if not post["comments_recorded"]:
            attributes["recorded"] = "no"
        if post["comments_declared"] is not None:
            attributes["declared"] = str(post["comments_declared"])
        if attributes:
            self._leaf("candour:comments", **attributes)

    def _comment(self, comment: dict, post: dict, stamp: str) -> None:
        self._leaf("id", self._id("comment", comment["uid"]))
        self._leaf("candour:uid", comment["uid"])
        self._leaf("candour:publicId", comment["public_id"])
        self._leaf("blogger:parent", self._id("post", post["uid"]))
        self._leaf("candour:parent", post["uid"])
        if comment["handle"]:
            self._leaf("candour:handle", comment["handle"])
        if comment["tag"]:
            wide = {"scope": "site"} if comment["tag_is_site_wide"] else {}
            self._leaf("candour:tag", comment["tag"], **wide)
        if comment["answers"]:
            self._leaf("blogger:inReplyTo", self._id("comment", comment["answers"]))
            self._leaf("candour:inReplyTo", comment["answers"])
        if comment["answers_at_source"]:
            self._leaf("candour:answers", comment["answers_at_source"])
        self._leaf("blogger:type", "COMMENT")
        self._leaf("blogger:status", BLOGGER_STATUS[comment["state"]])
        self._leaf("candour:state", comment["state"])
        self._author(comment["author"])
        self._leaf("title", type="text")
        self._leaf("content", comment["html"], type="html")
        self._leaf("candour:text", comment["text"])
        if comment["written"]:
            self._leaf("published", comment["written"])
        else:
            self._leaf("candour:written", recorded="no")
        self._leaf("updated", comment["written"] or comment["approved"] or stamp)
        if comment["approved"]:
            self._leaf("candour:approved", comment["approved"])
        if "precision" in comment:
            self._leaf("candour:precision", comment["precision"])
        if comment["state"] == Status.LIVE and post["status"] == PostStatus.LIVE:
            self._link(f"/c/{comment['public_id']}/")
        self._leaf("blogger:trashed")

    def _author(self, name: str | None) -> None:
        """An empty name is Blogger's own way of saying that nobody signed."""
        self._open("author")
        self._leaf("name", name or "")
        self._write("</author>\n")
        if name is None:
            self._leaf("candour:author", recorded="no")

    def _link(self, path: str) -> None:
        if self._site:
            href = self._site + path
            self._leaf("link", rel="alternate", type="text/html", href=href)

    def _id(self, kind: str, uid: str) -> str:
        """The same in every export, and where it was imported."""
        return f"{self._tag}{kind}/{quote(uid, safe=':/')}"

    def _open(self, name: str, **attributes: str) -> None:
        self._write(f"<{name}{self._attributes(attributes)}>\n")

    def _leaf(self, name: str, text: str = "", /, **attributes: str) -> None:
        # A carriage return that stands there as it is, is read as a line end.
        content = escape(self._allowed(text), {"\r": "&#13;"})
        start = f"<{name}{self._attributes(attributes)}"
        self._write(f"{start}>{content}</{name}>\n" if content else f"{start}/>\n")

    def _attributes(self, attributes: dict[str, str]) -> str:
        return "".join(
            f" {name}={quoteattr(self._allowed(value))}"
            for name, value in attributes.items()
        )

    def _allowed(self, text: str) -> str:
        clean = FORBIDDEN.sub("", text)
        self._has_forbidden |= len(clean) < len(text)
        return clean


FORMS: dict[str, type[Form]] = {"atom": Atom, "json": Json}
