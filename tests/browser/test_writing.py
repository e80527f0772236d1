"""Writing a post in a browser: a rule and a quotation by one click, and without any
script; and a post with its series and those who cite it."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from blog.discussion import citations, tree
from blog.discussion.text import comment_html
from blog.models import Comment, Post

from .moderating import log_in
from .pages import WIDTHS
from .server import Site
from .test_accessibility import EVERYTHING, RUN, violations

NAME, PASSWORD = "writer", "b4rnacle-b4y-ebb"


def write() -> str:
    """An editor, a series of three parts, and comments that cite its second."""
    User.objects.create(
        username=NAME,
        password=make_password(PASSWORD),
        is_staff=True,
        is_superuser=True,
    )
    day = timezone.now().replace(year=2021, month=3, day=1)
    parts = [
        Post.objects.create(
            title=f"Signals From the Breakwater {number}",
            body="A word.",
            status=Post.Status.PUBLISHED,
            published_at=day + timedelta(days=number),
        )
        for number in (1, 2, 3)
    ]
    made = []
    for number in range(8):
        text = f"See Signals From the Breakwater 2. I said so {number} times."
        made.append(
            tree.insert(
                parts[0],
                text=text,
                html=comment_html(text),
                name="Ottoline",
                state=Comment.State.PUBLISHED,
            )
        )
    citations.settle([comment.pk for comment in made])
    return json.dumps(
        {
            "comments": [comment.public_id for comment in made],
            "parts": [part.get_absolute_url() for part in parts],
        }
    )


@pytest.fixture(scope="module")
def made(site: Site) -> dict:
    command = "from tests.browser import test_writing as t; print(t.write())"
    return json.loads(site.manage("shell", "-c", command).splitlines()[-1])


@pytest.fixture(scope="module")
def signed_in(browser: Browser, site: Site, made: dict) -> Iterator[Callable]:
    """Opens a page of the admin: ``signed_in("blog/post/add/", javascript=False)``."""
    contexts = {}
    for javascript in (True, False):
        context = browser.new_context(java_script_enabled=javascript)
        page = context.new_page()
        page.goto(f"{site.address}/admin/login/")
        # Until she is in: closed on its way, a page can take the whole browser along.
        log_in(page, NAME, PASSWORD)
        page.close()
        contexts[javascript] = context

    def open_page(path: str, *, javascript: bool = True, width: int = 1440) -> Page:
        page = contexts[javascript].new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{site.address}/admin/{path}")
        return page

    yield open_page
    for context in contexts.values():
        context.close()


def words(page: Page) -> str:
    return page.locator("#id_body").input_value()


class TestWithScript:
    def test_a_rule_where_the_cursor_stands(self, signed_in):
        page = signed_in("blog/post/add/")
        page.fill("#id_body", "Before.\nAfter.")
        page.locator("#id_body").evaluate("text => text.setSelectionRange(7, 7)")
        page.get_by_role("button", name="Insert a rule").click()
        assert words(page) == "Before.\n\n--oo00oo--\n\nAfter."
        # The cursor stands behind it, and what was done can be taken back.
        page.keyboard.type("Here. ")
        assert words(page) == "Before.\n\n--oo00oo--\n\nHere. After."
        for _ in range(3):
            page.keyboard.press("Control+z")
        assert words(page) in ("Before.\nAfter.", "")
        page.close()

    def test_by_keyboard_alone_and_at_the_end_of_an_untouched_text(
        self, signed_in, made
    ):
        page = signed_in(f"blog/post/add/?quote={made['comments'][0]}")
        button = page.get_by_role("button", name="Insert a rule")
        button.focus()
        page.keyboard.press("Enter")
        assert words(page).endswith("0 times.\n\n--oo00oo--\n\n")
        page.wait_for_selector(".live-text hr")
        page.close()

    def test_quotations_one_after_another(self, signed_in, made, site):
        page = signed_in("blog/post/add/")
        page.fill("#id_body", "Read these.")
        first, second, *_ = made["comments"]
        for each in (f"{site.address}/c/{first}/", second):
            page.fill("#id_quote", each)
            page.locator("#id_quote").press("Enter")
            expect(page.locator("#id_quote")).to_have_value("")
        said = words(page)
        assert said.startswith("Read these.\n\n[Ottoline](")
        assert said.count("--oo00oo--") == 1
        assert said.index("said so 0") < said.index("--oo00oo--")
        assert said.index("--oo00oo--") < said.index("said so 1")
        expect(page.locator(".live-text hr")).to_have_count(1)
        assert page.locator(".live-text blockquote").count() == 2
        # Nothing was saved, and the page says so when it is left.
        assert page.url.endswith("/add/")
        page.close()

    def test_what_cannot_be_quoted_is_said_beside_the_field(self, signed_in):
        page = signed_in("blog/post/add/")
        page.fill("#id_quote", "nothing")
        page.get_by_role("button", name="Insert it in the text").click()
        problem = page.locator(".quote-problem")
        problem.get_by_text("No published comment").wait_for()
        assert problem.get_attribute("role") == "alert"
        assert words(page) == ""
        page.close()

    @pytest.mark.parametrize("width", WIDTHS)
    def test_axe_finds_nothing(self, signed_in, axe, made, width):
        for path in ("blog/post/add/", f"blog/post/add/?quote={made['comments'][0]}"):
            page = signed_in(path, width=width)
            page.evaluate(axe)
            # Django's links there are not underlined.
            run = RUN.replace("document,", '{exclude: [".breadcrumbs"]},')
            assert page.evaluate(run, EVERYTHING) == []
            wide = "html => html.scrollWidth - html.clientWidth"
            assert page.locator("html").evaluate(wide) <= 0
            page.close()


class TestWithoutScript:
    def test_a_link_of_the_queue_begins_a_draft(self, signed_in, made):
        page = signed_in(
            f"moderation/queuedcomment/{made['comments'][0]}/change/", javascript=False
        )
        page.get_by_role("link", name="Quote in a new post").click()
        assert "> See Signals From the Breakwater 2" in words(page)
        assert page.locator("#id_status_0").is_checked()
        page.close()

    def test_a_field_of_the_form_puts_it_at_the_end(self, signed_in, made):
        page = signed_in("blog/post/add/", javascript=False)
        page.fill("#id_title", "Strung together")
        page.fill("#id_body", "Read these.")
        page.fill("#id_quote", " ".join(made["comments"][:2]))
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("It is at the end of the text now.").first.wait_for()
        assert words(page).count("> See Signals") == 2
        assert words(page).count("--oo00oo--") == 1
        assert page.locator("#id_quote").input_value() == ""
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("is a draft: only editors see it").first.wait_for()
        page.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_series_is_walked_and_its_list_opened(visit, made, javascript):
    page = visit(made["parts"][0], javascript=javascript).page
    page.get_by_role("link", name="next, 2").click()
    assert page.url.endswith(made["parts"][1])
    page.get_by_role("link", name="previous, 1").wait_for()
    page.get_by_role("link", name="Signals From the Breakwater", exact=True).click()
    assert page.locator(".parts li").count() == 3


@pytest.mark.parametrize("javascript", [True, False])
def test_who_cites_a_post_is_folded_and_leads_there(visit, made, javascript):
    page = visit(made["parts"][1], javascript=javascript).page
    page.get_by_text("8 posts and comments").click()
    page.locator(".cited-by li a").first.click()
    assert page.url.endswith(f"{made['parts'][0]}#c-{made['comments'][0]}")
    assert page.locator(".comment a.cites").count() == 8
    page.locator(".comment a.cites").first.click()
    assert page.url.endswith(made["parts"][1])


def test_axe_finds_nothing_on_a_post_that_is_cited_nor_on_its_series(visit, made, axe):
    opened = visit(made["parts"][1])
    opened.page.locator(".cited-by summary").click()
    assert violations(opened, axe) == {}
    for width in WIDTHS:
        opened.page.set_viewport_size({"width": width, "height": 900})
        assert opened.width_too_much() <= 0
    assert violations(visit("/series/signals-from-the-breakwater/"), axe) == {}
