from django.apps import AppConfig

from . import checks  # noqa: F401 - registers them


class BlogConfig(AppConfig):
    """What the public reads and writes."""

    name = "blog"
    verbose_name = "Blog"
