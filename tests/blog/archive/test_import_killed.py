"""An import that is killed and run again ends like one that was not."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.own_database import PATIENCE

from . import made_blogs
from .dump_writer import write_post_page
from .takeout_writer import write_feed

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.own_sqlite


def manage(folder: Path, *args: str, **options) -> subprocess.Popen:
    environment = os.environ | {
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'blog.sqlite3'}",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", *args],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        **options,
    )


def finish(process: subprocess.Popen) -> None:
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors.decode()


def contents(folder: Path) -> list[tuple]:
    """All that an import stores, without numbers that depend on the attempts."""
    database = sqlite3.connect(folder / "blog.sqlite3")
    rows = database.execute(
        """
        SELECT post.address, post.body, post.source_id, post.published_at,
               comment.source_key, comment.source_id, comment.text, comment.name,
               comment.written_at, comment.state,
               comment.level, comment.lft, comment.rght, parent.source_key
        FROM blog_post AS post
        LEFT JOIN blog_comment AS comment ON comment.post_id = post.id
        LEFT JOIN blog_comment AS parent ON parent.id = comment.parent_id
        ORDER BY post.source_key, comment.source_key
        """
    ).fetchall()
    database.close()
    return rows


def killed_and_run_again(tmp_path: Path, archive: Path, kills: int) -> None:
    """Kills an import at random moments, runs it again, compares with one that was
    left alone."""
    chosen = random.Random(20)
    whole = tmp_path / "whole"
    finish(manage(whole, "migrate", "--verbosity", "0"))
    started = time.monotonic()
    finish(manage(whole, "import_archive", str(archive)))
    duration = time.monotonic() - started

    killed = tmp_path / "killed"
    finish(manage(killed, "migrate", "--verbosity", "0"))
    interrupted = 0
    for _ in range(kills):
        process = manage(killed, "import_archive", str(archive))
        time.sleep(chosen.uniform(0.2, 1.0) * duration)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if process.returncode == -signal.SIGKILL:
            interrupted += 1
        else:
            # The machine is faster than it was: sooner, the next time.
            duration *= 0.7
        if not interrupted:
            shutil.rmtree(killed)
            finish(manage(killed, "migrate", "--verbosity", "0"))
    assert interrupted, "No run was killed before its end: the test shows nothing."
    finish(manage(killed, "import_archive", str(archive)))
    assert contents(killed) == contents(whole)
    assert len(contents(whole)) == 40 * 60
    finish(manage(killed, "check_trees"))


def test_pages_killed_at_random_moments_and_run_again(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    for number, post in enumerate(made_blogs.posts(random.Random(20), 40, 60)):
        (pages / f"{number:03}.txt").write_text(write_post_page(post))
    killed_and_run_again(tmp_path, pages, kills=8)


def test_a_feed_killed_at_twenty_random_moments_and_run_again(tmp_path):
    feed = tmp_path / "feed.atom"
    with feed.open("w") as file:
        write_feed(made_blogs.feed_posts(random.Random(20), 40, 60), file)
    killed_and_run_again(tmp_path, feed, kills=20)
