"""Questions to the writers of comments, and who wants a digest by mail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("moderation", "0012_surge"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        help_text="Of the comment, as it was seen."
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField(help_text="UTC, to the minute.")),
                ("answer", models.CharField(blank=True, max_length=1000)),
                ("answered_on", models.DateField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="blog.comment",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("comment", "version"), name="question_one_a_version"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer", ""), ("answered_on", None))
                        | (
                            ~models.Q(("answer", ""))
                            & models.Q(("answered_on__isnull", False))
                        ),
                        name="question_answer_has_its_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="digest",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "every",
                    models.CharField(
                        choices=[("day", "Every day"), ("week", "Every Monday")],
                        max_length=4,
                    ),
                ),
                ("sent_for", models.DateField(null=True)),
                ("log_seq", models.BigIntegerField(default=0)),
                ("claimed_at", models.DateTimeField(null=True)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("every__in", ["day", "week"])),
                        name="digest_every_known",
                    )
                ],
            },
        ),
    ]
