"""A query -> what is found, the best first, by the page.

Of posts and of comments the newest ``MOST`` in which the words occur are compared with
each other, and no more: a word that stands in every second comment costs no more than
one that stands in a thousand. In one query each; the texts are read for one page alone.
"""

from dataclasses import dataclass
from html import escape

from django.db.models import Max, Min, OuterRef, QuerySet, Subquery
from django.utils.safestring import SafeString, mark_safe

from blog.discussion.claims import marks
from blog.models import Comment, Post

from . import index
from .extracts import extract, marked
from .query import Query

MOST = 1000
A_PAGE = 20


@dataclass(frozen=True)
class Hit:
    """A post, or a comment with its post, and where in it the words stand. A comment
    has ``mark``: what is told of its name."""

    post: Post
    comment: Comment | None
    title: SafeString
    extract: SafeString


@dataclass(frozen=True)
class Found:
    """Which rows were found, the best first: at most ``MOST``, and whether there are
    more of them."""

    places: list[tuple[str, int]]
    has_more: bool

    def __len__(self) -> int:
        return len(self.places)


def find(
    query: Query,
    posts: QuerySet[Post],
    *,
    is_narrowed: bool = False,
    are_scattered: bool = False,
    in_posts: bool = True,
    in_comments: bool = True,
) -> Found:
    """Looks in those of these posts that readers may see, and below them.

    ``is_narrowed``: they are not all posts, so that it is worth to know first between
    which comments theirs are.
    """
    public = posts.published().values("pk")
    looked_in = {}
    if in_posts:
        those = Post.objects.filter(pk__in=public)
        looked_in["post"] = index.posts(those, query)
    if in_comments:
        below = Comment.objects.published().filter(post__in=public)
        between = _ends(posts) if is_narrowed else None
        looked_in["comment"] = index.comments(
            below, query, between, are_scattered=are_scattered
        )
    scored, has_more = [], False
    for kind, matching in looked_in.items():
        rows = list(matching.values_list("score", "pk")[: MOST + 1])
        has_more = has_more or len(rows) > MOST
        scored += [(score, kind, pk) for score, pk in rows[:MOST]]
    has_more = has_more or len(scored) > MOST
    # Of equals a post comes first, and then what came later.
    scored.sort(key=lambda each: (-each[0], each[1] != "post", -each[2]))
    return Found([(kind, pk) for _, kind, pk in scored[:MOST]], has_more)


def _ends(posts: QuerySet[Post]) -> tuple[int, int]:
    """Between which keys all comments of these posts are. A year's stand together where
    a blog was imported in its order.

    The first and the last of each post by the index of its comments: all of them would
    be read where a year has a hundred thousand.
    """
    of_post = Comment.objects.published().filter(post=OuterRef("pk")).values("pk")
    ends = posts.order_by().aggregate(
        first=Min(Subquery(of_post.order_by("pk")[:1])),
        last=Max(Subquery(of_post.order_by("-pk")[:1])),
    )
    return ends["first"] or 0, ends["last"] or 0


def hits(query: Query, places: list[tuple[str, int]]) -> list[Hit]:
    """What is shown of them, in their order. What is not public any more is left out:
    it was a moment ago."""
    pks = {"post": [], "comment": []}
    for kind, pk in places:
        pks[kind].append(pk)
    posts = Post.objects.published().filter(pk__in=pks["post"])
    comments = (
        Comment.objects.public()
        .filter(pk__in=pks["comment"])
        .select_related("post")
        .defer(
            "html",
            "post__body",
            "post__body_html",
            "post__summary",
            "post__plain",
        )
    )
    told = marks(comments)
    for comment in comments:
        comment.mark = told.get(comment.pk)
    rows = {
        "post": {p.pk: p for p in posts.defer("body", "body_html", "summary")},
        "comment": {comment.pk: comment for comment in comments},
    }
    return [_hit(query, rows[kind][pk]) for kind, pk in places if pk in rows[kind]]


def _hit(query: Query, row: Post | Comment) -> Hit:
    if isinstance(row, Post):
        title = marked(row.title, query) or "(untitled)"
        return Hit(row, None, _safe(title), _safe(extract(row.plain, query)))
    title = escape(row.post.title) or "(untitled)"
    return Hit(row.post, row, _safe(title), _safe(extract(row.text, query)))


def _safe(html: str) -> SafeString:
    return mark_safe(html)  # noqa: S308  escaped where it was made
