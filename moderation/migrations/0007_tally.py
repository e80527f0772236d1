"""Figures of posts, from the log that is there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0010_search"),
        ("moderation", "0006_complaints"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="tally",
                        serialize=False,
                        to="blog.post",
                    ),
                ),
                ("by_month", models.JSONField(default=dict)),
                (
                    "told",
                    models.JSONField(
                        help_text="All states that were told, the last one now; null: too few to tell.",
                        null=True,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
    ]
