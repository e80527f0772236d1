"""Whether the site answers, and whether it could do its work, in one word."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.own_database import PATIENCE, ROOT

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
