"""Good reading, measured."""

import statistics

import pytest

from .pages import DISCUSSED, STORM, WIDTHS, Imported
from .server import Site

# The number of characters in each full line of the paragraphs that have at least four.
LINES = """(selector) => [...document.querySelectorAll(selector)].flatMap((p) => {
  const lines = new Map();
  const walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const range = document.createRange();
    for (let at = 0; at < node.length; at++) {
      range.setStart(node, at); range.setEnd(node, at + 1);
      const rects = range.getClientRects();
      if (!rects.length) continue;
      const line = Math.round(rects[rects.length - 1].bottom);
      lines.set(line, (lines.get(line) || 0) + 1);
    }
  }
  const counts = [...lines.values()];
  return counts.length < 4 ? [] : counts.slice(0, -1);
})"""


@pytest.mark.parametrize("part", [".prose > p", ".threads > .comment > article p"])
@pytest.mark.parametrize("post", [STORM, DISCUSSED[0]], ids=str)
def test_a_line_has_60_to_75_characters(visit, site: Site, post: Imported, part: str):
    lines = visit(post.path(site), width=1440).page.evaluate(LINES, part)

    assert len(lines) >= 3
    assert 60 <= statistics.mean(lines) <= 75, lines
    assert max(lines) <= 80


@pytest.mark.parametrize("width", WIDTHS)
def test_the_text_is_large_and_has_air(visit, site: Site, width: int):
    page = visit(STORM.path(site), width=width).page
    for part in (".prose p", ".comment .text p"):
        size, line = page.locator(part).first.evaluate(
            "e => [getComputedStyle(e).fontSize, getComputedStyle(e).lineHeight]"
        )
        assert float(size[:-2]) >= 16
        assert 1.4 <= float(line[:-2]) / float(size[:-2]) <= 1.7
    small = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll("main *, footer *")]
          .filter((e) => e.checkVisibility() && [...e.childNodes].some(
            (node) => node.nodeType === 3 && node.data.trim()))
          .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    assert small >= 14
    assert page.evaluate('document.fonts.check("18px \\"Source Serif 4\\"")')


def test_the_column_keeps_its_width_on_a_telephone(visit, site: Site):
    page = visit(site.deep["path"], width=360).page
    widths = [
        page.locator(f"#c-{name} > article .text").bounding_box()["width"]
        for name in site.deep["chain"]
    ]

    assert widths[0] >= 300
    assert widths[5] >= 200
    assert min(widths) == widths[5]


def test_handles_stand_on_one_edge_on_a_wide_screen(visit, site: Site):
    for path in (site.deep["path"], STORM.path(site)):
        page = visit(path, width=1440).page
        boxes = page.evaluate(
            """() => [...document.querySelectorAll(".comment > article")].map((a) => {
              const handle = a.querySelector(".handle").getBoundingClientRect(),
                details = a.querySelector(".details").getBoundingClientRect(),
                text = a.querySelector(".text").getBoundingClientRect();
              return [handle.left, details.left, handle.top - text.top,
                text.left - handle.right, details.top - handle.bottom]; })"""
        )
        assert len({handle for handle, *_ in boxes}) == 1
        for handle, details, drop, gap, below in boxes:
            assert details == handle
            assert abs(drop) <= 8, "The handle stands beside the first line."
            assert gap > 0
            assert below >= -4, "The time stands below the handle, not in it."


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_in_a_comment_runs_over_its_neighbours(visit, site: Site, width: int):
    over = visit(site.deep["path"], width=width).page.evaluate(
        """() => { const all = [...document.querySelectorAll(".comment > article")]
            .filter((a) => a.checkVisibility());
          const bottoms = (a) => Math.max(...[...a.children].map(
            (e) => e.getBoundingClientRect().bottom));
          return all.filter((a, place) => all[place + 1] && bottoms(a) >
            all[place + 1].querySelector(".handle").getBoundingClientRect().top + 1)
            .map((a) => a.innerText); }"""
    )
    assert over == []


# What has a ground of its own that is not white, and what is to be typed into.
DARK = """() => [...document.querySelectorAll("body, body *")].filter((e) => {
  const ground = getComputedStyle(e).backgroundColor.match(/[\\d.]+/g).map(Number);
  const [red, green, blue, opacity] = ground;
  return e.checkVisibility() && opacity !== 0 && Math.min(red, green, blue) < 250;
}).map((e) => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize(
    "path", ["/", "/search?q=ferry", "/receipt/", "/complaint/", "/2022/", "deep"]
)
def test_paper_is_white_and_has_no_forms_whatever_the_theme(visit, site, path: str):
    page = visit(site.deep["path"] if path == "deep" else path, theme="dark").page
    assert page.evaluate(DARK) != []
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(DARK) == []
    assert not any(form.is_visible() for form in page.locator("form").all())
