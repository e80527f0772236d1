"""The page about moderation and the line below a post, as readers get them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from blog.models import Post
from moderation.models import Mode, Tally

from . import pictures
from .pages import STORM, THEMES, WIDTHS
from .server import Site
from .test_accessibility import violations

PAGE = "/moderation/"
MONTHS = {
    f"{year}-{month:02}": {
        "published": 20 + month * 7,
        "refused:off_topic": month,
        "refused:harassment": 6,
        "hidden": 1,
        "wait:40": 25,
        "wait:1440": 4,
    }
    for year in (2024, 2025)
    for month in range(1, 13)
}
TOLD = [[["refused:off_topic"], 30], [["refused:harassment", "refused:hate"], 12]]


def write(title: str) -> None:
    """Figures as decisions would have made them, and a mode."""
    post = Post.objects.get(title=title)
    Tally.objects.update_or_create(
        post=post, defaults={"by_month": MONTHS, "told": TOLD}
    )
    Mode.objects.create(kind="hold_all", notice="Gulls are back.")


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One of its own: each page with a form asks for the figures, and they are kept for
    some minutes in the memory of the process."""
    site = Site(tmp_path_factory.mktemp("site"))
    try:
        site.start()
        call = "from tests.browser import test_moderation_page as t; "
        site.manage("shell", "-c", f"{call}t.write({STORM.title!r})")
        yield site
    finally:
        site.stop()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_and_asks_nothing_of_anybody(visit, width: int, theme: str):
    opened = visit(PAGE, width=width, theme=theme, javascript=False)
    assert opened.status == 200
    assert opened.problems == []
    assert opened.width_too_much() <= 0
    page = opened.page
    assert page.get_by_role("heading", level=1).inner_text() == (
        "How comments are moderated"
    )
    assert "Gulls are back." in page.locator("main").inner_text()
    assert page.get_by_role("rowheader", name="December 2025").is_visible()
    colours = page.locator(".bars rect").evaluate_all(
        "all => [...new Set(all.map(each => getComputedStyle(each).fill))]"
    )
    assert len(colours) == 2
    assert "rgb(0, 0, 0)" not in colours
    pictures.take(page, f"moderation-{width}-{theme}")


def test_axe_finds_nothing(visit, axe: str):
    assert violations(visit(PAGE), axe) == {}


def test_axe_finds_nothing_where_a_post_has_its_line(visit, site: Site, axe: str):
    assert violations(visit(STORM.path(site)), axe) == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_line_below_a_post_leads_to_how_it_is_counted(
    visit, site: Site, width: int
):
    opened = visit(STORM.path(site), width=width, javascript=False)
    line = opened.page.locator(".tally")
    assert "42 refused: 30 off topic, 12 for other reasons" in line.inner_text()
    left = "e => e.getBoundingClientRect().left"
    article = opened.page.locator("article.post")
    assert line.evaluate(left) == article.evaluate(left)
    line.get_by_role("link").click()
    assert opened.page.url.endswith("/moderation/#figures")
    assert opened.page.get_by_role("heading", name="Figures").is_visible()


def test_the_table_is_reached_and_moved_with_keys(visit):
    page = visit(PAGE, width=360).page
    region = page.get_by_role("region", name="Figures by month")
    region.focus()
    assert region.evaluate("e => e === document.activeElement")
    before = region.evaluate("e => e.scrollLeft")
    wider = region.evaluate("e => e.scrollWidth > e.clientWidth")
    page.keyboard.press("ArrowRight")
    if wider:
        page.wait_for_function(
            "before => document.activeElement.scrollLeft > before", arg=before
        )


def test_on_paper_the_whole_table_is_there(visit):
    opened = visit(PAGE, width=1440)
    page = opened.page
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 720, "height": 900})
    table = page.locator(".figures table")
    assert table.is_visible()
    assert page.locator(".figures").evaluate("e => getComputedStyle(e).overflowX") == (
        "visible"
    )
    assert table.evaluate("e => e.scrollWidth") <= 720
    page.emulate_media(media="screen")


def test_every_page_leads_there(visit):
    opened = visit("/", javascript=False)
    opened.page.get_by_role("link", name="How comments are moderated").click()
    assert opened.page.url.endswith(PAGE)
