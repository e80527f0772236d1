"""How feeds are sent: to who has them not, for few queries, without traces."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date, parse_http_date

from blog.models import Comment, Post

from . import making

pytestmark = pytest.mark.django_db

MOMENT = datetime(2022, 7, 1, 20, 15, 42, 123456, tzinfo=UTC)
POSTS, COMMENTS = "/feeds/posts/default", "/feeds/comments/default"
OF_POST = "/feeds/2022/03/post-number-1/comments/default"
OF_LABEL = "/feeds/posts/default/-/Tides"
FEEDS = (POSTS, OF_LABEL, COMMENTS, OF_POST)
DOCUMENTS = (*FEEDS, "/sitemap.xml", "/robots.txt")


@pytest.fixture
def post() -> Post:
    post = making.post(1, labels=("Tides",))
    making.comment(post, "One", written_at=MOMENT, published_at=MOMENT)
    return post


@pytest.mark.parametrize("address", DOCUMENTS)
class TestEach:
    def test_who_has_it_is_not_sent_it_again(self, client, post, address):
        sent = client.get(address)
        again = client.get(address, headers={"If-None-Match": sent["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        for name in ("ETag", "Cache-Control"):
            assert again[name] == sent[name]
        weak = client.get(address, headers={"If-None-Match": f"W/{sent['ETag']}"})
        assert weak.status_code == 304

    def test_who_has_another_is_sent_it(self, client, post, address):
        other = client.get(address, headers={"If-None-Match": '"another"'})
        assert other.status_code == 200

    def test_a_date_alone_does_not_say_that_nothing_was_taken_away(
        self, client, post, address
    ):
        headers = {"If-Modified-Since": http_date(4_000_000_000)}
        assert client.get(address, headers=headers).status_code == 200

    def test_its_head_can_be_asked_for(self, client, post, address):
        whole, head = client.get(address), client.head(address)
        assert (head.status_code, head.content) == (200, b"")
        assert head["ETag"] == whole["ETag"]
        assert head["Content-Length"] == whole["Content-Length"]

    def test_only_reading_is_allowed(self, client, post, address):
        assert client.post(address).status_code == 405

    def test_it_may_be_kept_for_everybody_for_a_while(self, client, post, address):
        response = client.get(address)
        assert response["Cache-Control"] in (
            "public, max-age=300",
            "public, max-age=3600",
        )
        assert not response.cookies
        assert response.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding"

    def test_no_header_tells_a_time_finer_than_a_minute(self, client, post, address):
        response = client.get(address)
        if address in FEEDS:
            assert parse_http_date(response["Last-Modified"]) % 60 == 0
        else:
            assert "Last-Modified" not in response.headers
        assert ":42" not in str(response.headers)

    def test_its_queries_are_as_many_for_twenty_rows_as_for_two(
        self, client, post, address
    ):
        used = []
        for start, count in ((2, 2), (4, 18)):
            for number in range(start, start + count):
                other = making.post(number, labels=("Tides", f"Label {number}"))
                parent = making.comment(other, written_at=MOMENT)
                making.comment(post, written_at=MOMENT)
                making.comment(other, "Reply", parent, written_at=MOMENT)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            used.append(len(queries))
        assert used[0] == used[1] <= 4


def changes(client, address: str, change) -> bool:
    before = client.get(address)["ETag"]
    change()
    return client.get(address)["ETag"] != before


class TestEtag:
    """It changes with all that readers would see, and with nothing else."""

    def test_with_a_comment_that_comes_goes_or_is_corrected(self, client, post):
        def new():
            making.comment(post, "Two", published_at=MOMENT)

        def hide():
            Comment.objects.filter(text="Two").update(state="hidden")

        def restore():
            Comment.objects.filter(text="Two").update(state="published")

        def correct():
            Comment.objects.filter(text="Two").update(html="<p>Three</p>")

        for act in (new, hide, restore, correct):
            before = client.get(OF_POST)["ETag"]
            assert changes(client, COMMENTS, act), act
            assert client.get(OF_POST)["ETag"] != before, act

    def test_with_the_number_of_answers_to_a_post(self, client, post):
        assert changes(client, POSTS, lambda: making.comment(post))

    def test_with_a_post_that_is_corrected_or_renamed(self, client, post):
        def correct():
            post.body = "Another text."
            post.save()

        def rename():
            post.title = "Another title"
            post.save()

        assert changes(client, POSTS, correct)
        assert changes(client, COMMENTS, rename)

    def test_not_with_what_nobody_sees(self, client, post):
        def write():
            making.comment(post, "Waiting", state="pending", written_at=MOMENT)
            making.post(3, status="draft")
            Comment.objects.update(version=9)

        for address in DOCUMENTS:
            assert not changes(client, address, write)


def test_the_date_is_that_of_the_newest(client, post):
    later = MOMENT + timedelta(hours=3)
    making.comment(post, "Two", written_at=MOMENT, published_at=later)
    for address in (COMMENTS, OF_POST):
        told = parse_http_date(client.get(address)["Last-Modified"])
        assert told == int(later.replace(second=0, microsecond=0).timestamp())


def test_the_feed_of_the_latest_comments_is_read_along_an_index(post):
    newest = (
        Comment.objects.public()
        .with_moment()
        .filter(moment__isnull=False)
        .order_by("-moment", "-pk")
    )
    if connection.vendor == "postgresql":  # a small table is quicker read as a whole
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    assert "comment_latest" in newest[:26].explain()
