"""The index of the search on whichever database there is.

Nothing can be in it that readers may not see, whoever changes it and how: triggers of
the database take out what changes or goes, in the same statement. Putting in is less
urgent: what is not in the index yet is at worst not found. A comment is put in by its
trigger when it is approved; those of an import, which are public from the start, by
``fill`` at its end, and whatever a run that was killed left out by the next.
"""

from dataclasses import dataclass
from types import ModuleType

from django.apps import apps as current_apps
from django.apps.registry import Apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import QuerySet

from . import index_postgres, index_sqlite
from .query import Query
from .tables import COMMENTS, POSTS, TABLES, Table

# A transaction of this many rows keeps contributors waiting for a second at most.
CHUNK = 5000


@dataclass(frozen=True)
class Faults:
    """What is wrong with the index: rows that are missing in it, rows too many, and
    what the database says of it if it is damaged."""

    missing: int
    surplus: int
    damage: str = ""

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.damage)


def _database(using: str) -> ModuleType:
    is_postgres = connections[using].vendor == "postgresql"
    return index_postgres if is_postgres else index_sqlite


def _version(using: str) -> tuple[int, ...]:
    connection = connections[using]
    if connection.vendor == "postgresql":
        return ()
    return connection.Database.sqlite_version_info


def install(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Makes tables and triggers if any is missing, and then the index anew; whether.

    SQLite drops the triggers of a table that a migration rewrites, and what happened
    without them nobody knows.
    """
    database = _database(using)
    with transaction.atomic(using), connections[using].cursor() as cursor:
        if database.is_whole(cursor):
            return False
        database.create(cursor, _version(using))
        for table in TABLES:
            database.empty(cursor, table)
    fill(using)
    return True


def after_migrations(using: str, apps: Apps = current_apps, **kwargs: object) -> None:
    """Receiver of ``post_migrate``: the index is there, unless it cannot be yet.

    ``apps`` are the models as the last migration left them.
    """
    post = apps.get_model("blog", "Post")
    if any(field.name == "plain" for field in post._meta.get_fields()):
        install(using)


def uninstall(using: str = DEFAULT_DB_ALIAS) -> None:
    """Takes tables and triggers away."""
    with transaction.atomic(using), connections[using].cursor() as cursor:
        _database(using).drop(cursor)


def fill(using: str = DEFAULT_DB_ALIAS) -> int:
    """Puts in whatever is missing, by the handful; how many rows that were.

    Each handful is one transaction, and no row passes through Python.
    """
    database, total = _database(using), 0
    for table in TABLES:
        missing = _missing(table, database)
        handfuls = _handfuls(missing, using)
        for first, last, count in handfuls:
            with transaction.atomic(using), connections[using].cursor() as cursor:
                those = f"{missing} AND s.id BETWEEN %s AND %s"
                database.add(cursor, table, those, [first, last])
            total += count
        if len(handfuls) > 1:
            with transaction.atomic(using), connections[using].cursor() as cursor:
                database.settle(cursor, table)
    return total


def _missing(table: Table, database: ModuleType) -> str:
    """SQL: the ids of the rows that should be in the index and are not."""
    members, column = database.members(table)
    return (
        f"SELECT s.id FROM {table.source} s WHERE s.{table.condition} AND NOT EXISTS "
        f"(SELECT 1 FROM {members} m WHERE m.{column} = s.id)"
    )


def _surplus(table: Table, database: ModuleType) -> str:
    """SQL: the ids of the rows that are in the index and should not be."""
    members, column = database.members(table)
    return (
        f"SELECT m.{column} FROM {members} m WHERE NOT EXISTS (SELECT 1 FROM "
        f"{table.source} s WHERE s.id = m.{column} AND s.{table.condition})"
    )


def _handfuls(missing: str, using: str) -> list[tuple[int, int, int]]:
    """The ids between which a handful of rows is missing each, and how many."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT min(id), max(id), count(*) FROM (SELECT id, (row_number() OVER "
            f"(ORDER BY id) - 1) / {CHUNK} AS handful FROM ({missing}) a) b "
            "GROUP BY handful ORDER BY handful"
        )
        return cursor.fetchall()


def _count(rows: str, using: str) -> int:
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({rows}) a")
        return cursor.fetchone()[0]


def rebuild(using: str = DEFAULT_DB_ALIAS) -> int:
    """Makes the index anew; how many rows it has. Meanwhile a search finds less.

    Afterwards no word of anything that was taken out is in it.
    """
    database = _database(using)
    with transaction.atomic(using), connections[using].cursor() as cursor:
        if not database.is_whole(cursor):
            database.create(cursor, _version(using))
        for table in TABLES:
            database.empty(cursor, table)
    return fill(using)


def wipe(using: str = DEFAULT_DB_ALIAS) -> None:
    """Writes over what deleted text left in the files of the whole database.

    Needs as much free room as the database has. Nobody can write meanwhile, and on
    PostgreSQL nobody can read either. Raises ``StillOpen`` if it has to be done again.
    """
    with connections[using].cursor() as cursor:
        _database(using).wipe(cursor)


def wiped(using: str = DEFAULT_DB_ALIAS) -> str:
    """Makes the index anew and wipes; what that means for erased text, in words."""
    rebuild(using)
    wipe(using)
    return (
        "No byte of erased text is left in the files of the database. Backups keep it "
        "as long as you keep them."
    )


def flush(using: str = DEFAULT_DB_ALIAS) -> str:
    """Takes erased text out of the files as far as that goes while the site runs; how
    far that is, in words. Raises ``StillOpen`` if it has to be done again."""
    with connections[using].cursor() as cursor:
        return _database(using).flush(cursor, _version(using))


def flush_after_commit(using: str = DEFAULT_DB_ALIAS) -> None:
    """For somebody who has just erased what they wrote: takes it out of SQLite's log as
    soon as that is committed, if nobody else is at work. Else ``flush`` does so."""
    transaction.on_commit(lambda: _flush_if_idle(using), using=using, robust=True)


def _flush_if_idle(using: str) -> None:
    with connections[using].cursor() as cursor:
        _database(using).flush_if_idle(cursor)


def check(using: str = DEFAULT_DB_ALIAS) -> Faults:
    """Compares the index with what should be in it."""
    database = _database(using)
    with connections[using].cursor() as cursor:
        if not database.is_whole(cursor):
            return Faults(0, 0, "A table or a trigger of the index is missing.")
    missing = sum(_count(_missing(table, database), using) for table in TABLES)
    surplus = sum(_count(_surplus(table, database), using) for table in TABLES)
    with transaction.atomic(using), connections[using].cursor() as cursor:
        said = [database.damage(cursor, table) for table in TABLES]
    return Faults(missing, surplus, " ".join(filter(None, said)))


def comments(
    rows: QuerySet,
    query: Query,
    between: tuple[int, int] | None = None,
    *,
    are_scattered: bool = False,
) -> QuerySet:
    """Those of ``rows`` in which it occurs, the newest first, each with ``score``: the
    more, the better it fits. ``between``: no key is smaller or larger.
    ``are_scattered``: few of the keys between are theirs."""
    database = _database(rows.db)
    found = database.matching(rows, COMMENTS, query)
    if between is not None:
        found = database.between(found, COMMENTS, *between)
    return database.of_few(found, COMMENTS, rows) if are_scattered else found


def posts(rows: QuerySet, query: Query) -> QuerySet:
    """The same for posts."""
    return _database(rows.db).matching(rows, POSTS, query)
