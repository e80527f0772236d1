"""Your account: setting a second factor up, changing it, and signing out elsewhere."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from moderation.accounts import factors, views
from moderation.screening import limits

from .signing_in import (
    ACCOUNT,
    CODE,
    FACTOR,
    INDEX,
    LOGIN,
    OFFICE,
    PASSWORD,
    QUICK,
    STANDING_STILL,
    browser,
    code_of,
    forget_wrong_ones,
    is_in,
    person,
    secret_on,
    typed,
    with_factor,
    wrong,
)

pytestmark = pytest.mark.django_db
CODES = re.compile(r"<code>([2-9a-z]{4}(?:-[2-9a-z]{4}){3})</code>")
CHANGE = reverse("admin:password_change")
SIGN_OUT = reverse("admin:account_sign_out")


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"
    settings.PASSWORD_HASHERS = [QUICK]


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    """No time goes by between one guess and the next."""
    monkeypatch.setattr(limits, "timezone", STANDING_STILL)


def entered(address: str = "81.2.69.142", name: str = "anna") -> Client:
    client = browser(address)
    assert typed(client, name).status_code == 302
    return client


def set_up(client: Client) -> tuple[bytes, list[str]]:
    """Sets a factor up as a person does; its secret and the recovery codes."""
    secret = secret_on(client.get(FACTOR).content.decode())
    code = f"{totp(secret):06d}"
    answer = client.post(FACTOR, {"do": "confirm", "one_time_code": code})
    codes = CODES.findall(answer.content.decode())
    assert len(set(codes)) == 10
    return secret, codes


def ten_minutes_later(client: Client) -> None:
    session = client.session
    session[views.PROVED_AT] -= views.STAYS_PROVED
    session.save()


def change(client: Client, do: str, **proof: str):
    """``proof``: else a code of anna's, as her device shows it."""
    proof = proof or {"one_time_code": code_of(User.objects.get(username="anna"))}
    return client.post(FACTOR, {"do": do} | proof)


class TestSettingItUp:
    def test_the_secret_stands_there_as_text_and_as_a_picture(self):
        person()
        html = entered().get(FACTOR).content.decode()
        assert len(secret_on(html)) == 20
        picture = re.search(r"<svg.*?</svg>", html, re.S)[0]
        assert "style" not in picture
        assert "<script" not in picture

    def test_looking_twice_shows_the_same_and_stores_no_factor(self):
        person()
        client = entered()
        first, second = (secret_on(client.get(FACTOR).content.decode()) for _ in "ab")
        assert first == second
        assert not TOTPDevice.objects.exists()

    def test_a_code_of_it_confirms(self):
        user = person()
        client = entered()
        secret, _ = set_up(client)
        assert TOTPDevice.objects.get(user=user).bin_key == secret
        assert is_in(client)

    def test_a_wrong_code_changes_nothing_and_the_secret_stays(self):
        user = person()
        client = entered()
        secret = secret_on(client.get(FACTOR).content.decode())
        for code in (f"{(totp(secret) + 1) % 10**6:06d}", "", "x", "१२३४५६"):
            answer = client.post(FACTOR, {"do": "confirm", "one_time_code": code})
            assert secret_on(answer.content.decode()) == secret
            assert "Set it up" in answer.content.decode()
        assert not factors.has(user)
        assert not StaticToken.objects.exists()

    def test_after_ten_minutes_the_password_is_asked_and_the_secret_is_another(self):
        """Who photographed it while the desk was empty knows nothing."""
        user = person()
        client = entered()
        seen = secret_on(client.get(FACTOR).content.decode())
        ten_minutes_later(client)
        page = client.get(FACTOR).content.decode()
        assert 'id="secret"' not in page
        late = {"do": "confirm", "one_time_code": f"{totp(seen):06d}"}
        assert "those are over" in client.post(FACTOR, late).content.decode()
        assert not factors.has(user)
        wrong = client.post(FACTOR, {"password": "wrong"}).content.decode()
        assert "This is not your password" in wrong
        assert 'id="secret"' not in wrong
        page = client.post(FACTOR, {"password": PASSWORD}).content.decode()
        assert secret_on(page) != seen
        client.post(FACTOR, late)
        assert not factors.has(user)
        set_up(client)
        assert factors.has(user)

    def test_who_signs_in_anew_in_the_same_browser_gets_another_secret(self):
        person()
        client = entered()
        seen = secret_on(client.get(FACTOR).content.decode())
        typed(client)
        assert secret_on(client.get(FACTOR).content.decode()) != seen

    def test_recovery_codes_are_shown_once_and_stored_as_hashes(self):
        person()
        client = entered()
        _, codes = set_up(client)
        stored = set(StaticToken.objects.values_list("token", flat=True))
        assert len(stored) == 10
        assert stored.isdisjoint(code.replace("-", "") for code in codes)
        for address in (FACTOR, ACCOUNT, INDEX):
            html = client.get(address).content.decode()
            assert not any(code in html for code in codes)

    def test_no_page_with_a_secret_is_kept_by_a_cache(self):
        person()
        client = entered()
        assert "no-store" in client.get(FACTOR)["Cache-Control"]
        answer = client.post(FACTOR, {"do": "confirm", "one_time_code": "1"})
        assert "no-store" in answer["Cache-Control"]

    def test_every_other_session_ends(self):
        person()
        other, client = entered(OFFICE), entered()
        set_up(client)
        assert (is_in(other), is_in(client)) == (False, True)

    def test_a_secret_is_confirmed_once(self):
        """What was sent before and is sent again does not make a second factor."""
        user = person()
        client = entered()
        secret = secret_on(client.get(FACTOR).content.decode())
        sent = {"do": "confirm", "one_time_code": f"{totp(secret):06d}"}
        client.post(FACTOR, sent)
        answer = client.post(FACTOR, sent)
        assert "You have a second factor" in answer.content.decode()
        assert TOTPDevice.objects.filter(user=user).count() == 1

    def test_a_second_click_makes_no_codes_that_nobody_sees(self, monkeypatch):
        """It is asked before the first is done, and comes when that is: the codes of
        the first are those that count."""
        user = person()
        client = entered()
        secret = secret_on(client.get(FACTOR).content.decode())
        sent = {"do": "confirm", "one_time_code": f"{totp(secret):06d}"}
        first, really = [], factors.set_up

        def click_again(*args: object, **options: object) -> list[str]:
            monkeypatch.setattr(factors, "set_up", really)
            first.append(client.post(FACTOR, sent))
            return really(*args, **options)

        monkeypatch.setattr(factors, "set_up", click_again)
        second = client.post(FACTOR, sent)
        assert second.status_code == 409
        assert "was set up a moment ago" in second.content.decode()
        codes = CODES.findall(first[0].content.decode())
        assert factors.check(user, codes[0]).is_right
        assert TOTPDevice.objects.filter(user=user).count() == 1

    def test_who_did_not_say_that_she_has_the_codes_is_asked(self):
        person()
        client = entered()
        set_up(client)
        words = "Do you have your recovery codes?"
        assert words in client.get(ACCOUNT).content.decode()
        assert client.post(FACTOR, {"do": "kept"})["Location"] == INDEX
        assert words not in client.get(ACCOUNT).content.decode()

    def test_it_is_nobody_elses_business(self):
        assert browser().get(FACTOR)["Location"].startswith(LOGIN)
        assert browser().get(ACCOUNT)["Location"].startswith(LOGIN)

    @pytest.mark.usefixtures("still")
    def test_passwords_are_not_guessed_faster_here(self):
        person()
        client = entered()
        ten_minutes_later(client)
        wrong = {"password": "wrong"}
        statuses = [client.post(FACTOR, wrong).status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]
        assert client.post(FACTOR, {"password": PASSWORD}).status_code == 429


