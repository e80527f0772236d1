"""The door of the admin: the password, then the code, then in."""

import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from moderation.accounts import factors, guessing
from moderation.models import Allowance
from moderation.screening import limits

from .signing_in import (
    CODE,
    FACTOR,
    HOME,
    INDEX,
    LOGIN,
    MOMENT,
    OFFICE,
    PASSWORD,
    QUICK,
    STANDING_STILL,
    browser,
    code_of,
    forget_wrong_ones,
    is_in,
    next_of,
    person,
    secret_on,
    typed,
    with_factor,
    wrong,
)

pytestmark = pytest.mark.django_db
QUEUE = reverse("admin:moderation_queuedcomment_changelist")


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"
    settings.PASSWORD_HASHERS = [QUICK]


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    """No time goes by between one guess and the next."""
    monkeypatch.setattr(limits, "timezone", STANDING_STILL)


class TestWithoutASecondFactor:
    def test_the_password_is_enough(self):
        person()
        client = browser()
        assert typed(client)["Location"] == INDEX
        assert is_in(client)

    def test_it_leads_to_where_one_wanted_to_go(self):
        person()
        client = browser()
        asked = client.get(QUEUE)
        assert next_of(asked) == QUEUE
        assert typed(client, next=QUEUE)["Location"] == QUEUE

    @pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", ""])
    def test_but_never_elsewhere(self, where):
        person()
        assert typed(browser(), next=where)["Location"] == INDEX

    def test_the_name_stays_in_the_form_and_the_password_does_not(self):
        person()
        html = typed(browser(), "anna", "mussel-typed").content.decode()
        assert 'value="anna"' in html
        assert "mussel-typed" not in html

    def test_known_and_unknown_names_are_answered_alike(self):
        person()
        person("retired", is_active=False)
        User.objects.create_user("reader", password=PASSWORD)
        answers = {
            typed(browser(), name, password).content.decode().replace(name, "NAME")
            for name, password in (
                ("anna", "wrong"),
                ("nobody", "wrong"),
                ("nobody", PASSWORD),
                ("retired", PASSWORD),
                ("reader", PASSWORD),
            )
        }
        cleaned = {_without_tokens(html) for html in answers}
        assert len(cleaned) == 1

    def test_a_stranger_leaves_no_session(self):
        person()
        typed(browser(), "anna", "wrong")
        browser().get(LOGIN)
        assert not Session.objects.exists()


def _without_tokens(html: str) -> str:
    lines = html.splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)


