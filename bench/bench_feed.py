"""How much importing a whole blog costs beside the least that it could.

Writes a Google Takeout of 5,000 posts with 250,000 comments, imports it, imports it
again (as it comes, and with the order to read it all the same), and then does the two
things that cannot be avoided: a plain parse of the same file with the standard library,
and a plain ``bulk_create`` of the same rows into a table without a tree. One run of
all; the ratios are what counts, the machine is noisy.

    python bench/bench_feed.py [--posts 5000] [--comments 50]
"""

import argparse
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from random import Random

from own_site import FOLDER, PlainComment, plain, stored_rows, timed  # isort: skip

from django.core.management import call_command
from django.db import connection

from blog.models import Comment
from tests.blog.archive import made_blogs
from tests.blog.archive.takeout_writer import write_feed

ROOT = Path(__file__).resolve().parent.parent


def parse(file: Path) -> None:
    """The least that reading the file can cost with the standard library."""
    for _, element in ET.iterparse(file):  # noqa: S314  written by ourselves
        if element.tag.endswith("entry"):
            element.clear()


def imported(file: Path, *options: str) -> tuple[float, int]:
    """Seconds and the most memory in bytes of an import in a process of its own."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, ROOT / "manage.py", "import_archive", file, "-v0", *options],
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("The import failed.")
    return time.perf_counter() - started, used.ru_maxrss * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--comments", type=int, default=50)
    options = parser.parse_args()

    call_command("migrate", verbosity=0)
    file = Path(FOLDER.name) / "feed.atom"
    with file.open("w", encoding="utf-8") as out:
        write_feed(
            made_blogs.feed_posts(Random(1), options.posts, options.comments), out
        )
    total = options.posts * options.comments
    print(
        f"{connection.vendor}: {options.posts:,} posts, {total:,} comments, "
        f"{file.stat().st_size / 1e6:,.0f} MB"
    )
    first, memory = imported(file)
    again, memory_again = imported(file)
    read, memory_read = imported(file, "--again")
    if Comment.objects.count() != total:
        raise SystemExit(f"{Comment.objects.count():,} comments are there.")
    parsing = timed(lambda: parse(file))
    with connection.schema_editor() as editor:
        editor.create_model(PlainComment)
    rows = stored_rows()
    inserting = timed(lambda: plain(rows))
    with connection.schema_editor() as editor:
        editor.delete_model(PlainComment)

    for what, seconds in (
        ("import", first),
        ("the same file", again),
        ("read all the same", read),
        ("plain parse", parsing),
        ("plain bulk_create", inserting),
    ):
        print(f"{what:18} {seconds:8.1f} s  {total / seconds:10,.0f} comments/s")
    print(f"import / (parse + bulk_create): {first / (parsing + inserting):.2f}")
    print(f"import / the same file: {first / again:.1f}")
    print(f"import / read all the same: {first / read:.2f}")
    most = max(memory, memory_again, memory_read)
    print(f"peak memory: {memory / 1e6:.0f} MB, of all three {most / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
