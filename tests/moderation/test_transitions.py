"""What may become of a comment: every edge, every wrong one, and what each writes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Comment, ImportBatch, ImportChange
from moderation import actions, log, transitions
from moderation.models import Appeal, Decision, Screening
from moderation.reasons import BY_CODE, REASONS
from moderation.transitions import Actor, NotAllowed, Seen
from tests.blog import making

from .deciding import ANN, BOB, do, in_state, now, seen
from .table import (
    ACTIONS,
    BY_MODERATOR,
    EDGES,
    KINDS,
    MAY,
    NEEDS_REASON,
    STATES,
    TAKEN_BACK,
    UNDOABLE,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return making.post()


def as_stored(comment: Comment) -> dict:
    return Comment.objects.filter(pk=comment.pk).values().get()


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
def test_every_pair_of_state_and_action(post, state, action):
    comment = in_state(post, state, version=4)
    before = as_stored(comment)
    outcome = do(action, comment)
    target = EDGES.get((state, action))
    if target is None:
        assert outcome.done == []
        assert [c.public_id for c in outcome.conflicts] == [comment.public_id]
        assert as_stored(comment) == before
        assert not Decision.objects.exists()
        return
    assert outcome.conflicts == []
    after = now(comment)
    assert (after.state, after.version) == (target, 5)
    row = Decision.objects.get()
    assert outcome.done == [row]
    assert (row.from_state, row.to_state, row.version) == (state, target, 5)
    assert (row.action, row.comment_public_id) == (action, comment.public_id)
    assert list(log.faults()) == []


def test_the_table_is_whole():
    """No action or state exists of which the table of the tests knows nothing."""
    assert set(actions.ACTIONS) == set(ACTIONS)
    assert set(Comment.State.values) == set(STATES)
    assert set(actions.UNDOABLE) == set(UNDOABLE)
    assert actions.TAKEN_BACK == TAKEN_BACK


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("action", ACTIONS)
def test_only_the_right_actors_act(post, action, kind):
    state = next(state for state, done in EDGES if done == action)
    comment = in_state(post, state)
    actor = Actor(kind, "ann" if kind == "moderator" else "")
    if kind in MAY[action]:
        assert do(action, comment, actor=actor).done[0].actor_kind == kind
        return
    with pytest.raises(NotAllowed):
        do(action, comment, actor=actor)
    assert now(comment).state == state
    assert not Decision.objects.exists()


@pytest.mark.parametrize("reason", ["", " ", "nonsense", "Harassment"])
@pytest.mark.parametrize("action", NEEDS_REASON)
def test_no_refusal_without_a_reason_of_the_list(post, action, reason):
    state = "pending" if action == "reject" else "published"
    comments = [in_state(post, state) for _ in range(3)]
    with pytest.raises(NotAllowed):
        do(action, *comments, reason=reason)
    assert {now(comment).state for comment in comments} == {state}
    assert not Decision.objects.exists()


@pytest.mark.parametrize("action", ["approve", "spam", "reject"])
def test_an_unknown_reason_is_refused_where_none_is_needed_too(post, action):
    with pytest.raises(NotAllowed, match="no reason"):
        do(action, in_state(post), reason="nonsense")


@pytest.mark.parametrize("action", NEEDS_REASON)
@pytest.mark.parametrize("note", ["", "  \n"])
def test_other_needs_words_of_its_own(post, action, note):
    comment = in_state(post, "pending" if action == "reject" else "published")
    with pytest.raises(NotAllowed, match="explanation"):
        # A private note explains nothing to the writer.
        do(action, comment, reason="other", public_note=note, private_note="because")
    done = do(action, comment, reason="other", public_note="Said twice.").done[0]
    assert (done.reason, done.public_note) == ("other", "Said twice.")


def test_the_reasons_are_those_of_the_rules():
    assert [reason.code for reason in REASONS] == [
        "identifies_person",
        "defamation_complaint",
        "harassment",
        "hate",
        "threat",
        "confidential_data",
        "court_reporting",
        "off_topic",
        "spam",
        "duplicate",
        "not_readable",
        "author_request",
        "other",
    ]
    assert [code for code, reason in BY_CODE.items() if reason.needs_note] == ["other"]
    assert all(reason.public.endswith(".") for reason in REASONS)


@pytest.mark.parametrize("action", ["delete", "", "undo", "Approve", "publish"])
def test_an_unknown_action_is_refused(post, action):
    with pytest.raises(NotAllowed, match="no action"):
        transitions.decide(seen(in_state(post)), action, ANN)


def test_a_note_that_the_log_cannot_hold_is_refused_before_anything_is_done(post):
    comment = in_state(post)
    for field in ("private_note", "public_note"):
        with pytest.raises(NotAllowed):
            do("reject", comment, **{field: "x" * 501})
    assert now(comment).state == "pending"
    assert do("reject", comment, public_note="x" * 500).done


def test_what_is_decided_is_what_was_seen(post):
    comment = in_state(post)
    do("edit", comment, fields={"text": "Turned.", "html": "<p>Turned.</p>\n"})
    outcome = do("approve", comment)
    assert outcome.done == []
    [conflict] = outcome.conflicts
    assert conflict.message.startswith("already corrected by its writer at ")
    stored = now(comment)
    assert (stored.state, stored.version, stored.text) == ("pending", 2, "Turned.")
    # With the version of now it can be decided.
    assert do("approve", now(comment)).done


@pytest.mark.parametrize("version", [0, 2, 999])
def test_a_version_that_was_never_shown_decides_nothing(post, version):
    comment = in_state(post)
    outcome = transitions.decide([Seen(comment.public_id, version)], "approve", ANN)
    assert (len(outcome.done), len(outcome.conflicts)) == (0, 1)
    assert now(comment).state == "pending"


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("approve", "already published by bob at 14:05 on 3 March"),
        ("reject", "already refused by bob at 14:05 on 3 March"),
        ("spam", "already marked as spam by bob at 14:05 on 3 March"),
        ("withdraw", "already withdrawn by its writer at 14:05 on 3 March"),
    ],
)
def test_who_comes_second_is_told_who_was_first(post, monkeypatch, action, words):
    comment = in_state(post)
    moment = datetime(2026, 3, 3, 14, 5, 59, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    do(action, comment, actor=BOB if action in BY_MODERATOR else None)
    [conflict] = do("approve", comment).conflicts
    assert conflict.message == words
    assert Decision.objects.count() == 1


def test_what_was_taken_back_is_told_too(post):
    comment = in_state(post)
    done = do("approve", comment).done[0]
    transitions.undo([done.seq], BOB)
    [conflict] = do("approve", comment).conflicts
    assert conflict.message.startswith("already taken back by bob at ")


def test_many_in_one_call_each_as_it_was_seen(post):
    fresh = [in_state(post) for _ in range(5)]
    decided = [in_state(post) for _ in range(2)]
    do("spam", *decided)
    outcome = transitions.decide(
        [*seen(*fresh, *decided), Seen("gone000000000", 1)], "approve", ANN
    )
    assert {row.comment_public_id for row in outcome.done} == {
        comment.public_id for comment in fresh
    }
    words = {conflict.public_id: conflict.message for conflict in outcome.conflicts}
    assert words.pop("gone000000000") == "does not exist any more"
    assert set(words) == {comment.public_id for comment in decided}
    assert all(
        text.startswith("already marked as spam by ann") for text in words.values()
    )
    assert {now(comment).state for comment in fresh} == {"published"}
    assert {now(comment).state for comment in decided} == {"spam"}
    assert [row.seq for row in outcome.done] == [3, 4, 5, 6, 7]
    assert list(log.faults()) == []


def test_the_same_comment_twice_in_one_call_is_decided_once(post):
    comment = in_state(post)
    outcome = do("approve", comment, comment)
    assert len(outcome.done) == 1
    assert now(comment).version == 2


def test_nothing_to_decide_is_no_decision(db):
    outcome = transitions.decide([], "approve", ANN)
    assert (outcome.done, outcome.conflicts) == ([], [])


def queries(work) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return len(captured)


@pytest.mark.parametrize("late", [False, True])
def test_twenty_cost_as_many_queries_as_two(post, late):
    def cost(count: int) -> int:
        comments = [in_state(post) for _ in range(count)]
        gone = [in_state(post) for _ in range(count)]
        do("spam", *gone)
        chosen = comments + gone if late else comments
        return queries(lambda: do("approve", *chosen))

    assert cost(2) == cost(20) <= 29


def test_undoing_twenty_costs_as_many_queries_as_two(post):
    def cost(count: int) -> int:
        done = do("approve", *[in_state(post) for _ in range(count)]).done
        return queries(lambda: transitions.undo([row.seq for row in done], ANN))

    assert cost(2) == cost(20) <= 29


def test_a_failing_log_undoes_the_act(post, monkeypatch):
    comment = in_state(post)

    def fail(rows):
        raise RuntimeError

    monkeypatch.setattr(log, "append", fail)
    with pytest.raises(RuntimeError):
        do("approve", comment)
    assert now(comment).state == "pending"


class TestTimeOfPublication:
    MOMENT = datetime(2026, 3, 3, 14, 5, 59, 123456, tzinfo=UTC)

    @pytest.fixture(autouse=True)
    def clock(self, monkeypatch):
        self.time = self.MOMENT
        monkeypatch.setattr(timezone, "now", lambda: self.time)

    def test_approval_sets_it_to_the_minute(self, post):
        comment = in_state(post)
        do("approve", comment)
        assert now(comment).published_at == self.MOMENT.replace(second=0, microsecond=0)

    @pytest.mark.parametrize("away", ["hide", "hold"])
    def test_hiding_and_restoring_keeps_it(self, post, away):
        comment = in_state(post)
        do("approve", comment)
        first = now(comment).published_at
        self.time += timedelta(hours=5)
        do(away, now(comment))
        assert now(comment).published_at == first
        do("restore", now(comment))
        assert now(comment).published_at == first

    def test_undoing_a_hiding_keeps_it(self, post):
        comment = in_state(post)
        do("approve", comment)
        first = now(comment).published_at
        self.time += timedelta(hours=5)
        transitions.undo([do("hide", now(comment)).done[0].seq], ANN)
        assert (now(comment).state, now(comment).published_at) == ("published", first)

    def test_what_waits_again_has_none_and_gets_a_new_one(self, post):
        comment = in_state(post)
        done = do("approve", comment).done[0]
        transitions.undo([done.seq], ANN)
        assert now(comment).published_at is None
        self.time += timedelta(hours=5)
        do("approve", now(comment))
        assert now(comment).published_at == self.time.replace(second=0, microsecond=0)

    def test_a_correction_clears_it(self, post):
        comment = in_state(post)
        do("approve", comment)
        do("edit", now(comment), fields={"text": "Anew.", "html": "<p>Anew.</p>"})
        assert now(comment).published_at is None

    def test_one_that_was_never_published_gets_it_when_restored(self, post):
        comment = in_state(post)
        do("reject", comment)
        assert now(comment).published_at is None
        self.time += timedelta(days=2)
        done = do("restore", now(comment)).done[0]
        assert now(comment).published_at == self.time.replace(second=0, microsecond=0)
        transitions.undo([done.seq], ANN)
        assert (now(comment).state, now(comment).published_at) == ("rejected", None)


class TestNothingOfTheTextStays:
    def blank(self, comment: Comment) -> None:
        stored = now(comment)
        assert (stored.text, stored.html, stored.name) == ("", "", "")
        found = Screening.objects.get(comment=comment)
        assert (found.why, bytes(found.sketch)) == ([], b"")
        assert not Appeal.objects.exclude(text="").exists()

    @pytest.mark.parametrize("state", sorted({s for s, a in EDGES if a == "withdraw"}))
    def test_withdrawn(self, post, state):
        comment = in_state(post, state)
        do("withdraw", comment)
        self.blank(comment)
        assert now(comment).receipt_digest  # its writer still sees that it is gone

    @pytest.mark.parametrize("state", sorted({s for s, a in EDGES if a == "erase"}))
    def test_erased(self, post, state):
        comment = in_state(post, state)
        do("erase", comment)
        self.blank(comment)
        assert now(comment).receipt_digest is None

    @pytest.mark.parametrize("action", ["withdraw", "erase"])
    def test_what_an_import_filled_in_goes_too(self, post, action):
        comment, other = in_state(post, "hidden"), in_state(post, "hidden")
        batch = ImportBatch.objects.create(started_at=timezone.now())
        for each in (comment, other):
            ImportChange.objects.create(
                batch=batch,
                comment=each,
                before={"name": None},
                after={"name": "Rowan"},
            )
        do(action, comment)
        assert [row.comment_id for row in ImportChange.objects.all()] == [other.pk]

    def test_an_appeal_goes_too(self, post):
        comment = in_state(post)
        seq = do("reject", comment).done[0].seq
        Appeal.objects.create(
            comment=comment,
            decision_seq=seq,
            text="But the tides do turn.",
            made_on=timezone.localdate(),
        )
        do("withdraw", now(comment))
        self.blank(comment)

    def test_replies_keep_their_place(self, client, post):
        root = in_state(post, "published", "The root's own words.")
        in_state(post, "published", "An answer.", parent=root)
        do("withdraw", root)
        page = client.get(post.get_absolute_url()).content.decode()
        assert "own words" not in page
        assert "Deckhand" in page  # the answer's
        assert page.index("Removed by its writer.") < page.index("An answer.")


class TestUndo:
    @pytest.mark.parametrize("action", BY_MODERATOR)
    def test_it_leads_back_by_a_new_row(self, post, action):
        for state in (state for state, done in EDGES if done == action):
            comment = in_state(post, state)
            row = do(action, comment).done[0]
            before = Decision.objects.count()
            [undone] = transitions.undo([row.seq], BOB).done
            assert (now(comment).state, now(comment).version) == (state, 3)
            assert Decision.objects.count() == before + 1
            assert (undone.action, undone.undoes) == ("undo", row.seq)
            assert (undone.from_state, undone.to_state) == (row.to_state, state)
            assert (undone.actor, undone.version) == ("bob", 3)
            assert Decision.objects.get(seq=row.seq).hash == row.hash
        assert list(log.faults()) == []

    def test_only_the_last_decision(self, post):
        comment = in_state(post)
        first = do("approve", comment).done[0]
        do("hide", now(comment))
        outcome = transitions.undo([first.seq], ANN)
        assert outcome.done == []
        assert outcome.conflicts[0].message.startswith("already hidden by ann at ")
        assert now(comment).state == "hidden"

    def test_of_two_that_are_named_the_newer(self, post):
        comment = in_state(post)
        first = do("approve", comment).done[0]
        second = do("hide", now(comment)).done[0]
        assert len(transitions.undo([first.seq, second.seq], ANN).done) == 1
        assert now(comment).state == "published"

    def test_not_twice(self, post):
        comment = in_state(post)
        row = do("approve", comment).done[0]
        transitions.undo([row.seq], ANN)
        outcome = transitions.undo([row.seq], ANN)
        assert (len(outcome.done), len(outcome.conflicts)) == (0, 1)
        assert now(comment).state == "pending"

    def test_an_undoing_is_not_undone(self, post):
        comment = in_state(post)
        row = do("approve", comment).done[0]
        [undone] = transitions.undo([row.seq], ANN).done
        assert transitions.undo([undone.seq], ANN).done == []
        assert now(comment).state == "pending"

    @pytest.mark.parametrize("action", ["edit", "withdraw", "erase"])
    def test_not_what_its_writer_or_the_clock_did(self, post, action):
        state = "rejected" if action == "erase" else "published"
        comment = in_state(post, state)
        row = do(action, comment).done[0]
        assert transitions.undo([row.seq], ANN).done == []
        assert now(comment).state == row.to_state

    @pytest.mark.parametrize("kind", ["contributor", "mode", "clock"])
    def test_only_by_a_moderator(self, post, kind):
        comment = in_state(post)
        row = do("approve", comment).done[0]
        with pytest.raises(NotAllowed):
            transitions.undo([row.seq], Actor(kind))

    def test_what_a_mode_published_can_be_taken_back(self, post):
        comment = in_state(post)
        row = do("approve", comment, actor=transitions.MODE).done[0]
        assert transitions.undo([row.seq], ANN).done
        assert now(comment).state == "pending"

    def test_a_text_that_was_corrected_meanwhile_is_left(self, post):
        comment = in_state(post)
        row = do("approve", comment).done[0]
        do("edit", now(comment), fields={"text": "Anew.", "html": "<p>Anew.</p>"})
        assert transitions.undo([row.seq], ANN).done == []

    @pytest.mark.parametrize(
        ("state", "action"),
        [("pending", "reject"), ("published", "hide"), ("published", "hold")],
    )
    def test_what_is_refused_again_is_so_for_its_reason(self, post, state, action):
        """No refusal without a reason, by this way neither."""
        comment = in_state(post, state)
        do(action, comment, reason="other", public_note="Said before.")
        for _ in range(2):
            restored = do("restore", now(comment)).done[0]
            [undone] = transitions.undo([restored.seq], ANN).done
            assert undone.to_state == now(comment).state != "published"
            assert (undone.reason, undone.public_note) == ("other", "Said before.")
        assert list(log.faults()) == []

    def test_what_waits_again_has_no_reason(self, post):
        row = do("reject", in_state(post)).done[0]
        [undone] = transitions.undo([row.seq], ANN).done
        assert (undone.reason, undone.public_note) == ("", "")

    def test_fifty_times_leaves_the_page_as_it_was(self, client, post, monkeypatch):
        # The page tells the minute of publication, which must not turn meanwhile.
        at = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: at)
        in_state(post, "published", "It stays.")
        comment = in_state(post, "pending", "It comes and goes.")
        address = post.get_absolute_url()
        without, with_it = client.get(address).content, None
        for turn in range(50):
            rows = Decision.objects.count()
            done = do("approve", now(comment)).done[0]
            shown = client.get(address).content
            with_it = with_it or shown
            assert shown == with_it != without
            transitions.undo([done.seq], ANN)
            assert client.get(address).content == without
            assert Decision.objects.count() == rows + 2 == 2 * turn + 2
        assert now(comment).version == 101
        assert list(log.faults()) == []


@pytest.mark.parametrize("state", ["rejected", "spam", "pending"])
def test_what_was_not_shown_leaves_a_stub_only_where_replies_hang(client, post, state):
    alone = in_state(post, state, "Nobody answered this.")
    answered = in_state(post, state, "Somebody answered this.")
    in_state(post, "published", "The answer.", parent=answered)
    page = client.get(post.get_absolute_url()).content.decode()
    assert f'id="c-{alone.public_id}"' not in page
    assert f'id="c-{answered.public_id}" class="comment stub"' in page
    assert "answered this" not in page
    assert "The answer." in page
