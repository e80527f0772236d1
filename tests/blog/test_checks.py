"""System checks: they warn of what will hurt later, and of nothing else."""

import pytest
from django.db import connection

from blog.checks import sqlite_without_wal_reset_bug, tags_outlive_the_secret_key

about_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="About SQLite alone."
)


@about_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("version", "warns"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
    ],
)
def test_an_sqlite_that_can_lose_its_log_is_told(monkeypatch, version, warns):
    monkeypatch.setattr(connection.Database, "sqlite_version_info", version)
    found = sqlite_without_wal_reset_bug(["default"])
    assert [warning.id for warning in found] == ["blog.W001"] * warns


def test_without_databases_there_is_nothing_to_tell():
    assert sqlite_without_wal_reset_bug(None) == []


@pytest.mark.parametrize(("secret", "warns"), [("", True), ("s" * 50, False)])
def test_tags_that_hang_on_the_secret_key_are_told(settings, secret, warns):
    settings.PSEUDONYM_SECRET = secret
    found = tags_outlive_the_secret_key()
    assert [warning.id for warning in found] == ["blog.W002"] * warns
    assert secret == "" or secret not in str(found)
