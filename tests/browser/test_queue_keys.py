"""The queue by keys, in a browser: three hundred comments, undo, fields, the help."""

import re
import time

from playwright.sync_api import expect

from .moderating import QUEUE
from .queue_pages import all_sent, card, is_current, is_open, order
from .server import Site

NUMBER = 300


def test_three_hundred_are_cleared_by_keys_alone(told, waiting, desk):
    """Each tenth is refused, each tenth is spam, the others are approved."""
    made = waiting(NUMBER)
    page = desk()
    presses = {"a": ["a"], "s": ["s"], "d": ["d", "1"]}
    wanted = [
        "s" if n % 10 == 3 else "d" if n % 10 == 7 else "a" for n in range(NUMBER)
    ]
    keystrokes = dict.fromkeys(presses, 0)
    documents = []
    page.on("framenavigated", lambda frame: documents.append(frame.url))
    began = time.perf_counter()
    for public_id, key in zip(made, wanted, strict=True):
        # The next card is there at once: it is never waited for a whole answer.
        is_current(page, public_id)
        for stroke in presses[key]:
            page.keyboard.press(stroke)
            keystrokes[key] += 1
    handed = time.perf_counter() - began
    all_sent(page)
    done = time.perf_counter() - began
    decisions = {key: wanted.count(key) for key in presses}
    print(
        f"\n{NUMBER} decisions: {sum(keystrokes.values())} keystrokes, "
        f"{handed / NUMBER:.3f} s each until the next card, "
        f"{done / NUMBER:.3f} s each until it is stored"
    )
    assert keystrokes["a"] == decisions["a"]
    assert keystrokes["s"] == decisions["s"]
    assert keystrokes["d"] == 2 * decisions["d"]
    assert documents == []
    expected = {
        "a": ["published", [["approve", "", "anna"]]],
        "s": ["spam", [["spam", "", "anna"]]],
        "d": ["rejected", [["reject", "off_topic", "anna"]]],
    }
    found = told(made)
    assert found == {id_: expected[key] for id_, key in zip(made, wanted, strict=True)}
    assert page.locator('[data-lane="waiting"]').inner_text() == "0"
    expect(page.locator("#end")).to_contain_text("Everything has been read")
    # What is out of sight above is one line each.
    assert page.locator(".card.decided:not(.folded)").count() < 20


def test_keys_are_letters_in_a_field(told, waiting, desk):
    made = waiting(2)
    page = desk()
    first = card(page, made[0])
    page.keyboard.press("r")
    field = first.locator("textarea[name$=answer]")
    expect(field).to_be_focused()
    page.keyboard.type("a dsz? jk")
    assert field.input_value() == "a dsz? jk"
    page.keyboard.press("Escape")
    expect(first).to_be_focused()
    # What was typed is still there, and an approval would lose it.
    page.keyboard.press("a")
    expect(first.locator(".problem")).to_contain_text("You have written an answer")
    assert field.input_value() == "a dsz? jk"
    page.keyboard.press("Control+a")
    page.keyboard.press("Alt+s")
    assert told(made) == {id_: ["waits", []] for id_ in made}


def test_a_refusal_with_notes_and_one_that_needs_them(told, waiting, desk):
    first, second, third = waiting(3)
    page = desk()
    page.keyboard.press("d")
    expect(card(page, first).locator(".reason-choice")).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page, first).locator(".reason-choice")).to_be_hidden()
    page.keyboard.press("d")
    page.keyboard.press("d")
    expect(card(page, first).locator("select")).to_be_focused()
    card(page, first).locator("select").select_option("duplicate")
    card(page, first).locator('[name$="private_note"]').fill("Third today.")
    page.keyboard.press("Control+Enter")
    is_current(page, second)
    page.keyboard.press("d")
    page.keyboard.press("0")  # other: says nothing without words
    note = card(page, second).locator('[name$="public_note"]')
    expect(note).to_be_focused()
    page.keyboard.type("Ask by letter.")
    page.keyboard.press("Control+Enter")
    all_sent(page)
    is_current(page, third)
    found = told([first, second, third])
    assert found[first][1] == [["reject", "duplicate", "anna"]]
    assert found[second][1] == [["reject", "other", "anna"]]
    assert found[third] == ["waits", []]


