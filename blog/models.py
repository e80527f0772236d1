"""Posts, their labels and their comments."""

from datetime import date, datetime
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce, Substr
from django.urls import reverse
from django.utils import timezone
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey
from mptt.querysets import TreeQuerySet

from . import addresses, markup
from .codes import new_public_id
from .tree_ids import next_tree_ids


class LabelQuerySet(models.QuerySet):
    def in_use(self) -> Self:
        """Labels with at least one published post, by name, with ``post_count``."""
        return (
            self.annotate(post_count=Count("posts", filter=_public("posts__")))
            .filter(post_count__gt=0)
            .order_by("name")
        )


class Label(models.Model):
    """A word that gathers posts. Its name stands in its address as it is."""

    name = models.CharField(max_length=200, unique=True)

    objects = LabelQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("blog:label", args=[self.name])


def _public(prefix: str = "") -> Q:
    """The condition under which a post is public, for joins and subqueries too."""
    return Q(
        **{
            f"{prefix}status__in": [Post.Status.SCHEDULED, Post.Status.PUBLISHED],
            f"{prefix}published_at__lte": timezone.now(),
        }
    )


class PostQuerySet(models.QuerySet):
    def published(self) -> Self:
        """What readers may see: not a draft, and its time has come."""
        return self.filter(_public())

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def oldest_first(self) -> Self:
        return self.order_by("published_at", "pk")

    def with_comment_count(self) -> Self:
        """Adds ``comment_count``, the number of published comments."""
        counted = (
            Comment.objects.published()
            .filter(post=models.OuterRef("pk"))
            .order_by()
            .values("post")
            .annotate(number=Count("pk"))
            .values("number")
        )
        return self.annotate(comment_count=Coalesce(models.Subquery(counted), 0))

    def for_listing(self) -> Self:
        """What a list of posts shows, newest first, in two queries for any length."""
        return (
            self.published()
            .newest_first()
            .with_comment_count()
            .prefetch_related("labels")
            .defer("body", "body_html")
        )

    def count_by_year(self) -> list[tuple[int, int]]:
        """Years and how many of these posts bear them in their address, newest first.

        The address says it without a look at each date in the site's time zone.
        """
        years = (
            self.order_by()
            .values_list(Substr("address", 1, 4))
            .annotate(number=Count("pk"))
        )
        return sorted(((int(year), number) for year, number in years), reverse=True)

    def before(self, post: "Post") -> Self:
        """Published posts older than ``post``, the nearest first."""
        older = Q(published_at__lt=post.published_at) | Q(
            published_at=post.published_at, pk__lt=post.pk
        )
        return self.published().filter(older).newest_first()

    def after(self, post: "Post") -> Self:
        """Published posts newer than ``post``, the nearest first."""
        newer = Q(published_at__gt=post.published_at) | Q(
            published_at=post.published_at, pk__gt=post.pk
        )
        return self.published().filter(newer).oldest_first()


