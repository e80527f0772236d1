from django.apps import AppConfig


class BlogConfig(AppConfig):
    """What the public reads and writes."""

    name = "blog"
    verbose_name = "Blog"
