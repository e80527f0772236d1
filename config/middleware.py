"""What holds for every request: whose cookies are read, and the headers."""

import contextlib
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

from . import unavailable

# Everything comes from this site and nothing is written into a page: no inline code,
# no frames, no third party. `data:` images are the small marks of Django's admin.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "payment",
        "usb",
    )
)


class CookiesForTheAdminAlone:
    """Elsewhere no cookie is read, so that none can be set or cleared either.

    Django answers a session or a CSRF cookie that it cannot read, one of another
    program on this host for example, with a cookie of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = f"/{settings.ADMIN_PATH}"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(self.admin):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


class SessionsOfStaff(SessionMiddleware):
    """Django's, and each request in the admin begins the half hour of a session anew.

    But for those which a page sends by itself while nobody may sit before it: their
    views say so (``sessions.by_itself``).
    """

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        in_admin = request.path_info.startswith(f"/{settings.ADMIN_PATH}")
        if in_admin and not getattr(view, "is_asked_by_itself", False):
            # While nothing can be stored pages are read all the same.
            with contextlib.suppress(DatabaseError):
                request.session.renew()

    def process_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        """A session that cannot be stored is no mistake of who sent the form."""
        try:
            return super().process_response(request, response)
        except Exception as error:
            if not unavailable.is_ours(error):
                raise
            return unavailable.given_back(request, error)


class CompressedPages(GZipMiddleware):
    """Packs the pages that everybody gets alike; a long discussion shrinks to a fifth.

    Never what is for one person alone, a receipt, a preview, the admin: where a secret
    and words of somebody's choice are packed together, the length tells of the secret
    (BREACH).
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        for_one = (
            request.method not in ("GET", "HEAD")
            or request.path_info.startswith(f"/{settings.ADMIN_PATH}")
            or "no-store" in response.headers.get("Cache-Control", "")
        )
        return response if for_one else super().process_response(request, response)


class SecurityHeaders:
    """Adds the policies to each response that does not set its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
