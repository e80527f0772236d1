"""What was imported, when, and what in it needs a person."""

from django.db import models
from django.db.models import Q


class ImportBatch(models.Model):
    """One run of ``import_archive`` that wrote something, and its report.

    What it added bears its number; what it filled in of earlier rows stands in
    ``ImportChange``: so that it can be taken back.
    """

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(
        null=True, help_text="Null: it runs, or was interrupted; run it again."
    )
    report = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undo_report = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "import"
        default_permissions = ("view",)
        permissions = [("undo_import", "Can take an import back")]

    def __str__(self) -> str:
        return f"Import {self.pk}"


class ImportedFile(models.Model):
    """A file that came in whole, so that the same file need not be read again."""

    digest = models.CharField(
        max_length=64,
        unique=True,
        help_text="SHA-256 of its bytes, of how it was read and of what read it.",
    )
    state = models.CharField(
        max_length=60,
        help_text="Of what was imported, as it was then: when it is another, a second "
        "reading may bring something.",
    )
    report = models.JSONField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest


class ImportNote(models.Model):
    """Something in an imported file that a person should look at."""

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="notes"
    )
    file = models.CharField(max_length=300, help_text="Its name, without its folders.")
    line = models.PositiveIntegerField(null=True)
    code = models.CharField(max_length=40)
    message = models.TextField()
    post = models.ForeignKey(
        "blog.Post", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    settled = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = "note of an import"
        verbose_name_plural = "notes of imports"
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.message


class ImportChange(models.Model):
    """What an import changed of a row that stood there before.

    ``before`` and ``after`` hold the columns that it changed; times are ISO 8601.
    """

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="changes"
    )
    post = models.ForeignKey(
        "blog.Post", on_delete=models.CASCADE, null=True, related_name="+"
    )
    comment = models.ForeignKey(
        "blog.Comment",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        # Half of these rows are about posts.
        db_index=True,
    )
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=True) ^ Q(comment__isnull=True),
                name="import_change_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.post or self.comment}"
