"""Names that nobody else may use, and how alike a name may look."""

import pytest
from django.contrib.auth.models import User

from blog.names import is_reserved, skeleton

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