class Post(models.Model):
    """An article.

    The body is kept as it was written; its HTML is made once, when the post is saved.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SCHEDULED = "scheduled", "Scheduled"
        PUBLISHED = "published", "Published"

    class Precision(models.TextChoices):
        DAY = "day", "the day"
        MINUTE = "minute", "the minute"

    class Format(models.TextChoices):
        MARKDOWN = "markdown", "Markdown"
        HTML = "html", "HTML"
        TEXT = "text", "Plain text"

    title = models.CharField(max_length=500, blank=True)
    slug = models.CharField(
        "last part of the address",
        max_length=60,
        blank=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9_-]+\Z", "Use lower-case letters, digits, hyphens and _ only."
            )
        ],
        help_text="Made from the title when left empty.",
    )
    address = models.CharField(
        max_length=80,
        unique=True,
        null=True,
        editable=False,
        help_text="Year, month and slug; fixed for ever once readers have seen it.",
    )
    body = models.TextField(blank=True)
    body_format = models.CharField(
        max_length=10, choices=Format.choices, default=Format.MARKDOWN
    )
    body_html = models.TextField(blank=True, editable=False)
    summary = models.TextField(blank=True, editable=False)
    author_name = models.CharField("author", max_length=200, blank=True)
    labels = models.ManyToManyField(Label, related_name="posts", blank=True)

    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    published_at = models.DateTimeField("date and time", null=True, blank=True)
    was_public = models.BooleanField(
        default=False,
        editable=False,
        help_text="Readers have seen it: its address does not change any more.",
    )
    published_precision = models.CharField(
        "date known to",
        max_length=6,
        choices=Precision.choices,
        default=Precision.MINUTE,
        help_text="With the day alone, the time is noon and is shown nowhere.",
    )

    source = models.CharField(max_length=40, blank=True, editable=False)
    source_key = models.CharField(
        max_length=100, unique=True, null=True, editable=False
    )
    source_digests = models.JSONField(
        default=list,
        editable=False,
        help_text="Of the bodies imported, the newest last: another one now means that "
        "it was edited here since.",
    )
    source_labels = models.JSONField(
        default=list,
        editable=False,
        help_text="Labels that sources gave: one removed here does not come back.",
    )
    old_address = models.CharField(max_length=500, blank=True, editable=False)
    comments_recorded = models.BooleanField(
        default=True,
        editable=False,
        help_text="False: the source of this post does not hold its comments.",
    )
    comments_declared = models.PositiveIntegerField(
        null=True, editable=False, help_text="The number that the source states."
    )
    comments_found = models.PositiveIntegerField(
        null=True, editable=False, help_text="The number that the source really held."
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="post_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "scheduled", "published"]),
                name="post_status_known",
            ),
            models.CheckConstraint(
                condition=Q(published_precision__in=["day", "minute"]),
                name="post_precision_known",
            ),
            models.CheckConstraint(
                condition=Q(body_format__in=["markdown", "html", "text"]),
                name="post_format_known",
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | Q(published_at__isnull=False, address__isnull=False),
                name="post_public_has_date_and_address",
            ),
        ]

    def __str__(self) -> str:
        return self.title or "(untitled)"

    def save(self, *args, **kwargs) -> None:
        """Renders the body, settles the status by the date and gives an address."""
        self.render()
        if self.status != self.Status.DRAFT:
            self.published_at = self.published_at or timezone.now()
            future = self.published_at > timezone.now()
            self.status = self.Status.SCHEDULED if future else self.Status.PUBLISHED
        was_public = self.was_public or self._is_public_as_stored()
        if self.status != self.Status.DRAFT and not (was_public and self.address):
            self.address = self._free_address()
        self.was_public = was_public or self.is_public
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        year, month, slug = self.address.split("/")
        return reverse("blog:post", args=[int(year), int(month), slug])

    @property
    def month_of_address(self) -> date:
        """The first day of the month under which the address files the post."""
        year, month, _ = self.address.split("/")
        return date(int(year), int(month), 1)

    @property
    def is_public(self) -> bool:
        """Whether readers may see it now."""
        return (
            self.status != self.Status.DRAFT
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def day(self) -> datetime | None:
        """The time of publication in the site's time zone."""
        return self.published_at and timezone.localtime(self.published_at)

    @property
    def shows_time(self) -> bool:
        """Whether the time of day is known, and not the day alone."""
        return self.published_precision == self.Precision.MINUTE

    def render(self) -> None:
        """Makes the HTML and the summary anew from the body."""
        self.body_html = markup.post_html(self.body, self.body_format)
        self.summary = markup.summary(self.body_html)

    def _is_public_as_stored(self) -> bool:
        """A scheduled post becomes public without being saved."""
        return bool(self.pk and Post.objects.published().filter(pk=self.pk).exists())

    def _free_address(self) -> str:
        """An address no other post has: Blogger's, with ``_2`` and so on if taken."""
        self.slug = self.slug or addresses.slug_from_title(self.title)
        day = timezone.localtime(self.published_at)
        wanted = addresses.post_address(day.year, day.month, self.slug)
        taken = set(
            Post.objects.filter(address__startswith=wanted)
            .exclude(pk=self.pk)
            .values_list("address", flat=True)
        )
        number, address = 1, wanted
        while address in taken:
            number += 1
            address = f"{wanted}_{number}"
        return address


class CommentQuerySet(TreeQuerySet):
    def published(self) -> Self:
        return self.filter(state=Comment.State.PUBLISHED)

    def unpublished(self) -> Self:
        """Those that no reader sees; they are few, and have an index of their own."""
        return self.exclude(state=Comment.State.PUBLISHED)

    def for_thread(self, post: Post) -> Self:
        """Every comment of a post in the order of its discussion, in one query.

        Those that are not published are among them: the drawing needs them to keep
        the place of an answer, and shows no word of theirs.
        """
        return (
            self.filter(post=post)
            .order_by("tree_id", "lft")
            .defer("text", "source_key", "receipt_digest")
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
    written_at = models.DateTimeField(
        null=True, blank=True, help_text="Null: the source did not record it."
    )
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="Null: not yet, or not recorded."
    )
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.PENDING
    )
    version = models.PositiveIntegerField(default=1)
    source_key = models.CharField(
        max_length=100, unique=True, null=True, editable=False
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
                fields=["post"],
                condition=Q(state="published"),
                name="comment_published",
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
                | (Q(text="", html="") & (Q(name="") | Q(name__isnull=True))),
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
        """Whether it stood on its page, now or before."""
        return self.state not in NEVER_SHOWN

    def get_absolute_url(self) -> str:
        return reverse("blog:comment", args=[self.public_id])


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
