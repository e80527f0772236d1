"""What search engines are told."""

from datetime import datetime, timedelta
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from blog import sitemaps
from blog.models import Post

from . import making
from .making import LONDON

pytestmark = pytest.mark.django_db

SITE = "https://tides.example"
PROTOCOL = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def read(client, address: str = "/sitemap.xml", kind: str = "urlset") -> dict:
    """The addresses, in their order, each with its date."""
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)  # noqa: S314
    assert root.tag == PROTOCOL + kind
    entries = [
        (entry.findtext(f"{PROTOCOL}loc"), entry.findtext(f"{PROTOCOL}lastmod"))
        for entry in root
    ]
    assert all(address.startswith(f"{SITE}/") for address, _ in entries)
    found = {address.removeprefix(SITE): day for address, day in entries}
    assert len(found) == len(entries)
    return found


class TestSitemap:
    def test_it_holds_every_public_page(self, client):
        making.post(2, labels=("Tides", "A & B"))
        making.post(1)
        making.post(3, title="About", is_page=True)
        found = read(client)
        assert list(found) == [
            "/",
            "/search/label/A%20&%20B",
            "/search/label/Tides",
            "/2022/03/post-number-1.html",
            "/2022/03/post-number-2.html",
            "/p/about.html",
        ]
        for address in found:
            assert client.get(address).status_code == 200

    def test_its_addresses_are_those_of_the_posts(self, client):
        posts = [making.post(1), making.post(2, title="About", is_page=True)]
        assert {post.get_absolute_url() for post in posts} < read(client).keys()

    def test_only_what_is_public_is_there(self, client):
        making.post(1, labels=("Unused",), status=Post.Status.DRAFT)
        tomorrow = timezone.now() + timedelta(days=1)
        making.post(2, published_at=tomorrow, labels=("Later",))
        assert list(read(client)) == ["/"]

    def test_a_date_is_a_day_of_the_sites_zone(self, client):
        late = datetime(2022, 7, 1, 0, 30, tzinfo=LONDON)  # still June in UTC
        making.post(1, published_at=late)
        assert read(client) == {
            "/": "2022-07-01",
            "/2022/07/post-number-1.html": "2022-07-01",
        }

    def test_of_one_moment_the_first_stays_first(self, client):
        for name in ("b", "d", "c"):
            making.post(1, title=name)
        assert [address[9:10] for address in list(read(client))[1:]] == ["b", "d", "c"]

    def test_an_empty_blog_has_its_home_page(self, client):
        assert read(client) == {"/": None}

    def test_a_large_blog_has_an_index_of_files(self, client, monkeypatch):
        monkeypatch.setattr(sitemaps, "ADDRESSES_A_FILE", 3)
        for number in range(7):
            making.post(number, labels=("Tides",))
        files = read(client, kind="sitemapindex")
        assert list(files) == [f"/sitemap.xml?page={number}" for number in (1, 2, 3)]
        found = [list(read(client, file)) for file in files]
        assert [len(each) for each in found] == [5, 3, 1]
        assert found[0][:2] == ["/", "/search/label/Tides"]
        posts = [address for each in found for address in each if ".html" in address]
        assert posts == [
            post.get_absolute_url() for post in Post.objects.oldest_first()
        ]

    @pytest.mark.parametrize("page", ["0", "2", "-1", "x", "", "%00", "9" * 30])
    def test_a_file_that_does_not_exist_is_not_found(self, client, page):
        making.post()
        status = client.get(f"/sitemap.xml?page={page}").status_code
        assert status == (200 if page == "" else 404)

    def test_it_names_neither_the_admin_nor_a_comment(self, client):
        comment = making.comment(making.post())
        whole = client.get("/sitemap.xml").content.decode()
        assert "admin" not in whole
        assert comment.public_id not in whole


class TestRobots:
    @pytest.fixture
    def robots(self, client) -> RobotFileParser:
        response = client.get("/robots.txt")
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        parser = RobotFileParser()
        parser.parse(response.content.decode().splitlines())
        return parser

    def test_it_leads_to_the_sitemap(self, robots):
        assert robots.site_maps() == [f"{SITE}/sitemap.xml"]

    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/2022/03/a.html",
            "/c/abc/",
            "/search/label/Tides",
            "/feeds/x",
            "/search",
        ],
    )
    def test_pages_may_be_read(self, robots, path):
        assert robots.can_fetch("*", SITE + path)

    @pytest.mark.parametrize(
        "path", ["/comment/preview/", "/receipt/", "/complaint/abc/"]
    )
    def test_forms_and_answers_are_left_alone(self, robots, path):
        assert not robots.can_fetch("*", SITE + path)

    def test_the_form_of_a_reply_is(self, client):
        # The library's parser takes the star for a letter; those of engines do not.
        assert "Disallow: /c/*/reply/\n" in client.get("/robots.txt").content.decode()

    def test_the_admin_is_not_named(self, client, settings):
        whole = client.get("/robots.txt").content.decode()
        assert settings.ADMIN_PATH not in whole
