"""What depends on which comments of a discussion are shown, worked out at that moment
and not when somebody reads.

Whoever changes what is shown calls ``settle`` in the same transaction: a decision, an
import, the taking back of one.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from blog.models import Comment, Passage, Post

from . import addressed, citations, claims, linking, naming, pages, signed, tree


@dataclass(frozen=True)
class Discussion:
    """A post and all its comments in the order of their trees, without their words.

    Those that were never shown are among them.
    """

    post: Post
    comments: list[Comment]


_COLUMNS = (
    "post",
    "parent",
    "tree_id",
    "lft",
    "public_id",
    "state",
    "name",
    "handle",
    "version",
    "tag",
    "tag_is_site_wide",
    "signature",
    "written_at",
    "published_at",
    "precision",
    "published_order",
    "source_key",
    "source_id",
    "source_parent",
)


def settle(pks: Iterable[int]) -> None:
    """Brings everything up to date after the states of these comments changed.

    The posts stay locked until the transaction ends, in the order of their keys: two
    decisions about one discussion follow each other. Contributions are not held up.
    """
    changed = set(pks)
    with transaction.atomic():
        _settle_all(
            _locked(Comment.objects.filter(pk__in=changed).values("post")), changed
        )


def settle_posts(
    posts: Collection[int], changed: Collection[int] | None = None
) -> None:
    """The same for whole posts, by their keys, after an import or the taking back of
    one. ``changed`` are the keys of comments; None: all of these posts.

    It costs some queries a post. What comes in as a whole is cheaper: ``Incoming``.
    """
    if not posts:
        return
    with transaction.atomic():
        _settle_all(_locked(posts), None if changed is None else set(changed))


def lock_discussions_of(comments: QuerySet[Comment]) -> None:
    """Locks the posts of comments about which somebody is to decide, and their threads.

    Posts come before threads, and these before comments, for all who lock several of
    them: the decision about one comment may put links into others, and a reply that is
    sent just now moves the places of those that follow it in its thread.
    """
    held = {post.pk for post in _locked(comments.order_by().values("post"))}
    # A thread may have been moved to another post while we waited for its own.
    posts = comments.order_by().values_list("post", flat=True)
    while missing := set(posts.exclude(post__in=held)):
        held |= {post.pk for post in _locked(missing)}
    tree.lock_trees(sorted(set(comments.order_by().values_list("tree_id", flat=True))))


def lock_posts(posts: Collection[int]) -> None:
    """Locks posts by their keys, for who is to change several discussions."""
    list(_locked(posts))


class Incoming:
    """Discussions of new posts that come in whole, before they are stored and after.

    What can be known before is set in the rows, which are then written once. The rows
    have their places in their trees; ``parents`` are what they answer, by public ids.
    """

    def __init__(
        self, discussions: Iterable[Discussion], parents: Mapping[str, Comment]
    ) -> None:
        self._posts: list[int] = []
        self._claimed: list[int] = []
        self._found: list[linking.Found] = []
        self._comments: list[Comment] = []
        for discussion in discussions:
            post, comments = discussion.post, discussion.comments
            self._posts.append(post.pk)
            if any(comment.tag for comment in comments):
                self._claimed.append(post.pk)
            self._comments += comments
            naming.named(post, comments)
            self._found += linking.link_unstored(post, comments, parents)

    def stored(self) -> None:
        """Does what needs rows to refer to."""
        if not self._posts:
            return
        linking.store(self._found)
        citations.note((), self._comments)
        claims.settle_posts(self._claimed)
        pages.cut_posts(self._posts)


def _locked(posts: Collection[int] | QuerySet) -> QuerySet[Post]:
    """These posts, and those that continue them: what is linked in a continuation
    depends on the earlier discussion, and late comments are carried into it."""
    continuing = Passage.objects.filter(
        kind=Passage.Kind.ROLL_OVER, source__in=posts
    ).values("target")
    return (
        Post.objects.select_for_update(of=("self",), no_key=True)
        .filter(Q(pk__in=posts) | Q(pk__in=continuing))
        .order_by("pk")
        .only("pk", "published_at", "published_precision")
    )


def _discussion(post: Post) -> Discussion:
    comments = Comment.objects.filter(post=post).order_by("tree_id", "lft")
    return Discussion(post, list(comments.only(*_COLUMNS)))


def _settle_all(posts: Iterable[Post], changed: set[int] | None) -> None:
    """``changed`` None: all comments of all of these posts."""
    discussions = {post.pk: _discussion(post) for post in posts}
    if not discussions:
        return
    earlier = dict(
        Passage.objects.filter(
            kind=Passage.Kind.ROLL_OVER, target__in=discussions
        ).values_list("target", "source")
    )
    for post, discussion in discussions.items():
        continued: list[Comment] = []
        if post in earlier:
            before = discussions.get(earlier[post]) or _discussion(
                Post(pk=earlier[post])
            )
            continued = before.comments
        pks = {comment.pk for comment in discussion.comments}
        _settle(discussion, pks if changed is None else changed, continued)


def _settle(
    discussion: Discussion, changed: set[int], continued: list[Comment]
) -> None:
    """In this order: what is linked is called by its handle. ``continued`` are the
    comments of the discussion that this one continues."""
    before = naming.give(discussion.post, discussion.comments)
    changed = changed | addressed.follow(before, discussion.comments)
    linking.link(discussion.post, discussion.comments, changed, continued)
    citations.settle([c.pk for c in discussion.comments if c.pk in changed])
    signed.settle(discussion.comments, changed)
    claims.settle(discussion.post, discussion.comments)
    pages.cut(discussion.post, discussion.comments)
