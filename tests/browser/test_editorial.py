"""Redacting, lifting, moving and rolling over in a browser, script or not."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import Browser, expect

from blog.discussion import tree
from blog.discussion.text import contribution_html
from blog.models import Comment, Post

from . import pictures
from .moderating import log_in
from .server import Site
from .test_accessibility import violations as of_readers
from .test_imports import violations as of_the_desk
from .visits import Visit

NAME, PASSWORD = "night-editor", "b4rnacle-b4y-slack"
TEXT = "Cormorant Pike of Gullhaven knew.\n\nAsk cormorant pike."
QUEUE = "/admin/moderation/queuedcomment/"


def write() -> str:
    """An editor who moderates, two posts, and comments; what they are called."""
    user = User.objects.create(
        username=NAME, password=make_password(PASSWORD), is_staff=True
    )
    user.groups.set(Group.objects.filter(name__in=["Editors", "Moderators"]))
    day = timezone.now() - timedelta(days=40)
    posts = [
        Post.objects.create(
            title=title,
            body="A word.",
            status=Post.Status.PUBLISHED,
            published_at=day + timedelta(hours=number),
        )
        for number, title in enumerate(("The Slack Water", "The Spring Tide"))
    ]

    def comment(text: str, parent: Comment | None = None) -> Comment:
        return tree.insert(
            posts[0],
            parent,
            text=text,
            html=contribution_html(text),
            name="Bosun",
            written_at=day,
            published_at=day,
            state=Comment.State.PUBLISHED,
        )

    subject, other = comment(TEXT), comment("Cormorant Pike, again.")
    comment("A reply goes along.", other)
    return json.dumps(
        {
            "subject": subject.public_id,
            "other": other.public_id,
            "old": posts[0].get_absolute_url(),
            "new": posts[1].get_absolute_url(),
            "pk": posts[0].pk,
        }
    )


def clear() -> None:
    """Other tests know the site without any of it."""
    posts = Post.objects.filter(title__regex="Slack Water|Spring Tide|Pike")
    comments = Comment.objects.filter(post__in=posts)
    while leaves := comments.filter(replies=None).values_list("pk", flat=True):
        tree.remove(set(leaves))
    posts.delete()
    User.objects.filter(username=NAME).delete()


@pytest.fixture
def made(site: Site) -> Iterator[dict]:
    call = "from tests.browser import test_editorial as t; "
    written = site.manage("shell", "-c", f"{call}print(t.write())")
    yield json.loads(written.splitlines()[-1])
    site.manage("shell", "-c", f"{call}t.clear()")


@pytest.fixture(params=[True, False], ids=["js", "no-js"])
def desk(request, site: Site, browser: Browser, made) -> Iterator[Callable[..., Visit]]:
    """Opens a page of the admin, signed in."""
    context = browser.new_context(
        java_script_enabled=request.param,
        reduced_motion="reduce",
        viewport={"width": 1440, "height": 900},
    )
    page = context.new_page()
    page.goto(f"{site.address}/admin/login/")
    log_in(page, NAME, PASSWORD)

    def open_page(path: str) -> Visit:
        return Visit(page, site.address).open(path)

    open_page.javascript = request.param
    yield open_page
    context.close()


def faultless(opened: Visit, axe: str, name: str, look=of_the_desk) -> None:
    """Where a script may look: axe finds nothing."""
    pictures.take_each(opened.page, f"editorial-{name}")
    assert look(opened, axe) == {}
    opened.page.set_viewport_size({"width": 1440, "height": 900})


def queued(made: dict, which: str) -> str:
    return f"{QUEUE}?what=all&q={made[which]}"


def test_words_are_masked_and_come_back(desk, made, axe, visit):
    opened = desk(queued(made, "subject"))
    page = opened.page
    page.get_by_role("link", name="Redact").first.click()
    if desk.javascript:
        text = page.locator("#comment-text")
        text.evaluate("text => text.setSelectionRange(0, 14)")
        page.get_by_role("button", name="Name", exact=True).click()
        text.evaluate("text => text.setSelectionRange(18, 27)")
        page.get_by_role("button", name="Place", exact=True).click()
        expect(page.get_by_label("Names, masked as")).to_have_value("Cormorant Pike")
    else:
        assert not page.locator(".pick").is_visible()
        page.get_by_label("Names, masked as").fill("Cormorant Pike")
        page.get_by_label("Places, masked as").fill("Gullhaven")
    # Enter in a field previews and does nothing.
    page.get_by_label("For moderators only").press("Enter")
    expect(page.get_by_text("3 places are masked")).to_be_visible()
    page.get_by_role("checkbox", name="Cormorant Pike, again.").check()
    if desk.javascript:
        faultless(opened, axe, "redact")
    page.get_by_role("button", name="Mask it").click()
    expect(page.locator(".told")).to_contain_text("2 redacted.")
    assert page.url.endswith(queued(made, "subject"))
    reader = visit(made["old"])
    said = reader.page.locator(f"#c-{made['subject']}")
    expect(said).to_contain_text("[name] of [place] knew.")
    expect(said).to_contain_text("A moderator has masked what identified somebody.")
    expect(reader.page.locator("body")).not_to_contain_text("Cormorant")
    if desk.javascript:
        faultless(reader, axe, "masked", of_readers)
    page.locator(".told").get_by_role("button", name="Undo all 2").click()
    reader.page.reload()
    expect(said).to_contain_text("Cormorant Pike of Gullhaven knew.")


def test_a_comment_is_lifted_into_a_draft(desk, made, axe, visit):
    opened = desk(queued(made, "subject"))
    page = opened.page
    page.get_by_role("link", name="Lift").first.click()
    if desk.javascript:
        faultless(opened, axe, "lift")
    page.get_by_label("Title of the draft").fill("What Pike Knew")
    page.get_by_role("button", name="Make the draft").click()
    assert (
        "> Cormorant Pike of Gullhaven knew." in page.locator("#id_body").input_value()
    )
    assert page.locator("#id_status_0").is_checked()
    page.locator("#id_status_1").check()
    page.get_by_role("button", name="Save", exact=True).click()
    reader = visit(made["old"])
    reader.page.get_by_role("link", name="What Pike Knew").first.click()
    expect(reader.page.locator("main")).to_contain_text(
        "Lifted from a comment by Bosun"
    )
    if desk.javascript:
        faultless(reader, axe, "lifted", of_readers)


def test_a_thread_is_moved_and_goes_back(desk, made, axe, visit):
    opened = desk(queued(made, "other"))
    page = opened.page
    page.get_by_role("link", name="Move").first.click()
    expect(page.get_by_text("and the 1 below it go")).to_be_visible()
    if desk.javascript:
        faultless(opened, axe, "move")
    page.get_by_label("Or an address").fill(made["new"])
    page.get_by_role("button", name="Move it").click()
    expect(page.locator(".told")).to_contain_text("1 moved.")
    reader = visit(made["old"])
    note = reader.page.locator(f"#c-{made['other']}")
    expect(note).to_contain_text("The thread of Bosun was moved to The Spring Tide.")
    if desk.javascript:
        faultless(reader, axe, "moved", of_readers)
    note.get_by_role("link").click()
    assert reader.page.url.endswith(f"{made['new']}#c-{made['other']}")
    expect(reader.page.locator("body")).to_contain_text("A reply goes along.")
    page.locator(".told").get_by_role("button", name="Undo").click()
    reader.open(made["old"])
    expect(note).to_contain_text("Cormorant Pike, again.")


def test_a_discussion_is_continued(desk, made, axe, visit):
    opened = desk(f"/admin/blog/post/{made['pk']}/change/")
    page = opened.page
    page.get_by_role("link", name="Continue in a new post").click()
    if desk.javascript:
        faultless(opened, axe, "roll-over")
    expect(page.get_by_label("Title of the new post")).to_have_value(
        "The Slack Water (continued)"
    )
    page.get_by_label("published now").check()
    page.get_by_role("button", name="Close and continue").click()
    reader = visit(made["old"])
    expect(reader.page.locator("#write")).to_contain_text("No new comments are taken")
    if desk.javascript:
        faultless(reader, axe, "continued", of_readers)
    reader.page.get_by_role("link", name="The Slack Water (continued)").first.click()
    expect(reader.page.locator("#comments")).to_contain_text("This discussion began on")
    opened.open("/admin/moderation/decision/")
    page.get_by_role("button", name="Undo").first.click()
    reader.open(made["old"])
    expect(reader.page.locator("#write textarea").first).to_be_visible()
