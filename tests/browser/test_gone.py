"""The address of a comment of a long discussion that is not shown any more."""

import json
from datetime import UTC, datetime

from playwright.sync_api import Page

from blog.discussion import pages, shown
from blog.models import Comment, Post
from tests.blog.discussion.long_discussions import singles
from tests.blog.discussion.long_discussions import write as write_comments

from .server import Site

START = datetime(2005, 11, 2, 20, 16, tzinfo=UTC)


def write() -> str:
    """450 threads; the sixth, which nobody answered, is read again."""
    post = Post.objects.create(
        title="Where the Pilot Boat Went",
        body="It came back.",
        status=Post.Status.PUBLISHED,
        published_at=START,
    )
    gone = write_comments(post, singles(450))[5]
    pages.cut_posts([post.pk])
    Comment.objects.filter(pk=gone.pk).update(
        state="pending", version=2, handle="Anon 20:21"
    )
    shown.settle([gone.pk])
    return json.dumps({"path": post.get_absolute_url(), "gone": gone.public_id})


def test_it_leads_to_its_page_once(site: Site, visit):
    code = "from tests.browser import test_gone as t; print(t.write())"
    made = json.loads(site.manage("shell", "-c", code).splitlines()[-1])
    page: Page = visit(f"{made['path']}?page=2").page
    opened: list[str] = []
    page.on("framenavigated", lambda frame: opened.append(frame.url))
    with page.expect_response(lambda answer: answer.request.method == "HEAD"):
        page.goto(f"{site.address}/c/{made['gone']}/")
    page.wait_for_load_state("networkidle")
    assert opened == [f"{site.address}{made['path']}#c-{made['gone']}"]