class TestWithOne:
    def test_the_code_is_asked_after_the_password(self):
        user, _ = with_factor()
        client = browser()
        assert typed(client, next=QUEUE)["Location"] == CODE
        assert not is_in(client)
        assert client.get(CODE).status_code == 200
        answer = client.post(CODE, {"one_time_code": code_of(user)})
        assert answer["Location"] == QUEUE
        assert is_in(client)

    def test_nobody_learns_without_the_password_who_has_one(self):
        with_factor()
        person("ben")
        pages = [
            _without_tokens(typed(browser(), name, "wrong").content.decode())
            for name in ("anna", "ben")
        ]
        assert pages[0].replace("anna", "") == pages[1].replace("ben", "")

    def test_a_wrong_one_does_not(self):
        user, _ = with_factor()
        client = browser()
        typed(client)
        answer = client.post(CODE, {"one_time_code": wrong(user)})
        assert answer.status_code == 200
        assert "This code is not right" in answer.content.decode()
        assert not is_in(client)

    @pytest.mark.parametrize(
        "text", ["", " ", "1", "12345", "1234567", "१२३४५६", "+12345", "a\0b", "x" * 61]
    )
    def test_nor_does_what_is_none(self, text):
        with_factor()
        client = browser()
        typed(client)
        assert client.post(CODE, {"one_time_code": text}).status_code == 200
        assert not is_in(client)

    def test_one_counts_once(self):
        user, _ = with_factor()
        code = code_of(user)
        first, second = browser(), browser(OFFICE)
        for client in (first, second):
            typed(client)
            client.post(CODE, {"one_time_code": code})
        assert (is_in(first), is_in(second)) == (True, False)

    def test_spaces_do_not_matter(self):
        user, _ = with_factor()
        code = code_of(user)
        client = browser()
        typed(client)
        client.post(CODE, {"one_time_code": f" {code[:3]} {code[3:]} "})
        assert is_in(client)

    def test_without_the_password_there_is_no_second_step(self):
        user, _ = with_factor()
        client = browser()
        assert client.get(CODE)["Location"] == LOGIN
        answer = client.post(CODE, {"one_time_code": code_of(user)})
        assert answer["Location"] == LOGIN
        assert not is_in(client)

    @pytest.mark.parametrize(
        "change",
        [
            lambda user: user.set_password("another-password"),
            lambda user: setattr(user, "is_active", False),
            lambda user: setattr(user, "is_staff", False),
        ],
    )
    def test_nor_one_once_the_account_has_changed(self, change):
        user, _ = with_factor()
        client = browser()
        typed(client)
        change(user)
        user.save()
        answer = client.post(CODE, {"one_time_code": code_of(user)})
        assert answer["Location"] == LOGIN
        assert not is_in(client)

    def test_nor_for_who_is_gone(self):
        user, _ = with_factor()
        client = browser()
        typed(client)
        user.delete()
        assert client.get(CODE)["Location"] == LOGIN

    def test_the_second_step_is_open_for_ten_minutes(self):
        user, _ = with_factor()
        client = browser()
        typed(client)
        ends = Session.objects.get().expire_date - timezone.now()
        assert timedelta(minutes=9) < ends <= timedelta(minutes=10)
        # Looking at it does not make it longer.
        Session.objects.update(expire_date=timezone.now() + timedelta(minutes=2))
        client.get(CODE)
        Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
        answer = client.post(CODE, {"one_time_code": code_of(user)})
        assert answer["Location"] == LOGIN

    def test_after_wrong_codes_it_waits_and_says_so(self):
        user, _ = with_factor()
        client = browser()
        typed(client)
        client.post(CODE, {"one_time_code": wrong(user)})
        TOTPDevice.objects.update(throttling_failure_count=9)
        answer = client.post(CODE, {"one_time_code": code_of(user)})
        assert answer.status_code == 429
        assert "wait 5 minutes" in answer.content.decode()
        assert not is_in(client)

    def test_who_comes_in_is_told_of_wrong_codes(self):
        user, _ = with_factor()
        client = browser()
        typed(client)
        TOTPDevice.objects.update(throttling_failure_count=3)
        forget_wrong_ones()
        client.post(CODE, {"one_time_code": code_of(user)})
        html = client.get(INDEX).content.decode()
        assert "3 wrong codes were typed before this one" in html


