"""What redactions took out, as long as it can be taken back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0011_editorial"),
        ("moderation", "0009_similar"),
    ]

    operations = [
        migrations.CreateModel(
            name="Redaction",
            fields=[
                (
                    "seq",
                    models.BigIntegerField(
                        help_text="The row of the log that tells of it.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
                ("text", models.TextField()),
                ("html", models.TextField()),
                ("name", models.CharField(max_length=100, null=True)),
                ("tag", models.CharField(blank=True, max_length=12)),
                ("tag_is_site_wide", models.BooleanField(default=False)),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="redactions",
                        to="blog.comment",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
    ]
