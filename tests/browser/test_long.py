"""A discussion of 650 comments in a browser: to read on, to find a comment on another
page, the map, the newest threads first. With JavaScript and without, at two widths."""

import json
import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from blog.discussion import pages
from blog.models import Comment, Post
from tests.blog.discussion.long_discussions import write as write_comments

from .pages import WIDTHS
from .server import Site
from .test_accessibility import violations
from .visits import Visit

# Between the other made-up posts and the imported ones, far from both.
START = datetime(2005, 9, 2, 20, 16, tzinfo=UTC)
FIRST_ID = 4341251086465812000
VARIANTS = pytest.mark.parametrize(
    ("width", "javascript"),
    [(width, javascript) for width in WIDTHS for javascript in (True, False)],
)
IN_VIEW = """(id) => { const top = document.getElementById(id)
  .getBoundingClientRect().top; return top > -2 && top < innerHeight; }"""


def write() -> str:
    """250 comments in threads of five, and one thread of 400; as JSON what the tests
    must know."""
    post = Post.objects.create(
        title="Where the Ferry Went",
        body="It left at nine and nobody has seen it since.",
        status=Post.Status.PUBLISHED,
        published_at=START,
    )
    small = [None if number % 5 == 0 else number - 1 for number in range(250)]
    parents = [*small, None, *[250 if n % 4 else 250 + n for n in range(399)]]
    comments = write_comments(post, parents)
    for number, comment in enumerate(comments):
        comment.source_id = f"blogger:{FIRST_ID + number}"
    Comment.objects.bulk_update(comments, ["source_id"], batch_size=100)
    pages.cut_posts([post.pk])
    return json.dumps(
        {
            "path": post.get_absolute_url(),
            "comments": [comment.public_id for comment in comments],
        }
    )


@pytest.fixture(scope="module")
def long(site: Site) -> dict:
    code = "from tests.browser import test_long as t; print(t.write())"
    return json.loads(site.manage("shell", "-c", code).splitlines()[-1])


def names(page: Page) -> list[str]:
    return page.evaluate(
        "[...document.querySelectorAll('.comment[id]')].map((each) => each.id.slice(2))"
    )


@VARIANTS
def test_a_reader_reads_on_to_the_end(visit, long, width: int, javascript: bool):
    page = visit(long["path"], width=width, javascript=javascript).page
    read = names(page)
    count = 1
    while (on := page.get_by_role("link", name="Next →")).count():
        expect(page.locator("#comments-title")).to_have_text("650 comments")
        on.last.click()
        count += 1
        page.wait_for_url(re.compile(rf"page={count}#comments"))
        read += names(page)
    # Each once; the answers of a thread stand below what they answer.
    assert sorted(read) == sorted(long["comments"])
    assert page.get_by_role("link", name="← Previous").count() == 2
    expect(page.locator(".pages .where").first).to_contain_text(f"Page {count} of")


@VARIANTS
def test_a_permalink_leads_from_one_page_to_another(
    visit, long, site: Site, width: int, javascript: bool
):
    page = visit(long["path"], width=width, javascript=javascript).page
    wanted = names(visit(f"{long['path']}?page=4").page)[30]
    page.goto(f"{site.address}/c/{wanted}/")
    page.wait_for_url(re.compile(rf"\?page=4#c-{wanted}$"))
    assert page.evaluate(IN_VIEW, f"c-{wanted}")


@VARIANTS
def test_a_page_within_a_thread_leads_to_what_it_continues(
    visit, long, width: int, javascript: bool
):
    page = visit(f"{long['path']}?page=4", width=width, javascript=javascript).page
    root = long["comments"][250]
    continued = page.locator(".continued").first
    expect(continued).to_contain_text("Words number 250.")
    continued.get_by_role("link").first.click()
    page.wait_for_url(re.compile(rf"\?page=3#c-{root}$"))
    assert page.evaluate(IN_VIEW, f"c-{root}")


@VARIANTS
def test_the_map_leads_to_a_thread(visit, long, width: int, javascript: bool):
    page = visit(long["path"], width=width, javascript=javascript).page
    chart = page.locator("details.map")
    assert not chart.get_by_role("link").first.is_visible()
    chart.locator("summary").click()
    last = chart.locator(".outline a").last
    place = last.get_attribute("href")
    last.click()
    assert page.evaluate(IN_VIEW, place.removeprefix("#"))
    chart.get_by_role("link", name="All threads in one list").click()
    page.wait_for_url(re.compile(r"comments=map$"))
    assert page.locator(".outline li").count() == 51
    page.locator(".outline a").last.click()
    page.wait_for_url(re.compile(rf"page=3#c-{long['comments'][250]}$"))


@VARIANTS
def test_the_newest_threads_can_stand_first(visit, long, width: int, javascript: bool):
    page = visit(long["path"], width=width, javascript=javascript).page
    page.get_by_role("link", name="Newest threads first").first.click()
    page.wait_for_url(re.compile(r"comments=newest#comments$"))
    assert names(page)[0] == long["comments"][250]
    page.get_by_role("link", name="Last page").first.click()
    page.wait_for_url(re.compile(r"comments=newest&page=\d#comments$"))
    assert names(page)[-5:] == long["comments"][:5]
    page.get_by_role("link", name="Oldest threads first").first.click()
    page.wait_for_url(re.compile(r"html#comments$"))
    assert names(page)[0] == long["comments"][0]


@pytest.mark.parametrize("width", WIDTHS)
def test_an_old_anchor_finds_its_comment_on_another_page(visit, long, width: int):
    wanted = names(visit(f"{long['path']}?page=4").page)[30]
    number = FIRST_ID + long["comments"].index(wanted)
    for anchor in (f"c{number}", f"c-{wanted}"):
        page = visit(f"{long['path']}#{anchor}", width=width).page
        page.wait_for_url(re.compile(rf"\?page=4#c-{wanted}$"))
        page.wait_for_function(IN_VIEW, arg=f"c-{wanted}")


def test_an_anchor_of_nothing_stays_where_it_is(visit, long):
    opened = visit(f"{long['path']}#c-0000000000000")
    opened.page.wait_for_timeout(500)
    assert opened.page.url.endswith(f"{long['path']}#c-0000000000000")


@VARIANTS
@pytest.mark.parametrize("query", ["", "?page=4", "?comments=newest", "?comments=map"])
def test_every_page_is_sound_and_fits(
    visit, long, width: int, javascript: bool, query: str
):
    opened: Visit = visit(long["path"] + query, width=width, javascript=javascript)
    assert opened.problems == []
    assert opened.width_too_much() <= 0


@pytest.mark.parametrize("query", ["", "?page=4", "?comments=newest", "?comments=map"])
def test_axe_finds_nothing(visit, long, axe: str, query: str):
    opened = visit(long["path"] + query)
    if query != "?comments=map":
        opened.page.locator(".map summary").click()
    assert violations(opened, axe) == {}


def test_a_page_prints_what_it_shows(visit, long):
    page = visit(f"{long['path']}?page=2").page
    page.emulate_media(media="print")
    assert page.locator(".pages .where").first.is_visible()
    for furniture in (".pages .ways", ".pages .order", ".map"):
        assert not page.locator(furniture).first.is_visible()
    assert page.locator(".comment article").last.is_visible()


def test_links_to_pages_can_be_hit_with_a_finger(visit, long):
    page = visit(f"{long['path']}?page=2", width=360).page
    for link in page.locator(".ways a").all():
        box = link.bounding_box()
        assert min(box["width"], box["height"]) >= 24
