"""What a page of a discussion of 5,000 comments costs beside one of 200.

Each kind is made in both sizes; their pages are asked for in turn, in this process,
and the ratio is what counts.

    python bench/bench_long.py [--rounds 15]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

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

from blog.discussion import pages, shown  # noqa: E402
from blog.models import Comment, DiscussionPage, Post  # noqa: E402
from tests.blog.discussion.long_discussions import SHAPES, write  # noqa: E402

SHORT, LONG = 200, 5000
MADE_AT = datetime(2022, 9, 2, 20, tzinfo=UTC)


def made(shape: str, size: int, number: int) -> Post:
    post = Post.objects.create(
        title=f"{shape} {size}",
        body="Some words about the matter.",
        status=Post.Status.PUBLISHED,
        published_at=MADE_AT + timedelta(days=number),
    )
    write(post, SHAPES[shape](size))
    pages.cut_posts([post.pk])
    return post


def seconds(client: Client, address: str) -> tuple[float, int]:
    """Of this process's own time, so that others on the machine count for little."""
    start = time.process_time()
    response = client.get(address)
    took = time.process_time() - start
    if response.status_code != 200:
        raise SystemExit(f"{address}: {response.status_code}")
    return took, len(response.content)


def decision(post: Post) -> float:
    """Milliseconds of what a decision works out about the whole discussion."""
    newest = Comment.objects.filter(post=post).order_by("-pk").first()
    start = time.process_time()
    shown.settle([newest.pk])
    return (time.process_time() - start) * 1000


def cutting(post: Post) -> float:
    """Milliseconds of them for its pages, where nothing changes."""
    comments = list(Comment.objects.filter(post=post).order_by("tree_id", "lft"))
    start = time.process_time()
    pages.cut(post, comments)
    return (time.process_time() - start) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client()
    print(
        f"{connection.vendor}: median of {options.rounds}, milliseconds of this process"
    )
    print("discussion        page        bytes     page   200 comments   ratio")
    for number, shape in enumerate(SHAPES):
        short = made(shape, SHORT, 2 * number)
        long = made(shape, LONG, 2 * number + 1)
        shown.settle_posts([short.pk, long.pk])
        last = DiscussionPage.objects.filter(post=long, order="oldest").count()
        plain = short.get_absolute_url()
        for asked in (
            "",
            f"?page={last // 2}",
            f"?page={last}",
            f"?comments=newest&page={last // 2}",
        ):
            address = long.get_absolute_url() + asked
            size = seconds(client, address)[1]
            seconds(client, plain)
            both = [
                (seconds(client, address)[0], seconds(client, plain)[0])
                for _ in range(options.rounds)
            ]
            ours = statistics.median(a for a, _ in both) * 1000
            base = statistics.median(b for _, b in both) * 1000
            print(
                f"{shape:12} {asked.removeprefix('?') or 'page=1':>24} {size:9,} "
                f"{ours:8.1f} {base:12.1f} {ours / base:9.2f}"
            )
        address = f"{long.get_absolute_url()}?comments=map"
        took, size = seconds(client, address)
        print(f"{shape:12} {'comments=map':>24} {size:9,} {took * 1000:8.1f}")
        print(
            f"{shape:12} a decision: {decision(long):.0f} ms, "
            f"of which pages {cutting(long):.0f} ms"
        )


if __name__ == "__main__":
    main()
