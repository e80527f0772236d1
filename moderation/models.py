"""What is decided, and by what rules."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog.models import Comment, Post

from .reasons import REASONS


class Screening(models.Model):
    """What screening found when a comment came: where it waits, and why.

    ``why`` is a list of {"code", "words"}. Nothing of the sender is here.
    """

    class Lane(models.TextChoices):
        NEW = "new", "New"
        LIKELY_SPAM = "likely_spam", "Likely spam"
        REPORTED = "reported", "Reported"
        COMPLAINT = "complaint", "Complaint"
        APPEAL = "appeal", "Appeal"

    comment = models.OneToOneField(
        Comment, on_delete=models.CASCADE, related_name="screening", primary_key=True
    )
    lane = models.CharField(
        max_length=12, choices=Lane.choices, default=Lane.NEW, db_index=True
    )
    why = models.JSONField(default=list)
    sketch = models.BinaryField(default=b"", help_text="For near-duplicates.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    lane__in=["new", "likely_spam", "reported", "complaint", "appeal"]
                ),
                name="screening_lane_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.lane} {self.comment_id}"


class QueuedComment(Comment):
    """A comment as the moderator sees it: to read and to decide about, not to edit."""

    class Meta:
        proxy = True
        verbose_name = "comment"
        verbose_name_plural = "queue"
        default_permissions = ("view",)
        permissions = [("moderate_comment", "Can decide about comments")]


class DecisionQuerySet(models.QuerySet):
    """The log as it is read. The database refuses every change of a row."""

    def newest_first(self) -> "DecisionQuerySet":
        return self.order_by("-seq")


class Decision(models.Model):
    """One row of the log: who did what with which comment, when, and why.

    Written by ``log.append`` only. Triggers in the database refuse UPDATE, DELETE,
    REPLACE and TRUNCATE; each row holds the hash of the one before. No text of a
    comment and nothing of a contributor is in it, so that erasing a comment never
    touches the log.
    """

    class ActorKind(models.TextChoices):
        MODERATOR = "moderator", "Moderator"
        CONTRIBUTOR = "contributor", "Its writer"
        MODE = "mode", "Mode in force"
        CLOCK = "clock", "Clock"

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(help_text="UTC, to the minute.")
    actor = models.CharField(max_length=150, blank=True)
    actor_kind = models.CharField(max_length=12, choices=ActorKind.choices)
    action = models.CharField(max_length=16)
    from_state = models.CharField(max_length=12, choices=Comment.State.choices)
    to_state = models.CharField(max_length=12, choices=Comment.State.choices)
    comment_public_id = models.CharField(max_length=13, db_index=True)
    version = models.PositiveIntegerField(help_text="Of the comment, after the action.")
    reason = models.CharField(
        max_length=24, blank=True, choices=[(r.code, r.label) for r in REASONS]
    )
    private_note = models.CharField(max_length=500, blank=True)
    public_note = models.CharField(max_length=500, blank=True)
    rules_version = models.PositiveIntegerField(default=1)
    undoes = models.BigIntegerField(null=True, help_text="The row that it takes back.")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-seq"]
        verbose_name = "decision"
        verbose_name_plural = "log of decisions"
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(seq__gte=1), name="decision_seq_positive"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.seq} {self.action} {self.comment_public_id}"


class LogHead(models.Model):
    """The end of the log: one row, locked while a new one is chained to it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="log_head_single")
        ]

    def __str__(self) -> str:
        return f"#{self.seq}"


class ModeQuerySet(models.QuerySet):
    def in_force(self, post_id: int) -> "Mode | None":
        """The mode that rules a post now: its own, else the site's, else None."""
        found = list(
            self.filter(Q(post=None) | Q(post=post_id))
            .filter(Q(until=None) | Q(until__gt=timezone.now()))
            .order_by("pk")
        )
        own = [mode for mode in found if mode.post_id is not None]
        return (own or found or [None])[-1]


class Mode(models.Model):
    """What happens to new comments, on the site or on one post, until when, and what
    readers are told about it. Without any, all comments are held."""

    class Kind(models.TextChoices):
        OPEN = "open", "Open: comments appear at once, unless screening holds them"
        HOLD_FIRST = (
            "hold_first",
            "Hold first-timers: who shows the receipt of a published comment appears",
        )
        HOLD_ALL = "hold_all", "Hold all: every comment is read first"
        CLOSED = "closed", "Closed: no new comments"

    post = models.ForeignKey(
        Post,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="modes",
        help_text="Empty: the whole site.",
    )
    kind = models.CharField(
        "new comments", max_length=12, choices=Kind.choices, default=Kind.HOLD_ALL
    )
    since = models.DateTimeField(default=timezone.now, editable=False)
    until = models.DateTimeField(
        null=True, blank=True, help_text="Empty: until it is changed."
    )
    notice = models.CharField(
        "public notice",
        max_length=300,
        blank=True,
        help_text="What readers see above the form, for example why and until when.",
    )

    objects = ModeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["open", "hold_first", "hold_all", "closed"]),
                name="mode_kind_known",
            ),
            # NULL is no value to a plain unique constraint: two rules for the site.
            models.UniqueConstraint(Coalesce("post", 0), name="mode_one_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().split(':')[0]}"

    @property
    def is_closed(self) -> bool:
        """Whether no new comments are taken while it is in force."""
        return self.kind == self.Kind.CLOSED


class Rule(models.Model):
    """A word or a domain that sorts comments: it never refuses one."""

    class Kind(models.TextChoices):
        WORD = "word", "Word or words"
        DOMAIN = "domain", "Domain of a link"

    class Action(models.TextChoices):
        NOTE = "note", "Note it on the card"
        LIKELY_SPAM = "likely_spam", "Put into the lane “likely spam”"

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.WORD)
    pattern = models.CharField(
        max_length=200, help_text="Whole words, or a domain such as example.com."
    )
    action = models.CharField(
        max_length=12, choices=Action.choices, default=Action.NOTE
    )
    explanation = models.CharField(
        max_length=200, blank=True, help_text="For the moderators: why this rule is."
    )
    until = models.DateTimeField(null=True, blank=True, help_text="Empty: always.")

    class Meta:
        ordering = ["kind", "pattern"]

    def __str__(self) -> str:
        return self.pattern


class Allowance(models.Model):
    """How far ahead of its pace a sender, a post or the whole site is (GCRA).

    ``key`` of a sender is a keyed hash that cannot be made again once the day's key is
    gone; rows live 24 hours at most.
    """

    key = models.CharField(max_length=40, primary_key=True)
    due = models.FloatField(help_text="Theoretical arrival time, seconds since 1970.")
    touched = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "allowance"


class Appeal(models.Model):
    """A contributor's one objection to a decision."""

    comment = models.OneToOneField(
        Comment, on_delete=models.CASCADE, related_name="appeal"
    )
    decision_seq = models.BigIntegerField()
    text = models.CharField(max_length=1000)
    made_on = models.DateField()
    outcome = models.CharField(
        max_length=8,
        blank=True,
        choices=[("upheld", "Upheld: published"), ("refused", "Refused")],
    )
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"appeal {self.comment}"


class Reminder(models.Model):
    """When the moderators were last told by mail that comments wait: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sent_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "reminder"
