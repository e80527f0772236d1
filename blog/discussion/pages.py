"""Where the pages of long discussions begin: kept up to date, and looked up."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from blog import moments
from blog.models import Comment, DiscussionPage, Post, leaving_stub, never_shown

from .cutting import PAGE, Page
from .cutting import pages as cut_into_pages
from .threads import rows

Order = DiscussionPage.Order
_KEY = ("post_id", "order", "number")
_VALUES = (
    "first_id",
    "path",
    "above",
    "comments",
    "threads",
    "first_at",
    "last_at",
    "latest",
    "precision",
)


@dataclass(slots=True)
class _Light:
    """Of a comment what decides where pages begin."""

    post_id: int
    pk: int
    parent_id: int | None
    state: str
    written_at: datetime | None
    published_at: datetime | None
    precision: str | None
    was_shown: bool
    leaves_stub: bool

    @property
    def is_published(self) -> bool:
        return self.state == Comment.State.PUBLISHED


def cut(post: Post, comments: list[Comment]) -> None:
    """Brings the pages of one discussion up to date.

    ``comments`` are all of it in the order of their trees. A short discussion has no
    pages, and costs nothing. The caller holds the lock of the post.
    """
    if len(comments) > PAGE:
        _store([post.pk], _pages(post.pk, comments))


def cut_posts(post_pks: Collection[int] | None = None) -> None:
    """The same for many posts at once, or for all: after an import, its undoing, a
    repair of trees. One query tells which of them have or had pages.

    Their posts stay locked until the transaction ends, in the order of their keys.
    """
    asked = Q() if post_pks is None else Q(post__in=post_pks)
    long = (
        Comment.objects.filter(asked)
        .order_by()
        .values("post")
        .annotate(number=Count("pk"))
        .filter(number__gt=PAGE)
    )
    had_pages = DiscussionPage.objects.filter(post=OuterRef("pk"))
    posts = Post.objects.filter(Q(pk__in=long.values("post")) | Exists(had_pages))
    if post_pks is not None:
        posts = posts.filter(pk__in=post_pks)
    with transaction.atomic():
        found = list(
            posts.select_for_update(of=("self",), no_key=True)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        if not found:
            return
        light = (
            Comment.objects.filter(post__in=found)
            .order_by("post", "tree_id", "lft")
            .annotate(shown=~never_shown(), stub=leaving_stub())
            .values_list(
                "post_id",
                "pk",
                "parent_id",
                "state",
                "written_at",
                "published_at",
                "precision",
                "shown",
                "stub",
            )
        )
        wanted: list[DiscussionPage] = []
        read = (_Light(*values) for values in light.iterator(chunk_size=PAGE * 10))
        for post, comments in groupby(read, attrgetter("post_id")):
            wanted += _pages(post, list(comments))
        _store(found, wanted)


def number_of_page(comment: Comment) -> int:
    """On which page it stands, the oldest thread first. One query."""
    before = Q(first__tree_id__lt=comment.tree_id) | Q(
        first__tree_id=comment.tree_id, first__lft__lte=comment.lft
    )
    pages = DiscussionPage.objects.filter(post=comment.post_id, order=Order.OLDEST)
    last = pages.filter(before).order_by("-number").values_list("number", flat=True)
    return last.first() or 1


def _pages(post: int, comments: list) -> Iterator[DiscussionPage]:
    """The rows of a discussion as they should be, in both orders."""
    drawn = rows(comments) if len(comments) > PAGE else []
    for order in Order:
        cut = cut_into_pages(drawn, newest_first=order == Order.NEWEST)
        for number, page in enumerate(cut, 1):
            yield _row(post, order, number, page)


def _row(post: int, order: str, number: int, page: Page) -> DiscussionPage:
    published = page.published
    written = [comment.written_at for comment in published if comment.written_at]
    return DiscussionPage(
        post_id=post,
        order=order,
        number=number,
        first_id=page.first.comment.pk,
        path=page.first.number,
        above=page.above,
        comments=len(published),
        threads=page.threads,
        first_at=min(written, default=None),
        last_at=max(written, default=None),
        latest=max(
            (comment.published_at for comment in published if comment.published_at),
            default=None,
        ),
        precision=moments.coarsest(*(comment.precision for comment in published)),
    )


def _store(posts: list[int], wanted: Iterable[DiscussionPage]) -> None:
    """Writes what differs from what is stored, and nothing else."""
    key, values = attrgetter(*_KEY), attrgetter(*_VALUES)
    stored = {key(row): row for row in DiscussionPage.objects.filter(post__in=posts)}
    changed = []
    for row in wanted:
        before = stored.pop(key(row), None)
        if before is None or values(before) != values(row):
            changed.append(row)
    if stored:
        gone = [row.pk for row in stored.values()]
        DiscussionPage.objects.filter(pk__in=gone).delete()
    if changed:
        DiscussionPage.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["post", "order", "number"],
            update_fields=[name.removesuffix("_id") for name in _VALUES],
            batch_size=500,
        )
