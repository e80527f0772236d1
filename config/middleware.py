"""What holds for every request: whose cookies are read, and the headers."""

import contextlib
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import get_conditional_response, patch_vary_headers

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
# A browser asks each time; a cache for many (nginx's: docs/deploying.md) answers for
# a second by itself.
FOR_EVERYBODY = "public, max-age=0, s-maxage=1, must-revalidate"
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


class ValidatedPages:
    """Gives the public pages a digest of their content, so that who has one already is
    told in a line that it is still the same.

    Nobody shows a kept one without asking: what is withdrawn is gone at once, and
    within a second from a cache that stands before the site. No time is told by it.
    Left alone are pages that say themselves how long they are kept, or that they are
    for one person alone, the admin, and whatever is not found or moved.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = f"/{settings.ADMIN_PATH}"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            request.method not in ("GET", "HEAD")
            or request.path_info.startswith(self.admin)
            or response.status_code != HTTPStatus.OK
            or response.streaming
            or response.cookies
            or response.has_header("Cache-Control")
        ):
            return response
        response["Cache-Control"] = FOR_EVERYBODY
        # Also where the answer is a line too short to be packed.
        patch_vary_headers(response, ("Accept-Encoding",))
        etag = f'"{sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        return get_conditional_response(request, etag=etag, response=response)


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
