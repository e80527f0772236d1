"""Everything can be reached and used without a mouse, and one sees where one is."""

import pytest
from playwright.sync_api import expect

from .pages import MUG, WIDTHS
from .server import Site

WHERE = """() => { const e = document.activeElement, r = e.getBoundingClientRect(),
    s = getComputedStyle(e);
  const all = [...document.querySelectorAll(
    "a[href], button, summary, input, textarea")];
  return {index: all.indexOf(e), name: e.tagName + " " + e.innerText.trim(),
    outline: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2,
    inView: r.bottom > 0 && r.top < innerHeight &&
      r.right > 0 && r.left < innerWidth}; }"""
# The trap of the form is not for people: Tab passes it by.
USABLE = """() => [...document.querySelectorAll(
    "a[href], button, summary, input, textarea")]
  .map((e, index) => e.checkVisibility() && e.tabIndex >= 0 ? index : -1)
  .filter((i) => i >= 0)"""


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_skip_link_comes_first_and_works(
    visit, site: Site, width: int, javascript: bool
):
    page = visit(MUG.path(site), width=width, javascript=javascript).page
    skip = page.locator("a.skip")
    assert skip.bounding_box()["x"] < 0

    page.keyboard.press("Tab")
    assert skip.evaluate("e => e === document.activeElement")
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("main#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("where", ["home", "post", "not found"])
def test_tab_reaches_everything_in_order_and_shows_where(
    visit, site: Site, where: str, width: int
):
    paths = {"home": "/", "post": MUG.path(site), "not found": "/2022/01/none.html"}
    page = visit(paths[where], width=width, theme="dark").page
    usable = page.evaluate(USABLE)
    assert len(usable) > 5

    reached = []
    for _ in usable:
        page.keyboard.press("Tab")
        now = page.evaluate(WHERE)
        assert now["outline"], f"No visible focus on {now['name']}"
        assert now["inView"], f"Focus out of sight on {now['name']}"
        reached.append(now["index"])

    assert reached == usable


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_enter_and_space_fold_a_branch(visit, site: Site, javascript: bool):
    page = visit(MUG.path(site), javascript=javascript).page
    fold = page.locator("details.replies").first
    fold.locator("> summary").focus()

    for key, is_open in (("Enter", False), ("Space", True), ("Space", False)):
        page.keyboard.press(key)
        assert fold.evaluate("e => e.open") is is_open


def test_the_button_works_by_keyboard(visit, site: Site):
    page = visit(MUG.path(site)).page
    page.locator(".fold-all").focus()

    page.keyboard.press("Space")
    assert page.locator("details[open]").count() == 0
    page.keyboard.press("Enter")
    assert page.locator(".replies:not([open])").count() == 0
    assert page.locator(".fold-all").evaluate("e => e === document.activeElement")
