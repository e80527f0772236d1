"""Blogger's addresses of its lists and feeds: they lead to where the same is read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import Post

from . import making
from .making import START
from .test_old_addresses import moved

pytestmark = pytest.mark.django_db
POSTS, COMMENTS = "/feeds/posts/default", "/feeds/comments/default"
JANUARY = "2022-01-01T00:00:00Z"


def written(year: int, month: int, **fields) -> Post:
    moment = START.replace(year=year, month=month)
    return making.post(title=f"{year} {month}", published_at=moment, **fields)


class TestFeed:
    @pytest.mark.parametrize("method", ["get", "head"])
    @pytest.mark.parametrize(
        ("asked", "place"),
        [
            ("/atom.xml", POSTS),
            ("/rss.xml", POSTS),
            ("/feeds/posts/summary", POSTS),
            ("/feeds/posts/full", POSTS),
            ("/feeds/comments/summary", COMMENTS),
            ("/feeds/comments/full", COMMENTS),
            ("/rss.xml?max-results=7&alt=rss", f"{POSTS}?max-results=7&alt=rss"),
            ("/feeds/posts/summary/-/Tides%20%26%20Co", f"{POSTS}/-/Tides%20&%20Co"),
            ("/feeds/12345/comments/full", "/feeds/12345/comments/default"),
        ],
    )
    def test_it_leads_to_the_feed_of_today(self, client, method, asked, place):
        making.post(source_id="blogger:12345", labels=("Tides & Co",))
        answer = getattr(client, method)(asked)
        assert (answer.status_code, answer.url) == (301, place)
        assert client.get(answer.url).status_code == 200

    @pytest.mark.parametrize(
        "asked", ["/feeds/posts/else", "/feeds/posts/", "/atom.xml.gz", "/x/atom.xml"]
    )
    def test_what_blogger_never_had_is_not_found(self, client, asked):
        assert client.get(asked).status_code == 404

    def test_nothing_can_be_sent_there(self, client):
        assert client.post("/atom.xml").status_code == 404

    def test_it_costs_one_query(self, client, django_assert_num_queries):
        with django_assert_num_queries(1):
            client.get("/atom.xml")


class TestFrontPage:
    @pytest.mark.parametrize("asked", ["/index.html", "/index.html?m=1"])
    def test_its_file_is_the_front_page(self, client, asked):
        answer = client.get(asked)
        assert (answer.status_code, answer.url) == (301, "/")

    def test_but_a_post_that_it_names_comes_first(self, client):
        post = moved("/?p=12")
        assert client.get("/index.html?p=12").url == post.get_absolute_url()


class TestArchive:
    @pytest.mark.parametrize(
        ("asked", "place", "status"),
        [
            ("/2022_09_01_archive.html", "/2022/09/", 301),
            ("/2022_09_25_archive.html?m=1", "/2022/09/", 301),
            ("/2022_08_01_archive.html", "/2022/", 302),
            ("/2021_09_01_archive.html", "/", 302),
        ],
    )
    def test_it_leads_to_the_month_or_as_near_as_there_is(
        self, client, asked, place, status
    ):
        written(2022, 9)
        making.post(title="Draft", status=Post.Status.DRAFT)
        making.post(title="About", is_page=True)
        answer = client.get(asked)
        assert (answer.status_code, answer.url) == (status, place)
        assert client.get(answer.url).status_code == 200

    @pytest.mark.parametrize(
        "asked",
        ["/2022_13_01_archive.html", "/2022_9_1_archive.html", "/2022_09_archive.html"],
    )
    def test_another_name_is_not_found(self, client, asked):
        written(2022, 9)
        assert client.get(asked).status_code == 404


class TestOlderPosts:
    """What "Older posts" led to: posts before a moment."""

    @pytest.fixture(autouse=True)
    def posts(self):
        for year, month in ((2021, 3), (2021, 11), (2022, 1)):
            written(year, month, labels=("Tides", "a/b"))
        written(2021, 12, is_page=True)
        written(2021, 12, status=Post.Status.DRAFT)

    @pytest.mark.parametrize(
        ("moment", "place"),
        [
            (JANUARY, "/2021/11/"),
            ("2021-12-31T23:59:59-08:00", "/2021/11/"),
            ("2022-01-01T12:00:00Z", "/2021/11/"),
            ("2022-01-01T12:00:01%2B00:00", "/2022/01/"),
            ("2022-01-01T14:00:01+01:00", "/2022/01/"),
            ("2030-01-01T00:00:00Z", "/2022/01/"),
            ("2021-04-01T00:00:00.000Z", "/2021/03/"),
            ("2021-03-01T12:00:00Z", "/"),
            ("0001-01-01T00:00:00%2B14:00", "/search"),
            ("9999-12-31T23:59:59-14:00", "/search"),
        ],
    )
    def test_it_leads_to_the_newest_month_before(self, client, moment, place):
        answer = client.get(f"/search?updated-max={moment}&max-results=7")
        if place == "/search":
            assert answer.status_code == 200
            return
        assert (answer.status_code, answer.url) == (302, place)
        assert client.get(place).status_code == 200

    @pytest.mark.parametrize("moment", ["", "x", "2022-13-01T00:00:00Z", "%00", "2022"])
    def test_what_is_no_moment_is_a_search(self, client, moment):
        assert client.get(f"/search?updated-max={moment}").status_code == 200

    def test_a_question_is_answered(self, client):
        answer = client.get(f"/search?q=2021&updated-max={JANUARY}")
        assert answer.status_code == 200
        assert '<h2 id="found">' in answer.content.decode()

    def test_scheduled_posts_are_not_told_of(self, client):
        tomorrow = timezone.now() + timedelta(days=40)
        making.post(title="To come", published_at=tomorrow)
        answer = client.get("/search?updated-max=2100-01-01T00:00:00Z")
        assert answer.url == "/2022/01/"

    @pytest.mark.parametrize("name", ["Tides", "a/b"])
    def test_those_of_a_label_are_on_its_page_of_all_titles(self, client, name):
        answer = client.get(
            f"/search/label/{name}?updated-max={JANUARY}&max-results=20&start=5"
        )
        assert (answer.status_code, answer.url) == (
            301,
            f"/search/label/{name}?by=year",
        )
        assert client.get(answer.url).status_code == 200

    def test_an_unknown_label_is_not_found(self, client):
        asked = f"/search/label/None?updated-max={JANUARY}"
        assert client.get(asked).status_code == 404

    def test_it_costs_one_query(self, client, django_assert_num_queries):
        with django_assert_num_queries(1):
            client.get(f"/search?updated-max={JANUARY}")
