"""Work in this process on a database of its own: to start another takes a second."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connections
from django.db.utils import load_backend
from django.test import override_settings

from config import env

from .own_database import Place


@contextmanager
def entered(place: Place) -> Iterator[None]:
    """This process works on it until the end of the block, as one of its own would.
    What is in ``more`` are settings meanwhile."""
    with patch.dict(os.environ, {"DATABASE_URL": place.url}):
        given = {"default": env.database("DATABASE_URL", place.folder)}
    config = connections.configure_settings(given)["default"]
    former = connections["default"]
    changed = {
        "DATA_DIR": place.folder,
        "MEDIA_ROOT": place.folder / "media",
        "NETWORK_KEY_FILE": place.folder / "network-key",
    }
    connections["default"] = load_backend(config["ENGINE"]).DatabaseWrapper(config)
    _forget()
    try:
        with override_settings(**changed | place.more):
            yield
    finally:
        connections["default"].close()
        connections["default"] = former
        _forget()


def _forget() -> None:
    """What a process remembers of its database."""
    ContentType.objects.clear_cache()
    cache.clear()
