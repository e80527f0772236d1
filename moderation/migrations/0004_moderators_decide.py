"""What the group of moderators may do: read, decide, set modes and rules. It can
neither add, edit nor delete a comment or a row of the log."""

from django.db import migrations

GROUP = "Moderators"
MAY = {
    "queuedcomment": {
        "view_queuedcomment": "Can view comment",
        "moderate_comment": "Can decide about comments",
    },
    "decision": {"view_decision": "Can view decision"},
    "mode": {
        "add_mode": "Can add mode",
        "change_mode": "Can change mode",
        "delete_mode": "Can delete mode",
        "view_mode": "Can view mode",
    },
    "rule": {
        "add_rule": "Can add rule",
        "change_rule": "Can change rule",
        "delete_rule": "Can delete rule",
        "view_rule": "Can view rule",
    },
}


def grant(apps, schema_editor):
    group = apps.get_model("auth", "Group").objects.get(name=GROUP)
    for model, permissions in MAY.items():
        content_type, _ = apps.get_model(
            "contenttypes", "ContentType"
        ).objects.get_or_create(app_label="moderation", model=model)
        for codename, name in permissions.items():
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": name}
            )
            group.permissions.add(permission)


def revoke(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name=GROUP):
        group.permissions.remove(
            *group.permissions.filter(content_type__app_label="moderation")
        )


class Migration(migrations.Migration):
    dependencies = [("moderation", "0003_log_is_append_only")]

    operations = [migrations.RunPython(grant, revoke)]
