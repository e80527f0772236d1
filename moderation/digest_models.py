"""Who of the moderators wants a digest by mail, and what was sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Digest(models.Model):
    """A moderator's wish for counts by mail; no row: she wants none.

    ``sent_for`` is the first day of the period that was told last; ``log_seq`` the end
    of the log as it was told. ``claimed_at``: somebody sends it just now.
    """

    class Every(models.TextChoices):
        DAY = "day", "Every day"
        WEEK = "week", "Every Monday"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="digest",
    )
    every = models.CharField(max_length=4, choices=Every.choices)
    sent_for = models.DateField(null=True)
    log_seq = models.BigIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(every__in=["day", "week"]), name="digest_every_known"
            )
        ]

    def __str__(self) -> str:
        return f"digest every {self.every}"
