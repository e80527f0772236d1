"""The log played again says of every comment what is stored of it."""

from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Comment, ImportBatch
from moderation import actions, replay, transitions
from moderation.models import Decision
from moderation.replay import Step, faults
from tests.blog import making

from .deciding import ANN, BOB, do, in_state, now
from .table import EDGES, MAY, NEEDS_REASON

JOBS = "tests.moderation.jobs:"


@pytest.fixture
def post(db):
    return making.post()


def told() -> list[str]:
    return [f"{found.public_id} {found.message}" for found in replay.differences()]


def verify() -> tuple[str, str]:
    """What the command says, and the words with which it fails."""
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_log", stdout=out, stderr=err, no_color=True)
    except CommandError as error:
        return err.getvalue(), str(error)
    return out.getvalue(), ""


def whole_story(post) -> list[Comment]:
    """Comments to which all kinds of things happened."""
    many = [in_state(post) for _ in range(8)]
    do("approve", *many[:5])
    hidden = do("hide", now(many[0])).done[0]
    transitions.undo([hidden.seq], BOB)
    do("hold", now(many[1]), actor=transitions.CLOCK)
    do("restore", now(many[1]))
    do("edit", now(many[2]), fields={"text": "Anew"})
    do("withdraw", now(many[3]))
    do("spam", many[5])
    do("erase", now(many[5]))
    do("reject", many[6])
    transitions.undo([Decision.objects.latest("seq").seq], ANN)
    in_state(post, "likely_spam")
    return many


class TestStored:
    def test_what_was_decided_through_the_log_is_what_it_tells(self, post):
        whole_story(post)
        assert told() == []
        assert verify()[1] == ""

    @pytest.mark.parametrize("state", ["published", "hidden", "rejected", "withdrawn"])
    def test_a_state_that_was_changed_past_it_is_found(self, post, state):
        comment = in_state(post)
        do("spam", comment)
        Comment.objects.filter(pk=comment.pk).update(state=state)
        label = Comment.State(state).label
        assert told() == [
            f"{comment.public_id} is “{label}”, version 2; by the log it is “Spam”, "
            "version 2, since decision #1"
        ]
        words, failure = verify()
        assert words == f"Comment {told()[0]}.\n"
        assert failure == "1 differences between the log and the comments."

    def test_a_version_that_was_changed_past_it_is_found(self, post):
        comment = in_state(post)
        do("approve", comment)
        Comment.objects.filter(pk=comment.pk).update(version=F("version") + 1)
        assert "version 3; by the log it is “Published”, version 2" in told()[0]

    def test_what_was_published_without_a_word_is_found(self, post):
        comment = in_state(post)
        assert told() == []
        Comment.objects.filter(pk=comment.pk).update(state="published")
        assert told() == [
            f"{comment.public_id} is “Published”, version 1, and the log tells of no "
            "decision about it"
        ]

    def test_an_imported_comment_began_as_its_source_had_it(self, post):
        batch = ImportBatch.objects.create(started_at=timezone.now())
        shown, spam = (in_state(post, s, batch=batch) for s in ("published", "spam"))
        do("hide", shown)
        assert told() == []
        Comment.objects.filter(pk=spam.pk).update(version=2)
        assert [line.split()[0] for line in told()] == [spam.public_id]

    def test_a_comment_that_is_not_there_any_more_is_found(self, post):
        comment = in_state(post)
        do("approve", comment)
        Comment.objects.filter(pk=comment.pk).update(public_id="another")
        assert told() == [
            "another is “Published”, version 2, and the log tells of no decision "
            "about it",
            f"{comment.public_id} is not there, and the log tells of it",
        ]

    def test_an_appeal_that_was_refused_moves_nothing(self, post):
        comment = in_state(post)
        do("reject", comment)
        transitions.uphold(now(comment), Decision.objects.get(), ANN)
        assert told() == []

    def test_each_of_many_is_found_and_no_other(self, post, monkeypatch):
        monkeypatch.setattr(replay, "TOGETHER", 3)
        many = [in_state(post) for _ in range(20)]
        do("approve", *many)
        wrong = Random(4).sample(many, 6)
        pks = [comment.pk for comment in wrong]
        Comment.objects.filter(pk__in=pks).update(state="hidden")
        assert {line.split()[0] for line in told()} == {c.public_id for c in wrong}

    @pytest.mark.parametrize("number", [2, 20])
    def test_the_cost_does_not_grow_with_what_a_handful_holds(self, post, number):
        do("approve", *[in_state(post) for _ in range(number)])
        with CaptureQueriesContext(connection) as captured:
            assert told() == []
        # One handful and the one that is not there any more, two queries for what it
        # holds, one for comments that are missing.
        assert len(captured) == 5