class TestRecoveryCodes:
    def test_who_comes_in_by_one_is_told_of_wrong_codes_once(self):
        """Of those that the program shows, and of recovery codes."""
        user, codes = with_factor()
        TOTPDevice.objects.update(throttling_failure_count=3)
        StaticDevice.objects.update(throttling_failure_count=2)
        forget_wrong_ones()
        told = "5 wrong codes were typed before this one"
        client = browser()
        typed(client)
        client.post(CODE, {"one_time_code": codes[0]})
        assert told in client.get(INDEX).content.decode()
        typed(client)
        client.post(CODE, {"one_time_code": code_of(user)})
        assert is_in(client)
        assert "wrong codes were typed" not in client.get(INDEX).content.decode()

    def test_each_signs_in_once(self):
        user, codes = with_factor()
        for code, address in ((codes[0], HOME), (codes[9], OFFICE)):
            client = browser(address)
            typed(client)
            client.post(CODE, {"one_time_code": code})
            assert is_in(client)
        assert factors.recovery_codes_left(user) == 8
        client = browser()
        typed(client)
        client.post(CODE, {"one_time_code": codes[0]})
        assert not is_in(client)

    def test_capitals_and_hyphens_do_not_matter(self):
        _, codes = with_factor()
        client = browser()
        typed(client)
        client.post(CODE, {"one_time_code": codes[3].replace("-", " ").upper()})
        assert is_in(client)

    def test_those_of_another_account_do_not(self):
        with_factor()
        _, codes = with_factor("ben")
        client = browser()
        typed(client)
        client.post(CODE, {"one_time_code": codes[0]})
        assert not is_in(client)

    def test_it_says_how_many_are_left(self):
        _, codes = with_factor()
        for number, code in enumerate(codes[:7]):
            client = browser(f"81.2.{number}.1")
            typed(client)
            client.post(CODE, {"one_time_code": code})
        html = client.get(INDEX).content.decode()
        assert "used up; 3 are left. Make new ones" in html


@pytest.mark.usefixtures("still")
class TestPace:
    def tries(self, client: Client, number: int, name="anna", right=False) -> list[int]:
        password = PASSWORD if right else "wrong"
        return [typed(client, name, password).status_code for _ in range(number)]

    def test_five_are_checked_and_then_it_waits(self):
        person()
        client = browser()
        assert self.tries(client, 7) == [200] * 5 + [429] * 2
        answer = typed(client)  # right, and not looked at
        assert answer.status_code == 429
        html = answer.content.decode()
        assert "Too many tries: wait 12 seconds" in html
        assert 'value="anna"' in html
        assert not is_in(client)

    def test_another_network_is_not_kept_waiting(self):
        person()
        self.tries(browser(), 7)
        client = browser(OFFICE)
        typed(client)
        assert is_in(client)

    def test_nor_is_another_name_at_the_same_network(self):
        person()
        person("ben")
        self.tries(browser(), 7)
        client = browser()
        typed(client, "ben")
        assert is_in(client)

    def test_ways_to_write_a_name_are_one(self):
        person()
        client = browser()
        names = ("anna", "ANNA", "Anna", "ａｎｎａ", "aNna", "annA")
        statuses = [typed(client, name, "wrong").status_code for name in names]
        assert statuses == [200] * 5 + [429]

    def test_many_names_from_one_network_wait_too(self):
        client = browser()
        statuses = [typed(client, f"n{n}", "x").status_code for n in range(12)]
        assert statuses == [200] * 10 + [429] * 2

    def test_what_is_right_costs_nothing(self):
        person()
        assert self.tries(browser(), 12, right=True) == [302] * 12

    def test_an_unknown_name_is_slowed_like_a_known_one(self):
        person()
        assert self.tries(browser(), 6, "anna") == self.tries(
            browser(OFFICE), 6, "nobody"
        )

    def test_codes_are_slowed_too(self):
        user, _ = with_factor()
        client = browser()
        typed(client)
        statuses = []
        for _ in range(6):
            forget_wrong_ones()
            answer = client.post(CODE, {"one_time_code": wrong(user)})
            statuses.append(answer.status_code)
        assert statuses == [200] * 5 + [429]

    def test_an_empty_form_takes_nothing(self):
        client = browser()
        for name, password in (("", ""), ("anna", ""), ("", "x"), ("a\0", "x")):
            assert typed(client, name, password).status_code == 200
        assert not Allowance.objects.exists()

    @pytest.mark.parametrize("sign", ["x", "\u0300", "\ufdfa"])
    def test_a_name_too_long_for_an_account_is_nobodys_and_is_not_compared(self, sign):
        """Nor does it matter whether it grows too long while it is read."""
        answer = typed(browser(), sign * (151 if sign != "\ufdfa" else 9), "x")
        assert answer.status_code == 200
        assert "Please enter the correct" in answer.content.decode()
        assert not Allowance.objects.exists()

    def test_of_a_name_no_more_is_compared_than_an_account_can_have(self):
        marks = "\u0300" * 400 + "\u0316" * 400
        guessing.attempt(f"a{marks}", HOME)
        before = set(Allowance.objects.values_list("key", flat=True))
        guessing.attempt(f"a{marks}longer", HOME)
        assert set(Allowance.objects.values_list("key", flat=True)) == before

    def test_no_name_and_no_address_is_stored(self):
        typed(browser(), "periwinkle", "wrong")
        rows = list(Allowance.objects.values_list("key", flat=True))
        assert len(rows) == 5
        assert not any("periwinkle" in key or "81.2" in key for key in rows)

    def test_visitors_without_an_address_share_a_budget_of_their_own(self):
        person()
        hidden = browser("127.0.0.1")
        statuses = [typed(hidden, f"n{n}", "x").status_code for n in range(22)]
        assert statuses == [200] * 20 + [429] * 2
        client = browser()
        typed(client)
        assert is_in(client)

    def test_the_site_checks_no_more_than_it_can_and_newcomers_come_in(self):
        person()
        checked = 0
        for n in range(50):
            client = browser(f"5.6.{n}.7")
            checked += self.tries(client, 8).count(200)
        # Five each: what a connection has for a name.
        assert checked == 250
        # The day after: they go on, and have used up what was theirs.
        Allowance.objects.exclude(key__startswith="signin:few").update(due=0)
        again = sum(self.tries(browser(f"5.6.{n}.7"), 8).count(200) for n in range(50))
        assert 20 <= again < 250
        client = browser()
        typed(client)
        assert is_in(client)

    def test_addresses_of_one_neighbourhood_share_what_newcomers_have(self):
        for number in range(12):
            assert not guessing.attempt("anna", f"5.6.7.{number}").wait
        [first] = Allowance.objects.filter(key="signin:first")
        assert first.due - MOMENT.timestamp() <= 5 * guessing.OF_FEW_TRIES.seconds


