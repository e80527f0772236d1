"""Anybody does anything in any order: what is stored is what the log tells.

The real functions on the real database; what should happen is known from the table
of the tests alone. SAFETY asks for ten thousand steps.
"""

import pytest
from django.db import connection, transaction
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
from blog.discussion.submission import Circumstances, submit
from blog.models import Comment
from moderation import log, receipts, transitions
from moderation.models import Decision
from moderation.transitions import Actor, NotAllowed, Seen
from tests.blog import making
from tests.savepoints import IS_NEWEST, savepoint

from .table import ACTIONS, BY_MODERATOR, EDGES, KINDS, MAY, NEEDS_REASON

# Some examples end before their fiftieth step.
EXAMPLES, STEPS, LEAST = 250, 50, 10_000
if IS_NEWEST or connection.vendor == "postgresql":
    # The same code once more; to a server each statement is a way there and back.
    EXAMPLES, LEAST = 60, 2_000

PICK = st.integers(0, 10_000)
MODERATORS = st.sampled_from([Actor("moderator", "ann"), Actor("moderator", "bob")])


class Discussion(RuleBasedStateMachine):
    """``states`` and ``versions`` are what must be, known without the code."""

    steps = moves = 0

    def __init__(self) -> None:
        super().__init__()
        self.before = savepoint()
        self.post = making.post()
        self.states: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.ids: list[str] = []
        self.replayed: dict[str, tuple[str, int]] = {}
        self.rows = 0
        # What each decision that can be taken back led from, by its number.
        self.undoable: dict[int, tuple[str, str]] = {}

    def teardown(self) -> None:
        assert list(log.faults()) == []
        assert tree.check().bad == []
        transaction.savepoint_rollback(self.before)

    def pick(self, number: int) -> str:
        return self.ids[number % len(self.ids)]

    def moved(self, public_id: str, state: str) -> None:
        self.states[public_id] = state
        self.versions[public_id] += 1
        Discussion.moves += 1

    has_comments = precondition(lambda self: self.ids)

    @precondition(lambda self: len(self.ids) < 10)
    @rule(answered=st.none() | PICK, hasty=st.booleans())
    def submit(self, answered: int | None, hasty: bool) -> None:
        parent = None
        if answered is not None and self.ids:
            parent = Comment.objects.get(public_id=self.pick(answered))
        comment = submit(
            self.post,
            f"Text number {len(self.ids)}",
            parent=parent,
            circumstances=Circumstances(form_age=0.0 if hasty else 60.0),
        ).comment
        self.ids.append(comment.public_id)
        # A copy of something that is spam is likely spam too, haste or not.
        found = Comment.objects.get(pk=comment.pk).state
        assert found == "likely_spam" if hasty else found in ("pending", "likely_spam")
        self.states[comment.public_id] = found
        self.versions[comment.public_id] = 1
        self.replayed[comment.public_id] = (found, 1)

    @has_comments
    @rule(
        chosen=st.lists(PICK, min_size=1, max_size=5),
        stale=st.lists(st.integers(-2, 2), min_size=5, max_size=5),
        action=st.sampled_from(BY_MODERATOR),
        actor=MODERATORS,
    )
    def moderate(self, chosen, stale, action, actor) -> None:
        """One or many, some of them with a version that is not the stored one."""
        seen = {}
        for number, off in zip(chosen, stale, strict=False):
            public_id = self.pick(number)
            # Mostly as it is.
            off = off if abs(off) == 2 else 0
            seen[public_id] = self.versions[public_id] + off
        outcome = transitions.decide(
            [Seen(*pair) for pair in seen.items()],
            action,
            actor,
            reason="hate" if action in NEEDS_REASON else "",
        )
        expected = {
            key: EDGES[self.states[key], action]
            for key, version in seen.items()
            if version == self.versions[key] and (self.states[key], action) in EDGES
        }
        assert {r.comment_public_id: r.to_state for r in outcome.done} == expected
        assert {c.public_id for c in outcome.conflicts} == seen.keys() - expected
        for row in outcome.done:
            self.undoable[row.seq] = (row.comment_public_id, row.from_state)
        for key, state in expected.items():
            self.moved(key, state)

    @has_comments
    @rule(number=PICK, text=st.text(max_size=20), off=st.sampled_from([0, 0, 0, 1, -1]))
    def correct(self, number: int, text: str, off: int) -> None:
        key = self.pick(number)
        comment = Comment.objects.get(public_id=key)
        text = text.replace("\0", "") or "Anew"
        may = off == 0 and (self.states[key], "edit") in EDGES
        try:
            receipts.correct(comment, self.versions[key] + off, text, "")
        except receipts.NotPossible:
            assert not may
        else:
            assert may
            self.moved(key, "pending")

    @has_comments
    @rule(number=PICK, off=st.sampled_from([0, 0, 0, 1, -1]))
    def withdraw(self, number: int, off: int) -> None:
        key = self.pick(number)
        comment = Comment.objects.get(public_id=key)
        may = off == 0 and (self.states[key], "withdraw") in EDGES
        try:
            receipts.withdraw(comment, self.versions[key] + off)
        except receipts.NotPossible:
            assert not may
        else:
            assert may
            self.moved(key, "withdrawn")

    @has_comments
    @rule(number=PICK, action=st.sampled_from(["erase", "hide", "hold"]))
    def clock(self, number: int, action: str) -> None:
        key = self.pick(number)
        outcome = transitions.decide(
            [Seen(key, self.versions[key])],
            action,
            transitions.CLOCK,
            reason="defamation_complaint",
        )
        target = EDGES.get((self.states[key], action))
        assert [row.to_state for row in outcome.done] == [target] * bool(target)
        if target:
            self.undoable |= {
                row.seq: (key, row.from_state)
                for row in outcome.done
                if action in BY_MODERATOR
            }
            self.moved(key, target)

    @precondition(lambda self: self.undoable)
    @rule(number=PICK, actor=MODERATORS)
    def undo(self, number: int, actor: Actor) -> None:
        seq = sorted(self.undoable)[-1 - number % len(self.undoable)]
        key, back = self.undoable[seq]
        row = Decision.objects.get(seq=seq)
        is_last = row.version == self.versions[key]
        outcome = transitions.undo([seq], actor)
        assert bool(outcome.done) == is_last == (not outcome.conflicts)
        if is_last:
            self.moved(key, back)

    @has_comments
    @rule(number=PICK, action=st.sampled_from(ACTIONS), kind=st.sampled_from(KINDS))
    def wrong_actor(self, number: int, action: str, kind: str) -> None:
        if kind in MAY[action]:
            return
        key = self.pick(number)
        with pytest.raises(NotAllowed):
            transitions.decide(
                [Seen(key, self.versions[key])], action, Actor(kind), reason="hate"
            )

    @has_comments
    @rule(number=PICK, action=st.sampled_from(NEEDS_REASON), actor=MODERATORS)
    def without_reason(self, number: int, action: str, actor: Actor) -> None:
        key = self.pick(number)
        with pytest.raises(NotAllowed):
            transitions.decide([Seen(key, self.versions[key])], action, actor)

    @invariant()
    def what_is_stored_is_what_must_be_and_what_the_log_tells(self) -> None:
        Discussion.steps += 1
        stored = {}
        for key, state, version, published_at, *words in Comment.objects.filter(
            post=self.post
        ).values_list(
            "public_id", "state", "version", "published_at", "text", "html", "name"
        ):
            stored[key] = (state, version)
            assert not any(words) or state not in ("withdrawn", "erased")
            assert published_at is None or state not in ("pending", "likely_spam")
            assert published_at is not None or state != "published"
        assert list(stored.items()) == [
            (key, (self.states[key], self.versions[key])) for key in stored
        ]
        assert set(stored) == set(self.ids)
        new = Decision.objects.filter(seq__gt=self.rows).order_by("seq")
        for row in new:
            key = row.comment_public_id
            state, version = self.replayed[key]
            assert row.seq == self.rows + 1
            assert row.from_state == state
            assert row.version == version + 1
            if row.action == "undo":
                undone = Decision.objects.get(seq=row.undoes)
                assert (row.from_state, row.to_state) == (
                    undone.to_state,
                    undone.from_state,
                )
            else:
                assert EDGES[state, row.action] == row.to_state
                assert row.actor_kind in MAY[row.action]
            if row.to_state in ("rejected", "hidden", "held"):
                assert row.reason
            self.replayed[key] = (row.to_state, row.version)
            self.rows = row.seq
        assert stored == self.replayed


@pytest.mark.long
@pytest.mark.django_db
def test_ten_thousand_steps():
    run_state_machine_as_test(
        Discussion,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Discussion.steps >= LEAST
    assert Discussion.moves >= 0.1 * Discussion.steps  # the others were refused
