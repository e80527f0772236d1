"""What was received and decided below each post, as numbers."""

from django.db import models

from blog.models import Post


class Tally(models.Model):
    """The figures of one post: of what came here, not of what was imported.

    Worked out from the log in the transaction of each decision. ``by_month`` are the
    exact numbers, by the month in which a comment came; ``told`` is what readers were
    told of those that they do not see, and follows only in steps (``disclosure``):
    whoever kept the page of another day learns of no single comment.
    """

    post = models.OneToOneField(
        Post, on_delete=models.CASCADE, related_name="tally", primary_key=True
    )
    by_month = models.JSONField(default=dict)
    told = models.JSONField(
        null=True,
        help_text="All states that were told, the last one now; null: too few to tell.",
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"tally of post {self.post_id}"
