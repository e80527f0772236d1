"""Rules and suggestions in a browser: at any width, and without JavaScript."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from blog.models import Post
from moderation import arrivals, rulebook
from moderation.models import ArrivalCount, Mode, PutOff, Rule, RuleChange

from . import pictures
from .moderating import log_in
from .pages import STORM
from .server import Site
from .test_imports import violations
from .visits import Visit

NAME, PASSWORD = "rule-keeper", "b4rnacle-b4y-tide"
LONG = "a very long row of words that somebody pasted here from elsewhere" * 2
ADD = "/admin/moderation/rule/add/"
RULES = "/admin/moderation/rule/"
CHANGES = "/admin/moderation/rulechange/"
MODES = "/admin/moderation/mode/"
QUEUE = "/admin/moderation/queuedcomment/"
# How many is another matter: an hour has several slots, and other tests write too.
MORE_THAN_USUAL = re.compile(r"\d\d comments in the last hour; usually less than one")


def write(title: str) -> str:
    """A moderator, rules of every kind, and a post to which more comes than usual."""
    user = User.objects.create(
        username=NAME, password=make_password(PASSWORD), is_staff=True
    )
    user.groups.add(Group.objects.get(name="Moderators"))
    ended = timezone.now() - timedelta(days=1)
    for rule in (
        Rule(pattern="lighthouse", explanation="It is sold again.", reason="spam"),
        Rule(kind="pattern", pattern="*casino*", action="likely_spam"),
        Rule(kind="domain", pattern="bad.example", until=ended),
        Rule(kind="links", pattern="2", is_on=False),
        Rule(pattern=LONG),
    ):
        rulebook.store(rule, user)
    Rule.objects.filter(pattern="lighthouse").update(
        hits=12, last_hit_on=timezone.localdate()
    )
    post = Post.objects.get(title=title)
    slot = arrivals.slot_of(timezone.now())
    # Later slots too: the test may go on when the next one has begun.
    for more in range(3):
        # Other tests may have sent something there just now.
        ArrivalCount.objects.update_or_create(
            post=post, slot=slot + more, defaults={"first": 1, "arrived": 41}
        )
    return json.dumps(post.pk)


def clear() -> None:
    """Takes all of it away: other tests know the site without it."""
    for model in (Rule, RuleChange, ArrivalCount, PutOff, Mode):
        model.objects.all().delete()
    User.objects.filter(username=NAME).delete()


@pytest.fixture(scope="module", autouse=True)
def made(site: Site) -> Iterator[int]:
    call = "from tests.browser import test_rules as t; "
    written = site.manage("shell", "-c", f"{call}print(t.write({STORM.title!r}))")
    yield json.loads(written.splitlines()[-1])
    site.manage("shell", "-c", f"{call}t.clear()")


@pytest.fixture(scope="module")
def desk(site: Site, browser: Browser) -> Iterator[Callable[..., Visit]]:
    """A page of hers; she signs in once with scripts and once without."""
    contexts = {}

    def open_page(path: str, *, javascript: bool = True) -> Visit:
        if javascript not in contexts:
            contexts[javascript] = browser.new_context(
                reduced_motion="reduce", java_script_enabled=javascript
            )
            page = contexts[javascript].new_page()
            page.goto(f"{site.address}/admin/login/?next=/admin/")
            log_in(page, NAME, PASSWORD)
        return Visit(contexts[javascript].new_page(), site.address).open(path)

    yield open_page
    for context in contexts.values():
        context.close()


def look(page: Page, pattern: str, kind: str = "word") -> None:
    page.locator(f"input[name=kind][value={kind}]").check()
    page.get_by_label("Looks for").fill(pattern)
    page.get_by_role("button", name="See what it would meet").click()


def test_a_rule_is_seen_at_work_then_put_into_force_without_javascript(desk):
    page = desk(ADD, javascript=False).page
    look(page, "the")
    expect(page.get_by_role("heading", name="What it would have met")).to_be_visible()
    expect(page.locator(".extracts mark").first).to_have_text("the", ignore_case=True)
    page.get_by_label("Looks for").fill("and")
    # What was changed is looked at before it goes live, whichever button is pressed.
    page.get_by_role("button", name="Put into force").click()
    expect(page.locator(".extracts mark").first).to_have_text("and", ignore_case=True)
    page.get_by_role("button", name="Put into force").click()
    expect(page.get_by_text("In force now: and")).to_be_visible()
    page.get_by_role("link", name="and", exact=True).click()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("Switched off: and")).to_be_visible()


def test_a_suggestion_leads_to_the_form_and_is_put_off_without_javascript(desk, made):
    page = desk(QUEUE, javascript=False).page
    signal = page.locator("section.signal")
    expect(signal).to_contain_text(MORE_THAN_USUAL)
    signal.get_by_role("link", name="Close for 12 hours").click()
    expect(page.locator("select[name=post]")).to_have_value(str(made))
    expect(page.locator("input[name=kind][value=closed]")).to_be_checked()
    expect(page.locator("textarea[name=notice]")).to_have_value(
        "So many comments came at once that they must be read before new ones are "
        "taken."
    )
    assert page.locator("input[name=until_0]").input_value()
    expect(page.locator("section.signal")).to_contain_text(MORE_THAN_USUAL)


PAGES = {
    "rules": RULES,
    "rule-add": ADD,
    "rule-changes": CHANGES,
    "modes": MODES,
    "queue-signal": QUEUE,
    "mode-suggested": "{mode}",
}


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_it_fits(desk, made, axe: str, name: str):
    path = PAGES[name].format(mode=f"{MODES}add/?post={made}&suggest=closed")
    opened = desk(path)
    assert [opened.said, opened.failed] == [[], []]
    assert violations(opened, axe) == {}
    pictures.take_each(opened.page, name)
    assert opened.width_too_much() <= 0


def test_axe_finds_nothing_in_what_it_would_have_met(desk, axe: str):
    opened = desk(ADD)
    look(opened.page, "the s*", "pattern")
    expect(opened.page.locator(".extracts li").first).to_be_visible()
    assert violations(opened, axe) == {}
    pictures.take_each(opened.page, "dry-run")
    assert opened.width_too_much() <= 0


def test_putting_off_takes_it_out_of_the_queue(desk):
    """The last one: what is odd is not told any more."""
    page = desk(QUEUE).page
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_text("for 6 hours")).to_be_visible()
    expect(page.locator("section.signal")).to_have_count(0)
