"""Complaints: a file for each, the notices that came for it, and what was done."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from blog import moments
from blog.models import Comment

from .notices import BY_CODE, KINDS, in_words


class ComplaintQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(outcome="")

    def unanswered(self) -> Self:
        """Open ones whose complainant has not been told yet what the law asks for."""
        return self.open().filter(answered_at=None)

    def by_urgency(self) -> Self:
        """The open ones first, what is due next at the top; then the newest."""
        return self.order_by(
            models.Case(models.When(outcome="", then=0), default=1),
            models.Case(models.When(outcome="", answered_at=None, then=0), default=1),
            models.Case(models.When(outcome="", then=models.F("due_at"))).asc(
                nulls_last=True
            ),
            "-pk",
        )


class Complaint(models.Model):
    """The file of a complaint about a comment; its key is the number of the complaint.

    Times are to the minute. Those that are due are worked out once, when the notice
    comes that they run from. Whose complaint it is stands in its notices alone, and is
    blank once the file is erased.
    """

    class Outcome(models.TextChoices):
        REMOVED = "removed", "The comment was removed"
        KEPT = "kept", "The comment stays"
        TAKEN_BACK = "taken_back", "The complainant took it back"
        INCOMPLETE = "incomplete", "It was never made complete"
        GONE = "gone", "The comment was withdrawn by its writer"
        JOINED = "joined", "It goes on under another number"

    class Doubt(models.TextChoices):
        TRAP = "trap", "A field that people do not see was filled in."
        PACE = "pace", "Many complaints came at once."

    comment = models.ForeignKey(
        Comment, on_delete=models.SET_NULL, null=True, related_name="complaints"
    )
    comment_public_id = models.CharField(max_length=13, db_index=True)
    kind = models.CharField(
        max_length=16, choices=[(kind.code, kind.label) for kind in KINDS]
    )
    received_at = models.DateTimeField()
    valid_at = models.DateTimeField(
        null=True, help_text="When a notice came that lacks nothing; null: none yet."
    )
    missing = models.JSONField(default=list, help_text="Names of fields.")
    doubt = models.CharField(
        max_length=8,
        blank=True,
        choices=Doubt.choices,
        help_text="Why the clock alone does not hide the comment.",
    )
    warn_at = models.DateTimeField(help_text="24 working hours before it is due.")
    red_at = models.DateTimeField(help_text="8 working hours before it is due.")
    hide_at = models.DateTimeField(help_text="4 working hours before it is due.")
    due_at = models.DateTimeField(help_text="48 working hours after the notice.")
    told = models.PositiveSmallIntegerField(
        null=True, help_text="Hours left when the moderators were last told by mail."
    )
    answered_at = models.DateTimeField(
        null=True,
        help_text="When the complainant was told what the law asks for: that the "
        "comment is gone, or what the notice lacks.",
    )
    held_at = models.DateTimeField(
        null=True, help_text="When the comment was first held because of it."
    )
    snapshot_version = models.PositiveIntegerField()
    snapshot_state = models.CharField(max_length=12, choices=Comment.State.choices)
    snapshot_name = models.CharField(max_length=100, blank=True)
    snapshot_text = models.TextField(blank=True)
    reply = models.CharField(
        max_length=1000, blank=True, help_text="What the comment's writer says."
    )
    replied_on = models.DateField(null=True)
    outcome = models.CharField(max_length=12, blank=True, choices=Outcome.choices)
    closed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = "complaint"
        verbose_name_plural = "complaints"
        default_permissions = ("view",)
        permissions = [("handle_complaint", "Can handle complaints")]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(outcome=""), name="complaint_open"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(BY_CODE)), name="complaint_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None)
                | (~Q(outcome="") & Q(closed_at__isnull=False)),
                name="complaint_closed_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"complaint no. {self.pk}"

    @property
    def is_open(self) -> bool:
        return not self.outcome

    @property
    def is_valid(self) -> bool:
        """Whether it says all that the law asks for."""
        return self.valid_at is not None

    @property
    def is_due(self) -> bool:
        """Whether the clock runs: it is open, and the complainant waits."""
        return self.is_open and self.answered_at is None

    @property
    def is_red(self) -> bool:
        """Whether fewer than eight working hours are left."""
        return self.is_due and timezone.now() >= self.red_at

    @property
    def lacks(self) -> list[str]:
        return in_words(self.kind, self.missing)

    @property
    def notice(self) -> "Notice":
        """What the complainant said last; what said everything goes before the rest."""
        notices = list(self.notices.all())
        return ([each for each in notices if not each.missing] or notices)[-1]

    @property
    def reason(self) -> str:
        """The code of the reason with which its comment is held or removed."""
        return BY_CODE[self.kind].reason


class Notice(models.Model):
    """What a complainant wrote, as it came; the only personal data of a complaint.

    ``received_at`` is when it came to those who run the site: what did not come by the
    form was entered later by a moderator, whom the file's events name.
    """

    class Channel(models.TextChoices):
        FORM = "form", "The form on this site"
        LETTER = "letter", "Letter"
        EMAIL = "email", "E-mail"
        TELEPHONE = "telephone", "Telephone"

    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="notices"
    )
    received_at = models.DateTimeField()
    channel = models.CharField(
        max_length=12, choices=Channel.choices, default=Channel.FORM
    )
    name = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    address = models.CharField(
        max_length=300, blank=True, help_text="To which a letter can be posted."
    )
    statement = models.TextField(blank=True)
    why = models.TextField(blank=True)
    meaning = models.TextField(blank=True)
    wrong = models.TextField(blank=True)
    unknown_author = models.BooleanField(default=False)
    pass_name = models.BooleanField(null=True)
    pass_email = models.BooleanField(null=True)
    good_faith = models.BooleanField(default=False)
    missing = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=["form", "letter", "email", "telephone"]),
                name="notice_channel_known",
            )
        ]

    def __str__(self) -> str:
        return f"notice of {self.received_at:%Y-%m-%d}"

    @property
    def can_be_answered(self) -> bool:
        return bool(self.email) and "email" not in self.missing

    @property
    def lacks(self) -> list[str]:
        return in_words(self.complaint.kind, self.missing)


class ComplaintEvent(models.Model):
    """What was done about a complaint. Triggers in the database refuse every change.

    Nothing of a complainant, a contributor or a text is in it: ``detail`` is a code or
    a number, so that erasing a file never touches it.
    """

    class What(models.TextChoices):
        RECEIVED = "received", "A notice came"
        JOINED = "joined", "The same complainant wrote again"
        COMPLETED = "completed", "It was made complete"
        HELD = "held", "The comment was held"
        RESTORED = "restored", "The comment was restored"
        HIDDEN = "hidden", "The comment was hidden for good"
        LETTER = "letter", "A letter was sent"
        REMINDED = "reminded", "The moderators were reminded"
        REPLIED = "replied", "The comment's writer answered"
        CLOSED = "closed", "It was closed"
        ERASED = "erased", "Names and texts were erased"
        VIEWED = "viewed", "Somebody opened the file"

    class ActorKind(models.TextChoices):
        MODERATOR = "moderator", "Moderator"
        COMPLAINANT = "complainant", "Complainant"
        CONTRIBUTOR = "contributor", "The comment's writer"
        CLOCK = "clock", "Clock"

    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="events"
    )
    at = models.DateTimeField(help_text="UTC, to the minute.")
    precision = models.CharField(
        max_length=4,
        null=True,
        choices=[(each, each) for each in moments.CUT],
        help_text="What the time of the writer's own act is cut to.",
    )
    actor = models.CharField(max_length=150, blank=True)
    actor_kind = models.CharField(max_length=12, choices=ActorKind.choices)
    what = models.CharField(max_length=12, choices=What.choices)
    detail = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    what__in=[
                        "received",
                        "joined",
                        "completed",
                        "held",
                        "restored",
                        "hidden",
                        "letter",
                        "reminded",
                        "replied",
                        "closed",
                        "erased",
                        "viewed",
                    ]
                ),
                name="complaint_event_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.detail}".strip()


def minute(moment: datetime) -> datetime:
    """Rounded down: a period begins no later than its notice came."""
    return moment.replace(second=0, microsecond=0)
