from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """What decides about comments."""

    name = "moderation"
    verbose_name = "Moderation"

    def ready(self) -> None:
        from blog.signals import (
            comment_arrives,
            comment_submitted,
            comments_recalled,
        )

        from .editorial.recalling import in_redactions
        from .screening.arrival import make_way, screen

        comment_arrives.connect(make_way, dispatch_uid="moderation.make_way")
        comment_submitted.connect(screen, dispatch_uid="moderation.screen")
        comments_recalled.connect(in_redactions, dispatch_uid="moderation.recall")
