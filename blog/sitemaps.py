"""What search engines are told: which pages there are, and which to leave alone."""

from collections.abc import Iterable
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from .feeds import cacheable
from .models import Label, Post

# The protocol allows 50,000; a page of these is made in one go.
ADDRESSES_A_FILE = 10_000
MAX_AGE = 60 * 60
XML = "application/xml; charset=utf-8"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# What asks for a form or an answer of its own. The admin is not named: its address is
# nobody's business.
LEFT_ALONE = (
    "/c/*/reply/",
    "/comment/",
    "/complaint/",
    "/receipt/",
    "/report/",
)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The home page, labels, pages and posts; of a large blog first an index of files.

    The oldest posts come first, so that a file that is full stays as it is. The date
    is the day on which the post itself appeared, and nothing finer: of many comments
    the time is not known, and to ask for the others' takes seconds in a large blog.
    """
    posts = Post.objects.published().oldest_first()
    files = Paginator(posts.values_list("address", "published_at"), ADDRESSES_A_FILE)
    asked = request.GET.get("page")
    if asked is None and files.num_pages > 1:
        return _xml(request, "sitemapindex", "sitemap", _files(files))
    try:
        file = files.page(asked or 1)
    except (EmptyPage, PageNotAnInteger):
        raise Http404("The sitemap has no such file.") from None
    first = _lists() if file.number == 1 else []
    # As ``get_absolute_url`` gives it; to ask each of 10,000 takes seconds, too.
    listed = [(f"/{address}.html", published_at) for address, published_at in file]
    return _xml(request, "urlset", "url", [*first, *listed])


def _files(files: Paginator) -> list[tuple[str, None]]:
    path = reverse("blog:sitemap")
    return [(f"{path}?page={number}", None) for number in files.page_range]


def _lists() -> list[tuple[str, datetime | None]]:
    """The home page and the labels. What they list changes with every post."""
    newest = Post.objects.published().articles().newest_first().only("published_at")
    home = newest.first()
    labels = [(label.get_absolute_url(), None) for label in Label.objects.in_use()]
    return [(reverse("blog:home"), home and home.published_at), *labels]


def _xml(
    request: HttpRequest,
    root: str,
    name: str,
    addresses: Iterable[tuple[str, datetime | None]],
) -> HttpResponse:
    document = Element(root, xmlns=NAMESPACE)
    for path, moment in addresses:
        entry = SubElement(document, name)
        SubElement(entry, "loc").text = settings.SITE_URL + path
        if moment:
            SubElement(entry, "lastmod").text = timezone.localdate(moment).isoformat()
    content = tostring(document, encoding="utf-8", xml_declaration=True)
    return cacheable(request, content, XML, MAX_AGE)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything may be read by machines but forms.

    A search that found nothing says of itself that it is no page to be listed.
    """
    lines = ["User-agent: *"]
    lines += [f"Disallow: {path}" for path in LEFT_ALONE]
    lines += ["", f"Sitemap: {settings.SITE_URL}{reverse('blog:sitemap')}", ""]
    content = "\n".join(lines).encode()
    return cacheable(request, content, "text/plain; charset=utf-8", MAX_AGE)
