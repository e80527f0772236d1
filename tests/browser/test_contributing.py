"""From the form to the queue to the discussion and back out of it, as people do it."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .moderating import card, open_queue
from .pages import STORM, kind_path
from .server import Site


@pytest.fixture(autouse=True, scope="module")
def nothing_waits(scene: Callable) -> None:
    """What other tests left would stand before it in the queue, which has pages."""
    scene("clear")


@pytest.fixture(params=[True, False], ids=["js", "no-js"])
def contributor(request, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=request.param
    )
    page = context.new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    yield page
    assert context.cookies() == []
    context.close()


def write(page: Page, site: Site, text: str, name: str = "") -> str:
    """Writes a comment below the storm's post; its receipt."""
    page.goto(site.address + STORM.path(site))
    form = page.locator("#write form")
    form.get_by_label("Your comment").fill(text)
    form.get_by_label("Name").fill(name)
    form.get_by_role("button", name="Preview").click()
    expect(page.locator(".as-it-stands")).to_contain_text(text)
    page.get_by_role("button", name="Send it to be read").click()
    expect(page.locator("h1")).to_have_text("It was sent, and waits to be read")
    code = page.get_by_label("Receipt").input_value()
    assert re.fullmatch("[0-9a-z]{26}", code)
    assert code not in page.url
    return code


def look_up(page: Page, site: Site, code: str) -> None:
    page.goto(site.address + "/receipt/")
    page.get_by_label("Receipt").fill(f" {code[:13].upper()} {code[13:]} ")
    page.get_by_role("button", name="Show it").click()


def test_from_the_form_to_the_discussion_to_withdrawal(
    contributor: Page, moderator: Page, site: Site, request
):
    mark = f"The {request.node.callspec.id} gangway was never lashed."
    code = write(contributor, site, mark, "Second Cook")

    # Nothing appears before it is read.
    contributor.goto(site.address + STORM.path(site))
    expect(contributor.locator(".discussion")).not_to_contain_text(mark)
    look_up(contributor, site, code)
    expect(contributor.locator("h1")).to_have_text("It waits to be read")

    open_queue(moderator, site)
    waiting = card(moderator, mark)
    expect(waiting).to_contain_text("Second Cook")
    waiting.get_by_role("button", name="Approve").click()
    expect(moderator.locator("body")).to_contain_text("1 published")

    contributor.goto(site.address + STORM.path(site))
    shown = contributor.locator(".comment > article", has_text=mark)
    expect(shown).to_have_count(1)
    expect(shown.locator(".handle")).to_contain_text("Second Cook")

    # Corrected, it is gone until it was read again.
    look_up(contributor, site, code)
    expect(contributor.locator("h1")).to_have_text("It is published")
    contributor.get_by_label("Text").fill(mark + " I saw it.")
    contributor.get_by_role("button", name="Send the corrected text").click()
    expect(contributor.locator("h1")).to_have_text("It waits to be read")
    contributor.goto(site.address + STORM.path(site))
    expect(contributor.locator(".discussion")).not_to_contain_text(mark)

    # What the moderator saw before is not what stands there now.
    open_queue(moderator, site)
    expect(card(moderator, mark)).to_contain_text("I saw it.")
    card(moderator, mark).get_by_role("button", name="Approve").click()
    expect(moderator.locator("body")).to_contain_text("1 published")

    look_up(contributor, site, code)
    contributor.get_by_label("Yes, erase it").check()
    contributor.get_by_role("button", name="Withdraw the comment").click()
    expect(contributor.locator("h1")).to_have_text("You withdrew it")
    contributor.goto(site.address + STORM.path(site))
    expect(contributor.locator("body")).not_to_contain_text(mark)
    open_queue(moderator, site, "?what=all")
    expect(moderator.locator("body")).not_to_contain_text(mark)


