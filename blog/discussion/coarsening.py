"""What is stored is cut to what the owner sets now: ``manage.py coarsen_times``.

It can be broken off and run again: what was cut is not looked at any more. Nothing here
can be taken back.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from blog import moments
from blog.models import Claim, Comment, CommentQuerySet, ImportChange, Post

from . import references, shown, times, tree

BATCH = 500
# Orders that are given here stand before all that decisions give, which are numbers of
# the log.
_FIRST = -(10**15)
_WAITING = (Comment.State.PENDING, Comment.State.LIKELY_SPAM)
_TIMES = ("written_at", "published_at")
_TIME = re.compile(r"[0-9][.:][0-9]{2}")


def finer() -> CommentQuerySet:
    """Comments whose times are stored more exactly than the owner wants.

    Not those that wait: they keep their minute until they are decided about.
    """
    wanted = times.of_site()
    if wanted is None:
        return Comment.objects.none()
    known = Q(written_at__isnull=False) | Q(published_at__isnull=False)
    less = moments.CUT[: moments.CUT.index(wanted)]
    is_finer = Q(precision__isnull=True) | Q(precision__in=less)
    return Comment.objects.filter(known, is_finer).exclude(state__in=_WAITING)


def coarsen(posts_at_once: int) -> Iterator[int]:
    """Cuts them, some posts in one transaction, and brings up to date what depends on
    it: handles and the replies that begin with them, links, pages, claims. Gives how
    many comments each time."""
    _put_in_order()
    posts = list(
        Post.objects.filter(Exists(finer().filter(post=OuterRef("pk"))))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for start in range(0, len(posts), posts_at_once):
        yield _cut_posts(posts[start : start + posts_at_once])
    # Of claims whose comments were cut when they were decided about.
    _cut_claims(Claim.objects.all())
    _cut_notes_of_imports()


def left() -> tuple[int, int]:
    """In how many comments and posts a time is named, as that of a comment. People
    wrote those, and they stay."""
    comments = Comment.objects.exclude(text="").order_by("pk")
    posts = Post.objects.exclude(plain="").order_by("pk")
    return (
        sum(map(_names_a_time, comments.values_list("text", flat=True).iterator())),
        sum(map(_names_a_time, posts.values_list("plain", flat=True).iterator())),
    )


def _names_a_time(text: str) -> bool:
    return bool(_TIME.search(text) and references.find(text))


def _put_in_order() -> None:
    """Notes in which order comments were published: their times will not tell it."""
    found = (
        finer()
        .published()
        .filter(published_order=None)
        .with_moment()
        .order_by("moment", "pk")
    )
    last = Comment.objects.filter(published_order__lt=0).aggregate(
        last=Max("published_order")
    )["last"]
    order = _FIRST if last is None else last + 1
    pks = list(found.values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        numbered = [
            Comment(pk=pk, published_order=order + place)
            for place, pk in enumerate(pks[start : start + BATCH], start)
        ]
        Comment.objects.bulk_update(numbered, ["published_order"])


@transaction.atomic
def _cut_posts(posts: list[int]) -> int:
    shown.lock_posts(posts)
    trees = Comment.objects.filter(post__in=posts).order_by()
    tree.lock_trees(sorted(set(trees.values_list("tree_id", flat=True))))
    rows = list(
        finer().filter(post__in=posts).order_by("pk").only(*_TIMES, "precision")
    )
    for row in rows:
        times.cut(row, times.of_site())
    Comment.objects.bulk_update(rows, [*_TIMES, "precision"], batch_size=BATCH)
    _cut_claims(Claim.objects.filter(post__in=posts))
    shown.settle_posts(posts)
    return len(rows)


def _cut_claims(claims: QuerySet[Claim]) -> None:
    changed = []
    for claim in claims.only("since"):
        since = times.cut_to(claim.since, times.of_site())
        if since != claim.since:
            claim.since = since
            changed.append(claim)
    Claim.objects.bulk_update(changed, ["since"], batch_size=BATCH)


def _cut_notes_of_imports() -> None:
    """What imports noted of comments, so that they can be taken back."""
    changed = []
    rows = ImportChange.objects.filter(comment__isnull=False).order_by("pk")
    for change in rows.iterator(chunk_size=BATCH):
        values = (change.before, change.after)
        cut = [_cut_values(each) for each in values]
        if any(before != after for before, after in zip(values, cut, strict=True)):
            change.before, change.after = cut
            changed.append(change)
    ImportChange.objects.bulk_update(changed, ["before", "after"], batch_size=BATCH)


def _cut_values(values: dict) -> dict:
    return values | {
        name: times.cut_to(_read(name, values[name]), times.of_site()).isoformat()
        for name in _names(values)
    }


def _names(values: dict) -> Iterable[str]:
    return (name for name in _TIMES if values.get(name))


def _read(name: str, value: str) -> datetime:
    return Comment._meta.get_field(name).to_python(value)
