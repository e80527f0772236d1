"""Imports in the admin, in a browser: sound at any width, and without JavaScript."""

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.utils import timezone

from blog.models import ImportBatch, ImportNote, Post

from . import pictures
from .moderating import signed_in
from .pages import THEMES, WIDTHS
from .server import Site
from .test_accessibility import EVERYTHING, OF_COLOUR, RUN
from .visits import Visit

NAME, PASSWORD = "importer", "b4rnacle-b4y-tide"
MESSAGES = {
    "body-differs": "The text of “Two Per Cent” differs from the source and was edited "
    "here: the edited one is kept.",
    "image-missing": "An image stays a link, no file in the folder of images has this "
    f"name: {'a-very-long-name-' * 8}.jpg (“Storm Watch”)",
    "no-date": "“Fog” has no date: it is a draft until it has.",
}
SETTLED = """() => new Promise((done) => requestAnimationFrame(() => done(Promise.all(
  document.getAnimations().map((animation) => animation.finished)))))"""
ROW = {
    "format": "Google Takeout",
    "posts": {"found": 12, "new": 12, "updated": 0, "unchanged": 0},
    "comments": {"found": 3196, "new": 3196, "updated": 0, "unchanged": 0},
    "replies": 1042,
    "held": 3,
    "spam": 41,
    "removed": 7,
    "drafts": 2,
    "error": None,
}


def write() -> str:
    """Somebody who may do all, and one import that brought no posts; its number."""
    User.objects.create(
        username=NAME,
        password=make_password(PASSWORD),
        is_staff=True,
        is_superuser=True,
    )
    error = {"line": 88, "column": 4, "message": "The file ends in the middle."}
    files = [{"path": f"feed-{n}.atom", **ROW} for n in range(4)]
    files.append({"path": "the-old-blog.wordpress.2016.xml", **ROW, "error": error})
    total = {name: ROW[name] for name in ("posts", "comments")}
    batch = ImportBatch.objects.create(
        started_at=timezone.now(),
        finished_at=timezone.now(),
        report={"files": files, "new": 3208, "updated": 0, **total},
    )
    post = Post.objects.published().order_by("pk").first()
    for code, message in MESSAGES.items():
        for line in (7, 4012):
            ImportNote.objects.create(
                batch=batch,
                file="feed-1.atom",
                line=line,
                code=code,
                message=message,
                post=post if code != "no-date" else None,
            )
    return json.dumps({"batch": batch.pk})


@pytest.fixture(scope="module")
def made(site: Site) -> dict:
    command = "from tests.browser import test_imports as t; print(t.write())"
    return json.loads(site.manage("shell", "-c", command).splitlines()[-1])


@pytest.fixture
def desk(tab: Callable[..., Visit], made: dict) -> Callable[..., Visit]:
    """Opens a page of the admin for somebody who is signed in."""

    def open_page(path: str, **options) -> Visit:
        return signed_in(tab, NAME, PASSWORD, **options).open(path)

    return open_page


def addresses(batch: int) -> dict[str, str]:
    imports = "/admin/blog/importbatch/"
    return {
        "list": imports,
        "one": f"{imports}{batch}/change/",
        "undo": f"{imports}1/undo/",
    }


TO_THE_END = "scrollTo({top: document.body.scrollHeight, behavior: 'instant'})"


def violations(opened: Visit, axe: str) -> dict[tuple[int, str], list[str]]:
    """As for readers' pages; but in the admin links change their colour slowly."""
    page = opened.page
    page.evaluate(axe)
    # Django's links there are not underlined.
    run = RUN.replace("document,", '{exclude: [".breadcrumbs"]},')
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        # Above it the bar of the queue lies over whatever happens to be there.
        page.evaluate(TO_THE_END)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.evaluate(SETTLED)
            rules = EVERYTHING if theme == "light" else OF_COLOUR
            found[width, theme] = page.evaluate(run, rules)
    return {variant: said for variant, said in found.items() if said}


@pytest.mark.parametrize("name", ["list", "one", "undo"])
def test_axe_finds_nothing_and_nothing_is_too_wide(desk, made, axe, name):
    opened = desk(addresses(made["batch"])[name])
    assert opened.status == 200
    assert violations(opened, axe) == {}
    for width in WIDTHS:
        opened.page.set_viewport_size({"width": width, "height": 900})
        assert opened.width_too_much() == 0
    assert opened.said == []


def test_ticks_are_saved_without_javascript(desk, made):
    opened = desk(addresses(made["batch"])["one"], java_script_enabled=False)
    page = opened.page
    page.get_by_label("Settled: “Fog” has no date").first.check()
    page.get_by_role("button", name="Save the ticks").click()
    assert "1 note settled." in page.locator(".messagelist").inner_text()
    page.get_by_role("button", name="Settle all 2 of this kind").first.click()
    assert "2 notes settled." in page.locator(".messagelist").inner_text()
    page.get_by_role("link", name="Settled 3").click()
    assert page.locator("li.settled").count() == 3


@pictures.wanted
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_screenshots(desk, made, width: int, theme: str):
    shown = addresses(made["batch"]) | {"index": "/admin/"}
    opened = desk("/admin/", color_scheme=theme)
    opened.page.set_viewport_size({"width": width, "height": 900})
    for name, path in shown.items():
        opened.open(path)
        pictures.take(opened.page, f"imports-{name}-{width}-{theme}")
