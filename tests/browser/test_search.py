"""The search in the browser: by keyboard, without JavaScript, narrow and wide, dark."""

import pytest

from .pages import THEMES, WIDTHS
from .server import Site
from .test_accessibility import violations
from .test_pages import check_sound
from .visits import Visit

KINDS = {
    "hints": "/search",
    "results": "/search?q=ferry",
    "many results": "/search?q=the&page=2",
    "nothing": "/search?q=kittiwake+-gannet&year=2022&kind=comments",
    "problems": f"/search?q={'long+' * 60}&year=1066",
    "not found": "/2022/01/nothing-here.html",
}


def look_for(opened: Visit, words: str) -> None:
    field = opened.page.get_by_label("Search for")
    field.fill(words)
    field.press("Enter")
    opened.page.wait_for_load_state()


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_sound(visit, kind):
    check_sound(visit(KINDS[kind]), 404 if kind == "not found" else 200)


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(visit, axe: str, kind: str):
    assert violations(visit(KINDS[kind]), axe) == {}


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
def test_from_the_home_page_to_what_was_found(visit, width: int, javascript: bool):
    opened = visit("/", width=width, javascript=javascript)
    page = opened.page
    page.get_by_role("navigation", name="Site").get_by_role(
        "link", name="Search"
    ).click()
    look_for(opened, "mug -ferry")
    assert page.locator("mark").first.inner_text().lower().startswith("mug")
    page.get_by_label("In", exact=True).select_option("comments")
    page.get_by_role("button", name="Search").click()
    assert page.get_by_label("Search for").input_value() == "mug -ferry"
    assert page.get_by_label("In", exact=True).input_value() == "comments"
    page.locator(".hits h3 a").first.click()
    assert "#c-" in page.url
    if javascript:
        assert opened.problems == []


def test_a_page_that_is_not_there_leads_to_the_search(visit):
    opened = visit("/2022/01/nothing-here.html", javascript=False)
    opened.page.get_by_label("Search posts and comments").fill("ferry")
    opened.page.get_by_role("button", name="Search").click()
    assert "/search?q=ferry" in opened.page.url
    assert opened.page.locator("h1").inner_text() == "Search"


@pytest.mark.parametrize("theme", THEMES)
def test_what_was_found_is_marked_to_the_eye(visit, site: Site, theme: str):
    opened = visit("/search?q=ferry", theme=theme)
    ground = "e => getComputedStyle(e).backgroundColor"
    marked = opened.page.locator("mark").first.evaluate(ground)
    assert marked != "rgba(0, 0, 0, 0)"
    assert marked != opened.page.locator("body").evaluate(ground)


def test_what_is_chosen_can_be_reached_by_keyboard_in_its_order(visit):
    opened = visit("/search")
    opened.page.get_by_label("Search for").focus()
    reached = []
    for _ in range(5):
        reached.append(
            opened.page.evaluate(
                "document.activeElement.name || document.activeElement.tagName"
            )
        )
        opened.page.keyboard.press("Tab")
    assert reached == ["q", "kind", "year", "label", "BUTTON"]
