from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """What decides about comments."""

    name = "moderation"
    verbose_name = "Moderation"

    def ready(self) -> None:
        from blog.signals import comment_submitted

        from .screening.arrival import screen

        comment_submitted.connect(screen, dispatch_uid="moderation.screen")
