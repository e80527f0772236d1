from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """What decides about comments."""

    name = "moderation"
    verbose_name = "Moderation"
