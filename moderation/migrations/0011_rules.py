"""Rules with an owner, a record of their changes and counts of what they met."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

GROUP = "Moderators"


def prepare(apps, schema_editor):
    """Nobody knows since when the rules are that are there; and moderators see the
    record of what changes from now on."""
    apps.get_model("moderation", "Rule").objects.update(created_on=None)
    content_type, _ = apps.get_model(
        "contenttypes", "ContentType"
    ).objects.get_or_create(app_label="moderation", model="rulechange")
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename="view_rulechange",
        defaults={"name": "Can view change of a rule"},
    )
    apps.get_model("auth", "Group").objects.get(name=GROUP).permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0010_editorial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RuleChange",
            fields=[
                (
                    "number",
                    models.PositiveIntegerField(primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(help_text="UTC, to the minute.")),
                (
                    "actor",
                    models.CharField(
                        help_text="The moderator's name then.", max_length=150
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("added", "Added"),
                            ("changed", "Changed"),
                            ("on", "Switched on"),
                            ("off", "Switched off"),
                            ("removed", "Removed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("rule_number", models.BigIntegerField(db_index=True)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
            ],
            options={
                "verbose_name": "change of a rule",
                "verbose_name_plural": "changes of rules",
                "ordering": ["-number"],
                "default_permissions": ("view",),
            },
        ),
        migrations.AddField(
            model_name="loghead",
            name="rule_changes",
            field=models.PositiveIntegerField(
                default=0, help_text="How often a rule was changed: see ``rulebook``."
            ),
        ),
        migrations.AddField(
            model_name="rule",
            name="created_on",
            field=models.DateField(
                default=django.utils.timezone.localdate,
                editable=False,
                help_text="Null: not recorded.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="rule",
            name="hits",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="rule",
            name="hits_since",
            field=models.DateField(
                default=django.utils.timezone.localdate, editable=False
            ),
        ),
        migrations.AddField(
            model_name="rule",
            name="is_on",
            field=models.BooleanField(default=True, verbose_name="switched on"),
        ),
        migrations.AddField(
            model_name="rule",
            name="last_hit_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="rule",
            name="owner",
            field=models.ForeignKey(
                editable=False,
                help_text="Who put it into force.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rule",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("identifies_person", "Identifies somebody"),
                    ("defamation_complaint", "Complaint: defamation"),
                    ("harassment", "Harassment"),
                    ("hate", "Hatred"),
                    ("threat", "Threat"),
                    ("confidential_data", "Confidential"),
                    ("court_reporting", "Court reporting"),
                    ("off_topic", "Off topic"),
                    ("spam", "Spam"),
                    ("duplicate", "Duplicate"),
                    ("not_readable", "Not readable"),
                    ("author_request", "Its writer asked"),
                    ("other", "Other"),
                ],
                help_text="Stands on the card, for the case that the comment is refused.",
                max_length=24,
                verbose_name="reason suggested",
            ),
        ),
        migrations.AlterField(
            model_name="rule",
            name="kind",
            field=models.CharField(
                choices=[
                    ("word", "Whole words, as they are written"),
                    ("pattern", "Words with * (any letters) and ? (one letter)"),
                    ("domain", "Domain of a link"),
                    ("links", "More links than this number"),
                ],
                default="word",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="rule",
            name="pattern",
            field=models.CharField(
                help_text="Words, a domain such as example.com, or a number of links. Capitals, accents and letters that only look alike make no difference.",
                max_length=200,
                verbose_name="looks for",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["word", "pattern", "domain", "links"])
                ),
                name="rule_kind_known",
            ),
        ),
        migrations.RunPython(prepare, migrations.RunPython.noop),
    ]
