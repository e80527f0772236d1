"""The writers of exports, and the fixtures that they made.

First the shape, asked of the standard library's XML alone; then that the readers find
in it what was written.
"""

import gzip
import json
import re
import zipfile
from collections import Counter
from datetime import datetime
from html import unescape
from io import BytesIO, StringIO
from random import Random
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from blog.archive.formats import blogger_backup, disqus, takeout, text, wordpress
from blog.archive.model import (
    REMOVED,
    PostStatus,
    SourceComment,
    SourcePost,
    Status,
)

from . import (
    backup_writer,
    disqus_writer,
    dump_writer,
    takeout_writer,
    write_fixtures,
    wxr_writer,
)
from .made_blogs import (
    EMAIL,
    IP_ADDRESS,
    LONDON,
    SITE,
    as_dump,
    as_text,
    feed_posts,
    number,
    renumbered,
)

ATOM = "{http://www.w3.org/2005/Atom}"
BLOGGER = "{http://schemas.google.com/blogger/2018}"
GD = "{http://schemas.google.com/g/2005}"
THR = "{http://purl.org/syndication/thread/1.0}"
APP = "{http://purl.org/atom/app#}"
WP = "{http://wordpress.org/export/1.2/}"
DSQ = "{http://disqus.com/disqus-internals}"
DISQUS = "{http://disqus.com}"

FIXTURES = write_fixtures.FIXTURES
TAKEOUT, BACKUP, WORDPRESS, ON_DISQUS = write_fixtures.formats()
READERS = {
    TAKEOUT: takeout,
    BACKUP: blogger_backup,
    WORDPRESS: wordpress,
    ON_DISQUS: disqus,
}


@pytest.fixture
def made() -> list[SourcePost]:
    return list(feed_posts(Random(11), 12, 30))


def written(write, *args, **options) -> str:
    file = StringIO()
    write(*args, file, **options)
    return file.getvalue()


def fixture(name: str) -> ElementTree.Element:
    return ElementTree.parse(FIXTURES / name).getroot()  # noqa: S314


class TestMadeBlogs:
    def test_the_same_chance_gives_the_same_blog(self, made):
        assert made == list(feed_posts(Random(11), 12, 30))

    def test_the_words_are_the_same_in_a_dump(self, made):
        for post in made:
            page = dump_writer.write_post_page(as_dump(post)).encode()
            (read,) = text.read(page).posts
            assert read.title == post.title
            assert read.date == post.published_at.astimezone(LONDON).date()
            html = {c.id: as_text(c.html) for c in post.comments}
            parents = {c.id: html.get(c.parent) for c in post.comments}
            dumped = {c.id: c.text for c in read.comments}
            assert sorted((html[own], parents[own] or "") for own in html) == sorted(
                (c.text, dumped.get(c.parent, "")) for c in read.comments
            )

    def test_times_rise_and_carry_their_zone(self, made):
        for post in made:
            times = [post.published_at, *(c.written_at for c in post.comments)]
            assert times == sorted(times)
            assert all(moment.tzinfo for moment in times)


