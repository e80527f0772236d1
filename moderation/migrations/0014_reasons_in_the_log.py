"""The database takes no row of the log that refuses, hides or holds without a reason.

On SQLite a constraint means a new table: the triggers that make the log append-only go
with the old one, and are made again in the same transaction.
"""

from django.db import migrations, models

from moderation import log_triggers


def create(apps, schema_editor):
    log_triggers.create(schema_editor)


def drop(apps, schema_editor):
    log_triggers.drop(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0013_questions")]

    operations = [
        migrations.RunPython(drop, create),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=~models.Q(("action__in", ("reject", "hide", "hold")))
                | ~models.Q(("reason", "")),
                name="decision_has_its_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=~models.Q(("action__in", ("reject", "hide", "hold")))
                | ~models.Q(("reason__in", ("other",)))
                | ~models.Q(("public_note", "")),
                name="decision_other_is_explained",
            ),
        ),
        migrations.RunPython(create, drop),
    ]
