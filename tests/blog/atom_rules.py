"""What RFC 4287 (Atom) and RFC 4685 (threads) say that a feed must be.

``faults`` asks a parser of feeds, which finds what is no XML or no feed, and then the
rules themselves: a parser forgives more than the standard does.
"""

import re
from collections import Counter
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser

ATOM = "{http://www.w3.org/2005/Atom}"
THREADS = "{http://purl.org/syndication/thread/1.0}"
# RFC 3339, as section 3.3 narrows it: capital T and Z.
_DATE = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
)
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(;.*)?")
ONCE = ("id", "title", "updated")
AT_MOST_ONCE = {
    "feed": ("generator", "icon", "logo", "rights", "subtitle"),
    "entry": ("content", "published", "rights", "source", "summary"),
}
KNOWN = {
    "feed": {*ONCE, *AT_MOST_ONCE["feed"], "author", "category", "contributor"}
    | {"link", "entry"},
    "entry": {*ONCE, *AT_MOST_ONCE["entry"], "author", "category", "contributor"}
    | {"link"},
}
TEXTS = ("title", "subtitle", "summary", "rights", "content")


def faults(document: bytes) -> list[str]:
    """What of the rules a document breaks, with the section."""
    parsed = feedparser.parse(document)
    if parsed.bozo:
        return [f"no feed: {parsed.bozo_exception!r}"]
    if parsed.version != "atom10":
        return [f"a feed of the kind {parsed.version!r}"]
    feed = ElementTree.fromstring(document)  # noqa: S314  it is our own
    if feed.tag != f"{ATOM}feed":
        return ["4.1.1 the root is no feed"]
    entries = feed.findall(f"{ATOM}entry")
    found = _of_container(feed, "feed")
    for entry in entries:
        found += _of_container(entry, "entry")
        found += _of_authors(entry, feed)
        if entry.find(f"{ATOM}content") is None and not _links(entry, "alternate"):
            found.append("4.1.2 neither content nor an alternate link")
    ids = Counter(entry.findtext(f"{ATOM}id") for entry in entries)
    found += [f"4.2.6 two entries of one id: {id_}" for id_, n in ids.items() if n > 1]
    if not _links(feed, "self"):
        found.append("4.1.1 no link to itself")
    places = [child.tag == f"{ATOM}entry" for child in feed]
    if places != sorted(places):
        found.append("B an entry stands before what is said of the feed")
    return found


def _of_container(element: ElementTree.Element, kind: str) -> list[str]:
    found = []
    counts = Counter(child.tag for child in element)
    for name in ONCE:
        if counts[ATOM + name] != 1:
            found.append(f"4.1 {kind}: {counts[ATOM + name]} times {name}")
    for name in AT_MOST_ONCE[kind]:
        if counts[ATOM + name] > 1:
            found.append(f"4.1 {kind}: more than one {name}")
    for child in element:
        if child.tag.startswith(ATOM) and child.tag[len(ATOM) :] not in KNOWN[kind]:
            found.append(f"4.1 {kind}: unknown {child.tag}")
        found += _of_child(child, child.tag.removeprefix(ATOM))
    alternates = Counter(
        (link.get("type"), link.get("hreflang"))
        for link in _links(element, "alternate")
    )
    if any(number > 1 for number in alternates.values()):
        found.append(f"4.1 {kind}: two alternate links of one type")
    return found


def _of_child(child: ElementTree.Element, name: str) -> list[str]:
    found = []
    text = child.text or ""
    if name in ("updated", "published") and not _DATE.fullmatch(text):
        found.append(f"3.3 no date: {text!r}")
    if name == "id" and not urlsplit(text).scheme:
        found.append(f"4.2.6 no whole address: {text!r}")
    if name in TEXTS:
        if child.get("type", "text") not in ("text", "html"):
            found.append(f"3.1 a type that is not used here: {child.get('type')}")
        if len(child):
            found.append(f"3.1 {name} holds elements")
    if name in ("author", "contributor"):
        names = child.findall(f"{ATOM}name")
        if len(names) != 1 or not (names[0].text or "").strip():
            found.append("3.2 a person without one name")
    if name == "category" and not child.get("term"):
        found.append("4.2.2 a category without a term")
    if name == "link":
        if not urlsplit(child.get("href", "")).scheme:
            found.append(f"4.2.7 no whole address: {child.get('href')!r}")
        if child.get("type") and not _MEDIA_TYPE.fullmatch(child.get("type")):
            found.append(f"4.2.7 no media type: {child.get('type')!r}")
        count = child.get(f"{THREADS}count")
        if count is not None and not (count.isascii() and count.isdigit()):
            found.append(f"RFC 4685, 4: no number: {count!r}")
    if name == f"{THREADS}in-reply-to" and not urlsplit(child.get("ref", "")).scheme:
        found.append("RFC 4685, 3: an answer to nothing")
    return found


def _of_authors(entry: ElementTree.Element, feed: ElementTree.Element) -> list[str]:
    if entry.find(f"{ATOM}author") is None and feed.find(f"{ATOM}author") is None:
        return ["4.1.1 an entry without an author, as the feed has none"]
    return []


def _links(element: ElementTree.Element, rel: str) -> list[ElementTree.Element]:
    return [
        link
        for link in element.findall(f"{ATOM}link")
        if link.get("rel", "alternate") == rel
    ]
