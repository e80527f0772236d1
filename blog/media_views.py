"""The images that were copied to this site; the names are made of their content."""

import re

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

_NAME = re.compile(r"[0-9a-f]{32}\.(jpg|png|gif|webp)")
_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
}


@require_safe
def image(request: HttpRequest, name: str) -> FileResponse:
    """An image as it is stored, which never changes: it can be kept for good."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise Http404
    try:
        file = (settings.MEDIA_ROOT / name).open("rb")
    except OSError:
        raise Http404 from None
    return FileResponse(
        file,
        content_type=_TYPES[found[1]],
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            # Even if a browser took it for a page, nothing in it would run.
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
