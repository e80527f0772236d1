"""For those who watch over the site: whether it works, in one word and no more."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import condition

PLAIN = "text/plain; charset=utf-8"


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nobody else."""
    return HttpResponse("ok", content_type=PLAIN)


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """All that ``condition.quick`` looks at is as it should be."""
    if all(line.is_ok for line in condition.quick()):
        return HttpResponse("ok", content_type=PLAIN)
    return HttpResponse("not ok", content_type=PLAIN, status=503)
