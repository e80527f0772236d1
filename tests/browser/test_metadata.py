"""What a page says to other programs disturbs no browser."""

import json

import pytest

from .pages import kind_path
from .server import Site


@pytest.mark.parametrize("kind", ["home", "post", "untitled post", "deep discussion"])
def test_data_in_a_page_runs_into_no_policy(visit, site: Site, kind: str):
    """``script-src 'self'`` forbids inline scripts; data in a page is none of them."""
    opened = visit(kind_path(kind, site))
    data = opened.page.locator("script[type='application/ld+json']").all_text_contents()

    assert opened.status == 200
    assert opened.problems == []
    assert len(data) == (kind != "home")
    for each in data:
        assert json.loads(each)["@type"] == "DiscussionForumPosting"


def test_an_inline_script_would_be_reported(visit):
    """Without this the test above could not fail."""
    opened = visit("/")
    opened.page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "1";
      document.head.append(script);
    }""")

    assert any("Content Security Policy" in said for said in opened.said)


@pytest.mark.parametrize("kind", ["home", "post"])
def test_its_feeds_are_there(visit, site: Site, kind: str):
    links = visit(kind_path(kind, site)).page.locator("link[type$='atom+xml']")
    addresses = links.evaluate_all("all => all.map((a) => a.getAttribute('href'))")

    assert len(addresses) == (2 if kind == "home" else 3)
    for address in addresses:
        answer = site.get(address)
        assert answer.status == 200
        assert answer.header("content-type").startswith("application/atom+xml")
        assert answer.header("set-cookie") == ""
        assert answer.header("vary") in ("", "Accept-Encoding")
