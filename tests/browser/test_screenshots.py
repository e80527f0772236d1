"""Pictures of the main pages for people to look at, in the folder $SCREENSHOTS."""

import pytest

from . import pictures
from .pages import DISCUSSED, THEMES, WIDTHS, kind_path
from .server import Site

MAIN = ("home", "post", "post without times", "deep discussion", "label", "year")


@pictures.wanted
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_screenshots(visit, site: Site, width: int, theme: str):
    pages = {kind.replace(" ", "-"): kind_path(kind, site) for kind in MAIN}
    pages |= {str(post): post.path(site) for post in DISCUSSED}

    for name, path in pages.items():
        page = visit(path, width=width, theme=theme).page
        file = pictures.take(page, f"{name}-{width}-{theme}", whole=False)
        assert file.stat().st_size > 1000
        if page.locator(".comment").count():
            page.locator("#comments").scroll_into_view_if_needed()
            page.evaluate("document.getElementById('comments').scrollIntoView()")
            pictures.take(page, f"{file.stem}-comments", whole=False)
