"""Fixtures for all tests."""

import os
import shutil
import socket
import uuid
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import psycopg
import pytest
import redis
from django.apps import apps
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import blocking_manager_key

from moderation import complaint_triggers, log_triggers
from tests.entering import entered
from tests.own_database import Place

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ROOT / "tests" / "config"

# What ran on SQLite runs once more: on PostgreSQL, and on the newest Django.
ON_POSTGRESQL = os.environ.get("TESTS_OF_DATABASES_ONLY") == "1"
ON_NEWEST = os.environ.get("TESTS_ONCE_MORE") == "1"

# No clocks in tests: a slow machine is not a fault. In CI the same examples each time.
hypothesis_settings.register_profile(
    "candour",
    max_examples=25 if ON_POSTGRESQL or ON_NEWEST else 100,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("candour")


def _absent(service: str, error: Exception) -> None:
    """Skips the test; fails it where CI says that the services must be there."""
    reason = f"{service} cannot be reached: {error}"
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_collection_modifyitems(config: pytest.Config, items: list) -> None:
    """Once more only what touches a database, and on another Django its settings: the
    rest is plain Python."""
    if not (ON_POSTGRESQL or ON_NEWEST):
        return
    kept = [
        item
        for item in items
        if _touches_a_database(item) or (ON_NEWEST and SETTINGS in item.path.parents)
    ]
    config.hook.pytest_deselected(items=[i for i in items if i not in set(kept)])
    items[:] = kept


def _touches_a_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or any(
        name in ("db", "client", "admin_client")
        or "database" in name
        or name.endswith("_url")
        for name in item.fixturenames
    )


@pytest.fixture(autouse=True, scope="session")
def nobody_is_called():
    """No test reaches another machine, and neither does what it tests: the site asks
    nothing of anybody. In this process; libpq and browsers have sockets of their own.
    """
    with pytest.MonkeyPatch.context() as patched:
        for name in ("connect", "connect_ex"):
            patched.setattr(socket.socket, name, _only_here(name))
        yield


def _only_here(name: str):
    real = getattr(socket.socket, name)

    def call(self: socket.socket, address: object) -> object:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address):
            raise AssertionError(f"{address[0]} was called: that is another machine.")
        return real(self, address)

    return call


def _is_here(address: tuple) -> bool:
    host = address[0]
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False  # a name


@pytest.fixture(autouse=True)
def plain_static(settings):
    """Pages are drawn without collected static files."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
    }


@pytest.fixture(scope="session")
def _data(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def own_data(settings, _data):
    """Apart from what other runs in the same checkout make at this moment: turns that
    they hold, and keys that they overwrite."""
    settings.DATA_DIR = _data
    settings.MEDIA_ROOT = _data / "media"
    settings.NETWORK_KEY_FILE = _data / "network-key"


@pytest.fixture(autouse=True)
def every_file_is_read(request, monkeypatch):
    """A second import reads its files again, as a first one does: what is proved of it
    must not come from a file being remembered. Not where that itself is tested."""
    if request.node.get_closest_marker("remembers_files") is None:
        monkeypatch.setattr("blog.archive.remembered.known", lambda *_: {})


@pytest.fixture
def still(monkeypatch):
    """The clock stands: all that a test does falls into one minute, one slot of ten
    and one day, at whatever moment it runs and however slow the machine is."""
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def shared() -> Path:
    """Real exports that stand beside the project and are no part of it."""
    folder = ROOT.parent / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip(f"The samples are not there: {folder.name} beside the project.")
    return folder


@contextmanager
def _empty_postgres(server: str = "", template: str = "template1"):
    """The address of a new database of PostgreSQL, dropped afterwards."""
    local = "postgres://postgres@127.0.0.1:5432"
    server = (server or os.environ.get("TEST_POSTGRES_URL", local)).rstrip("/")
    try:
        connection = psycopg.connect(
            f"{server}/postgres", autocommit=True, connect_timeout=30
        )
    except psycopg.OperationalError as error:
        _absent("PostgreSQL", error)
    name = f"candour_{uuid.uuid4().hex[:12]}"
    with connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url():
    """The address of an empty database of PostgreSQL, dropped after the test."""
    with _empty_postgres() as url:
        yield url


@pytest.fixture
def redis_url() -> str:
    """The address of a Redis that answers."""
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=30) as client:
            client.ping()
    except redis.RedisError as error:
        _absent("Redis", error)
    return url


@pytest.fixture
def nginx() -> str:
    """The program."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not found:
        _absent("nginx", FileNotFoundError("there is none (apt install nginx)"))
    return found


class _Editor:
    """What the triggers of the log ask of a schema editor."""

    connection = connection

    @staticmethod
    def execute(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """After a test with real transactions Django empties all tables, the log too, which
    refuses it: its triggers go for that moment, and its first row comes back."""
    marker = item.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        return (yield)
    blocker = item.config.stash[blocking_manager_key]
    with blocker.unblock():
        log_triggers.drop(_Editor)
        complaint_triggers.drop(_Editor)
    result = yield
    if nextitem is not None:  # else the database is gone already
        with blocker.unblock():
            log_triggers.create(_Editor)
            complaint_triggers.create(_Editor)
            apps.get_model("moderation", "LogHead").objects.get_or_create(pk=1)
    return result


@pytest.fixture(scope="session")
def _migrated(tmp_path_factory):
    """A migrated database from which others are copied: a file, or a server's."""
    folder = tmp_path_factory.mktemp("migrated")
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        file = folder / "candour.sqlite3"
        Place(f"sqlite:///{file}", folder).manage("migrate", "--verbosity=0")
        yield file
        return
    with _empty_postgres(given.rpartition("/")[0]) as url:
        Place(url, folder).manage("migrate", "--verbosity=0")
        yield url


@contextmanager
def _own_database(migrated, folder: Path):
    if isinstance(migrated, Path):
        file = folder / "candour.sqlite3"
        shutil.copy(migrated, file)
        yield Place(f"sqlite:///{file}", folder)
        return
    server, _, template = migrated.rpartition("/")
    with _empty_postgres(server, template) as url:
        yield Place(url, folder)


@pytest.fixture
def own_database(_migrated, tmp_path):
    """A database for this test alone, of the kind that the tests run on."""
    with _own_database(_migrated, tmp_path) as place:
        yield place


@pytest.fixture(scope="module")
def own_database_of_module(_migrated, tmp_path_factory):
    """The same for all tests of a module."""
    with _own_database(_migrated, tmp_path_factory.mktemp("site")) as place:
        yield place


@pytest.fixture(scope="session")
def inside(django_db_blocker):
    """Enters one of these databases for a ``with`` block: ``tests/entering.py``."""

    @contextmanager
    def unblocked(place: Place):
        with django_db_blocker.unblock(), entered(place):
            yield

    return unblocked
