"""Who opened the file of a complaint is among its events.

SQLite writes the table anew for another constraint, and its triggers with it: they are
made again.
"""

from django.db import migrations, models

from moderation import complaint_triggers

WHAT = [
    ("received", "A notice came"),
    ("joined", "The same complainant wrote again"),
    ("completed", "It was made complete"),
    ("held", "The comment was held"),
    ("restored", "The comment was restored"),
    ("hidden", "The comment was hidden for good"),
    ("letter", "A letter was sent"),
    ("reminded", "The moderators were reminded"),
    ("replied", "The comment's writer answered"),
    ("closed", "It was closed"),
    ("erased", "Names and texts were erased"),
    ("viewed", "Somebody opened the file"),
]


def drop(apps, schema_editor):
    complaint_triggers.drop(schema_editor)


def create(apps, schema_editor):
    complaint_triggers.create(schema_editor)


def forget(apps, schema_editor):
    """Back to a version that knows of no views."""
    complaint_triggers.drop(schema_editor)
    events = apps.get_model("moderation", "ComplaintEvent").objects
    events.filter(what="viewed").delete()


class Migration(migrations.Migration):
    dependencies = [("moderation", "0016_complaints_by_letter")]

    operations = [
        migrations.RunPython(drop, create),
        migrations.AlterField(
            model_name="complaintevent",
            name="what",
            field=models.CharField(choices=WHAT, max_length=12),
        ),
        migrations.RemoveConstraint("complaintevent", "complaint_event_known"),
        migrations.AddConstraint(
            model_name="complaintevent",
            constraint=models.CheckConstraint(
                condition=models.Q(what__in=[code for code, _ in WHAT]),
                name="complaint_event_known",
            ),
        ),
        migrations.RunPython(create, forget),
    ]
