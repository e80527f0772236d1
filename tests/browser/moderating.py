"""The queue, as a moderator finds her way about it."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page

from .server import Site
from .visits import Visit

MODERATOR, PASSWORD = "mo", "a-password-for-tests"
QUEUE = "/admin/moderation/queuedcomment/"


def add_moderator(site: Site) -> None:
    """The account that ``sign_in`` uses."""
    site.manage(
        "shell",
        "-c",
        "from django.contrib.auth.models import Group, User; "
        f"u = User.objects.create_user('{MODERATOR}', password='{PASSWORD}', "
        "is_staff=True); u.groups.add(Group.objects.get(name='Moderators'))",
    )


def sign_in(page: Page, site: Site) -> None:
    sign_in_as(page, site, MODERATOR, PASSWORD)


def sign_in_as(page: Page, site: Site, name: str, password: str) -> None:
    page.goto(site.address + QUEUE)
    log_in(page, name, password)


def log_in(page: Page, name: str, password: str) -> None:
    """At the admin's door."""
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    # Signed in: what is asked next is not the login any more.
    page.locator("#logout-form").wait_for()


def signed_in(tab: Callable[..., Visit], name: str, password: str, **options) -> Visit:
    """A tab of a profile in which somebody has signed in."""
    opened = tab("/admin/login/?next=/admin/", **options)
    log_in(opened.page, name, password)
    return opened


def open_queue(page: Page, site: Site, what: str = "") -> None:
    page.goto(site.address + QUEUE + what)


def card(page: Page, text: str) -> Locator:
    return page.locator("article.card", has_text=text)
