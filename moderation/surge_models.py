"""How many comments came to a post, and which suggestions a moderator put off."""

from django.conf import settings
from django.db import models

from blog.models import Post


class ArrivalCount(models.Model):
    """How many comments came to a post within ten minutes. Kept for a week."""

    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    slot = models.BigIntegerField(
        db_index=True, help_text="Ten minutes, counted since 1970."
    )
    first = models.BigIntegerField(help_text="Key of the first comment in it.")
    arrived = models.PositiveIntegerField(default=0)
    named = models.PositiveIntegerField(
        default=0, help_text="Those with a name that is claimed by a tag."
    )
    new_names = models.PositiveIntegerField(
        default=0, help_text="Those of them with a tag that was never published."
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["post", "slot"], name="arrivals_once")
        ]

    def __str__(self) -> str:
        return f"{self.arrived} in {self.slot}"


class PutOff(models.Model):
    """Until when nothing is suggested for a post, because a moderator said so."""

    post = models.OneToOneField(
        Post, on_delete=models.CASCADE, primary_key=True, related_name="put_off"
    )
    until = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"until {self.until}"
