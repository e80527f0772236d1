"""Where a backup is restored: a new database beside the site's one, filled and checked
there, and put in its place at the end by renaming. Nothing that was there is deleted.

SQLite: a file. PostgreSQL: a schema of the same database, for which its user needs no
right but CREATE on it. Django's connection is turned to the new place meanwhile, so
that migrations and checks are those of the site itself.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, OperationalError, connection, transaction

from . import unfinished
from .errors import BackupError

# What migrations put into a new database. Words of the search come from posts and
# comments.
_FROM_MIGRATIONS = frozenset(
    "django_migrations django_content_type auth_permission auth_group "
    "auth_group_permissions moderation_loghead sqlite_sequence".split()
)
_SEARCH = "blog_search_"
_OURS = ("blog_", "moderation_", "auth_", "django_", "otp_", "sqlite_")
SCHEMA = "candour_work_"
PATIENCE = 20  # seconds
IN_USE = (
    "The database is in use. Stop the site and whatever else has it open, then run it "
    "again."
)


def place() -> "SQLitePlace | PostgresPlace":
    """The one of the site's database."""
    return PostgresPlace() if connection.vendor == "postgresql" else SQLitePlace()


def in_words() -> str:
    """Which database it is, without its password."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(_file())
    return f"{told['NAME']} on {told['HOST'] or 'this machine'}"


def folder() -> Path:
    """Where a restore needs room on a disk."""
    return _file().parent if connection.vendor == "sqlite" else settings.DATA_DIR


def filled_tables() -> list[str]:
    """The tables in which is anything that migrations do not put there."""
    found = []
    # To look into a file of SQLite that is not there would make it.
    if connection.vendor == "sqlite" and not _file().exists():
        return found
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in _FROM_MIGRATIONS or table.startswith(_SEARCH):
                continue
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT 1 FROM {quoted} LIMIT 1")
            if cursor.fetchone():
                found.append(table)
    return found


def _file() -> Path:
    return Path(connection.settings_dict["NAME"])


def refuse_filled(*, replace: bool) -> None:
    """Raises ``BackupError`` where there is something, unless it may be replaced."""
    if replace:
        return
    try:
        found = filled_tables()
    except DatabaseError as error:
        if connection.vendor != "sqlite" and isinstance(error, OperationalError):
            raise
        raise _in_use_or_damaged(error) from error
    if found:
        raise BackupError(
            "There is something in this database already, and nothing was touched: "
            f"{', '.join(found[:5])}{' …' if len(found) > 5 else ''}. Restore into an "
            "empty one, or say --replace: then what is here is kept beside, under "
            "another name."
        )


def _is_busy(error: DatabaseError) -> bool:
    """Whether SQLite says that somebody else has the file open, and nothing worse."""
    code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _in_use_or_damaged(error: DatabaseError) -> BackupError:
    """Why the file that is there is left alone."""
    if _is_busy(error):
        return BackupError(IN_USE)
    return BackupError(
        f"What is here cannot be used, and nothing was touched: {error}. See that its "
        "disk has room. If it is damaged, say --replace: then it is kept beside, under "
        "another name."
    )


def _before(stamp: datetime) -> str:
    return stamp.astimezone(UTC).strftime("%Y%m%dt%H%M%Sz")


def refuse_stranger() -> None:
    """Raises ``BackupError`` where the site's files are somebody else's than this
    user's: what he leaves among them the site could not open."""
    paths = [settings.DATA_DIR]
    if connection.vendor == "sqlite":
        paths.append(_file())
    for path in paths:
        if path.exists() and path.stat().st_uid != os.geteuid():
            raise BackupError(
                f"{path} belongs to another user than the one who runs this, and "
                "nothing was touched. Run it as the site's user, with the site's "
                "settings: docs/backup.md has the line."
            )


@contextmanager
def _turned(**changed: object) -> Iterator[None]:
    """The site's connection leads elsewhere until the end of the block."""
    connection.close()
    former = {name: connection.settings_dict[name] for name in changed}
    connection.settings_dict.update(changed)
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(former)
        ContentType.objects.clear_cache()


