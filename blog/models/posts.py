"""Posts, their labels and their addresses."""

from datetime import date, datetime
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Coalesce, Substr
from django.urls import reverse
from django.utils import timezone

from blog import addresses, markup, series

from .imports import ImportBatch


class LabelQuerySet(models.QuerySet):
    def in_use(self) -> Self:
        """Labels with at least one published post, by name, with ``post_count``.

        Each database has an order of its own; ``Label.place`` is that for readers.
        """
        return (
            self.annotate(
                post_count=Count(
                    "posts",
                    filter=public_condition("posts__") & Q(posts__is_page=False),
                )
            )
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

    @property
    def place(self) -> tuple[str, str]:
        """Its place among others, without regard to case."""
        return self.name.casefold(), self.name

    def get_feed_url(self) -> str:
        """The feed of the posts that bear it."""
        return reverse("blog:feed_of_label", args=[self.name])


def public_condition(prefix: str = "") -> Q:
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
        return self.filter(public_condition())

    def articles(self) -> Self:
        """Posts proper: a page such as "About" stands in no list of them."""
        return self.filter(is_page=False)

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def oldest_first(self) -> Self:
        return self.order_by("published_at", "pk")

    def with_comment_count(self) -> Self:
        """Adds ``comment_count``, the number of published comments."""
        counted = (
            self.model.comments.field.model.objects.published()
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
            .articles()
            .newest_first()
            .with_comment_count()
            .prefetch_related("labels")
            .defer("body", "body_html", "plain")
        )

    def for_contents(self) -> Self:
        """What a table of contents tells of each post, newest first, in one query."""
        return (
            self.published()
            .articles()
            .newest_first()
            .with_comment_count()
            .defer("body", "body_html", "plain", "summary")
        )

    def count_by_year(self) -> list[tuple[int, int]]:
        """Years and how many of these posts bear them in their address, newest first.

        The address says it without a look at each date in the site's time zone.
        """
        years = (
            self.articles()
            .order_by()
            .values_list(Substr("address", 1, 4))
            .annotate(number=Count("pk"))
        )
        return sorted(((int(year), number) for year, number in years), reverse=True)

    def before(self, post: "Post") -> Self:
        """Published posts older than ``post``, the nearest first."""
        older = Q(published_at__lt=post.published_at) | Q(
            published_at=post.published_at, pk__lt=post.pk
        )
        return self.published().articles().filter(older).newest_first()

    def after(self, post: "Post") -> Self:
        """Published posts newer than ``post``, the nearest first."""
        newer = Q(published_at__gt=post.published_at) | Q(
            published_at=post.published_at, pk__gt=post.pk
        )
        return self.published().articles().filter(newer).oldest_first()


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
    is_page = models.BooleanField(
        default=False,
        editable=False,
        help_text="A page such as “About”: it stands at /p/ and in no list of posts.",
    )
    body = models.TextField(blank=True)
    body_format = models.CharField(
        max_length=10, choices=Format.choices, default=Format.MARKDOWN
    )
    body_html = models.TextField(blank=True, editable=False)
    summary = models.TextField(blank=True, editable=False)
    plain = models.TextField(
        blank=True, editable=False, help_text="The text alone, for the search."
    )
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

    series_key = models.CharField(
        max_length=200,
        blank=True,
        editable=False,
        help_text="Title without its number, for all parts of a series the same.",
    )
    series_number = models.PositiveIntegerField(null=True, editable=False)

    source = models.CharField(max_length=40, blank=True, editable=False)
    source_key = models.CharField(
        max_length=100, unique=True, null=True, editable=False
    )
    source_id = models.CharField(
        max_length=200,
        unique=True,
        null=True,
        editable=False,
        help_text="By which the program that it came from knows it for ever.",
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
    batch = models.ForeignKey(
        ImportBatch,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="posts",
        db_index=False,
        help_text="The import that added it.",
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="post_newest"),
            # Which are public and of which year, without a look at their long rows.
            models.Index(
                fields=["published_at", "status", "is_page", "address"],
                name="post_public",
            ),
            # The pages such as "About", which every page names at its end.
            models.Index(
                fields=["title", "id"], condition=Q(is_page=True), name="post_pages"
            ),
            models.Index(
                fields=["series_key", "series_number"],
                condition=~Q(series_key=""),
                name="post_series",
            ),
            # Drafts, and what is scheduled: whose time comes without being saved.
            models.Index(
                fields=["published_at"],
                condition=Q(was_public=False),
                name="post_unseen",
            ),
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
        self.settle()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        if self.is_page:
            return reverse("blog:page", args=[self.address.removeprefix("p/")])
        year, month, slug = self.address.split("/")
        return reverse("blog:post", args=[int(year), int(month), slug])

    def get_comments_feed_url(self) -> str:
        """The feed of its discussion.

        Where Blogger's own number of the post is known, the address is Blogger's too,
        so that feed readers of the old blog find it. Else it is named as in its own
        address, which is fixed for ever; the key of the row is not: it changes when a
        blog moves by export and import.
        """
        program, _, number = (self.source_id or "").partition(":")
        if program == "blogger" and number.isascii() and number.isdigit():
            return reverse("blog:feed_of_number", args=[number])
        return reverse("blog:feed_of_post", args=[self.address])

    def settle(self) -> None:
        """Renders the body, settles the status by the date and gives an address."""
        self.render()
        self.number_in_series()
        if self.status != self.Status.DRAFT:
            self.published_at = self.published_at or timezone.now()
            future = self.published_at > timezone.now()
            self.status = self.Status.SCHEDULED if future else self.Status.PUBLISHED
        was_public = self.was_public or self._is_public_as_stored()
        if self.status != self.Status.DRAFT and not (was_public and self.address):
            self.address = self._free_address()
        self.was_public = was_public or self.is_public

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
    def has_discussion(self) -> bool:
        """Whether it has a place for comments: a page such as "About" only where it
        came with some that are shown. One query for a page, none for a post."""
        return not self.is_page or self.comments.published().exists()

    @property
    def day(self) -> datetime | None:
        """The time of publication in the site's time zone."""
        return self.published_at and timezone.localtime(self.published_at)

    @property
    def shows_time(self) -> bool:
        """Whether the time of day is known, and not the day alone."""
        return self.published_precision == self.Precision.MINUTE

    def render(self) -> None:
        """Makes the HTML, the summary and the plain text anew from the body."""
        self.body_html = markup.post_html(self.body, self.body_format)
        self.plain = markup.plain(self.body_html)
        self.summary = markup.summary(self.body_html)

    def number_in_series(self) -> None:
        """Notes which part of which series it is, by its title."""
        part = None if self.is_page else series.part(self.title)
        self.series_key = part.key if part else ""
        self.series_number = part.number if part else None

    def _is_public_as_stored(self) -> bool:
        """A scheduled post becomes public without being saved."""
        return bool(self.pk and Post.objects.published().filter(pk=self.pk).exists())

    def _free_address(self) -> str:
        """An address no other post has: Blogger's, with ``_2`` and so on if taken."""
        self.slug = self.slug or addresses.slug_from_title(self.title)
        if self.is_page:
            wanted = addresses.page_address(self.slug)
        else:
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


class OldAddress(models.Model):
    """Where a post stood before it came here; it answers there for ever."""

    path = models.CharField(
        max_length=500, unique=True, help_text="As ``addresses.old_path`` gives it."
    )
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="old_addresses"
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.path
