"""``manage.py create_moderator``"""

import re
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db
User = get_user_model()
WHAT = ("add", "change", "delete", "view")


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_moderator", *arguments, stdout=out)
    return out.getvalue()


def password(printed: str) -> str:
    return re.search(r"Password  (\S+)", printed)[1]


def test_it_makes_somebody_who_can_enter_write_and_read(client):
    printed = run()
    user = User.objects.get(username="moderator")
    assert user.is_staff
    assert not user.is_superuser
    assert {group.name for group in user.groups.all()} == {"Editors", "Moderators"}
    assert user.has_perms(["blog.add_post", "blog.view_comment"])
    assert not user.has_perm("blog.change_comment")
    assert client.login(username="moderator", password=password(printed))


def test_the_password_is_shown_with_the_address_and_kept_hashed():
    printed = run("--username", "ann", "--site", "https://example.org/")
    assert "https://example.org/admin/" in printed
    assert "Name      ann" in printed
    secret = password(printed)
    assert len(secret.replace("-", "")) == 20
    assert secret not in User.objects.get().password
    assert len({len(line) for line in printed.splitlines()}) == 1


def test_two_passwords_differ():
    assert password(run()) != password(run("--username", "second"))


def test_if_none_does_nothing_where_somebody_can_enter():
    User.objects.create_user("ann", is_staff=True)
    assert run("--if-none") == ""
    assert User.objects.count() == 1


def test_if_none_makes_the_first_one():
    User.objects.create_user("no-staff")
    assert "Password" in run("--if-none")


def test_it_refuses_a_name_that_exists_in_any_case():
    run()
    before = User.objects.get().password
    with pytest.raises(CommandError, match="There is a user named Moderator already"):
        run("--username", "Moderator")
    assert User.objects.get().password == before


@pytest.mark.parametrize("name", ["", "two words", "x" * 151])
def test_it_refuses_a_name_that_cannot_be_one(name):
    with pytest.raises(CommandError):
        run("--username", name)
    assert not User.objects.exists()


def test_it_says_what_to_do_where_the_groups_are_missing():
    Group.objects.filter(name="Moderators").delete()
    with pytest.raises(CommandError, match="migrate"):
        run()
    assert not User.objects.exists()


def test_moderators_may_read_decide_and_set_modes_and_rules_and_no_more():
    group = Group.objects.get(name="Moderators")
    codenames = {permission.codename for permission in group.permissions.all()}
    changing = {f"{what}_{of}" for of in ("mode", "rule") for what in WHAT}
    reading = {"view_post", "view_comment", "view_queuedcomment", "view_decision"}
    reading |= {"view_complaint", "view_rulechange"}
    deciding = {"moderate_comment", "handle_complaint"}
    assert codenames == deciding | reading | changing
