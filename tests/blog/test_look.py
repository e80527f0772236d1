"""The stylesheet keeps to what ``docs/look.md`` says of it."""

import re
from pathlib import Path

CSS = Path(__file__).parents[2] / "blog" / "static" / "blog" / "candour.css"
SIZES = {"--text", "--small", "--h1", "--h2", "--h3"}
_RULE = re.compile(r"\bfont(?:-size)?:([^;}]+)")
_SIZE = re.compile(r"var\((--[a-z0-9]+)\)|[0-9.]+(?:rem|em|px|pt|%)")


def sizes(css: str) -> set[str]:
    """The first size in each rule of a typeface; a line's height follows it."""
    found = (_SIZE.search(rule) for rule in _RULE.findall(css))
    return {size[1] or size[0] for size in found if size}


def test_there_are_two_sizes_of_text_and_three_of_headings():
    screen, printed = CSS.read_text().split("@media print")
    # All of it is as large as its reader has set the browser.
    assert sizes(screen) - {"100%"} == SIZES
    assert sizes(printed) == {"11pt"}


def test_any_other_is_found():
    css = (
        "a { font-size: 1rem; } b { font: 600 0.8rem/2rem x } c { font: var(--h1)/1 x }"
    )
    assert sizes(css) == {"1rem", "0.8rem", "--h1"}
