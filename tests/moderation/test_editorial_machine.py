"""Comments are redacted, lifted, moved and decided about in any order, and all of it is
taken back in any order: the trees are sound, nothing is lost, and the log tells it."""

from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from blog.discussion import tree
from blog.discussion.submission import submit
from blog.models import Comment, Passage, Post
from moderation import desk, log, receipts, replay
from moderation.editorial import lifting, moving, redacting
from moderation.editorial.masks import Mask
from moderation.models import Decision, Redaction
from moderation.transitions import NotAllowed, Seen
from tests.blog import making
from tests.savepoints import IS_NEWEST, savepoint

from .making import CALM
from .table import EDGES, NEEDS_REASON

EXAMPLES, STEPS, LEAST = 30, 40, 700
if IS_NEWEST or connection.vendor == "postgresql":
    EXAMPLES, LEAST = 12, 200

PICK = st.integers(0, 10_000)
WORDS = ("Pike", "Gullhaven")
MASKS = [Mask("Pike", "name"), Mask("Gullhaven", "place")]
TEXT = "Text {}: Pike is in Gullhaven, says pike."


@dataclass
class Known:
    """What must be stored of a comment, known without the code."""

    post: int
    parent: str | None
    state: str
    version: int
    text: str
    handle: str | None = None
    # Rows of the log that can be taken back, the newest last, with what was before.
    redactions: list[tuple[int, str]] = field(default_factory=list)
    moves: list[tuple[int, int, str | None]] = field(default_factory=list)
    lifts: list[int] = field(default_factory=list)


