"""A page in the browser, and everything that happened while it was opened."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Response

TYPEFACES = "document.fonts.ready.then(() => true)"
TRIES = 40


@dataclass
class Visit:
    """One tab. ``problems`` is what a reader's page must never have."""

    page: Page
    site: str
    requested: list[str] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    status: int = 0

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("response", lambda response: self.responses.append(response))
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on(
            "requestfailed",
            lambda request: self.failed.append(f"{request.url} {request.failure}"),
        )

    def open(self, path: str) -> "Visit":
        response = self.page.goto(self.site + path, wait_until="load")
        for _ in range(TRIES):
            try:
                self.page.evaluate(TYPEFACES)
                break
            except Error:
                # A script leads on to the page where an old anchor stands.
                self.page.wait_for_timeout(250)
        # A change of the hash alone answers nothing.
        self.status = response.status if response else self.status
        return self

    @property
    def problems(self) -> list[str]:
        found = [f"console: {said}" for said in self.said]
        found += [f"failed: {failed}" for failed in self.failed]
        found += [
            f"another host: {url}"
            for url in self.requested
            if not url.startswith(self.site + "/")
        ]
        for response in self.responses:
            path = urlsplit(response.url).path
            if response.status >= 400 and not response.request.is_navigation_request():
                found.append(f"status {response.status}: {path}")
            if "set-cookie" in response.all_headers():
                found.append(f"Set-Cookie: {path}")
        found += [f"cookie: {cookie['name']}" for cookie in self.page.context.cookies()]
        kept = self.page.evaluate("localStorage.length + sessionStorage.length")
        return found + ([f"{kept} entries in the browser's storage"] if kept else [])

    def width_too_much(self) -> int:
        """By how many pixels the page is wider than the window."""
        return self.page.locator("html").evaluate(
            "html => html.scrollWidth - html.clientWidth"
        )

    def _console(self, message: ConsoleMessage) -> None:
        # The browser reports the status of a 404 page itself as an error.
        own_status = message.location.get("url") == self.page.url and (
            "status of 404" in message.text
        )
        if message.type in ("error", "warning") and not own_status:
            self.said.append(message.text)
