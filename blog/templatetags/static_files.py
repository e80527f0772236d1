"""Addresses of static files for the pages that must be drawn whatever is broken."""

from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.templatetags.static import static

register = template.Library()


@register.simple_tag
def static_or_plain(path: str) -> str:
    """As ``{% static %}``; the name without its hash where no files were collected.

    The storage raises for a file that its manifest does not hold, which inside a page
    of an error would leave the visitor with no page at all.
    """
    try:
        return static(path)
    except ValueError:
        return urljoin(settings.STATIC_URL, path)