class Discussions(RuleBasedStateMachine):
    steps = 0
    done: dict[str, int] = {}  # over all examples

    def __init__(self) -> None:
        super().__init__()
        self.before = savepoint()
        self.user = User.objects.create(username="anna", password="!", is_staff=True)
        self.posts = [making.post(n + 1, title=f"Post {n}") for n in range(3)]
        self.known: dict[str, Known] = {}
        self.replayed: dict[str, tuple[str, int]] = {}
        self.rows = 0

    def teardown(self) -> None:
        assert list(log.faults()) == []
        told = [found.message for found in replay.differences()]
        assert not [words for words in told if "decision #" in words]
        transaction.savepoint_rollback(self.before)

    # What is there

    def pick(self, number: int) -> str:
        return sorted(self.known)[number % len(self.known)]

    def seen(self, key: str, off: int = 0) -> Seen:
        return Seen(key, self.known[key].version + off)

    def branch(self, key: str) -> set[str]:
        found = {key}
        while (
            more := {other for other, its in self.known.items() if its.parent in found}
            - found
        ):
            found |= more
        return found

    def pages(self) -> list[bytes]:
        client = Client()
        return [client.get(p.get_absolute_url()).content for p in self.posts]

    def count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    has_comments = precondition(lambda self: self.known)

    # What happens

    @precondition(lambda self: len(self.known) < 12)
    @rule(where=st.integers(0, 2), answered=st.none() | PICK, approved=st.booleans())
    def submit(self, where: int, answered: int | None, approved: bool) -> None:
        parent = None
        if answered is not None and self.known:
            parent = self.pick(answered)
            where = self.known[parent].post
        text = TEXT.format(len(self.known))
        above = parent and Comment.objects.get(public_id=parent)
        made = submit(self.posts[where], text, parent=above, circumstances=CALM)
        key, state = made.comment.public_id, made.comment.state
        self.known[key] = Known(where, parent, state, 1, text)
        self.replayed[key] = (state, 1)
        if approved:
            self._decide(key, "approve")

    @has_comments
    @rule(number=PICK, action=st.sampled_from(["approve", "reject", "hide", "restore"]))
    def decide(self, number: int, action: str) -> None:
        self._decide(self.pick(number), action)

    def _decide(self, key: str, action: str) -> None:
        reason = "hate" if action in NEEDS_REASON else ""
        its = self.known[key]
        outcome = desk.decide(self.user, [self.seen(key)], action, reason=reason)
        target = EDGES.get((its.state, action))
        assert [row.to_state for row in outcome.done] == [target] * bool(target)
        if target:
            its.state, its.version = target, its.version + 1

    @has_comments
    @rule(number=PICK, how=st.sampled_from(["correct", "withdraw"]))
    def writer(self, number: int, how: str) -> None:
        key = self.pick(number)
        its = self.known[key]
        comment = Comment.objects.get(public_id=key)
        try:
            if how == "correct":
                receipts.correct(comment, its.version, "Pike, corrected.", "")
                its.text, its.state = "Pike, corrected.", "pending"
            else:
                receipts.withdraw(comment, its.version)
                its.text, its.state = "", "withdrawn"
        except receipts.NotPossible:
            return
        its.version += 1
        # The original goes at once.
        its.redactions.clear()

    @has_comments
    @rule(
        chosen=st.lists(PICK, min_size=1, max_size=3),
        one=st.booleans(),
        off=st.sampled_from([0, 0, 0, 0, -1, 1]),
    )
    def redact(self, chosen: list[int], one: bool, off: int) -> None:
        wanted = MASKS[:1] if one else MASKS
        keys = {self.pick(number) for number in chosen}
        expected = {
            key
            for key in keys
            if off == 0
            and self.known[key].state in redacting.FITTING
            and self._masked(self.known[key].text, one) != self.known[key].text
        }
        outcome = redacting.redact(
            self.user, [self.seen(key, off) for key in keys], wanted
        )
        assert {row.comment_public_id for row in outcome.done} == expected
        assert {c.public_id for c in outcome.conflicts} == keys - expected
        for row in outcome.done:
            its = self.known[row.comment_public_id]
            its.redactions.append((row.seq, its.text))
            its.text, its.version = self._masked(its.text, one), its.version + 1
            self.count("redact")

    @staticmethod
    def _masked(text: str, one: bool) -> str:
        text = text.replace("Pike", "[name]").replace("pike", "[name]")
        return text if one else text.replace("Gullhaven", "[place]")

    @has_comments
    @rule(number=PICK, where=st.integers(0, 2), below=st.none() | PICK)
    def move(self, number: int, where: int, below: int | None) -> None:
        key = self.pick(number)
        its = self.known[key]
        parent = None
        if below is not None:
            parent = self.pick(below)
            where = self.known[parent].post
        comment = Comment.objects.get(public_id=key)
        above = parent and Comment.objects.get(public_id=parent)
        place = moving.Place(self.posts[where], above)
        try:
            outcome = moving.move(self.user, self.seen(key), place)
        except NotAllowed:
            assert where == its.post
            return
        assert where != its.post
        [row] = outcome.done
        its.moves.append((row.seq, its.post, its.parent))
        its.parent, its.version = parent, its.version + 1
        for other in self.branch(key):
            self.known[other].post = where
        assert comment.handle == Comment.objects.get(pk=comment.pk).handle
        self.count("move")

    @has_comments
    @rule(number=PICK, off=st.sampled_from([0, 0, 0, 1]))
    def lift(self, number: int, off: int) -> None:
        key = self.pick(number)
        its = self.known[key]
        outcome, draft = lifting.lift(self.user, self.seen(key, off))
        assert bool(draft) == (its.state == "published" and off == 0)
        if draft:
            its.lifts.append(outcome.done[0].seq)
            its.version += 1
            assert draft.status == "draft"
            self.count("lift")

    # And back

    @has_comments
    @rule(number=PICK, which=PICK)
    def undo(self, number: int, which: int) -> None:
        """Any act about a comment, whether it can be taken back or not."""
        key = self.pick(number)
        its = self.known[key]
        acts = [seq for seq, *_ in (*its.redactions, *its.moves)] + its.lifts
        if not acts:
            return
        self._undo(key, sorted(acts)[which % len(acts)])

    def _undo(self, key: str, seq: int) -> None:
        its = self.known[key]
        outcome = desk.undo(self.user, [seq])
        may = seq in its.lifts
        if its.redactions and its.redactions[-1][0] == seq:
            may = True
        if its.moves and its.moves[-1][0] == seq:
            _, post, parent = its.moves[-1]
            above = self.known.get(parent)
            may = parent is None or (
                above.post == post and parent not in self.branch(key)
            )
        assert (len(outcome.done), len(outcome.conflicts)) == (
            (1, 0) if may else (0, 1)
        )
        if not may:
            return
        self.count("undo")
        its.version += 1
        if seq in its.lifts:
            its.lifts.remove(seq)
        elif its.redactions and its.redactions[-1][0] == seq:
            its.text = its.redactions.pop()[1]
        else:
            _, post, its.parent = its.moves.pop()
            for other in self.branch(key):
                self.known[other].post = post

    @has_comments
    @rule(
        number=PICK,
        what=st.sampled_from(["redact", "move", "lift"]),
        where=st.integers(0, 2),
        below=st.none() | PICK,
    )
    def there_and_back(self, number, what, where, below) -> None:
        """Taken back at once, every page is the same to the byte."""
        key = self.pick(number)
        its = self.known[key]
        before = self.pages()
        acts = len(its.redactions) + len(its.moves) + len(its.lifts)
        if what == "redact":
            self.redact([number], False, 0)
        elif what == "move":
            self.move(number, where, below)
        else:
            self.lift(number, 0)
        if len(its.redactions) + len(its.moves) + len(its.lifts) == acts:
            return
        self._undo(key, Decision.objects.latest("seq").seq)
        assert self.pages() == before
        self.count("back")

    # What must be

    @invariant()
    def all_is_as_it_must_be(self) -> None:
        Discussions.steps += 1
        assert tree.check().bad == []
        stored = {}
        for row in Comment.objects.select_related("post", "parent"):
            its = self.known[row.public_id]
            stored[row.public_id] = (row.state, row.version)
            assert row.post == self.posts[its.post]
            assert (row.parent and row.parent.public_id) == its.parent
            assert (row.state, row.version) == (its.state, its.version)
            assert row.text == its.text
            # Readers have written it down: whatever happens, it stays.
            assert its.handle in (None, row.handle)
            its.handle = row.handle
        assert stored.keys() == self.known.keys()
        self._the_log_tells_it()
        assert stored == self.replayed
        for number, post in enumerate(self.posts):
            published = sum(
                its.state == "published" and its.post == number
                for its in self.known.values()
            )
            counted = Post.objects.with_comment_count().get(pk=post.pk).comment_count
            assert counted == published
        kept = {seq for its in self.known.values() for seq, _ in its.redactions}
        assert set(Redaction.objects.values_list("seq", flat=True)) == kept
        ways = {seq for its in self.known.values() for seq, *_ in its.moves}
        ways |= {seq for its in self.known.values() for seq in its.lifts}
        assert set(Passage.objects.values_list("seq", flat=True)) == ways

    def _the_log_tells_it(self) -> None:
        for row in Decision.objects.filter(seq__gt=self.rows).order_by("seq"):
            state, version = self.replayed[row.comment_public_id]
            assert (row.from_state, row.version) == (state, version + 1)
            if row.action in ("redact", "move", "lift"):
                assert row.to_state == row.from_state
            said = f"{row.public_note} {row.private_note}"
            assert not any(word in said for word in WORDS)
            self.replayed[row.comment_public_id] = (row.to_state, row.version)
            self.rows = row.seq


@pytest.mark.long
@pytest.mark.django_db
def test_any_order_there_and_back():
    Discussions.done = {}
    run_state_machine_as_test(
        Discussions,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Discussions.steps >= LEAST
    assert all(
        Discussions.done.get(what, 0) >= EXAMPLES // 6
        for what in ("redact", "move", "lift", "undo", "back")
    ), Discussions.done
