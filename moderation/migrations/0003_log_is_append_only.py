"""The head of the log, and the triggers that refuse every change of it."""

from django.db import migrations

from moderation import log_triggers


def create(apps, schema_editor):
    apps.get_model("moderation", "LogHead").objects.create(pk=1)
    log_triggers.create(schema_editor)


def drop(apps, schema_editor):
    log_triggers.drop(schema_editor)
    apps.get_model("moderation", "LogHead").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("moderation", "0002_decisions")]

    operations = [migrations.RunPython(create, drop)]
