"""What processes do at once, with the test's own database."""

import threading
from datetime import UTC, datetime

from django.db import DatabaseError, connection
from django.utils import timezone

from tests.own_database import PATIENCE

# For what must not see the key of a day change while processes work.
A_DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _in_threads(work, count: int) -> list:
    """What ``work(number)`` returned in each of ``count`` threads, begun together."""
    begin = threading.Barrier(count)
    results: list = [None] * count

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            begin.wait(timeout=PATIENCE)
            results[number] = work(number)
        except Exception as error:
            results[number] = f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def post() -> int:
    from blog.models import Post

    return Post.objects.create(title="Rota", status="published", body="Text.").pk


def waiting(post_id: int, count: int) -> list[str]:
    """Public ids of new comments."""
    from blog.discussion.submission import submit
    from blog.models import Post

    under = Post.objects.get(pk=post_id)
    return [
        submit(under, f"Text {number}").comment.public_id for number in range(count)
    ]


def decide_one(public_id: str, count: int) -> list:
    """Half of the threads approve, half refuse: rows written, and why not."""
    from moderation import transitions
    from moderation.transitions import Actor, Seen

    def work(number: int) -> list:
        outcome = transitions.decide(
            [Seen(public_id, 1)],
            "approve" if number % 2 else "reject",
            Actor("moderator", f"moderator {number}"),
            reason="" if number % 2 else "off_topic",
        )
        return [len(outcome.done), [c.message for c in outcome.conflicts]]

    return _in_threads(work, count)


def decide_each(public_ids: list[str]) -> int:
    """Approves, hides and restores each; the number of rows written."""
    from moderation import transitions
    from moderation.transitions import Actor, Seen

    actor = Actor("moderator", "ann")
    rows = 0
    for public_id in public_ids:
        for version, action in enumerate(("approve", "hide", "restore"), 1):
            reason = "harassment" if action == "hide" else ""
            seen = [Seen(public_id, version)]
            rows += len(transitions.decide(seen, action, actor, reason=reason).done)
    return rows


def check_log() -> list:
    """Checks the log and the comments by it again and again while rows are added: how
    many there were each time, and what was wrong."""
    import time

    from moderation import log, replay
    from moderation.models import LogHead

    found, until = [], time.monotonic() + PATIENCE
    while time.monotonic() < until:
        rows = LogHead.objects.get(pk=1).seq
        wrong = [fault.message for fault in log.faults()]
        wrong += [f"{d.public_id} {d.message}" for d in replay.differences()]
        found.append([rows, wrong])
        if rows == 180:
            break
    return found


def submit_one(post_id: int, nonce: str, count: int) -> list:
    """The same form from as many threads: public id, receipt and whether it was new."""
    from blog.discussion.submission import submit
    from blog.models import Post

    under = Post.objects.get(pk=post_id)

    def work(number: int) -> list:
        stored = submit(under, "Once is enough.", nonce=nonce)
        return [stored.comment.public_id, stored.code, stored.is_new]

    return _in_threads(work, count)


def submit_from(post_id: int, address: str, count: int) -> list[list[str]]:
    """The codes of what screening noted of each of ``count`` comments."""
    from blog.discussion.submission import Circumstances, submit
    from blog.models import Post
    from moderation.screening import network

    under = Post.objects.get(pk=post_id)
    network._day = lambda now: A_DAY.date().isoformat()
    return [
        [
            note["code"]
            for note in submit(
                under,
                f"{timezone.now()} {number}",
                circumstances=Circumstances(address=address),
            ).comment.screening.why
        ]
        for number in range(count)
    ]


def remind() -> list:
    """Whether a mail was sent, and how many."""
    from django.conf import settings
    from django.core import mail as django_mail

    from moderation import mail
    from tests.mailing import settings_for

    for name, value in settings_for("locmem").items():
        setattr(settings, name, value)
    django_mail.outbox = []
    return [mail.remind(), len(django_mail.outbox)]


def network_keys(address: str) -> list[str]:
    from moderation.screening import network

    return network.keys(network.Purpose.COMMENT, address, A_DAY)


def refused(sql: str) -> str:
    """What the database says to a statement that it does not carry out."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as error:
        return str(error)
    return ""


def the_log() -> dict:
    """What the log is worth: rows, faults, and the last states it tells."""
    from blog.models import Comment
    from moderation import log
    from moderation.models import Decision

    return {
        "rows": Decision.objects.count(),
        "faults": [[fault.seq, fault.message] for fault in log.faults()],
        "told": {
            row.comment_public_id: [row.to_state, row.version]
            for row in Decision.objects.order_by("seq")
        },
        "stored": {
            comment.public_id: [comment.state, comment.version]
            for comment in Comment.objects.all()
        },
    }
