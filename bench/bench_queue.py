"""What stands beside the comments of the queue: what it costs to write and to read.

5,000 comments came before; 50 wait, each with a name, a parent, a link, persons and
texts like its own. Similar texts are looked for once, when a comment comes: here that
is set beside what it would cost to look for them at every reading.

    python bench/bench_queue.py [--rounds 7]
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = tempfile.TemporaryDirectory(prefix="candour-bench-")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{FOLDER.name}/bench.sqlite3")
os.environ.update(DATA_DIR=FOLDER.name, DEBUG="0", ALLOWED_HOSTS="testserver")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
sys.path.insert(0, str(ROOT))

import django  # noqa: E402 - the environment comes first

django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from blog.discussion.submission import Circumstances, submit  # noqa: E402
from blog.discussion.text import contribution_html  # noqa: E402
from blog.models import Comment  # noqa: E402
from moderation.admin import cards, context  # noqa: E402
from moderation.models import Screening  # noqa: E402
from moderation.screening import earlier, likeness  # noqa: E402
from tests.blog.discussion.long_discussions import SHAPES  # noqa: E402
from tests.blog.discussion.long_discussions import write as store  # noqa: E402
from tests.blog.making import post  # noqa: E402

BEFORE, WAITING = 5000, 50
WORDS = (
    "tide table ferry rota crew office harbour wind deck engine winter union board "
    "paper week night shift letter money answer meeting captain mate watch line"
).split()


def text(chance: random.Random, words: int = 120) -> str:
    return " ".join(
        "".join(chance.sample("abcdefghijklmnoprstuvw", 4)) + chance.choice(WORDS)
        for _ in range(words)
    )


def write() -> None:
    chance = random.Random(7)
    places = [post(number) for number in range(1, 11)]
    before = [
        comment
        for place in places
        for comment in store(place, SHAPES["mixed"](BEFORE // 10), name="Bosun")
    ]
    for comment in before:
        comment.text = text(chance)
        comment.html = contribution_html(comment.text)
    Comment.objects.bulk_update(before, ["text", "html"], batch_size=500)
    Screening.objects.bulk_create(
        [
            Screening(
                comment=comment,
                sketch=likeness.sketch(likeness.runs(comment.text)),
            )
            for comment in before
        ],
        batch_size=500,
    )
    for number in range(WAITING):
        parent = before[number * 100 + 3]
        submit(
            parent.post,
            f"{before[number * 90].text} Jane Smith is lying, says Peter Oakes. "
            f"https://t{number}.example/",
            name="Bosun",
            parent=parent,
            circumstances=Circumstances(form_age=60),
        )


def measured(what: str, act: Callable[[], object], rounds: int) -> None:
    """Of this process's own time, so that others on the machine count for little."""
    took = []
    for _ in range(rounds):
        start = time.process_time()
        act()
        took.append(time.process_time() - start)
    print(f"{what}: {statistics.median(took) * 1000:.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    write()
    user = User.objects.create(username="bench", is_staff=True)
    user.groups.set(Group.objects.filter(name="Moderators"))
    client = Client()
    client.force_login(user)
    address = reverse("admin:moderation_queuedcomment_changelist")
    waiting = list(cards.comments().filter(state="pending").order_by("pk"))
    assert len(waiting) == WAITING
    sketches = {
        row.pk: bytes(row.sketch)
        for row in Screening.objects.filter(pk__in=[c.pk for c in waiting])
    }

    def looked_for(count: int) -> None:
        for comment in waiting[:count]:
            runs = likeness.runs(comment.text)
            earlier.nearest(comment, sketches[comment.pk], runs)

    def once_for_all() -> None:
        """One reading of the sketches for the page."""
        rows = Screening.objects.order_by("-comment_id").values_list(
            "comment_id", "sketch"
        )
        read = list(rows[: earlier.COMPARED])
        for comment in waiting:
            list(likeness.proposed(sketches[comment.pk], read, least=0.3))

    measured(
        "similar texts of one comment, when it comes", lambda: looked_for(1), rounds
    )
    measured("the page of 50 cards", lambda: client.get(address), rounds)
    measured(
        "  of that, all that stands beside them",
        lambda: context.contexts(waiting),
        rounds,
    )
    measured("similar texts, if looked for at reading", once_for_all, rounds)


if __name__ == "__main__":
    main()
