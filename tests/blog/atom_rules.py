"""What RFC 4287 (Atom) and RFC 4685 (threads) say that a feed must be.

``faults`` asks a parser of feeds, which finds what is no XML or no feed; then a
validator with the grammar of both (``atom.rng``), for a parser forgives more than they
do; then the few rules that the grammar cannot say.
"""

from collections import Counter
from pathlib import Path

import feedparser
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
THREADS = "{http://purl.org/syndication/thread/1.0}"
GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


def faults(document: bytes) -> list[str]:
    """What of the rules a document breaks, with the line or the section."""
    parsed = feedparser.parse(document)
    if parsed.bozo:
        return [f"no feed: {parsed.bozo_exception!r}"]
    if parsed.version != "atom10":
        return [f"a feed of the kind {parsed.version!r}"]
    feed = etree.fromstring(document)
    if not GRAMMAR.validate(feed):
        return [f"line {one.line}: {one.message}" for one in GRAMMAR.error_log]
    entries = feed.findall(f"{ATOM}entry")
    found = [] if _links(feed, "self") else ["4.1.1 no link to itself"]
    for element in (feed, *entries):
        alternates = Counter(
            (link.get("type"), link.get("hreflang"))
            for link in _links(element, "alternate")
        )
        if max(alternates.values(), default=0) > 1:
            found.append("4.1 two alternate links of one type")
    for entry in entries:
        if entry.find(f"{ATOM}author") is None and feed.find(f"{ATOM}author") is None:
            found.append("4.1.1 an entry without an author, as the feed has none")
        if entry.find(f"{ATOM}content") is None and not _links(entry, "alternate"):
            found.append("4.1.2 neither content nor an alternate link")
    ids = Counter(entry.findtext(f"{ATOM}id") for entry in entries)
    return found + [
        f"4.2.6 two entries of one id: {id_}" for id_ in ids if ids[id_] > 1
    ]


def _links(element: etree._Element, rel: str) -> list[etree._Element]:
    return [
        link
        for link in element.findall(f"{ATOM}link")
        if link.get("rel", "alternate") == rel
    ]
