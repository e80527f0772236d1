"""What a page with a long discussion costs beside the least it could cost.

The least is what a bare program does: read the rendered comments in the order of an
index and join them. Both run in this process, in turn; the ratio is what counts.

    python bench/bench_pages.py [--rounds 15]
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
os.environ.update(DATA_DIR=FOLDER.name, DEBUG="0", ALLOWED_HOSTS="testserver")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
sys.path.insert(0, str(ROOT))

import django  # noqa: E402 - the environment comes first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from blog.models import Post  # noqa: E402
from tests.blog.archive import made_blogs  # noqa: E402
from tests.blog.archive.dump_writer import write_post_page  # noqa: E402

SIZES = (17, 100, 200, 1000, 5000)


def least(post: Post) -> Callable[[], str]:
    """Rendered comments of one post, read in order and joined."""

    def read() -> str:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT html FROM blog_comment WHERE post_id = %s "
                "AND state = 'published' ORDER BY tree_id, lft",
                [post.pk],
            )
            return "".join(html for (html,) in cursor.fetchall())

    return read


def page(post: Post) -> Callable[[], bytes]:
    client, address = Client(), post.get_absolute_url()

    def get() -> bytes:
        response = client.get(address)
        assert response.status_code == 200
        return response.content

    return get


def timed(what: Callable[[], object]) -> float:
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    pages = Path(FOLDER.name) / "pages"
    pages.mkdir()
    for size in SIZES:
        for post in made_blogs.posts(Random(size), 1, size):
            (pages / f"{size}.txt").write_text(write_post_page(post))
    with open(os.devnull, "w") as nowhere:
        call_command("import_archive", str(pages), stdout=nowhere)
    print(f"{connection.vendor}: median of {options.rounds}, milliseconds")
    print("comments      page   bytes    least   page/least   ms a comment")
    for post in Post.objects.with_comment_count().order_by("comment_count"):
        ours, bare = page(post), least(post)
        size = len(ours())
        bare()
        both = [(timed(ours), timed(bare)) for _ in range(options.rounds)]
        mine = statistics.median(a for a, _ in both) * 1000
        floor = statistics.median(b for _, b in both) * 1000
        ratio = statistics.median(a / b for a, b in both)
        print(
            f"{post.comment_count:8} {mine:9.1f} {size:9,} {floor:7.2f} {ratio:9.1f} "
            f"{mine / post.comment_count:14.3f}"
        )


if __name__ == "__main__":
    main()
