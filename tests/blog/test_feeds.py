"""The feeds: what is in them, in which order, and that nothing else is."""

import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest
from django.utils import timezone

from blog.discussion import tree
from blog.models import Comment, Post

from . import making
from .atom_rules import ATOM, THREADS, faults
from .making import LONDON

pytestmark = pytest.mark.django_db

POSTS, COMMENTS = "/feeds/posts/default", "/feeds/comments/default"
SITE = "https://tides.example"
IN_JULY = datetime(2022, 7, 1, 20, 15, 42, 123456, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE
    settings.SITE_NAME = "The Tide Table"


def of(post: Post) -> str:
    return post.get_comments_feed_url()


def read(client, address: str) -> feedparser.FeedParserDict:
    """The feed; it breaks no rule."""
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert faults(response.content) == []
    return feedparser.parse(response.content)


def titles(client, address: str) -> list[str]:
    return [entry.title for entry in read(client, address).entries]


def texts(client, address: str) -> list[str]:
    return [
        re.sub("<[^>]+>", "", entry.content[0].value).strip()
        for entry in read(client, address).entries
    ]


def link(found, rel: str) -> str | None:
    return next((each.href for each in found.links if each.rel == rel), None)


def first(client, address: str):
    return read(client, address).entries[0]


class TestPosts:
    def test_the_newest_come_first_with_their_whole_text(self, client):
        for number in range(3):
            making.post(number)
        found = read(client, POSTS)
        assert [entry.title for entry in found.entries] == [
            "Post number 2",
            "Post number 1",
            "Post number 0",
        ]
        text = found.entries[0].content[0].value
        assert text == "<p>One paragraph.</p>\n<p>Another one.</p>"

    def test_two_of_one_moment_stand_as_on_the_home_page(self, client):
        for name in ("First", "Second", "Third"):
            making.post(1, title=name)
        assert titles(client, POSTS) == ["Third", "Second", "First"]

    def test_only_what_is_public_is_there(self, client):
        making.post(1, title="A draft", status=Post.Status.DRAFT)
        tomorrow = timezone.now() + timedelta(days=1)
        making.post(2, title="For tomorrow", published_at=tomorrow)
        making.post(3, title="About", is_page=True)
        assert titles(client, POSTS) == []

    def test_author_labels_and_links(self, client):
        post = making.post(1, author_name="Aldous", labels=("Tides", "A & B"))
        making.discussion(post, 3)
        making.comment(post, state="hidden")
        entry = first(client, POSTS)
        assert entry.author == "Aldous"
        assert [tag.term for tag in entry.tags] == ["A & B", "Tides"]
        assert link(entry, "alternate") == SITE + post.get_absolute_url()
        assert link(entry, "replies") == SITE + of(post)
        assert self.replies(client) == "3"

    def test_where_no_author_is_recorded_it_is_the_blog(self, client):
        making.post(1)
        found = read(client, POSTS)
        assert found.feed.author == "The Tide Table"
        assert found.entries[0].author == "The Tide Table"

    def test_comments_that_no_source_recorded_are_not_counted(self, client):
        making.post(1, comments_recorded=False)
        assert self.replies(client) is None

    def replies(self, client) -> str | None:
        document = ElementTree.fromstring(client.get(POSTS).content)  # noqa: S314
        for found in document.iter(f"{ATOM}link"):
            if found.get("rel") == "replies":
                return found.get(f"{THREADS}count")
        raise AssertionError("No link to the replies.")

    def test_an_untitled_post_and_odd_characters(self, client):
        making.post(
            1,
            title="",
            body="\x1b[1mBold\x0c & <b>",
            author_name="\x0b",
            body_format="text",
        )
        making.post(2, title="]]> & <i>\x1b</i>", labels=("<\x0c>",))
        assert titles(client, POSTS) == [
            "]]> & <i></i>",
            "(untitled)",
        ]

    def test_images_of_this_site_have_whole_addresses(self, client):
        image = f"/media/{'a' * 32}.png"
        making.post(1, body=f'<img src="{image}" alt="">', body_format="html")
        assert f'src="{SITE}{image}"' in first(client, POSTS).content[0].value

    def test_times_are_cut_to_the_minute(self, client):
        making.post(1, published_at=IN_JULY)
        entry = first(client, POSTS)
        assert entry.published == entry.updated == "2022-07-01T20:15:00+01:00"

    def test_a_day_without_its_time_has_its_noon(self, client):
        making.post(1, published_at=IN_JULY, published_precision="day")
        entry = first(client, POSTS)
        assert entry.published == entry.updated == "2022-07-01T12:00:00+01:00"
        assert b"20:15" not in client.get(POSTS).content


class TestPostsOfLabel:
    def test_it_holds_the_posts_that_bear_the_label(self, client):
        making.post(1, labels=("Tides", "Else"))
        making.post(2, labels=("Else",))
        making.post(3, labels=("Tides",))
        making.post(4, labels=("Tides",), status=Post.Status.DRAFT)
        making.post(5, labels=("Tides",), is_page=True)
        found = read(client, f"{POSTS}/-/Tides")
        assert titles(client, f"{POSTS}/-/Tides") == ["Post number 3", "Post number 1"]
        assert found.feed.title == "The Tide Table: Tides"
        assert link(found.feed, "alternate") == f"{SITE}/search/label/Tides"
        assert link(found.feed, "self") == f"{SITE}{POSTS}/-/Tides"

    def test_its_entries_are_those_of_the_feed_of_all(self, client):
        making.post(1, labels=("Tides",))
        assert first(client, f"{POSTS}/-/Tides") == first(client, POSTS)
        ids = {read(client, each).feed.id for each in (POSTS, f"{POSTS}/-/Tides")}
        assert len(ids) == 2

    @pytest.mark.parametrize(
        ("name", "path"),
        [
            ("Tides & Co", "Tides%20&%20Co"),
            ("a/b", "a/b"),
            ("Привет?", "%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82%3F"),
            ("50%", "50%25"),
            ("<\x0c>", "%3C%0C%3E"),
        ],
    )
    def test_any_name_has_one(self, client, name, path):
        making.post(1, labels=(name,))
        found = read(client, f"{POSTS}/-/{path}")
        assert link(found.feed, "self") == f"{SITE}{POSTS}/-/{path}"
        assert len(found.entries) == 1

    def test_the_page_of_the_label_leads_to_it(self, client):
        making.post(1, labels=("Tides & Co",))
        for page in ("", "?by=year"):
            html = client.get(f"/search/label/Tides & Co{page}").content.decode()
            assert (
                '<link rel="alternate" type="application/atom+xml" '
                'title="The Tide Table: Tides &amp; Co" '
                f'href="{POSTS}/-/Tides%20&amp;%20Co">'
            ) in html

    @pytest.mark.parametrize("name", ["None", "%00", "tides"])
    def test_an_unknown_label_has_none(self, client, name):
        making.post(1, labels=("Tides",))
        assert client.get(f"{POSTS}/-/{name}").status_code == 404


class TestComments:
    def test_the_last_published_comes_first_and_not_the_last_written(self, client):
        post = making.post()
        late = IN_JULY + timedelta(hours=5)
        times = {
            "written first, published last": (IN_JULY, late),
            "published at once": (IN_JULY + timedelta(hours=1),) * 2,
            "imported between them": (IN_JULY + timedelta(hours=2), None),
        }
        for text, (written, published) in times.items():
            making.comment(post, text, written_at=written, published_at=published)
        making.comment(post, "without any time")
        assert texts(client, COMMENTS) == [
            "written first, published last",
            "imported between them",
            "published at once",
        ]

    def test_of_one_minute_the_newest_comes_first(self, client):
        post = making.post()
        for number in range(4):
            making.comment(post, str(number), published_at=IN_JULY)
        assert texts(client, COMMENTS) == ["3", "2", "1", "0"]
        assert texts(client, of(post)) == ["3", "2", "1", "0"]

    def test_both_clocks_are_told_to_the_minute(self, client):
        late = IN_JULY + timedelta(hours=5)
        making.comment(making.post(), written_at=IN_JULY, published_at=late)
        entry = first(client, COMMENTS)
        assert entry.published == "2022-07-01T20:15:00+01:00"
        assert entry.updated == "2022-07-02T01:15:00+01:00"

    @pytest.mark.parametrize(
        ("name", "author", "title"),
        [
            ("", "Anonymous", "On “Post number 1”"),
            (None, "Not recorded", "On “Post number 1”"),
            ("Quayside", "Quayside", "Quayside on “Post number 1”"),
        ],
    )
    def test_who_wrote(self, client, name, author, title):
        making.comment(making.post(), name=name, written_at=IN_JULY)
        entry = first(client, COMMENTS)
        assert (entry.author, entry.title) == (author, title)
        assert "email" not in entry.author_detail

    def test_what_it_answers(self, client):
        post = making.post()
        top = making.comment(post, "Top", written_at=IN_JULY)
        reply = making.comment(post, "Reply", top, written_at=IN_JULY)
        answers = self.answers(client, of(post))
        post_id = first(client, POSTS).id
        ids = {
            entry.id: entry.links[0].href for entry in read(client, of(post)).entries
        }
        top_id, reply_id = sorted(ids, key=lambda id_: reply.public_id in id_)
        assert ids[top_id] == f"{SITE}/c/{top.public_id}/"
        assert answers == {
            top_id: (post_id, SITE + post.get_absolute_url()),
            reply_id: (top_id, f"{SITE}/c/{top.public_id}/"),
        }

    @pytest.mark.parametrize("state", ["hidden", "pending", "withdrawn", "held"])
    def test_what_is_gone_is_referred_to_by_nothing(self, client, state):
        post = making.post()
        gone = making.comment(post, "SECRET", written_at=IN_JULY, state=state)
        making.comment(post, "An answer", gone, written_at=IN_JULY)
        post_id = first(client, POSTS).id
        for address in (COMMENTS, of(post)):
            [(answered, _)] = self.answers(client, address).values()
            assert answered == post_id
            content = client.get(address).content.decode()
            assert gone.public_id not in content
            assert "SECRET" not in content

    def answers(self, client, address: str) -> dict[str, tuple[str, str]]:
        document = ElementTree.fromstring(client.get(address).content)  # noqa: S314
        return {
            entry.findtext(f"{ATOM}id"): (found.get("ref"), found.get("href"))
            for entry in document.iter(f"{ATOM}entry")
            for found in entry.iter(f"{THREADS}in-reply-to")
        }

    @pytest.mark.parametrize(
        "state", [state for state in Comment.State if state != "published"]
    )
    def test_what_is_not_published_is_not_there(self, client, state):
        post = making.post()
        text = "" if state == Comment.State.ERASED else "SECRET"
        making.comment(post, text, state=state, written_at=IN_JULY)
        assert texts(client, COMMENTS) == texts(client, of(post)) == []

    def test_nor_is_what_stands_below_a_draft(self, client):
        post = making.post()
        making.comment(post, written_at=IN_JULY)
        Post.objects.update(status=Post.Status.DRAFT)
        assert texts(client, COMMENTS) == []
        assert client.get(of(post)).status_code == 404

    def test_one_that_was_hidden_leaves(self, client):
        comment = making.comment(making.post(), written_at=IN_JULY)
        assert texts(client, COMMENTS) == ["A comment."]
        Comment.objects.filter(pk=comment.pk).update(state="hidden")
        assert texts(client, COMMENTS) == []


class TestDiscussion:
    def test_it_holds_the_comments_of_its_post_alone(self, client):
        post, other = making.post(1), making.post(2)
        making.comment(post, "Here", written_at=IN_JULY)
        making.comment(other, "There", written_at=IN_JULY)
        found = read(client, of(post))
        assert texts(client, of(post)) == ["Here"]
        assert found.feed.title == "The Tide Table: comments on “Post number 1”"
        assert link(found.feed, "alternate") == SITE + post.get_absolute_url()

    def test_those_without_a_time_follow_as_they_are_discussed(self, client):
        post = making.post()
        first = making.comment(post, "1")
        making.comment(post, "2")
        making.comment(post, "1.1", first)
        making.comment(post, "timed", written_at=IN_JULY)
        assert texts(client, of(post)) == ["timed", "1", "1.1", "2"]
        times = [entry.updated for entry in read(client, of(post)).entries]
        assert set(times[1:]) == {"2022-03-02T12:00:00+00:00"}
        assert "published" not in read(client, of(post)).entries[1]

    def test_a_post_of_bloggers_is_known_by_its_number(self, client):
        post = making.post(source_id="blogger:8312345678901234567")
        making.comment(post, written_at=IN_JULY)
        assert of(post) == "/feeds/8312345678901234567/comments/default"
        by_address = f"/feeds/{post.address}/comments/default"
        whole = client.get(of(post)).content
        assert whole == client.get(by_address).content
        assert link(read(client, by_address).feed, "self") == SITE + of(post)

    def test_others_are_known_by_their_address(self, client):
        post = making.post(source_id="wordpress:12")
        assert of(post) == "/feeds/2022/03/post-number-1/comments/default"
        page = making.post(2, title="About", is_page=True)
        assert of(page) == "/feeds/p/about/comments/default"
        for each in (post, page):
            assert read(client, of(each)).entries == []

    @pytest.mark.parametrize(
        "name", ["1", "0", "9" * 31, "2022/03/other", "2022/13/a", "p/none", "x", "%00"]
    )
    def test_an_unknown_post_has_none(self, client, name):
        post = making.post(source_id="wordpress:1")
        assert client.get(f"/feeds/{name}/comments/default").status_code == 404
        assert client.get(f"/feeds/{post.pk}/comments/default").status_code == 404


class TestIds:
    def all(self, client, post: Post) -> list[str]:
        found = [read(client, address) for address in (POSTS, COMMENTS, of(post))]
        return [feed.feed.id for feed in found] + [
            entry.id for feed in found for entry in feed.entries
        ]

    def test_they_stay_whatever_else_changes(self, client, settings):
        post = making.post(labels=("Tides",))
        making.comment(post, written_at=IN_JULY)
        before = self.all(client, post)
        assert all(id_.startswith("tag:candour.example,2026:") for id_ in before)
        settings.SITE_URL = "http://tidesxyz.onion"
        settings.SITE_NAME = "Another name"
        post.title, post.published_at = "Another title", IN_JULY
        post.source_id = "blogger:12"
        post.save()
        Comment.objects.update(version=5, published_at=IN_JULY)
        assert self.all(client, post) == before

    def test_an_owner_may_put_a_name_before_them(self, client, settings):
        settings.FEED_TAG = "tides.example,2026-03"
        making.post()
        assert first(client, POSTS).id == (
            "tag:tides.example,2026-03:post/2022/03/post-number-1"
        )


def test_an_empty_blog_has_valid_feeds(client):
    for address in (POSTS, COMMENTS):
        found = read(client, address)
        assert found.entries == []
        assert found.feed.updated == "1970-01-01T00:00:00+00:00"


def test_nothing_that_is_private_is_in_them(client):
    secrets = {
        "source_key": "key-mudlark",
        "source_id": "disqus:mudlark",
        "source_parent": "disqus:limpet",
        "receipt_digest": "digest-mudlark",
        "text": "raw-mudlark",
    }
    post = making.post(
        source="source-mudlark",
        source_key="post-mudlark",
        source_digests=["mudlark"],
        source_labels=["mudlark"],
        summary="mudlark",
    )
    making.comment(post, written_at=IN_JULY)
    parent = Comment.objects.get()
    Comment.objects.update(**secrets)
    for state in Comment.State:
        if state not in ("published", "erased"):
            tree.insert(
                post,
                parent,
                text="mudlark",
                html="mudlark",
                name="mudlark",
                state=state,
                written_at=IN_JULY,
                published_at=IN_JULY,
            )
    making.post(5, title="mudlark", body="mudlark", status="draft")
    for address in (POSTS, COMMENTS, of(post)):
        response = client.get(address)
        whole = response.content + str(response.headers).encode()
        assert b"A comment." in whole or b"One paragraph." in whole
        for marker in (b"mudlark", b"limpet", b"digest", b"/admin/"):
            assert marker not in whole
