"""Handles are given: to nameless comments of a known time, when they are first shown.

Nobody sees the comments of a post without a date; they are given theirs with the date.
"""

from datetime import date

from django.utils import timezone

from blog import moments
from blog.models import BLANK, Comment, Post

from . import tree
from .handles import MONTHS, new_handles, parse_handle, tells

BATCH = 500
_LONGEST = Comment._meta.get_field("handle").max_length


def give(post: Post, comments: list[Comment]) -> dict[int, str]:
    """Gives handles to those of a discussion that are shown and have none, and stores
    them. ``comments`` are all of it, in the order of their trees.

    Another one goes to a comment whose time was cut since it got its own: what those
    were called before is given back, by their keys."""
    before = {comment.pk: comment.handle for comment in comments}
    given = named(post, comments)
    if given:
        # Comments of a thread come after its lock.
        tree.lock_trees(sorted({comment.tree_id for comment in given}))
    Comment.objects.bulk_update(given, ["handle"], batch_size=BATCH)
    return {comment.pk: old for comment in given if (old := before[comment.pk])}


def named(post: Post, comments: list[Comment]) -> list[Comment]:
    """The same without storing: the comments that were given a handle."""
    if post.published_at is None:
        return []
    nameless = [
        comment
        for comment in comments
        if comment.written_at is not None
        and (
            tells_more(comment)
            or (
                comment.handle is None
                and not comment.name
                and comment.was_published
                # It may have borne a name.
                and comment.state not in BLANK
            )
        )
    ]
    if not nameless:
        return []
    # Stable: those of one moment follow each other as on the page.
    nameless.sort(
        key=lambda c: (
            c.published_at or c.written_at,
            c.published_order or 0,
            c.written_at,
        )
    )
    taken = [
        comment.handle
        for comment in comments
        if comment.handle is not None and not tells_more(comment)
    ]
    given = new_handles(
        nameless, taken, posted=_day_of(post), zone=timezone.get_default_timezone()
    )
    for comment, handle in given:
        comment.handle = handle
    return nameless


def tells_more(comment: Comment) -> bool:
    """Whether its handle tells its time more exactly than that is kept."""
    return comment.handle is not None and is_finer(comment.handle, comment.precision)


def is_finer(words: str, precision: str | None) -> bool:
    """Whether words are a handle that tells more of a time than ``precision`` does."""
    is_handle, told = tells(words)
    return is_handle and moments.coarsest(told, precision) != told


def brought(handle: str, taken: set[str], precision: str | None = None) -> str | None:
    """A handle that a comment had where it comes from, if it can keep it: it is one, it
    tells the time as it is kept here (``precision``), and nobody of the discussion has
    it. It is noted in ``taken``."""
    if not handle or len(handle) > _LONGEST or handle in taken:
        return None
    if tells(handle) != (True, precision) or not _is_a_time(handle, precision):
        return None
    taken.add(handle)
    return handle


def _is_a_time(handle: str, precision: str | None) -> bool:
    """Whether hour, minute, day and month are such."""
    if precision is None:
        return parse_handle(handle) is not None
    words = handle.split()[1:]
    hours = [int(word[:2]) for word in words if word[:2].isdigit() and word[2:] == "h"]
    months = [word for word in words if word[0].isupper()]
    days = [int(words[0])] if months else []
    return (
        all(hour < 24 for hour in hours)
        and all(month in MONTHS for month in months)
        and all(1 <= day <= 31 for day in days)
    )


def _day_of(post: Post) -> date:
    return timezone.localtime(post.published_at, timezone.get_default_timezone()).date()
