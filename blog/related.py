"""What belongs to a post beside its discussion: its series, and who cites it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, Q, QuerySet
from django.urls import reverse

from . import series
from .models import Citation, Comment, Post
from .models.posts import public_condition

# So many sources are listed without folding, and no more than so many at all.
UNFOLDED = 6
MOST_SOURCES = 200
_LINKED = ("title", "address", "is_page", "published_at", "series_key", "series_number")


@dataclass(frozen=True)
class InSeries:
    """Where a post stands in its series: the parts before and after it."""

    name: str
    address: str
    number: int
    previous: Post | None
    next: Post | None


def in_series(post: Post) -> InSeries | None:
    """The series of a post, in one query; None where its title belongs to none, or no
    other public post has another number of it.

    Numbers may be missing or come twice: the next part is the next that there is, and
    of two with one number the earlier comes first.
    """
    part = series.part(post.title)
    if part is None or not post.series_key:
        return None
    parts = _parts(post.series_key)
    number, at = post.series_number, post.published_at
    same, same_time = Q(series_number=number), Q(published_at=at)
    before = (
        Q(series_number__lt=number)
        | same & Q(published_at__lt=at)
        | same & same_time & Q(pk__lt=post.pk)
    )
    after = (
        Q(series_number__gt=number)
        | same & Q(published_at__gt=at)
        | same & same_time & Q(pk__gt=post.pk)
    )
    backwards = parts.order_by("-series_number", "-published_at", "-pk")
    previous = backwards.filter(before).values("pk")[:1]
    following = parts.filter(after).values("pk")[:1]
    beside = Post.objects.filter(Q(pk=previous) | Q(pk=following)).filter(
        Exists(parts.exclude(series_number=number))
    )
    place = (number, at, post.pk)
    found = {
        (other.series_number, other.published_at, other.pk) < place: other
        for other in beside.only(*_LINKED)
    }
    if not found:
        return None
    address = reverse("blog:series", args=[post.series_key])
    return InSeries(part.name, address, number, found.get(True), found.get(False))


def whole_series(key: str) -> tuple[str, list[Post]] | None:
    """What the latest part calls a series, and all its public parts by their numbers,
    with their numbers of comments. None unless there are two numbers."""
    parts = _parts(key).with_comment_count().defer("body", "body_html", "summary")
    found = list(parts)
    if len({post.series_number for post in found}) < 2:
        return None
    part = series.part(found[-1].title)
    return part.name if part else key, found


def _parts(key: str) -> QuerySet[Post]:
    return (
        Post.objects.published()
        .filter(series_key=key)
        .exclude(series_key="")
        .order_by("series_number", "published_at", "pk")
    )


@dataclass(frozen=True)
class Sources:
    """Public posts and published comments that cite a post; ``more``: there are others
    that are not listed."""

    posts: list[Post]
    comments: list[Comment]
    more: bool = False

    def __len__(self) -> int:
        return len(self.posts) + len(self.comments)

    @property
    def is_long(self) -> bool:
        return len(self) > UNFOLDED


def cited_by(post: Post) -> Sources:
    """Who cites a post, the earliest first, posts before comments; in one query."""
    published = Q(by_comment__state=Comment.State.PUBLISHED)
    rows = (
        Citation.objects.filter(target=post)
        .filter(
            public_condition("by_post__")
            | published & public_condition("by_comment__post__")
        )
        .select_related("by_post", "by_comment__post")
        .only(
            *(f"by_post__{name}" for name in _LINKED),
            *(f"by_comment__post__{name}" for name in _LINKED),
            *(
                f"by_comment__{name}"
                for name in ("public_id", "name", "handle", "written_at", "post")
            ),
        )
        .order_by(
            F("by_post__published_at").asc(nulls_last=True),
            F("by_comment__written_at").asc(nulls_last=True),
            "by_comment",
            "pk",
        )
    )
    found = list(rows[: MOST_SOURCES + 1])
    listed = found[:MOST_SOURCES]
    return Sources(
        _once(row.by_post for row in listed),
        _once(row.by_comment for row in listed),
        len(found) > MOST_SOURCES,
    )


def _once(sources: Iterable) -> list:
    """Each source once: it may name the post in several ways."""
    return list({each.pk: each for each in sources if each is not None}.values())
