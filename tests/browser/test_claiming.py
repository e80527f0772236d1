"""Claiming a name, as people do it: from the form to the discussion."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .moderating import card, open_queue
from .pages import STORM, WIDTHS
from .server import Site

PHRASE = "kelp barnacle sextant gale"


@pytest.fixture(params=WIDTHS)
def width(request) -> int:
    return request.param


@pytest.fixture(params=[True, False], ids=["js", "no-js"])
def contributor(request, browser: Browser, width: int) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=request.param
    )
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def fill(page: Page, site: Site, text: str, name: str, phrase: str = "") -> None:
    page.goto(site.address + STORM.path(site))
    form = page.locator("#write form")
    form.get_by_label("Your comment").fill(text)
    form.get_by_label("Name (optional").fill(name)
    if phrase:
        form.get_by_text("Claim this name").click()
        form.get_by_label("Pass-phrase").fill(phrase)
    form.get_by_role("button", name="Preview").click()
    expect(page.locator(".as-it-stands")).to_contain_text(text)


def fits(page: Page) -> bool:
    return page.evaluate(
        "() => document.documentElement.scrollWidth <= window.innerWidth"
    )


def test_a_tag_stands_beside_the_name_and_without_the_phrase_it_is_told(
    contributor: Page,
    moderator: Page,
    site: Site,
    request,
):
    who = f"Stoker {request.node.callspec.id}"
    mark = f"Nobody asked {who} below deck."
    fill(contributor, site, mark, who, PHRASE)
    tag = contributor.locator(".as-it-stands .tag")
    expect(tag).to_be_visible()
    shown = tag.inner_text()
    # The phrase is typed once: it is on no page, and a changed text keeps the claim.
    assert PHRASE not in contributor.content()
    expect(contributor.locator("input[name=phrase]")).to_have_value("")
    assert fits(contributor)
    contributor.get_by_role("textbox", name="Your comment").fill(mark + " Twice.")
    contributor.get_by_role("button", name="Preview again").click()
    expect(contributor.locator(".as-it-stands")).to_contain_text("Twice.")
    assert contributor.locator(".as-it-stands .tag").inner_text() == shown
    contributor.get_by_role("button", name="Send it to be read").click()
    expect(contributor.locator("h1")).to_have_text("It was sent, and waits to be read")

    open_queue(moderator, site)
    waiting = card(moderator, mark)
    assert waiting.locator(".tag").inner_text() == shown
    waiting.get_by_role("button", name="Approve").click()
    expect(moderator.locator("body")).to_contain_text("1 published")
    contributor.goto(site.address + STORM.path(site))
    article = contributor.locator(".comment > article", has_text=mark)
    expect(article.locator(".handle .tag")).to_be_visible()
    assert article.locator(".handle .tag").inner_text() == shown
    assert article.get_by_role("heading").inner_text().endswith(shown)
    assert fits(contributor)

    # The same name without the phrase: told at the preview, and to readers.
    other = f"And nobody asked the other {who} either."
    fill(contributor, site, other, who.upper())
    expect(contributor.locator(".as-it-stands")).to_contain_text("not verified")
    contributor.get_by_role("button", name="Send it to be read").click()
    expect(contributor.locator("h1")).to_have_text("It was sent, and waits to be read")
    open_queue(moderator, site)
    expect(card(moderator, other)).to_contain_text("not verified")
    card(moderator, other).get_by_role("button", name="Approve").click()
    contributor.goto(site.address + STORM.path(site))
    article = contributor.locator(".comment > article", has_text=other)
    expect(article.locator(".handle .of-name")).to_have_text(", not verified")
    expect(article.locator(".tag")).to_have_count(0)


def test_a_phrase_is_suggested_and_a_short_one_refused(contributor: Page, site: Site):
    fill(contributor, site, "Words to be kept.", "Purser")
    contributor.get_by_text("Claim this name").click()
    suggested = contributor.locator(".phrase").inner_text()
    assert len(suggested.split()) == 5
    contributor.get_by_label("Pass-phrase").fill("too short")
    contributor.get_by_role("button", name="Preview again").click()
    expect(contributor.locator(".problem")).to_contain_text("12 are the fewest")
    expect(contributor.get_by_label("Your comment")).to_have_value("Words to be kept.")
    field = contributor.get_by_label("Pass-phrase")
    expect(field).to_be_visible()
    expect(field).to_have_value("")
    field.fill(suggested)
    contributor.get_by_label("The same tag below every post").check()
    contributor.get_by_role("button", name="Preview", exact=True).click()
    expect(contributor.locator(".as-it-stands .tag")).to_be_visible()
    expect(contributor.locator("main")).to_contain_text("Claimed for the whole site")
    assert fits(contributor)


def test_the_keyboard_reaches_all_of_it(contributor: Page, site: Site):
    contributor.goto(site.address + STORM.path(site))
    form = contributor.locator("#write form")
    form.get_by_label("Name (optional").focus()
    contributor.keyboard.press("Tab")
    contributor.keyboard.press("Enter")
    contributor.keyboard.press("Tab")
    contributor.keyboard.type(PHRASE)
    expect(form.get_by_label("Pass-phrase")).to_have_value(PHRASE)
    contributor.keyboard.press("Tab")
    contributor.keyboard.press("Space")
    expect(form.get_by_label("The same tag below every post")).to_be_checked()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_open_form_breaks_no_rule_of_accessibility(
    browser: Browser, site: Site, axe: str, width: int, theme: str
):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme
    )
    page = context.new_page()
    fill(page, site, "Words.", "Purser", PHRASE)
    page.get_by_text("Claim this name").click()
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run()).violations")
    assert [(rule["id"], [n["html"] for n in rule["nodes"]]) for rule in found] == []
    context.close()
