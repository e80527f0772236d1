"""What leads from one discussion to another: made by editors and moderators."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .comments import Comment
from .posts import Post


class Passage(models.Model):
    """That a comment was lifted into a post, a post goes on in another, a thread was
    moved, or a late comment was carried on into the continuation.

    ``comment`` is what was lifted, moved or carried; a roll-over has none. No word of a
    comment is in it. ``before`` holds what it takes to go back.
    """

    class Kind(models.TextChoices):
        LIFT = "lift", "lifted into a post"
        ROLL_OVER = "roll_over", "goes on in another post"
        MOVE = "move", "thread moved"
        CARRY = "carry", "late comment carried on"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    source = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="passages_out"
    )
    target = models.ForeignKey(
        Post, on_delete=models.CASCADE, related_name="passages_in"
    )
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, related_name="passages"
    )
    made_at = models.DateTimeField(default=timezone.now)
    seq = models.BigIntegerField(
        null=True, unique=True, help_text="The row of the log that tells of it."
    )
    before = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["lift", "roll_over", "move", "carry"]),
                name="passage_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="roll_over", comment__isnull=True)
                | (~Q(kind="roll_over") & Q(comment__isnull=False)),
                name="passage_of_a_comment",
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(kind="roll_over"),
                name="passage_one_continuation",
            ),
            models.UniqueConstraint(
                fields=["target"],
                condition=Q(kind="roll_over"),
                name="passage_continues_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}: {self.kind}"