class TestTakeout:
    POST = (
        "id type status author title content metaDescription created published updated "
        "location category filename link enclosure trashed"
    ).split()
    COMMENT = (
        "id parent inReplyTo type status author content created published updated "
        "trashed"
    ).split()

    @pytest.fixture
    def entries(self) -> list[ElementTree.Element]:
        return fixture(TAKEOUT).findall(f"{ATOM}entry")

    def test_elements_stand_in_blogger_s_order(self, entries):
        for entry in entries:
            names = [child.tag.rpartition("}")[2] for child in entry]
            is_comment = entry.findtext(f"{BLOGGER}type") == "COMMENT"
            assert list(dict.fromkeys(names)) == (
                self.COMMENT if is_comment else self.POST
            )

    def test_replies_come_before_parents_and_comments_before_posts(self, entries):
        ids = [entry.findtext(f"{ATOM}id") for entry in entries]
        assert ids == sorted(ids, key=lambda own: int(own.rpartition("-")[2]))
        place = {own: at for at, own in enumerate(ids)}
        replies = 0
        for at, entry in enumerate(entries):
            for name in ("parent", "inReplyTo"):
                answered = entry.findtext(f"{BLOGGER}{name}")
                if answered in place:
                    assert place[answered] > at
                    replies += name == "inReplyTo"
        assert replies == 131

    def test_what_is_not_said_is_an_empty_element(self, entries):
        draft = next(e for e in entries if e.findtext(f"{BLOGGER}status") == "DRAFT")
        for name in ("filename", "location", "trashed"):
            assert draft.findtext(f"{BLOGGER}{name}") == ""
        assert all(e.find(f"{ATOM}author/{ATOM}name") is not None for e in entries)

    def test_times_are_utc(self, entries):
        for entry in entries:
            assert entry.findtext(f"{ATOM}published").endswith("Z")

    def test_titles_are_escaped_twice(self, made):
        post = SourcePost("Masters' & mates", None, "", **_LIVE)
        assert "<title>Masters&amp;#x27; &amp;amp; mates</title>" in written(
            takeout_writer.write_feed, [post]
        )

    def test_the_zip_holds_what_google_puts_into_it(self, made, tmp_path):
        path = tmp_path / "takeout.zip"
        takeout_writer.write_zip(path, made, name="Das Unterdeck – ✓")
        with zipfile.ZipFile(path) as archive:
            folder = "Takeout/Blogger/Blogs/Das Unterdeck – ✓"
            comments = "Takeout/Blogger/Comments/Das Unterdeck – ✓/feed.atom"
            assert set(archive.namelist()) == {
                f"{folder}/feed.atom",
                f"{folder}/settings.csv",
                f"{folder}/theme-classic.html",
                f"__MACOSX/{folder}/._feed.atom",
                comments,
            }
            whole = archive.read(f"{folder}/feed.atom").decode()
            assert whole == written(takeout_writer.write_feed, made)
            root = ElementTree.fromstring(archive.read(comments))  # noqa: S314
            kinds = {e.findtext(f"{BLOGGER}type") for e in root.iter(f"{ATOM}entry")}
            assert kinds == {"COMMENT"}
            assert len(root.findall(f"{ATOM}entry")) == 12 * 30


class TestBackup:
    @pytest.fixture
    def entries(self) -> list[tuple[str, ElementTree.Element]]:
        return [
            (
                next(
                    category.get("term").rpartition("#")[2]
                    for category in entry.iter(f"{ATOM}category")
                    if category.get("scheme").endswith("#kind")
                ),
                entry,
            )
            for entry in fixture(BACKUP).findall(f"{ATOM}entry")
        ]

    def test_kinds_stand_in_blogger_s_order(self, entries):
        kinds = [kind for kind, _ in entries]
        assert Counter(kinds) == {
            "template": 1,
            "settings": 5,
            "post": 17,
            "page": 1,
            "comment": 203,
        }
        order = ["template", "settings", "post", "page", "comment"]
        assert kinds == sorted(kinds, key=order.index)

    def test_the_address_stands_in_a_setting_only(self, entries):
        holding = [kind for kind, e in entries if EMAIL in "".join(e.itertext())]
        assert holding == ["settings"]

    def test_only_replies_have_a_related_link(self, entries):
        own = {}
        related = []
        for kind, entry in entries:
            links = {e.get("rel"): e.get("href") for e in entry.iter(f"{ATOM}link")}
            own[links["self"]] = kind
            if "related" in links:
                assert kind == "comment"
                related.append(links["related"])
        assert len(related) == 132
        assert [own.get(link) for link in related].count("comment") == 131

    def test_published_is_not_updated(self, entries):
        for kind, entry in entries:
            if kind in ("post", "page", "comment"):
                published = entry.findtext(f"{ATOM}published")
                assert published != entry.findtext(f"{ATOM}updated")
                moment = datetime.fromisoformat(published)
                assert moment.utcoffset() == moment.astimezone(LONDON).utcoffset()

    def test_totals_are_those_of_the_file(self, entries):
        found = Counter(
            entry.find(f"{THR}in-reply-to").get("ref")
            for kind, entry in entries
            if kind == "comment"
        )
        for kind, entry in entries:
            if kind == "post":
                total = int(entry.findtext(f"{THR}total"))
                assert total == found[entry.findtext(f"{ATOM}id")]

    def test_a_draft_has_no_public_address(self, entries):
        drafts = [e for _, e in entries if e.find(f"{APP}control") is not None]
        assert len(drafts) == 1
        relations = {link.get("rel") for link in drafts[0].iter(f"{ATOM}link")}
        assert "alternate" not in relations

    def test_a_removed_comment_is_marked(self, entries):
        marked = [
            entry.findtext(f"{ATOM}content")
            for _, entry in entries
            for mark in entry.iter(f"{GD}extendedProperty")
            if mark.get("name") == "blogger.contentRemoved"
        ]
        assert sorted(marked) == [
            "This comment has been removed by a blog administrator.",
            "This comment has been removed by the author.",
            "This comment has been removed by the author.",
        ]


