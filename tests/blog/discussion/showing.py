"""Comments that are sent, shown, hidden and shown again, as decisions do it."""

from datetime import datetime, timedelta

from blog.discussion import shown, tree
from blog.discussion.text import contribution_html
from blog.models import Comment, Post
from tests.blog.making import LONDON

DAY = datetime(2022, 9, 2, tzinfo=LONDON)
State = Comment.State


def at(clock: str, days: int = 0) -> datetime:
    """The moment of a clock's time on the day of the post, or so many days later."""
    hour, minute = clock.split(":")
    return (DAY + timedelta(days=days)).replace(hour=int(hour), minute=int(minute))


def sent(
    post: Post,
    text: str = "Words.",
    written: datetime | None = None,
    parent: Comment | None = None,
    **fields,
) -> Comment:
    """A comment that nobody has read yet."""
    values = {"name": "", "state": State.PENDING, "html": contribution_html(text)}
    return tree.insert(post, parent, text=text, written_at=written, **(values | fields))


def becomes(state: str, *comments: Comment, **fields) -> None:
    """What a decision does to states and versions, and then what it calls."""
    for comment in comments:
        fresh = now(comment)
        values = {"state": state, "version": fresh.version + 1, **fields}
        if state == State.PUBLISHED and fresh.published_at is None:
            values["published_at"] = fresh.written_at
        elif state in (State.PENDING, State.REJECTED, State.SPAM):
            values["published_at"] = None
        elif state in (State.WITHDRAWN, State.ERASED):
            values |= {"text": "", "html": "", "name": ""}
        Comment.objects.filter(pk=comment.pk).update(**values)
    shown.settle(comment.pk for comment in comments)


def published(post: Post, *args, **fields) -> Comment:
    comment = sent(post, *args, **fields)
    becomes(State.PUBLISHED, comment)
    return now(comment)


def now(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)
