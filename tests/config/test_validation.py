"""Public pages have a digest, by which they are not sent again; nothing else has."""

import pytest

from blog.models import Comment
from moderation.models import Mode
from tests.blog import making
from tests.blog.contributions import PREVIEW
from tests.blog.contributions import post as send_form
from tests.moderation.deciding import do

pytestmark = pytest.mark.django_db
KEPT = "public, max-age=0, s-maxage=1, must-revalidate"
PACKED = {"accept-encoding": "gzip"}


@pytest.fixture
def post():
    under = making.post(labels=("Tides",))
    making.comment(under)
    return under


def test_every_public_page_can_be_asked_for_again_in_a_line(client, post):
    for address in (
        "/",
        post.get_absolute_url(),
        f"{post.get_absolute_url()}?comments=newest",
        "/2022/",
        "/search?q=tides",
        "/search/label/Tides",
        "/moderation/",
        "/moderation/before-you-write/",
    ):
        page = client.get(address)
        assert page.headers["Cache-Control"] == KEPT, address
        assert "Last-Modified" not in page.headers
        etag = page.headers["ETag"]
        assert client.head(address).headers["ETag"] == etag
        packed = client.get(address, headers=PACKED).headers["ETag"]
        assert packed == f"W/{etag}"
        for tag in (etag, packed):
            again = client.get(address, headers=PACKED | {"if-none-match": tag})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["Cache-Control"] == KEPT
            assert again.headers["Vary"] == page.headers["Vary"] == "Accept-Encoding"
            assert again.headers["Content-Security-Policy"]


def test_what_changes_is_sent(client, post):
    address = post.get_absolute_url()
    tags = {client.get(address).headers["ETag"]}
    do("hide", Comment.objects.get())
    tags.add(client.get(address).headers["ETag"])
    Mode.objects.create(kind="closed", notice="Enough.")
    tags.add(client.get(address).headers["ETag"])
    assert len(tags) == 3
    assert client.get(address).headers["ETag"] in tags, "and nothing else changes it"


def test_what_is_for_one_person_or_is_no_page_has_none(client, post):
    comment = Comment.objects.get()
    form = {"post": post.address, "text": "The tide turns."}
    answers = [
        client.get("/receipt/"),
        client.get(f"/c/{comment.public_id}/reply/"),
        client.get("/complaint/"),
        client.get("/admin/login/"),
        client.get("/healthz"),
        client.get(f"/c/{comment.public_id}/"),
        client.get("/nothing-here"),
        send_form(client, PREVIEW, form),
        send_form(client, PREVIEW, form | {"text": ""}),
    ]
    assert [each.status_code for each in answers] == [200] * 5 + [302, 404, 200, 422]
    for each in answers:
        assert "ETag" not in each.headers
        assert "public" not in each.headers.get("Cache-Control", "")
    for each in (*answers[:5], *answers[7:]):
        assert "no-store" in each.headers["Cache-Control"]


def test_what_says_itself_how_long_it_is_kept_is_left_alone(client, post):
    for address in ("/feeds/posts/default", "/sitemap.xml", "/robots.txt"):
        told = client.get(address).headers["Cache-Control"]
        assert "s-maxage" not in told
