"""Rows that refer to others which are not there, as a database can have them whose
file was mended by hand."""

from django.db import IntegrityError, connections


def torn(using: str) -> list[str]:
    """The tables of SQLite that have such rows. PostgreSQL lets none come about, and
    refuses them by itself."""
    if connections[using].vendor != "sqlite":
        return []
    with connections[using].cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        # A row for each fault: of as many as a table may have, its name is enough.
        return sorted({table for table, *_ in cursor})


def table_of(error: IntegrityError) -> str:
    """Of which PostgreSQL says so; its other words quote the row."""
    told = getattr(error.__cause__, "diag", None)
    return (told and told.table_name) or "a table"
