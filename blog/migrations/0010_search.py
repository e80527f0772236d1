"""The plain text of posts, in which the search looks.

The tables of the index and its triggers are made when all migrations are done (see
blog/search/index.py), and are taken away here on the way back.
"""

from django.db import migrations, models

from blog import markup
from blog.search import index

BATCH = 200


def fill(apps, schema_editor):
    posts = apps.get_model("blog", "Post").objects.using(schema_editor.connection.alias)
    some = []
    for post in posts.only("pk", "body_html").order_by("pk").iterator(BATCH):
        post.plain = markup.plain(post.body_html)
        some.append(post)
        if len(some) == BATCH:
            posts.bulk_update(some, ["plain"])
            some = []
    posts.bulk_update(some, ["plain"])


def take_away(apps, schema_editor):
    index.uninstall(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("blog", "0009_arguments")]

    operations = [
        migrations.AddField(
            model_name="post",
            name="plain",
            field=models.TextField(
                blank=True,
                default="",
                editable=False,
                help_text="The text alone, for the search.",
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                fields=["published_at", "status", "is_page", "address"],
                name="post_public",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("is_page", True)),
                fields=["title", "id"],
                name="post_pages",
            ),
        ),
        migrations.RunPython(fill, take_away),
    ]