class TestWordPress:
    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_the_namespace_has_two_forms(self, made, scheme):
        root = ElementTree.fromstring(  # noqa: S314
            written(wxr_writer.write, made, scheme=scheme)
        )
        space = f"{{{scheme}://wordpress.org/export/1.2/}}"
        assert len(list(root.iter(f"{space}comment"))) == 12 * 30

    def test_addresses_stand_in_every_comment(self):
        comments = list(fixture(WORDPRESS).iter(f"{WP}comment"))
        assert len(comments) == 200
        for comment in comments:
            assert comment.findtext(f"{WP}comment_author_email") == EMAIL
            assert comment.findtext(f"{WP}comment_author_IP") == IP_ADDRESS

    def test_kinds_and_statuses(self):
        found = Counter(
            (item.findtext(f"{WP}post_type"), item.findtext(f"{WP}status"))
            for item in fixture(WORDPRESS).iter("item")
        )
        assert found == {
            ("post", "publish"): 15,
            ("post", "draft"): 1,
            ("post", "future"): 1,
            ("post", "trash"): 1,
            ("page", "publish"): 1,
            ("attachment", "inherit"): 1,
        }

    def test_a_draft_has_no_time_in_gmt(self):
        (draft,) = (
            item
            for item in fixture(WORDPRESS).iter("item")
            if item.findtext(f"{WP}status") == "draft"
        )
        assert draft.findtext(f"{WP}post_date_gmt") == "0000-00-00 00:00:00"
        assert draft.findtext(f"{WP}post_date") == "2024-11-20 21:05:00"

    def test_the_end_of_cdata_can_stand_in_a_text(self):
        post = SourcePost("a ]]> b", None, "", **_LIVE)
        root = ElementTree.fromstring(written(wxr_writer.write, [post]))  # noqa: S314
        assert root.findtext("channel/item/title") == "a ]]> b"


class TestDisqus:
    def test_threads_have_an_address_and_no_id(self):
        threads = fixture(ON_DISQUS).findall(f"{DISQUS}thread")
        assert [thread.findtext(f"{DISQUS}link") for thread in threads] == [
            f"{SITE}/2016/06/thirty-nine-years-and-clock.html",
            f"{SITE}/2024/11/five-years-of-one-water.html",
            f"{SITE}/2022/01/storm-watch-sunday-night.html",
        ]
        assert {thread.findtext(f"{DISQUS}id") for thread in threads} == {""}

    def test_parents_come_first(self):
        seen, missing = set(), 0
        for post in fixture(ON_DISQUS).findall(f"{DISQUS}post"):
            parent = post.find(f"{DISQUS}parent")
            missing += parent is not None and parent.get(f"{DSQ}id") not in seen
            seen.add(post.get(f"{DSQ}id"))
        assert missing == 1

    def test_flags_and_addresses(self):
        posts = fixture(ON_DISQUS).findall(f"{DISQUS}post")
        for name, times in (("isDeleted", 3), ("isSpam", 1)):
            flags = [post.findtext(f"{DISQUS}{name}") for post in posts]
            assert (flags.count("true"), flags.count("false")) == (times, 95 - times)
        for post in posts:
            assert post.findtext(f"{DISQUS}author/{DISQUS}email") == EMAIL
            assert post.findtext(f"{DISQUS}ipAddress") == IP_ADDRESS

    def test_a_file_may_be_packed(self, made, tmp_path):
        plain, packed = tmp_path / "disqus.xml", tmp_path / "disqus.xml.gz"
        disqus_writer.write_file(plain, made)
        disqus_writer.write_file(packed, made)
        assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()


