"""Two moderators at one queue, the list that stands still, and the page without
JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from . import pictures
from .moderating import QUEUE
from .pages import THEMES, WIDTHS
from .queue_pages import PLACES, all_sent, card, is_current, is_open, order
from .server import Site
from .test_accessibility import EVERYTHING, OF_COLOUR, RUN
from .test_imports import SETTLED


@pytest.fixture
def both(people, site: Site) -> Callable[[], tuple[Page, Page]]:
    def open_both() -> tuple[Page, Page]:
        pages = people("anna"), people("ben")
        for page in pages:
            page.set_viewport_size({"width": 1440, "height": 900})
            page.goto(site.address + QUEUE)
        return pages

    return open_both


def test_no_act_is_doubled_and_no_list_moves(told, waiting, both):
    ids = waiting(6)
    anna, ben = both()
    before = anna.evaluate(PLACES)
    ben.keyboard.press("d")
    ben.keyboard.press("1")
    all_sent(ben)
    # Anna's page knows nothing yet.
    anna.keyboard.press("a")
    all_sent(anna)
    first = card(anna, ids[0])
    expect(first).to_contain_text("Already refused by ben at")
    expect(first.locator(".actions")).to_be_hidden()
    is_current(anna, ids[1])
    assert told(ids[:1])[ids[0]][1] == [["reject", "off_topic", "ben"]]
    # What Ben decides next is told without a key.
    ben.keyboard.press("s")
    all_sent(ben)
    anna.evaluate("() => queue.poll()")
    expect(card(anna, ids[1])).to_contain_text("Marked as spam by ben at")
    expect(card(anna, ids[1]).locator(".actions")).to_be_hidden()
    assert anna.evaluate(PLACES) == before
    # On one that is greyed nothing is done; the next goes on.
    anna.keyboard.press("a")
    assert told(ids[1:2])[ids[1]][1] == [["spam", "", "ben"]]
    # Ben thinks again: Anna may look, and then decide.
    ben.keyboard.press("z")
    is_open(ben, ids[1])
    anna.evaluate("() => queue.poll()")
    card(anna, ids[1]).get_by_role("button", name="Show it as it is now").click()
    is_open(anna, ids[1])
    anna.keyboard.press("a")
    all_sent(anna)
    assert told(ids[1:2])[ids[1]][1][-1] == ["approve", "", "anna"]


def test_twenty_at_once_by_two_are_twenty_decisions(told, waiting, both):
    ids = waiting(20)
    anna, ben = both()
    for _ in range(20):
        anna.keyboard.press("a")
        ben.keyboard.press("s")
    all_sent(anna)
    all_sent(ben)
    found = told(ids)
    assert [len(rows) for _, rows in found.values()] == [1] * 20
    for page in (anna, ben):
        page.evaluate("() => queue.poll()")
        expect(page.locator(".card:is(.decided, .settled)")).to_have_count(20)
    mine = {rows[0][2] for _, rows in found.values()}
    assert mine <= {"anna", "ben"}


def test_who_reads_a_card_is_shown_to_the_other(site: Site, told, waiting, both):
    ids = waiting(3)
    anna, ben = both()
    with anna.expect_response("**/queuedcomment/open/"):
        anna.keyboard.press("j")
    ben.evaluate("() => queue.poll()")
    expect(card(ben, ids[1]).locator(".reader")).to_have_text("anna is reading this")
    expect(card(ben, ids[0]).locator(".reader")).to_be_hidden()
    with ben.expect_response("**/queuedcomment/open/"):
        ben.keyboard.press("j")
    ben.keyboard.press("a")  # it keeps nobody from anything
    all_sent(ben)
    anna.goto(site.address + "/admin/")
    assert told(ids)[ids[1]][1] == [["approve", "", "ben"]]


def test_new_ones_wait_until_they_are_asked_for(scene, waiting, both):
    ids = waiting(3)
    anna, _ = both()
    before = anna.evaluate(PLACES)
    late = scene("write", 2, 50)
    anna.evaluate("() => queue.poll()")
    button = anna.get_by_role("button", name="2 new: show them")
    expect(button).to_be_visible()
    assert anna.evaluate(PLACES) == before
    assert anna.locator('[data-lane="waiting"]').inner_text() == "5"
    anna.keyboard.press("n")
    expect(card(anna, late[1])).to_be_attached()
    expect(button).to_be_hidden()
    assert order(anna) == ids + late


def test_under_the_pointer_nothing_moves(told, waiting, desk):
    ids = waiting(8)
    page = desk()
    before = page.evaluate(PLACES)
    card(page, ids[1]).get_by_role("button", name="Approve").first.click()
    all_sent(page)
    expect(card(page, ids[1]).locator(".outcome")).to_contain_text("Published")
    assert page.evaluate(PLACES) == before
    assert page.evaluate("() => scrollY") == 0
    # Focus is on the next already.
    expect(card(page, ids[2])).to_be_focused()
    card(page, ids[1]).get_by_role("button", name="Undo").click()
    is_open(page, ids[1])
    assert page.evaluate(PLACES) == before


def test_one_at_a_time_goes_on_by_itself(told, waiting, desk):
    ids = waiting(3)
    page = desk(query="?view=one")
    assert page.locator(".card:visible").count() == 1
    page.keyboard.press("a")
    is_current(page, ids[1])
    assert page.locator(".card:visible").count() == 1
    page.keyboard.press("s")
    is_current(page, ids[2])
    all_sent(page)
    page.keyboard.press("z")
    is_current(page, ids[1])
    found = told(ids)
    assert [found[id_][0] for id_ in ids] == ["published", "waits", "waits"]


def test_everything_is_decided_without_javascript(site: Site, told, waiting, people):
    ids = waiting(6)
    page = people("plain", java_script_enabled=False)
    page.goto(site.address + QUEUE)
    assert page.locator("kbd:visible").count() == 0
    assert page.locator("#show-keys").is_hidden()
    told_box = page.locator(".told")
    card(page, ids[0]).get_by_role("button", name="Approve").first.click()
    assert "1 published." in told_box.inner_text()
    told_box.get_by_role("button", name="Undo").click()
    assert "1 taken back." in told_box.inner_text()
    card(page, ids[0]).get_by_role("button", name="Spam").click()
    second = card(page, ids[1])
    second.locator("summary", has_text="Refuse").click()
    second.get_by_label("Reason", exact=True).select_option("off_topic")
    second.get_by_role("button", name="Refuse").click()
    assert "1 refused: Off topic." in told_box.inner_text()
    third = card(page, ids[2])
    third.locator("summary", has_text="Answer").click()
    third.locator("textarea[name$=answer]").fill("It turns at nine.")
    third.get_by_role("button", name="Answer and approve").click()
    assert "1 published with your answer." in told_box.inner_text()
    for id_ in ids[3:5]:
        card(page, id_).locator('input[name="item"]').check()
    page.locator(".bulk").get_by_role("button", name="Approve").click()
    told_box.get_by_role("button", name="Undo all 2").click()
    assert "2 taken back." in told_box.inner_text()
    page.get_by_role("link", name="One at a time").click()
    assert page.locator(".card").count() == 1
    page.get_by_role("button", name="Approve").first.click()
    assert page.locator(".card").get_attribute("data-id") == ids[4]
    found = told(ids)
    assert [found[id_][0] for id_ in ids] == [
        "spam",
        "rejected",
        "published",
        "published",
        "waits",
        "waits",
    ]


def test_axe_finds_nothing_and_nothing_is_too_wide(waiting, desk, axe):
    waiting(5)
    page = desk()
    page.evaluate(axe)
    run = RUN.replace("document,", '{exclude: [".breadcrumbs"]},')
    page.keyboard.press("a")
    page.keyboard.press("d")
    page.keyboard.press("1")
    page.keyboard.press("r")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("d")
    all_sent(page)
    # What the bar covers at this height of the window can be scrolled to.
    page.evaluate("document.querySelector('.dock').style.position = 'static'")
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.evaluate(SETTLED)
            rules = EVERYTHING if theme == "light" else OF_COLOUR
            found[width, theme] = page.evaluate(run, rules)
            pictures.take(page, f"queue-{width}-{theme}", whole=False)
        wider = "() => document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(wider) <= 0
    page.emulate_media(color_scheme="light")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    found["help"] = page.evaluate(run, EVERYTHING)
    page.keyboard.press("Escape")
    assert {variant: said for variant, said in found.items() if said} == {}
