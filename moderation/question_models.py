"""A question of a moderator to the writer of a comment, and the answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from blog.models import Comment

LONGEST_QUESTION = 500
LONGEST_ANSWER = 1000


class Question(models.Model):
    """Asked once about a version of a comment, answered once; never public.

    The row goes with the text of the comment, or some time after the decision
    (``retention``). That it was asked and answered stays in the log, without a word of
    either. Of the answer the day alone is kept, as of an appeal.
    """

    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, related_name="questions"
    )
    version = models.PositiveIntegerField(help_text="Of the comment, as it was seen.")
    text = models.CharField(max_length=LONGEST_QUESTION)
    asked_at = models.DateTimeField(help_text="UTC, to the minute.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    answer = models.CharField(max_length=LONGEST_ANSWER, blank=True)
    answered_on = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "version"], name="question_one_a_version"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None)
                | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="question_answer_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"question about {self.comment_id}"
