"""An index for the feed of the latest comments."""

from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("blog", "0007_editors_see_imports")]

    operations = [
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                Coalesce("published_at", "written_at").desc(),
                models.F("id").desc(),
                condition=models.Q(state="published"),
                name="comment_latest",
            ),
        ),
    ]
