"""The index on SQLite: two FTS5 tables, which keep no copy of the texts.

Both read the texts where they stand (FTS5 "external content"), so that the index holds
stems and their places alone. What is taken out must be told to FTS5 with the words that
it had: a trigger knows them, at the moment at which they change or go. Which rows are
in the index stands in FTS5's own table ``…_docsize``.

With ``secure-delete`` (SQLite 3.42) what is taken out is gone from the pages of the
index at once; before that only when the index is made anew.
"""

from django.db import DatabaseError
from django.db.models import QuerySet

from .query import Query, Term
from .tables import COMMENTS, POSTS, StillOpen, Table

SECURE_DELETE = (3, 42, 0)
# A name counts for more than a word of the text, and a title for more than any number
# of them: so it counts by itself, too. The better it fits, the smaller is ``bm25``.
SCORES = {
    COMMENTS: f"-bm25({COMMENTS.name}, 2.0, 1.0)",
    POSTS: f"-bm25({POSTS.name}, 1.0, 1.0) - 4 * bm25({POSTS.name}, 1.0, 0.0)",
}
# Bytes of new entries that are gathered before they are written: 1 MB by default, with
# which many rows at once cost a half more.
GATHERED = 8_000_000


def _taking_out(table: Table) -> str:
    name, old = table.name, ", ".join(f"OLD.{column}" for column in table.columns)
    return (
        f"INSERT INTO {name} ({name}, rowid, {', '.join(table.columns)}) "
        f"SELECT 'delete', OLD.id, {old} "
        f"WHERE EXISTS (SELECT 1 FROM {name}_docsize WHERE id = OLD.id);"
    )


def _putting_in(table: Table) -> str:
    new = ", ".join(f"NEW.{column}" for column in table.columns)
    return (
        f"INSERT INTO {table.name} (rowid, {', '.join(table.columns)}) "
        f"SELECT NEW.id, {new} WHERE NEW.{table.condition};"
    )


def _triggers(table: Table) -> dict[str, str]:
    watched = (*table.columns, table.state)
    differs = " OR ".join(f"NEW.{each} IS NOT OLD.{each}" for each in watched)
    events = {
        "changed": (
            f"AFTER UPDATE OF {', '.join(watched)} ON {table.source} WHEN {differs}",
            _taking_out(table) + " " + _putting_in(table),
        ),
        "gone": (f"AFTER DELETE ON {table.source}", _taking_out(table)),
    }
    if table.at_once:
        events["added"] = (f"AFTER INSERT ON {table.source}", _putting_in(table))
    return {
        f"{table.name}_{event}": f"CREATE TRIGGER {table.name}_{event} {when} "
        f"BEGIN {body} END"
        for event, (when, body) in events.items()
    }


def create(cursor, version: tuple[int, int, int]) -> None:
    """Makes what is missing of tables and triggers. ``version``: SQLite's."""
    there = _there(cursor)
    for table in (COMMENTS, POSTS):
        if table.name not in there:
            cursor.execute(
                f"CREATE VIRTUAL TABLE {table.name} USING fts5("
                f"{', '.join(table.columns)}, content='{table.source}', "
                "content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')"
            )
            _set(cursor, table, "hashsize", GATHERED)
        if version >= SECURE_DELETE:
            _set(cursor, table, "secure-delete", 1)
        for name, statement in _triggers(table).items():
            if name not in there:
                cursor.execute(statement)


def _set(cursor, table: Table, option: str, value: int) -> None:
    cursor.execute(
        f"INSERT INTO {table.name} ({table.name}, rank) VALUES ('{option}', {value})"
    )


def is_whole(cursor) -> bool:
    """Whether all tables and triggers are there."""
    there = _there(cursor)
    return all(name in there for table in (COMMENTS, POSTS) for name in _names(table))


def _names(table: Table) -> set[str]:
    return {table.name, *_triggers(table)}


def _there(cursor) -> set[str]:
    cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
    return {name for (name,) in cursor.fetchall()}


def drop(cursor) -> None:
    """Takes tables and triggers away."""
    for table in (COMMENTS, POSTS):
        for name in _triggers(table):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(f"DROP TABLE IF EXISTS {table.name}")


def empty(cursor, table: Table) -> None:
    """Takes everything out of the index."""
    cursor.execute(f"INSERT INTO {table.name} ({table.name}) VALUES ('delete-all')")


