"""System checks: what is set up in a way that will hurt later."""

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connections

from .discussion import coarsening
from .search.index_sqlite import SECURE_DELETE

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


@register(Tags.security, deploy=True)
def tags_outlive_the_secret_key(**kwargs: object) -> list[CheckMessage]:
    """Without a secret of their own, the tags of claimed names hang on SECRET_KEY."""
    if settings.PSEUDONYM_SECRET:
        return []
    return [
        Warning(
            "The tags of claimed names are made of SECRET_KEY: with another one nobody "
            "gets the tag that readers know.",
            hint="Set PSEUDONYM_SECRET to a random text of at least 50 characters "
            "before the first name is claimed, and keep it for ever; to that of "
            "SECRET_KEY, if names are claimed already.",
            id="blog.W002",
        )
    ]


@register(Tags.security, deploy=True)
def visitors_are_told_apart(**kwargs: object) -> list[CheckMessage]:
    """Behind a proxy that is not counted, every visitor seems to be the proxy."""
    if not settings.PRODUCTION or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "With TRUSTED_PROXIES=0 all who come by a proxy have one address: no pace "
            "holds for one sender, and who guesses passwords keeps everybody waiting.",
            hint="Set TRUSTED_PROXIES to the number of your own proxies in front: 1 "
            "with nginx or Caddy as docs/deploying.md has them.",
            id="blog.W005",
        )
    ]


@register(Tags.database)
def sqlite_leaves_words_in_the_index(
    databases: list[str] | None, **kwargs: object
) -> list[CheckMessage]:
    """The SQLite in use cannot take words out of the index of the search at once."""
    return [
        Warning(
            f"SQLite {'.'.join(map(str, version))} only marks words as gone in the "
            "index of the search: those of a text that was hidden, withdrawn or erased "
            "are not found, but stay in the file.",
            hint="Install pysqlite3 or SQLite 3.42 or newer, use PostgreSQL, or run "
            "manage.py rebuild_search after such a decision.",
            obj=alias,
            id="blog.W003",
        )
        for alias in databases or []
        if connections[alias].vendor == "sqlite"
        and (version := connections[alias].Database.sqlite_version_info) < SECURE_DELETE
    ]


@register(Tags.database)
def times_are_as_exact_as_the_owner_wants(
    databases: list[str] | None, **kwargs: object
) -> list[CheckMessage]:
    """TIME_PRECISION was set for a site that has comments, and they were not cut."""
    if not databases:
        return []
    try:
        is_finer = coarsening.finer().exists()
    except DatabaseError:
        return []  # the tables are not made yet, or not as they are now
    return [
        Warning(
            "Times of comments are stored, and shown, more exactly than "
            f"TIME_PRECISION={settings.TIME_PRECISION} says.",
            hint="Run manage.py coarsen_times, once. It cannot be taken back.",
            id="blog.W004",
        )
    ] * is_finer
