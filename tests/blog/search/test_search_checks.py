"""An SQLite that only marks words as gone is told of."""

import pytest
from django.db import connection

from blog.checks import sqlite_leaves_words_in_the_index

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="About SQLite alone."),
]


@pytest.mark.parametrize(
    ("version", "warns"),
    [((3, 40, 1), True), ((3, 41, 2), True), ((3, 42, 0), False), ((3, 53, 4), False)],
)
def test_before_secure_delete_it_warns(monkeypatch, version, warns):
    monkeypatch.setattr(connection.Database, "sqlite_version_info", version)
    found = sqlite_leaves_words_in_the_index(["default"])
    assert [warning.id for warning in found] == ["blog.W003"] * warns


def test_without_databases_there_is_nothing_to_tell():
    assert sqlite_leaves_words_in_the_index(None) == []