def test_a_refusal_shows_its_reason_and_can_be_appealed(
    contributor: Page, moderator: Page, site: Site, request
):
    mark = f"Buy {request.node.callspec.id} ropes, ask at the second berth."
    code = write(contributor, site, mark)
    open_queue(moderator, site)
    waiting = card(moderator, mark)
    waiting.locator(".with-reason > summary").click()
    waiting.get_by_role("button", name="Refuse").click()
    # Without a reason nothing is done, and the page says so.
    expect(moderator.locator("body")).to_contain_text("needs a reason")
    refused = card(moderator, mark)
    refused.locator("select").select_option("off_topic")
    refused.get_by_role("button", name="Refuse").click()
    expect(moderator.locator("body")).to_contain_text("1 refused")

    look_up(contributor, site, code)
    expect(contributor.locator("h1")).to_have_text("It was refused")
    expect(contributor.locator(".rule")).to_contain_text("Off topic")
    contributor.get_by_label("Why is the decision wrong?").fill("It is about ropes.")
    contributor.get_by_role("button", name="Appeal").click()
    expect(contributor.locator("main")).to_contain_text("It is not answered yet")
    open_queue(moderator, site, "?what=appeals")
    expect(card(moderator, mark)).to_contain_text("It is about ropes.")


def test_a_reply_stands_below_what_it_answers(
    contributor: Page, moderator: Page, site: Site, request
):
    mark = f"Answering as {request.node.callspec.id}."
    contributor.goto(site.address + STORM.path(site))
    article = contributor.locator(".threads > .comment > article").first
    article.get_by_role("link", name="Reply").click()
    contributor.get_by_label("Your reply").fill(mark)
    form = contributor.locator("form", has=contributor.get_by_label("Your reply"))
    form.get_by_role("button", name="Preview").click()
    expect(contributor.locator(".as-it-stands")).to_contain_text(mark)
    expect(contributor.locator(".answered")).to_contain_text("In reply to")
    contributor.get_by_role("button", name="Send it to be read").click()
    open_queue(moderator, site)
    card(moderator, mark).get_by_role("button", name="Approve").click()
    contributor.goto(site.address + STORM.path(site))
    first = contributor.locator(".threads > .comment").first
    expect(first.locator(".replies article", has_text=mark)).to_have_count(1)


def test_the_text_survives_what_goes_wrong(contributor: Page, site: Site):
    contributor.goto(site.address + STORM.path(site))
    form = contributor.locator("#write form")
    form.get_by_label("Your comment").fill("Words that must not be lost.")
    form.get_by_label("Name").fill("ALD0US")
    form.get_by_role("button", name="Preview").click()
    expect(contributor.locator(".problem").first).to_contain_text("belongs to")
    field = contributor.get_by_label("Your comment")
    expect(field).to_have_value("Words that must not be lost.")


def test_the_back_button_and_a_second_click_send_nothing_twice(
    contributor: Page, moderator: Page, site: Site, request
):
    mark = f"Once and once only, {request.node.callspec.id}."
    contributor.goto(site.address + STORM.path(site))
    contributor.locator("#write form").get_by_label("Your comment").fill(mark)
    contributor.locator("#write form").get_by_role("button", name="Preview").click()
    send = contributor.get_by_role("button", name="Send it to be read")
    expect(send).to_be_visible()
    fields = contributor.locator("form", has=send).evaluate(
        "form => Object.fromEntries(new FormData(form))"
    )
    codes = set()
    for _ in range(2):
        answer = contributor.request.post(site.address + "/comment/send/", form=fields)
        assert answer.status == 200
        codes |= set(re.findall(r'value="([0-9a-z]{26})" data-copy', answer.text()))
    assert len(codes) == 1
    open_queue(moderator, site)
    expect(card(moderator, mark)).to_have_count(1)


def test_the_button_that_copies_the_receipt_has_room(browser: Browser, site: Site):
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    write(page, site, "The copied gangway was never lashed.")
    field = page.get_by_label("Receipt").bounding_box()
    button = page.get_by_role("button", name="Copy").bounding_box()
    assert button["y"] - (field["y"] + field["height"]) >= 6
    context.close()


WEATHER = "https://www.bbc.co.uk/weather"


@pytest.mark.parametrize("javascript", [True, False])
def test_who_leaves_the_page_by_its_link_is_away(tab, site: Site, javascript: bool):
    asked: list[str] = []
    path = kind_path("post", site)
    page = tab("/", java_script_enabled=javascript).page
    page.route(
        "https://www.bbc.co.uk/**",
        lambda route: (
            asked.append(route.request.headers.get("referer", "")),
            route.fulfill(body="<h1>Rain</h1>", content_type="text/html"),
        ),
    )
    page.goto(site.address + path)
    assert asked == []
    link = page.get_by_role("link", name="Leave this page")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(WEATHER)
    assert page.locator("h1").inner_text() == "Rain"
    assert asked == [""]
    page.go_back()
    assert page.url == site.address + ("/" if javascript else path)
