"""Eight writers at once, as a server's workers are: real processes, real databases."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.own_database import PATIENCE

from .soundness import unsound_trees

ROOT = Path(__file__).resolve().parents[3]
PROCESSES, INSERTS_EACH, POSTS = 8, 50, 6

COLUMNS = "SELECT id, parent_id, tree_id, lft, rght, level, post_id FROM blog_comment"
MAKE_POSTS = f"""
from blog.models import Post
for number in range({POSTS}):
    Post.objects.create(title=f"Post {{number}}", status="published")
"""


def environment(url: str, folder: Path) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CANDOUR_ENV": "development",
    }


def manage(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def write_together(env: dict[str, str]) -> list[dict]:
    """What each of the writers made; all begin at one word."""
    command = [sys.executable, "-m", "tests.blog.discussion.insert_worker"]
    writers = [
        subprocess.Popen(
            [*command, str(seed), str(INSERTS_EACH)],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(PROCESSES)
    ]
    try:
        for writer in writers:
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            writer.stdin.write("go\n")
            writer.stdin.flush()
        return [
            json.loads(writer.communicate(timeout=PATIENCE)[0]) for writer in writers
        ]
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()


def assert_nothing_lost(reports: list[dict], rows: list[tuple], checked: str) -> None:
    errors = [error for report in reports for error in report["errors"]]
    assert errors == []
    made = [tuple(comment) for report in reports for comment in report["made"]]
    assert len(rows) == len(made) == PROCESSES * INSERTS_EACH
    assert sorted((row[0], row[1], row[6]) for row in rows) == sorted(made)
    posts_of = {row[0]: row[6] for row in rows}
    assert all(posts_of[row[1]] == row[6] for row in rows if row[1])
    # The run must have been one in which trees could break.
    answered = [row for row in rows if row[1] is not None]
    assert len(answered) > len(rows) / 2
    assert len({row[6] for row in rows}) == POSTS
    assert unsound_trees(row[:6] for row in rows) == set()
    trees = len(rows) - len(answered)
    assert checked == f"{len(rows)} comments in {trees} trees: 0 wrong.\n"


def test_nothing_is_lost_or_corrupt_on_sqlite(tmp_path):
    file = tmp_path / "candour.sqlite3"
    env = environment(f"sqlite:///{file}", tmp_path)
    manage(env, "migrate", "--verbosity=0")
    manage(env, "shell", "--no-imports", "-c", MAKE_POSTS)
    reports = write_together(env)
    checked = manage(env, "check_trees")
    with sqlite3.connect(file) as connection:
        rows = connection.execute(COLUMNS).fetchall()
    connection.close()
    assert_nothing_lost(reports, rows, checked)


@pytest.mark.postgres
def test_nothing_is_lost_or_corrupt_on_postgresql(tmp_path, postgres_url):
    env = environment(postgres_url, tmp_path)
    manage(env, "migrate", "--verbosity=0")
    manage(env, "shell", "--no-imports", "-c", MAKE_POSTS)
    reports = write_together(env)
    checked = manage(env, "check_trees")
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute(COLUMNS).fetchall()
    assert_nothing_lost(reports, rows, checked)
