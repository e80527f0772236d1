"""A complaint from the footer to its end, in a browser, also without JavaScript."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

from blog.discussion import tree
from blog.discussion.text import contribution_html
from blog.models import Comment, Post

from . import pictures
from .moderating import signed_in
from .pages import STORM, WIDTHS
from .server import Site
from .test_accessibility import violations as of_readers
from .test_imports import violations as of_the_desk
from .visits import Visit

NAME, PASSWORD = "complaints-clerk", "b4rnacle-b4y-tide"
TEXT = "He sold the lifeboat, they say."


def write(title: str) -> str:
    """A moderator, and a comment below a post; what it is called."""
    user = User.objects.create(
        username=NAME, password=make_password(PASSWORD), is_staff=True
    )
    user.groups.add(Group.objects.get(name="Moderators"))
    comment = tree.insert(
        Post.objects.get(title=title),
        None,
        text=TEXT,
        html=contribution_html(TEXT),
        name="Purser",
        state=Comment.State.PUBLISHED,
    )
    return json.dumps(comment.public_id)


def clear(public_id: str) -> None:
    """Takes the comment away: other tests know the discussion without it."""
    Comment.objects.filter(public_id=public_id).delete()
    User.objects.filter(username=NAME).delete()


@pytest.fixture
def about(site: Site) -> Iterator[str]:
    call = "from tests.browser import test_complaints as t; "
    written = site.manage("shell", "-c", f"{call}print(t.write({STORM.title!r}))")
    public_id = json.loads(written.splitlines()[-1])
    yield public_id
    site.manage("shell", "-c", f"{call}t.clear({public_id!r})")


def desk(tab: Callable[..., Visit], **options) -> Visit:
    return signed_in(tab, NAME, PASSWORD, **options)


def fill_in(page: Page) -> None:
    """All that a notice of defamation needs but one thing."""
    page.get_by_label("The words that you complain of").fill(TEXT)
    page.get_by_label("Why do they break the law?").fill("I never sold it.")
    page.get_by_label("What in them is factually").fill("It was not sold.")
    page.get_by_label("I do not know enough about").check()
    for question in ("given your name?", "given your e-mail address?"):
        page.get_by_role("group", name=question).get_by_label("No").check()
    page.get_by_label("Your name").fill("Cormorant Pike")
    page.get_by_label("Your e-mail address").fill("pike@rookery.example")


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_a_complaint_from_its_link_to_its_end(tab, about: str, javascript: bool):
    reader = tab(
        "/",
        viewport={"width": 360, "height": 800},
        java_script_enabled=javascript,
    )
    page = reader.page
    page.get_by_role("link", name="Complain about a comment").click()
    page.get_by_label("Link of the comment").fill(f"{reader.site}/c/{about}/")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("blockquote.answered")).to_contain_text(TEXT)
    fill_in(page)
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Something is missing")
    expect(page.get_by_role("alert")).to_contain_text(
        "the meaning that you take them to have"
    )
    # What was typed is still there.
    expect(page.get_by_label("Your name")).to_have_value("Cormorant Pike")
    page.get_by_label("What do you take them to mean?").fill("That I stole it.")
    page.get_by_role("button", name="Send it again").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(r"Your complaint is no. \d+"))
    number = re.search(r"\d+", heading.inner_text())[0]
    assert page.context.cookies() == []

    moderator = desk(tab, java_script_enabled=javascript)
    page = moderator.page
    page.get_by_role("link", name="Complaints", exact=True).first.click()
    page.get_by_role("link", name=f"No. {number}", exact=True).click()
    expect(page.locator(".standing")).to_contain_text("The comment is still shown")
    page.get_by_role("button", name="Hold the comment").click()
    expect(page.locator(".standing")).to_contain_text("The comment is not shown")
    letter = page.get_by_role("region", name="It is not shown")
    assert "Dear Cormorant Pike," in letter.locator("textarea").input_value()
    letter.get_by_role("button").click()
    expect(page.locator(".told")).to_contain_text("the letter was sent")
    page.get_by_label("How it ended").select_option("kept")
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".standing")).to_contain_text("Closed: The comment stays")


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_a_report_from_the_comment_until_it_is_left(
    tab, about: str, axe: str, javascript: bool
):
    reader = tab(
        f"/c/{about}/",
        viewport={"width": 360, "height": 800},
        java_script_enabled=javascript,
    )
    page = reader.page

    def look(name: str) -> None:
        if not javascript:
            return  # axe is a script
        assert of_readers(reader, axe) == {}
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert reader.width_too_much() == 0, name
        pictures.take_each(page, f"report-{name}")
        page.set_viewport_size({"width": 360, "height": 800})

    look("discussion")
    link = page.locator(f"#c-{about} .actions").get_by_role("link", name="Report")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="It breaks the law")).to_be_visible()
    look("form")
    page.get_by_label("It is not about what this post is about.").check()
    page.get_by_role("button", name="Report it to the moderators").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reported")
    expect(page.get_by_text("A moderator looks at it again.")).to_be_visible()
    look("sent")
    page.get_by_role("link", name="Back to the comment").click()
    expect(page).to_have_url(re.compile(f"#c-{about}$"))
    assert page.context.cookies() == []

    page = desk(tab, java_script_enabled=javascript).page
    page.goto(f"{reader.site}/admin/moderation/queuedcomment/?what=all&lane=reported")
    card = page.locator(f"#c-{about}")
    expect(card).to_contain_text("Reported by readers: Off topic (1).")
    if javascript:
        page.keyboard.press("j")
        page.keyboard.press("u")
        expect(card).to_have_class(re.compile("decided"))
    else:
        card.get_by_role("button", name="Leave it").click()
        expect(card).to_have_count(0)
    expect(page.locator('[data-lane="reported"]')).to_have_text("0")


def test_axe_finds_nothing_and_nothing_is_too_wide(tab, about: str, axe: str):
    found = {}
    reader = tab("/complaint/?comment=nowhere")
    page = reader.page

    def look(opened: Visit, name: str, violations: Callable) -> None:
        found[name] = violations(opened, axe)
        for width in WIDTHS:
            opened.page.set_viewport_size({"width": width, "height": 900})
            assert opened.width_too_much() == 0, name
        pictures.take_each(opened.page, f"complaint-{name}")

    look(reader, "start", of_readers)
    reader.open(f"/complaint/{about}/")
    look(reader, "form", of_readers)
    page.get_by_label("Your name").fill("Cormorant Pike")
    page.get_by_role("button", name="Send the complaint").click()
    page.get_by_role("alert").first.wait_for()
    look(reader, "missing", of_readers)
    fill_in(page)
    page.get_by_label("What do you take them to mean?").fill("That I stole it.")
    page.get_by_role("button", name="Send it again").click()
    page.get_by_text("This page is shown once").wait_for()
    look(reader, "kept", of_readers)
    number = re.search(r"\d+", page.get_by_role("heading", level=1).inner_text())[0]
    # Of what was incomplete the browser itself reports the status.
    assert [said for said in reader.problems if "status of 422" not in said] == []

    moderator = desk(tab)
    moderator.open("/admin/moderation/complaint/")
    look(moderator, "list", of_the_desk)
    moderator.open("/admin/moderation/complaint/enter/")
    moderator.page.get_by_role("button", name="Enter it").click()
    moderator.page.get_by_text("Say which comment it is about.").wait_for()
    look(moderator, "enter", of_the_desk)
    moderator.open(f"/admin/moderation/complaint/{number}/change/")
    look(moderator, "page", of_the_desk)
    moderator.page.get_by_role("button", name="Hold the comment").click()
    moderator.page.locator(".told").wait_for()
    look(moderator, "held", of_the_desk)
    moderator.page.get_by_role("button", name="Close").click()
    moderator.page.locator(".problem-note").wait_for()
    look(moderator, "not-done", of_the_desk)
    assert {where: said for where, said in found.items() if said} == {}
