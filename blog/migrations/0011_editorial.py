"""What leads from one discussion to another."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0010_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="Passage",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("lift", "lifted into a post"),
                            ("roll_over", "goes on in another post"),
                            ("move", "thread moved"),
                            ("carry", "late comment carried on"),
                        ],
                        max_length=12,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "seq",
                    models.BigIntegerField(
                        help_text="The row of the log that tells of it.",
                        null=True,
                        unique=True,
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                (
                    "comment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="blog.comment",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages_out",
                        to="blog.post",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages_in",
                        to="blog.post",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["lift", "roll_over", "move", "carry"])
                        ),
                        name="passage_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("comment__isnull", True), ("kind", "roll_over")),
                            models.Q(
                                models.Q(("kind", "roll_over"), _negated=True),
                                ("comment__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="passage_of_a_comment",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "roll_over")),
                        fields=("source",),
                        name="passage_one_continuation",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "roll_over")),
                        fields=("target",),
                        name="passage_continues_one",
                    ),
                ],
            },
        ),
    ]
