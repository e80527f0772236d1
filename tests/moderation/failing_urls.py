"""The addresses of the site, and one that fails with all that a visitor told."""

from django.db import IntegrityError
from django.urls import include, path

from blog.contributing import contribution


@contribution
def broken(request):
    """All of it in a variable, in the exception, and in what that came from."""
    told = f"{request.POST} {request.GET} {request.META} {request.COOKIES}"
    try:
        raise IntegrityError(f'Key (name)=("{told}") already exists.')
    except IntegrityError as error:
        raise RuntimeError(told) from error


urlpatterns = [
    path("broken/", broken),
    path("", include("config.urls")),
]
