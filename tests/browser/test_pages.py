"""Every page opens, is sound, asks nobody else for anything and leaves no trace."""

import pytest
from playwright.sync_api import expect

from .pages import (
    DISCUSSED,
    IMPORTED,
    KINDS,
    SEED_POSTS,
    STORM,
    WIDTHS,
    Imported,
    kind_path,
)
from .server import Site

# How deep each comment stands, its number where the source had no name, and its text.
DISCUSSION = """() => [...document.querySelectorAll(".comment")].map((li) => ({
  depth: (() => { let n = 0; for (let up = li.parentElement.closest(".comment"); up;
    up = up.parentElement.closest(".comment")) n++; return n; })(),
  article: li.querySelectorAll(":scope > article").length,
  handle: li.querySelector(".handle")?.innerText,
  details: li.querySelector(".details")?.innerText,
  text: li.querySelector(".text")?.innerText.replace(/\\s+/g, " ").trim(),
}))"""
BROKEN_ANCHORS = """() => [...document.querySelectorAll("a[href^='#']")]
  .map((a) => a.getAttribute("href").slice(1))
  .filter((id) => !document.getElementById(decodeURIComponent(id)))"""
DOUBLE_IDS = """() => [...document.querySelectorAll("[id]")].map((e) => e.id)
  .filter((id, place, all) => all.indexOf(id) !== place)"""
IN_VIEW = """(id) => { const r = document.getElementById(id).getBoundingClientRect();
  return r.height > 0 && r.top >= -1 && r.top < innerHeight; }"""
GROUND = """(id) => getComputedStyle(
  document.querySelector(`#${id} > article`)).backgroundColor"""


