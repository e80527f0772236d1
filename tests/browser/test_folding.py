"""Branches fold without JavaScript, with it, by keyboard, and not on paper."""

import pytest
from playwright.sync_api import expect

from .pages import STORM, WIDTHS
from .server import Site

SHOWN = """() => [...document.querySelectorAll(".comment > article")]
  .filter((a) => a.checkVisibility({contentVisibilityAuto: true}) &&
    a.getBoundingClientRect().height > 0).length"""
FOLD_BY_HAND = (
    "document.querySelectorAll('details').forEach((fold) => { fold.open = false; })"
)


def test_without_javascript_the_page_has_the_same_words(visit, site: Site):
    path = STORM.path(site)
    without = visit(path, javascript=False).page
    with_it = visit(path).page

    said = with_it.locator("main").inner_text().replace("Fold all replies", "")
    said = said.replace(with_it.locator(".visits").inner_text(), "")
    assert without.locator("main").inner_text().split() == said.split()
    # No control that does nothing: what there is belongs to the form.
    controls = without.locator("button, input, select, textarea, [onclick]")
    assert controls.count() == without.locator("#write form").locator(controls).count()


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_a_branch_folds_and_says_what_it_hides(visit, site: Site, javascript: bool):
    page = visit(site.deep["path"], width=360, javascript=javascript).page
    first = page.locator(".threads > .comment").first
    fold = first.locator("> details")
    below = fold.locator(".comment > article")

    assert fold.locator("> summary").inner_text() == f"{below.count()} replies"
    assert below.first.is_visible()
    fold.locator("> summary").click()
    assert not below.first.is_visible()
    assert fold.locator("> summary").is_visible()
    fold.locator("> summary").click()
    assert below.first.is_visible()


def test_every_fold_counts_the_comments_that_it_hides(visit, site: Site):
    for path in (site.deep["path"], STORM.path(site)):
        folds = visit(path).page.evaluate(
            """() => [...document.querySelectorAll("details.replies")].map((fold) => [
              fold.querySelector("summary").innerText,
              fold.querySelectorAll(".comment > article").length])"""
        )
        assert folds
        for said, hidden in folds:
            assert said == ("1 reply" if hidden == 1 else f"{hidden} replies")


@pytest.mark.parametrize("width", WIDTHS)
def test_all_branches_fold_and_open_at_once(visit, site: Site, width: int):
    page = visit(STORM.path(site), width=width).page
    button = page.locator(".discussion .fold-all")
    everything = page.evaluate(SHOWN)
    threads = page.locator(".threads > .comment > article").count()

    assert button.all_inner_texts() == ["Fold all replies"]
    button.click()
    assert button.inner_text() == "Open all replies"
    assert page.evaluate(SHOWN) == threads
    # The label follows branches that are folded one by one, too.
    page.locator("summary").first.click()
    expect(button).to_have_text("Fold all replies")
    page.locator("summary").first.click()
    expect(button).to_have_text("Open all replies")
    button.click()
    assert button.inner_text() == "Fold all replies"
    assert page.evaluate(SHOWN) == everything


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_paper_shows_what_is_folded(visit, site: Site, javascript: bool):
    page = visit(STORM.path(site), javascript=javascript).page
    everything = page.evaluate(SHOWN)
    page.evaluate(FOLD_BY_HAND)
    folded = page.evaluate(SHOWN)
    assert folded < everything

    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(SHOWN) == everything
    assert page.locator(".actions").first.is_hidden()

    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.evaluate(SHOWN) == folded


# The discussion that no imported page has


@pytest.mark.parametrize("width", WIDTHS)
def test_answers_beyond_the_sixth_level_say_whom_they_answer(
    visit, site: Site, width: int
):
    page = visit(site.deep["path"], width=width).page
    chain = [page.locator(f"#c-{name}") for name in site.deep["chain"]]
    lefts = [each.locator("> article").bounding_box()["x"] for each in chain]

    assert sorted(set(lefts)) == lefts[:6]
    assert lefts[5:] == [lefts[5]] * 3
    for level, each in enumerate(chain, start=1):
        told = each.locator("> article .in-reply-to")
        assert told.count() == (level > 6)
        if level > 6:
            above = site.deep["chain"][level - 2]
            assert told.is_visible()
            handle = chain[level - 2].locator("> article .handle > a").inner_text()
            assert told.inner_text().strip() == f"in reply to {handle}"
            assert told.locator("a").get_attribute("href") == f"#c-{above}"
        elif level > 1:
            # By indent for the eye, in words for the ear.
            heading = each.locator("> article .handle").text_content()
            handle = chain[level - 2].locator("> article .handle > a").inner_text()
            assert f"in reply to {handle}" in heading


def test_what_is_removed_leaves_a_stub_and_no_word_of_its_own(visit, site: Site):
    page = visit(site.deep["path"]).page
    stubs = page.locator(".stub")

    assert stubs.locator("> p").all_inner_texts() == ["Removed by a moderator."] * 2
    stubs = page.locator(f"#c-{site.deep['hidden']}")
    answer = stubs.locator(f"#c-{site.deep['answer_to_hidden']} > article")
    assert answer.is_visible()
    look = "e => [getComputedStyle(e).font, getComputedStyle(e).color]"
    plain = page.locator(".comment:not(.stub) > article .text").first.evaluate(look)
    assert answer.locator(".text").evaluate(look) == plain
    for path in (site.deep["path"], "/", "/2020/", "/2020/05/"):
        source = site.get(path).text
        assert "second set of keys" not in source
        assert "Keyholder" not in source
