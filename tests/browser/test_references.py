"""A link to a comment shows it at a glance; without JavaScript it leads there."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from .server import Site
from .test_accessibility import EVERYTHING, RUN
from .visits import Visit

GLANCE = ".glance"
SHIFTS = """() => new Promise((tell) => { let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => tell(sum), 300); })"""


@dataclass
class Gangway:
    """The discussion: the first of ``comments`` is named by all the others."""

    path: str
    comments: list[str]

    @property
    def target(self) -> str:
        return f"#c-{self.comments[0]}"

    @property
    def source(self) -> str:
        return f"#c-{self.comments[2]}"

    @property
    def far(self) -> str:
        """On the second page, and names the first."""
        return f"#c-{self.comments[-3]}"


@pytest.fixture(scope="module")
def gangway(site: Site) -> Gangway:
    written = site.manage(
        "shell", "-c", "from tests.browser import referring_discussion as d; d.write()"
    )
    return Gangway(**json.loads(written.splitlines()[-1]))


@pytest.fixture
def open_page(gangway: Gangway, visit: Callable[..., Visit]) -> Callable[..., Visit]:
    return lambda what="", **variant: visit(gangway.path + what, **variant)


def link_in(page: Page, comment: str):
    return page.locator(f"{comment} > article > .text a.at")


def test_the_pointer_shows_what_a_link_names(gangway, open_page):
    visit = open_page()
    page = visit.page
    moved = page.evaluate(SHIFTS)  # while it was loaded
    link_in(page, gangway.source).hover()
    card = page.locator(GLANCE)
    expect(card).to_contain_text("The gangway was taken in at nine")
    expect(card.locator(".handle-line")).to_have_text("Anon 09:00")
    expect(card.locator("[id], a[href]")).to_have_count(0)
    # It can be gone into, and stays; elsewhere it goes.
    card.hover()
    page.wait_for_timeout(400)
    expect(card).to_be_visible()
    page.locator(f"{gangway.source} h3").hover()
    expect(card).to_have_count(0)
    assert not [url for url in visit.requested if url.endswith("/card/")]
    assert page.evaluate(SHIFTS) == moved


def test_the_keyboard_shows_it_and_escape_closes(gangway, open_page):
    page = open_page().page
    page.locator(f"{gangway.source} h3 a").focus()
    page.keyboard.press("Tab")
    link = link_in(page, gangway.source)
    expect(link).to_be_focused()
    expect(page.get_by_role("tooltip")).to_contain_text("The gangway")
    expect(link).to_have_accessible_description("Anon 09:00 The gangway was taken in "
                                                "at nine, and I was on the quay. "
                                                "https://x.example/")  # fmt: skip
    page.keyboard.press("Escape")
    expect(page.locator(GLANCE)).to_have_count(0)
    expect(link).to_be_focused()
    assert link.get_attribute("aria-describedby") is None
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.locator(GLANCE)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(GLANCE)).to_have_count(0)
    page.wait_for_url(f"**{gangway.target}")


def test_who_names_it_is_shown_the_same_way(gangway, open_page):
    page = open_page().page
    folded = page.locator(f"{gangway.target} details.answered-by")
    expect(folded.locator("summary")).to_have_text("Answered by 9 comments")
    folded.locator("summary").click()
    folded.get_by_role("link", name="Anon 09:30").hover()
    expect(page.locator(GLANCE)).to_contain_text("then you were late")


def test_what_stands_on_another_page_is_asked_for_once(gangway, open_page):
    visit = open_page("?page=2")
    page = visit.page
    link = link_in(page, gangway.far)
    for _ in range(2):
        link.hover()
        expect(page.locator(GLANCE)).to_contain_text("The gangway was taken in")
        page.locator("h1, h2").first.hover()
        expect(page.locator(GLANCE)).to_have_count(0)
    asked = [url for url in visit.requested if url.endswith("/card/")]
    assert asked == [f"{visit.site}/c/{gangway.comments[0]}/card/"]
    assert not visit.problems


def test_of_what_is_gone_the_line_in_its_place_is_shown(gangway, open_page):
    visit = open_page("?page=2")
    link = link_in(visit.page, f"#c-{gangway.comments[-1]}")
    expect(link).to_have_attribute("href", f"#c-{gangway.comments[-2]}")
    link.hover()
    expect(visit.page.locator(GLANCE)).to_have_text("Removed by a moderator.")


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_card_stays_in_the_window_and_has_no_faults(
    gangway, open_page, axe, width, theme
):
    page = open_page(width=width, theme=theme).page
    link_in(page, gangway.source).hover()
    card = page.locator(GLANCE)
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.evaluate(axe)
    faults = page.evaluate(RUN, EVERYTHING)
    assert not faults


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    yield context.new_page()
    context.close()


def test_a_finger_follows_the_link_at_once(gangway, site, phone):
    phone.goto(site.address + gangway.path)
    link_in(phone, gangway.source).tap()
    phone.wait_for_timeout(500)
    expect(phone.locator(GLANCE)).to_have_count(0)
    assert phone.url.endswith(gangway.target)


def test_without_javascript_it_is_a_link(gangway, open_page):
    page = open_page(javascript=False).page
    link_in(page, gangway.source).click()
    assert page.url.endswith(gangway.target)
    expect(page.locator(gangway.target)).to_be_in_viewport()
    page = open_page("?page=2", javascript=False).page
    link_in(page, gangway.far).click()
    assert page.url.endswith(gangway.path + gangway.target)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_reply_begins_with_what_it_answers(gangway, open_page, javascript):
    page = open_page(javascript=javascript).page
    page.locator(f"{gangway.target} > article > .actions a.reply").click()
    text = page.get_by_label("Your reply")
    expect(text).to_have_value("@Anon 09:00 ")
    if javascript:
        page.keyboard.type("no.")
        expect(text).to_have_value("@Anon 09:00 no.")
