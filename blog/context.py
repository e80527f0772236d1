"""What every public template may use."""

from django.conf import settings
from django.http import HttpRequest

from .models import Post


def site(request: HttpRequest) -> dict[str, object]:
    """The blog's name, address and line of description, the way out that stands beside
    forms, and its pages such as "About".

    The pages are not read before a template asks for them.
    """
    pages = Post.objects.published().filter(is_page=True).order_by("title", "pk")
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "site_description": settings.SITE_DESCRIPTION,
        "quick_exit_url": settings.QUICK_EXIT_URL,
        "site_pages": pages.only("title", "address", "is_page"),
    }
