"""What was withdrawn, hidden or erased is in no byte of the database any more, once
what the documentation says was done."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db.backends.sqlite3.base import Database

from blog.search.index_sqlite import SECURE_DELETE

WORD, OTHER = "zanderwort", "kittiwake"
# No time of any day: one would stand in the rows that were written at that minute, or
# that second of an hour.
TEXT = f"The {WORD} nested {WORD}ing at 07:81."

WRITE = f"""
from tests.blog import making
from tests.moderation import deciding
from blog.models import Comment
from blog.search import index
from blog.search.query import parse
post = making.post(title="Birds", body="None.")
making.comment(post, "The {OTHER} stays.")
for state in ("withdraw", "approved", "imported"):
    comment = deciding.in_state(post, "pending", {TEXT!r} + state, name="Quillon")
    deciding.do("approve", comment)
for number in range(300):
    making.comment(post, f"Filler number {{number}} of the {OTHER} kind.")
index.fill()
print(index.comments(Comment.objects.all(), parse("{WORD}")).count())
"""
TAKE_AWAY = """
from tests.moderation import deciding
from blog.models import Comment
comments = list(Comment.objects.filter(name="Quillon"))
deciding.do("withdraw", comments[0])
deciding.do("hide", comments[1])
deciding.do("withdraw", deciding.now(comments[1]))
deciding.do("withdraw", comments[2])
deciding.do("erase", deciding.now(comments[2]))
"""


def everything(place) -> bytes:
    """Every byte of the database: SQLite's files, or what PostgreSQL keeps in those of
    its tables and indexes."""
    if not place.url.startswith("postgres"):
        return b"".join(
            path.read_bytes() for path in Path(place.folder).glob("candour.sqlite3*")
        )
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        files = connection.execute(
            "SELECT pg_relation_filepath(c.oid) FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i') "
            "UNION SELECT pg_relation_filepath(t.oid) FROM pg_class c "
            "JOIN pg_class t ON t.oid = c.reltoastrelid "
            "WHERE c.relnamespace = 'public'::regnamespace"
        ).fetchall()
        return b"".join(
            connection.execute(
                "SELECT pg_read_binary_file(%s, 0, 1000000000, true)", [file]
            ).fetchone()[0]
            or b""
            for (file,) in files
        )


@pytest.fixture
def place(own_database):
    """A database in which three comments were public and are not any more."""
    assert own_database.manage("shell", "-c", WRITE).split()[-1] == "3"
    assert WORD.encode() in everything(own_database)
    own_database.manage("shell", "-c", TAKE_AWAY)
    return own_database


def test_nothing_is_found_at_once(place):
    said = place.manage(
        "shell",
        "-c",
        "from tests.blog.search.finding import found\n"
        f"print('found', found('{WORD}'), len(found('{OTHER}')))",
    )
    assert "found [] 301" in said
    assert "nothing else" in place.manage("rebuild_search", "--check")


def test_after_the_documented_step_no_byte_is_left(place):
    said = place.manage("rebuild_search", "--wipe")
    assert "No byte" in said
    whole = everything(place)
    assert OTHER.encode() in whole
    for gone in (WORD, "Quillon", "07:81", "quillon"):
        assert gone.encode() not in whole, gone
    assert "nothing else" in place.manage("rebuild_search", "--check")


IMPATIENT = "from blog.search import index_postgres; index_postgres.PATIENCE = 0.5\n"
WIPE = """
from blog.search import index
from blog.search.tables import StillOpen
try:
    index.wipe()
except StillOpen as error:
    print(error)
"""


def test_nobody_is_told_so_while_somebody_still_reads_what_was(place):
    if not place.url.startswith("postgres"):
        pytest.skip("SQLite writes nothing anew while somebody reads.")
    with psycopg.connect(place.url) as reader:
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT count(*) FROM blog_comment")
        said = place.manage("shell", "-c", IMPATIENT + WIPE)
    assert "old rows could not go" in said
    assert "old rows" not in place.manage("shell", "-c", WIPE)


def test_nor_while_another_database_of_the_server_is_written(place):
    """PostgreSQL counts transactions for all of them; old rows stay as long."""
    if not place.url.startswith("postgres"):
        pytest.skip("SQLite has one database in a file.")
    server = place.url.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres") as writer:
        writer.execute("SELECT pg_current_xact_id()")
        # What is deleted from then on stays as long as that goes on.
        with psycopg.connect(place.url) as later:
            later.execute("UPDATE blog_comment SET version = version")
        said = place.manage("shell", "-c", IMPATIENT + WIPE)
        assert "in another database" in said
    assert "old rows" not in place.manage("shell", "-c", WIPE)
    assert WORD.encode() not in everything(place)


@pytest.mark.skipif(
    Database.sqlite_version_info < SECURE_DELETE,
    reason="this SQLite cannot take words out of an index at once (check blog.W003)",
)
def test_the_index_of_sqlite_loses_the_words_with_the_decision(place):
    """In its pages, without any step; free pages of the file may still hold them."""
    if place.url.startswith("postgres"):
        pytest.skip("PostgreSQL's index keeps a word until it is made anew.")
    # A part of the word: entries leave out what they share with the one before.
    part = b"nderwort"
    with closing(sqlite3.connect(place.url.removeprefix("sqlite:///"))) as connection:
        blocks = connection.execute("SELECT block FROM blog_search_comments_data")
        content = b"".join(block for (block,) in blocks)
    assert part not in content
    assert b"ttiwak" in content
