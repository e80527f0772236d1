"""Pictures of the main pages for people to look at, in the folder $SCREENSHOTS."""

import os
from pathlib import Path

import pytest

from .pages import DISCUSSED, THEMES, WIDTHS, kind_path
from .server import Site

MAIN = ("home", "post", "post without times", "deep discussion", "label", "year")


@pytest.mark.skipif(
    not os.environ.get("SCREENSHOTS"), reason="SCREENSHOTS names no folder."
)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_screenshots(visit, site: Site, width: int, theme: str):
    folder = Path(os.environ["SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)
    pages = {kind.replace(" ", "-"): kind_path(kind, site) for kind in MAIN}
    pages |= {str(post): post.path(site) for post in DISCUSSED}

    for name, path in pages.items():
        page = visit(path, width=width, theme=theme).page
        file = folder / f"{name}-{width}-{theme}.png"
        page.screenshot(path=file)
        assert file.stat().st_size > 1000
        if page.locator(".comment").count():
            page.locator("#comments").scroll_into_view_if_needed()
            page.evaluate("document.getElementById('comments').scrollIntoView()")
            page.screenshot(path=file.with_stem(f"{file.stem}-comments"))
