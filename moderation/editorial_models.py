"""What a redaction took out, as long as it can be taken back."""

from django.db import models

from blog.models import Comment


class Redaction(models.Model):
    """A comment as it stood before it was redacted.

    Wiped after seven days (``retention``), and at once when its writer corrects or
    withdraws the comment. Of several about one comment the newest goes first.
    """

    seq = models.BigIntegerField(
        primary_key=True, help_text="The row of the log that tells of it."
    )
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, related_name="redactions"
    )
    at = models.DateTimeField(db_index=True)
    text = models.TextField()
    html = models.TextField()
    name = models.CharField(max_length=100, null=True)
    tag = models.CharField(max_length=12, blank=True)
    tag_is_site_wide = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"#{self.seq} {self.comment_id}"
