"""Pictures for people to look at, in the folder that $SCREENSHOTS names, if it does."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from .pages import THEMES, WIDTHS

FOLDER = os.environ.get("SCREENSHOTS")
HEIGHT = 900
wanted = pytest.mark.skipif(not FOLDER, reason="SCREENSHOTS names no folder.")


def take(page: Page, name: str, *, whole: bool = True) -> Path | None:
    """The page as it is now; ``whole``: all of it, not what the window shows."""
    if not FOLDER:
        return None
    file = Path(FOLDER) / f"{name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file, full_page=whole)
    return file


def take_each(page: Page, name: str) -> None:
    """In each width and theme; then the page is wide and light."""
    if not FOLDER:
        return
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            take(page, f"{name}-{width}-{theme}")
    page.set_viewport_size({"width": 1440, "height": HEIGHT})
    page.emulate_media(color_scheme="light")
