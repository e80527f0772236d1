"""The index by which the queue is read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0004_receipts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("state", "published"), _negated=True),
                fields=["state", "id"],
                name="comment_unpublished",
            ),
        ),
    ]
