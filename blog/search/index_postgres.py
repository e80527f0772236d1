"""The index on PostgreSQL: two tables of ``tsvector`` with a GIN index each.

The text search configuration is the site's own: Porter's stems and no stop words, as
FTS5 has them, so that "to be or not to be" is a phrase like any other. Signs are made
spaces first: else PostgreSQL takes "either/or" for the path of a file. Triggers take
out what changes or goes in the same statement.

A dead row stays in its page until VACUUM, and GIN keeps a word of which no row is left
as long as the index lives: ``empty`` begins both in new files.
"""

import time

from django.db.models import QuerySet

from .query import Query, Term
from .tables import COMMENTS, POSTS, TABLES, StillOpen, Table

NAME = "blog_search"
# Letters past these are not searched: a tsvector holds a megabyte at most.
LONGEST = 200_000
# Of words of the text, of nothing, of names, of titles.
WEIGHTS = "{0.1, 0.2, 0.3, 1.0}"
# Other tables that a search reads.
READ_WITH_IT = (POSTS.source, "blog_label", "blog_post_labels", COMMENTS.source)
WEIGHT = {COMMENTS: "B", POSTS: "A"}
# Seconds that wiping waits for transactions which began before it.
PATIENCE = 60
# Kilobytes of new entries that every search reads one by one.
PENDING = 256
_SIGNS = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\u2018\u2019\u201c\u201d\u2013\u2014\u2026"
_BLANKS = " " * len(_SIGNS.replace("''", "'"))
_TOKENS = "asciiword, word, numword, int, uint, float, sfloat"

_SETTING_UP = (
    f"CREATE TEXT SEARCH DICTIONARY {NAME}_stem (TEMPLATE = snowball, "
    "Language = porter)",
    f"CREATE TEXT SEARCH CONFIGURATION {NAME} (PARSER = default)",
    f"ALTER TEXT SEARCH CONFIGURATION {NAME} ADD MAPPING FOR {_TOKENS} "
    f"WITH {NAME}_stem",
    # No accents: those that are letters of their own are taken apart, then put
    # together again what is no accent.
    f"""CREATE FUNCTION {NAME}_words(given text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('{NAME}', translate(
        CASE WHEN octet_length(given) = char_length(given) THEN given
        ELSE normalize(regexp_replace(normalize(given, NFD),
            '[\\u0300-\\u036f]', '', 'g'), NFC) END,
        '{_SIGNS}', '{_BLANKS}')) $$""",
)


def _vector(table: Table, row: str) -> str:
    first, second = (f"coalesce({row}.{column}, '')" for column in table.columns)
    return (
        f"setweight({NAME}_words(left({first}, {LONGEST})), '{WEIGHT[table]}') || "
        f"{NAME}_words(left({second}, {LONGEST}))"
    )


def _making(table: Table) -> list[str]:
    name, source, watched = table.name, table.source, (*table.columns, table.state)
    differs = " OR ".join(f"NEW.{each} IS DISTINCT FROM OLD.{each}" for each in watched)
    put_in = (
        f"IF NEW.{table.condition} THEN INSERT INTO {name} (rowid, words) "
        f"VALUES (NEW.id, {_vector(table, 'NEW')}) "
        "ON CONFLICT (rowid) DO UPDATE SET words = EXCLUDED.words; END IF;"
    )
    take_out = f"DELETE FROM {name} WHERE rowid = OLD.id;"
    bodies = {
        "changed": (
            f"AFTER UPDATE OF {', '.join(watched)} ON {source} "
            f"FOR EACH ROW WHEN ({differs})",
            f"{take_out} {put_in}",
        ),
        "gone": (f"AFTER DELETE ON {source} FOR EACH ROW", take_out),
        "emptied": (
            f"AFTER TRUNCATE ON {source} FOR EACH STATEMENT",
            f"TRUNCATE {name};",
        ),
    }
    if table.at_once:
        bodies["added"] = (f"AFTER INSERT ON {source} FOR EACH ROW", put_in)
    statements = [
        f"CREATE TABLE {name} (rowid bigint PRIMARY KEY, words tsvector NOT NULL)",
        f"CREATE INDEX {name}_words ON {name} USING gin (words) "
        f"WITH (gin_pending_list_limit = {PENDING})",
    ]
    for event, (when, body) in bodies.items():
        statements += [
            f"CREATE FUNCTION {name}_{event}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {body} RETURN NULL; END $$",
            f"CREATE TRIGGER {name}_{event} {when} EXECUTE FUNCTION {name}_{event}()",
        ]
    return statements


def create(cursor, version: tuple[int, int, int]) -> None:
    """Makes everything; what there is of it goes first."""
    drop(cursor)
    statements = [*_SETTING_UP, *(s for table in TABLES for s in _making(table))]
    for statement in statements:
        cursor.execute(statement)


def is_whole(cursor) -> bool:
    """Whether all tables and triggers are there."""
    cursor.execute(
        "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE t.tgname LIKE 'blog\\_search\\_%' AND pg_table_is_visible(c.oid)"
    )
    # Of posts one more: they are put in when they are added.
    return cursor.fetchone()[0] == 3 + 4


def drop(cursor) -> None:
    """Takes everything away."""
    for table in TABLES:
        for event in ("changed", "gone", "emptied", "added"):
            cursor.execute(f"DROP FUNCTION IF EXISTS {table.name}_{event} CASCADE")
        cursor.execute(f"DROP TABLE IF EXISTS {table.name}")
    cursor.execute(f"DROP FUNCTION IF EXISTS {NAME}_words")
    cursor.execute(f"DROP TEXT SEARCH CONFIGURATION IF EXISTS {NAME}")
    cursor.execute(f"DROP TEXT SEARCH DICTIONARY IF EXISTS {NAME}_stem")