def members(table: Table) -> tuple[str, str]:
    """Where the ids of the rows that are in the index stand: a table and a column."""
    return f"{table.name}_docsize", "id"


def add(cursor, table: Table, those: str, values: list[int]) -> None:
    """Puts in the rows whose ids the SQL in ``those`` gives."""
    columns = ", ".join(table.columns)
    cursor.execute(
        f"INSERT INTO {table.name} (rowid, {columns}) SELECT id, {columns} FROM "
        f"{table.source} WHERE id IN ({those}) ORDER BY id",
        values,
    )


def settle(cursor, table: Table) -> None:
    """After many rows were put in: FTS5 merges what it wrote by itself."""


def damage(cursor, table: Table) -> str:
    """What is wrong inside the index, in words; "" if nothing is."""
    try:
        cursor.execute(
            f"INSERT INTO {table.name} ({table.name}) VALUES ('integrity-check')"
        )
    except DatabaseError as error:
        return f"{table.name}: {error}"
    return ""


def wipe(cursor) -> None:
    """Writes over what deleted text left in the files of the database. Outside of a
    transaction. Raises ``StillOpen`` if somebody who reads keeps the log from ending.
    """
    cursor.execute("VACUUM")
    _empty_log(cursor)


def flush(cursor, version: tuple[int, int, int]) -> str:
    """Empties the log, and before SQLite 3.42 writes the index anew, so that nothing of
    erased text is left; outside of a transaction. Raises ``StillOpen``.

    What was erased is already overwritten where it stood: ``PRAGMA secure_delete``.
    """
    if version < SECURE_DELETE:
        for table in (COMMENTS, POSTS):
            cursor.execute(
                f"INSERT INTO {table.name} ({table.name}) VALUES ('optimize')"
            )
    _empty_log(cursor)
    return (
        "Erased text is overwritten in the file of the database, and the write-ahead "
        "log is empty. Backups keep it as long as you keep them."
    )


def flush_if_idle(cursor) -> None:
    """Empties the log at once or not at all: nobody waits for it."""
    cursor.execute("PRAGMA busy_timeout")
    [patience] = cursor.fetchone()
    cursor.execute("PRAGMA busy_timeout = 0")
    try:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {patience}")


def _empty_log(cursor) -> None:
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    is_busy, _, _ = cursor.fetchone()
    if is_busy:
        raise StillOpen("Somebody reads the database: its log could not be emptied.")


def matching(rows: QuerySet, table: Table, query: Query) -> QuerySet:
    """Those of ``rows`` in which it occurs, the newest first, with ``score``."""
    return rows.extra(
        select={"score": SCORES[table]},
        tables=[table.name],
        where=[f"{table.name}.rowid = {table.source}.id", f"{table.name} MATCH %s"],
        params=[expression(query)],
        order_by=[f"-{table.name}.rowid"],
    )


def between(found: QuerySet, table: Table, first: int, last: int) -> QuerySet:
    """Those whose keys are not smaller and not larger."""
    condition = f"{table.name}.rowid BETWEEN %s AND %s"
    return found.extra(where=[condition], params=[first, last])


def of_few(found: QuerySet, table: Table, rows: QuerySet) -> QuerySet:
    """The same found, by a list of the keys that is made first, from an index. Else
    each row in which the words stand is fetched to see whether it is one of ``rows``:
    of a label with one post in forty that was most of the time a search took.

    The sign before ``rowid`` keeps SQLite from asking FTS5 once a key instead.
    """
    those = rows.order_by().values("pk").query
    keys, values = those.get_compiler(rows.db).as_sql()
    return found.extra(where=[f"+{table.name}.rowid IN ({keys})"], params=list(values))


def expression(query: Query) -> str:
    """The query in the language of FTS5. Every word is letters and digits in quotes."""
    wanted = " AND ".join(_any_of(term) for term in query.wanted)
    if not query.unwanted:
        return wanted
    unwanted = " OR ".join(_any_of(term) for term in query.unwanted)
    return f"({wanted}) NOT ({unwanted})"


def _any_of(term: Term) -> str:
    phrases = (f'"{" ".join(spelling)}"' for spelling in term.spellings)
    return f"({' OR '.join(phrases)})"