class TestFixtures:
    def test_they_are_as_the_program_writes_them(self):
        for name, content in write_fixtures.formats().items():
            assert (FIXTURES / name).read_bytes() == content.encode(), (
                f"{name}: run python -m tests.blog.archive.write_fixtures"
            )

    def test_they_hold_what_their_list_expects(self):
        expected = json.loads((FIXTURES / "expected-formats.json").read_text())
        assert expected.keys() == READERS.keys()
        for name, wanted in expected.items():
            posts, comments = read_fixture(name)
            whole = [p for p in posts.values() if not (p.is_page or p.is_missing)]
            replies = [c for c in comments.values() if c.parent]
            assert wanted == {
                "format": READERS[name].NAME,
                "posts": Counter(post.status.value for post in whole),
                "pages": sum(post.is_page for post in posts.values()),
                "threads": sum(post.is_missing for post in posts.values()),
                "comments": Counter(c.status.value for c in comments.values()),
                "replies": len(replies),
                "parents_missing": sum(
                    number(c.parent) not in comments for c in replies
                ),
                "orphans": sum(
                    _post_number(c.post) not in posts for c in comments.values()
                ),
            }

    def test_the_words_are_those_of_the_pages(self):
        """So that nothing is doubled when the whole folder is imported."""
        of_pages = Counter(
            words(comment.text)
            for path in FIXTURES.glob("*.txt")
            for post in text.read(path.read_bytes()).posts
            for comment in post.comments
            if comment.status is Status.LIVE
        )
        assert of_pages.total() == 194  # two of the 196 are removed
        for name in (TAKEOUT, BACKUP, WORDPRESS):
            _, comments = read_fixture(name)
            found = Counter(words(comment.html) for comment in comments.values())
            assert of_pages <= found

    def test_titles_and_days_are_those_of_the_pages(self):
        of_pages = {
            (post.date, post.title)
            for path in FIXTURES.glob("*.txt")
            for post in text.read(path.read_bytes()).posts
        }
        assert len(of_pages) == 15
        for name in (TAKEOUT, BACKUP, WORDPRESS):
            posts, _ = read_fixture(name)
            live = {
                (published(post).date(), post.title)
                for post in posts.values()
                if post.status is PostStatus.LIVE and not post.is_page
            }
            assert live == of_pages

    def test_printed_names_and_times_are_kept(self):
        _, comments = read_fixture(TAKEOUT)
        found = {
            (f"{c.written_at.astimezone(LONDON):%Y-%m-%d %H:%M:%S}", words(c.html)): c
            for c in comments.values()
        }
        for name in ("09-four-on-three-off.txt", "10-storm-watch.txt"):
            (post,) = text.read((FIXTURES / name).read_bytes()).posts
            for printed in post.comments:
                if printed.status is Status.LIVE:
                    comment = found[str(printed.written_at), words(printed.text)]
                    unsigned = printed.author == "Anonymous"
                    assert comment.author == ("" if unsigned else printed.author)


_LIVE = {
    "uid": "blogger:12",
    "published_at": datetime(2024, 5, 1, 12, tzinfo=LONDON),
    "author": "Aldous",
}


def words(html: str) -> str:
    """The words of a text or of simple HTML; bullets are none."""
    plain = unescape(re.sub(r"</?[a-z][^<>]*>", " ", html)).replace("•", " ")
    return " ".join(plain.split())


def read_fixture(name: str) -> tuple[dict[str, SourcePost], dict[str, SourceComment]]:
    return read_back(READERS[name], (FIXTURES / name).read_text(encoding="utf-8"))


def read_back(
    reader, document: str
) -> tuple[dict[str, SourcePost], dict[str, SourceComment]]:
    """Posts and comments by their numbers."""
    items = list(reader.read(BytesIO(document.encode())))
    posts = [item for item in items if isinstance(item, SourcePost)]
    comments = [item for item in items if isinstance(item, SourceComment)]
    found = (
        {_post_number(post.uid): post for post in posts},
        {number(comment.uid): comment for comment in comments},
    )
    assert [len(part) for part in found] == [len(posts), len(comments)]
    return found


