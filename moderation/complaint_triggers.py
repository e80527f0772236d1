"""The triggers that make the events of complaints append-only, for each database.

As in ``log_triggers``: on SQLite an insert over an existing number is refused too,
since REPLACE deletes without firing a trigger; PostgreSQL has TRUNCATE besides.
"""

TABLE = "moderation_complaintevent"
REFUSAL = "the events of complaints are append-only"

SQLITE = [
    f"""CREATE TRIGGER complaint_event_no_{action} BEFORE {action.upper()} ON {TABLE}
    {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"""
    for action, when in (
        ("update", ""),
        ("delete", ""),
        (
            "insert",
            "WHEN EXISTS (SELECT 1 FROM moderation_complaintevent WHERE id = NEW.id)",
        ),
    )
]
SQLITE_DROP = [
    f"DROP TRIGGER IF EXISTS complaint_event_no_{action}"
    for action in ("update", "delete", "insert")
]

POSTGRESQL = [
    f"""CREATE FUNCTION complaint_events_are_append_only() RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    f"""CREATE TRIGGER complaint_event_no_change BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION complaint_events_are_append_only()""",
    f"""CREATE TRIGGER complaint_event_no_truncate BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION complaint_events_are_append_only()""",
]
POSTGRESQL_DROP = [
    f"DROP TRIGGER IF EXISTS complaint_event_no_change ON {TABLE}",
    f"DROP TRIGGER IF EXISTS complaint_event_no_truncate ON {TABLE}",
    "DROP FUNCTION IF EXISTS complaint_events_are_append_only()",
]


def create(schema_editor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL if vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(schema_editor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL_DROP if vendor == "postgresql" else SQLITE_DROP:
        schema_editor.execute(statement)
