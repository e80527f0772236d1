"""What was here before a comment: texts like it, and hosts of its links."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0008_claims"),
    ]

    operations = [
        migrations.AddField(
            model_name="screening",
            name="new_hosts",
            field=models.JSONField(
                default=list,
                help_text="Hosts of its links that no published comment had when it came.",
            ),
        ),
        migrations.AddField(
            model_name="screening",
            name="similar",
            field=models.JSONField(
                default=list,
                help_text="Earlier comments like it: their keys, and how much in per cent.",
            ),
        ),
    ]
