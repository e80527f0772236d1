"""Handles are given: to nameless comments of a known time, when they are first shown.

Nobody sees the comments of a post without a date; they are given theirs with the date.
"""

import re
from datetime import date

from django.utils import timezone

from blog.models import BLANK, Comment, Post

from . import tree
from .handles import new_handles, parse_handle

BATCH = 500
# People may type it otherwise; nobody gives it so.
_AS_GIVEN = re.compile(
    r"Anon (?:[1-9][0-9]? [A-Z][a-z]{2} (?:[0-9]{4} )?)?[0-9]{2}:[0-9]{2}(?: [a-z]+)?"
)
_LONGEST = Comment._meta.get_field("handle").max_length


def give(post: Post, comments: list[Comment]) -> None:
    """Gives handles to those of a discussion that are shown and have none, and stores
    them. ``comments`` are all of it, in the order of their trees."""
    given = named(post, comments)
    if given:
        # Comments of a thread come after its lock.
        tree.lock_trees(sorted({comment.tree_id for comment in given}))
    Comment.objects.bulk_update(given, ["handle"], batch_size=BATCH)


def named(post: Post, comments: list[Comment]) -> list[Comment]:
    """The same without storing: the comments that were given a handle."""
    if post.published_at is None:
        return []
    nameless = [
        comment
        for comment in comments
        if comment.handle is None
        and not comment.name
        and comment.written_at is not None
        and comment.was_published
        # It may have borne a name.
        and comment.state not in BLANK
    ]
    if not nameless:
        return []
    # Stable: those of one moment follow each other as on the page.
    nameless.sort(key=lambda c: (c.published_at or c.written_at, c.written_at))
    taken = [comment.handle for comment in comments if comment.handle is not None]
    given = new_handles(
        nameless, taken, posted=_day_of(post), zone=timezone.get_default_timezone()
    )
    for comment, handle in given:
        comment.handle = handle
    return nameless


def brought(handle: str, taken: set[str]) -> str | None:
    """A handle that a comment had where it comes from, if it can keep it: it is one,
    and nobody of the discussion has it. It is noted in ``taken``."""
    if not handle or len(handle) > _LONGEST or handle in taken:
        return None
    if not _AS_GIVEN.fullmatch(handle) or parse_handle(handle) is None:
        return None
    taken.add(handle)
    return handle


def _day_of(post: Post) -> date:
    return timezone.localtime(post.published_at, timezone.get_default_timezone()).date()