def _post_number(uid: str) -> str:
    """Disqus' threads and comments may have the same numbers."""
    return number(uid).removeprefix("thread-")


def published(post: SourcePost) -> datetime:
    if post.published_at:
        return post.published_at.astimezone(LONDON)
    return datetime.combine(post.date, post.time, LONDON)


def post_values(post: SourcePost) -> tuple:
    return (
        post.title,
        post.status,
        post.author,
        post.labels,
        post.is_page,
        published(post),
        words(post.body),
    )


def comment_values(comment: SourceComment, post: str) -> tuple:
    is_removed = comment.status in REMOVED
    return (
        _post_number(post),
        comment.parent and number(comment.parent),
        comment.author,
        comment.written_at,
        comment.status,
        "" if is_removed else words(comment.html),
    )


def posts_to_write(source: str) -> list[SourcePost]:
    if source == "made":
        return list(feed_posts(Random(5), 8, 25))
    return write_fixtures.blogger_posts()


def expected_comments(posts: list[SourcePost], left_out: frozenset[Status]) -> dict:
    return {
        number(comment.uid): comment_values(comment, post.uid)
        for post in posts
        for comment in post.comments
        if comment.status not in left_out
    }


def found_comments(comments: dict[str, SourceComment]) -> dict:
    return {
        own: comment_values(comment, comment.post) for own, comment in comments.items()
    }


@pytest.mark.parametrize("source", ["made", "the lower deck"])
class TestRoundTrip:
    def test_takeout(self, source):
        posts = posts_to_write(source)
        found, comments = read_back(takeout, written(takeout_writer.write_feed, posts))
        whole = [post for post in posts if not post.is_missing]
        assert {own: (post_values(p), p.addresses) for own, p in found.items()} == {
            number(p.uid): (post_values(p), p.addresses) for p in whole
        }
        assert {p.uid for p in found.values()} == {p.uid for p in whole}
        assert found_comments(comments) == expected_comments(posts, frozenset())

    def test_backup(self, source):
        posts = posts_to_write(source)
        found, comments = read_back(blogger_backup, written(backup_writer.write, posts))
        whole = [
            post
            for post in posts
            if not post.is_missing and post.status is not PostStatus.TRASHED
        ]
        assert {own: (post_values(p), paths(p)) for own, p in found.items()} == {
            number(p.uid): (post_values(p), p.addresses) for p in whole
        }
        assert {p.uid for p in found.values()} == {p.uid for p in whole}
        not_public = frozenset(Status) - {Status.LIVE} - REMOVED
        assert found_comments(comments) == expected_comments(posts, not_public)

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_wordpress(self, source, scheme):
        posts = renumbered(posts_to_write_with_posts(source), "wordpress", 11, 101)
        document = written(wxr_writer.write, posts, scheme=scheme)
        found, comments = read_back(wordpress, document)
        assert {own: post_values(p) for own, p in found.items()} == {
            number(p.uid): post_values(p) for p in posts
        }
        for post in posts:
            if post.status is PostStatus.LIVE:
                assert paths(found[number(post.uid)])[0] == post.addresses[0]
        not_exported = frozenset((Status.SPAM, Status.REFUSED)) | REMOVED
        assert found_comments(comments) == expected_comments(posts, not_exported)

    def test_disqus(self, source):
        posts = renumbered(posts_to_write_with_posts(source), "disqus", 11, 101)
        found, comments = read_back(disqus, written(disqus_writer.write, posts))
        assert {own: (p.title, paths(p)) for own, p in found.items()} == {
            number(p.uid): (p.title, p.addresses) for p in posts
        }
        expected = expected_comments(posts, frozenset())
        # Who wrote a comment that is removed, and who removed it, is not said.
        for own, (post, parent, _, moment, status, *_) in list(expected.items()):
            if status in REMOVED:
                left = (post, parent, None, moment, Status.REMOVED_BY_MODERATOR, "")
                expected[own] = left
        assert found_comments(comments) == expected


def paths(post: SourcePost) -> tuple[str, ...]:
    return tuple(urlsplit(address).path for address in post.addresses)


def posts_to_write_with_posts(source: str) -> list[SourcePost]:
    """Without the orphan: these formats name a post with every comment."""
    return [post for post in posts_to_write(source) if not post.is_missing]
