"""System checks: they warn of what will hurt later, and of nothing else."""

import pytest
from django.core.management import call_command
from django.db import connection

from blog.checks import (
    sqlite_without_wal_reset_bug,
    tags_outlive_the_secret_key,
    times_are_as_exact_as_the_owner_wants,
    visitors_are_told_apart,
)

from . import making

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


@pytest.mark.parametrize(
    ("production", "proxies", "warns"),
    [(True, 0, True), (True, 1, False), (False, 0, False)],
)
def test_proxies_that_nobody_counted(settings, production, proxies, warns):
    settings.PRODUCTION, settings.TRUSTED_PROXIES = production, proxies
    found = visitors_are_told_apart()
    assert [warning.id for warning in found] == ["blog.W005"] * warns


@pytest.mark.django_db
class TestTimesThatAreTooExact:
    """What is stored, against what the owner wants."""

    @pytest.fixture(autouse=True)
    def stored(self):
        at = making.START
        making.comment(making.post(), written_at=at, published_at=at)

    def found(self) -> list[str]:
        told = times_are_as_exact_as_the_owner_wants(["default"])
        return [warning.id for warning in told]

    @pytest.mark.parametrize(
        ("wanted", "warns"), [("minute", False), ("hour", True), ("day", True)]
    )
    def test_are_told(self, settings, wanted, warns):
        settings.TIME_PRECISION = wanted
        assert self.found() == ["blog.W004"] * warns

    def test_are_not_told_once_they_were_cut(self, settings):
        settings.TIME_PRECISION = "hour"
        call_command("coarsen_times", verbosity=0)
        assert self.found() == []
        settings.TIME_PRECISION = "day"
        assert self.found() == ["blog.W004"]

    def test_nothing_is_asked_without_a_database(self, settings):
        settings.TIME_PRECISION = "hour"
        assert times_are_as_exact_as_the_owner_wants(None) == []
