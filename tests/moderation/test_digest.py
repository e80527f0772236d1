"""The digest: counts by mail, once a period, to the moderators who asked."""

import smtplib
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as django_mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from moderation import digest, questions, receipts
from moderation.digest import Every
from moderation.models import Complaint, Digest, LogHead
from moderation.transitions import Seen
from tests.blog import making

from . import complaining
from .making import decided, moderator, now, page, signed_in, staff, submission

JOBS = "tests.moderation.digest_jobs:"
PAGE = reverse("admin:moderation_queuedcomment_digest")
LONDON = ZoneInfo("Europe/London")
# A Wednesday in summer, when London's clock is not UTC.
WEDNESDAY = datetime(2026, 7, 15, 9, 30, tzinfo=LONDON)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"


@pytest.fixture
def clock(monkeypatch):
    """Sets the time."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(WEDNESDAY)
    return at


def with_address(name: str):
    user = moderator(name)
    user.email = f"{name}@example.org"
    user.save(update_fields=["email"])
    return user


@pytest.fixture
def anna(clock):
    user = with_address("anna")
    digest.wish(user, "day")
    return user


@pytest.fixture
def waiting(anna):
    return submission(making.post(title="Harbour dues"), "Kittiwakes.", name="Marl")


def bodies() -> list[str]:
    return [message.body for message in django_mail.outbox]


def run() -> str:
    out = StringIO()
    call_command("send_digest", stdout=out)
    return out.getvalue().strip()


class TestWhen:
    def test_once_a_day_from_the_hour_on(self, waiting, clock):
        said = []
        for hours in (0, 14, 21, 22, 23, 46, 47, 70):
            clock(WEDNESDAY + timedelta(hours=hours))
            if run() == "Digests sent: 1.":
                said.append(hours)
        # Asked for on Wednesday at 9.30: first on Thursday from 7 on, then each day.
        assert said == [22, 46, 70]
        assert len(django_mail.outbox) == 3

    @pytest.mark.parametrize(
        ("hour", "before", "after"), [(7, "6:59", "7:00"), (0, None, "0:00")]
    )
    def test_by_the_clock_of_the_site(
        self, waiting, clock, settings, hour, before, after
    ):
        settings.DIGEST_HOUR = hour

        def at(time: str) -> datetime:
            hours, minutes = map(int, time.split(":"))
            return datetime(2026, 7, 17, hours, minutes, tzinfo=LONDON)

        Digest.objects.update(sent_for="2026-07-16")
        if before:
            clock(at(before))
            assert run() == "Digests sent: 0."
        clock(at(after))
        assert run() == "Digests sent: 1."

    def test_every_monday(self, waiting, anna, clock):
        digest.wish(anna, "week")
        days = []
        for day in range(15, 31):
            clock(datetime(2026, 7, day, 8, tzinfo=LONDON))
            if run() == "Digests sent: 1.":
                days.append(day)
        assert days == [20, 27]
        assert "the week in numbers" in django_mail.outbox[0].subject

    def test_after_a_missed_day_one_mail(self, waiting, clock):
        clock(WEDNESDAY + timedelta(days=5))
        assert run() == "Digests sent: 1."
        assert run() == "Digests sent: 0."

    def test_the_night_of_the_changed_clock(self, waiting, clock, settings):
        settings.DIGEST_HOUR = 1
        Digest.objects.update(sent_for="2026-10-24")
        # 25 October 2026: 1.30 comes twice.
        first = datetime(2026, 10, 25, 0, 30, tzinfo=ZoneInfo("UTC"))
        sent = []
        for hours in range(-2, 24):
            clock(first + timedelta(hours=hours))
            if run() == "Digests sent: 1.":
                sent.append(hours)
        assert sent == [0]

    def test_four_processes_send_one(self, own_database):
        own_database.work(f"{JOBS}prepare")
        answers = own_database.together({f"{JOBS}run": [()] * 4})
        assert sorted(answers) == [[0, 0]] * 3 + [[1, 1]]
        assert own_database.work(f"{JOBS}run") == [0, 0]


class TestToWhom:
    @pytest.mark.parametrize(
        "change",
        [
            lambda user: user.groups.clear(),
            lambda user: type(user).objects.update(is_active=False),
            lambda user: type(user).objects.update(email=""),
            lambda user: digest.wish(user, ""),
        ],
        ids=["left the group", "inactive", "no address", "wants none"],
    )
    def test_nobody_else(self, waiting, anna, clock, change):
        change(anna)
        with_address("ben")  # who did not ask
        clock(WEDNESDAY + timedelta(days=1))
        assert run() == "Digests sent: 0."
        assert django_mail.outbox == []

    def test_each_alone(self, waiting, clock):
        digest.wish(with_address("ben"), "day")
        clock(WEDNESDAY + timedelta(days=1))
        assert run() == "Digests sent: 2."
        assert [message.to for message in django_mail.outbox] == [
            ["anna@example.org"],
            ["ben@example.org"],
        ]

    def test_not_where_there_is_nothing_to_tell(self, anna, clock):
        clock(WEDNESDAY + timedelta(days=1))
        assert run() == "Digests sent: 0. Nothing to tell: 1."
        assert run() == "Digests sent: 0."
        assert django_mail.outbox == []


class TestWhatItSays:
    def test_counts_alone(self, anna, clock):
        clock(WEDNESDAY - timedelta(hours=30))
        post = making.post(title="Harbour dues")
        comment = submission(post, "Kittiwakes and gulls.", name="Bosun Marl")
        spam = submission(post, "Buy casino pills.", name="Mr Pills")
        type(spam).objects.filter(pk=spam.pk).update(state="likely_spam")
        type(spam.screening).objects.filter(comment=spam).update(lane="likely_spam")
        for number, action in enumerate(("approve", "approve", "reject", "spam")):
            more = {"reason": "hate"} if action == "reject" else {}
            decided(submission(post, f"Text {number}."), anna, action, **more)
        questions.ask(anna, Seen(comment.public_id, 1), "Which gulls?")
        questions.answer(now(comment), 1, "Herring gulls.")
        refused = decided(submission(post, "Terns."), anna, "reject")
        receipts.appeal(refused, "Terns are gulls.")
        clock(WEDNESDAY + timedelta(days=1))
        Complaint.objects.all().delete()
        complaining.lodged(complaining.comment())
        assert run() == "Digests sent: 1."
        [message] = django_mail.outbox
        lines = message.body.splitlines()
        for line in (
            "  New: 1",
            "  Likely spam: 1",
            "  Complaint: 1",
            "  Appeal: 1",
            "  The oldest waits for 54 hours.",
            "  5: 2 published, 2 refused, 1 marked as spam",
            "  Answers from writers since the last digest: 1",
            "  Answers to read: 1",
            "  Complaints that wait for their answer: 1",
        ):
            assert line in lines, message.body
        whole = message.message().as_string()
        secrets = ["ittiwake", "Marl", "Harbour", "casino", "Pills", "gulls", "Terns"]
        secrets += ["anna\n", "Off topic", "hate", "Pike", "lifeboat"]
        secrets += [comment.public_id, spam.public_id]
        assert [secret for secret in secrets if secret in whole] == []

    @pytest.mark.parametrize(
        ("precision", "told"),
        [
            ("hour", ["1 hour", "1 hour", "2 hours", "23 hours"]),
            ("day", ["today", "today", "today", "2 days"]),
        ],
    )
    def test_not_the_minute_in_which_the_oldest_came(
        self, anna, clock, settings, precision, told
    ):
        """Mails are kept by others: two that were written at any minute of an hour, or
        at any hour of a day, are told alike."""
        settings.TIME_PRECISION = precision
        comment = submission(making.post(), "Kittiwakes.")
        begin = WEDNESDAY.replace(minute=0)
        minutes = (0, 1, 31, 59)
        # Half an hour after the next hour began, and so on.
        for after, words in zip((59, 60, 90, 23 * 60), told, strict=True):
            said = set()
            for minute in minutes:
                written = begin + timedelta(minutes=minute)
                type(comment).objects.update(written_at=written)
                said.add(digest.counts(0, begin + timedelta(minutes=after))[-1])
            [line] = said
            assert line.endswith(f"{words}.")
            assert ("at most" in line) == ("today" not in line)

    def test_each_decision_is_told_once(self, anna, clock):
        post = making.post()
        decided(submission(post, "One."), anna, "approve")
        clock(WEDNESDAY + timedelta(days=1))
        run()
        decided(submission(post, "Two."), anna, "approve")
        decided(submission(post, "Three."), anna, "approve")
        clock(WEDNESDAY + timedelta(days=2))
        run()
        clock(WEDNESDAY + timedelta(days=3))
        run()
        told = ["1: 1 published", "2: 2 published"]
        assert [t in body for t, body in zip(told, bodies(), strict=True)] == [True] * 2

    def test_who_asks_today_is_not_told_of_all_years(self, clock):
        ben = with_address("ben")
        decided(submission(making.post(), "One."), ben, "approve")
        digest.wish(ben, "day")
        clock(WEDNESDAY + timedelta(days=1))
        run()
        assert bodies() == []

    def test_what_is_late_is_told(self, anna, clock):
        refused = decided(submission(making.post(), "Terns."), anna, "reject")
        receipts.appeal(refused, "Why?")
        complaining.lodged(complaining.comment())
        clock(WEDNESDAY + timedelta(days=9))
        run()
        assert "  Appeals not answered within seven days: 1" in bodies()[0]
        assert "  Complaints overdue: 1" in bodies()[0]

    def test_it_costs_the_same_for_two_and_for_twenty(self, anna, clock):
        post = making.post()

        def cost(number: int) -> int:
            for each in range(number):
                submission(post, f"Rain {number} {each}.")
                decided(submission(post, f"Sun {number} {each}."), anna, "approve")
            with CaptureQueriesContext(connection) as captured:
                assert digest.counts(0)
            return len(captured)

        assert cost(2) == cost(18)


class TestAServerThatFails:
    @pytest.mark.parametrize("error", [OSError, smtplib.SMTPServerDisconnected])
    def test_loses_nothing(self, waiting, anna, clock, monkeypatch, error):
        decided(submission(making.post(), "One."), anna, "approve")
        digest.wish(with_address("ben"), "day")
        clock(WEDNESDAY + timedelta(days=1))
        real = digest.send_mail

        def fail_for_anna(subject, body, sender, to):
            if to == ["anna@example.org"]:
                raise error("the words of the server")
            return real(subject, body, sender, to)

        monkeypatch.setattr(digest, "send_mail", fail_for_anna)
        assert run() == "Digests sent: 1. Not sent, to be tried again: 1."
        monkeypatch.setattr(digest, "send_mail", real)
        assert run() == "Digests sent: 1."
        assert [message.to[0] for message in django_mail.outbox] == [
            "ben@example.org",
            "anna@example.org",
        ]
        assert "1: 1 published" in bodies()[1]
        assert run() == "Digests sent: 0."

    def test_a_run_that_was_killed_is_made_good(self, waiting, clock, monkeypatch):
        def killed(*args):
            raise KeyboardInterrupt

        clock(WEDNESDAY + timedelta(days=1))
        with monkeypatch.context() as m:
            m.setattr(digest, "send_mail", killed)
            with pytest.raises(KeyboardInterrupt):
                run()
        # Another run does not take it out of hands that may be sending still.
        assert run() == "Digests sent: 0."
        clock(WEDNESDAY + timedelta(days=1, minutes=11))
        assert run() == "Digests sent: 1."


class TestThePage:
    def test_a_moderator_chooses(self, waiting, anna):
        desk = signed_in(anna)
        html = page(desk, PAGE)
        assert 'value="day" checked' in html
        assert "anna@example.org" in html
        assert "New: 1" in html
        assert desk.post(PAGE, {"every": "week"})["Location"] == PAGE
        assert digest.wished(anna) == "week"
        assert "Numbers by mail: every Monday." in page(desk, PAGE)
        desk.post(PAGE, {"every": "hourly"})
        assert digest.wished(anna) == "week"
        desk.post(PAGE, {"every": ""})
        assert digest.wished(anna) == ""
        assert not Digest.objects.exists()

    def test_it_says_why_none_would_come(self, clock):
        assert "no e-mail address" in page(signed_in(moderator("ben")), PAGE)
        root = staff("root", is_superuser=True, email="root@example.org")
        assert "not in the group Moderators" in page(signed_in(root), PAGE)

    def test_changing_it_sends_nothing_twice(self, waiting, anna, clock):
        clock(WEDNESDAY + timedelta(days=1))
        run()
        digest.wish(anna, "week")
        digest.wish(anna, "day")
        assert run() == "Digests sent: 0."
        assert Digest.objects.get().log_seq <= LogHead.objects.get().seq

    def test_only_who_may_decide(self, clock):
        client = signed_in(staff("ed", "Editors"))
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, {"every": "day"}).status_code == 403
        assert not Digest.objects.exists()

    def test_the_database_knows_two_kinds(self):
        assert Every.values == ["day", "week"]