class TestChangingIt:
    @pytest.fixture
    def anna(self):
        return with_factor()[0]

    @pytest.fixture
    def client(self, anna):
        client = browser()
        typed(client)
        client.post(CODE, {"one_time_code": code_of(anna)})
        return client

    @pytest.mark.parametrize("do", ["replace", "codes", "remove", "confirm", "x"])
    @pytest.mark.parametrize("proof", [{"password": PASSWORD}, {"one_time_code": "1"}])
    def test_nothing_without_a_proof(self, anna, client, do, proof):
        before = list(TOTPDevice.objects.values_list("key"))
        tokens = set(StaticToken.objects.values_list("token"))
        change(client, do, **proof)
        client.post(FACTOR, {"do": do})
        assert list(TOTPDevice.objects.values_list("key")) == before
        assert set(StaticToken.objects.values_list("token")) == tokens

    def test_the_page_tells_no_secret_before(self, client):
        assert 'id="secret"' not in client.get(FACTOR).content.decode()

    def test_it_is_replaced_once_the_new_one_is_confirmed(self, anna, client):
        old = TOTPDevice.objects.get()
        page = change(client, "replace").content.decode()
        secret = secret_on(page)
        assert secret != old.bin_key
        assert TOTPDevice.objects.get() == old
        code = f"{totp(secret):06d}"
        client.post(FACTOR, {"do": "confirm", "one_time_code": code})
        assert TOTPDevice.objects.get().bin_key == secret
        assert is_in(client)

    def test_a_recovery_code_proves_it_too(self):
        anna, codes = with_factor()
        client = browser()
        typed(client)
        client.post(CODE, {"one_time_code": codes[0]})
        change(client, "remove", one_time_code=codes[1])
        assert not factors.has(anna)

    def test_new_recovery_codes_take_the_place_of_the_old(self, anna, client):
        before = set(StaticToken.objects.values_list("token", flat=True))
        codes = CODES.findall(change(client, "codes").content.decode())
        now = set(StaticToken.objects.values_list("token", flat=True))
        assert len(codes) == 10
        assert len(now) == 10
        assert now.isdisjoint(before)

    def test_it_is_removed(self, anna, client):
        other = browser(OFFICE)
        typed(other)
        other.post(CODE, {"one_time_code": code_of(anna)})
        assert change(client, "remove")["Location"] == ACCOUNT
        assert not TOTPDevice.objects.exists()
        assert not StaticToken.objects.exists()
        assert (is_in(other), is_in(client)) == (False, True)

    def test_where_it_is_required_it_is_not_removed(self, anna, client, settings):
        settings.REQUIRE_SECOND_FACTOR = True
        assert 'value="remove"' not in client.get(FACTOR).content.decode()
        change(client, "remove")
        assert factors.has(anna)
        assert is_in(client)

    @pytest.mark.usefixtures("still")
    def test_codes_are_not_guessed_faster_here(self, anna, client):
        statuses = []
        for _ in range(6):
            forget_wrong_ones()
            answer = change(client, "remove", one_time_code=wrong(anna))
            statuses.append(answer.status_code)
        assert statuses == [200] * 5 + [429]
        assert change(client, "remove").status_code == 429


