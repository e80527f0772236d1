"""What the owner tells of official demands, for the page about moderation."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0018_networks_unlogged"),
    ]

    operations = [
        migrations.CreateModel(
            name="Demand",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("demand", "A demand came"),
                            (
                                "none",
                                "None came until today, but for those that stand here",
                            ),
                        ],
                        max_length=8,
                        verbose_name="what is told",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "from_whom",
                    models.CharField(
                        blank=True,
                        help_text="For example: a police force; a court, by order.",
                        max_length=200,
                        verbose_name="from whom, in general words",
                    ),
                ),
                (
                    "asked",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="what was asked for"
                    ),
                ),
                (
                    "handed_over",
                    models.CharField(
                        blank=True,
                        help_text="“Nothing” where it was nothing. Name nobody.",
                        max_length=500,
                        verbose_name="what was handed over",
                    ),
                ),
                ("said_on", models.DateField(editable=False)),
                ("said_by", models.CharField(editable=False, max_length=150)),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        help_text="The entry in whose place this one stands.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="moderation.demand",
                    ),
                ),
            ],
            options={
                "verbose_name": "official demand",
                "ordering": ["-pk"],
                "default_permissions": ("add", "view"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "demand"),
                                ("year__isnull", False),
                                models.Q(("from_whom", ""), _negated=True),
                                models.Q(("asked", ""), _negated=True),
                                models.Q(("handed_over", ""), _negated=True),
                            ),
                            models.Q(
                                ("asked", ""),
                                ("corrects", None),
                                ("from_whom", ""),
                                ("handed_over", ""),
                                ("kind", "none"),
                                ("year", None),
                            ),
                            _connector="OR",
                        ),
                        name="demand_says_all_or_nothing",
                    )
                ],
            },
        ),
    ]
