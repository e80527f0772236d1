"""No violation that axe-core can find, on every kind of page, wide and narrow, light
and dark, folded and open, and with a comment marked by its address."""

import pytest
from playwright.sync_api import expect

from .pages import KINDS, STORM, THEMES, WIDTHS, kind_path
from .server import Site
from .visits import Visit

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (rules) => (await axe.run(document, {runOnly: rules, resultTypes:
  ["violations"]})).violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${rule.help}: ${node.html.slice(0, 120)} ${node.failureSummary}`))"""


# A theme changes nothing but colours.
OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
EVERYTHING = {"type": "tag", "values": TAGS}


def violations(opened: Visit, axe: str) -> dict[tuple[int, str], list[str]]:
    """What axe finds, by width and theme."""
    page = opened.page
    page.evaluate(axe)
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            # Colours of the admin change slowly; what counts is where they end.
            page.evaluate("document.getAnimations().forEach((each) => each.finish())")
            rules = EVERYTHING if theme == "light" else OF_COLOUR
            found[width, theme] = page.evaluate(RUN, rules)
    return {variant: said for variant, said in found.items() if said}


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(visit, site: Site, axe: str, kind: str):
    assert violations(visit(kind_path(kind, site)), axe) == {}


def test_axe_finds_nothing_in_a_folded_discussion_with_a_marked_stub(
    visit, site: Site, axe: str
):
    opened = visit(f"{site.deep['path']}#c-{site.deep['hidden']}")
    opened.page.locator("summary").first.click()

    assert violations(opened, axe) == {}


def test_axe_finds_nothing_where_a_deep_comment_is_marked(visit, site: Site, axe: str):
    opened = visit(f"{site.deep['path']}#c-{site.deep['chain'][-1]}")

    assert violations(opened, axe) == {}


def test_axe_finds_nothing_on_the_way_from_the_form_to_the_receipt(
    visit, site: Site, axe: str
):
    opened = visit(STORM.path(site), javascript=True)
    page = opened.page
    page.locator("a.reply").first.click()
    found = {"reply in place": violations(opened, axe)}
    form = page.locator(".in-place form")
    form.locator("textarea").fill("I work at Skerrowick. > no quote\n\n> a quote")
    form.get_by_role("button", name="Preview").click()
    page.locator(".as-it-stands").wait_for()
    found["preview in place"] = violations(opened, axe)
    page.get_by_role("button", name="Send it to be read").click()
    page.get_by_label("Receipt").wait_for()
    found["receipt"] = violations(opened, axe)
    page.get_by_role("button", name="See where it stands").click()
    page.get_by_role("button", name="Withdraw the comment").wait_for()
    found["where it stands"] = violations(opened, axe)
    page.get_by_label("Text").fill("I work at Skerrowick with my manager Annie.")
    page.get_by_role("button", name="Send the corrected text").click()
    page.get_by_role("button", name="Send it as it is").wait_for()
    found["a correction with warnings"] = violations(opened, axe)
    opened.open("/receipt/")
    found["asking"] = violations(opened, axe)
    page.get_by_label("Receipt").fill("no such code")
    page.get_by_role("button", name="Show it").click()
    page.locator(".problem").wait_for()
    found["no such receipt"] = violations(opened, axe)
    assert {where: said for where, said in found.items() if said} == {}


def test_axe_finds_nothing_on_a_preview_with_problems(visit, site: Site, axe: str):
    opened = visit(STORM.path(site), javascript=True)
    page = opened.page
    page.locator("#write textarea").fill("x")
    page.locator("#write").get_by_label("Name").fill("Aldous")
    page.locator("#write form").evaluate("form => form.submit()")
    page.locator(".problem").wait_for()
    assert violations(opened, axe) == {}


@pytest.mark.parametrize(
    "address",
    ["p/about-the-lower-deck", "2000/01/gone"],
    ids=["no comments there", "not public"],
)
def test_axe_finds_nothing_where_a_text_is_given_back(
    visit, site: Site, axe: str, address: str
):
    opened = visit(STORM.path(site))
    page = opened.page
    page.locator("#write textarea").fill("I work at Skerrowick.")
    page.locator("#write input[name=post]").evaluate(
        "(field, address) => { field.value = address; }", address
    )
    page.locator("#write form").evaluate("form => form.submit()")
    expect(page.locator("h1")).to_have_text("Not sent")
    expect(page.get_by_label("Your text, to copy")).to_have_value(
        "I work at Skerrowick."
    )
    assert violations(opened, axe) == {}


def test_axe_finds_nothing_in_a_tab_that_is_opened_again(visit, axe: str):
    opened = visit("/comment/send/")
    assert opened.status == 405
    assert violations(opened, axe) == {}


def test_axe_itself_works(visit, axe: str):
    opened = visit("/")
    opened.page.locator(".listed a").first.evaluate(
        "a => { a.append(new Image()); a.style.color = '#777'; }"
    )

    said = violations(opened, axe)
    assert any("image-alt" in each for each in said[360, "light"])
    assert any("color-contrast" in each for each in said[1440, "dark"])
