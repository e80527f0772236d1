"""On PostgreSQL the numbers of trees come from a sequence (see blog/tree_ids.py)."""

from django.db import migrations


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE SEQUENCE blog_comment_tree_id_seq AS integer "
            "OWNED BY blog_comment.tree_id"
        )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP SEQUENCE blog_comment_tree_id_seq")


class Migration(migrations.Migration):
    dependencies = [("blog", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
