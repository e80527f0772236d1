"""What processes do with a database of their own: fill it, write on, back it up."""

import hashlib
import io
import os
import time
from pathlib import Path

from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from blog.discussion import tree
from blog.discussion.pseudonyms import Proof
from blog.discussion.submission import Circumstances, submit
from blog.models import Comment, Post
from blog.search import index
from config import condition
from config.backup import rows, taking
from moderation import (
    actions,
    complaints,
    log,
    questions,
    replay,
    rulebook,
    transitions,
)
from moderation.complaints import Arrival
from moderation.models import Allowance, ArrivalCount, Decision, OpenCard, Rule
from moderation.transitions import Actor, Seen
from tests.blog import making
from tests.moderation.complaining import given
from tests.moderation.making import decided, moderator, submission

IMAGE = b"\x89PNG\r\n\x1a\n" + b"an image that an import copied" * 20
IMAGE_NAME = f"{hashlib.sha256(IMAGE).hexdigest()[:32]}.png"
# A network of documentation counts as none: this one stands for a sender's.
ADDRESS = "81.2.69.142"
PATIENCE = 100  # seconds


def fill(media: str) -> list[str]:
    """Something of most that a site keeps; keys of networks that must stay behind."""
    call_command("import_archive", "fixtures", stdout=io.StringIO())
    anna = moderator()
    # With moments that Django notes by itself when they are made.
    TOTPDevice.objects.create(user=anna, name="codes")
    StaticDevice.objects.create(user=anna).token_set.create(token="whelk-gull")
    under = making.post(1, title="Über — “quoted” 🌊", labels=("Rota", "Tide"))
    texts = ["Line one.\n\nLine two: é, ß, 漢字, 🌊, \u200f.", "Plain 'n' \"simple\""]
    sent = [submission(under, text, name="Märge") for text in texts]
    first = decided(sent[0], anna, "approve")
    decided(sent[1], anna, "reject")
    # Keys of many places, and one of a post that went: it is not given again.
    going = making.post(2)
    going.delete()
    reply = decided(submission(under, "A reply.", parent=first), anna, "approve")
    decided(reply, anna, "hide", reason="harassment")
    decided(submission(under, "Buy rope"), anna, "spam")
    asked = submission(under, "Who was it?")
    questions.ask(anna, Seen(asked.public_id, asked.version), "Which harbour?")
    complaints.lodge(first, "defamation", given(), Arrival())
    how = Circumstances(form_age=60, address=ADDRESS)
    submit(under, "From a network.", circumstances=how)
    proof = Proof("ABCDEFGHJK")
    submit(under, "Claimed.", name="Bosun", proof=proof, circumstances=how)
    rule = Rule(kind="word", pattern="rope", action="note", reason="spam")
    rulebook.store(rule, anna)
    OpenCard.objects.create(comment=asked, user=anna, until=asked.written_at)
    folder = Path(media)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / IMAGE_NAME).write_bytes(IMAGE)
    return list(Allowance.objects.values_list("key", flat=True))


def digests() -> dict[str, str]:
    """Of each table the SHA-256 of its rows."""
    loader = MigrationLoader(connection)
    apps = rows.models_at(loader, rows.ends(loader, loader.applied_migrations))
    found = {}
    for model in rows.kept(apps):
        content = b"".join(rows.lines(model, "default"))
        found[model._meta.label] = hashlib.sha256(content).hexdigest()
    return found


def faults() -> list[str]:
    """What is wrong with log, comments, trees, search, and the site as a whole."""
    found = [fault.message for fault in log.faults()]
    found += [f"{each.public_id} {each.message}" for each in replay.differences()]
    found += [f"tree {number}" for number in tree.check().bad]
    found += ["search"] if index.check() else []
    return found + [line.words for line in condition.thorough() if not line.is_ok]


def after() -> dict:
    """A site as it was restored, and then with a post more."""
    return {
        "digests": digests(),
        "faults": faults(),
        "public_ids": list(Comment.objects.values_list("public_id", flat=True)),
        "left_out": [
            model.objects.count() for model in (Allowance, ArrivalCount, OpenCard)
        ],
        # Keys are not given twice, trees neither.
        "next_post": making.post(3).pk,
        "trees": [making.comment(making.post(4)).tree_id > 0, tree.check().bad],
    }


def told(command: str, *arguments: str, fails: bool = False) -> str:
    """What ``manage.py`` prints, in this process."""
    out = io.StringIO()
    failed = False
    try:
        call_command(command, *arguments, stdout=out, stderr=out)
    except CommandError as error:
        failed = True
        out.write(f"CommandError: {error}\n")
    assert failed == fails, out.getvalue()
    return out.getvalue()


def refused(*arguments: str) -> str:
    """What ``restore`` is refused with; it may change nothing."""
    before = digests()
    said = told("restore", *arguments, fails=True)
    assert digests() == before, arguments
    return said


def posts(count: int) -> list[int]:
    return [making.post(number).pk for number in range(1, count + 1)]


def write(keys: list[int], seed: int, folder: str) -> int:
    """Sends comments until all backups are taken; each that was acknowledged is noted
    in a file."""
    until, number = time.monotonic() + PATIENCE, 0
    under = list(Post.objects.filter(pk__in=keys))
    with (Path(folder) / "acknowledged").open("a", buffering=1) as noted:
        while not (Path(folder) / "taken").exists() and time.monotonic() < until:
            post = under[(seed + number) % len(under)]
            parent = (
                Comment.objects.filter(post=post, state="published").first()
                if number % 2
                else None
            )
            stored = submit(post, f"Text {seed} {number}", parent=parent)
            noted.write(f"{stored.comment.public_id}\n")
            number += 1
            # SQLite queues nobody: who writes without a pause can keep others out.
            time.sleep(0.01)
    return number


def decide(folder: str) -> int:
    """Decides about what waits until all backups are taken."""
    until, done = time.monotonic() + PATIENCE, 0
    actor = Actor("moderator", "anna")
    while not (Path(folder) / "taken").exists() and time.monotonic() < until:
        waiting = Comment.objects.filter(state__in=actions.WAITING).order_by("pk")[:5]
        seen = [Seen(comment.public_id, comment.version) for comment in waiting]
        action = "approve" if done % 3 else "reject"
        reason = "" if done % 3 else "off_topic"
        outcome = transitions.decide(seen, action, actor, reason=reason)
        done += len(outcome.done)
    return done


def back_up(folder: str, count: int) -> list:
    """Backups, each with what was acknowledged before it began; between two of them
    more came and more was decided."""
    noted, found, before, decisions = Path(folder) / "acknowledged", [], 0, 0
    try:
        for _ in range(count):
            until = time.monotonic() + PATIENCE
            known: list[str] = []
            decided = decisions
            while time.monotonic() < until and (
                len(known) < before + 10 or decisions == decided
            ):
                time.sleep(0.02)
                # A line without its end is still being written.
                text = noted.read_text() if noted.exists() else ""
                known = text[: text.rfind("\n") + 1].split()
                decisions = Decision.objects.count()
            before = len(known)
            path = taking.take(Path(folder) / "backups").path
            found.append([str(path), known, decisions])
    finally:
        (Path(folder) / "taken").touch()
    return found


def killed_at(point: str, command: str, *arguments: str) -> None:
    """Ends this process without a word when a function, "module:name", is called."""
    from importlib import import_module

    module, name = point.split(":")
    *owners, last = name.split(".")
    owner = import_module(module)
    for each in owners:
        owner = getattr(owner, each)
    setattr(owner, last, lambda *_, **__: os.kill(os.getpid(), 9))
    call_command(command, *arguments)