@pytest.mark.usefixtures("still")
class TestABrowserThatWasHereBefore:
    NOWHERE = "127.0.0.1"

    @pytest.fixture
    def user(self):
        return person()

    @pytest.fixture
    def known(self, user):
        """Anna's own, which has closed and so lost its session."""
        client = browser(self.NOWHERE)
        typed(client)
        del client.cookies["sessionid"]
        # Many others try names from where nobody can be told from anybody.
        others = [typed(browser(self.NOWHERE), f"n{n}", "x") for n in range(21)]
        assert others[-1].status_code == 429
        return client

    def test_is_not_kept_waiting_by_others(self, known):
        assert typed(browser(self.NOWHERE)).status_code == 429
        assert typed(known).status_code == 302
        assert is_in(known)

    def test_has_a_pace_of_its_own(self, known):
        tries = [typed(known, password="wrong") for _ in range(6)]
        assert [answer.status_code for answer in tries] == [200] * 5 + [429]
        # Wherever it is carried.
        known.defaults["REMOTE_ADDR"] = OFFICE
        assert typed(known).status_code == 429

    def test_and_takes_nothing_from_that_of_others(self, known):
        before = dict(Allowance.objects.values_list("key", "due"))
        typed(known, password="wrong")
        assert (
            before.items() <= dict(Allowance.objects.values_list("key", "due")).items()
        )

    def test_counts_for_its_own_account_alone(self, known):
        person("ben")
        assert typed(known, "ben").status_code == 429

    @pytest.mark.parametrize("pk", ["", "0", "x", "9" * 30, "PK"])
    def test_no_mark_is_invented(self, user, known, pk):
        mark = known.cookies["device"].value
        pk = str(person("ben").pk) if pk == "PK" else pk
        known.cookies["device"] = pk + mark[mark.index(".") :]
        assert typed(known).status_code == 429

    @pytest.mark.parametrize(
        "change",
        [
            lambda user: user.set_password("another-password"),
            lambda user: setattr(user, "is_active", False),
            lambda user: setattr(user, "is_staff", False),
        ],
    )
    def test_is_a_stranger_once_the_account_has_changed(self, user, known, change):
        change(user)
        user.save()
        assert typed(known).status_code == 429

    def test_is_a_stranger_after_ninety_days(self, known, monkeypatch):
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 89 * 86400)
        assert typed(known, password="wrong").status_code == 200
        monkeypatch.setattr(time, "time", lambda: now + 91 * 86400)
        assert typed(known).status_code == 429

    def test_the_cookie_is_for_the_admin_alone_and_unread_by_scripts(self, known):
        cookie = known.cookies["device"]
        assert cookie["path"] == "/admin/"
        assert cookie["samesite"] == "Strict"
        assert cookie["httponly"]
        assert cookie["max-age"] == 90 * 86400

    def test_where_a_factor_is_it_is_known_after_the_code(self):
        ben, _ = with_factor("ben")
        client = browser()
        typed(client, "ben")
        assert "device" not in client.cookies
        client.post(CODE, {"one_time_code": code_of(ben)})
        assert "device" in client.cookies

    def test_stays_so_when_it_changes_the_password(self, user, known):
        typed(known)
        new = "periwinkle-point-nine"
        sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        assert known.post(reverse("admin:password_change"), sent).status_code == 302
        assert typed(known, password=new).status_code == 302

    def test_is_forgotten_where_somebody_signs_out_everywhere(self, known):
        typed(known)
        known.post(reverse("admin:account_sign_out"))
        assert not known.cookies["device"].value
        assert typed(known).status_code == 429


