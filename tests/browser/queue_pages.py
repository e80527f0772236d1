"""The queue in browsers of several moderators, for its tests."""

import re

from playwright.sync_api import Locator, Page, expect

PLACES = """() => Object.fromEntries([...document.querySelectorAll('.card')].map(
  (card) => [card.dataset.id, Math.round(card.getBoundingClientRect().top)]))"""


def card(page: Page, public_id: str) -> Locator:
    return page.locator(f"#c-{public_id}")


def order(page: Page) -> list[str]:
    """The ids of the cards, from the top."""
    return page.evaluate(
        "() => [...document.querySelectorAll('.card')].map((each) => each.dataset.id)"
    )


def is_current(page: Page, public_id: str) -> None:
    expect(card(page, public_id)).to_have_class(re.compile(r"\bcurrent\b"))


def is_open(page: Page, public_id: str) -> None:
    """Whether there is something to press on it."""
    button = card(page, public_id).locator('.actions button[name="one"]').first
    expect(button).to_be_visible()


def all_sent(page: Page) -> None:
    expect(page.locator(".card.sending")).to_have_count(0, timeout=120_000)
