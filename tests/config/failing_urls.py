"""Views that fail in every way, each with the visitor's own words in the error."""

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import IntegrityError
from django.http import Http404
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


def words(request) -> str:
    """All that a visitor tells, also as a local variable of a frame."""
    return " ".join([*request.POST.values(), *request.GET.values(), str(request.META)])


@csrf_exempt
def broken(request):
    raise ValueError(words(request))


@csrf_exempt
def chained(request):
    told = words(request)
    try:
        raise IntegrityError(f'Key (name)=("{told}") already exists.')
    except IntegrityError as error:
        raise RuntimeError(told) from error


def failing(kind: type[Exception]):
    @csrf_exempt
    def view(request):
        raise kind(words(request))

    return view


def protected(request):
    raise AssertionError("The check of the form's origin must have refused it.")


urlpatterns = [
    path("broken/", broken),
    path("chained/", chained),
    path("suspicious/", failing(SuspiciousOperation)),
    path("bad/", failing(BadRequest)),
    path("denied/", failing(PermissionDenied)),
    path("missing/", failing(Http404)),
    path("protected/", protected),
    path("", include("blog.urls")),
    path("", include("moderation.urls")),
]
