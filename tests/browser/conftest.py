"""A real site and a real browser.

The browser's library keeps an event loop running in the thread of the tests, in which
Django refuses to touch a database. So no test here uses the database, and the fixtures
end with this folder, before other tests run.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from tests.conftest import _absent

from . import queue_scene
from .moderating import QUEUE, add_moderator, sign_in, sign_in_as
from .server import Site
from .visits import Visit

HERE = Path(__file__).resolve().parent
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
HEIGHT = 900
# Milliseconds: beside other lanes a page can be much slower than its reader would bear.
MUCH = 120_000
expect.set_options(timeout=MUCH)


def _until_the_page_is_there(act: Callable) -> Callable:
    @wraps(act)
    def acts(locator: Locator, *args, **kwargs) -> None:
        page = locator.page
        act(locator, *args, **kwargs)
        if not page.is_closed():
            page.wait_for_load_state("domcontentloaded")

    return acts


# Where a press leads to another page, the library waits until that begins to come, and
# what a test counts at once might stand in its second half.
for name in ("click", "press"):
    setattr(Locator, name, _until_the_page_is_there(getattr(Locator, name)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with the invented blog, the real pages where they are, and one deep
    discussion. It is not even started where there is no browser."""
    site = Site(tmp_path_factory.mktemp("site"))
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one that $CHROMIUM names."""
    executable = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, NAMES)), None
    )
    if executable is None:
        _absent("Chromium", FileNotFoundError("none of " + ", ".join(NAMES)))
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=executable,
                args=[
                    "--no-sandbox",
                    "--disable-background-networking",
                    "--disable-gpu",
                    # Whatever a page asks for, nothing leaves this machine.
                    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                ],
            )
        except Error as error:
            _absent("Chromium", error)
        make = browser.new_context

        def patient(**options) -> BrowserContext:
            context = make(**options)
            context.set_default_timeout(MUCH)
            return context

        browser.new_context = patient
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser profile for each variant, made once."""
    made: dict[tuple, BrowserContext] = {}

    def context(width: int, theme: str, javascript: bool) -> BrowserContext:
        variant = width, theme, javascript
        if variant not in made:
            made[variant] = browser.new_context(
                viewport={"width": width, "height": HEIGHT},
                color_scheme=theme,
                java_script_enabled=javascript,
                reduced_motion="reduce",
            )
        return made[variant]

    yield context
    for each in made.values():
        each.close()


@pytest.fixture
def visit(
    site: Site, contexts: Callable[..., BrowserContext]
) -> Iterator[Callable[..., Visit]]:
    """Opens a page: ``visit("/", width=360, theme="dark", javascript=False)``."""
    opened: list[Visit] = []

    def open_page(
        path: str, *, width: int = 1440, theme: str = "light", javascript: bool = True
    ) -> Visit:
        page = contexts(width, theme, javascript).new_page()
        opened.append(Visit(page, site.address))
        return opened[-1].open(path)

    yield open_page
    for each in opened:
        each.page.close()


@pytest.fixture
def tab(site: Site, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens a page in a profile of its own: the readers' must have no cookie."""
    contexts = []

    def open_page(path: str, **options) -> Visit:
        contexts.append(browser.new_context(reduced_motion="reduce", **options))
        return Visit(contexts[-1].new_page(), site.address).open(path)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def moderator(site: Site, browser: Browser) -> Iterator[Page]:
    """The queue, in a browser that is signed in; one account for all tests. Without
    JavaScript: each decision brings the page anew. ``desk`` is the other way."""
    add_moderator(site)
    context = browser.new_context(
        viewport={"width": 1440, "height": HEIGHT}, java_script_enabled=False
    )
    page = context.new_page()
    sign_in(page, site)
    yield page
    context.close()


@pytest.fixture(scope="package")
def scene(site: Site) -> Iterator[Callable[..., object]]:
    """Asks for functions of ``queue_scene`` by name, in a process of the site's own."""
    command, options = site.own(
        "shell", "-c", "from tests.browser import queue_scene as s; s.serve()"
    )
    with queue_scene.asking(command, **options) as ask:
        yield ask


@pytest.fixture
def waiting(scene: Callable) -> Callable[[int], list[str]]:
    """So many comments wait, and no others: their ids."""
    return lambda number: scene("alone", number)


@pytest.fixture
def told(scene: Callable) -> Callable[[list[str]], dict]:
    """What became of comments, and what the log tells of each."""
    return lambda ids: scene("told", ids)


@pytest.fixture(scope="package")
def people(
    site: Site, browser: Browser, scene: Callable
) -> Iterator[Callable[..., Page]]:
    """A browser in which a moderator of this name is signed in; made once."""
    contexts: dict[tuple, BrowserContext] = {}

    def open_browser(name: str, **options) -> Page:
        found = name, *sorted(options.items())
        if found not in contexts:
            scene("add_moderator", name)
            contexts[found] = browser.new_context(
                viewport={"width": 1440, "height": HEIGHT},
                reduced_motion="reduce",
                **options,
            )
            page = contexts[found].new_page()
            sign_in_as(page, site, name, queue_scene.PASSWORD)
        return contexts[found].pages[0]

    yield open_browser
    for context in contexts.values():
        context.close()


@pytest.fixture
def desk(people: Callable, site: Site) -> Callable[..., Page]:
    """Anna's queue, opened anew."""

    def open_queue(query: str = "") -> Page:
        page = people("anna")
        page.set_viewport_size({"width": 1440, "height": HEIGHT})
        page.goto(site.address + QUEUE + query)
        return page

    return open_queue


@pytest.fixture(scope="package")
def axe() -> str:
    """The source of axe-core."""
    if not AXE.is_file():
        _absent("axe-core", FileNotFoundError("run npm install in tests/browser"))
    return AXE.read_text(encoding="utf-8")
