"""To what the times of comments are cut.

The new columns are empty and without a default: on SQLite, too, no table is written
anew, and the triggers of the search stay.
"""

from django.db import migrations, models
from django.db.models.functions import Coalesce

_MOMENT = Coalesce("published_at", "written_at").desc()
_PUBLISHED = models.Q(("state", "published"))


class Migration(migrations.Migration):
    dependencies = [("blog", "0012_first_and_last_comment")]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="precision",
            field=models.CharField(
                choices=[("hour", "hour"), ("day", "day")],
                editable=False,
                help_text="To what its times were cut: they are the beginning of that "
                "hour or day. Null: they are as exact as they were known.",
                max_length=4,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="published_order",
            field=models.BigIntegerField(
                editable=False,
                help_text="Which of two was published first whose times were cut to "
                "one. It tells nothing else, and never leaves the database.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="discussionpage",
            name="precision",
            field=models.CharField(
                choices=[("hour", "hour"), ("day", "day")],
                help_text="What the least exact of these times is cut to.",
                max_length=4,
                null=True,
            ),
        ),
        migrations.RemoveIndex(model_name="comment", name="comment_latest"),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                _MOMENT,
                models.Func(
                    "published_order", template="COALESCE(%(expressions)s, 0)"
                ).desc(),
                models.F("id").desc(),
                condition=_PUBLISHED,
                name="comment_latest",
            ),
        ),
    ]
