"""The document itself, without a blog; and that the rules find what is wrong."""

from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest

from blog import atom

from .atom_rules import ATOM, faults

MOMENT = datetime(2022, 7, 1, 20, 15, 42, 123456, tzinfo=UTC)
SITE, PAGE = "https://tides.example", "https://tides.example/2022/07/a.html"


def entry(**fields) -> atom.Entry:
    values = {
        "id": "tag:tides.example,2026:post/1",
        "title": "High water",
        "updated": MOMENT,
        "html": "<p>Text.</p>",
        "links": [atom.Link("alternate", PAGE)],
    }
    return atom.Entry(**(values | fields))


def feed(*entries: atom.Entry, **fields) -> bytes:
    values = {
        "id": "tag:tides.example,2026:feed/posts",
        "title": "Tides",
        "author": "The Tide Table",
        "updated": MOMENT,
        "links": [atom.Link("self", f"{SITE}/feeds", atom.CONTENT_TYPE)],
        "entries": entries,
    }
    return atom.to_xml(atom.Feed(**(values | fields)))


def read(document: bytes, path: str) -> str | None:
    names = "/".join(ATOM + name for name in path.split("/"))
    return ElementTree.fromstring(document).findtext(names)  # noqa: S314


def test_it_breaks_no_rule():
    whole = entry(
        author="Ada",
        published=MOMENT,
        categories=["Sea", "A & B"],
        answers=atom.Answered("tag:tides.example,2026:post/2", PAGE),
    )
    assert faults(feed(whole, subtitle="Twice a day")) == []
    assert faults(feed()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<feed ", "<food "),
        ("<id>tag:tides.example,2026:feed/posts</id>", ""),
        ("<id>tag:tides.example,2026:post/1</id>", "<id>1</id>"),
        ("<title ", "<title>Two</title><title "),
        ("2022-07-01T20:15:00+00:00", "2022-07-01 20:15"),
        ("2022-07-01T20:15:00+00:00", "2022-07-01t20:15:00z"),
        ("<author><name>The Tide Table</name></author>", ""),
        ("<name>The Tide Table</name>", "<name></name>"),
        ('rel="self"', 'rel="via"'),
        ('href="https://tides.example/feeds"', 'href="/feeds"'),
        ("<entry>", "<entry><mood>calm</mood>"),
        ("</feed>", "<subtitle>Late</subtitle></feed>"),
        ("&lt;p&gt;Text.&lt;/p&gt;", "<p>Text.</p>"),
        ("&lt;p&gt;Text.&lt;/p&gt;", "\f"),
        ('<content type="html"', '<content type="text/html"'),
        ("<content", '<category label="x" /><content'),
        ("<content", '<link href="https://tides.example/" type="html" /><content'),
        ("2022-07-01T20:15:00+00:00", "2022-02-30T20:15:00+00:00"),
        ("2022-07-01T20:15:00+00:00", "2022-07-01T20:15:00"),
        (
            '<link rel="alternate"',
            f'<link href="{PAGE}" type="text/html" /><link rel="alternate"',
        ),
        (
            "<content",
            '<thr:in-reply-to href="https://tides.example/" /><content',
        ),
    ],
)
def test_the_rules_find_what_is_wrong(old, new):
    document = feed(entry()).decode()
    assert old in document
    changed = document.replace(old, new)
    if old == "<feed ":
        changed = changed.replace("</feed>", "</food>")
    assert faults(changed.encode()) != []


def test_two_entries_of_one_id_are_found():
    assert faults(feed(entry(), entry())) != []


def test_no_time_is_finer_than_a_minute():
    document = feed(entry(published=MOMENT))
    assert b":42" not in document
    assert b"123456" not in document
    assert read(document, "entry/published") == "2022-07-01T20:15:00+00:00"


def test_a_zone_that_is_off_by_seconds_is_told_in_utc():
    old = MOMENT.astimezone(timezone(timedelta(seconds=-75)))
    document = feed(entry(updated=old))
    assert read(document, "entry/updated") == "2022-07-01T20:15:00+00:00"


@pytest.mark.parametrize("odd", ["\0", "\x1b", "\x0b", "\ud800", "\ufffe", "\uffff"])
def test_what_xml_does_not_know_is_left_out(odd):
    document = feed(
        entry(title=f"a{odd}b", html=f"a{odd}b", author=f"a{odd}b", categories=[odd])
    )
    assert read(document, "entry/title") == "ab"
    assert read(document, "entry/content") == "ab"
    assert read(document, "entry/author/name") == "ab"


@pytest.mark.parametrize("text", ["]]>", "<![CDATA[", "&amp;", "a\tb\nc", "👋🏽", "‮x"])
def test_all_else_comes_back_as_it_was(text):
    document = feed(entry(html=text, title=text))
    assert faults(document) == []
    assert read(document, "entry/content") == text
    assert read(document, "entry/title") == text


@pytest.mark.parametrize(
    ("html", "whole"),
    [
        ('<img src="/media/a.png" alt="">', f'<img src="{SITE}/media/a.png" alt="">'),
        ('<a href="#top">x</a>', f'<a href="{PAGE}#top">x</a>'),
        ('<a href="https://a.example/#b">x</a>', None),
        ('<a href="//a.example/">x</a>', None),
        ('<p>He wrote href="/here" and src="/there".</p>', None),
        ('<img alt=" src=" title="/a">', None),
        ('<img alt="a > b" src="/a">', f'<img alt="a > b" src="{SITE}/a">'),
        ("<p>1 &lt; 2</p>", None),
        ('<hr class="soft">', None),
    ],
)
def test_addresses_lead_to_the_same_place_from_anywhere(html, whole):
    assert atom.with_whole_addresses(html, SITE, PAGE) == (whole or html)
