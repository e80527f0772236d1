"""An import puts what it brought into the index at its end, and nothing else does."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections

from blog.archive import importing
from blog.models import Comment
from blog.search import index
from tests.blog import making
from tests.conftest import ROOT
from tests.own_database import PATIENCE

from .finding import found, indexed

pytestmark = pytest.mark.django_db

DUMP = ROOT / "fixtures" / "10-storm-watch.txt"


def bring(*options: str) -> None:
    call_command("import_archive", str(DUMP), *options, verbosity=0)


def test_what_was_imported_is_found():
    bring()
    assert not index.check()
    text = Comment.objects.published().exclude(text="").first().text
    words = " ".join(text.split()[:6]).replace('"', "")
    assert text in found(f'"{words}"')


def test_a_dry_run_leaves_nothing():
    bring("--dry-run")
    assert not index.check()
    assert Comment.objects.count() == 0


def test_what_a_killed_run_left_out_the_next_one_puts_in(monkeypatch):
    with monkeypatch.context() as killed:
        killed.setattr(importing.index, "fill", lambda: 0)
        bring()
    assert index.check().missing == Comment.objects.published().count()
    bring()
    assert not index.check()


def test_no_comment_is_put_in_while_they_are_stored():
    """It is their number that makes an import slow."""
    post = making.post()
    made = making.comment(post, "A kittiwake.")
    Comment.objects.filter(pk=made.pk).update(version=2, lft=1, rght=2)
    assert indexed("kittiwake") == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time."
)
def test_a_comment_that_is_hidden_meanwhile_stays_out():
    making.comment(making.post(title="Birds"), "A kittiwake.")

    def fill() -> int:
        try:
            return index.fill()
        finally:
            connections.close_all()

    given = connection.connection.info.get_parameters()
    # The moderator's connection is closed first: whatever fails, none waits for ever.
    with ThreadPoolExecutor(1) as pool, psycopg.connect(**given) as moderator:
        moderator.execute("UPDATE blog_comment SET state = 'hidden'")
        filling = pool.submit(fill)
        until = monotonic() + PATIENCE
        while not _waits() and not filling.done():
            assert monotonic() < until, "It neither ends nor waits for a lock."
            sleep(0.01)
        assert not filling.done()
        moderator.commit()
        filling.result(PATIENCE)
    assert indexed("kittiwake") == 0
    assert not index.check()


def _waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0
