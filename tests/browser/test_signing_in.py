"""The door of the admin and one's own account, without JavaScript and in all sizes."""

import re
from base64 import b32decode
from collections.abc import Callable

import pytest
from django_otp.oath import totp
from playwright.sync_api import Page, expect

from .moderating import QUEUE
from .pictures import take_each
from .queue_pages import card
from .server import Site
from .test_accessibility import violations
from .visits import Visit

PASSWORD = "a-password-for-tests"
CODES = re.compile(r"[2-9a-z]{4}(?:-[2-9a-z]{4}){3}")
MAKE = (
    "from django.contrib.auth.models import Group, User; "
    "from django_otp.plugins.otp_totp.models import TOTPDevice; "
    "u = User.objects.create_user('{name}', password='{password}', is_staff=True); "
    "u.groups.add(Group.objects.get(name='Moderators'))"
)
# What is true a while later: the code that was taken does not count twice, and a wrong
# one keeps nobody waiting.
LATER = (
    "from django_otp.plugins.otp_static.models import StaticDevice; "
    "from django_otp.plugins.otp_totp.models import TOTPDevice; "
    "over = {'throttling_failure_count': 0, 'throttling_failure_timestamp': None}; "
    "TOTPDevice.objects.update(last_t=-1, **over); StaticDevice.objects.update(**over)"
)
# Whether each of two clicks sends the form; then as if somebody had come back to it.
CLICK_TWICE = """() => {
    const form = document.querySelector("form.once");
    const click = () => form.dispatchEvent(new Event("submit", {cancelable: true}));
    const sent = [click(), click()];
    window.dispatchEvent(new Event("pageshow"));
    return sent;
}"""


@pytest.fixture
def person(site: Site) -> Callable[[str], None]:
    def make(name: str) -> None:
        site.manage("shell", "-c", MAKE.format(name=name, password=PASSWORD))

    return make


def type_password(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    press(page, "Log in")


def press(page: Page, name: str) -> None:
    """A button; until the answer is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def now(secret: str) -> str:
    return f"{totp(b32decode(secret.replace(' ', ''))):06d}"


def looked_at(opened: Visit, axe: str, name: str) -> dict:
    found = violations(opened, axe)
    take_each(opened.page, f"account-{name}")
    return found


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_password_to_a_second_factor_and_in_again(
    tab, site: Site, person, javascript: bool
):
    name = f"sandpiper-{javascript}"
    person(name)
    page = tab("/admin/login/", java_script_enabled=javascript).page
    type_password(page, name)
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("link", name="Set one up").click()
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code that it shows now").fill(now(secret))
    if javascript:
        # A second click would be answered in place of the first: by the door.
        assert page.evaluate(CLICK_TWICE) == [True, False]
    page.get_by_role("button", name="Set it up").click()
    codes = CODES.findall(page.locator(".recovery-codes").inner_text())
    assert len(codes) == 10
    page.get_by_role("button", name="I have them").click()
    expect(page.get_by_role("link", name="Queue")).to_be_visible()
    press(page, "Log out")
    site.manage("shell", "-c", LATER)

    page.goto(f"{site.address}{QUEUE}")
    type_password(page, name)
    code = page.get_by_label("Code:", exact=True)
    expect(code).to_have_attribute("autocomplete", "one-time-code")
    code.fill(codes[0])
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{site.address}{QUEUE}")
    expect(page.locator("#content-start")).to_contain_text("9 are left")


def test_axe_finds_nothing_from_the_door_to_the_codes(tab, site: Site, person, axe):
    person("turnstone")
    opened = tab("/admin/login/")
    page, found = opened.page, {}
    found["login"] = looked_at(opened, axe, "login")
    type_password(page, "turnstone", "wrong")
    found["wrong"] = violations(opened, axe)
    type_password(page, "turnstone")
    opened.open("/admin/account/")
    found["account"] = looked_at(opened, axe, "own")
    opened.open("/admin/account/second-factor/")
    found["set up"] = looked_at(opened, axe, "set-up")
    page.get_by_label("Code that it shows now").fill("no")
    press(page, "Set it up")
    found["wrong code"] = violations(opened, axe)
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code that it shows now").fill(now(secret))
    press(page, "Set it up")
    found["codes"] = looked_at(opened, axe, "recovery-codes")
    codes = CODES.findall(page.locator(".recovery-codes").inner_text())
    opened.open("/admin/account/")
    expect(page.get_by_text("Do you have your recovery codes?")).to_be_visible()
    found["account with one"] = violations(opened, axe)
    opened.open("/admin/account/second-factor/")
    found["prove"] = looked_at(opened, axe, "prove")
    page.get_by_role("button", name="Remove it").click()
    found["not proved"] = violations(opened, axe)
    opened.open("/admin/password_change/")
    found["password"] = violations(opened, axe)
    press(page, "Log out")
    opened.open("/admin/login/")
    type_password(page, "turnstone")
    expect(page.get_by_label("Code:", exact=True)).to_be_visible()
    found["code"] = looked_at(opened, axe, "code")
    page.get_by_label("Code:", exact=True).fill("no")
    press(page, "Log in")
    found["no code"] = violations(opened, axe)
    site.manage("shell", "-c", LATER)
    page.get_by_label("Code:", exact=True).fill(codes[0])
    press(page, "Log in")
    opened.open("/admin/account/second-factor/")
    page.get_by_label("Code:", exact=True).fill(codes[1])
    press(page, "Remove it")
    opened.open("/admin/account/second-factor/")
    found["password first"] = looked_at(opened, axe, "prove-password")
    page.get_by_label("Password").fill("wrong")
    press(page, "Go on")
    found["wrong password"] = violations(opened, axe)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    expect(page.locator("#secret")).to_be_visible()
    said = {
        f"{name}: {line}"
        for name, each in found.items()
        for lines in each.values()
        for line in lines
    }
    assert not said, "\n".join(sorted(said))


def test_the_picture_is_the_secret(tab, site: Site, person):
    """Drawn by the server; nothing is asked of anybody else and no style refused."""
    person("godwit")
    opened = tab("/admin/login/?next=/admin/account/second-factor/")
    type_password(opened.page, "godwit")
    picture = opened.page.locator(".qr-frame svg")
    box = picture.bounding_box()
    assert box["width"] == box["height"] >= 200
    assert [said for said in opened.said if "Content Security Policy" in said] == []
    assert {
        url for url in opened.requested if not url.startswith(site.address)
    } == set()


def test_a_session_that_ends_while_somebody_types_is_said_before_it_is_sent(
    site: Site, waiting, people
):
    first, _ = waiting(2)
    page = people("guest")
    page.goto(site.address + QUEUE)
    note = card(page, first).locator('[name$="private_note"]')
    page.keyboard.press("d")
    page.keyboard.press("d")
    typed = "Half an hour of thought about this comment."
    note.fill(typed)
    kept = page.context.cookies()
    page.context.clear_cookies()
    page.evaluate("window.queue.poll()")
    ended = page.locator("#ended")
    expect(ended).to_contain_text("Your session has ended")
    expect(ended.get_by_role("link", name="Sign in again")).to_be_visible()
    expect(note).to_have_value(typed)
    page.context.add_cookies(kept)
    page.evaluate("window.queue.poll()")
    expect(ended).to_be_hidden()
    expect(note).to_have_value(typed)