class TestPassword:
    def test_changing_it_ends_the_other_sessions(self):
        person()
        other, client = entered(OFFICE), entered()
        new = "periwinkle-point-nine"
        sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        answer = client.post(CHANGE, sent)
        assert answer.status_code == 302
        assert (is_in(other), is_in(client)) == (False, True)
        assert "no-store" in client.get(answer["Location"])["Cache-Control"]

    @pytest.mark.usefixtures("still")
    def test_the_old_one_is_not_guessed_faster_here(self):
        person()
        client = entered()
        sent = {"old_password": "wrong", "new_password1": "x", "new_password2": "x"}
        statuses = [client.post(CHANGE, sent).status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]


class TestWhereElse:
    def test_it_counts_other_browsers_of_this_account(self):
        person()
        person("ben")
        entered(OFFICE, "ben")
        client = entered()
        assert "and nowhere else" in client.get(ACCOUNT).content.decode()
        entered(OFFICE)
        entered("5.6.7.8")
        assert "in 2 other browsers" in client.get(ACCOUNT).content.decode()

    def test_one_signs_out_everywhere(self):
        person()
        person("ben")
        others = [entered(OFFICE), entered("5.6.7.8")]
        ben = entered(OFFICE, "ben")
        client = entered()
        client.get(SIGN_OUT)
        assert is_in(client)
        assert client.post(SIGN_OUT)["Location"] == LOGIN
        assert not any(map(is_in, [*others, client]))
        assert is_in(ben)

    def test_who_has_typed_the_password_alone_begins_anew(self):
        user, _ = with_factor()
        halfway = browser(OFFICE)
        typed(halfway)
        client = browser()
        typed(client)
        client.post(CODE, {"one_time_code": code_of(user)})
        client.post(SIGN_OUT)
        answer = halfway.post(CODE, {"one_time_code": code_of(user)})
        assert answer["Location"] == LOGIN


class TestTheOwner:
    @pytest.fixture
    def owner(self):
        person("root", is_superuser=True)
        return entered("5.6.7.8", "root")

    def of(self, user) -> str:
        return reverse("admin:auth_user_second_factor", args=[user.pk])

    def test_takes_away_one_that_is_lost(self, owner):
        anna, _ = with_factor()
        client = browser()
        typed(client)
        client.post(CODE, {"one_time_code": code_of(anna)})
        change = reverse("admin:auth_user_change", args=[anna.pk])
        assert self.of(anna) in owner.get(change).content.decode()
        assert owner.get(self.of(anna)).status_code == 200
        assert factors.has(anna)
        assert owner.post(self.of(anna))["Location"] == change
        assert not factors.has(anna)
        assert not is_in(client)
        history = reverse("admin:auth_user_history", args=[anna.pk])
        assert "Second factor taken away" in owner.get(history).content.decode()

    def test_nobody_else_may(self):
        anna, _ = with_factor()
        person("ben")
        assert entered(name="ben").post(self.of(anna)).status_code == 403
        assert factors.has(anna)

    def test_no_page_shows_a_secret(self, owner):
        anna, _ = with_factor()
        key = TOTPDevice.objects.get().key
        tokens = StaticToken.objects.values_list("token", flat=True)
        secrets = [key, factors.as_text(key), *tokens]
        for name in ("change", "history", "delete", "second_factor"):
            html = owner.get(
                reverse(f"admin:auth_user_{name}", args=[anna.pk])
            ).content.decode()
            assert not any(secret in html for secret in secrets)
        for app in ("otp_totp/totpdevice/", "otp_static/staticdevice/"):
            assert owner.get(f"{INDEX}{app}").status_code == 404


class TestTheCommand:
    def test_helps_who_is_locked_out(self, capsys):
        anna, _ = with_factor()
        halfway = browser()
        typed(halfway)
        call_command("remove_second_factor", "anna")
        assert "signed out everywhere" in capsys.readouterr().out
        assert not factors.has(anna)
        assert halfway.get(CODE)["Location"] == LOGIN
        assert is_in(entered())

    def test_says_what_there_is_not(self, capsys):
        person()
        call_command("remove_second_factor", "anna")
        assert "no second factor" in capsys.readouterr().out
        with pytest.raises(CommandError, match="no account named nobody"):
            call_command("remove_second_factor", "nobody")
