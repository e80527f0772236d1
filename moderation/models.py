"""What is decided, and by what rules."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from blog import moments
from blog.models import Comment, Post
from blog.models.posts import public_condition

from .complaint_models import Complaint, ComplaintEvent, Notice  # noqa: F401
from .demand_models import Demand  # noqa: F401
from .digest_models import Digest  # noqa: F401
from .editorial import codes
from .editorial_models import Redaction  # noqa: F401
from .open_card_models import OpenCard  # noqa: F401
from .question_models import Question  # noqa: F401
from .reasons import NEED_REASON, NEED_WORDS, REASONS
from .rule_models import Rule, RuleChange  # noqa: F401
from .surge_models import ArrivalCount, PutOff  # noqa: F401
from .tally_models import Tally  # noqa: F401


class Screening(models.Model):
    """What screening found when a comment came: where it waits, and why.

    ``why`` is a list of {"code", "words"}; the one of what readers reported has
    "counts" too. Nothing of the sender is here, nor of who reported.
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
    similar = models.JSONField(
        default=list,
        help_text="Earlier comments like it: their keys, and how much in per cent.",
    )
    new_hosts = models.JSONField(
        default=list,
        help_text="Hosts of its links that no published comment had when it came.",
    )
    alike = models.BigIntegerField(
        null=True, help_text="Key of the first comment of which it is nearly a copy."
    )

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

    def about_state(self) -> "DecisionQuerySet":
        """Without what leaves a comment in its state (moved, redacted, left as it is
        after a report), and without the taking back of that."""
        return self.exclude(action__in=(*codes.DONE, "keep")).exclude(
            action="undo", from_state=F("to_state")
        )


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
    at = models.DateTimeField(
        help_text="UTC, to the minute; what a contributor did may be cut (precision)."
    )
    precision = models.CharField(
        max_length=4,
        null=True,
        choices=[(each, each) for each in moments.CUT],
        help_text="What the time is cut to, since it tells when somebody wrote.",
    )
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
    # Counts up with each change of a rule (``RuleChange``) and of a reason's words.
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
            ),
            models.CheckConstraint(
                condition=~Q(action__in=NEED_REASON) | ~Q(reason=""),
                name="decision_has_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(action__in=NEED_REASON)
                | ~Q(reason__in=NEED_WORDS)
                | ~Q(public_note=""),
                name="decision_other_is_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.seq} {self.action} {self.comment_public_id}"


class LogHead(models.Model):
    """The end of the log: one row, locked while a new one is chained to it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
    rule_changes = models.PositiveIntegerField(
        default=0, help_text="How often a rule was changed: see ``rulebook``."
    )

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
        return self.in_force_of([post_id])[post_id]

    def in_force_of(self, post_ids: Iterable[int]) -> dict[int, "Mode | None"]:
        """The same of any number of posts. One query."""
        keys = set(post_ids)
        found = list(
            self.filter(Q(post=None) | Q(post__in=keys))
            .filter(Q(until=None) | Q(until__gt=timezone.now()))
            .order_by("pk")
        )
        by_place = {mode.post_id: mode for mode in found}
        return {key: by_place.get(key, by_place.get(None)) for key in keys}

    def now_public(self) -> list["Mode"]:
        """Those in force now, of the site and of posts that are public, the newest
        first. One query."""
        return list(
            self.filter(Q(until=None) | Q(until__gt=timezone.now()))
            .filter(Q(post=None) | public_condition("post__"))
            .select_related("post")
            .defer("post__body", "post__body_html", "post__plain")
            .order_by("-since", "-pk")
        )


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


class SpamWord(models.Model):
    """In how many texts that the moderators marked as spam, and in how many that they
    published, a token was seen.

    ``key`` is a keyed hash of the token (``screening.spam``): no word stands here. One
    row, of the empty token, counts the texts themselves.
    """

    key = models.BigIntegerField(primary_key=True)
    spam = models.IntegerField(default=0)
    ham = models.IntegerField(default=0)
    seen_on = models.DateField(help_text="Day of the latest decision that had it.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.spam} spam, {self.ham} published"


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
    """When the moderators were last told by mail: row 1 that comments wait, row 2 that
    complaints do."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sent_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return "reminder"
