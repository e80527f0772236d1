"""What one page of a discussion shows, read with queries that cost the same however
long the whole of it is."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q

from blog import moments
from blog.models import Comment, CommentQuerySet, DiscussionPage, Post

from .outline import Outlined
from .threads import Part, ThreadRow, rows

Order = DiscussionPage.Order


class PlaceOfPage(NamedTuple):
    """A stored page, and where the first of its comments stands now."""

    number: int
    path: str
    above: list[int]
    comments: int
    threads: int
    first_at: datetime | None
    last_at: datetime | None
    latest: datetime | None
    precision: str | None
    tree_id: int
    lft: int
    rght: int

    @property
    def begins_within(self) -> bool:
        """Whether its first comment is an answer."""
        return self.lft > 1


@dataclass(frozen=True)
class Reading:
    """One page. ``pages`` are all of them, none where there is but one.

    ``number`` is this one's. ``comments`` counts the published ones of the whole
    discussion; ``rows`` are drawn.
    """

    order: str
    pages: list[PlaceOfPage]
    number: int
    rows: list[ThreadRow]
    comments: int

    @property
    def page(self) -> PlaceOfPage | None:
        """This page; None where it is the only one."""
        return self.pages[self.number - 1] if self.pages else None


def pages_of(post: Post, order: str) -> list[PlaceOfPage]:
    """The pages of a long discussion, in one query."""
    found = DiscussionPage.objects.filter(post=post, order=order).order_by("number")
    columns = (
        *PlaceOfPage._fields[:-3],
        "first__tree_id",
        "first__lft",
        "first__rght",
    )
    return [PlaceOfPage(*values) for values in found.values_list(*columns)]


def read(post: Post, *, order: str = Order.OLDEST, number: int = 1) -> Reading:
    """Page ``number`` of a discussion; the nearest there is.

    Two queries; a third where it begins within a thread.
    """
    pages = pages_of(post, order)
    number = min(max(1, number), len(pages) or 1)
    whole = Comment.objects.for_thread(post)
    newest_first = order == Order.NEWEST
    if not pages:
        drawn = rows(whole, newest_first=newest_first)
        return Reading(order, pages, 1, drawn, _published(drawn))
    page = pages[number - 1]
    following = pages[number] if number < len(pages) else None
    comments = list(whole.filter(_span(page, following, newest_first=newest_first)))
    drawn = rows(
        comments,
        part=_part(whole, page, following, comments),
        newest_first=newest_first,
    )
    return Reading(
        order,
        pages,
        number,
        drawn,
        comments=sum(each.comments for each in pages),
    )


def _published(drawn: list[ThreadRow]) -> int:
    return sum(not row.is_stub for row in drawn)


def _span(page: PlaceOfPage, following: PlaceOfPage | None, *, newest_first: bool) -> Q:
    """The comments from the first of ``page`` to the one before ``following``: one
    stretch of the index, for a page holds whole threads or a part of one."""
    same_tree = Q(tree_id=page.tree_id)
    if following is not None and following.tree_id == page.tree_id:
        return same_tree & Q(lft__gte=page.lft, lft__lt=following.lft)
    if page.begins_within:
        return same_tree & Q(lft__gte=page.lft)
    if newest_first:
        span = Q(tree_id__lte=page.tree_id)
        return span & Q(tree_id__gt=following.tree_id) if following else span
    span = Q(tree_id__gte=page.tree_id)
    return span & Q(tree_id__lt=following.tree_id) if following else span


def _part(
    whole: CommentQuerySet,
    page: PlaceOfPage,
    following: PlaceOfPage | None,
    comments: list[Comment],
) -> Part:
    above: dict[int, tuple[int, Comment]] = {}
    if page.begins_within:
        answered = {comment.parent_id for comment in comments if comment.parent_id}
        wanted = (answered - {comment.pk for comment in comments}) | {*page.above}
        above = {
            comment.pk: (comment.level, comment)
            for comment in whole.filter(pk__in=wanted)
        }
    goes_on = (
        {
            comment.pk
            for comment in comments
            if comment.tree_id == following.tree_id and comment.rght > following.rght
        }
        if following is not None
        else frozenset()
    )
    return Part(page.path, above, goes_on)


def outline(post: Post) -> list[Outlined]:
    """All threads of a discussion, the oldest first. Three queries."""
    pages = pages_of(post, Order.OLDEST)
    begins = [(page.tree_id, page.lft) for page in pages]
    sizes = {
        tree_id: (
            size,
            last_at,
            moments.DAY if days else moments.HOUR if hours else None,
        )
        for tree_id, size, last_at, days, hours in Comment.objects.published()
        .filter(post=post)
        .order_by()
        .values_list("tree_id")
        .annotate(
            Count("pk"),
            Max("written_at"),
            days=Count("pk", filter=Q(precision=moments.DAY)),
            hours=Count("pk", filter=Q(precision=moments.HOUR)),
        )
    }
    roots = Comment.objects.for_thread(post).filter(parent=None)
    found: list[Outlined] = []
    base, number = post.get_absolute_url(), 0
    for root in roots:
        number += root.was_shown or root.tree_id in sizes
        if root.tree_id not in sizes:
            continue
        row = ThreadRow(root, str(number), 0, 0, is_stub=not root.is_published)
        page = max(1, bisect_right(begins, (root.tree_id, root.lft)))
        address = f"{page_address(base, page)}#c-{root.public_id}"
        found.append(Outlined(row, address, *sizes[root.tree_id]))
    return found


def page_address(post: str, number: int, order: str = Order.OLDEST) -> str:
    """Where a page of the discussion of a post stands, from the post's address."""
    asked = [] if order == Order.OLDEST else [f"comments={order}"]
    asked += [f"page={number}"] if number > 1 else []
    return f"{post}?{'&'.join(asked)}" if asked else post
