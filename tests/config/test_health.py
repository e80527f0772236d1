"""Whether the site answers, and whether it could do its work, in one word."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from blog.models import Post
from config import condition
from config.backup.names import Name
from moderation.models import Allowance, Complaint, LogHead
from tests.blog import making
from tests.moderation import complaint_jobs, deciding
from tests.own_database import PATIENCE, ROOT, Place

READY, HEALTHY = "/readyz", "/healthz"
NOT_READY = (503, b"not ok")
# A process of its own, whose settings lead to what does not answer.
ASK = """
import json, django
django.setup()
from django.test import Client
def seen(path):
    answer = Client().get(path, HTTP_HOST="localhost")
    return [answer.status_code, answer.content.decode()]
print(json.dumps([seen("/healthz"), seen("/readyz")]))
"""
NOBODY = "127.0.0.1:9"


def in_a_process(folder, **variables: str) -> tuple[list, str]:
    """What both pages answer, and what was logged."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": str(folder)}
        | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def told(answer) -> tuple[int, bytes]:
    return answer.status_code, answer.content


@pytest.mark.django_db
class TestPages:
    def test_the_process_answers_without_the_database(
        self, client, django_assert_num_queries
    ):
        with django_assert_num_queries(0):
            assert told(client.get(HEALTHY)) == (200, b"ok")

    def test_the_site_is_ready(self, client):
        assert told(client.get(READY)) == (200, b"ok")

    @pytest.mark.parametrize("path", [HEALTHY, READY])
    def test_it_is_plain_text_that_nobody_keeps(self, client, path):
        answer = client.get(path)
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies

    @pytest.mark.parametrize("path", [HEALTHY, READY])
    def test_it_is_only_read(self, client, path):
        head = client.head(path)
        assert told(head) == (200, b"")
        assert client.post(path).status_code == 405

    @pytest.mark.parametrize("path", [HEALTHY, READY])
    def test_another_host_is_refused_as_on_other_pages(self, client, path):
        assert client.get(path, HTTP_HOST="wrecker.example").status_code == 400

    def test_a_migration_that_is_missing_makes_it_not_ready(self, client):
        applied = MigrationRecorder(connection).applied_migrations()
        last = max(name for app, name in applied if app == "blog")
        MigrationRecorder(connection).record_unapplied("blog", last)
        assert told(client.get(READY)) == NOT_READY
        assert "no-store" in client.get(READY)["Cache-Control"]
        MigrationRecorder(connection).record_applied("blog", last)
        assert told(client.get(READY)) == (200, b"ok")

    def test_one_of_a_version_to_come_does_not(self, client):
        """While a newer version is put in place, the older one goes on."""
        MigrationRecorder(connection).record_applied("blog", "9999_to_come")
        assert told(client.get(READY)) == (200, b"ok")


