"""A made-up discussion in which comments are approved hours after they were written,
between two visits of a reader. Written and approved in processes of the site's own.

``manage.py shell`` calls these functions.
"""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db.models import Max
from django.utils import timezone

from blog.discussion import shown, times, tree
from blog.discussion.text import comment_html
from blog.models import Comment, Post
from moderation import transitions

START = datetime(2021, 2, 6, 9, 0, tzinfo=ZoneInfo("Europe/London"))
TEXT = (
    "The relief boat came in at half past four with nobody on the linkspan to take her "
    "lines, and it was told to the office as if that were quite in order. "
)


def write(threads: int) -> None:
    """A post with threads of a comment, an answer, and an answer that waits.

    The one that waits was written before everything in the threads below it. Prints
    where the post stands and the names of the comments, as JSON.
    """
    post = Post(
        title="The Late Ferry",
        body="She was due at four.",
        status=Post.Status.PUBLISHED,
        published_at=START,
    )
    post.save()
    published, waiting = [], []
    for number in range(threads):
        written = START + timedelta(hours=number)
        first = _comment(post, written, f"Thread {number + 1}. {TEXT * 3}")
        answer = _comment(post, written + timedelta(minutes=9), TEXT * 2, first)
        late = written + timedelta(minutes=4)
        waiting.append(_comment(post, late, f"Late. {TEXT}", first, waits=True))
        published += [first, answer]
    shown.settle(comment.pk for comment in published)
    print(
        json.dumps(
            {
                "path": post.get_absolute_url(),
                "shown": [comment.public_id for comment in published],
                "waiting": [comment.public_id for comment in waiting],
            }
        )
    )


def approve(*public_ids: str) -> None:
    """A moderator publishes them, now."""
    user, _ = get_user_model().objects.get_or_create(username="late-shift")
    seen = [
        transitions.Seen(comment.public_id, comment.version)
        for comment in Comment.objects.filter(public_id__in=public_ids)
    ]
    done = transitions.decide(seen, "approve", transitions.moderator(user)).done
    assert len(done) == len(public_ids)


def approve_in_the_minute_of(published: str, *public_ids: str) -> None:
    """The same, as if in the minute in which another one was published."""
    moment = Comment.objects.get(public_id=published).published_at
    _approve_at(moment, public_ids)


def cut_to_the_day(published: str) -> None:
    """The times of a whole discussion are cut, as where the owner wants no minutes."""
    post = Comment.objects.get(public_id=published).post
    comments = list(Comment.objects.filter(post=post))
    for comment in comments:
        times.cut(comment, "day")
    columns = ("written_at", "published_at", "precision")
    Comment.objects.bulk_update(comments, columns, batch_size=500)
    shown.settle_posts([post.pk])


def approve_on_the_last_day(*public_ids: str) -> None:
    """The same, as if on the day of the latest comment of a discussion that was cut."""
    post = Comment.objects.get(public_id=public_ids[0]).post
    moment = Comment.objects.filter(post=post).aggregate(last=Max("published_at"))
    _approve_at(moment["last"], public_ids)


def approve_yesterday(*public_ids: str) -> None:
    """The same, as if a day before now."""
    now = timezone.now().replace(second=0, microsecond=0)
    _approve_at(now - timedelta(days=1), public_ids)


def _approve_at(moment: datetime, public_ids: tuple[str, ...]) -> None:
    approve(*public_ids)
    found = Comment.objects.filter(public_id__in=public_ids)
    found.update(published_at=moment)
    shown.settle(comment.pk for comment in found)


def _comment(
    post: Post,
    written: datetime,
    text: str,
    parent: Comment | None = None,
    *,
    waits: bool = False,
) -> Comment:
    return tree.insert(
        post,
        parent,
        text=text,
        html=comment_html(text),
        name="",
        state=Comment.State.PENDING if waits else Comment.State.PUBLISHED,
        written_at=written,
        published_at=None if waits else written + timedelta(minutes=20),
    )
