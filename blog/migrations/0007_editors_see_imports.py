"""Editors see what an import brought and settle its notes. They do not take it back."""

from django.db import migrations

GROUP = "Editors"
MAY = {
    "importbatch": {"view_importbatch": "Can view import"},
    "importnote": {
        "view_importnote": "Can view note of an import",
        "change_importnote": "Can change note of an import",
    },
}


def grant(apps, schema_editor):
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    for model, permissions in MAY.items():
        content_type, _ = apps.get_model(
            "contenttypes", "ContentType"
        ).objects.get_or_create(app_label="blog", model=model)
        for codename, name in permissions.items():
            # Django makes permissions after all migrations: too late for this one.
            permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": name}
            )
            group.permissions.add(permission)


def revoke(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name=GROUP):
        group.permissions.remove(
            *group.permissions.filter(
                content_type__app_label="blog", content_type__model__in=MAY
            )
        )


class Migration(migrations.Migration):
    dependencies = [("blog", "0006_imports")]

    operations = [migrations.RunPython(grant, revoke)]
