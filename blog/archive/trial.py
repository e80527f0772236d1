"""Doing something that is not to last: a dry run."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction


@contextmanager
def trial() -> Iterator[None]:
    """What is written inside is gone afterwards.

    On SQLite it goes into a copy of the database in a temporary file, since one
    transaction would keep all contributors waiting until its end; elsewhere, and
    where the caller has a transaction or keeps its database in memory, it is rolled
    back.
    """
    if (
        connection.vendor != "sqlite"
        or connection.in_atomic_block
        or connection.is_in_memory_db()
    ):
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        return
    with tempfile.TemporaryDirectory(prefix="candour-dry-run-") as folder:
        own, copy = connection.settings_dict["NAME"], Path(folder) / "copy.sqlite3"
        connection.ensure_connection()
        target = connection.Database.connect(copy)
        try:
            connection.connection.backup(target)
        finally:
            target.close()
        connection.close()
        connection.settings_dict["NAME"] = str(copy)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = own
