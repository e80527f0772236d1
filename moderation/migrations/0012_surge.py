"""Counts of what comes to each post; those of the last week from what is there."""

from collections import Counter
from datetime import timedelta

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

SLOT = 600  # seconds


def count_last_week(apps, schema_editor):
    """So that a busy post is not taken for a quiet one that has become busy."""
    counts, first = Counter(), {}
    found = apps.get_model("blog", "Comment").objects.filter(
        batch=None, written_at__gt=timezone.now() - timedelta(days=7)
    )
    for key, post, at in found.order_by("pk").values_list("pk", "post", "written_at"):
        place = post, int(at.timestamp()) // SLOT
        counts[place] += 1
        first.setdefault(place, key)
    model = apps.get_model("moderation", "ArrivalCount")
    model.objects.bulk_create(
        (
            model(post_id=post, slot=slot, first=first[post, slot], arrived=number)
            for (post, slot), number in counts.items()
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0010_search"),
        ("moderation", "0011_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="screening",
            name="alike",
            field=models.BigIntegerField(
                help_text="Key of the first comment of which it is nearly a copy.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="PutOff",
            fields=[
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="put_off",
                        serialize=False,
                        to="blog.post",
                    ),
                ),
                ("until", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ArrivalCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "slot",
                    models.BigIntegerField(
                        db_index=True, help_text="Ten minutes, counted since 1970."
                    ),
                ),
                (
                    "first",
                    models.BigIntegerField(help_text="Key of the first comment in it."),
                ),
                ("arrived", models.PositiveIntegerField(default=0)),
                (
                    "named",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Those with a name that is claimed by a tag.",
                    ),
                ),
                (
                    "new_names",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Those of them with a tag that was never published.",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="blog.post",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("post", "slot"), name="arrivals_once"
                    )
                ],
            },
        ),
        migrations.RunPython(count_last_week, migrations.RunPython.noop),
    ]
