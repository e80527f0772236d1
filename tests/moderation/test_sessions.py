"""How long somebody stays signed in, and what becomes of what was typed meanwhile."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.models import Comment
from moderation import retention
from moderation.accounts import session_store
from tests.blog import making

from .making import key, submission
from .signing_in import INDEX, LOGIN, QUICK, browser, is_in, person, typed

pytestmark = pytest.mark.django_db
QUEUE = reverse("admin:moderation_queuedcomment_changelist")
NEWS = reverse("admin:moderation_queuedcomment_news")
OPEN = reverse("admin:moderation_queuedcomment_open")
DECIDE = reverse("admin:moderation_queuedcomment_decide")
NOTE = "This is what I have thought about for half an hour."


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"
    settings.PASSWORD_HASHERS = [QUICK]


@pytest.fixture
def anna():
    person()
    client = browser()
    typed(client)
    return client


def pass_by(**how) -> None:
    """All sessions are so much older, from the first request to the last."""
    for row in Session.objects.all():
        data = row.get_decoded()
        ends = timezone.datetime.fromisoformat(data["_session_expiry"])
        data["_session_expiry"] = (ends - timedelta(**how)).isoformat()
        row.session_data = session_store.SessionStore().encode(data)
        row.expire_date -= timedelta(**how)
        row.save()


class TestItsEnd:
    def test_half_an_hour_without_a_request_ends_it(self, anna):
        pass_by(minutes=29)
        assert is_in(anna)
        pass_by(minutes=29)
        assert is_in(anna)
        pass_by(minutes=31)
        assert not is_in(anna)

    def test_eight_hours_end_it_whatever_is_done(self, anna):
        for _ in range(17):
            pass_by(minutes=28)
            assert is_in(anna)
        pass_by(minutes=5)
        assert not is_in(anna)

    def test_what_is_stored_in_it_makes_it_no_longer(self, anna):
        first_run = reverse("admin:moderation_queuedcomment_first_run")
        for _ in range(17):
            pass_by(minutes=28)
            anna.post(first_run, {"one": "approve:1"})
        pass_by(minutes=5)
        assert not is_in(anna)

    def test_the_cookie_is_for_the_admin_alone_and_unread_by_scripts(self, anna):
        cookie = anna.cookies["sessionid"]
        assert cookie["path"] == "/admin/"
        assert cookie["samesite"] == "Strict"
        assert cookie["httponly"]

    def test_the_cookie_goes_with_the_browser(self, anna):
        cookie = anna.cookies["sessionid"]
        assert (cookie["max-age"], cookie["expires"]) == ("", "")

    def test_what_the_queue_asks_by_itself_does_not_keep_it(self, anna):
        script = {"headers": {"accept": "application/json"}}
        for _ in range(4):
            pass_by(minutes=10)
            answer = anna.get(NEWS, **script)
        assert answer.status_code == 302
        assert not is_in(anna)

    def test_reading_a_card_does(self, anna):
        comment = submission(making.post())
        for _ in range(4):
            pass_by(minutes=10)
            anna.post(OPEN, {"comment": comment.public_id})
        assert is_in(anna)

    def test_a_click_writes_nothing_within_a_minute(
        self, anna, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(12) as captured:
            anna.get(reverse("admin:account"))
        assert not [q for q in captured if q["sql"].startswith("UPDATE")]

    def test_those_that_are_over_are_deleted(self, anna):
        pass_by(hours=1)
        retention.purge()
        assert not Session.objects.exists()


class TestOneThatCannotBeStored:
    FIRST_RUN = reverse("admin:moderation_queuedcomment_first_run")
    SENT = {"one": "approve:1", "note": NOTE}

    @pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
    def test_what_was_sent_is_given_back(self, anna, monkeypatch, fault):
        def fail(*args: object, **options: object) -> None:
            raise fault("No room.")

        monkeypatch.setattr(Session, "save", fail)
        answer = anna.post(self.FIRST_RUN, self.SENT)
        assert answer.status_code == 503
        assert "no-store" in answer["Cache-Control"]
        assert NOTE in answer.content.decode()
        monkeypatch.undo()
        assert is_in(anna)

    def test_one_that_was_ended_meanwhile_is_said_to_be(self, anna, monkeypatch):
        really = Session.save

        def end_it_before(row: Session, *args: object, **options: object) -> None:
            Session.objects.all().delete()
            really(row, *args, **options)

        monkeypatch.setattr(Session, "save", end_it_before)
        assert anna.post(self.FIRST_RUN, self.SENT).status_code == 400


class TestWhatWasWritten:
    @pytest.fixture
    def comment(self):
        return submission(making.post())

    def refuse(self, client: Client, comment: Comment, note: str = NOTE, **more):
        id_ = comment.public_id
        fields = {f"{id_}-reason": "hate", f"{id_}-public_note": note}
        return client.post(DECIDE, {"one": f"reject:{key(comment)}"} | fields, **more)

    def test_is_given_back_and_can_be_sent_again(self, anna, comment):
        pass_by(minutes=31)
        answer = self.refuse(anna, comment)
        html = answer.content.decode()
        assert answer.status_code == 403
        assert "no-store" in answer["Cache-Control"]
        assert f'action="{DECIDE}"' in html
        assert NOTE in html
        assert f'value="reject:{key(comment)}"' in html
        comment.refresh_from_db()
        assert comment.state == Comment.State.PENDING
        typed(anna)
        assert self.refuse(anna, comment).status_code == 302
        comment.refresh_from_db()
        assert comment.state == Comment.State.REJECTED

    def test_no_password_is(self, anna):
        pass_by(minutes=31)
        secret = "barnacle cove and the long way round"
        fields = ("old_password", "new_password1", "password", "one_time_code")
        sent = dict.fromkeys(fields, secret) | {"note": NOTE}
        html = anna.post(reverse("admin:password_change"), sent).content.decode()
        assert NOTE in html
        assert secret not in html

    def test_where_nothing_was_one_signs_in(self, anna, comment):
        pass_by(minutes=31)
        answer = self.refuse(anna, comment, note="")
        assert answer["Location"].startswith(LOGIN)

    def test_a_script_is_led_to_the_login(self, anna, comment):
        pass_by(minutes=31)
        script = {"headers": {"accept": "application/json"}}
        answer = self.refuse(anna, comment, **script)
        assert answer["Location"].startswith(LOGIN)


class TestATokenOfBefore:
    """Who signs in anew in another tab has a form with an old token."""

    @pytest.fixture
    def strict(self):
        person()
        client = Client(enforce_csrf_checks=True)
        client.get(LOGIN)
        token = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
        typed(client, **token)
        assert is_in(client)
        return client

    def send(self, client: Client, **headers: str):
        sent = {"csrfmiddlewaretoken": "x" * 64, "note": NOTE}
        return client.post(INDEX, sent, headers=headers)

    @pytest.mark.parametrize(
        "headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}]
    )
    def test_gets_it_back_with_a_new_one(self, strict, headers):
        answer = self.send(strict, **headers)
        html = answer.content.decode()
        assert answer.status_code == 403
        assert NOTE in html
        token = html.partition('name="csrfmiddlewaretoken" value="')[2][:64]
        assert token != "x" * 64
        again = {"csrfmiddlewaretoken": token, "note": NOTE}
        assert strict.post(INDEX, again).status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site", "origin": "http://testserver"},
            {"sec-fetch-site": "none"},
            {"origin": "https://evil.example"},
            {"origin": "null"},
        ],
    )
    def test_what_comes_from_elsewhere_is_only_refused(self, strict, headers):
        answer = self.send(strict, **headers)
        assert answer.status_code == 403
        assert NOTE not in answer.content.decode()
