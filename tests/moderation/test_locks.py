"""A decision and a reply in the same thread, at the same moment: neither may wait for
what the other holds. On PostgreSQL, where rows are locked one by one."""

import threading
import time
from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction

from blog.discussion import tree
from blog.discussion.submission import submit
from blog.models import Comment
from moderation import appeals, transitions
from moderation.models import Appeal, Decision, Mode
from moderation.transitions import Actor, Seen
from tests.blog import making
from tests.blog.discussion.showing import at, now, published, sent
from tests.own_database import PATIENCE

from .making import CALM

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="Only PostgreSQL locks rows."
    ),
]
ANN = Actor(Decision.ActorKind.MODERATOR, "ann")


def waiting() -> int:
    """How many wait in this database. In a transaction the server shows the activity
    of the first look for ever, unless it is told to look again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return cursor.fetchone()[0]


class Other(threading.Thread):
    """Does something on a connection of its own; ``failed``: what went wrong."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._work, self.failed = work, None

    def run(self) -> None:
        try:
            self._work()
        except DatabaseError as error:
            self.failed = error
        finally:
            connection.close()

    def until_it_waits(self) -> None:
        self.start()
        until = time.monotonic() + PATIENCE
        while self.is_alive() and not waiting():
            assert time.monotonic() < until, "It neither ends nor waits for a lock."
            time.sleep(0.01)

    def ends(self) -> None:
        self.join(PATIENCE)
        assert not self.is_alive(), "It waits although nothing is held any more."
        assert self.failed is None


@pytest.fixture
def post():
    return making.post(published_at=at("08:00"))


def test_a_reply_is_sent_while_one_behind_it_is_approved(post):
    """The approved one names its thread's first; the reply moves its place."""
    root = published(post, "One.", at("14:03"))
    before = published(post, "Two.", at("14:10"), root)
    named = sent(post, "@14:03 quite so.", at("15:00"), root)
    decision = Other(
        lambda: transitions.decide([Seen(named.public_id, 1)], "approve", ANN)
    )
    with transaction.atomic():
        tree.lock_trees([root.tree_id])
        decision.until_it_waits()
        reply = sent(post, "Three.", at("15:01"), before)
    decision.ends()
    assert now(named).is_published
    assert "/c/" in now(named).html
    assert now(reply).parent_id == before.pk
    assert tree.check().bad == []


def test_a_reply_that_the_mode_publishes_waits_for_a_decision_in_its_thread(post):
    Mode.objects.create(kind="open")
    root = published(post, "One.", at("14:03"))
    named = sent(post, "@14:03 quite so.", at("15:00"), root)
    reply = Other(lambda: submit(post, "Three.", parent=root, circumstances=CALM))
    with transaction.atomic():
        transitions.shown.lock_posts([post.pk])
        reply.until_it_waits()
        transitions.decide([Seen(named.public_id, 1)], "approve", ANN)
    reply.ends()
    assert now(named).is_published
    assert Comment.objects.get(text="Three.").is_published
    assert tree.check().bad == []


def test_an_answer_to_an_appeal_waits_for_a_decision_below_the_same_post(post):
    gone = published(post, "One.", at("14:03"))
    [hidden] = transitions.decide(
        [Seen(gone.public_id, now(gone).version)], "hide", ANN, reason="hate"
    ).done
    appeal = Appeal.objects.create(
        comment=gone, decision_seq=hidden.seq, text="Why?", made_on=at("16:00").date()
    )
    user = get_user_model().objects.create_user("bee", is_staff=True)
    named = sent(post, "@14:03 quite so.", at("15:00"))
    version = now(gone).version
    answer = Other(
        lambda: appeals.answer(appeal, user, appeals.UPHELD, version=version)
    )
    with transaction.atomic():
        transitions.shown.lock_discussions_of(type(gone).objects.filter(pk=named.pk))
        answer.until_it_waits()
        transitions.decide([Seen(named.public_id, 1)], "approve", ANN)
    answer.ends()
    assert now(gone).is_published
    assert now(named).references.get().target_id == gone.pk
