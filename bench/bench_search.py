"""How long a page of the search takes in a small blog and in a large one.

One database grows from size to size. At each, questions of every kind are asked in
turn: rare words, common ones, those that stand in nearly every comment, several words,
phrases, and each again within a year or a label. The ratio of the medians is what
counts.

    python bench/bench_search.py [--sizes 10000 1000000] [--rounds 15]
"""

import argparse
import time
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from statistics import median, quantiles

from own_site import timed  # isort: skip

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from blog.models import Comment, Label, Post
from blog.search import index

VOCABULARY = 60_000
SAID = 3_000_000
COMMENTS_A_POST = 200
LABELS = 40
YEARS = 14
BATCH = 5000
WRITTEN = 100_000
FIRST = datetime(2010, 1, 1, 12, tzinfo=UTC)


class Words:
    """Words as a language has them: the tenth in rank a tenth as often as the first."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        ends = ("", "s", "ed", "ing", "ly", "ation", "er", "ness")
        syllables = [a + b for a in "bcdfghjklmnprstvw" for b in "aeiou"]
        known: dict[str, None] = {}
        while len(known) < VOCABULARY:
            size = 2 + len(known) % 3
            stem = "".join(self.random.choices(syllables, k=size))
            known[stem + ends[len(known) % 8]] = None
        self.known = list(known)
        weights = [1 / rank for rank in range(1, VOCABULARY + 1)]
        self.said = self.random.choices(
            self.known, cum_weights=list(accumulate(weights)), k=SAID
        )

    def text(self, most: int) -> str:
        """A piece of what was ever said, which is quicker than to say it anew."""
        start = self.random.randrange(SAID - most)
        return " ".join(self.said[start : start + self.random.randint(5, most)])


def add_posts(words: Words, first: int, last: int) -> None:
    posts = []
    for number in range(first, last):
        # As one import after another brings them, each in the order of the years.
        day = FIRST + timedelta(days=365 * YEARS * (number - first) / (last - first))
        body = words.text(1200)
        posts.append(
            Post(
                title=words.text(10),
                body=body,
                plain=body,
                body_html=f"<p>{body}</p>",
                summary=body[:300],
                address=f"{day:%Y/%m}/post-{number}",
                status=Post.Status.PUBLISHED,
                was_public=True,
                published_at=day,
            )
        )
    labels = list(Label.objects.all()) or Label.objects.bulk_create(
        [Label(name=f"Label {number}") for number in range(LABELS)]
    )
    with transaction.atomic():
        for post in Post.objects.bulk_create(posts, batch_size=200):
            post.labels.add(words.random.choice(labels))


def add_comments(words: Words, first: int, last: int) -> None:
    """By plain SQL: how they come in is not what is measured. Those past the first are
    copies of these, below other posts."""
    fields = [field for field in Comment._meta.concrete_fields if field.name != "id"]
    posts = list(Post.objects.order_by("pk").values_list("pk", flat=True))
    written = min(max(first, WRITTEN), last)
    _write(words, fields, posts, first, written)
    places = {
        "tree_id": "tree_id + {0}",
        "post_id": f"{posts[0]} + (tree_id + {{0}} - 1) / {COMMENTS_A_POST}",
        "public_id": "substr(CAST(10000000000000 + tree_id + {0} AS text), 2)",
    }
    columns = [field.column for field in fields]
    for start in range(written, last, WRITTEN):
        values = [places.get(column, f'"{column}"').format(start) for column in columns]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO blog_comment ({', '.join(columns)}) "  # noqa: S608
                f"SELECT {', '.join(values)} FROM blog_comment "
                f"WHERE tree_id <= {min(WRITTEN, last - start)}"
            )


def _write(words: Words, fields: list, posts: list[int], first: int, last: int) -> None:
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO blog_comment ({columns}) VALUES ({places})"  # noqa: S608
    fixed = {field.name: field.get_default() for field in fields}
    fixed |= {"name": "", "level": 0, "lft": 1, "rght": 2, "state": "published"}
    for start in range(first, last, BATCH):
        rows = []
        for number in range(start, min(start + BATCH, last)):
            values = fixed | {
                "post": posts[number // COMMENTS_A_POST],
                "tree_id": number + 1,
                "public_id": f"{number + 1:013}",
                "text": words.text(100),
                "written_at": FIRST + timedelta(minutes=number),
            }
            rows.append(
                [f.get_db_prep_save(values[f.name], connection) for f in fields]
            )
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(insert, rows)


def questions(words: Words) -> list[str]:
    """Of each kind one, by how often its words occur."""
    word = words.known.__getitem__
    plain = [
        word(30_000),
        word(5000),
        word(900),
        word(150),
        word(20),
        word(2),
        word(0),
        f"{word(40)} {word(300)}",
        f"{word(0)} {word(2500)}",
        f"{word(1)} {word(4)} {word(9)}",
        f'"{word(0)} {word(3)}"',
        f'"{word(15)} {word(60)}"',
        f"{word(100)} -{word(0)}",
        "nowhere",
    ]
    asked = [f"q={text}" for text in plain]
    asked += [f"q={text}&year=2015" for text in plain]
    # Of the oldest post: one that no post of the small blog bears would cost nothing.
    label = Label.objects.filter(posts=Post.objects.order_by("pk")[0]).get()
    asked += [f"q={text}&label={label}" for text in plain]
    asked += [f"q={text}&kind=comments&page=3" for text in plain]
    return [each.replace(" ", "+").replace('"', "%22") for each in asked]


def measured(asked: list[str], rounds: int, clock) -> dict[str, list[float]]:
    """Milliseconds that the page took, by question."""
    client = Client(SERVER_NAME="localhost")
    times: dict[str, list[float]] = {each: [] for each in asked}
    for number in range(rounds + 1):
        for each in asked:
            start = clock()
            answer = client.get(f"/search?{each}")
            took = (clock() - start) * 1000
            assert answer.status_code == 200, answer
            if number:  # the first round warms up
                times[each].append(took)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--each", action="store_true", help="Print every question.")
    parser.add_argument(
        "--cpu",
        action="store_true",
        help="Of this process alone, whatever else the machine does. On SQLite only: "
        "PostgreSQL works in others.",
    )
    options = parser.parse_args()
    clock = time.process_time if options.cpu else time.perf_counter
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
    }
    call_command("migrate", verbosity=0)
    words, there, posts, medians = Words(1), 0, 0, []
    for size in sorted(options.sizes):
        needed = -(-size // COMMENTS_A_POST)
        add_posts(words, posts, needed)
        loading = timed(lambda start=there, end=size: add_comments(words, start, end))
        filling = timed(index.fill)
        times = measured(questions(words), options.rounds, clock)
        everything = sorted(took for some in times.values() for took in some)
        slowest = max(median(some) for some in times.values())
        medians.append(median(everything))
        print(
            f"{connection.vendor}: {size:,} comments (loaded in {loading:.0f} s, put "
            f"into the index in {filling:.0f} s): p50 {medians[-1]:.1f} ms, p95 "
            f"{quantiles(everything, n=20)[-1]:.1f} ms, slowest question "
            f"{slowest:.0f} ms"
        )
        if options.each:
            for each, some in times.items():
                print(f"  {median(some):8.1f} ms  {each}")
        there, posts = size, needed
    if len(medians) > 1:
        print(f"p50 of the largest / of the smallest: {medians[-1] / medians[0]:.2f}")
    file = Path(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        print(f"the database has {file.stat().st_size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
