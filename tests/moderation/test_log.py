"""The log is added to and never changed, and tells where somebody changed it."""

import json
import sqlite3
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import F

from blog.models import Comment
from moderation import log, log_triggers
from moderation.models import Decision, LogHead, Screening
from tests.blog import making

from .deciding import do, in_state, now

pytestmark = pytest.mark.django_db
TABLE = Decision._meta.db_table
on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="SQLite's own statements"
)
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="PostgreSQL's own statements"
)


@pytest.fixture
def rows() -> list[dict]:
    """Six decisions, as they are stored."""
    post = making.post()
    comments = [in_state(post) for _ in range(3)]
    do("approve", *comments)
    do("hide", now(comments[0]), public_note='Wörter “mit” \\ und "so"')
    do(
        "reject",
        in_state(post),
        private_note="seen before",
        reason="other",
        public_note="x",
    )
    do("spam", in_state(post))
    return stored()


def stored() -> list[dict]:
    return list(Decision.objects.order_by("seq").values())


def execute(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


COLUMNS = ", ".join(field.column for field in Decision._meta.fields)
STATEMENTS = {
    "update": f"UPDATE {TABLE} SET reason = 'hate' WHERE seq = 2",
    "update of nothing new": f"UPDATE {TABLE} SET reason = reason",
    "update of the number": f"UPDATE {TABLE} SET seq = seq + 100",
    "delete": f"DELETE FROM {TABLE} WHERE seq = 6",
    "delete of all": f"DELETE FROM {TABLE}",
}
COPY = (
    f"INTO {TABLE} ({COLUMNS}) SELECT "
    + COLUMNS.replace("reason,", "'hate',", 1)
    + f" FROM {TABLE} WHERE seq = 2"
)
SQLITE_STATEMENTS = {
    "replace": f"REPLACE {COPY}",
    "insert or replace": f"INSERT OR REPLACE {COPY}",
    "update or replace": f"UPDATE OR REPLACE {TABLE} SET seq = 3 WHERE seq = 2",
    "over its hash": f"INSERT OR REPLACE {COPY}".replace("SELECT seq", "SELECT 99"),
    "over its place in the file": (
        f"INSERT OR REPLACE INTO {TABLE} (rowid, {COLUMNS}) SELECT rowid, "
        + COLUMNS.replace("seq", "99", 1).replace("prev_hash, hash", "hash, 'x'")
        + f" FROM {TABLE} WHERE seq = 2"
    ),
    "upsert": f"INSERT {COPY.replace('seq = 2', 'seq = 2 AND true')} "
    "ON CONFLICT (seq) DO UPDATE SET reason = 'hate'",
}
POSTGRESQL_STATEMENTS = {
    "truncate": f"TRUNCATE {TABLE}",
    "truncate cascade": f"TRUNCATE {TABLE}, moderation_loghead CASCADE",
    "upsert": f"INSERT {COPY} ON CONFLICT (seq) DO UPDATE SET reason = 'hate'",
}


@pytest.mark.parametrize(
    "sql",
    [
        *(pytest.param(sql, id=name) for name, sql in STATEMENTS.items()),
        *(
            pytest.param(sql, id=name, marks=on_sqlite)
            for name, sql in SQLITE_STATEMENTS.items()
        ),
        *(
            pytest.param(sql, id=name, marks=on_postgresql)
            for name, sql in POSTGRESQL_STATEMENTS.items()
        ),
    ],
)
def test_the_database_refuses(rows, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute(sql)
    assert stored() == rows


def through_orm() -> dict:
    def instance() -> Decision:
        row = Decision.objects.get(seq=2)
        row.reason = "hate"
        return row

    return {
        "update": lambda: Decision.objects.filter(seq=2).update(reason="hate"),
        "update of all": lambda: Decision.objects.update(actor=F("actor")),
        "save": lambda: instance().save(),
        "save of one field": lambda: instance().save(update_fields=["reason"]),
        "forced insert": lambda: instance().save(force_insert=True),
        "delete": lambda: instance().delete(),
        "delete of many": lambda: Decision.objects.all().delete(),
        "raw delete": lambda: Decision.objects.all()._raw_delete("default"),
        "bulk update": lambda: Decision.objects.bulk_update([instance()], ["reason"]),
        "bulk upsert": lambda: Decision.objects.bulk_create(
            [instance()],
            update_conflicts=True,
            update_fields=["reason"],
            unique_fields=["seq"],
        ),
        "update or create": lambda: Decision.objects.update_or_create(
            seq=2, defaults={"reason": "hate"}
        ),
    }


@pytest.mark.parametrize("way", through_orm())
def test_django_cannot_either(rows, way):
    with pytest.raises(DatabaseError), transaction.atomic():
        through_orm()[way]()
    assert stored() == rows


def test_without_a_transaction_nothing_is_written(monkeypatch):
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)
    with pytest.raises(transaction.TransactionManagementError):
        log.append([Decision(comment_public_id="x", version=1)])


class Editor:
    """What the triggers ask of a schema editor, without its own transaction."""

    connection = connection

    @staticmethod
    def execute(sql: str) -> None:
        execute(sql)


def offline(sql: str, *values: object) -> None:
    """What somebody does who owns the database."""
    log_triggers.drop(Editor)
    execute(sql, *values)
    log_triggers.create(Editor)


def verify(**options) -> str:
    """What the command says; the words of its failure too."""
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_log", stdout=out, stderr=err, no_color=True, **options)
    except CommandError as error:
        return f"{err.getvalue()}FAILED: {error}"
    return out.getvalue()


def test_an_untouched_log_is_whole(rows):
    assert verify() == f"6 decisions, unbroken. Head: {rows[-1]['hash']}\n"
    assert verify(head=rows[2]["hash"]).startswith("6 decisions, unbroken.")


def test_an_empty_log_is_whole():
    assert verify() == f"0 decisions, unbroken. Head: {'0' * 64}\n"
    assert verify(head="0" * 64).startswith("0 decisions")


def changed(field: str, value: object) -> object:
    """The value with as little changed as there can be."""
    if field == "at":
        return value + timedelta(seconds=1)
    if field == "undoes":
        return 1
    if isinstance(value, int):
        return value + 1
    if not value:
        return " "
    return value[:-1] + ("x" if value[-1] != "x" else "y")


FIELDS = [field.name for field in Decision._meta.fields if field.name != "seq"]


def test_every_field_is_in_the_hash():
    # A row of which no time is cut has the hash that it had before there was that.
    assert {*log.HASHED, "precision", "hash", "prev_hash"} == {*FIELDS, "seq"}


@pytest.mark.parametrize("seq", [1, 4, 6])
@pytest.mark.parametrize("field", FIELDS)
def test_one_change_is_found_at_its_row(rows, field, seq):
    value = changed(field, rows[seq - 1][field])
    offline(f"UPDATE {TABLE} SET {field} = %s WHERE seq = %s", value, seq)
    found = list(log.faults())
    assert found[0].seq == seq
    # A changed hash breaks the link of the next row too, or of the head.
    assert {fault.seq for fault in found} <= {seq, seq + 1}
    said = verify()
    assert said.startswith(f"#{seq}: ")
    assert "FAILED: " in said


def test_a_change_of_the_smallest_part_of_a_time_is_found(rows):
    value = rows[0]["at"] + timedelta(microseconds=1)
    offline(f"UPDATE {TABLE} SET at = %s WHERE seq = 1", value)
    assert [fault.seq for fault in log.faults()] == [1]


@pytest.mark.parametrize("seq", [1, 3, 6])
def test_a_removed_row_is_found(rows, seq):
    offline(f"DELETE FROM {TABLE} WHERE seq = %s", seq)
    assert next(log.faults()).seq == seq
    assert "FAILED: " in verify()


def test_an_emptied_log_is_found(rows):
    offline(f"DELETE FROM {TABLE}")
    assert "the log ends at 0, its head says 6" in verify()


def test_a_head_that_is_gone_is_found(rows):
    LogHead.objects.all().delete()
    assert verify().startswith("#7: the log has no head")


def test_a_row_put_at_the_end_past_the_code_is_found(rows):
    """The database takes it, as it takes any new row; its hash is not the chain's."""
    row = Decision(**rows[-1])
    row.seq, row.hash = 7, "f" * 64
    row.save(force_insert=True)
    assert next(log.faults()).seq == 7


def test_a_rewritten_chain_is_found_by_the_head_that_was_published(rows):
    published = rows[-1]["hash"]
    log_triggers.drop(Editor)
    before = log.NOTHING
    for row in Decision.objects.order_by("seq"):
        row.reason = "hate" if row.seq == 2 else row.reason
        row.prev_hash = before
        before = log.row_hash(row)
        Decision.objects.filter(seq=row.seq).update(
            reason=row.reason, prev_hash=row.prev_hash, hash=before
        )
    LogHead.objects.update(hash=before)
    log_triggers.create(Editor)
    assert verify().startswith("6 decisions, unbroken.")
    assert f"FAILED: The published head {published} is not in the log" in verify(
        head=published
    )
    # What was published before the rewritten row still fits.
    assert "unbroken" in verify(head=rows[0]["hash"])


def test_the_chain_goes_on_over_many_calls_and_undoing(rows):
    seqs = [row["seq"] for row in rows if row["action"] == "spam"]
    from moderation import transitions

    from .deciding import ANN

    transitions.undo(seqs, ANN)
    before = log.NOTHING
    for row in Decision.objects.order_by("seq"):
        assert row.prev_hash == before
        assert row.hash == log.row_hash(row)
        before = row.hash
    assert LogHead.objects.get().hash == before


def test_two_fields_cannot_trade_their_words(rows):
    """What stands in one column cannot be moved to another under the same hash."""
    row = Decision(**rows[4])
    moved = Decision(**rows[4])
    moved.private_note, moved.public_note = row.public_note, row.private_note
    assert row.private_note != row.public_note
    assert log.row_hash(moved) != log.row_hash(row)


TEXT = "Kittiwakes over the harbour wall"
NAME = "Bosun Marl"
ADDRESS = "81.2.69.142"


def test_it_holds_no_text_no_name_and_no_network(client):
    from blog.discussion.submission import Circumstances, submit

    post = making.post(title="The harbour")
    comments = [
        submit(
            post,
            f"{TEXT} {number}",
            name=NAME,
            circumstances=Circumstances(address=ADDRESS),
        )
        for number in range(4)
    ]
    first, second, third, fourth = (stored.comment for stored in comments)
    do("approve", first)
    do("edit", now(first), fields={"text": f"{TEXT} anew"})
    do("reject", second)
    do("spam", third)
    do("withdraw", fourth)
    kept = json.dumps(stored(), default=str)
    from moderation.screening import network

    hashes = [
        key.partition(":")[2] for key in network.keys(network.Purpose.COMMENT, ADDRESS)
    ]
    codes = [stored.code for stored in comments]
    digests = Comment.objects.exclude(receipt_digest=None).values_list(
        "receipt_digest", flat=True
    )
    assert hashes
    for secret in [
        TEXT,
        "ittiwake",
        NAME,
        ADDRESS,
        "81.2.69",
        *hashes,
        *codes,
        *digests,
    ]:
        assert secret not in kept
    notes = json.dumps(list(Screening.objects.values("lane", "why")))
    for secret in [ADDRESS, "81.2.69", *hashes, *codes]:
        assert secret not in notes


@on_sqlite
def test_another_connection_is_refused_too(own_database):
    """Without Django and its settings: the triggers stand in the file."""
    post = own_database.work("tests.moderation.jobs:post")
    comments = own_database.work("tests.moderation.jobs:waiting", post, 1)
    own_database.work("tests.moderation.jobs:decide_each", comments)
    file = own_database.url.removeprefix("sqlite:///")
    with sqlite3.connect(file) as other:
        before = other.execute(f"SELECT * FROM {TABLE}").fetchall()
        for sql in (*STATEMENTS.values(), *SQLITE_STATEMENTS.values()):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                other.execute(sql.replace("seq = 6", "seq = 3"))
        assert other.execute(f"SELECT * FROM {TABLE}").fetchall() == before
    other.close()
