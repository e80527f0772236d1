"""A question from the queue to the receipt and back, practice, and numbers by mail: in
a browser, also without JavaScript."""

import json
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from blog.discussion.submission import Circumstances, submit
from blog.models import Comment, Post
from moderation import desk as the_desk
from moderation import questions, receipts
from moderation.models import Decision, Digest
from moderation.practice import EXERCISES
from moderation.transitions import Seen

from . import pictures
from .moderating import signed_in
from .pages import STORM, WIDTHS
from .server import Site
from .test_accessibility import violations as of_readers
from .test_imports import violations as of_the_desk
from .visits import Visit

NAME, OTHER, PASSWORD = "question-clerk", "second-clerk", "b4rnacle-b4y-tide"
TEXT = "The slip at Gairswick was never surveyed after the storm."
QUESTION = "Which slip do you mean: the old one by the ice house, or the new one?"
ANSWER = "The old one.\nNobody has looked at it since February."
FIRST_RUN = "/admin/moderation/queuedcomment/first-run/"
KEYS = {
    "approve": "a",
    "spam": "s",
    "redact": "e",
    "ask": "q",
    "publish-after-all": "a",
    "identifies_person": "3",
    "duplicate": "4",
    "off_topic": "1",
}


def write(title: str) -> str:
    """Two moderators; a comment that waits, one that was asked about, one refused."""
    users = []
    for name in (NAME, OTHER):
        user = User.objects.create(
            username=name,
            password=make_password(PASSWORD),
            is_staff=True,
            email=f"{name}@example.org",
        )
        user.groups.add(Group.objects.get(name="Moderators"))
        users.append(user)
    post = Post.objects.get(title=title)
    calm = Circumstances(form_age=60)
    made = {}
    for key, text in (
        ("waits", TEXT),
        ("asked", "The buoy lies on its side at low water."),
        ("refused", "My own log says half past nine."),
    ):
        stored = submit(post, text, circumstances=calm)
        made[key] = {"id": stored.comment.public_id, "code": stored.code}
    asked = Seen(made["asked"]["id"], 1)
    questions.ask(users[0], asked, QUESTION)
    the_desk.decide(users[1], [Seen(made["refused"]["id"], 1)], "reject", reason="hate")
    refused = Comment.objects.get(public_id=made["refused"]["id"])
    receipts.appeal(refused, "There is no word of hatred in it.")
    return json.dumps(made)


def clear(ids: list[str]) -> None:
    """Takes them away: other tests know the discussion without them."""
    Comment.objects.filter(public_id__in=ids).delete()
    Digest.objects.all().delete()
    User.objects.filter(username__in=(NAME, OTHER)).delete()


def rows() -> str:
    return json.dumps(Decision.objects.count())


@pytest.fixture
def made(site: Site) -> Iterator[dict]:
    call = "from tests.browser import test_questions as t; "
    written = site.manage("shell", "-c", f"{call}print(t.write({STORM.title!r}))")
    found = json.loads(written.splitlines()[-1])
    yield found
    ids = [each["id"] for each in found.values()]
    site.manage("shell", "-c", f"{call}t.clear({ids!r})")


def desk(tab: Callable[..., Visit], **options) -> Visit:
    return signed_in(tab, NAME, PASSWORD, **options)


def at_the_receipt(tab: Callable[..., Visit], code: str, **options) -> Visit:
    opened = tab("/receipt/", **options)
    opened.page.get_by_label("Receipt").fill(code)
    opened.page.get_by_role("button", name="Show it").click()
    return opened


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_a_question_and_its_answer(tab, made: dict, javascript: bool):
    moderator = desk(tab, java_script_enabled=javascript)
    moderator.open("/admin/moderation/queuedcomment/")
    page = moderator.page
    card = page.locator("article.card", has_text=TEXT)
    card.get_by_text("Ask its writer").click()
    card.get_by_label("One question").fill(QUESTION)
    card.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#cards")).to_contain_text("Its writer is asked")
    expect(card).to_contain_text("waiting for an answer since")

    writer = at_the_receipt(
        tab,
        made["waits"]["code"],
        viewport={"width": 360, "height": 800},
        java_script_enabled=javascript,
    )
    expect(writer.page.locator("main")).to_contain_text(QUESTION)
    writer.page.get_by_label("Your answer, for the moderators").fill(ANSWER)
    writer.page.get_by_role("button", name="Send the answer").click()
    expect(writer.page.get_by_role("status")).to_contain_text("is with the moderators")
    expect(writer.page.get_by_role("button", name="Send the answer")).to_have_count(0)
    assert writer.page.context.cookies() == []

    moderator.open("/admin/moderation/queuedcomment/?question=answered")
    expect(card).to_contain_text("Unread answer")
    expect(card).to_contain_text("Nobody has looked at it since February.")
    expect(page.locator("article.card")).to_have_count(1)


