"""Discussions of any size and shape, written in one go."""

from collections.abc import Callable
from datetime import timedelta

from django.core.management.color import no_style
from django.db import connection, transaction

from blog.discussion.nesting import places
from blog.models import Comment, Post
from blog.tree_ids import next_tree_ids

BATCH = 1000
# The number of each one's parent, from 0; None: it begins a thread.
Parents = list[int | None]


def singles(size: int) -> Parents:
    """Nobody answers anybody."""
    return [None] * size


def mixed(size: int) -> Parents:
    """Threads of seven: two answers, one of them answered four levels deep."""
    offsets = (None, 1, 1, 1, 1, 5, 6)
    return [
        None if (offset := offsets[number % 7]) is None else number - offset
        for number in range(size)
    ]


def wide(size: int) -> Parents:
    """All answer the first."""
    return [None, *[0] * (size - 1)]


def deep(size: int) -> Parents:
    """Each answers the one before."""
    return [None, *range(size - 1)]


SHAPES: dict[str, Callable[[int], Parents]] = {
    "singles": singles,
    "mixed": mixed,
    "wide": wide,
    "deep": deep,
}


@transaction.atomic
def write(post: Post, parents: Parents, **fields) -> list[Comment]:
    """Stores published comments, a minute apart, in the order of ``parents``; but
    neither pages nor what else depends on what is shown. ``fields``: of all."""
    numbered = places(enumerate(parents))
    roots = [number for number, parent in enumerate(parents) if parent is None]
    ids = next_tree_ids(Comment, len(roots), Comment.objects.db)
    tree_of = dict(zip(roots, ids, strict=True))
    comments: list[Comment] = []
    for number, parent in enumerate(parents):
        if parent is not None:
            tree_of[number] = tree_of[parent]
        lft, rght, level = numbered[number]
        moment = post.published_at + timedelta(minutes=number)
        values = {
            "name": "",
            "text": f"Words number {number}.",
            "html": f"<p>Words number {number}.</p>\n",
            "state": Comment.State.PUBLISHED,
            "written_at": moment,
            "published_at": moment,
        }
        comment = Comment(
            post=post,
            tree_id=tree_of[number],
            lft=lft,
            rght=rght,
            level=level,
            **(values | fields),
        )
        comments.append(comment)
    _store(comments, parents)
    return comments


def _store(comments: list[Comment], parents: Parents) -> None:
    """Parents first; a chain of thousands of levels is not stored level by level."""
    first = (
        Comment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    ) + 1
    for number, (comment, parent) in enumerate(zip(comments, parents, strict=True)):
        comment.pk = first + number
        comment.parent_id = None if parent is None else first + parent
    Comment.objects.bulk_create(comments, batch_size=BATCH)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Comment]):
            cursor.execute(statement)
