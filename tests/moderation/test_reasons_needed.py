"""Refusing, hiding and holding without a reason is possible nowhere, and the writer's
receipt shows the reason's public words wherever it came from."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from blog.models import Comment
from moderation import (
    appeals,
    complaint_handling,
    complaints,
    desk,
    log,
    receipts,
    transitions,
)
from moderation.actions import ACTIONS
from moderation.models import Appeal, Complaint, Decision
from moderation.notices import KINDS
from moderation.reasons import BY_CODE, NEED_REASON, NEED_WORDS, REASONS
from moderation.transitions import CLOCK, NotAllowed, Seen
from tests.blog.contributions import RECEIPT, browser, fields, send
from tests.blog.contributions import post as send_form
from tests.blog.making import post

from .making import (
    decided,
    moderator,
    now,
    press,
    press_for_ticked,
    signed_in,
    submission,
)

pytestmark = pytest.mark.django_db
JOBS = "tests.moderation.jobs:"
State = Comment.State
# From which state each is possible.
FROM = {"reject": "pending", "hide": "published", "hold": "published"}


@pytest.fixture
def anna():
    return moderator("anna")


@pytest.fixture
def sent():
    """A comment that waits, and its receipt."""
    return send(browser(), fields(post(1), "It leaks."))


def ready(comment: Comment, user, action: str) -> Comment:
    return decided(comment, user, "approve") if FROM[action] != "pending" else comment


def shown(code: str) -> str:
    answer = send_form(browser(), RECEIPT, {"code": code})
    return " ".join(unescape(answer.content.decode()).split())


def untouched(comment: Comment) -> bool:
    """Whether no row tells of more than its publication."""
    told = Decision.objects.filter(comment_public_id=comment.public_id)
    return not told.exclude(action="approve").exists()


def test_the_actions_and_the_database_mean_the_same():
    assert {a.code for a in ACTIONS.values() if a.needs_reason} == set(NEED_REASON)
    assert {r.code for r in REASONS if r.needs_note} == set(NEED_WORDS)


class TestNowhereWithout:
    @pytest.mark.parametrize("action", FROM)
    @pytest.mark.parametrize("reason", ["", "no-such-reason"])
    def test_by_the_form_of_a_card(self, sent, anna, action, reason):
        comment = ready(sent[0], anna, action)
        answer = press(signed_in(anna), action, comment, reason=reason)
        assert answer.status_code == 422
        assert now(comment).version == comment.version
        assert untouched(comment)

    @pytest.mark.parametrize("action", FROM)
    def test_for_all_that_is_ticked(self, sent, anna, action):
        first = ready(sent[0], anna, action)
        second = ready(submission(first.post, "Rain."), anna, action)
        answer = press_for_ticked(signed_in(anna), action, first, second)
        assert answer.status_code == 422
        assert untouched(first)
        assert untouched(second)

    @pytest.mark.parametrize("action", FROM)
    def test_on_the_page_of_one_comment(self, sent, anna, action):
        """It has no buttons of decisions; what is sent there does nothing."""
        comment = ready(sent[0], anna, action)
        client = signed_in(anna)
        name = "admin:moderation_queuedcomment_"
        form = {"one": f"{action}:{comment.public_id}:{comment.version}"}
        page = reverse(f"{name}change", args=[comment.public_id])
        assert client.post(page, form).status_code == 403
        asking = reverse(f"{name}ask", args=[comment.public_id])
        assert client.post(asking, form).status_code == 422
        assert untouched(comment)

    @pytest.mark.parametrize("action", FROM)
    def test_from_a_shell(self, sent, anna, action):
        comment = ready(sent[0], anna, action)
        seen = [Seen(comment.public_id, comment.version)]
        for attempt in (
            lambda: transitions.decide(seen, action, transitions.moderator(anna)),
            lambda: desk.decide(anna, seen, action),
            lambda: desk.decide(anna, seen, action, reason="no-such-reason"),
            lambda: desk.decide(anna, seen, action, reason="other", public_note=" "),
        ):
            with pytest.raises(NotAllowed):
                attempt()
        assert untouched(comment)

    @pytest.mark.parametrize("action", ["hide", "hold"])
    def test_by_the_clock(self, sent, anna, action):
        comment = ready(sent[0], anna, action)
        seen = [Seen(comment.public_id, comment.version)]
        with pytest.raises(NotAllowed):
            transitions.decide(seen, action, CLOCK)
        assert untouched(comment)

    @pytest.mark.parametrize("action", NEED_REASON)
    def test_past_every_function(self, action):
        """The database itself takes no such row."""
        for fields_of_row in (
            {"reason": ""},
            {"reason": "other", "public_note": ""},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                log.append([row(action, **fields_of_row)])
        assert not Decision.objects.exists()
        log.append([row(action, reason="hate")])
        log.append([row(action, reason="other", public_note="It rhymes.")])
        # What leaves a comment where it is asks for no word of explanation.
        masked = row(action, reason="other")
        masked.action, masked.to_state = "redact", masked.from_state
        log.append([masked])
        assert list(log.faults()) == []


def row(action: str, **more: str) -> Decision:
    return Decision(
        actor="anna",
        actor_kind="moderator",
        action=action,
        from_state=FROM[action],
        to_state=ACTIONS[action].target,
        comment_public_id="0" * 13,
        version=2,
        **more,
    )


class TestTheReceiptSays:
    @pytest.mark.parametrize("action", FROM)
    def test_why_for_each_action(self, sent, anna, action):
        comment = ready(sent[0], anna, action)
        decided(comment, anna, action, reason="threat", public_note="See the end.")
        html = shown(sent[1])
        assert BY_CODE["threat"].public in html
        assert "See the end." in html

    def test_why_in_bulk(self, sent, anna):
        comment, code = sent
        client = signed_in(anna)
        press_for_ticked(client, "reject", comment, reason="duplicate")
        assert now(comment).state == State.REJECTED
        assert BY_CODE["duplicate"].public in shown(code)

    def test_why_after_an_appeal_that_was_refused(self, sent, anna):
        comment, code = sent
        decided(comment, anna, "reject", reason="other", public_note="It rhymes.")
        receipts.appeal(now(comment), "It does not.")
        appeal = Appeal.objects.get()
        ben = moderator("ben")
        [kept] = appeals.answer(
            appeal, ben, appeals.REFUSED, version=2, words="It does: line 3."
        ).done
        assert (kept.reason, kept.public_note) == ("other", "It does: line 3.")
        html = shown(code)
        for words in (BY_CODE["other"].public, "It rhymes.", "It does: line 3."):
            assert html.count(words) == 1

    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
    @pytest.mark.parametrize("end", ["closed", "held", "clock"])
    def test_why_after_a_complaint(self, sent, anna, kind, end):
        comment, code = sent
        comment = decided(comment, anna, "approve")
        given = complaints.Given(
            name="Pike",
            email="pike@example.org",
            statement="It leaks.",
            why="It does not.",
            meaning="That it sinks.",
            wrong="It floats.",
            unknown_author=True,
            pass_name=False,
            pass_email=False,
            good_faith=True,
        )
        lodged = complaints.lodge(comment, kind.code, given, complaints.Arrival())
        complaint = lodged.complaint
        if end == "closed":
            removed = Complaint.Outcome.REMOVED
            complaint_handling.close(complaint, anna, removed, comment.version)
        elif end == "held":
            complaint_handling.hold(complaint, anna, comment.version)
        else:
            assert complaint_handling.run(timezone.now() + timedelta(days=30)).held == 1
        last = Decision.objects.latest("seq")
        assert (last.action, last.reason) == (
            "hide" if end == "closed" else "hold",
            kind.reason,
        )
        assert now(comment).state == ACTIONS[last.action].target
        assert BY_CODE[kind.reason].public in shown(code)

    def test_why_after_an_undo(self, sent, anna):
        """Hidden, restored, and that taken back: hidden again, for the same reason."""
        comment, code = sent
        comment = decided(decided(comment, anna, "approve"), anna, "hide")
        decided(comment, anna, "restore")
        desk.undo(anna, [Decision.objects.latest("seq").seq])
        assert now(comment).state == State.HIDDEN
        assert BY_CODE["off_topic"].public in shown(code)


class TestTheMigration:
    def test_a_log_that_is_there_stays_as_it_is(self, own_database):
        """Made anew with its constraints, the table has its rows and its triggers."""
        subject = own_database.work(f"{JOBS}post")
        comments = own_database.work(f"{JOBS}waiting", subject, 3)
        assert own_database.work(f"{JOBS}decide_each", comments) == 9
        before = own_database.work(f"{JOBS}the_log")
        head = own_database.manage("verify_log")
        for there_and_back in (["0013_questions"], []):
            own_database.manage(
                "migrate", "moderation", *there_and_back, "--verbosity=0"
            )
        assert own_database.work(f"{JOBS}the_log") == before
        assert own_database.manage("verify_log") == head
        assert "9 decisions, unbroken." in head
        for sql in (
            "UPDATE moderation_decision SET reason = 'hate'",
            "DELETE FROM moderation_decision",
        ):
            assert "append-only" in own_database.work(f"{JOBS}refused", sql)
        own_database.work(f"{JOBS}decide_each", [])
        assert own_database.work(f"{JOBS}the_log") == before

    def test_the_triggers_of_the_test_database_are_there(self):
        names = {
            "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' "
            "AND tbl_name = 'moderation_decision'",
            "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = "
            "'moderation_decision'::regclass AND NOT tgisinternal",
        }
        with connection.cursor() as cursor:
            cursor.execute(names[connection.vendor])
            found = {name for (name,) in cursor.fetchall()}
        assert (
            found
            == {
                "sqlite": {"log_no_update", "log_no_delete", "log_no_insert"},
                "postgresql": {"log_no_change", "log_no_truncate"},
            }[connection.vendor]
        )
