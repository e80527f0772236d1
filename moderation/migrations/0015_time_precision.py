"""What the time of a contributor's own act is cut to, in the log and in complaints.

The new columns are empty and without a default: no table is written anew, no row is
touched, and the triggers that make both append-only stay. A row without precision has
the hash that it had.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("moderation", "0014_reasons_in_the_log")]

    operations = [
        migrations.AddField(
            model_name="complaintevent",
            name="precision",
            field=models.CharField(
                choices=[("hour", "hour"), ("day", "day")],
                help_text="What the time of the writer's own act is cut to.",
                max_length=4,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="precision",
            field=models.CharField(
                choices=[("hour", "hour"), ("day", "day")],
                help_text="What the time is cut to, since it tells when somebody wrote.",
                max_length=4,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="at",
            field=models.DateTimeField(
                help_text="UTC, to the minute; what a contributor did may be cut "
                "(precision)."
            ),
        ),
    ]
