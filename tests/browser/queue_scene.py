"""Comments that wait, two moderators, and what was decided, for the tests of the queue.

``serve`` runs in a process of the site's own, which ``asking`` asks.
"""

import json
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone

from blog.discussion import receipts, tree
from blog.discussion.text import contribution_html
from blog.models import Comment, Post
from moderation import desk
from moderation.actions import WAITING
from moderation.models import Decision, OpenCard, Screening
from moderation.transitions import Seen

PASSWORD = "a-password-for-tests"
OPENING = "Comment"
TOGETHER = 25  # below one post
MARK = "answer: "  # before what ``serve`` says; other lines are not its own
WORDS = (
    "signal harbour ledger lantern orchard bellows quarry thimble gasket trellis "
    "mortar anvil sextant bobbin cistern pulley rafter mantle spigot tallow wicket "
    "cobble furrow gable hopper jetty kettle lattice mullion nettle"
).split()


def text(number: int) -> str:
    picked = [WORDS[(number * step + step) % len(WORDS)] for step in (1, 7, 11, 13, 17)]
    return f"{OPENING} {number}: {' '.join(picked)} {number * 7919 % 9973}."


def add_moderator(name: str) -> None:
    if not User.objects.filter(username=name).exists():
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.groups.add(Group.objects.get(name="Moderators"))


def _post(number: int) -> Post:
    post, _ = Post.objects.get_or_create(
        title=f"Queue of the tests, {number}",
        defaults={
            "body": "Text.",
            "status": "published",
            "published_at": timezone.now(),
        },
    )
    return post


def write(number: int, start: int = 0) -> list[str]:
    """So many new comments, below several posts; their ids in order."""
    made = []
    with transaction.atomic():
        for at in range(start, start + number):
            comment = tree.insert(
                _post(at // TOGETHER),
                name="",
                text=text(at),
                html=contribution_html(text(at)),
                written_at=timezone.now().replace(second=0, microsecond=0),
                receipt_digest=receipts.digest(receipts.code_for(receipts.new_nonce())),
            )
            Screening.objects.create(comment=comment)
            made.append(comment.public_id)
    return made


def alone(number: int) -> list[str]:
    """So many comments wait, and no others."""
    clear()
    return write(number)


def clear() -> None:
    """Nothing waits any more: what is left over is spam."""
    add_moderator("broom")
    left = Comment.objects.unpublished().filter(state__in=WAITING)
    seen = [Seen(*row) for row in left.values_list("public_id", "version")]
    desk.decide(User.objects.get(username="broom"), seen, "spam")
    OpenCard.objects.all().delete()


def told(ids: list[str]) -> dict[str, list]:
    """Of each comment its state, and its rows of the log in order. In whichever lane
    it waits, it waits."""
    states = dict(
        Comment.objects.filter(public_id__in=ids).values_list("public_id", "state")
    )
    rows = {public_id: [] for public_id in ids}
    for row in Decision.objects.filter(comment_public_id__in=ids).order_by("seq"):
        rows[row.comment_public_id].append([row.action, row.reason, row.actor])
    return {
        id_: ["waits" if states[id_] in WAITING else states[id_], rows[id_]]
        for id_ in ids
    }


def serve() -> None:
    """Does what each line asks: the name of a function here, and its arguments."""
    for line in sys.stdin:
        name, args = json.loads(line)
        try:
            answer = {"is": globals()[name](*args)}
        except Exception:
            answer = {"failed": traceback.format_exc()}
        print(f"{MARK}{json.dumps(answer)}", flush=True)


@contextmanager
def asking(command: list[str], **options) -> Iterator:
    """Gives a function that asks ``serve`` in a process of its own."""
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    ) as process:

        def ask(name: str, *args: object) -> object:
            process.stdin.write(json.dumps([name, args]) + "\n")
            process.stdin.flush()
            line = next(line for line in process.stdout if line.startswith(MARK))
            answer = json.loads(line.removeprefix(MARK))
            assert "failed" not in answer, answer["failed"]
            return answer["is"]

        yield ask
        process.stdin.close()
