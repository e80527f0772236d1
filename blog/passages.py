"""What readers are told of ways from one discussion to another."""

from dataclasses import dataclass, field
from html import escape

from django.db.models import Q

from .models import Comment, Passage, Post

Kind = Passage.Kind
_POSTS = tuple(
    f"{end}__{column}"
    for end in ("source", "target")
    for column in ("title", "address", "is_page", "status", "published_at")
)
# Threads that went elsewhere: so many are named, the latest.
MOST_MOVED = 20


@dataclass
class Passages:
    """Those of one post that lead to or from what readers may see.

    ``lifted`` are the posts into which comments were lifted, ``carried`` the keys of
    late comments on the post that this one continues.
    """

    lifted_from: Passage | None = None
    continues: Post | None = None
    continued_in: Post | None = None
    moved: list[Passage] = field(default_factory=list)
    lifted: dict[int, list[Post]] = field(default_factory=dict)
    carried: set[int] = field(default_factory=set)

    def notes(self) -> dict[int, str]:
        """HTML to be told below comments, by their keys."""
        found = {
            pk: "".join(
                f'<p class="answered-by">Lifted into {_link(post)}</p>\n'
                for post in posts
            )
            for pk, posts in self.lifted.items()
        }
        for pk in self.carried:
            words = '<p class="answered-by">Contribution on the earlier post</p>\n'
            found[pk] = words + found.get(pk, "")
        return found


def of(post: Post) -> Passages:
    """All that the page of a post shows of them. One query."""
    found = Passages()
    rows = (
        Passage.objects.filter(Q(source=post) | Q(target=post))
        .select_related("source", "target", "comment")
        .only(
            "kind",
            "made_at",
            *_POSTS,
            *(
                f"comment__{column}"
                for column in (
                    "public_id",
                    "name",
                    "handle",
                    "state",
                    "version",
                    "published_at",
                    "post_id",
                    "parent_id",
                )
            ),
        )
        .order_by("pk")
    )
    for row in rows:
        is_source = row.source_id == post.pk
        other = row.target if is_source else row.source
        if row.kind == Kind.CARRY:
            if not is_source and row.comment.parent_id is None:
                found.carried.add(row.comment_id)
        elif other.is_public:
            _sort_in(found, row, other, is_source=is_source)
    found.moved = found.moved[-MOST_MOVED:]
    return found


def lifted_into(comment: Comment) -> list[Post]:
    """The posts that were made of a comment, public or not; the oldest first."""
    rows = Passage.objects.filter(kind=Kind.LIFT, comment=comment)
    return [row.target for row in rows.select_related("target").order_by("pk")]


def _sort_in(found: Passages, row: Passage, other: Post, *, is_source: bool) -> None:
    if row.kind == Kind.ROLL_OVER:
        if is_source:
            found.continued_in = other
        else:
            found.continues = other
    elif row.kind == Kind.LIFT:
        if is_source:
            found.lifted.setdefault(row.comment_id, []).append(other)
        else:
            found.lifted_from = row
    # Where it went since is told there.
    elif is_source and row.comment.post_id == other.pk and row.comment.was_published:
        found.moved.append(row)


def _link(post: Post) -> str:
    title = escape(post.title or "(untitled)")
    return f'<a href="{escape(post.get_absolute_url())}"><bdi>{title}</bdi></a>'
