"""What is answered to a form of the admin whose session ended while somebody wrote."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views import csrf

from .unavailable import fields_sent

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of its field
WORTH_KEEPING = 30  # characters, with a space among them


def give_back(request: HttpRequest) -> HttpResponse | None:
    """A page with all that was sent and a button that sends it again, after signing in
    in another tab; None where nothing was written that would be missed."""
    if request.method != "POST":
        return None
    sent = [field for field in fields_sent(request) if field[0] != TOKEN]
    if not any(len(value) >= WORTH_KEEPING and " " in value for _, value, _ in sent):
        return None
    context = {"sent": sent, "action": request.get_full_path()}
    response = render(request, "signed_out.html", context, status=403)
    add_never_cache_headers(response)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Who has signed in anew in another tab has another token than the form that stood
    open. What a page of this site sent is given back with a token that is good; what
    came from elsewhere is only refused, since pressing a button would do it."""
    is_admin = request.path_info.startswith(f"/{settings.ADMIN_PATH}")
    given_back = is_admin and _is_of_this_site(request) and give_back(request)
    return given_back or csrf.csrf_failure(request, reason)


def _is_of_this_site(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent it."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    own = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") == own
