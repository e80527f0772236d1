"""Handles, references, pages of discussions, claimed names, series and citations."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0008_latest_comments"),
    ]

    operations = [
        migrations.CreateModel(
            name="Citation",
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
                ("wanted", models.CharField(db_index=True, max_length=300)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Claim",
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
                    "name_key",
                    models.CharField(
                        help_text="The same for all names that look alike.",
                        max_length=100,
                    ),
                ),
                ("tag", models.CharField(max_length=12)),
                (
                    "is_site_wide",
                    models.BooleanField(help_text="Told below every other post, too."),
                ),
                (
                    "since",
                    models.DateTimeField(
                        help_text="When the first comment with it was published: what "
                        "was written before could not know of the claim."
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="DiscussionPage",
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
                    "order",
                    models.CharField(
                        choices=[
                            ("oldest", "oldest thread first"),
                            ("newest", "newest thread first"),
                        ],
                        max_length=6,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("path", models.CharField(max_length=200)),
                ("above", models.JSONField(default=list)),
                (
                    "comments",
                    models.PositiveIntegerField(help_text="How many it shows."),
                ),
                (
                    "threads",
                    models.PositiveIntegerField(help_text="How many begin on it."),
                ),
                (
                    "first_at",
                    models.DateTimeField(
                        help_text="Earliest time of writing.", null=True
                    ),
                ),
                (
                    "last_at",
                    models.DateTimeField(
                        help_text="Latest time of writing.", null=True
                    ),
                ),
                (
                    "latest",
                    models.DateTimeField(
                        help_text="When the latest of its comments was published.",
                        null=True,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ImportedFile",
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
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of its bytes, of how it was read and of what read it.",
                        max_length=64,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        help_text="Of what was imported, as it was then: when it is another, a second reading may bring something.",
                        max_length=60,
                    ),
                ),
                ("report", models.JSONField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Reference",
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
                    "minute",
                    models.PositiveSmallIntegerField(help_text="Of the day, from 0."),
                ),
                (
                    "is_sure",
                    models.BooleanField(
                        default=False, help_text="It can mean no other comment."
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="comment",
            name="comment_erased_is_empty",
        ),
        migrations.AddField(
            model_name="comment",
            name="handle",
            field=models.CharField(
                editable=False,
                help_text="How it is called while it has no name: given when it is first shown and never changed.",
                max_length=40,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="signature",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="The name with which the text itself ends; nobody has checked it.",
                max_length=60,
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="tag",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Proves that the name is its writer's: made from a pass-phrase, which is not kept.",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="tag_is_site_wide",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="The writer wished to be known by the tag below other posts too.",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="series_key",
            field=models.CharField(
                blank=True,
                editable=False,
                help_text="Title without its number, for all parts of a series the same.",
                max_length=200,
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="series_number",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("series_key", ""), _negated=True),
                fields=["series_key", "series_number"],
                name="post_series",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("was_public", False)),
                fields=["published_at"],
                name="post_unseen",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "erased"), _negated=True),
                    models.Q(
                        ("html", ""),
                        ("signature", ""),
                        ("tag", ""),
                        ("text", ""),
                        models.Q(("name", ""), ("name__isnull", True), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="comment_erased_is_empty",
            ),
        ),
        migrations.AddField(
            model_name="citation",
            name="by_comment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="cites",
                to="blog.comment",
            ),
        ),
        migrations.AddField(
            model_name="citation",
            name="by_post",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="cites",
                to="blog.post",
            ),
        ),
        migrations.AddField(
            model_name="citation",
            name="target",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="cited_by",
                to="blog.post",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="post",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="claims",
                to="blog.post",
            ),
        ),
        migrations.AddField(
            model_name="discussionpage",
            name="post",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="discussion_pages",
                to="blog.post",
            ),
        ),
        migrations.AddField(
            model_name="discussionpage",
            name="first",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="blog.comment",
            ),
        ),
        migrations.AddField(
            model_name="reference",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="references",
                to="blog.comment",
            ),
        ),
        migrations.AddField(
            model_name="reference",
            name="target",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answered_by",
                to="blog.comment",
            ),
        ),
        migrations.AddConstraint(
            model_name="citation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("by_post__isnull", True),
                    ("by_comment__isnull", True),
                    _connector="XOR",
                ),
                name="citation_by_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                fields=("post", "name_key", "tag", "is_site_wide"),
                name="claim_once_a_post",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("is_site_wide", True)),
                fields=["name_key"],
                name="claim_site_wide",
            ),
        ),
        migrations.AddConstraint(
            model_name="discussionpage",
            constraint=models.UniqueConstraint(
                fields=("post", "order", "number"), name="discussion_page_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reference",
            constraint=models.CheckConstraint(
                condition=models.Q(("minute__lt", 1440)), name="reference_minute_of_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="reference",
            constraint=models.UniqueConstraint(
                fields=("source", "minute", "target"), name="reference_once"
            ),
        ),
    ]
