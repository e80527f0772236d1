"""An import of a post while readers answer it and its trees are rebuilt: no error, no
deadlock, no bad tree. Real processes, on the database that the tests run on."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.own_database import PATIENCE

from . import made_blogs
from .dump_writer import write_post_page

ROOT = Path(__file__).resolve().parents[3]
WRITERS, ANSWERS = 4, 12

WRITER = """
import sys, random, django
django.setup()
from blog.discussion import submission
from blog.models import Comment, Post
chosen = random.Random(int(sys.argv[1]))
post = Post.objects.get()
for number in range(int(sys.argv[2])):
    parents = [None, *Comment.objects.filter(post=post)[:200]]
    text = f"Answer {sys.argv[1]} {number}"
    submission.submit(post, text, parent=chosen.choice(parents))
"""


def manage(place, *arguments: str) -> subprocess.Popen:
    return start(place, "manage.py", *arguments)


def start(place, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=place.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(processes: list[subprocess.Popen]) -> list[str]:
    """What those printed that failed."""
    said = [
        (each.communicate(timeout=PATIENCE)[0], each.returncode) for each in processes
    ]
    return [text for text, code in said if code]


def test_nobody_waits_for_another_for_ever(own_database, tmp_path):
    (post,) = made_blogs.posts(Random(5), 1, 120)
    copies = []
    for size in (60, 80, 100, 120):
        copies.append(tmp_path / f"{size}.txt")
        early = type(post)(
            title=post.title,
            date=post.date,
            body=post.body,
            comments=post.comments[:size],
            comments_declared=size,
        )
        copies[-1].write_text(write_post_page(early))
    assert ended([manage(own_database, "import_archive", str(copies[0]))]) == []

    running = [
        start(own_database, "-c", WRITER, str(number), str(ANSWERS))
        for number in range(WRITERS)
    ]
    for copy in copies[1:]:
        both = [
            manage(own_database, "import_archive", str(copy)),
            manage(own_database, "check_trees", "--rebuild"),
        ]
        assert ended(both) == []
    assert ended(running) == []

    checked = manage(own_database, "check_trees")
    printed, _ = checked.communicate(timeout=PATIENCE)
    assert checked.returncode == 0
    assert printed.startswith(f"{120 + WRITERS * ANSWERS} comments in ")


def test_a_dry_run_keeps_nobody_waiting(own_database, tmp_path):
    """It tells what an import would do while another writer holds the database."""
    if not own_database.url.startswith("sqlite"):
        pytest.skip("PostgreSQL lets many writers in at a time.")
    (post,) = made_blogs.posts(Random(5), 1, 20)
    page = tmp_path / "page.txt"
    page.write_text(write_post_page(post))
    file = Path(own_database.url.removeprefix("sqlite:///"))
    before = file.read_bytes()
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    # Django's own checks wait for the writer; what is tested does not.
    options = ("--dry-run", "--skip-checks")
    told = own_database.manage("import_archive", *options, str(page))
    writer.execute("ROLLBACK")
    assert "Would import 1 post (1 new), 20 comments (20 new)" in told
    assert "Nothing was written" in told
    assert writer.execute("SELECT count(*) FROM blog_comment").fetchone() == (0,)
    writer.close()
    assert file.read_bytes() == before
