"""What is answered while the site cannot store or read: full disk, database away."""

import errno
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.log import log_response

from blog.contributing import WRITTEN

RETRY_AFTER = 60  # seconds
# A file beside the database cannot be written: no room, no more for this user, no
# write allowed any more, and no larger file.
NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG))
# What is typed to prove something is never given back.
SECRET = ("phrase", "password", "old_password", "new_password", "one_time_code")
LONG = 60  # characters: more than names and choices have


class WhileNothingCanBeStored:
    """Answers 503 and gives back what was sent, with a button that sends it again.

    All that is shown comes from the request: neither database nor session is asked.
    What was half done is taken back before, with its transaction.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        return given_back(request, exception) if is_ours(exception) else None


def given_back(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page with all that was sent."""
    sent = request.method == "POST" and fields_sent(request)
    response = render(
        request,
        "503.html",
        {"sent": sent, "action": request.get_full_path()},
        status=503,
    )
    response["Retry-After"] = str(RETRY_AFTER)
    add_never_cache_headers(response)
    log_response("", response=response, request=request, exception=exception)
    return response


def is_ours(exception: Exception) -> bool:
    if isinstance(exception, OSError):
        return exception.errno in NO_ROOM
    return isinstance(exception, OperationalError | InterfaceError)


def fields_sent(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """Name, value and whether it is somebody's words, of each field that was sent; but
    for what proves who somebody is."""
    return [
        (name, value, _is_written(name, value))
        for name, values in request.POST.lists()
        for value in values
        if not name.startswith(SECRET)
    ]


def _is_written(name: str, value: str) -> bool:
    """A token is as long, but has no space in it."""
    return name in WRITTEN or (len(value) > LONG and len(value.split()) > 1)
