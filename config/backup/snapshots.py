"""One state of the database to read from, while everybody else reads and writes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DatabaseError, connection, connections, transaction

from . import unfinished
from .errors import BackupError

ALIAS = "snapshot"


@contextmanager
def snapshot() -> Iterator[str]:
    """The alias of a connection that shows the database as it is at this moment.

    SQLite: of a copy by VACUUM INTO, which is checked first and goes at the end, so
    that the write-ahead log is held for the seconds of the copy alone. PostgreSQL:
    inside a transaction that sees nothing of what comes after its beginning.
    """
    making = _of_postgres if connection.vendor == "postgresql" else _of_sqlite
    with making() as alias:
        yield alias


@contextmanager
def _of_sqlite() -> Iterator[str]:
    original = Path(connection.settings_dict["NAME"])
    if not original.is_file():
        raise BackupError(f"There is no database at {original}: nothing to back up.")
    with unfinished.folder(original.parent) as folder:
        copy = folder / "copy.sqlite3"
        try:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(copy)])
        except DatabaseError as error:
            raise BackupError(f"The database cannot be copied: {error}.") from error
        changed = {"NAME": str(copy), "OPTIONS": {}}
        with _connected(changed) as alias:
            _refuse_damaged(alias)
            yield alias


def _refuse_damaged(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        try:
            cursor.execute("PRAGMA integrity_check(3)")
            found = [said for (said,) in cursor.fetchall()]
        except DatabaseError as error:
            found = [str(error)]
    if found != ["ok"]:
        raise BackupError(
            "The database is damaged and was not backed up; keep the backups that "
            "there are. SQLite says: " + "; ".join(found)
        )


@contextmanager
def _of_postgres() -> Iterator[str]:
    options = dict(connection.settings_dict["OPTIONS"])
    options["options"] = (
        f"{options.get('options', '')} -c default_transaction_read_only=on "
        "-c default_transaction_isolation=repeatable\\ read"
    ).strip()
    with _connected({"OPTIONS": options}) as alias, transaction.atomic(alias):
        yield alias


@contextmanager
def _connected(changed: dict) -> Iterator[str]:
    connections.databases[ALIAS] = {**connection.settings_dict, **changed}
    try:
        yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.databases[ALIAS]
