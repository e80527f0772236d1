"""Complaints: files, notices, events that are append-only, and who may see and act."""

import django.db.models.deletion
from django.db import migrations, models

from moderation import complaint_triggers

GROUP = "Moderators"
MAY = {
    "view_complaint": "Can view complaint",
    "handle_complaint": "Can handle complaints",
}


def grant(apps, schema_editor):
    complaint_triggers.create(schema_editor)
    content_type, _ = apps.get_model(
        "contenttypes", "ContentType"
    ).objects.get_or_create(app_label="moderation", model="complaint")
    for codename, name in MAY.items():
        # Django makes permissions after all migrations: too late for this one.
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        for group in apps.get_model("auth", "Group").objects.filter(name=GROUP):
            group.permissions.add(permission)


def revoke(apps, schema_editor):
    complaint_triggers.drop(schema_editor)
    apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="moderation", codename__in=MAY
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0010_search"),
        ("moderation", "0005_spam_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="Complaint",
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
                ("comment_public_id", models.CharField(db_index=True, max_length=13)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (
                                "defamation",
                                "Defamation: it is untrue and harms me",
                            ),
                            (
                                "personal_data",
                                "Personal data: it tells what is private",
                            ),
                            (
                                "harassment",
                                "Harassment: it attacks or threatens somebody",
                            ),
                            (
                                "confidential",
                                "Confidence: it gives away what is confidential",
                            ),
                            (
                                "court_reporting",
                                "Courts: it harms a case or breaks an order",
                            ),
                            ("other", "It breaks another law"),
                        ],
                        max_length=16,
                    ),
                ),
                ("received_at", models.DateTimeField()),
                (
                    "valid_at",
                    models.DateTimeField(
                        help_text="When a notice came that lacks nothing; null: none yet.",
                        null=True,
                    ),
                ),
                (
                    "missing",
                    models.JSONField(default=list, help_text="Names of fields."),
                ),
                (
                    "doubt",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("trap", "A field that people do not see was filled in."),
                            ("pace", "Many complaints came at once."),
                        ],
                        help_text="Why the clock alone does not hide the comment.",
                        max_length=8,
                    ),
                ),
                (
                    "warn_at",
                    models.DateTimeField(
                        help_text="24 working hours before it is due."
                    ),
                ),
                (
                    "red_at",
                    models.DateTimeField(help_text="8 working hours before it is due."),
                ),
                (
                    "hide_at",
                    models.DateTimeField(help_text="4 working hours before it is due."),
                ),
                (
                    "due_at",
                    models.DateTimeField(
                        help_text="48 working hours after the notice."
                    ),
                ),
                (
                    "told",
                    models.PositiveSmallIntegerField(
                        help_text="Hours left when the moderators were last told by mail.",
                        null=True,
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(
                        help_text="When the complainant was told what the law asks for: that the comment is gone, or what the notice lacks.",
                        null=True,
                    ),
                ),
                (
                    "held_at",
                    models.DateTimeField(
                        help_text="When the comment was first held because of it.",
                        null=True,
                    ),
                ),
                ("snapshot_version", models.PositiveIntegerField()),
                (
                    "snapshot_state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("likely_spam", "Waiting, likely spam"),
                            ("published", "Published"),
                            ("rejected", "Refused"),
                            ("spam", "Spam"),
                            ("hidden", "Hidden"),
                            ("held", "Held for a complaint"),
                            ("withdrawn", "Withdrawn by its writer"),
                            ("erased", "Erased"),
                        ],
                        max_length=12,
                    ),
                ),
                ("snapshot_name", models.CharField(blank=True, max_length=100)),
                ("snapshot_text", models.TextField(blank=True)),
                (
                    "reply",
                    models.CharField(
                        blank=True,
                        help_text="What the comment's writer says.",
                        max_length=1000,
                    ),
                ),
                ("replied_on", models.DateField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("removed", "The comment was removed"),
                            ("kept", "The comment stays"),
                            ("taken_back", "The complainant took it back"),
                            ("incomplete", "It was never made complete"),
                            ("gone", "The comment was withdrawn by its writer"),
                            ("joined", "It goes on under another number"),
                        ],
                        max_length=12,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "comment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="complaints",
                        to="blog.comment",
                    ),
                ),
            ],
            options={
                "verbose_name": "complaint",
                "verbose_name_plural": "complaints",
                "permissions": [("handle_complaint", "Can handle complaints")],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="ComplaintEvent",
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
                ("at", models.DateTimeField(help_text="UTC, to the minute.")),
                ("actor", models.CharField(blank=True, max_length=150)),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[
                            ("moderator", "Moderator"),
                            ("complainant", "Complainant"),
                            ("contributor", "The comment's writer"),
                            ("clock", "Clock"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("received", "A notice came"),
                            ("joined", "The same complainant wrote again"),
                            ("completed", "It was made complete"),
                            ("held", "The comment was held"),
                            ("restored", "The comment was restored"),
                            ("hidden", "The comment was hidden for good"),
                            ("letter", "A letter was sent"),
                            ("reminded", "The moderators were reminded"),
                            ("replied", "The comment's writer answered"),
                            ("closed", "It was closed"),
                            ("erased", "Names and texts were erased"),
                        ],
                        max_length=12,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=24)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="moderation.complaint",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Notice",
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
                ("received_at", models.DateTimeField()),
                ("name", models.CharField(blank=True, max_length=100)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("statement", models.TextField(blank=True)),
                ("why", models.TextField(blank=True)),
                ("meaning", models.TextField(blank=True)),
                ("wrong", models.TextField(blank=True)),
                ("unknown_author", models.BooleanField(default=False)),
                ("pass_name", models.BooleanField(null=True)),
                ("pass_email", models.BooleanField(null=True)),
                ("good_faith", models.BooleanField(default=False)),
                ("missing", models.JSONField(default=list)),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="moderation.complaint",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("outcome", "")),
                fields=["due_at"],
                name="complaint_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "defamation",
                            "personal_data",
                            "harassment",
                            "confidential",
                            "court_reporting",
                            "other",
                        ],
                    )
                ),
                name="complaint_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("outcome", "")),
                    models.Q(
                        models.Q(("outcome", ""), _negated=True),
                        ("closed_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="complaint_closed_with_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="complaintevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "what__in",
                        [
                            "received",
                            "joined",
                            "completed",
                            "held",
                            "restored",
                            "hidden",
                            "letter",
                            "reminded",
                            "replied",
                            "closed",
                            "erased",
                        ],
                    )
                ),
                name="complaint_event_known",
            ),
        ),
        migrations.RunPython(grant, revoke),
    ]
