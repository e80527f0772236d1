"""Which entries of a feed are asked for, and how one gets to the others."""

from urllib.parse import urlsplit

import pytest

from . import making
from .test_feeds import COMMENTS, IN_JULY, SITE, link, read, texts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def asked(address: str) -> str:
    """What stands behind the site's name."""
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" == SITE
    return parts.path + (f"?{parts.query}" if parts.query else "")


class TestWindow:
    @pytest.fixture(autouse=True)
    def thirty(self, site):
        post = making.post()
        for number in range(30):
            making.comment(post, str(number), published_at=IN_JULY)

    @pytest.mark.parametrize(
        ("query", "number", "newest"),
        [
            ("", 25, "29"),
            ("?max-results=3", 3, "29"),
            ("?max-results=100", 30, "29"),
            ("?max-results=5000", 30, "29"),
            ("?max-results=0", 1, "29"),
            ("?max-results=-3", 25, "29"),
            ("?max-results=x", 25, "29"),
            ("?max-results=%D9%A3", 25, "29"),
            ("?max-results=", 25, "29"),
            (f"?max-results={'9' * 30}", 25, "29"),
            ("?start-index=1", 25, "29"),
            ("?start-index=0", 25, "29"),
            ("?start-index=26", 5, "4"),
            ("?start-index=30", 1, "0"),
            ("?start-index=11&max-results=2", 2, "19"),
            (f"?start-index={'9' * 40}", 25, "29"),
            ("?alt=rss", 25, "29"),
            ("?alt=json&redirect=false&x=%00", 25, "29"),
        ],
    )
    def test_bloggers_query_is_honoured(self, client, query, number, newest):
        found = texts(client, COMMENTS + query)
        assert (len(found), found[0]) == (number, newest)

    def test_beyond_the_end_there_is_nothing(self, client):
        found = read(client, f"{COMMENTS}?start-index=999999999")
        assert found.entries == []
        assert link(found.feed, "next") is None

    def test_the_neighbours_lead_through_all_of_it_and_back(self, client):
        seen, address = [], f"{COMMENTS}?max-results=7"
        while address:
            found = read(client, address)
            assert link(found.feed, "self") == SITE + address
            seen += texts(client, address)
            last, address = address, link(found.feed, "next")
            address = address and asked(address)
        assert seen == [str(number) for number in range(29, -1, -1)]
        back = 0
        while last := link(read(client, last).feed, "previous"):
            last, back = asked(last), back + 1
        assert back == 4

    def test_an_ignored_query_is_not_its_own_address(self, client):
        found = read(client, f"{COMMENTS}?alt=rss&start-index=1&max-results=25")
        assert link(found.feed, "self") == SITE + COMMENTS
        assert link(found.feed, "next") == f"{SITE}{COMMENTS}?start-index=26"
