from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BlogConfig(AppConfig):
    """What the public reads and writes."""

    name = "blog"
    verbose_name = "Blog"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers them
        from .search import index

        post_migrate.connect(index.after_migrations, sender=self)
