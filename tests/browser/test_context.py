"""What stands beside a comment in the queue, in a browser: sound at any width."""

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import Page

from blog.discussion import tree
from blog.discussion.pseudonyms import Proof
from blog.discussion.submission import Circumstances, submit
from blog.models import Comment, Post
from moderation import desk
from moderation.models import Mode, Rule, Screening
from moderation.transitions import Seen

from . import pictures
from .moderating import QUEUE, signed_in
from .pages import THEMES
from .server import Site
from .test_imports import violations
from .visits import Visit

NAME, PASSWORD = "reader-of-the-queue", "b4rnacle-b4y-tide"
WIDTHS = (360, 1280, 1440)
TIDES = (
    "The tide table on the wall of the office has been wrong since March, and nobody "
    "who sails by it has been told by the company."
)
CALM = Circumstances(form_age=60)


def write() -> str:
    """A moderator, and comments of all kinds that wait; the public id of one."""
    user = User.objects.create(
        username=NAME, password=make_password(PASSWORD), is_staff=True
    )
    user.groups.add(Group.objects.get(name="Moderators"))
    post = Post.objects.create(
        title="What the tide table says",
        body="It says high water.",
        status=Post.Status.PUBLISHED,
        published_at=timezone.now(),
    )
    Rule.objects.create(pattern="cheap pills")
    Rule.objects.create(pattern="bad.example", kind="domain")
    Mode.objects.create(post=post, kind="hold_all", notice="Trolls are about.")
    proof = Proof("k7qf2m9xdv")

    def sent(text: str, action: str = "", reason: str = "", **how) -> Comment:
        comment = submit(post, text, circumstances=CALM, **how).comment
        if action:
            seen = [Seen(comment.public_id, comment.version)]
            desk.decide(user, seen, action, reason=reason)
        return Comment.objects.get(pk=comment.pk)

    first = sent(
        "Does anybody know whether the table is right? " * 9, "approve", name="Bosun"
    )
    second = sent("It never was.", "approve", parent=first)
    sent(TIDES, "reject", "duplicate", name="Mate", proof=proof)
    sent("Ask at the office.", "approve", name="Mate", proof=proof)
    sent("You are a fool.", "reject", "harassment", name="Mate", proof=proof)
    full = sent(
        f"{TIDES} Jane Smith is lying about it, and I asked Peter Oakes. I work in "
        "Harbourmouth and after 12 years in the job our team knows.\n\n"
        "> cheap pills\n\n"
        "Get *cheap pills* at https://www.bad.example/buy?pills=cheap-pills or at "
        "https://b\u0430nk.example/ and https://tide.example/" + "x" * 120,
        parent=second,
        name="Mate",
        proof=proof,
    )
    learnt = "Looks like spam you marked before: bonus, winnings, luck.example."
    spam = sent("A bonus: your winnings wait at https://luck.example/ now!")
    Screening.objects.filter(comment=spam).update(
        why=[{"code": "learnt", "words": learnt}], lane="likely_spam"
    )
    sent("One more, by a name that anybody types.", name="Bosun")
    sent("Short and nameless.")
    forged = tree.insert(
        post,
        None,
        name="",
        text="See bank.example",
        html='<p>See <a href="https://evil.example/x" rel="noopener">bank.example</a> '
        "and <em>*Jane Smith*</em>, who was sacked.</p>\n",
        written_at=timezone.now(),
        state=Comment.State.PENDING,
    )
    Screening.objects.create(comment=forged)
    return json.dumps({"one": full.public_id, "post": post.pk})


@pytest.fixture(scope="module")
def made(site: Site) -> dict:
    command = "from tests.browser import test_context as t; print(t.write())"
    return json.loads(site.manage("shell", "-c", command).splitlines()[-1])


@pytest.fixture
def desk_page(tab: Callable[..., Visit], made: dict) -> Callable[..., Visit]:
    """Opens a page for a moderator who is signed in."""

    def open_page(path: str, **options) -> Visit:
        return signed_in(tab, NAME, PASSWORD, **options).open(path)

    return open_page


def addresses(made: dict) -> dict[str, str]:
    return {
        "queue": f"{QUEUE}?post={made['post']}",
        "one": f"{QUEUE}{made['one']}/change/",
    }


def open_all(page: Page) -> None:
    for summary in page.locator(".parent summary").all():
        summary.click()


@pytest.mark.parametrize("name", ["queue", "one"])
def test_axe_finds_nothing_and_nothing_is_too_wide(desk_page, made, axe, name):
    opened = desk_page(addresses(made)[name])
    assert opened.status == 200
    marks = opened.page.locator("mark")
    kinds = {"rule", "spam", "link", "person", "accused", "writer"}
    if name == "one":
        kinds.discard("spam")
    assert {
        each.removeprefix("m-")
        for mark in marks.all()
        for each in mark.get_attribute("class").split()
    } == kinds
    assert violations(opened, axe) == {}
    open_all(opened.page)
    assert violations(opened, axe) == {}
    for width in WIDTHS:
        opened.page.set_viewport_size({"width": width, "height": 900})
        assert opened.width_too_much() == 0
    assert opened.said == []


def test_the_exchange_is_read_without_javascript(desk_page, made):
    opened = desk_page(addresses(made)["queue"], java_script_enabled=False)
    page = opened.page
    above = page.locator(".parent.above").first
    assert not above.locator(".text").is_visible()
    above.locator("summary").click()
    assert above.locator(".text").is_visible()


@pictures.wanted
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_screenshots(desk_page, made, width: int, theme: str):
    opened = desk_page("/admin/", color_scheme=theme)
    opened.page.set_viewport_size({"width": width, "height": 900})
    for name, path in addresses(made).items():
        opened.open(path)
        pictures.take(opened.page, f"context-{name}-{width}-{theme}")
