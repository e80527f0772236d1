"""What the clock does when nobody does anything, and that it does it once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from blog.models import Comment
from moderation import complaint_handling, log
from moderation.complaint_handling import run
from moderation.models import Complaint, ComplaintEvent, Decision, Notice
from tests.blog import making

from . import making as people
from .complaining import FRIDAY, WHOLE, at, comment, events, lodged
from .deciding import do, in_state

pytestmark = pytest.mark.django_db
DUE = FRIDAY + timedelta(days=4)
HIDDEN = DUE - timedelta(hours=4)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def friday(monkeypatch, settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"
    at(monkeypatch, FRIDAY)


@pytest.fixture
def ann():
    return people.staff("ann", "Moderators", email="ann@example.org")


def state(about: Comment) -> str:
    return Comment.objects.get(pk=about.pk).state


def subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


class TestAt44Hours:
    def test_an_untouched_comment_is_held(self):
        about = comment()
        complaint = lodged(about)
        assert run(HIDDEN - MINUTE).held == 0
        assert state(about) == "published"
        assert run(HIDDEN).held == 1
        assert state(about) == "held"
        complaint.refresh_from_db()
        assert complaint.held_at == FRIDAY  # the stopped clock of the tests
        assert "held clock" in events(complaint)

    def test_the_log_says_that_it_was_the_clock_and_why(self):
        about = comment()
        complaint = lodged(about)
        run(HIDDEN)
        row = Decision.objects.get()
        assert (row.actor, row.actor_kind, row.action) == ("", "clock", "hold")
        assert row.reason == "defamation_complaint"
        assert row.private_note == f"Complaint no. {complaint.pk}"
        assert list(log.faults()) == []

    @pytest.mark.parametrize(
        ("kind", "reason"),
        [
            ("personal_data", "identifies_person"),
            ("harassment", "harassment"),
            ("confidential", "confidential_data"),
            ("court_reporting", "court_reporting"),
            ("other", "other"),
        ],
    )
    def test_each_kind_has_its_reason(self, kind, reason):
        lodged(comment(), kind, good_faith=True)
        assert run(HIDDEN).held == 1
        row = Decision.objects.get()
        assert row.reason == reason
        assert bool(row.public_note) is (reason == "other")

    def test_twice_is_once(self):
        complaint = lodged(comment())
        run(HIDDEN)
        before = events(complaint)
        for _ in range(3):
            ran = run(HIDDEN)
            assert (ran.held, ran.told) == (0, {})
        assert events(complaint) == before
        assert Decision.objects.count() == 1

    def test_two_complaints_of_one_comment_are_met_by_one_decision(self):
        about = comment()
        files = [lodged(about), lodged(about, why="Another reason.")]
        assert run(HIDDEN).held == 1
        assert all("held clock" in events(each) for each in files)

    def test_an_incomplete_one_is_no_reason(self):
        about = comment()
        lodged(about, meaning="")
        run(DUE + timedelta(days=30))
        assert state(about) == "published"

    def test_nor_a_doubtful_one(self):
        about = comment()
        lodged(about)
        Complaint.objects.update(doubt=Complaint.Doubt.PACE)
        run(DUE)
        assert state(about) == "published"

    def test_nor_a_closed_one(self, ann):
        about = comment()
        complaint = lodged(about)
        complaint_handling.close(complaint, ann, "kept", 1)
        run(DUE)
        assert state(about) == "published"

    def test_what_a_moderator_restored_stays(self, ann):
        about = comment()
        complaint = lodged(about)
        complaint_handling.hold(complaint, ann, 1)
        complaint = Complaint.objects.get()
        complaint_handling.restore(complaint, ann, 2)
        run(DUE)
        assert state(about) == "published"

    @pytest.mark.parametrize("now", ["pending", "hidden", "withdrawn", "held"])
    def test_what_is_not_shown_is_left_alone(self, now):
        about = in_state(making.post(), "published")
        lodged(about)
        Comment.objects.filter(pk=about.pk).update(state=now)
        assert run(DUE).held == 0
        assert state(about) == now

    def test_what_was_corrected_and_shown_again_is_held(self):
        about = in_state(making.post(), "published")
        lodged(about)
        do("edit", about, fields={"text": "New.", "html": "<p>New.</p>"})
        about.refresh_from_db()
        do("approve", about)
        run(HIDDEN)
        assert state(about) == "held"

    def test_who_was_faster_wins(self, ann, monkeypatch):
        """A moderator decides between the clock's look and its act."""
        about = comment()
        complaint = lodged(about)
        found = list(complaint_handling._untouched(HIDDEN))
        complaint_handling.close(complaint, ann, "kept", 1)
        monkeypatch.setattr(complaint_handling, "_untouched", lambda now: found)
        assert run(HIDDEN).held == 0
        assert state(about) == "published"
        assert not Decision.objects.exists()

    def test_the_command(self, capsys):
        lodged(comment())
        Complaint.objects.update(hide_at=FRIDAY)
        call_command("complaint_clock")
        assert "Comments held: 1." in capsys.readouterr().out


