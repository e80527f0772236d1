"""``manage.py rebuild_search``: makes the index anew, checks it, and says which."""

import pytest
from django.core.management import CommandError, call_command

from blog.search import index
from tests.blog import making

from .finding import found

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment():
    return making.comment(making.post(title="Birds"), "A kittiwake.")


def test_it_makes_the_index_and_says_how_many_rows_it_has(comment, capsys):
    call_command("rebuild_search")
    assert found("kittiwake") == ["A kittiwake."]
    said = capsys.readouterr().out
    assert "Posts and comments in the index: 2" in said
    assert "nothing else" in said


def test_a_check_changes_nothing_and_fails_where_something_is_wrong(comment, capsys):
    with pytest.raises(CommandError, match=r"Missing: 1\. Too many: 0\."):
        call_command("rebuild_search", "--check")
    assert found("kittiwake") == []
    index.fill()
    call_command("rebuild_search", "--check")
    assert "nothing else" in capsys.readouterr().out


def test_a_missing_index_is_told_and_made(comment):
    index.uninstall()
    with pytest.raises(CommandError, match="trigger of the index is missing"):
        call_command("rebuild_search", "--check")
    call_command("rebuild_search")
    assert found("kittiwake") == ["A kittiwake."]


def test_a_check_wipes_nothing():
    with pytest.raises(CommandError, match="Choose one"):
        call_command("rebuild_search", "--check", "--wipe")
