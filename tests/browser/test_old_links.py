"""Links to the old blog in a browser: it alone knows what stands behind the ``#``."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from blog.discussion import tree
from blog.discussion.text import comment_html
from blog.models import Comment, OldAddress, Post

from .pages import WIDTHS
from .server import Site
from .test_accessibility import violations
from .test_pages import GROUND, check_sound

# Before all other posts, so that it stands on no page that another test looks at.
START = datetime(2004, 5, 21, 20, 16, 45, 999_000, tzinfo=UTC)
OLD_PATH = "/2004/05/moorings-as-they-were.html"
FIRST_ID = 3341251086465812041
COMMENTS = 30
IN_VIEW = """(id) => { const top = document.querySelector(`#${id} > article`)
  .getBoundingClientRect().top; return top > -1 && top < innerHeight; }"""


def write() -> str:
    """A post of the old blog and a page; what the tests must know, as JSON."""
    post = Post.objects.create(
        title="The Moorings",
        body="They have moved.",
        status=Post.Status.PUBLISHED,
        published_at=START,
    )
    OldAddress.objects.create(path=OLD_PATH, post=post)
    comments: list[Comment] = []
    for number in range(COMMENTS):
        text = f"Comment {number}. " + "It turns at nine. " * 30
        made = tree.insert(
            post,
            comments[-1] if number % 3 else None,
            name="",
            text=text,
            html=comment_html(text),
            state=Comment.State.PUBLISHED,
            written_at=START + timedelta(hours=number),
            source_id=f"blogger:{FIRST_ID + number}",
        )
        comments.append(made)
    page = Post.objects.create(
        title="About the Harbour",
        body="It has **two** basins.",
        is_page=True,
        status=Post.Status.PUBLISHED,
        published_at=START,
    )
    return json.dumps(
        {
            "post": post.get_absolute_url(),
            "page": page.get_absolute_url(),
            "comments": [comment.public_id for comment in comments],
        }
    )


@pytest.fixture(scope="module")
def old(site: Site) -> dict:
    written = site.manage(
        "shell", "-c", "from tests.browser import test_old_links as t; print(t.write())"
    )
    return json.loads(written.splitlines()[-1])


def lands_on(visit, number: int, old: dict) -> None:
    anchor = f"c-{old['comments'][number]}"
    assert visit.status == 200
    assert visit.problems == []
    assert visit.page.evaluate(IN_VIEW, anchor)
    assert visit.page.evaluate(GROUND, anchor) != "rgba(0, 0, 0, 0)"
    marked = visit.page.evaluate("document.querySelectorAll(':target').length")
    assert marked == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("number", [0, 17, COMMENTS - 1])
def test_a_link_to_a_comment_lands_on_it(visit, old, width, javascript, number):
    written = START + timedelta(hours=number)
    milliseconds = round(written.timestamp() * 1000)
    opened = visit(
        f"{old['post']}?showComment={milliseconds}&m=1#c{FIRST_ID + number}",
        width=width,
        javascript=javascript,
    )

    lands_on(opened, number, old)
    place = f"{old['post']}#c-{old['comments'][number]}"
    assert opened.page.url.endswith(place)


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "before", ["{post}", "{post}?m=1", "{post}?showComment=1", OLD_PATH]
)
def test_so_does_the_anchor_alone(visit, old, before, width, javascript):
    number = COMMENTS - 2
    opened = visit(
        before.format(**old) + f"#c{FIRST_ID + number}",
        width=width,
        javascript=javascript,
    )

    lands_on(opened, number, old)
    assert opened.page.url.endswith(f"#c{FIRST_ID + number}")


def test_the_anchor_opens_a_folded_branch(visit, old):
    page = visit(old["post"]).page
    page.evaluate(
        "document.querySelectorAll('details').forEach((fold) => { fold.open = false; })"
    )
    comment = page.locator(f"#c-{old['comments'][-1]} > article")
    assert not comment.is_visible()
    page.evaluate("(hash) => { location.hash = hash; }", f"c{FIRST_ID + COMMENTS - 1}")

    comment.wait_for()


def test_the_anchors_move_nothing(visit, old):
    page = visit(old["post"]).page
    heights = "[...document.querySelectorAll('.comment')].map((c) => c.offsetHeight)"
    drawn = page.evaluate(heights)
    page.evaluate(
        "document.querySelectorAll('.comment > span').forEach((s) => s.remove())"
    )

    assert page.evaluate(heights) == drawn


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_a_page_is_sound_and_listed(visit, old, javascript):
    opened = visit(old["page"], javascript=javascript)
    check_sound(opened)
    here = opened.page.get_by_role("link", name="About the Harbour")
    assert here.get_attribute("aria-current") == "page"

    home = visit("/", javascript=javascript).page
    home.get_by_role("link", name="About the Harbour").click()
    home.wait_for_url(f"**{old['page']}")


def test_axe_finds_nothing_on_a_page_and_in_the_list_of_pages(visit, old, axe):
    number = FIRST_ID + COMMENTS - 1
    places = ("/", "/?page=2", old["page"], f"{old['post']}#c{number}", "/nothing/")
    found = {place: violations(visit(place), axe) for place in places}
    assert {place: said for place, said in found.items() if said} == {}
