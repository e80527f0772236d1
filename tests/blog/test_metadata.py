"""What other programs read of a page: where its feeds are, Open Graph and JSON-LD."""

import json
from datetime import datetime
from html.parser import HTMLParser

import pytest

from blog.models import Comment

from . import making
from .making import LONDON

pytestmark = pytest.mark.django_db

SITE = "https://tides.example"
IN_JULY = datetime(2022, 7, 1, 20, 15, 42, tzinfo=LONDON)


class Head(HTMLParser):
    """What a page says of itself, as a parser of HTML finds it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.properties: list[tuple[str, str]] = []
        self.named: dict[str, str] = {}
        self.feeds: list[tuple[str, str]] = []
        self.data: list[str] = []
        self.scripts = 0
        self._in_data = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        found = dict(attrs)
        if tag == "meta" and "property" in found:
            self.properties.append((found["property"], found["content"]))
        elif tag == "meta" and "name" in found:
            self.named[found["name"]] = found["content"]
        elif tag == "link" and found.get("type") == "application/atom+xml":
            assert found["rel"] == "alternate"
            self.feeds.append((found["title"], found["href"]))
        elif tag == "script":
            self.scripts += 1
            self._in_data = found.get("type") == "application/ld+json"

    def handle_endtag(self, tag: str) -> None:
        self._in_data &= tag != "script"

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data.append(data)

    @property
    def posting(self) -> dict:
        return json.loads("".join(self.data))

    def all(self, name: str) -> list[str]:
        return [content for property_, content in self.properties if property_ == name]


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE
    settings.SITE_NAME = "The Tide Table"
    settings.SITE_DESCRIPTION = "Twice a day."


def head(client, address: str, status: int = 200) -> Head:
    response = client.get(address)
    assert response.status_code == status
    return Head(response.content.decode())


class TestFeeds:
    @pytest.mark.parametrize(
        ("address", "status"),
        [("/", 200), ("/2022/", 200), ("/search/label/Tides", 200), ("/x/", 404)],
    )
    def test_every_page_names_those_of_the_site(self, client, address, status):
        making.post(labels=("Tides",))
        found = head(client, address, status).feeds
        assert found[:2] == [
            ("The Tide Table: posts", "/feeds/posts/default"),
            ("The Tide Table: comments", "/feeds/comments/default"),
        ]
        # A label has one of its own.
        assert len(found) == (3 if "label" in address else 2)

    def test_a_post_names_that_of_its_comments(self, client):
        post = making.post(title='"Tides" & <more>')
        found = head(client, post.get_absolute_url()).feeds
        assert found[2:] == [
            ('Comments on "Tides" & <more>', post.get_comments_feed_url())
        ]
        for _, address in found:
            assert client.get(address).status_code == 200

    def test_the_foot_of_a_page_leads_to_them(self, client):
        foot = client.get("/").content.decode().partition("<footer")[2]
        assert '<a href="/feeds/posts/default">Feed of posts</a>' in foot
        assert '<a href="/feeds/comments/default">Feed of comments</a>' in foot


class TestOpenGraph:
    def test_of_the_home_page(self, client):
        found = head(client, "/?page=1")
        assert dict(found.properties) == {
            "og:type": "website",
            "og:title": "The Tide Table",
            "og:url": f"{SITE}/",
            "og:site_name": "The Tide Table",
            "og:locale": "en_GB",
            "og:description": "Twice a day.",
        }
        assert found.named["description"] == "Twice a day."
        assert found.data == []

    def test_of_a_post(self, client):
        image = f"/media/{'a' * 32}.png"
        post = making.post(
            body=f'<p>It turns at nine.</p><img src="{image}" alt="">',
            body_format="html",
            published_at=IN_JULY,
            labels=("Sea", "A & B"),
        )
        found = head(client, post.get_absolute_url())
        assert found.all("og:type") == ["article"]
        assert found.all("og:title") == ["Post number 1"]
        assert found.all("og:url") == [SITE + post.get_absolute_url()]
        assert found.all("og:description") == [post.summary]
        assert found.all("og:image") == [SITE + image]
        assert found.all("article:published_time") == ["2022-07-01T20:15+01:00"]
        assert sorted(found.all("article:tag")) == ["A & B", "Sea"]

    def test_of_a_page_without_a_date(self, client):
        page = making.post(title="About", is_page=True)
        found = head(client, page.get_absolute_url())
        assert found.all("og:title") == ["About"]
        assert found.all("article:published_time") == []
        assert found.data == []

    def test_what_is_not_known_is_not_said(self, client):
        found = head(client, making.post(title="", body="").get_absolute_url())
        assert found.all("og:title") == ["(untitled)"]
        assert found.all("og:description") == found.all("og:image") == []
        assert "description" not in found.named
        assert "text" not in found.posting


class TestJsonLd:
    def test_a_post_is_a_posting_of_a_forum(self, client):
        post = making.post(author_name="Aldous", published_at=IN_JULY, labels=("Sea",))
        making.discussion(post, 3)
        making.comment(post, state="hidden")
        address = SITE + post.get_absolute_url()
        assert head(client, post.get_absolute_url()).posting == {
            "@context": "https://schema.org",
            "@type": "DiscussionForumPosting",
            "@id": address,
            "url": address,
            "mainEntityOfPage": address,
            "headline": "Post number 1",
            "text": "One paragraph. Another one.",
            "datePublished": "2022-07-01T20:15+01:00",
            "author": {"@type": "Person", "name": "Aldous"},
            "isPartOf": {
                "@type": "WebSite",
                "name": "The Tide Table",
                "url": f"{SITE}/",
            },
            "keywords": ["Sea"],
            "commentCount": 3,
            "interactionStatistic": {
                "@type": "InteractionCounter",
                "interactionType": "https://schema.org/CommentAction",
                "userInteractionCount": 3,
            },
        }

    def test_a_day_without_its_time_is_a_day(self, client):
        post = making.post(published_at=IN_JULY, published_precision="day")
        page = head(client, post.get_absolute_url())
        assert page.posting["datePublished"] == "2022-07-01"
        assert page.all("article:published_time") == ["2022-07-01"]
        assert b"20:15" not in client.get(post.get_absolute_url()).content

    def test_where_no_author_is_recorded_it_is_the_blog(self, client):
        found = head(client, making.post().get_absolute_url()).posting
        assert found["author"] == {"@type": "Organization", "name": "The Tide Table"}

    def test_comments_that_no_source_recorded_are_not_counted(self, client):
        post = making.post(comments_recorded=False)
        assert "commentCount" not in head(client, post.get_absolute_url()).posting
        making.comment(post)
        assert head(client, post.get_absolute_url()).posting["commentCount"] == 1

    @pytest.mark.parametrize(
        "text",
        [
            "</script><script>alert(1)</script>",
            "<!--<script>",
            "]]>",
            "\u2028\u2029",
            '"\\',
            "&lt;&amp;",
        ],
    )
    def test_no_text_leaves_its_element(self, client, text):
        plain = head(client, making.post(2).get_absolute_url()).scripts
        post = making.post(title=text, author_name=text, labels=(text,))
        found = head(client, post.get_absolute_url())
        assert found.posting["headline"] == text
        assert found.posting["author"]["name"] == text
        assert found.posting["keywords"] == [text]
        assert found.scripts == plain
        assert found.all("og:title") == [text]


def test_nothing_that_is_private_is_there(client):
    post = making.post(source="mudlark", source_key="mudlark", source_id="mudlark:1")
    making.comment(post, written_at=IN_JULY)
    Comment.objects.update(source_key="mudlark", text="mudlark")
    making.comment(post, "mudlark", name="mudlark", state="pending")
    page = client.get(post.get_absolute_url()).content.decode()
    assert "mudlark" not in page
    assert ":42" not in page
