"""A name that stands in the log stays with its account."""

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from moderation.transitions import moderator as by
from tests.blog import making

from .deciding import do, in_state
from .making import moderator, signed_in, superuser

pytestmark = pytest.mark.django_db
LIST = reverse("admin:auth_user_changelist")


@pytest.fixture
def ben():
    return moderator("ben")


@pytest.fixture
def has_decided(ben):
    do("approve", in_state(making.post(), "pending"), actor=by(ben))
    return ben


@pytest.fixture
def owner():
    return signed_in(superuser())


def change(user: User) -> str:
    return reverse("admin:auth_user_change", args=[user.pk])


def save(desk, user: User, **fields) -> User:
    page = desk.get(change(user))
    values = {
        name: value
        for name, value in page.context["adminform"].form.initial.items()
        if value and name not in ("password", "last_login", "date_joined", "groups")
    }
    values |= {"date_joined_0": "2026-01-01", "date_joined_1": "10:00:00"}
    response = desk.post(change(user), values | fields)
    assert response.status_code == 302, response.context["errors"]
    return User.objects.get(pk=user.pk)


def test_one_who_has_decided_nothing_may_be_renamed_and_deleted(owner, ben):
    assert save(owner, ben, username="benjamin").username == "benjamin"
    owner.post(reverse("admin:auth_user_delete", args=[ben.pk]), {"post": "yes"})
    assert not User.objects.filter(pk=ben.pk).exists()


def test_the_name_of_one_who_has_decided_stays(owner, has_decided):
    changed = save(owner, has_decided, username="benjamin", first_name="Benjamin")
    assert (changed.username, changed.first_name) == ("ben", "Benjamin")
    assert "Decisions in the log bear this name" in owner.get(
        change(has_decided)
    ).content.decode("utf-8")


def test_the_account_stays_too_and_can_be_ended(owner, has_decided):
    path = reverse("admin:auth_user_delete", args=[has_decided.pk])
    assert owner.post(path, {"post": "yes"}).status_code == 403
    ticked = {
        "action": "delete_selected",
        "_selected_action": [has_decided.pk],
        "post": "yes",
    }
    owner.post(LIST, ticked)
    assert User.objects.filter(pk=has_decided.pk).exists()
    assert not save(owner, has_decided, is_active="").is_active


class TestPasswords:
    NEW = {
        "password1": "periwinkle-point-nine",
        "password2": "periwinkle-point-nine",
        "usable_password": "true",
        "set-password": "",
    }

    def given(self, desk, user: User):
        path = reverse("admin:auth_user_password_change", args=[user.pk])
        answer = desk.post(path, self.NEW)
        user.refresh_from_db()
        return answer, user.check_password(self.NEW["password1"])

    def test_nobody_gets_a_new_one_without_the_old_one(self):
        root = superuser()
        answer, is_changed = self.given(signed_in(root), root)
        assert answer["Location"] == reverse("admin:password_change")
        assert not is_changed

    def test_a_superuser_gives_somebody_else_one(self, owner, ben):
        assert self.given(owner, ben)[1]

    def test_nobody_else_gives_a_superuser_one(self, ben):
        ben.user_permissions.add(*Permission.objects.filter(codename="change_user"))
        answer, is_changed = self.given(signed_in(ben), superuser())
        assert (answer.status_code, is_changed) == (403, False)
        assert self.given(signed_in(ben), moderator("clara"))[1]