def test_decisions_go_on_while_it_reads(own_database):
    """No false alarm, though comments change between a look at them and at the log."""
    post = own_database.work(f"{JOBS}post")
    comments = own_database.work(f"{JOBS}waiting", post, 60)
    jobs = {
        f"{JOBS}decide_each": [(comments[:30],), (comments[30:],)],
        f"{JOBS}check_log": [()],
    }
    *written, checks = own_database.together(jobs)
    assert written == [90, 90]
    # It saw the log grow, and was never wrong.
    # It must have looked at a log that grew; how often depends on the machine.
    assert len({rows for rows, _ in checks}) >= 2
    assert [found for _, found in checks if found] == []


def step(seq: int, action: str, came: str, went: str, version: int, **more) -> Step:
    kind = more.pop("kind", "moderator")
    return Step(seq, action, kind, came, went, version, more.pop("undoes", None))


class TestPlayed:
    def test_every_edge_of_the_table_and_no_other(self):
        for state in Comment.State.values:
            for (_, action), target in EDGES.items():
                kind = sorted(MAY[action])[0]
                row = step(1, action, state, target, 2, kind=kind)
                found = list(faults([row], target, 2, is_own=False))
                is_legal = EDGES.get((state, action)) == target
                assert bool(found) is not is_legal, (state, action)

    def test_by_whom_it_may_not_be_done(self):
        rows = [step(1, "erase", "spam", "erased", 2, kind="moderator")]
        assert "no rule allows" in next(faults(rows, "erased", 2, is_own=False))

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            # A row is missing between.
            (
                [
                    step(1, "approve", "pending", "published", 2),
                    step(2, "restore", "hidden", "published", 4),
                ],
                ["was “Hidden” before decision #2", "it follows on version 2"],
            ),
            # It is said to have been public from its beginning.
            (
                [step(1, "hide", "published", "hidden", 2)],
                ["was “Published” before decision #1"],
            ),
            # What is taken back is nobody's decision, another's, or an older one.
            (
                [
                    step(1, "approve", "pending", "published", 2),
                    step(2, "undo", "published", "pending", 3, undoes=7),
                ],
                ["(undo), which no rule allows"],
            ),
            (
                [
                    step(1, "approve", "pending", "published", 2),
                    step(2, "hide", "published", "hidden", 3),
                    step(3, "restore", "hidden", "published", 4),
                    step(4, "undo", "published", "pending", 5, undoes=1),
                ],
                ["(undo), which no rule allows"],
            ),
            # Nothing that is known moves a comment so.
            (
                [step(1, "tidied", "pending", "hidden", 2)],
                ["(tidied), which no rule allows"],
            ),
        ],
    )
    def test_what_is_wrong_is_named(self, rows, words):
        last = rows[-1]
        found = list(faults(rows, last.to_state, last.version, is_own=True))
        assert len(found) == len(words)
        for sentence, part in zip(found, words, strict=True):
            assert part in sentence

    def test_reasons_are_no_part_of_it(self):
        """What needs one cannot be written without; the chain keeps it."""
        assert set(NEEDS_REASON) == {
            code for code, action in actions.ACTIONS.items() if action.needs_reason
        }
