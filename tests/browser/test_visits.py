"""What is new since the last visit is found, kept in the browser alone, forgotten."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .pages import WIDTHS
from .readers import ASK, Late, Reader, written
from .server import Site
from .test_accessibility import EVERYTHING, RUN

KEPT = "localStorage.getItem('candour.visits')"
FORGET = "Forget what I have read"
FOCUSED = """() => { const e = document.activeElement, r = e.getBoundingClientRect();
  return e.matches("article") && r.height > 0 && r.top >= 0 && r.top < innerHeight / 2
    ? e.parentElement.id : e.tagName; }"""
SHIFTS = """() => new Promise((tell) => { let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => tell(sum), 300); })"""


@pytest.fixture
def late(site: Site) -> Late:
    return written(site, 4)


@pytest.fixture(autouse=True)
def what_was_published_is_older(site: Site) -> None:
    """What other tests published in this minute would fill the list of the latest."""
    site.manage(
        "shell",
        "-c",
        "from datetime import timedelta; from django.db.models import F; "
        "from django.utils import timezone; from blog.models import Comment; "
        "Comment.objects.filter(published_at__gt=timezone.now() - timedelta(hours=1))"
        ".update(published_at=F('published_at') - timedelta(hours=2))",
    )


@pytest.fixture
def reader(browser: Browser, site: Site) -> Iterator[Callable[..., Reader]]:
    made: list[BrowserContext] = []

    def new(width: int = 1440, **more) -> Reader:
        made.append(
            browser.new_context(
                viewport={"width": width, "height": 900}, timezone_id="UTC", **more
            )
        )
        return Reader(made[-1], site)

    yield new
    for context in made:
        context.close()


def marked(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        ".comment.is-new", "all => all.map((item) => item.id)"
    )


def told(page: Page) -> str:
    return page.locator(".visits > p").first.inner_text()


def test_nothing_is_kept_until_somebody_asks(reader, late: Late):
    someone = reader()
    page = someone.open(late.path)
    assert page.locator(".visits button").all_inner_texts() == [ASK]
    late.approve(0)
    page = someone.later(60).open(late.path, page)
    someone.open("/", page)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    someone.open(late.path, page)
    assert marked(page) == []
    assert page.locator(".walk").count() == 0
    page.keyboard.press("n")
    assert page.evaluate(FOCUSED) == "BODY"


def test_what_was_approved_late_in_the_middle_is_new_once(reader, late: Late):
    someone = reader()
    page = someone.asks(late.path)
    assert marked(page) == []
    assert told(page) == "What is new will be marked from now on."
    someone.open(late.path, page)
    assert marked(page) == []

    new = late.approve(1, 2)
    someone.later(24 * 60).open(late.path, page)
    assert marked(page) == new
    assert told(page) == "2 new since your last visit, Friday 14:05"
    words = page.locator(f"#{new[0]} .details").first
    assert words.inner_text().endswith("new")
    someone.later(29).open(late.path, page)
    assert marked(page) == new
    assert told(page) == "2 new since your last visit, Friday 14:05"

    someone.later(31).open(late.path, page)
    assert marked(page) == []
    assert told(page) == "Nothing new since your last visit, Saturday 14:34"
    someone.later(8 * 24 * 60).open(late.path, page)
    assert told(page) == "Nothing new since your last visit, 16 May 2026, 15:05"


def test_a_visit_lasts_as_long_as_somebody_reads_in_any_tab(reader, late: Late):
    someone = reader()
    page = someone.asks(late.path)
    new = late.approve(0)
    someone.later(60).open(late.path, page)
    someone.later(25)
    page.keyboard.press("n")
    other = someone.later(25).open("/")
    page.close()
    assert marked(someone.open(late.path, other)) == new
    assert marked(someone.open(late.path)) == new
    # A tab that is only open is no reader.
    someone.later(31)
    other.keyboard.press("n")
    other.reload()
    assert marked(other) == []


def test_one_of_the_minute_that_was_seen_last_is_not_missed(reader, late: Late):
    someone = reader()
    page = someone.asks(late.path)
    last = late.shown[-1]
    late.call("approve_in_the_minute_of", last, late.waiting[0])
    someone.later(60).open(late.path, page)
    # Which of the two was there is not known: rather one too many than one too few.
    assert marked(page) == [f"c-{late.waiting[0]}", f"c-{last}"]
    someone.later(60).open(late.path, page)
    assert marked(page) == []


def test_the_keys_walk_through_what_is_new(reader, late: Late):
    someone = reader()
    page = someone.asks(late.path)
    new = late.approve(0, 1)
    someone.later(60).open(late.path, page)
    page.locator(f"details:has(> ol > #{new[1]})").evaluate("fold => fold.open = false")
    says = page.get_by_role("status")

    page.keyboard.press("n")
    assert page.evaluate(FOCUSED) == new[0]
    expect(says).to_have_text("1 of 2 new")
    page.keyboard.press("n")
    assert page.evaluate(FOCUSED) == new[1]
    assert page.locator(f"#{new[1]} > article").is_visible()
    page.keyboard.press("n")
    assert page.evaluate(FOCUSED) == new[0]
    expect(says).to_have_text("That was the last one. From the first again: 1 of 2 new")
    page.keyboard.press("p")
    assert page.evaluate(FOCUSED) == new[1]
    expect(says).to_have_text("That was the first one. From the last again: 2 of 2 new")
    page.keyboard.press("p")
    assert page.evaluate(FOCUSED) == new[0]
    for pressed in ("Control+n", "Alt+n", "Meta+n", "Shift+n", "x"):
        page.keyboard.press(pressed)
        assert page.evaluate(FOCUSED) == new[0]
    # From where one reads, if that is elsewhere.
    page.evaluate("document.activeElement.blur(); scrollTo(0, 1e6)")
    page.keyboard.press("p")
    assert page.evaluate(FOCUSED) == new[1]


def test_who_writes_only_writes(reader, late: Late):
    someone = reader()
    page = someone.asks(late.path)
    late.approve(1)
    someone.later(60).open(late.path, page)
    page.locator("a.reply").first.click()
    for field_ in (page.locator(".in-place textarea"), page.locator("#write #f-name")):
        field_.focus()
        page.keyboard.type("pen and pin")
        expect(field_).to_have_value(re.compile("pen and pin$"))
        expect(field_).to_be_focused()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_buttons_do_what_the_keys_do(reader, late: Late, width: int):
    someone = reader(width)
    page = someone.asks(late.path)
    new = late.approve(0, 3)
    someone.later(60).open(late.path, page)
    page.get_by_role("button", name="First new").click()
    assert page.evaluate(FOCUSED) == new[0]
    walk = page.get_by_role("group", name="New comments")
    walk.get_by_role("button", name="Next").click()
    assert walk.locator("span").inner_text() == "2 of 2 new"
    walk.get_by_role("button", name="Previous").click()
    assert walk.locator("span").inner_text() == "1 of 2 new"
    assert walk.get_by_role("button").all_inner_texts() == ["Previous p", "Next n"]


def test_forgetting_leaves_nothing_in_any_tab(reader, late: Late):
    someone = reader()
    page = someone.asks(late.path)
    late.approve(0)
    someone.later(60).open(late.path, page)
    other = someone.open(late.path)
    assert marked(other) != []
    page.get_by_role("button", name=FORGET).click()

    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    said = "Forgotten. Nothing of it is left in this browser."
    expect(page.get_by_role("status")).to_have_text(said)
    expect(page.get_by_role("button", name=ASK)).to_be_focused()
    expect(other.get_by_role("button", name=ASK)).to_be_visible()
    for tab in (page, other):
        assert tab.locator(".is-new, .new, .walk").count() == 0
        tab.keyboard.press("n")
        tab.close()
    page = someone.later(60).open(late.path)
    assert page.evaluate("localStorage.length") == 0
    assert marked(page) == []


def test_little_is_kept_and_none_of_it_in_words(reader, late: Late):
    someone = reader()
    page = someone.asks(late.path)
    many = {f"k{n}": {"at": n, "b": 1, "n": 1, "c": 1, "s": [], "l": {}, "was": None}
            for n in range(400)}  # fmt: skip
    own = json.loads(page.evaluate(KEPT))["of"]
    page.evaluate("text => localStorage.setItem('candour.visits', text)",
                  json.dumps({"of": many | own}))  # fmt: skip
    someone.later(60).open(late.path, page)

    kept = page.evaluate(KEPT)
    assert len(json.loads(kept)["of"]) == 200
    assert set(own) <= set(json.loads(kept)["of"])
    values = json.dumps(list(json.loads(kept)["of"].values()))
    assert set(re.findall(r"[A-Za-z]{2,}", values)) == {"at", "was", "null"}
    assert all(re.fullmatch(r"[0-9a-z]{1,7}", key) for key in own)
    assert page.evaluate("localStorage.length") == 1


@pytest.mark.parametrize(
    "kept",
    [
        "", "{", "null", "7", "[]", '{"of":null}', '{"of":{"x":{"at":"y"}}}',
        '{"of":{"x":{"at":1,"b":1,"n":1,"c":1,"s":[],"l":{},"was":{"at":null}}}}',
    ],
)  # fmt: skip
def test_what_is_damaged_is_as_if_it_were_not_there(reader, late: Late, kept: str):
    someone = reader()
    failed: list[str] = []
    page = someone.open(late.path)
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.evaluate("text => localStorage.setItem('candour.visits', text)", kept)
    someone.open(late.path, page)
    someone.open("/", page)
    someone.open(late.path, page)
    assert marked(page) == []
    assert page.locator(".visits button").count() == 1
    assert failed == []


def test_a_browser_that_keeps_nothing_says_so_or_is_left_alone(reader, late: Late):
    full = reader()
    full.context.add_init_script(
        "Storage.prototype.setItem = () => { throw new DOMException('full'); }"
    )
    page = full.asks(late.path)
    assert told(page) == "This browser lets no page remember anything."

    none = reader()
    none.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error(); }})"
    )
    failed: list[str] = []
    page = none.context.new_page()
    page.on("pageerror", lambda error: failed.append(str(error)))
    for path in (late.path, "/"):
        none.open(path, page)
        assert page.locator(".visits *").count() == 0
    assert failed == []


def test_the_site_is_told_nothing(reader, late: Late):
    someone = reader()
    page = someone.asks(late.path)
    late.approve(0, 1)
    someone.later(60).open(late.path, page)
    page.keyboard.press("n")
    page.keyboard.press("n")
    someone.open("/", page)
    page.close()
    for request in someone.requests:
        assert request.method == "GET"
        path = request.url.removeprefix(someone.site.address)
        assert path in ("/", late.path) or path.startswith("/static/"), path
        assert "cookie" not in request.headers


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_moves_and_axe_finds_nothing(reader, late: Late, axe: str, width: int):
    # Letters move by less when their fonts come, and a line of text by much more.
    someone = reader(width)
    page = someone.open(f"{late.path}#comments")
    assert page.evaluate(SHIFTS) < 0.004
    someone.asks(late.path).close()
    someone.open("/").close()
    late.approve(0, 1)
    someone.later(60)
    for path in (f"{late.path}#comments", "/"):
        page = someone.open(path)
        assert page.locator(".new").count() > 0
        assert page.evaluate(SHIFTS) < 0.004
        page.evaluate(axe)
        assert page.evaluate(RUN, EVERYTHING) == []
        page.close()


def test_home_says_where_there_is_more(reader, late: Late):
    someone = reader()
    someone.asks(late.path).close()
    page = someone.open("/")
    assert page.locator(".new").count() == 0
    new = late.approve(0, 2)
    page = someone.later(60).open("/", page)
    latest = page.locator("#latest li.is-new")
    # Others of the same minute may stand there, too, from other discussions.
    assert {item.get_attribute("href") for item in latest.locator("a").all()} >= {
        f"/c/{name.removeprefix('c-')}/" for name in new
    }
    assert latest.first.inner_text().rstrip().endswith("new")
    assert page.locator(".listed .new").count() == 0  # it is not on the first page
    for _ in range(2):
        page.evaluate("scrollTo(0, 0)")
        for number in range(1, 9):
            someone.open(f"/?page={number}", page)
            if page.locator(f"h2 a[href='{late.path}']").count():
                break
        listed = page.locator(f".listed:has(h2 a[href='{late.path}'])")
        assert listed.locator(".dateline .new").inner_text() == "2 more comments"


def test_without_javascript_and_on_paper_there_is_nothing_of_it(reader, late: Late):
    page = reader(java_script_enabled=False).open(late.path)
    assert page.locator(".visits").bounding_box()["height"] == 0
    someone = reader()
    page = someone.asks(late.path)
    late.approve(0)
    someone.later(60).open(late.path, page)
    page.emulate_media(media="print")
    for part in (".visits", ".walk", ".comment .new"):
        assert page.locator(part).first.is_hidden()


def test_a_long_discussion_is_walked_through_page_by_page(reader, site: Site):
    long = written(site, 250)
    someone = reader()
    page = someone.asks(long.path)
    pages = page.locator(".ways").first.locator("a[data-latest]")
    last = int(pages.nth(-1 - ("Next" in pages.last.inner_text())).inner_text()[-1])
    assert last > 1
    new = long.call("approve_yesterday", long.waiting[0], long.waiting[249])

    someone.later(60).open(long.path, page)
    assert told(page).startswith("1 new here since your last visit, Friday 14:05; more")
    assert told(page).endswith(f"more on page {last}")
    assert page.locator(".ways a.is-new[href*='page=']").count() >= 1
    page.keyboard.press("n")
    assert page.evaluate(FOCUSED) == new[0]
    page.keyboard.press("n")
    page.wait_for_url(lambda url: f"page={last}" in url)
    page.wait_for_function("document.activeElement.matches('article')")
    assert page.evaluate(FOCUSED) == new[1]
    assert "#" not in page.url
    page.keyboard.press("p")
    page.wait_for_url(lambda url: "page=" not in url)
    page.wait_for_function("document.activeElement.matches('article')")
    assert page.evaluate(FOCUSED) == new[0]

    # What stands on a page that was not opened is new in the next visit, too.
    more = long.approve(1, 248)
    someone.later(60).open(long.path, page)
    assert marked(page) == more[:1]
    someone.later(60).open(f"{long.path}?page={last}", page)
    assert marked(page) == more[1:]
    someone.later(60).open(f"{long.path}?page={last}", page)
    assert marked(page) == []


def test_where_times_are_cut_nothing_of_the_day_that_was_seen_last_is_missed(
    reader, site: Site
):
    long = written(site, 250)
    long.call("cut_to_the_day", long.shown[0])
    someone = reader()
    page = someone.asks(long.path)
    assert page.locator(".handle", has_text="Anon 6 Feb").count()
    assert not page.get_by_text(re.compile("Anon.*[0-9]:[0-9]")).count()
    someone.later(60).open(long.path, page)
    assert told(page).startswith("Nothing new")

    new = long.call("approve_on_the_last_day", long.waiting[0], long.waiting[249])
    someone.later(60).open(long.path, page)
    assert marked(page) == new[:1]
    other = re.search(r"more on page ([0-9]+)$", told(page))
    # Rather all of that day than one too few.
    someone.later(1).open(f"{long.path}?page={other[1]}", page)
    assert new[1] in marked(page)
    someone.later(60).open(f"{long.path}?page={other[1]}", page)
    assert marked(page) == []