def empty(cursor, table: Table) -> None:
    """Takes everything out of the index; its files are new afterwards."""
    cursor.execute(f"TRUNCATE {table.name}")


def members(table: Table) -> tuple[str, str]:
    """Where the ids of the rows that are in the index stand: a table and a column."""
    return table.name, "rowid"


def add(cursor, table: Table, those: str, values: list[int]) -> None:
    """Puts in the rows whose ids the SQL in ``those`` gives.

    They are locked first, and looked at as they are then: one that a moderator hides
    at this moment is waited for and stays out.
    """
    cursor.execute(
        f"INSERT INTO {table.name} (rowid, words) SELECT r.id, {_vector(table, 'r')} "
        f"FROM (SELECT * FROM {table.source} WHERE id IN ({those}) "
        f"AND {table.condition} ORDER BY id FOR SHARE) r "
        "ON CONFLICT (rowid) DO NOTHING",
        values,
    )


def settle(cursor, table: Table) -> None:
    """After many rows were put in: no search should have to look through them one by
    one, and the planner should know how common each word is. It knows nothing of new
    posts and comments either until the server comes round to looking at them, and
    reads every comment for each word until then."""
    cursor.execute(f"SELECT gin_clean_pending_list('{table.name}_words')")
    cursor.execute(f"ANALYZE {', '.join((table.name, *READ_WITH_IT))}")


def damage(cursor, table: Table) -> str:
    """What is wrong inside the index, in words; "" if nothing is."""
    cursor.execute(
        f"SELECT count(*) FROM {table.name} i JOIN {table.source} s ON s.id = i.rowid "
        f"WHERE i.words <> ({_vector(table, 's')})"
    )
    wrong = cursor.fetchone()[0]
    return f"{table.name}: {wrong} rows with other words." if wrong else ""


def wipe(cursor) -> None:
    """Writes over what deleted text left in the files of the database: the planner's
    samples, dead rows, words of indexes. Outside of a transaction. Nobody can read a
    table while it is written anew. Raises ``StillOpen`` if somebody goes on reading
    what stood there before, or if another database of the server is written all along.
    """
    _wait_for_others(cursor)
    cursor.execute("ANALYZE")
    cursor.execute("VACUUM FULL")
    # The old files go with it.
    cursor.execute("CHECKPOINT")


def _wait_for_others(cursor) -> None:
    """A row that a transaction of before may still see is copied, dead as it is: the
    server's own ANALYZE in the background is such a transaction, too. And so is a
    transaction that writes, in whichever database: they are counted for the whole
    server, and what VACUUM FULL itself sees begins with the oldest that goes on."""
    cursor.execute(
        "SELECT clock_timestamp(), pg_snapshot_xmax(pg_current_snapshot())::text"
    )
    began, first_after = cursor.fetchone()
    until = time.monotonic() + PATIENCE
    while True:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND xact_start <= %s), "
            "pg_snapshot_xmin(pg_current_snapshot()) < %s::xid8",
            [began, first_after],
        )
        is_read, is_written = cursor.fetchone()
        if not is_read and not is_written:
            return
        if time.monotonic() > until:
            raise StillOpen(
                "Somebody reads the database: old rows could not go."
                if is_read
                else "Something is being written for long, here or in another database "
                "of the server: old rows could not go."
            )
        time.sleep(0.1)


def flush(cursor, version: tuple[int, int, int]) -> str:
    """Gives dead rows free; outside of a transaction. Their bytes are overwritten when
    something new comes to stand there, and not before."""
    cursor.execute("VACUUM")
    return (
        "Nobody who asks the database finds erased text. Bytes of it may stand in its "
        "files until something new is written there, and words of it in the index of "
        "the search, until purge --wipe; in the write-ahead log until that is "
        "recycled; in backups as long as you keep them."
    )


def flush_if_idle(cursor) -> None:
    """Nothing: a ``VACUUM`` is no small thing. ``purge`` does it."""


def matching(rows: QuerySet, table: Table, query: Query) -> QuerySet:
    """Those of ``rows`` in which it occurs, the newest first, with ``score``."""
    asked = f"to_tsquery('{NAME}', %s)"
    words = expression(query)
    return rows.extra(
        select={"score": f"ts_rank('{WEIGHTS}', {table.name}.words, {asked}, 1)"},
        select_params=[words],
        tables=[table.name],
        where=[
            f"{table.name}.rowid = {table.source}.id",
            f"{table.name}.words @@ {asked}",
        ],
        params=[words],
        order_by=[f"-{table.name}.rowid"],
    )


def between(found: QuerySet, table: Table, first: int, last: int) -> QuerySet:
    """Those whose keys are not smaller and not larger. Said of either table: of the one
    alone the planner does not conclude that the other need not be read either."""
    condition = f"{table.name}.rowid BETWEEN %s AND %s"
    return found.filter(pk__range=(first, last)).extra(
        where=[condition], params=[first, last]
    )


def of_few(found: QuerySet, table: Table, rows: QuerySet) -> QuerySet:
    """Nothing is to be said: PostgreSQL knows how many there are and plans for it."""
    return found


def expression(query: Query) -> str:
    """The query in the language of ``to_tsquery``. Every word is letters and digits."""
    wanted = [_any_of(term) for term in query.wanted]
    unwanted = [f"!{_any_of(term)}" for term in query.unwanted]
    return " & ".join(wanted + unwanted)


def _any_of(term: Term) -> str:
    phrases = (
        "(" + " <-> ".join(f"'{word}'" for word in spelling) + ")"
        for spelling in term.spellings
    )
    return f"({' | '.join(phrases)})"
