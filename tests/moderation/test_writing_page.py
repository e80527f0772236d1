"""What is told to who is about to write, and the way out beside every form."""

import re

import pytest

from blog.discussion import receipts as codes
from tests.blog import making
from tests.blog.contributions import post as send_form

from .deciding import in_state

pytestmark = pytest.mark.django_db
ADDRESS = "/moderation/before-you-write/"
LEAVE = re.compile(r'<a class="leave" href="([^"]*)" rel="noreferrer nofollow"')


def pages_of_writing(client) -> list[str]:
    """Post, form of a reply, preview, the receipt's page."""
    post = making.post()
    comment = making.comment(post)
    code = codes.code_for(codes.new_nonce())
    in_state(post, receipt_digest=codes.digest(code))
    form = {"post": post.address, "text": "The tide turns."}
    preview = send_form(client, "/comment/preview/", form)
    token = re.search(r'name="token" value="([^"]+)"', preview.text)[1]
    answers = (
        client.get(post.get_absolute_url()),
        client.get(f"/c/{comment.public_id}/reply/"),
        preview,
        send_form(client, "/comment/send/", form | {"token": token}),
        send_form(client, "/receipt/", {"code": code}),
        client.get(ADDRESS),
    )
    assert [answer.status_code for answer in answers] == [200] * 6
    return [answer.text for answer in answers]


def test_the_way_out_stands_on_every_page_of_writing(client, settings):
    assert settings.QUICK_EXIT_URL == "https://www.bbc.co.uk/weather"
    settings.QUICK_EXIT_URL = "https://tides.example/?a=1&b=2"
    for html in pages_of_writing(client):
        assert LEAVE.findall(html) == ["https://tides.example/?a=1&amp;b=2"]
        assert html.count("tides.example") == 1, "nothing is asked for beforehand"


def test_without_an_address_there_is_none(client, settings):
    settings.QUICK_EXIT_URL = ""
    for html in pages_of_writing(client):
        assert "Leave this page" not in html


def test_the_forms_lead_to_the_advice(client):
    for html in pages_of_writing(client)[:3]:
        assert f'href="{ADDRESS}"' in html


def test_the_advice_is_true_of_this_site(client, settings):
    told = client.get(ADDRESS).text
    assert "the minute in which it was written" in told
    assert ".onion" not in told
    settings.TIME_PRECISION = "day"
    settings.ALLOWED_HOSTS = [".onion", "testserver", "tides2abc.onion"]
    told = client.get(ADDRESS).text
    assert "the day on which it was written" in told
    assert "http://tides2abc.onion<" in told
