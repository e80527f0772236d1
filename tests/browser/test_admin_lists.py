"""The lists of the admin on a desk, with its sidebar open: what a row holds and offers
is there without scrolling sideways, however long its words are."""

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.utils import timezone

from blog.models import Comment, ImportBatch, ImportNote, Label, Post
from moderation import desk as deciding
from moderation.models import Mode, Rule
from moderation.transitions import Seen

from . import queue_scene
from .moderating import signed_in
from .server import Site

NAME, PASSWORD = "long-winded-moderator", "a-password-for-tests"
LONG = "W" * 300
DESKS = (1280, 1440)
LISTS = {
    "queue": "/admin/moderation/queuedcomment/",
    "log": "/admin/moderation/decision/",
    "posts": "/admin/blog/post/",
    "labels": "/admin/blog/label/",
    "imports": "/admin/blog/importbatch/",
    "modes": "/admin/moderation/mode/",
    "rules": "/admin/moderation/rule/",
}
TOO_WIDE = """() => Math.max(0, ...["html", "#content", ".results"].map((name) => {
  const box = document.querySelector(name);
  return box ? box.scrollWidth - box.clientWidth : 0;
}))"""


def write() -> None:
    """A draft with a title of one long word, comments on it, and all that was decided
    about them, in long words too."""
    user = User.objects.create(
        username=NAME,
        password=make_password(PASSWORD),
        is_staff=True,
        is_superuser=True,
    )
    post = Post.objects.create(title=LONG, body="Text.", status="draft")
    post.labels.add(Label.objects.create(name="L" * 100))
    Mode.objects.create(post=post, kind="closed", notice=LONG)
    Rule.objects.create(
        kind="word", pattern=LONG[:200], explanation=LONG[:200], is_on=False
    )
    ids = queue_scene.write(4)
    Comment.objects.filter(public_id__in=ids).update(post=post)
    seen = [Seen(*row) for row in _open(ids[1:])]
    outcome = deciding.decide(
        user,
        seen,
        "reject",
        reason="identifies_person",
        public_note=LONG,
        private_note=f"{LONG} and words",
    )
    assert outcome.done, outcome
    deciding.undo(user, [outcome.done[0].seq])
    batch = ImportBatch.objects.create(
        started_at=timezone.now(), finished_at=timezone.now(), report={}
    )
    ImportNote.objects.create(
        batch=batch, file=LONG, line=1, code="no-date", message=f"“{LONG}” has no date."
    )


def _open(ids: list[str]):
    return Comment.objects.filter(public_id__in=ids).values_list("public_id", "version")


def clear() -> None:
    queue_scene.clear()
    ImportBatch.objects.filter(notes__file=LONG).delete()
    Mode.objects.filter(notice=LONG).delete()
    Label.objects.filter(name="L" * 100).delete()
    Rule.objects.filter(pattern=LONG[:200]).delete()


@pytest.fixture(scope="module")
def made(site: Site):
    run = "from tests.browser import test_admin_lists as t; t.{}()"
    site.manage("shell", "-c", run.format("write"))
    yield
    site.manage("shell", "-c", run.format("clear"))


@pytest.fixture
def desk(tab: Callable, made: None) -> Callable:
    return lambda path: signed_in(tab, NAME, PASSWORD).open(path)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_as_wide_as_its_window(desk, name: str):
    page = desk(LISTS[name]).page
    too_wide = {}
    for width in DESKS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator("#nav-sidebar").is_visible() == (name != "queue")
        too_wide[width] = page.evaluate(TOO_WIDE)
    assert too_wide == dict.fromkeys(DESKS, 0)


def test_what_was_decided_is_taken_back_where_it_is_read(desk):
    page = desk(LISTS["log"]).page
    for width in DESKS:
        page.set_viewport_size({"width": width, "height": 900})
        results = page.locator(".results").bounding_box()
        buttons = page.locator("#result_list button").all()
        assert len(buttons) >= 2
        for button in buttons:
            box = button.bounding_box()
            assert box["x"] + box["width"] <= results["x"] + results["width"]
        # What has no long words keeps them whole.
        for link in page.locator("#result_list .field-comment a").all():
            assert link.bounding_box()["height"] < 30
