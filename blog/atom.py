"""Feeds as Atom 1.0 (RFC 4287) with threads (RFC 4685). Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, SubElement, tostring

CONTENT_TYPE = "application/atom+xml"
NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:thr": "http://purl.org/syndication/thread/1.0",
}
# All that XML 1.0 does not allow, not even as a reference.
FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A tag as the sanitiser writes it: each value stands in double quotes, which may hold
# a ">"; an attribute in it is taken whole, so that none is found inside another.
_TAG = re.compile(r'<[a-z][a-z0-9]*(?:[^<>"]|"[^"]*")*>')
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_WHOLE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Link:
    """``count`` of a link "replies": how many it leads to; None: that is not known."""

    rel: str
    href: str
    type: str = "text/html"
    count: int | None = None


@dataclass(frozen=True)
class Answered:
    """What an entry answers: the id of its entry, and its page."""

    id: str
    href: str


@dataclass(frozen=True)
class Entry:
    """A post or a comment. ``author`` None: that of the feed."""

    id: str
    title: str
    updated: datetime
    html: str
    links: Iterable[Link]
    author: str | None = None
    published: datetime | None = None
    categories: Iterable[str] = ()
    answers: Answered | None = None


@dataclass(frozen=True)
class Feed:
    """``updated``: when the newest that it can hold came to be."""

    id: str
    title: str
    author: str
    updated: datetime
    links: Iterable[Link]
    entries: Iterable[Entry] = field(default=())
    subtitle: str = ""
    language: str = "en-GB"


def to_minute(moment: datetime) -> datetime:
    """Without its seconds: no page tells them."""
    return moment.replace(second=0, microsecond=0)


def with_whole_addresses(html: str, site: str, page: str) -> str:
    """HTML whose addresses lead to the same place from anywhere.

    A feed is read in another program, which knows neither the ``site`` nor the
    ``page`` on which the text stands. ``html`` is as the site's sanitiser made it.
    """

    def whole(attribute: re.Match[str]) -> str:
        name, value = attribute.groups()
        if name in ("href", "src"):
            if value.startswith("/") and not value.startswith("//"):
                value = site + value
            elif value.startswith("#"):
                value = page + value
        return f'{name}="{value}"'

    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(whole, tag[0]), html)


def to_xml(feed: Feed) -> bytes:
    """The document. Characters that XML does not know are left out."""
    root = Element("feed", NAMESPACES | {"xml:lang": feed.language})
    _leaf(root, "id", feed.id)
    _leaf(root, "title", feed.title, type="text")
    if feed.subtitle:
        _leaf(root, "subtitle", feed.subtitle, type="text")
    _leaf(root, "updated", _stamp(feed.updated))
    _author(root, feed.author)
    _leaf(root, "generator", "Candour")
    _links(root, feed.links)
    for entry in feed.entries:
        _entry(SubElement(root, "entry"), entry)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _entry(element: Element, entry: Entry) -> None:
    _leaf(element, "id", entry.id)
    _leaf(element, "title", entry.title, type="text")
    if entry.author is not None:
        _author(element, entry.author)
    if entry.published:
        _leaf(element, "published", _stamp(entry.published))
    _leaf(element, "updated", _stamp(entry.updated))
    _links(element, entry.links)
    for term in filter(None, map(_allowed, entry.categories)):
        SubElement(element, "category", term=term)
    if entry.answers:
        SubElement(
            element,
            "thr:in-reply-to",
            ref=entry.answers.id,
            href=entry.answers.href,
            type="text/html",
        )
    _leaf(element, "content", entry.html, type="html")


def _author(element: Element, name: str) -> None:
    _leaf(SubElement(element, "author"), "name", name)


def _links(element: Element, links: Iterable[Link]) -> None:
    for link in links:
        told = SubElement(element, "link", rel=link.rel, type=link.type, href=link.href)
        if link.count is not None:
            told.set("thr:count", str(link.count))


def _leaf(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = _allowed(text)


def _allowed(text: str) -> str:
    return FORBIDDEN.sub("", text)


def _stamp(moment: datetime) -> str:
    """RFC 3339, to the minute, in the zone of ``moment``.

    The zones of cities were off by seconds before the railways; a stamp cannot say so.
    """
    if (moment.utcoffset() or timedelta()) % _WHOLE_MINUTE:
        moment = moment.astimezone(UTC)
    return to_minute(moment).isoformat(timespec="seconds")
