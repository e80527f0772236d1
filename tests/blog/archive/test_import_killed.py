"""An import that is killed and run again ends like one that was not."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from . import made_blogs
from .dump_writer import write_post_page

ROOT = Path(__file__).resolve().parents[3]
KILLS = 8


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
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()


def contents(folder: Path) -> list[tuple]:
    """All that an import stores, without numbers that depend on the attempts."""
    database = sqlite3.connect(folder / "blog.sqlite3")
    rows = database.execute(
        """
        SELECT post.address, post.body, comment.source_key, comment.text,
               comment.level, comment.lft, comment.rght, parent.source_key
        FROM blog_post AS post
        LEFT JOIN blog_comment AS comment ON comment.post_id = post.id
        LEFT JOIN blog_comment AS parent ON parent.id = comment.parent_id
        ORDER BY post.source_key, comment.source_key
        """
    ).fetchall()
    database.close()
    return rows


def test_killed_at_random_moments_and_run_again(tmp_path):
    chosen = random.Random(20)
    pages = tmp_path / "pages"
    pages.mkdir()
    for number, post in enumerate(made_blogs.posts(chosen, 40, 60)):
        (pages / f"{number:03}.txt").write_text(write_post_page(post))

    whole = tmp_path / "whole"
    finish(manage(whole, "migrate", "--verbosity", "0"))
    started = time.monotonic()
    finish(manage(whole, "import_archive", str(pages)))
    duration = time.monotonic() - started

    killed = tmp_path / "killed"
    finish(manage(killed, "migrate", "--verbosity", "0"))
    interrupted = 0
    for _ in range(KILLS):
        process = manage(killed, "import_archive", str(pages))
        time.sleep(chosen.uniform(0.2, 1.0) * duration)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        interrupted += process.returncode == -signal.SIGKILL
    assert interrupted, "No run was killed before its end: the test shows nothing."
    finish(manage(killed, "import_archive", str(pages)))
    assert contents(killed) == contents(whole)
    assert len(contents(whole)) == 40 * 60
    finish(manage(killed, "check_trees"))
