"""What everybody gets alike is packed; what is for one person alone never is."""

import gzip
from urllib.parse import urlencode

import pytest

from tests.blog import making
from tests.blog.contributions import FORM, PREVIEW

pytestmark = pytest.mark.django_db
ACCEPTS = {"accept-encoding": "gzip"}


@pytest.fixture
def post():
    under = making.post(body="A long story. " * 200)
    making.discussion(under, 5)
    # Of little that is packed a part is random and may make it longer than it was.
    for number in range(2, 12):
        making.post(number)
    return under


def is_packed(response) -> bool:
    return response.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("address", ["/", None, "/feeds/posts/default", "/sitemap.xml"])
def test_public_pages_are_packed(client, post, address):
    address = address or post.get_absolute_url()
    plain, packed = client.get(address), client.get(address, headers=ACCEPTS)
    assert not is_packed(plain)
    assert is_packed(packed)
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content)
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_a_feed_that_is_there_already_is_not_sent_again(client, post):
    first = client.get("/feeds/posts/default", headers=ACCEPTS)
    tag = {"if-none-match": first.headers["ETag"]}
    assert client.get("/feeds/posts/default", headers=ACCEPTS | tag).status_code == 304


@pytest.mark.parametrize("address", ["/receipt/", "/admin/login/"])
def test_pages_for_one_person_are_not(client, post, address):
    response = client.get(address, headers=ACCEPTS)
    assert response.status_code == 200
    assert not is_packed(response)


def test_previews_are_not(client, post):
    form = {"post": post.address, "text": "A word of mine. " * 50}
    response = client.post(PREVIEW, urlencode(form), FORM, headers=ACCEPTS)
    assert response.status_code == 200
    assert not is_packed(response)