class TestReminders:
    def test_at_24_8_and_0_hours(self, ann):
        complaint = lodged(comment())
        Complaint.objects.update(doubt="trap")
        told = []
        for hour in range(24 * 4 + 3):
            moment = FRIDAY + timedelta(hours=hour)
            if ran := run(moment).told:
                told.append((moment, ran))
        assert told == [
            (DUE - timedelta(hours=24), {24: 1}),
            (DUE - timedelta(hours=8), {8: 1}),
            (DUE, {0: 1}),
        ]
        assert [e for e in events(complaint) if e.startswith("reminded")] == [
            "reminded clock 24",
            "reminded clock 8",
            "reminded clock 0",
        ]
        assert len(mail.outbox) == 3

    def test_a_run_that_comes_late_tells_the_last_alone(self, ann):
        lodged(comment())
        assert run(DUE + timedelta(days=9)).told == {0: 1}
        assert len(mail.outbox) == 1

    def test_who_was_answered_needs_none(self, ann):
        complaint = lodged(comment(), meaning="")
        complaint_handling.letter_sent(complaint, ann, "incomplete")
        assert run(DUE).told == {}
        assert mail.outbox == []

    def test_it_says_how_many_and_until_when(self, ann, settings):
        settings.SITE_NAME = "The Letters"
        lodged(comment())
        lodged(comment(), why="Other.")
        run(HIDDEN)
        [message] = mail.outbox
        assert message.subject == "The Letters: 2 complaints wait for their answer"
        assert "The next is due on Tuesday 24 November 2026 at 14:05" in message.body
        assert "2 comments were taken from sight" in message.body
        assert "/moderation/complaint/" in message.body

    def test_it_has_no_word_of_any(self, ann, django_capture_on_commit_callbacks):
        about = comment(name="Purser")
        with django_capture_on_commit_callbacks(execute=True):
            complaint = lodged(about)
        run(HIDDEN)
        assert len(mail.outbox) == 2
        for message in mail.outbox:
            whole = message.message().as_string()
            secrets = [WHOLE[name] for name in ("name", "email", "why", "statement")]
            secrets += [about.public_id, "Purser", f"no. {complaint.pk}"]
            assert [secret for secret in secrets if secret in whole] == []

    def test_a_new_one_is_told_at_once_and_then_once_an_hour(
        self, ann, django_capture_on_commit_callbacks
    ):
        for _ in range(3):
            with django_capture_on_commit_callbacks(execute=True):
                lodged(comment())
        assert len(mail.outbox) == 1
        assert "48 working hours left" in mail.outbox[0].body


class TestOldFiles:
    def test_names_and_texts_go_after_15_months(self, ann):
        about = comment(name="Purser")
        complaint = lodged(about)
        Complaint.objects.update(reply="I saw it.", replied_on=FRIDAY.date())
        complaint.refresh_from_db()
        complaint_handling.close(complaint, ann, "kept", 1)
        old = FRIDAY + timedelta(days=457)
        assert run(old).erased == 0
        assert run(old + MINUTE).erased == 1
        assert run(old + MINUTE).erased == 0
        rows = [
            *Complaint.objects.values(),
            *Notice.objects.values(),
            *ComplaintEvent.objects.values(),
        ]
        for secret in (*list(WHOLE.values())[1:7], "lifeboat", "Purser", "I saw it"):
            assert not any(secret in repr(row) for row in rows), secret
        assert events(complaint)[-1] == "erased clock"
        assert Complaint.objects.get().outcome == "kept"

    def test_an_open_one_stays(self):
        lodged(comment())
        assert run(FRIDAY + timedelta(days=2000)).erased == 0
        assert Notice.objects.get().name == WHOLE["name"]


class TestTheEvents:
    def test_nobody_changes_them(self):
        lodged(comment())
        row = ComplaintEvent.objects.get()
        for change in (
            lambda: ComplaintEvent.objects.update(what="closed"),
            lambda: ComplaintEvent.objects.all().delete(),
            lambda: ComplaintEvent.objects.filter(pk=row.pk).update(detail="x"),
            lambda: row.delete(),
            lambda: row.save(),
        ):
            with (
                pytest.raises(DatabaseError, match="append-only"),
                transaction.atomic(),
            ):
                change()
        assert ComplaintEvent.objects.get().what == "received"

    def test_nor_replaces_or_truncates_them(self):
        complaint = lodged(comment())
        row = ComplaintEvent.objects.get()
        columns = "(id, complaint_id, at, actor, actor_kind, what, detail)"
        values = [row.pk, complaint.pk, row.at, "", "clock", "closed", ""]
        insert = "INSERT" if connection.vendor == "postgresql" else "INSERT OR REPLACE"
        statements = [
            (
                f"{insert} INTO moderation_complaintevent {columns} "
                "VALUES (%s, %s, %s, %s, %s, %s, %s)",
                values,
            )
        ]
        if connection.vendor == "postgresql":
            statements.append(("TRUNCATE moderation_complaintevent", []))
        for statement, parameters in statements:
            with (
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement, parameters)
        assert ComplaintEvent.objects.get().what == "received"

    def test_a_file_with_events_cannot_be_deleted(self):
        complaint = lodged(comment())
        complaint.notices.all().delete()
        with pytest.raises(ProtectedError):
            complaint.delete()
