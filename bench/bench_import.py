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
import sys
import tempfile
import time
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
from django.db import connection, models, transaction  # noqa: E402

from blog.codes import new_public_id  # noqa: E402
from blog.models import Comment, Post  # noqa: E402
from tests.blog.archive import made_blogs  # noqa: E402
from tests.blog.archive.dump_writer import write_post_page  # noqa: E402


class PlainComment(models.Model):
    """A comment without a tree: the other columns and indexes are the same."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+"
    )
    public_id = models.CharField(max_length=13, unique=True, default=new_public_id)
    name = models.CharField(max_length=100, null=True)
    text = models.TextField()
    html = models.TextField()
    written_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=1)
    source_key = models.CharField(max_length=100, unique=True, null=True)

    class Meta:
        app_label = "bench"
        indexes = [
            models.Index(
                fields=["post"],
                condition=models.Q(state="published"),
                name="plain_published",
            )
        ]


COPIED = ("post_id", "name", "text", "html", "written_at", "state", "source_key")


def timed(what) -> float:
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def plain(pages: list[list[dict]]) -> None:
    """The same rows, one transaction a page as in the import."""
    for rows in pages:
        with transaction.atomic():
            PlainComment.objects.bulk_create(
                [PlainComment(**row) for row in rows], batch_size=500
            )


def stored_rows() -> list[list[dict]]:
    """What the import stored, by page."""
    pages: dict[int, list[dict]] = {}
    for row in Comment.objects.order_by("post_id", "tree_id", "lft").values(*COPIED):
        pages.setdefault(row["post_id"], []).append(row)
    return list(pages.values())


def empty() -> None:
    PlainComment.objects.all()._raw_delete(connection.alias)
    Comment.objects.all()._raw_delete(connection.alias)
    Post.objects.all()._raw_delete(connection.alias)


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