class SQLitePlace:
    """A new file in a folder beside the site's one."""

    def __init__(self) -> None:
        self._file = _file()

    @contextmanager
    def making(self) -> Iterator[None]:
        """The new place exists until the end of the block, unless it took its place."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.folder(self._file.parent) as folder:
            self._new = folder / self._file.name
            yield

    @contextmanager
    def turned(self) -> Iterator[None]:
        with _turned(NAME=str(self._new)):
            yield

    def is_sound(self) -> str:
        """What SQLite says of the file; "" if it is sound. Inside ``turned``."""
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check(3)")
            found = [said for (said,) in cursor.fetchall()]
        return "" if found == ["ok"] else "; ".join(found)

    def put_in_place(self, stamp: datetime, *, replace: bool) -> str:
        """Renames; where what was there is now, in words, or ""."""
        if not _end_log(self._new):
            raise BackupError(IN_USE)
        kept = self._file.with_name(
            f"{self._file.name}.before-restore-{_before(stamp)}"
        )
        is_there = self._file.exists()
        # SQLite makes it readable by all.
        self._new.chmod(self._file.stat().st_mode & 0o777 if is_there else 0o600)
        if is_there:
            self._exchange(kept, replace=replace)
            said = f"What was there is kept in {kept}."
        else:
            moved = self._put_logs_aside(kept)
            self._new.rename(self._file)
            said = f"Kept of what was there: {', '.join(moved)}." if moved else ""
        unfinished.settle(self._file.parent)
        return said

    def _exchange(self, kept: Path, *, replace: bool) -> None:
        try:
            if not _end_log(self._file):
                raise BackupError(IN_USE)
            # Without a write-ahead log, which would be a file more.
            alone = {"transaction_mode": "EXCLUSIVE", "timeout": PATIENCE}
            with _turned(OPTIONS=alone), transaction.atomic():
                _refuse_log()
                refuse_filled(replace=replace)
                self._rename(kept)
        except DatabaseError as error:
            if _is_busy(error) or not replace:
                raise _in_use_or_damaged(error) from error
            # What is there is no database any more, or its disk is full: all the more
            # it is kept, with what it has in its log.
            self._rename(kept)

    def _put_logs_aside(self, kept: Path) -> list[str]:
        """What a crash left beside the file, also of one that somebody moved away:
        SQLite would play it into whatever has the file's name. Under which names it
        is kept."""
        moved = []
        for ending in ("-wal", "-shm", "-journal"):
            log = Path(f"{self._file}{ending}")
            if log.exists():
                log.rename(f"{kept}{ending}")
                moved.append(f"{kept.name}{ending}")
        # Before the new file has the name, or another crash could bring them together.
        if moved:
            unfinished.settle(self._file.parent)
        return moved

    def _rename(self, kept: Path) -> None:
        """At every moment there is a database, where the disk knows second names."""
        self._put_logs_aside(kept)
        try:
            kept.hardlink_to(self._file)
        except OSError:
            self._file.rename(kept)
        self._new.replace(self._file)


def _end_log(file: Path) -> bool:
    """All that is in the write-ahead log comes into the file, and the log goes; False
    where somebody else has the file open. Raises ``DatabaseError`` if it is damaged,
    or the disk full."""
    try:
        with _turned(NAME=str(file)), connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
            return cursor.fetchone()[0] == "delete"
    except OperationalError as error:
        if _is_busy(error):
            return False
        raise


def _refuse_log() -> None:
    """Raises ``BackupError`` where somebody opened the file since its log was ended,
    and so began another. With one an exclusive transaction keeps no reader out, and
    what he wrote later would go to the file that has the name then."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        if cursor.fetchone()[0] != "delete":
            raise BackupError(IN_USE)