class TestWhereAFactorIsRequired:
    @pytest.fixture(autouse=True)
    def required(self, settings):
        settings.REQUIRE_SECOND_FACTOR = True

    def test_who_has_none_is_led_to_it_and_can_do_nothing_else(self):
        person("anna", is_superuser=True)
        client = browser()
        typed(client)
        for address in (INDEX, QUEUE, reverse("admin:account")):
            answer = client.get(address, follow=True)
            assert answer.redirect_chain[-1][0] == FACTOR
        answer = client.post(
            reverse("admin:moderation_queuedcomment_decide"), {"one": "approve:x:1"}
        )
        assert answer["Location"].startswith(LOGIN)
        html = client.get(FACTOR).content.decode()
        assert "Nothing else is open to you" in html
        assert QUEUE not in html

    def test_who_has_set_it_up_goes_on(self):
        person()
        client = browser()
        typed(client)
        secret = secret_on(client.get(FACTOR).content.decode())
        code = f"{totp(secret):06d}"
        client.post(FACTOR, {"do": "confirm", "one_time_code": code})
        assert is_in(client)

    def test_who_has_one_signs_in_with_it(self):
        user, _ = with_factor()
        client = browser()
        typed(client)
        client.post(CODE, {"one_time_code": code_of(user)})
        assert is_in(client)

    def test_who_is_signed_in_when_the_owner_requires_it_is_led_there(self, settings):
        settings.REQUIRE_SECOND_FACTOR = False
        person()
        client = browser()
        typed(client)
        assert is_in(client)
        settings.REQUIRE_SECOND_FACTOR = True
        assert not is_in(client)

    def test_a_session_without_the_factor_that_there_is_ends(self):
        user = person()
        client = browser()
        typed(client)
        TOTPDevice.objects.create(user=user, name="codes")
        assert client.get(FACTOR)["Location"] == LOGIN
        assert client.get(FACTOR)["Location"].startswith(f"{LOGIN}?")

    def test_the_way_out_is_open(self):
        person()
        client = browser()
        typed(client)
        client.post(reverse("admin:logout"))
        assert client.get(FACTOR)["Location"].startswith(LOGIN)
