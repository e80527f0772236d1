"""Who has which card of the queue open."""

from django.conf import settings
from django.db import models

from blog.models import Comment


class OpenCard(models.Model):
    """A moderator reads this comment in the queue just now.

    The others are told, and nothing is locked by it. A row whose time is over means
    nothing and goes with the next one that is written; a moderator has one at most.
    """

    comment = models.OneToOneField(
        Comment, on_delete=models.CASCADE, related_name="open_card", primary_key=True
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="open_card"
    )
    until = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.comment_id} is read by {self.user_id}"