class PostgresPlace:
    """A new schema in the site's database."""

    @contextmanager
    def making(self) -> Iterator[None]:
        """See ``SQLitePlace``."""
        self._new = f"{SCHEMA}{secrets.token_hex(6)}"
        with self._guarded(), self._schema():
            yield

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """A connection that does nothing has the schema's name, from before it exists
        until it is gone: by it another run sees that somebody works there, also while
        images are copied and no other connection is open."""
        guard = connection.copy()
        options = {**guard.settings_dict["OPTIONS"], "application_name": self._new}
        guard.settings_dict["OPTIONS"] = options
        guard.ensure_connection()
        try:
            yield
        finally:
            guard.close()

    @contextmanager
    def _schema(self) -> Iterator[None]:
        with connection.cursor() as cursor:
            self._tidy(cursor)
            try:
                cursor.execute(f"CREATE SCHEMA {self._new}")
            except DatabaseError as error:
                raise BackupError(
                    "The database's user may make no schema in it. As PostgreSQL's "
                    "superuser: GRANT CREATE ON DATABASE … TO …, with the names in "
                    "DATABASE_URL."
                ) from error
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA IF EXISTS {self._new} CASCADE")

    def _tidy(self, cursor) -> None:
        """Drops what a run that was killed left: nobody works in it."""
        cursor.execute(
            "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) "
            "AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE "
            "datname = current_database() AND application_name = nspname)",
            [SCHEMA],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")

    @contextmanager
    def turned(self) -> Iterator[None]:
        options = dict(connection.settings_dict["OPTIONS"])
        given = options.get("options", "")
        options["options"] = f"{given} -c search_path={self._new}".strip()
        with _turned(OPTIONS=options):
            yield

    def is_sound(self) -> str:
        """PostgreSQL has no such question to ask; the rows are compared anyway."""
        return ""

    def put_in_place(self, stamp: datetime, *, replace: bool) -> str:
        """See ``SQLitePlace``. One transaction: nobody ever finds half of it."""
        kept = f"before_restore_{_before(stamp)}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            [here] = cursor.fetchone()
            here = connection.ops.quote_name(here or "public")
            self._refuse_company(cursor)
            is_empty = not self._lock_tables(cursor)
            refuse_filled(replace=replace)
            self._rename(cursor, here, kept)
            cursor.execute(f"ALTER SCHEMA {self._new} RENAME TO {here}")
        if is_empty and self._dropped(kept):
            return ""
        return (
            f"What was there is kept in the schema {kept}. To remove it: "
            f"DROP SCHEMA {kept} CASCADE."
        )

    def _dropped(self, kept: str) -> bool:
        """Whether the schema, in which there was no table, had nothing else either."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA {kept} RESTRICT")
        except DatabaseError:
            return False
        return True

    def _refuse_company(self, cursor) -> None:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND usename IS NOT NULL "
            "AND application_name <> %s",
            [self._new],
        )
        if cursor.fetchone()[0]:
            raise BackupError(IN_USE)

    def _lock_tables(self, cursor) -> int:
        """How many there are. Raises ``BackupError`` at those of somebody else."""
        tables = connection.introspection.table_names(cursor)
        strange = [name for name in tables if not name.startswith(_OURS)]
        if strange:
            raise BackupError(
                "There are tables in this database that are not Candour's: "
                f"{', '.join(strange[:5])}. Use a database of its own. Nothing was "
                "touched."
            )
        if tables:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
            quoted = ", ".join(map(connection.ops.quote_name, tables))
            try:
                cursor.execute(f"LOCK TABLE {quoted} IN ACCESS EXCLUSIVE MODE")
            except DatabaseError as error:
                raise BackupError(IN_USE) from error
        return len(tables)

    def _rename(self, cursor, here: str, kept: str) -> None:
        try:
            cursor.execute(f"ALTER SCHEMA {here} RENAME TO {kept}")
        except DatabaseError as error:
            raise BackupError(
                f"The schema {here} belongs to somebody else, so that what is in it "
                "cannot be kept under another name. As PostgreSQL's superuser: ALTER "
                f"SCHEMA {here} OWNER TO …, with the user in DATABASE_URL. Nothing was "
                "touched."
            ) from error
