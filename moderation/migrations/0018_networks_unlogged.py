"""On PostgreSQL the table in which hashes of networks lie is not written into the
write-ahead log: it reaches no replica and no archive of that log, and is emptied by a
crash. SQLite knows no such table."""

from django.db import migrations

TABLE = "moderation_allowance"


def unlogged(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {TABLE} SET UNLOGGED")


def logged(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE {TABLE} SET LOGGED")


class Migration(migrations.Migration):
    dependencies = [("moderation", "0017_views_of_complaints")]

    operations = [migrations.RunPython(unlogged, logged)]