def test_all_ten_by_hand_without_a_script(tab, site: Site, made: dict):
    before = decisions(site)
    moderator = desk(tab, java_script_enabled=False)
    page = moderator.page
    page.get_by_role("link", name="Practise first").click()
    for number, each in enumerate(EXERCISES, 1):
        expect(page.get_by_role("heading", level=1)).to_have_text(
            f"Practice, {number} of 10"
        )
        action, _, reason = each.good[0].partition(":")
        if reason:
            page.locator(".with-reason > summary").click()
            page.get_by_label("Reason", exact=True).select_option(reason)
        page.locator(f'button[value="{action}:{number}"]').click()
        expect(page.get_by_role("status")).to_contain_text("as most would")
        page.locator('.verdict a[data-key="j"]').click()
    expect(page.locator("main")).to_contain_text("You have decided about all ten.")
    page.get_by_role("button", name="Practise again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Practice, 1 of 10")
    assert decisions(site) == before


def test_all_ten_by_the_keys(tab, made: dict):
    moderator = desk(tab)
    page = moderator.open(FIRST_RUN).page
    for number, each in enumerate(EXERCISES, 1):
        expect(page.get_by_role("heading", level=1)).to_have_text(
            f"Practice, {number} of 10"
        )
        action, _, reason = each.good[0].partition(":")
        if action == "hold":
            # Two buttons with a reason: the key of a reason presses the first of them.
            page.keyboard.press("d")
            page.get_by_label("Reason", exact=True).select_option(reason)
            page.get_by_role("button", name="Hold for a complaint").press("Enter")
        elif reason:
            page.keyboard.press("d")
            page.keyboard.press(KEYS[reason])
        else:
            page.keyboard.press(KEYS[action])
        expect(page.locator(".verdict")).to_be_focused()
        expect(page.get_by_role("status")).to_contain_text("as most would")
        if number == 3:
            page.keyboard.press("z")
            expect(page.get_by_role("status")).to_have_count(0)
            page.keyboard.press("k")
            expect(page.get_by_role("heading", level=1)).to_have_text(
                "Practice, 2 of 10"
            )
            page.keyboard.press("j")
            page.locator('button[value="spam:3"]').wait_for()
            page.keyboard.press("s")
            expect(page.get_by_role("status")).to_contain_text("as most would")
        page.keyboard.press("j")
    expect(page.locator("main")).to_contain_text("You have decided about all ten.")
    assert moderator.said == []


def decisions(site: Site) -> int:
    call = "from tests.browser import test_questions as t; print(t.rows())"
    return json.loads(site.manage("shell", "-c", call).splitlines()[-1])


def test_axe_finds_nothing_and_nothing_is_too_wide(tab, made: dict, axe: str):
    found = {}

    def look(opened: Visit, name: str, violations: Callable) -> None:
        found[name] = violations(opened, axe)
        for width in WIDTHS:
            opened.page.set_viewport_size({"width": width, "height": 900})
            assert opened.width_too_much() <= 0, (
                name,
                opened.page.evaluate("""() =>
              [...document.querySelectorAll("*")].filter((e) =>
                e.getBoundingClientRect().right > innerWidth).map((e) =>
                e.tagName + "." + e.className).slice(0, 20)"""),
            )
        pictures.take_each(opened.page, f"question-{name}")

    look(at_the_receipt(tab, made["asked"]["code"]), "receipt-asked", of_readers)
    writer = at_the_receipt(tab, made["asked"]["code"])
    writer.page.get_by_label("Your answer, for the moderators").fill(ANSWER)
    writer.page.get_by_role("button", name="Send the answer").click()
    writer.page.get_by_role("status").wait_for()
    look(writer, "receipt-answered", of_readers)
    look(at_the_receipt(tab, made["refused"]["code"]), "receipt-appealed", of_readers)

    moderator = desk(tab)
    page = moderator.page
    look(moderator, "index", of_the_desk)
    moderator.open("/admin/moderation/queuedcomment/")
    page.locator("article.card", has_text=TEXT).get_by_text("Ask its writer").click()
    look(moderator, "queue", of_the_desk)
    moderator.open(f"/admin/moderation/queuedcomment/{made['asked']['id']}/change/")
    look(moderator, "one", of_the_desk)
    moderator.open(f"/admin/moderation/queuedcomment/{made['waits']['id']}/change/")
    page.get_by_text("Ask its writer").click()
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator(".problem").first.wait_for()
    look(moderator, "one-problem", of_the_desk)
    moderator.open("/admin/moderation/queuedcomment/?what=appeals")
    look(moderator, "appeals", of_the_desk)
    moderator.open("/admin/moderation/queuedcomment/digest/")
    page.get_by_label("Every Monday").check()
    page.get_by_role("button", name="Save").click()
    page.locator(".told").wait_for()
    look(moderator, "digest", of_the_desk)
    moderator.open(f"{FIRST_RUN}?n=2")
    page.get_by_text("Keys").click()
    look(moderator, "practice", of_the_desk)
    page.locator(".with-reason > summary").click()
    page.get_by_role("button", name="Refuse", exact=True).click()
    page.locator(".problem-note").wait_for()
    look(moderator, "practice-problem", of_the_desk)
    moderator.open(f"{FIRST_RUN}?n=7")
    look(moderator, "practice-complaint", of_the_desk)
    moderator.open(f"{FIRST_RUN}?n=5")
    page.get_by_role("button", name="Approve").click()
    page.locator(".verdict").wait_for()
    look(moderator, "practice-verdict", of_the_desk)
    moderator.open(f"{FIRST_RUN}?n=11")
    look(moderator, "practice-end", of_the_desk)
    assert {where: said for where, said in found.items() if said} == {}