def test_what_was_done_is_taken_back_to_where_it_was(told, waiting, desk):
    ids = waiting(4)
    page = desk()
    before = order(page)
    page.keyboard.press("a")
    page.keyboard.press("s")
    all_sent(page)
    bar = page.locator("#undo-bar")
    expect(bar).to_contain_text("marked as spam")
    expect(bar.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("z")
    is_open(page, ids[1])
    is_current(page, ids[1])
    page.keyboard.press("z")
    is_open(page, ids[0])
    assert order(page) == before
    assert page.locator('[data-lane="waiting"]').inner_text() == "4"
    page.keyboard.press("z")
    expect(bar).to_contain_text("Nothing of this page is left")
    found = told(ids[:2])
    assert found[ids[0]] == [
        "waits",
        [["approve", "", "anna"], ["undo", "", "anna"]],
    ]
    # And it can be decided again, as the version that it is now.
    page.keyboard.press("a")
    all_sent(page)
    assert told(ids[:1])[ids[0]][0] == "published"


def test_of_cards_that_are_called_the_same_the_bar_tells_which(waiting, desk):
    ids = waiting(2)
    page = desk()
    called = {card(page, id_).get_attribute("data-called") for id_ in ids}
    if len(called) == 2:  # a minute went by between them
        page.evaluate(
            "document.querySelectorAll('.card').forEach("
            "(card) => { card.dataset.called = 'Anon 12:00'; })"
        )
    name = card(page, ids[0]).get_attribute("data-called")
    begins = card(page, ids[0]).locator(".text.own").inner_text().split()[:4]
    page.keyboard.press("a")
    all_sent(page)
    bar = page.locator("#undo-words")
    expect(bar).to_have_text(f"{name} (“{' '.join(begins)}…”): published.")
    page.evaluate("document.querySelector('.card').dataset.called = 'Bosun'")
    page.keyboard.press("s")
    all_sent(page)
    expect(bar).to_have_text(re.compile("^Anon \\d\\d:\\d\\d: marked as spam"))


def test_all_that_is_ticked_is_decided_and_taken_back_at_once(told, waiting, desk):
    ids = waiting(4)
    page = desk()
    for _ in range(3):
        page.keyboard.press("x")
        page.keyboard.press("j")
    assert page.locator("#ticked").inner_text() == "3 ticked"
    page.keyboard.press("Shift+D")
    page.keyboard.press("2")
    bar = page.locator("#undo-bar")
    expect(bar).to_contain_text("3 refused: Harassment.")
    found = told(ids)
    assert [found[id_][0] for id_ in ids] == ["rejected"] * 3 + ["waits"]
    bar.get_by_role("button", name="Undo all 3").click()
    expect(bar).to_contain_text("3 taken back.")
    assert {state for state, _ in told(ids).values()} == {"waits"}
    page.locator("#tick-all").check()
    page.keyboard.press("Shift+A")
    expect(bar).to_contain_text("4 published.")
    assert {state for state, _ in told(ids).values()} == {"published"}


def test_an_answer_is_published_with_the_comment(site: Site, waiting, desk):
    [only] = waiting(1)
    page = desk()
    page.keyboard.press("r")
    page.keyboard.type("Thank you: it turns at nine.")
    page.keyboard.press("Control+Enter")
    all_sent(page)
    expect(card(page, only).locator(".outcome")).to_contain_text("with your answer")
    page.goto(f"{site.address}/c/{only}/")
    answer = page.locator(".comment", has_text="Thank you: it turns at nine.").last
    expect(answer).to_contain_text("anna")
    page.go_back()


def test_the_keys_are_listed_and_written_on_the_buttons(waiting, desk):
    waiting(1)
    page = desk()
    approve = page.locator(".card.current").get_by_role("button", name="Approve a")
    assert approve.locator("kbd").is_visible()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    page.keyboard.press("a")  # nothing behind it is pressed
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.locator(".card.decided").count() == 0
    page.keyboard.press("v")
    page.wait_for_url("**view=one*")


def test_a_key_presses_what_bears_it_on_the_current_card(waiting, desk):
    ids = waiting(2)
    page = desk()
    page.evaluate(
        """() => document.querySelectorAll('.card').forEach((card) => {
          card.querySelector('[data-key="e"]').remove();
          const link = document.createElement('a');
          link.href = `#redact-${card.dataset.id}`;
          link.dataset.key = 'e';
          link.textContent = 'Redact';
          card.querySelector('.actions').append(link);
        })"""
    )
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_url(f"**#redact-{ids[1]}")


def test_a_key_held_down_decides_once(told, waiting, desk):
    ids = waiting(3)
    page = desk()
    for _ in range(3):
        page.keyboard.down("a")  # again without an "up": the key repeats
    page.keyboard.up("a")
    all_sent(page)
    assert [state for state, _ in told(ids).values()].count("published") == 1


def test_whatever_fails_is_said_and_can_be_done_again(told, waiting, desk):
    first, second = waiting(2)
    page = desk()
    decide = "**/queuedcomment/decide/**"
    page.route(decide, lambda route: route.abort())
    page.keyboard.press("a")
    expect(card(page, first).locator(".problem")).to_contain_text("No answer came")
    page.unroute(decide)
    page.route(decide, lambda route: route.fulfill(status=503, body="Busy"))
    page.keyboard.press("s")
    expect(card(page, second).locator(".problem")).to_contain_text("503")
    page.unroute(decide)
    assert told([first, second]) == {
        first: ["waits", []],
        second: ["waits", []],
    }
    page.keyboard.press("k")
    page.keyboard.press("a")
    all_sent(page)
    expect(card(page, first).locator(".outcome")).to_contain_text("Published")
    assert told([first])[first][0] == "published"


def test_a_session_that_ended_is_said_in_words_and_loses_nothing(
    site: Site, told, waiting, people
):
    first, _ = waiting(2)
    page = people("guest")
    page.goto(site.address + QUEUE)
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.keyboard.press("a")
    problem = card(page, first).locator(".problem")
    expect(problem).to_contain_text("your session has ended")
    expect(problem.get_by_role("link", name="Sign in again")).to_be_visible()
    assert page.url.endswith(QUEUE)
    # In another tab, with a new token of the form.
    page.context.add_cookies([each for each in kept if each["name"] != "csrftoken"])
    other = page.context.new_page()
    other.goto(site.address + QUEUE)
    other.close()
    page.keyboard.press("k")
    page.keyboard.press("a")
    all_sent(page)
    expect(card(page, first).locator(".outcome")).to_contain_text("Published")
    assert told([first])[first][1] == [["approve", "", "guest"]]
