"""The triggers that make the log append-only, for each database.

On SQLite three: REPLACE deletes without firing a DELETE trigger unless the connection
asks for it, so that an insert over an existing number, hash or rowid is refused too.
On PostgreSQL TRUNCATE needs one of its own.
"""

TABLE = "moderation_decision"

SQLITE = [
    f"""CREATE TRIGGER log_no_{action} BEFORE {action.upper()} ON {TABLE} {when}
    BEGIN SELECT RAISE(ABORT, 'the log of decisions is append-only'); END"""
    for action, when in (
        ("update", ""),
        ("delete", ""),
        (
            "insert",
            "WHEN EXISTS (SELECT 1 FROM moderation_decision "
            "WHERE seq = NEW.seq OR hash = NEW.hash OR rowid = NEW.rowid)",
        ),
    )
]
SQLITE_DROP = [
    f"DROP TRIGGER IF EXISTS log_no_{a}" for a in ("update", "delete", "insert")
]

POSTGRESQL = [
    """CREATE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the log of decisions is append-only'; END $$""",
    f"""CREATE TRIGGER log_no_change BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION log_is_append_only()""",
    f"""CREATE TRIGGER log_no_truncate BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only()""",
]
POSTGRESQL_DROP = [
    f"DROP TRIGGER IF EXISTS log_no_change ON {TABLE}",
    f"DROP TRIGGER IF EXISTS log_no_truncate ON {TABLE}",
    "DROP FUNCTION IF EXISTS log_is_append_only()",
]


def create(schema_editor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL if vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(schema_editor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL_DROP if vendor == "postgresql" else SQLITE_DROP:
        schema_editor.execute(statement)
