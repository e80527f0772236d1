"""Comments, in trees."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey
from mptt.querysets import TreeQuerySet

from blog import moments
from blog.codes import new_public_id
from blog.tree_ids import next_tree_ids

from .imports import ImportBatch
from .posts import Post, public_condition


def _moment() -> Coalesce:
    return Coalesce("published_at", "written_at")


def published_order() -> models.Func:
    """Of two comments whose times were cut to one the greater was published later."""
    # Not ``Coalesce``, whose 0 would be a parameter: SQLite takes no index for that.
    return models.Func("published_order", template="COALESCE(%(expressions)s, 0)")


class CommentQuerySet(TreeQuerySet):
    def published(self) -> Self:
        return self.filter(state=Comment.State.PUBLISHED)

    def public(self) -> Self:
        """Those that readers may see: published, below a post that is public."""
        return self.published().filter(public_condition("post__"))

    def with_moment(self) -> Self:
        """Adds ``moment``, the time by which it is news, in the feeds.

        That is when it was published, for a comment that waited five hours is not
        missed then. Of an imported one it is not known: then when it was written, or
        None.
        """
        return self.annotate(moment=_moment())

    def latest_first(self) -> Self:
        """By ``moment``; those whose times were cut to one as they were published."""
        return self.with_moment().order_by("-moment", published_order().desc(), "-pk")

    def latest_news(self) -> Self:
        """The public ones by ``moment``, the latest first, with their posts.

        Those of which no time is known are not among them: no place would be true.
        """
        return (
            self.public()
            .latest_first()
            .filter(moment__isnull=False)
            .select_related("post")
            .defer(
                "text",
                "post__body",
                "post__body_html",
                "post__plain",
                "post__summary",
            )
        )

    def unpublished(self) -> Self:
        """Those that no reader sees; they are few, and have an index of their own."""
        return self.exclude(state=Comment.State.PUBLISHED)

    def for_thread(self, post: Post) -> Self:
        """The comments of a post in the order of its discussion, in one query.

        Those that are not published are among them: the drawing needs them to keep
        the place of an answer, and shows no word of theirs. Not what nobody has seen
        and nobody has answered: ten thousand pieces of spam cost a reader nothing.
        """
        return (
            self.filter(post=post)
            .exclude(never_shown(), rght=F("lft") + 1)
            .order_by("tree_id", "lft")
            .defer("text", "source_parent", "batch", "receipt_digest")
        )


class CommentManager(TreeManager.from_queryset(CommentQuerySet)):
    def _get_next_tree_id(self) -> int:
        return next_tree_ids(self.model, 1, self.db)[0]


class Comment(MPTTModel):
    """One contribution to a discussion. A top-level comment and its replies are a tree.

    Insert through ``discussion.tree`` only, and change a state with ``update()``:
    ``save()`` on a node that somebody else has moved writes old places back.
    ``parent`` is the truth; ``tree_id``, ``lft``, ``rght`` and ``level`` are a cache
    of it that ``manage.py check_trees`` can make anew.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        LIKELY_SPAM = "likely_spam", "Waiting, likely spam"
        PUBLISHED = "published", "Published"
        REJECTED = "rejected", "Refused"
        SPAM = "spam", "Spam"
        HIDDEN = "hidden", "Hidden"
        HELD = "held", "Held for a complaint"
        WITHDRAWN = "withdrawn", "Withdrawn by its writer"
        ERASED = "erased", "Erased"

    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="comments", db_index=False
    )
    parent = TreeForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
    )
    public_id = models.CharField(
        max_length=13, unique=True, default=new_public_id, editable=False
    )
    name = models.CharField(
        max_length=100,
        null=True,
        blank=True,
        help_text="Empty: unsigned. Null: the source did not record the name.",
    )
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, editable=False)
    handle = models.CharField(
        max_length=40,
        null=True,
        editable=False,
        help_text="How it is called while it has no name: given when it is first "
        "shown and never changed.",
    )
    tag = models.CharField(
        max_length=12,
        blank=True,
        editable=False,
        help_text="Proves that the name is its writer's: made from a pass-phrase, "
        "which is not kept.",
    )
    tag_is_site_wide = models.BooleanField(
        default=False,
        editable=False,
        help_text="The writer wished to be known by the tag below other posts too.",
    )
    signature = models.CharField(
        max_length=60,
        blank=True,
        editable=False,
        help_text="The name with which the text itself ends; nobody has checked it.",
    )
    written_at = models.DateTimeField(
        null=True, blank=True, help_text="Null: the source did not record it."
    )
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="Null: not yet, or not recorded."
    )
    precision = models.CharField(
        max_length=4,
        null=True,
        editable=False,
        choices=[(each, each) for each in moments.CUT],
        help_text="To what its times were cut: they are the beginning of that hour or "
        "day. Null: they are as exact as they were known.",
    )
    published_order = models.BigIntegerField(
        null=True,
        editable=False,
        help_text="Which of two was published first whose times were cut to one. It "
        "tells nothing else, and never leaves the database.",
    )
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.PENDING
    )
    version = models.PositiveIntegerField(default=1)
    source_key = models.CharField(
        max_length=100, unique=True, null=True, editable=False
    )
    source_id = models.CharField(
        max_length=120,
        unique=True,
        null=True,
        editable=False,
        help_text="By which the program that it came from knows it for ever.",
    )
    source_parent = models.CharField(
        max_length=120,
        null=True,
        editable=False,
        help_text="``source_id`` of the comment that it really answers, where the old "
        "blog showed it below another.",
    )
    batch = models.ForeignKey(
        ImportBatch,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="comments",
        db_index=False,
        help_text="The import that added it.",
    )
    receipt_digest = models.CharField(
        max_length=64,
        unique=True,
        null=True,
        editable=False,
        help_text="SHA-256 of the code that its writer holds; the code is not kept.",
    )

    objects = CommentManager()

    class Meta:
        indexes = [
            models.Index(fields=["post", "tree_id", "lft"], name="comment_thread"),
            models.Index(
                fields=["post", "id"],
                condition=Q(state="published"),
                name="comment_published",
            ),
            # The latest comments of all posts, for their feed.
            models.Index(
                _moment().desc(),
                published_order().desc(),
                F("id").desc(),
                condition=Q(state="published"),
                name="comment_latest",
            ),
            # The queue: what waits and what was refused, in order of arrival. The
            # condition must stand in the query too, or SQLite does not take the index.
            models.Index(
                fields=["state", "id"],
                condition=~Q(state="published"),
                name="comment_unpublished",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "pending",
                        "likely_spam",
                        "published",
                        "rejected",
                        "spam",
                        "hidden",
                        "held",
                        "withdrawn",
                        "erased",
                    ]
                ),
                name="comment_state_known",
            ),
            models.CheckConstraint(
                condition=Q(version__gte=1), name="comment_version_positive"
            ),
            models.CheckConstraint(
                condition=~Q(state="erased")
                | (
                    Q(text="", html="", tag="", signature="")
                    & (Q(name="") | Q(name__isnull=True))
                ),
                name="comment_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(lft__gte=1, rght__gt=F("lft")),
                name="comment_interval_valid",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, level=0)
                | Q(parent__isnull=False, level__gt=0),
                name="comment_only_roots_at_level_0",
            ),
            # Two writers that were given one number for two trees: the second fails
            # instead of corrupting both.
            models.UniqueConstraint(
                fields=["tree_id"],
                condition=Q(parent__isnull=True),
                name="comment_one_root_a_tree",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_published(self) -> bool:
        """Whether readers see its text."""
        return self.state == self.State.PUBLISHED

    @property
    def was_shown(self) -> bool:
        """Whether it stood on its page, now or before: ``never_shown`` turned round."""
        if self.state in BLANK and self.source_key is None:
            # Withdrawn or erased before anybody approved it: it leaves no gap.
            return self.published_at is not None or self.handle is not None
        return self.state not in NEVER_SHOWN

    @property
    def leaves_stub(self) -> bool:
        """Whether a line stands in its place though nobody answered it: it stood there
        and was taken away. ``leaving_stub`` for one row."""
        return self.state in TAKEN_AWAY and self.was_shown

    @property
    def was_published(self) -> bool:
        """Whether readers of this blog have read it, now or before.

        Not known any more of a comment with a name that waits to be read again.
        """
        return (
            self.is_published
            or self.handle is not None
            or self.published_at is not None
            # What came in hidden, from elsewhere, was never decided about here.
            or (self.state in ONCE_PUBLISHED and self.version > 1)
        )

    @property
    def called(self) -> str:
        """How others call it: by its name, else by its handle."""
        return self.name or self.handle or "Anon"

    def get_absolute_url(self) -> str:
        return reverse("blog:comment", args=[self.public_id])


# From no other state than published do decisions lead here.
ONCE_PUBLISHED = frozenset((Comment.State.HIDDEN, Comment.State.HELD))
# Not what was refused after a correction: its writer took it away first.
TAKEN_AWAY = ONCE_PUBLISHED | {Comment.State.WITHDRAWN}
# Nothing of the text is left.
BLANK = frozenset((Comment.State.WITHDRAWN, Comment.State.ERASED))
# States of comments that readers have not seen. (A published one that is read again
# after its correction is among them: its place comes back with it.)
NEVER_SHOWN = frozenset(
    (
        Comment.State.PENDING,
        Comment.State.LIKELY_SPAM,
        Comment.State.REJECTED,
        Comment.State.SPAM,
    )
)


def never_shown() -> Q:
    """Those that never stood on a page of this blog."""
    unread = Q(source_key=None, published_at=None, handle=None)
    return Q(state__in=NEVER_SHOWN) | Q(state__in=BLANK) & unread


def leaving_stub() -> Q:
    """Those that stood on a page and were taken away, also at the blog that they came
    from."""
    return Q(state__in=TAKEN_AWAY) & ~never_shown()
