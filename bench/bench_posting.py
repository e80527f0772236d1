"""What storing one comment costs beside the least it could cost.

The least is one transaction that inserts one row and is on the disk when it ends.
Ours takes a number for the tree, screens the comment against up to 5,000 others,
counts paces and notes what it found. In turn, in one process; the ratio counts.

    python bench/bench_posting.py [--rounds 60]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
FOLDER = tempfile.TemporaryDirectory(prefix="candour-bench-")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{FOLDER.name}/bench.sqlite3")
os.environ["DATA_DIR"] = FOLDER.name
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
sys.path.insert(0, str(ROOT))

import django  # noqa: E402 - the environment comes first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from blog.discussion.submission import Circumstances, submit  # noqa: E402
from blog.models import Comment, Post  # noqa: E402
from tests.blog.archive import made_blogs  # noqa: E402

SIZES = (0, 1000, 5000)


def timed(what: Callable[[], object]) -> float:
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    post = Post.objects.create(title="Bench", body="x", status="published")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_row (id INTEGER PRIMARY KEY, body TEXT)")
    chosen = Random(7)
    texts = made_blogs.texts(chosen)
    number = 0

    def least() -> None:
        nonlocal number
        number += 1
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_row (id, body) VALUES (%s, %s)",
                [number, next(texts)],
            )

    def ours() -> None:
        address = f"81.{chosen.randrange(256)}.{chosen.randrange(256)}.9"
        submit(post, next(texts), circumstances=Circumstances(address=address))

    print(f"{connection.vendor}: median of {options.rounds}, milliseconds")
    print("comments before   one comment    least   ratio")
    for size in SIZES:
        while Comment.objects.count() < size:
            ours()
        both = [(timed(ours), timed(least)) for _ in range(options.rounds)]
        mine = statistics.median(a for a, _ in both) * 1000
        floor = statistics.median(b for _, b in both) * 1000
        ratio = statistics.median(a / b for a, b in both)
        print(f"{size:15} {mine:13.1f} {floor:8.1f} {ratio:7.1f}")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_row")


if __name__ == "__main__":
    main()