@pytest.mark.django_db
class TestCondition:
    """What the public reads one word of, the owner reads whole."""

    def told(self) -> dict[str, tuple[bool, str]]:
        return {line.name: (line.is_ok, line.words) for line in condition.thorough()}

    def test_all_is_well(self):
        assert [words for is_ok, words in self.told().values() if not is_ok] == []
        assert len(self.told()) == 11

    def test_a_disk_that_fills(self, client, monkeypatch):
        gigabyte = 1024**3
        Usage = type(shutil.disk_usage("/"))

        def there_are(total: float, free: float) -> None:
            usage = Usage(*(int(n * gigabyte) for n in (total, total - free, free)))
            monkeypatch.setattr(condition.shutil, "disk_usage", lambda _: usage)

        there_are(100, 1.5)
        assert told(client.get(READY)) == NOT_READY
        is_ok, words = self.told()["disk"]
        assert not is_ok
        assert "1.5 GB (2%) free" in words
        for total, free in ((10, 1.5), (100, 5)):
            there_are(total, free)
            assert told(client.get(READY)) == (200, b"ok")

    def test_backups_are_looked_for_where_the_owner_says(
        self, client, settings, tmp_path
    ):
        settings.BACKUP_DIR = tmp_path
        assert told(client.get(READY)) == NOT_READY
        now = datetime.now(UTC)
        for hours, expected in ((27, NOT_READY), (25, (200, b"ok"))):
            name = Name(now - timedelta(hours=hours), 5, "0" * 12)
            (tmp_path / str(name)).touch()
            assert told(client.get(READY)) == expected
        assert "25 hours old" in self.told()["backup"][1]
        # Of a clock that was wrong: for years it would be called fresh.
        ahead = str(Name(now + timedelta(days=1), 5, "0" * 12))
        (tmp_path / ahead).touch()
        words = f"the time of {ahead} is still to come: move it away"
        assert self.told()["backup"] == (False, words)

    def test_a_log_that_was_changed(self):
        LogHead.objects.update(seq=3)
        assert self.told()["log of decisions"][0] is False

    def test_networks_that_were_not_forgotten(self, settings, tmp_path):
        settings.NETWORK_KEY_FILE = tmp_path / "network-key"
        Allowance.objects.create(
            key="32:0123456789abcdef",
            due=0,
            touched=timezone.now() - timedelta(hours=27),
        )
        assert self.told()["forget_networks"][0] is False
        call_command("forget_networks")
        assert self.told()["forget_networks"][0] is True

    def test_a_complaint_that_the_clock_has_missed(self):
        complaint_jobs.overdue(1)
        Complaint.objects.update(hide_at=timezone.now() - timedelta(hours=3))
        assert self.told()["complaint_clock"][0] is False
        call_command("complaint_clock", stdout=io.StringIO())
        assert self.told()["complaint_clock"][0] is True

    def test_texts_that_are_overdue(self, monkeypatch):
        deciding.do("spam", deciding.in_state(making.post()))
        assert self.told()["purge"] == (True, "nothing is overdue")
        late = timezone.now() + timedelta(days=32)
        monkeypatch.setattr(timezone, "now", lambda: late)
        assert self.told()["purge"][0] is False

    def test_the_command_says_all_of_it(self, settings, tmp_path):
        out = io.StringIO()
        call_command("check_health", stdout=out)
        assert len(out.getvalue().splitlines()) == 11
        assert "NOT OK" not in out.getvalue()
        settings.BACKUP_DIR = tmp_path
        with pytest.raises(CommandError, match="1 not as they should be"):
            call_command("check_health", stdout=out)
        assert f"there is none in {tmp_path}" in out.getvalue()

    def test_the_page_asks_the_database_twice(self, client, django_assert_num_queries):
        client.get(READY)
        with django_assert_num_queries(2):
            client.get(READY)


def test_the_disk_of_a_database_elsewhere_is_looked_at(own_database, inside, tmp_path):
    if own_database.url.startswith("postgres"):
        pytest.skip("The disk is the server's.")
    place = Place(own_database.url, tmp_path / "data")
    with inside(place):
        [words] = [line.words for line in condition.quick() if line.name == "disk"]
    assert f"free at {tmp_path}/data; " in words
    assert words.endswith(f"free at {tmp_path}")


def test_a_long_write_ahead_log(own_database):
    if own_database.url.startswith("postgres"):
        pytest.skip("PostgreSQL looks after its own.")
    # Somebody who reads for so long that it cannot be emptied.
    reader = sqlite3.connect(own_database.folder / "candour.sqlite3")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM blog_post").fetchone()
    try:
        own_database.work("tests.config.test_health:write_much")
        answers, _ = in_a_process(own_database.folder, **own_database.environment)
        assert answers == [[200, "ok"], [503, "not ok"]]
        said = own_database.manage("check_health", fails=True)
        assert "NOT OK write-ahead log: " in said
    finally:
        reader.close()


def write_much() -> None:
    under = making.post()
    for letter in "abcde":
        Post.objects.filter(pk=under.pk).update(body=letter * 15_000_000)


def test_a_new_database_is_not_ready(tmp_path):
    answers, _ = in_a_process(
        tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/new.sqlite3"
    )
    assert answers == [[200, "ok"], [503, "not ok"]]


@pytest.mark.parametrize(
    "url", [f"postgres://whelk:limpet@{NOBODY}/none", "sqlite:////proc/none/whelk"]
)
def test_a_database_that_does_not_answer(tmp_path, url):
    answers, log = in_a_process(tmp_path, DATABASE_URL=url)
    assert answers == [[200, "ok"], [503, "not ok"]]
    assert "ERROR django.request: failed with 503\n" in log
    for word in ("whelk", "limpet", "127.0.0.1", "readyz"):
        assert word not in log


def test_a_cache_that_does_not_answer(own_database):
    own_database.more["CACHE_URL"] = f"redis://{NOBODY}/0"
    answers, _ = in_a_process(own_database.folder, **own_database.environment)
    assert answers == [[200, "ok"], [503, "not ok"]]


def test_a_cache_that_answers(own_database, redis_url):
    own_database.more["CACHE_URL"] = redis_url
    answers, log = in_a_process(own_database.folder, **own_database.environment)
    assert answers == [[200, "ok"], [200, "ok"]]
    assert "ERROR" not in log
