"""Names that nobody else may use, and how alike a name may look."""

import pytest
from django.contrib.auth.models import User

from blog.contribution_form import ContributionForm
from blog.names import is_reserved, looks_like_handle, looks_like_tag, skeleton

from . import making

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people():
    making.post(author_name="Jim Brown")
    User.objects.create_user(
        "moderator", is_staff=True, first_name="Cécile", last_name="O'Hara"
    )
    User.objects.create_user("former", is_staff=True, is_active=False)
    User.objects.create_user("reader")


@pytest.mark.parametrize(
    "name",
    [
        "Jim Brown",
        "jim brown",
        "JIM  BROWN",
        "JimBrown",
        "Jim-Brown!",
        "J.i.m. B.r.o.w.n",
        "Jím Bröwn",
        "J\u0456m Brown",  # Cyrillic i
        "\u0408im Brown",  # Cyrillic Je
        "Jim \u0412rown",  # Cyrillic Ve
        "Jim Br\u043ewn",  # Cyrillic o
        "Jim Br\u03bfwn",  # Greek omicron
        "Jim \u0392rown",  # Greek capital beta
        "J1m Brown",
        "Jlm Brown",
        "Jim Br0wn",
        "Jirn Brown",
        "\uff2a\uff49\uff4d Brown",  # full width
        "\U0001d409\U0001d422\U0001d426 Brown",  # mathematical bold
        "moderator",
        "Moderator",
        "m0derat0r",
        "m\u043ed\u0435r\u0430t\u043er",
        "Cécile",
        "Cecile",
        "Cécile O'Hara",
        "cecile ohara",
        "C3cile OHara",
        "C\u00e9cile O\u2019Hara",
    ],
)
def test_those_of_editors_and_moderators_and_what_looks_like_them(name):
    assert is_reserved(name)


@pytest.mark.parametrize(
    "name",
    [
        "The Moderator",
        "Moderators",
        "Moderator (official)",
        "Official moderator",
        "Mod",
        "mods",
        "a Mod",
        "@mod",
        "M.o.d",
        "M0D",
        "M\u043ed",  # Cyrillic o
        "Moderation team",
        "Admin",
        "admins",
        "An Admin",
        "Adm1n",
        "\u0410dmin",  # Cyrillic A
        "Administrator",
        "The Administrators",
        "Editor",
        "the editors",
        "Ed\u0456tor",  # Cyrillic i
        "Editor's",
        "The official team of editors",
        "The Tide Table",
        "Tide  Table",
        "T1de Table!",
        "The Tide Table (official)",
        "Tide Table Moderator",
        "Editor of The Tide Table",
    ],
)
def test_those_of_roles_and_of_the_site(name, settings):
    User.objects.all().delete()
    settings.SITE_NAME = "The Tide Table"
    assert is_reserved(name)
    form = ContributionForm({"text": "Some words.", "name": name})
    assert "belongs to the editor or a moderator" in form.errors["name"][0]


@pytest.mark.parametrize(
    "name",
    [
        "Modest",
        "Modesty",
        "Amod",
        "Anmod",
        "Modi",
        "Ahmod",
        "Port Editor's aunt",
        "Editor no more",
        "Sub-editor",
        "Edith",
        "Admiral",
        "Badminton",
        "The team",
        "Official",
        "Theo",
        "Tide",
        "Table",
        "A Table",
        "No moderator",
        "Moderately cross",
    ],
)
def test_other_names_that_hold_such_a_word_are_anybodys(name, settings):
    settings.SITE_NAME = "The Tide Table"
    assert not is_reserved(name)
    assert ContributionForm({"text": "Some words.", "name": name}).is_valid()


def test_a_site_whose_name_has_no_letters_reserves_none(settings):
    settings.SITE_NAME = "***"
    assert is_reserved("Mods")
    assert not is_reserved("s")
    assert not is_reserved("Tide")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "!?",
        "Jim",
        "Brown",
        "Jim Browne",
        "Jim B",
        "Tim Brown",
        "Deckhand",
        "former",
        "reader",
        "O'Hara",
        "Анна",
        "山田",
        "Ζωή",
        "🙂",
        "moderate",
        "modern",
        "Anon 14:03",
    ],
)
def test_others_are_anybodys(name):
    assert not is_reserved(name)


@pytest.mark.parametrize("name", ["Анна", "山田", "Ζωή", "محمد", "ŉ", "ß", "İ", "ﬁ"])
def test_names_of_all_scripts_have_a_skeleton(name):
    assert skeleton(name)
    assert skeleton(skeleton(name)) == skeleton(name)


def test_a_name_without_letters_reserves_nothing():
    making.post(2, author_name="***")
    assert not is_reserved("!!!")


@pytest.mark.parametrize(
    "name",
    [
        "Anon 14:03",
        "anon 9.18",
        "ANONYMOUS 14:03",
        "@Anon 14:03 b",
        "Anon1403",
        "\u0410non 14:03",  # Cyrillic A
        "Anon 7 Oct 14:03",
        "Anon 7 Oct 2022 14:03 aa",
        "Anon 14h",
        "Anon 7 Oct 14h b",
        "Anon 7 Oct",
        "Anon 7 Oct 2022 b",
        "Anon, no. 3",
        "No. 12",
    ],
)
def test_what_nameless_comments_are_called_is_no_name(name):
    assert looks_like_handle(name)
    form = ContributionForm({"text": "Some words.", "name": name})
    assert "how comments without a name are called" in form.errors["name"][0]


@pytest.mark.parametrize(
    "name",
    [
        "Kit k7qf2-m9xdv",
        "Kit K7QF2-M9XDV",
        "Kit k7qf2\u2013m9xdv",
        "Kit, claimed name, tag k7qf2-m9xdv",
        "k7qf2-m9xdv.",
    ],
)
def test_what_stands_beside_a_claimed_name_is_no_part_of_one(name):
    assert looks_like_tag(name)
    form = ContributionForm({"text": "Some words.", "name": name})
    assert "like the tag of a claimed name" in form.errors["name"][0]


@pytest.mark.parametrize("name", ["Anon", "anonymous", " ANON "])
def test_who_signs_as_nobody_has_no_name(name):
    form = ContributionForm({"text": "Some words.", "name": name})
    assert form.is_valid()
    assert form.cleaned_data["name"] == ""


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Anon",
        "Anonymous",
        "Anon Sole",
        "Anonymous 2",
        "Noah 7",
        "Officer 1403",
        "Deckhand 2022",
        "Brave-Heart",
        "Jean-Marc99",
        "FatherTed9",
        "Anon5Boy",
    ],
)
def test_other_names_look_like_neither(name):
    assert not looks_like_handle(name)
    assert not looks_like_tag(name)
    assert ContributionForm({"text": "Some words.", "name": name}).is_valid()
