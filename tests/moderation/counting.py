"""Comments that came and were decided about, for the tests of figures."""

from datetime import datetime, timedelta

from django.utils import timezone

from blog.models import Comment, Post
from moderation import transitions

from .deciding import do, in_state, now


def came(
    post: Post, at: datetime | None = None, waited: timedelta = timedelta(), **more
) -> Comment:
    """A comment that waits since ``at``, or since ``waited`` before now."""
    return in_state(post, written_at=at or timezone.now() - waited, **more)


def refused(post: Post, count: int, reason: str = "off_topic", **more) -> list[Comment]:
    return decided(post, count, "reject", reason=reason, **more)


def published(post: Post, count: int, **more) -> list[Comment]:
    return decided(post, count, "approve", **more)


def decided(
    post: Post,
    count: int,
    action: str,
    *,
    reason: str = "",
    at: datetime | None = None,
    waited: timedelta = timedelta(),
) -> list[Comment]:
    """So many comments, and one decision about all of them."""
    comments = [came(post, at, waited) for _ in range(count)]
    if comments:
        do(action, *comments, **({"reason": reason} if reason else {}))
    return [now(comment) for comment in comments]


def hidden(post: Post, count: int, **more) -> list[Comment]:
    comments = published(post, count, **more)
    do("hide", *comments, reason="harassment")
    return [now(comment) for comment in comments]


def withdrawn(post: Post, count: int) -> list[Comment]:
    comments = [came(post) for _ in range(count)]
    transitions.decide(
        [transitions.Seen(comment.public_id, 1) for comment in comments],
        "withdraw",
        transitions.CONTRIBUTOR,
    )
    return [now(comment) for comment in comments]