def check_sound(visit, status: int = 200) -> None:
    page = visit.page
    assert visit.status == status
    assert visit.problems == []
    assert page.locator("h1").count() == 1
    assert page.locator("h1").inner_text().strip()
    assert page.title().strip()
    assert page.locator("html").get_attribute("lang") == "en-GB"
    assert page.evaluate(BROKEN_ANCHORS) == []
    assert page.evaluate(DOUBLE_IDS) == []
    # 320 pixels are what is left of 1280 when a page is enlarged four times.
    for width in (*WIDTHS, 320, 768, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        assert visit.width_too_much() <= 0, width


@pytest.mark.parametrize("post", IMPORTED, ids=str)
def test_an_imported_post_is_sound(visit, site: Site, post: Imported):
    opened = visit(post.path(site))

    check_sound(opened)
    assert opened.page.locator("h1").inner_text() == (post.title or "(untitled)")


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_page_is_sound(visit, site: Site, kind: str, javascript: bool):
    opened = visit(kind_path(kind, site), theme="dark", javascript=javascript)

    check_sound(opened, status=404 if kind == "not found" else 200)


def test_every_link_of_the_home_page_leads_somewhere(visit, site: Site):
    page = visit("/").page
    links = page.evaluate(
        "[...document.querySelectorAll('a[href], link[href]')].map((a) => a.href)"
    )

    for url in {link.partition("#")[0] for link in links}:
        assert url.startswith(site.address)
        path = url.removeprefix(site.address)
        answer = site.get(path)
        if path.startswith("/c/"):  # of the latest comments: goes to their discussions
            assert answer.status == 302, url
            answer = site.get(answer.header("location").partition("#")[0])
        assert answer.status == 200, url
        assert answer.header("set-cookie") == ""


def test_the_mobile_address_of_the_old_blog_shows_the_same_page(visit, site: Site):
    path = STORM.path(site)

    for mobile in ("?m=1", "?m=0"):
        opened = visit(path + mobile)
        check_sound(opened)
        canonical = opened.page.locator("link[rel=canonical]").get_attribute("href")
        assert canonical == f"http://127.0.0.1:8000{path}"


def test_the_second_page_of_home_goes_on_where_the_first_ends(visit):
    titles = []
    page = visit("/").page
    titles += page.locator(".listed h2").all_inner_texts()
    page.locator(".pager a[rel=next]").click()
    page.wait_for_url("**/?page=2")
    titles += page.locator(".listed h2").all_inner_texts()

    assert titles[:10] != titles[10:]
    assert len(page.locator(".listed").all()) > 0
    assert page.locator(".pager a[rel=prev]").count() == 1


def test_a_missing_page_offers_its_month_and_the_newest_posts(visit, site: Site):
    page = visit("/2022/01/nothing-here.html").page

    ways = page.locator("main a").evaluate_all("all => all.map((a) => a.pathname)")
    assert {"/2022/01/", "/"} <= set(ways)
    assert len([way for way in ways if way.endswith(".html")]) >= 5


# Numbers


@pytest.mark.parametrize("post", DISCUSSED, ids=str)
def test_a_post_shows_as_many_comments_as_it_says(visit, site: Site, post: Imported):
    page = visit(post.path(site)).page
    shown = page.locator(".comment > article").count()

    said = page.locator("#comments-title").inner_text()
    assert said == {0: "No comments", 1: "1 comment"}.get(shown, f"{shown} comments")
    # Each copy is whole: none says that comments are missing from it.
    assert page.get_by_text("the copy holds").count() == 0


@pytest.mark.skipif(not SEED_POSTS, reason="The seeds are not beside the project.")
@pytest.mark.parametrize(
    "post", [post for post in SEED_POSTS if post.has_comments], ids=str
)
def test_a_seed_shows_its_comments_each_in_its_place(visit, site: Site, post: Imported):
    comments = visit(post.path(site)).page.evaluate(DISCUSSION)

    assert len(comments) == post.declared == len(post.paths)
    for comment, (number, starts) in zip(comments, post.paths, strict=True):
        assert comment["article"] == 1
        assert comment["depth"] == number.count("."), number
        assert comment["handle"].startswith(f"No. {number}")
        assert "time not recorded" in comment["details"]
        assert comment["text"].startswith(" ".join(starts.split())), number


@pytest.mark.parametrize(
    ("label", "posts"),
    [
        (label, {post.title for post in source if label in post.labels})
        # Of the invented blog feeds tell the comments of every post.
        for source in (SEED_POSTS,)
        for label in sorted({label for post in source for label in post.labels})
        if all(not post.has_comments for post in source if label in post.labels)
    ],
)
def test_posts_of_a_label_page_do_not_claim_to_have_no_comments(
    visit, site: Site, label: str, posts: set[str]
):
    page = visit(f"/search/label/{label.replace(' ', '%20')}").page

    assert page.locator("h1").inner_text() == (
        f"Showing posts with label {label}. Show all posts"
    )
    assert page.locator(".listed").count() == len(posts)
    for listed in page.locator(".listed").all():
        said = listed.locator(".under").inner_text()
        assert "No comments" not in said
        assert "Comments not in this source" in said
    for post in SEED_POSTS:
        if label in post.labels:
            shown = site.get(post.path(site)).text.partition('id="comments"')[2]
            assert "No comments" not in shown
            assert "not known here" in shown


# Permalinks


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_permalink_lands_on_its_comment(
    visit, site: Site, width: int, javascript: bool
):
    post = STORM.path(site)
    first = visit(post, width=width, javascript=javascript).page
    links = first.locator(".replies .handle > a").evaluate_all(
        "all => all.map((a) => a.getAttribute('href'))"
    )
    opened = visit(links[-1], width=width, javascript=javascript)

    anchor = f"c-{links[-1].split('/')[2]}"
    assert opened.page.url == f"{site.address}{post}#{anchor}"
    assert opened.problems == []
    assert opened.page.evaluate(IN_VIEW, anchor)
    ground = opened.page.evaluate(GROUND, anchor)
    assert ground != "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_an_address_with_a_comment_opens_its_folded_branch(
    visit, site: Site, javascript: bool
):
    opened = visit(site.deep["path"], javascript=javascript)
    page, anchor = opened.page, f"c-{site.deep['chain'][-1]}"
    page.evaluate(
        "document.querySelectorAll('details').forEach((fold) => { fold.open = false; })"
    )
    assert not page.locator(f"#{anchor}").is_visible()

    page.evaluate("(hash) => { location.hash = hash; }", anchor)

    comment = page.locator(f"#{anchor} > article")
    expect(comment).to_be_visible()
    expect(comment).to_be_in_viewport()


def test_a_permalink_of_what_readers_may_not_see_is_a_missing_page(site: Site):
    assert site.get(f"/c/{site.deep['hidden']}/").status == 404
    assert site.get("/c/0000000000000/").status == 404
