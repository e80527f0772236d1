"""A reply begins with what it answers, which alone is no reply."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.blog import making
from tests.blog.discussion.showing import at, published

pytestmark = pytest.mark.django_db
EMPTY = "Write something first."
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def post():
    return making.post(published_at=at("09:00"))


def form(comment) -> str:
    html = Client().get(f"/c/{comment.public_id}/reply/").content.decode()
    return html.partition('<textarea id="f-text"')[2].partition("</textarea>")[0]


def preview(comment, text: str):
    sent = {
        "post": comment.post.address,
        "parent": comment.public_id,
        "text": text,
        "name": "",
    }
    body = Client().post("/comment/preview/", urlencode(sent), content_type=FORM)
    return body.status_code, body.content.decode()


@pytest.mark.parametrize(
    ("fields", "begins"),
    [
        ({"written": at("14:03")}, "\n@Anon 14:03 "),
        ({"written": at("14:03"), "name": "A & B"}, "\n@A &amp; B "),
        ({"name": "Rowan"}, "\n@Rowan "),
        ({}, "\n"),
        ({"name": None}, "\n"),
    ],
)
def test_the_form_has_its_name_or_handle(post, fields, begins):
    comment = published(post, **fields)
    assert form(comment).partition(">")[2] == begins


def test_the_page_says_whom_it_answers(post):
    comment = published(post, written=at("14:03"))
    page = Client().get(f"/c/{comment.public_id}/reply/").content.decode()
    assert "In reply to Anon 14:03</p>" in page


@pytest.mark.parametrize(
    "text", ["@Anon 14:03 ", "@Anon 14:03", " @Anon 14:03\r\n\r\n"]
)
def test_that_alone_is_nothing(post, text):
    status, page = preview(published(post, written=at("14:03")), text)
    assert status == 422
    assert EMPTY in page


@pytest.mark.parametrize("text", ["@Anon 14:03 no.", "@Anon 14:04", "Yes."])
def test_anything_more_is_a_reply(post, text):
    status, page = preview(published(post, written=at("14:03")), text)
    assert status == 200
    assert EMPTY not in page
