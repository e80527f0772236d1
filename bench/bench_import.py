"""How much an import costs beside a plain bulk insert of the same rows.

Writes 250 pages with 400 comments each (100,000 comments), imports them with the
command, then stores the same values with ``bulk_create`` into a table without a tree
but with the same other columns and indexes, page by page like the import. Both in one
run and in turn, several rounds; the ratio is what counts, the machine is noisy.

    python bench/bench_import.py [--rounds 3] [--posts 250] [--comments 400]
"""

import argparse
import os
import statistics
from pathlib import Path
from random import Random

from own_site import FOLDER, PlainComment, empty, plain, stored_rows, timed  # isort: skip

from django.core.management import call_command
from django.db import connection

from blog.models import Comment
from tests.blog.archive import made_blogs
from tests.blog.archive.dump_writer import write_post_page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--posts", type=int, default=250)
    parser.add_argument("--comments", type=int, default=400)
    options = parser.parse_args()

    call_command("migrate", verbosity=0)
    pages = Path(FOLDER.name) / "pages"
    pages.mkdir()
    made = made_blogs.posts(Random(1), options.posts, options.comments)
    size = 0
    for number, post in enumerate(made):
        size += (pages / f"{number:05}.txt").write_text(write_post_page(post))
    total = options.posts * options.comments
    print(f"{connection.vendor}: {options.posts} pages, {total:,} comments, {size:,} B")

    with connection.schema_editor() as editor:
        editor.create_model(PlainComment)
    times: dict[str, list[float]] = {"import": [], "again": [], "plain": []}
    for _ in range(options.rounds):
        empty()
        with open(os.devnull, "w") as nowhere:

            def run() -> None:
                call_command("import_archive", str(pages), stdout=nowhere, verbosity=0)

            times["import"].append(timed(run))
            assert Comment.objects.count() == total
            times["again"].append(timed(run))
        rows = stored_rows()
        times["plain"].append(timed(lambda rows=rows: plain(rows)))
    for what, seconds in times.items():
        middle = statistics.median(seconds)
        print(f"{what:8} {middle:7.2f} s  {total / middle:10,.0f} comments/s")
    for what in ("import", "again"):
        ratios = [a / b for a, b in zip(times[what], times["plain"], strict=True)]
        print(
            f"{what} / plain: {statistics.median(ratios):.2f} "
            f"({min(ratios):.2f} to {max(ratios):.2f})"
        )
    with connection.schema_editor() as editor:
        editor.delete_model(PlainComment)


if __name__ == "__main__":
    main()
