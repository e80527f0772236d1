"""Discussions go on in new posts, once and again, while comments come, are moved and
decided about, and all of it is taken back in any order: nothing is lost, everything
stands where it belongs, and the log tells it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from blog.discussion import tree
from blog.discussion.submission import Refused, submit
from blog.models import Comment, Passage, Post
from moderation import desk, log, replay, tally
from moderation.editorial import moving, rolling
from moderation.models import Decision, Mode, Tally
from moderation.transitions import NotAllowed, Seen
from tests.blog import making
from tests.savepoints import IS_NEWEST, savepoint

from .making import CALM
from .table import EDGES, NEEDS_REASON

EXAMPLES, STEPS, LEAST = 12, 40, 200
if IS_NEWEST or connection.vendor == "postgresql":
    EXAMPLES, LEAST = 6, 80

PICK = st.integers(0, 10_000)
# In an afternoon: no time of it may mean the morning, and no run crosses midnight.
AT = (timezone.localtime() - timedelta(days=1)).replace(
    hour=15, minute=5, second=0, microsecond=0
)
FATES = {"published": "published", "hidden": "hidden", "rejected": "refused:hate"}
WAITING = ("pending", "likely_spam")
MOST = 14  # comments
TEXT = "Text {}. As @{:%H:%M} said."
# What happens, how often beside the others, and with what. One rule for all: else most
# examples would go without some of them, and few would get far.
ACTS = {
    "submit": (3, {"where": PICK, "answered": st.none() | PICK}),
    "decide": (
        4,
        {
            "chosen": st.lists(PICK, min_size=1, max_size=3),
            "action": st.sampled_from(
                ["approve", "approve", "approve", "reject", "hide", "restore"]
            ),
        },
    ),
    "approve_with_answer": (1, {"number": PICK}),
    "undo_decision": (3, {"number": st.integers(0, 3) | PICK}),
    "roll_over": (
        3,
        {"number": PICK, "publish": st.booleans(), "late": st.booleans()},
    ),
    "edit_the_continuation": (
        2,
        {
            "number": PICK,
            "action": st.sampled_from(["publish", "publish", "write", "hide"]),
        },
    ),
    "approve_late": (3, {"number": PICK}),
    "open_by_hand": (1, {"number": PICK}),
    "move": (3, {"number": PICK, "where": PICK, "below": st.none() | PICK}),
    "undo_move": (2, {"number": PICK, "which": st.integers(0, 3)}),
    "undo_roll_over": (1, {"chosen": st.lists(PICK, min_size=1, max_size=2)}),
    "undo_twice": (1, {"number": PICK}),
}
DERIVED = ("pk", "post", "tree_id", "lft", "rght", "level", "handle", "html", "version")


@dataclass
class Known:
    """What must be stored of a comment, known without the code."""

    post: int
    parent: str | None
    state: str
    written_at: datetime
    text: str
    version: int = 1
    was_shown: bool = False
    is_answer: bool = False  # a moderator's, which nobody sent
    thread: int | None = None  # the number of its tree, while it was never moved
    # Rows of the log that can be taken back, the newest last, with what was before.
    moves: list[tuple[int, int, str | None]] = field(default_factory=list)
    carried: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class Way:
    """A continuation, by the keys of both posts."""

    source: int
    target: int
    made_at: datetime
    mode: str | None


class Continued(RuleBasedStateMachine):
    steps = 0
    done: dict[str, int] = {}  # over all examples

    def __init__(self) -> None:
        super().__init__()
        self.before = savepoint()
        self.user = User.objects.create(username="anna", password="!", is_staff=True)
        self.known: dict[str, Known] = {}
        self.ways: dict[int, Way] = {}  # that stand, by the rows that tell of them
        self.was_undone: list[int] = []
        # Rows that can be taken back: the comment, where from, its version then.
        self.decided: dict[int, tuple[str, str, int]] = {}
        self.answers: dict[int, int] = {}  # of approvals the rows of their answers
        self.modes: dict[int, str | None] = {}
        self.public: dict[int, bool] = {}
        self.untouched: set[int] = set()
        for number in (1, 2):
            pk = making.post(number, title=f"Post {number}").pk
            self.modes[pk], self.public[pk] = None, True

    def teardown(self) -> None:
        try:
            self.what_is_worked_out_is_what_would_be()
            self.readers_see_what_they_should()
            self.all_goes_back()
            self.what_is_worked_out_is_what_would_be()
            self.readers_see_what_they_should()
            assert list(log.faults()) == []
            told = [found.message for found in replay.differences()]
            assert not [words for words in told if "decision #" in words]
        finally:
            transaction.savepoint_rollback(self.before)

    # What is there

    def pick(self, number: int) -> str:
        # As they came: by their ids, which are random, no example would be repeatable.
        return list(self.known)[number % len(self.known)]

    def post(self, number: int, *, public: bool = True) -> int:
        """The key of one of the posts."""
        found = [pk for pk, is_public in self.public.items() if is_public or not public]
        return found[number % len(found)]

    def way_from(self, post: int) -> Way | None:
        return next((way for way in self.ways.values() if way.source == post), None)

    def seen(self, key: str) -> Seen:
        return Seen(key, self.known[key].version)

    def below(self, key: str) -> set[str]:
        found: set[str] = set()
        more = {key}
        while more:
            more = {other for other, its in self.known.items() if its.parent in more}
            more -= found
            found |= more
        return found

    def stands(self, key: str, post: int) -> None:
        for other in (key, *self.below(key)):
            self.known[other].post = post

    def count(self, what: str, number: int = 1) -> None:
        self.done[what] = self.done.get(what, 0) + number

    @rule(
        act=st.one_of(
            st.tuples(st.just(name), st.fixed_dictionaries(with_what))
            for name, (often, with_what) in ACTS.items()
            for _ in range(often)
        )
    )
    def happens(self, act: tuple[str, dict]) -> None:
        name, with_what = act
        getattr(self, name)(**with_what)

    # Comments come, and are decided about

    @initialize(answered=st.booleans(), publish=st.none() | st.booleans())
    def some_wait(self, answered: bool, publish: bool | None) -> None:
        for where in (0, 1, 0):
            self.submit(where, None)
        if answered:
            self.submit(0, 1)
        if publish is not None:
            self.roll_over(0, publish, False)

    def submit(self, where: int, answered: int | None) -> None:
        if len(self.known) >= MOST or not any(self.public.values()):
            return
        post, parent = self.post(where), None
        if answered is not None and self.known:
            parent = self.pick(answered)
            post = self.known[parent].post
            if not self.public[post]:
                return
        number = len(self.known)
        way = self.way_from(post)
        # Where it was opened again by hand, something may come after all.
        at = AT if way is None else way.made_at.replace(second=0, microsecond=0)
        at += timedelta(minutes=number + 1)
        named = timezone.localtime(AT) + timedelta(minutes=number)
        text = TEXT.format(number, named)
        above = parent and Comment.objects.get(public_id=parent)
        if self.modes[post] == "closed":
            with pytest.raises(Refused):
                submit(
                    Post.objects.get(pk=post), text, parent=above, circumstances=CALM
                )
            return
        # What has a name gets no handle: that it was shown the log alone tells.
        name = "Bosun" if number % 2 else ""
        made = submit(
            Post.objects.get(pk=post), text, name=name, parent=above, circumstances=CALM
        )
        stored = Comment.objects.filter(public_id=made.comment.public_id)
        stored.update(written_at=at)
        comment = stored.get()
        assert comment.state in WAITING
        thread = comment.tree_id if parent is None else None
        self.known[comment.public_id] = Known(
            post, parent, comment.state, at, text, thread=thread
        )

    def decide(self, chosen: list[int], action: str) -> None:
        self._decide({self.pick(number) for number in chosen}, action)

    def _decide(self, keys: set[str], action: str) -> None:
        reason = "hate" if action in NEEDS_REASON else ""
        seen = [self.seen(key) for key in keys]
        outcome = desk.decide(self.user, seen, action, reason=reason)
        expected = {
            key: EDGES[self.known[key].state, action]
            for key in keys
            if (self.known[key].state, action) in EDGES
        }
        assert {r.comment_public_id: r.to_state for r in outcome.done} == expected
        assert {c.public_id for c in outcome.conflicts} == keys - expected.keys()
        self._followed(outcome.done)

    def _followed(self, rows: list[Decision]) -> None:
        for row in rows:
            its = self.known[row.comment_public_id]
            if row.action == "approve":
                self._carried(row.comment_public_id)
            self.decided[row.seq] = (row.comment_public_id, its.state, its.version + 1)
            self._now(its, row.to_state)

    def _carried(self, key: str) -> None:
        """A thread of its own, sent before, shown to nobody yet, answered by nobody."""
        its = self.known[key]
        way = self.way_from(its.post)
        if way is None or not self.public[way.target] or its.written_at > way.made_at:
            return
        if its.parent is None and not its.was_shown and not self.below(key):
            its.post = way.target
            its.carried.add((way.source, way.target))
            self.count("carried")

    @staticmethod
    def _now(its: Known, state: str) -> None:
        its.state, its.version = state, its.version + 1
        its.was_shown |= state == "published"

    def approve_with_answer(self, number: int) -> None:
        if len(self.known) >= MOST:
            return
        key = self.pick(number)
        may = self.known[key].state in WAITING
        text = f"Answer {len(self.known)}."
        outcome = desk.approve_with_answer(self.user, self.seen(key), text)
        assert len(outcome.done) == 2 * may
        if not may:
            return
        approval, answer = outcome.done
        self._followed([approval])
        public_id = answer.comment_public_id
        at = Comment.objects.get(public_id=public_id).written_at
        its = Known(self.known[key].post, key, "pending", at, text, is_answer=True)
        self.known[public_id] = its
        self._followed([answer])
        self.answers[approval.seq] = answer.seq
        self.count("answer")

    def undo_decision(self, number: int) -> None:
        """Any, whether it can be taken back or not."""
        if not self.decided:
            return
        seq = sorted(self.decided)[-1 - number % len(self.decided)]
        key, back, version = self.decided[seq]
        outcome = desk.undo(self.user, [seq])
        may = self.known[key].version == version
        expected = {key} if may else set()
        if may and Decision.objects.get(seq=seq).action == "answer":
            back = "rejected"
        if may:
            self._now(self.known[key], back)
            answer = self.answers.get(seq)
            if answer is not None:
                public_id, _, version = self.decided[answer]
                its = self.known[public_id]
                if its.parent == key and its.version == version:
                    self._now(its, "rejected")
                    expected.add(public_id)
            self.count("undo decision")
        assert {row.comment_public_id for row in outcome.done} == expected

    # Discussions go on elsewhere

    def roll_over(self, number: int, publish: bool, late: bool) -> None:
        """``late``: what waits there is approved right after that."""
        if len(self.public) >= 7 or not any(self.public.values()):
            return
        pk = self.post(number)
        new = rolling.Continuation(f"Goes on, {len(self.ways)}", publish=publish)
        stored = Post.objects.get(pk=pk)
        if self.way_from(pk) is not None:
            with pytest.raises(NotAllowed, match="continued already"):
                rolling.roll_over(self.user, stored, new)
            return
        row, made = rolling.roll_over(self.user, stored, new)
        at = Passage.objects.get(seq=row.seq).made_at
        self.ways[row.seq] = Way(pk, made.pk, at, self.modes[pk])
        self.modes[pk] = "closed"
        self.modes[made.pk], self.public[made.pk] = None, publish
        if not publish:
            self.untouched.add(made.pk)
        self.count("roll over")
        if late:
            self.approve_late(-1)

    def approve_late(self, number: int) -> None:
        """What waits below a post that is continued."""
        if not self.ways:
            return
        post = list(self.ways.values())[number % len(self.ways)].source
        waiting = {
            key
            for key, its in self.known.items()
            if its.post == post and its.state in WAITING
        }
        if waiting:
            self._decide(waiting, "approve")

    def edit_the_continuation(self, number: int, action: str) -> None:
        if not self.ways:
            return
        way = list(self.ways.values())[number % len(self.ways)]
        post = Post.objects.get(pk=way.target)
        if action == "write":
            post.body = "Somebody wrote this."
        else:
            self.public[post.pk] = action == "publish"
            post.status = "published" if action == "publish" else "draft"
        if action != "hide":
            self.untouched.discard(post.pk)
        post.save()

    def open_by_hand(self, number: int) -> None:
        if not self.ways:
            return
        way = list(self.ways.values())[number % len(self.ways)]
        values = {"kind": "hold_all", "notice": "Slowly.", "until": None}
        Mode.objects.update_or_create(post_id=way.source, defaults=values)
        self.modes[way.source] = "hold_all"

    def move(self, number: int, where: int, below: int | None) -> None:
        if not any(self.public.values()):
            return
        key, parent = self.pick(number), None
        its, post = self.known[key], self.post(where)
        if below is not None:
            parent = self.pick(below)
            post = self.known[parent].post
        comment = Comment.objects.get(public_id=key)
        chosen = None if parent else Post.objects.get(pk=post)
        try:
            place = moving.place(comment, chosen, parent or "")
        except NotAllowed:
            unseen = parent and self.known[parent].state in (*WAITING, "rejected")
            assert post == its.post or unseen or not self.public[post]
            return
        [row] = moving.move(self.user, self.seen(key), place).done
        its.moves.append((row.seq, its.post, its.parent))
        its.parent, its.thread = parent, None
        its.version += 1
        self.stands(key, post)
        self.count("move")

    # And back

    def undo_move(self, number: int, which: int) -> None:
        if not any(its.moves for its in self.known.values()):
            return
        moved = [key for key, its in self.known.items() if its.moves]
        key = moved[number % len(moved)]
        its = self.known[key]
        seq, post, parent = its.moves[-1 - which % len(its.moves)]
        above = self.known.get(parent)
        may = seq == its.moves[-1][0] and (
            parent is None
            or (above.post == post and parent not in {key, *self.below(key)})
        )
        outcome = desk.undo(self.user, [seq])
        assert (len(outcome.done), len(outcome.conflicts)) == (may, not may)
        if may:
            its.moves.pop()
            its.parent, its.version = parent, its.version + 1
            self.stands(key, post)
            self.count("undo move")

    def undo_roll_over(self, chosen: list[int]) -> None:
        """One or two at once, the older one first or last."""
        if not self.ways:
            return
        self._undo({sorted(self.ways)[number % len(self.ways)] for number in chosen})

    def _undo(self, seqs: set[int]) -> None:
        outcome = desk.undo(self.user, seqs)
        assert {row.undoes for row in outcome.done} == seqs
        assert not outcome.conflicts
        for seq in sorted(seqs, reverse=True):
            way = self.ways.pop(seq)
            self.was_undone.append(seq)
            for key, its in self.known.items():
                if (way.source, way.target) in its.carried:
                    its.carried.discard((way.source, way.target))
                    if its.post == way.target and its.parent is None:
                        self.stands(key, way.source)
                        self.count("carried back")
            if self.modes[way.source] == "closed":
                self.modes[way.source] = way.mode
            if way.target in self.untouched:
                del self.public[way.target], self.modes[way.target]
            self.count("undo roll over")

    def undo_twice(self, number: int) -> None:
        if not self.was_undone:
            return
        seq = self.was_undone[number % len(self.was_undone)]
        outcome = desk.undo(self.user, [seq])
        assert (len(outcome.done), len(outcome.conflicts)) == (0, 1)

    def all_goes_back(self) -> None:
        """The newest first, as somebody would who has second thoughts."""
        for seq in sorted(self.ways, reverse=True):
            self._undo({seq})
            self.all_is_as_it_must_be()
        assert not Passage.objects.exclude(kind="move").exists()

    # What must be

    @invariant()
    def all_is_as_it_must_be(self) -> None:
        Continued.steps += 1
        assert tree.check().bad == []
        stored = Comment.objects.select_related("parent")
        found = {row.public_id: row for row in stored}
        assert found.keys() == self.known.keys()
        for key, row in found.items():
            its = self.known[key]
            assert row.post_id == its.post
            assert (row.parent and row.parent.public_id) == its.parent
            assert row.parent is None or row.parent.post_id == row.post_id
            assert (row.state, row.version) == (its.state, its.version)
            assert (row.text, row.written_at) == (its.text, its.written_at)
            assert its.thread in (None, row.tree_id)
        self._figures_are_as_they_must_be()
        self._posts_are_as_they_must_be()
        ways = Passage.objects.values_list("kind", "source", "target", "seq")
        moves = {seq for its in self.known.values() for seq, *_ in its.moves}
        assert {seq for kind, _, _, seq in ways if kind == "move"} == moves
        assert {row[1:] for row in ways if row[0] == "roll_over"} == {
            (way.source, way.target, seq) for seq, way in self.ways.items()
        }
        assert sorted(row[1:3] for row in ways if row[0] == "carry") == sorted(
            pair for its in self.known.values() for pair in its.carried
        )

    def _figures_are_as_they_must_be(self) -> None:
        counted: Counter[tuple[int, str]] = Counter()
        for post, months in Tally.objects.values_list("post", "by_month"):
            for month in months.values():
                for name, number in month.items():
                    if number and not name.startswith(tally.WAIT):
                        counted[post, name] += number
        assert counted == Counter(
            (its.post, FATES[its.state])
            for its in self.known.values()
            if its.state in FATES and not its.is_answer
        )

    def _posts_are_as_they_must_be(self) -> None:
        posts = {post.pk: post for post in Post.objects.with_comment_count()}
        assert {pk: post.is_public for pk, post in posts.items()} == self.public
        for pk, post in posts.items():
            assert post.comment_count == sum(
                its.state == "published" and its.post == pk
                for its in self.known.values()
            )
        modes = {mode.post_id: mode for mode in Mode.objects.all()}
        for pk, kind in self.modes.items():
            assert (modes[pk].kind if pk in modes else None) == kind
            assert kind != "closed" or modes[pk].notice == rolling.GOES_ON

    def what_is_worked_out_is_what_would_be(self) -> None:
        """Links, handles and figures, as if all had been worked out at once."""

        def worked_out():
            months = dict(Tally.objects.values_list("post", "by_month"))
            return (
                list(Comment.objects.order_by("pk").values_list(*DERIVED)),
                {post: found for post, found in months.items() if found},
            )

        kept = worked_out()
        self.count("links", sum("/c/" in html for *_, html, _ in kept[0]))
        pks = Comment.objects.values_list("pk", flat=True)
        moving.settle(set(self.public), list(pks))
        assert worked_out() == kept

    def readers_see_what_they_should(self) -> None:
        client = Client()
        for pk, is_public in self.public.items():
            post = Post.objects.get(pk=pk)
            if not is_public:
                continue
            answer = client.get(post.get_absolute_url())
            assert answer.status_code == 200
            page = answer.content.decode()
            for its in self.known.values():
                words = f"<p>{its.text.partition('.')[0]}."
                is_there = its.state == "published" and its.post == pk
                assert (words in page) == is_there


@pytest.mark.long
@pytest.mark.django_db
def test_on_and_back_in_any_order():
    Continued.done = {}
    run_state_machine_as_test(
        Continued,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Continued.steps >= LEAST
    # Each example begins so that some of this can happen, and takes it back.
    for what in ("roll over", "carried", "carried back", "undo roll over", "links"):
        assert Continued.done.get(what), Continued.done
