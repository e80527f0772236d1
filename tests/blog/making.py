"""Posts and discussions for tests that read them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from blog.discussion import tree
from blog.discussion.text import comment_html
from blog.models import Comment, Label, Post

LONDON = ZoneInfo("Europe/London")
START = datetime(2022, 3, 1, 12, tzinfo=LONDON)


def post(number: int = 1, *, labels: tuple[str, ...] = (), **fields) -> Post:
    """A published post, ``number`` days after the first of March 2022."""
    values = {
        "title": f"Post number {number}",
        "body": "One paragraph.\n\nAnother one.",
        "status": Post.Status.PUBLISHED,
        "published_at": START + timedelta(days=number),
    }
    made = Post.objects.create(**(values | fields))
    made.labels.set([Label.objects.get_or_create(name=name)[0] for name in labels])
    return made


def comment(
    under: Post, text: str = "A comment.", parent: Comment | None = None, **fields
) -> Comment:
    """A published comment."""
    values = {
        "text": text,
        "html": comment_html(text),
        "state": Comment.State.PUBLISHED,
        "name": "",
    }
    return tree.insert(under, parent, **(values | fields))


def discussion(under: Post, count: int) -> None:
    """``count`` comments, every second one a reply to the one before."""
    last = None
    for number in range(count):
        last = comment(under, f"Text {number}", last if number % 2 else None)
