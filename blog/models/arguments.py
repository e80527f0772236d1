"""What connects comments and posts with each other, worked out when they are shown."""

from django.db import models
from django.db.models import Q

from blog import moments

from .comments import Comment
from .posts import Post


class Reference(models.Model):
    """A time that a comment names, and the comment that was written then.

    One row for each minute of the day that may be meant and each comment that it may
    mean; without a target as long as none is shown, so that a comment which is shown
    later finds those that wait for it.
    """

    source = models.ForeignKey(
        Comment, on_delete=models.CASCADE, related_name="references"
    )
    minute = models.PositiveSmallIntegerField(help_text="Of the day, from 0.")
    target = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, related_name="answered_by"
    )
    is_sure = models.BooleanField(
        default=False, help_text="It can mean no other comment."
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(minute__lt=24 * 60), name="reference_minute_of_day"
            ),
            models.UniqueConstraint(
                fields=["source", "minute", "target"], name="reference_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} names {self.minute // 60:02}:{self.minute % 60:02}"


class DiscussionPage(models.Model):
    """Where a page of a long discussion begins. A discussion of one page has no row.

    ``first`` is the first comment drawn on it, and ``path`` its number ("5", or "5.12"
    where a page begins within a thread); ``above`` are the keys of those below which
    that comment is drawn then, its thread's first one first. Where in its tree it
    stands is not kept: that changes with every reply that is sent.
    """

    class Order(models.TextChoices):
        OLDEST = "oldest", "oldest thread first"
        NEWEST = "newest", "newest thread first"

    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="discussion_pages", db_index=False
    )
    order = models.CharField(max_length=6, choices=Order.choices)
    number = models.PositiveIntegerField()
    # Without a constraint, whose lock would wait for contributions that wait for us.
    first = models.ForeignKey(
        Comment, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    path = models.CharField(max_length=200)
    above = models.JSONField(default=list)
    comments = models.PositiveIntegerField(help_text="How many it shows.")
    threads = models.PositiveIntegerField(help_text="How many begin on it.")
    first_at = models.DateTimeField(null=True, help_text="Earliest time of writing.")
    last_at = models.DateTimeField(null=True, help_text="Latest time of writing.")
    latest = models.DateTimeField(
        null=True, help_text="When the latest of its comments was published."
    )
    precision = models.CharField(
        max_length=4,
        null=True,
        choices=[(each, each) for each in moments.CUT],
        help_text="What the least exact of these times is cut to.",
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["post", "order", "number"], name="discussion_page_once"
            ),
        ]

    def __str__(self) -> str:
        return f"page {self.number} of the discussion of {self.post_id}"


class Claim(models.Model):
    """A name that is proved by a pass-phrase below a post.

    Readers are told of a comment that bears the name without any tag. A row stands as
    long as a published comment of the post bears name and tag.
    """

    name_key = models.CharField(
        max_length=100, help_text="The same for all names that look alike."
    )
    tag = models.CharField(max_length=12)
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="claims", db_index=False
    )
    is_site_wide = models.BooleanField(help_text="Told below every other post, too.")
    since = models.DateTimeField(
        help_text="When the first comment with it was published: what was written "
        "before could not know of the claim."
    )

    class Meta:
        default_permissions = ()
        constraints = [
            # By post first: the rows of one are looked for whenever it is settled.
            models.UniqueConstraint(
                fields=["post", "name_key", "tag", "is_site_wide"],
                name="claim_once_a_post",
            ),
        ]
        indexes = [
            models.Index(
                fields=["name_key"],
                condition=Q(is_site_wide=True),
                name="claim_site_wide",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_key} {self.tag}"


class Citation(models.Model):
    """A post that a post or a comment names by its day, title or number in a series.

    ``wanted`` is what is named, in the form in which a post that comes later is looked
    for ("day:2018-06-18"); without a target as long as no post answers to it.
    """

    wanted = models.CharField(max_length=300, db_index=True)
    target = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, related_name="cited_by"
    )
    by_post = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, related_name="cites"
    )
    by_comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, related_name="cites"
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(by_post__isnull=True) ^ Q(by_comment__isnull=True),
                name="citation_by_one",
            ),
        ]

    def __str__(self) -> str:
        return self.wanted
