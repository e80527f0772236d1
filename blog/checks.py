"""System checks: what is set up in a way that will hurt later."""

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))


@register(Tags.database)
def sqlite_without_wal_reset_bug(
    databases: list[str] | None, **kwargs: object
) -> list[CheckMessage]:
    """The SQLite in use can lose part of its log (sqlite.org/wal.html#walresetbug)."""
    first, last = WAL_RESET_BUG
    return [
        Warning(
            f"SQLite {'.'.join(map(str, version))} has the WAL-reset bug: very rarely, "
            "two connections that checkpoint at the same moment lose data.",
            hint="Install pysqlite3 0.6.1 or newer, SQLite 3.51.3 or newer, "
            "or use PostgreSQL.",
            obj=alias,
            id="blog.W001",
        )
        for alias in databases or []
        if connections[alias].vendor == "sqlite"
        and first
        <= (version := connections[alias].Database.sqlite_version_info)
        <= last
    ]
