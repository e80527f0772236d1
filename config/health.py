"""For those who watch over the site: whether it works, in one word and no more."""

from functools import cache

from django.core.cache import cache as site_cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

PLAIN = "text/plain; charset=utf-8"


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; it asks nobody else."""
    return HttpResponse("ok", content_type=PLAIN)


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has all migrations, and the cache answers."""
    try:
        is_ready = _is_migrated()
        site_cache.get("readyz")
    except Exception:
        # Whatever it is that fails: drivers of databases and of caches have errors of
        # their own, whose words name hosts and users.
        is_ready = False
    if is_ready:
        return HttpResponse("ok", content_type=PLAIN)
    return HttpResponse("not ok", content_type=PLAIN, status=503)


def _is_migrated() -> bool:
    return (
        _newest_migrations()
        <= MigrationRecorder(connection).applied_migrations().keys()
    )


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """Of each app, from the code of this process: the others come before them."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
