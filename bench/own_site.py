"""A database of its own for a benchmark, and a table without a tree to compare with.

To be imported before anything of Django.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = tempfile.TemporaryDirectory(prefix="candour-bench-")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{FOLDER.name}/bench.sqlite3")
os.environ["DATA_DIR"] = FOLDER.name
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
sys.path.insert(0, str(ROOT))

import django  # noqa: E402 - the environment comes first

django.setup()

from django.db import connection, models, transaction  # noqa: E402

from blog.codes import new_public_id  # noqa: E402
from blog.models import Comment, ImportBatch, ImportChange, Post  # noqa: E402


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
    source_id = models.CharField(max_length=120, unique=True, null=True)

    class Meta:
        app_label = "bench"
        indexes = [
            models.Index(
                fields=["post"],
                condition=models.Q(state="published"),
                name="plain_published",
            )
        ]


COPIED = (
    "post_id",
    "name",
    "text",
    "html",
    "written_at",
    "state",
    "source_key",
    "source_id",
)


def timed(what: Callable[[], object]) -> float:
    """Seconds that it takes."""
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
    ImportChange.objects.all()._raw_delete(connection.alias)
    Comment.objects.all()._raw_delete(connection.alias)
    Post.objects.all().delete()
    ImportBatch.objects.all().delete()
