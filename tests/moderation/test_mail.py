"""The mail to the moderators tells how many wait, and nothing else."""

import logging
import smtplib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail as django_mail
from django.utils import timezone

from blog.discussion import times
from blog.models import Comment
from moderation import mail
from moderation.models import Reminder
from tests.blog import making
from tests.blog.contributions import browser, fields, send

from .deciding import do, in_state, now

pytestmark = pytest.mark.django_db
JOBS = "tests.moderation.jobs:"


def moderator(name: str, **fields) -> User:
    values = {"email": f"{name}@example.org", "is_staff": True} | fields
    user = User.objects.create_user(name, **values)
    user.groups.add(Group.objects.get(name="Moderators"))
    return user


@pytest.fixture
def ann():
    return moderator("ann")


@pytest.fixture
def post():
    return making.post()


def subjects() -> list[str]:
    return [message.subject for message in django_mail.outbox]


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 comment waits"), (3, "3 comments wait")]
)
def test_it_counts(ann, post, settings, count, words):
    settings.SITE_NAME = "The Letters"
    for _ in range(count):
        in_state(post)
    in_state(post, "published")
    in_state(post, "rejected")
    assert mail.remind()
    assert subjects() == [f"The Letters: {words}"]
    assert words in django_mail.outbox[0].body


def test_likely_spam_waits_too(ann, post):
    in_state(post, "likely_spam")
    assert mail.remind()
    assert subjects()[0].endswith("1 comment waits")


def test_it_has_no_word_of_any_comment(ann, client, django_capture_on_commit_callbacks):
    post = making.post(title="Harbour dues")
    with django_capture_on_commit_callbacks(execute=True):
        comment, code = send(
            browser(), fields(post, "Kittiwakes and gulls.", name="Bosun Marl")
        )
    [message] = django_mail.outbox
    whole = message.message().as_string()
    secrets = ["ittiwake", "Bosun", "Harbour", code, comment.public_id]
    assert [secret for secret in secrets if secret in whole] == []


def test_each_moderator_gets_one_alone(ann, post):
    moderator("bob")
    moderator("gone", is_active=False)
    moderator("silent", email="")
    User.objects.create_user("editor", email="editor@example.org", is_staff=True)
    in_state(post)
    assert mail.remind()
    assert sorted(message.to for message in django_mail.outbox) == [
        ["ann@example.org"],
        ["bob@example.org"],
    ]
    assert not any(message.cc or message.bcc for message in django_mail.outbox)


def test_at_most_one_an_hour(ann, post, monkeypatch):
    in_state(post)
    start = timezone.now()
    sent = []
    for minutes in (0, 1, 59, 60, 61, 119, 120, 300):
        moment = start + timedelta(minutes=minutes)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        if mail.remind():
            sent.append(minutes)
    assert sent == [0, 60, 120, 300]
    assert len(django_mail.outbox) == 4


@pytest.mark.parametrize(
    ("precision", "asked", "told"),
    [
        ("hour", (0, 0.5, 1, 1.3, 2, 3, 4), [0, 2, 4]),
        ("day", (0, 0.5, 1, 9.5, 10, 12, 30, 34, 36), [0, 12, 36]),
    ],
)
def test_where_times_are_cut_nothing_says_when_somebody_wrote(
    ann, post, settings, monkeypatch, precision, asked, told
):
    settings.TIME_PRECISION = precision
    in_state(post)
    start = datetime(2025, 6, 12, 14, 37, 29, tzinfo=ZoneInfo("Europe/London"))
    sent = []
    for hours in asked:
        moment = start + timedelta(hours=hours)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        if mail.remind():
            sent.append(hours)
            kept = Reminder.objects.get(pk=1).sent_at
            assert kept == times.cut_to(moment, precision)
    assert sent == told


def test_nothing_where_nothing_waits(ann, post):
    in_state(post, "published")
    assert not mail.remind()
    assert django_mail.outbox == []


def test_nothing_where_nobody_reads(post):
    in_state(post)
    assert not mail.remind()
    assert django_mail.outbox == []


def test_one_of_two_processes_sends_it(own_database):
    post = own_database.work(f"{JOBS}post")
    own_database.work(f"{JOBS}waiting", post, 1)
    own_database.manage("create_moderator", "--username", "ann")
    own_database.manage(
        "shell",
        "-c",
        "from django.contrib.auth.models import User\n"
        "from moderation.models import Reminder\n"
        "User.objects.update(email='ann@example.org')\n"
        "Reminder.objects.all().delete()",
    )
    answers = own_database.together({f"{JOBS}remind": [()] * 4})
    assert sorted(answers) == [[False, 0]] * 3 + [[True, 1]]


class TestAServerThatFails:
    @pytest.fixture(params=[OSError, smtplib.SMTPServerDisconnected, RuntimeError])
    def broken(self, request, monkeypatch):
        tried = []

        def fail(subject, body, sender, to):
            tried.append(to)
            raise request.param("the words of the server")

        monkeypatch.setattr(mail, "send_mail", fail)
        return tried

    def test_loses_nothing(
        self, ann, post, broken, django_capture_on_commit_callbacks, caplog
    ):
        with (
            caplog.at_level(logging.WARNING),
            django_capture_on_commit_callbacks(execute=True),
        ):
            comment, code = send(browser(), fields(post, "Tides turn."))
        assert broken == [["ann@example.org"]]
        assert now(comment).text == "Tides turn."
        assert code

    def test_the_others_get_theirs(self, ann, post, monkeypatch):
        moderator("bob")
        in_state(post)
        real = mail.send_mail

        def fail_for_ann(subject, body, sender, to):
            if to == ["ann@example.org"]:
                raise OSError
            return real(subject, body, sender, to)

        monkeypatch.setattr(mail, "send_mail", fail_for_ann)
        assert mail.remind()
        assert [message.to for message in django_mail.outbox] == [["bob@example.org"]]


def test_a_corrected_comment_is_told_too(ann, post, django_capture_on_commit_callbacks):
    from moderation import receipts

    comment = in_state(post)
    do("approve", comment)
    with django_capture_on_commit_callbacks(execute=True):
        receipts.correct(now(comment), 2, "Anew.", "")
    assert len(django_mail.outbox) == 1


def test_a_comment_that_appears_at_once_is_not_told(
    ann, post, django_capture_on_commit_callbacks, monkeypatch
):
    from moderation.models import Mode
    from moderation.screening import findings

    monkeypatch.setattr(findings, "FASTEST", 0)
    Mode.objects.create(kind=Mode.Kind.OPEN)
    in_state(post)
    with django_capture_on_commit_callbacks(execute=True):
        comment, _ = send(browser(), fields(post, "Straight through."))
    assert Comment.objects.get(pk=comment.pk).is_published
    assert django_mail.outbox == []
    assert not Reminder.objects.exists()
