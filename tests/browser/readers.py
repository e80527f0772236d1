"""Readers who come back, each with a browser and a clock; what was approved late."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from playwright.sync_api import BrowserContext, Page, Request

from .server import Site

ASK = "Show me what is new next time"


@dataclass
class Reader:
    """A browser of its own, with a clock."""

    context: BrowserContext
    site: Site
    now: datetime = datetime(2026, 5, 15, 14, 5, tzinfo=UTC)
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("request", lambda request: self.requests.append(request))
        self.later(0)

    def later(self, minutes: int) -> "Reader":
        self.now += timedelta(minutes=minutes)
        self.context.clock.set_system_time(self.now)
        return self

    def open(self, path: str, page: Page | None = None) -> Page:
        page = page or self.context.new_page()
        page.goto(self.site.address + path)
        return page

    def asks(self, path: str) -> Page:
        page = self.open(path)
        page.get_by_role("button", name=ASK).click()
        return page


@dataclass
class Late:
    """The discussion with the late comments."""

    site: Site
    path: str
    shown: list[str]
    waiting: list[str]

    def approve(self, *which: int) -> list[str]:
        """Publishes some of those that wait; how the page names them."""
        return self.call("approve", *(self.waiting[index] for index in which))

    def call(self, what: str, *names: str) -> list[str]:
        call(
            self.site, f"{what}{names!r}" if len(names) > 1 else f"{what}({names[0]!r})"
        )
        return [f"c-{name}" for name in names]


def call(site: Site, what: str) -> str:
    begin = "from tests.browser import late_discussion as late; late."
    return site.manage("shell", "-c", begin + what)


def written(site: Site, threads: int) -> Late:
    return Late(site, **json.loads(call(site, f"write({threads})").splitlines()[-1]))
