"""Fixtures for all tests."""

import os
import uuid
from pathlib import Path

import psycopg
import pytest
import redis
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

ROOT = Path(__file__).resolve().parent.parent

# No clocks in tests: a slow machine is not a fault. In CI the same examples each time.
hypothesis_settings.register_profile(
    "candour",
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


@pytest.fixture(autouse=True)
def plain_static(settings):
    """Pages are drawn without collected static files."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
    }


@pytest.fixture
def shared() -> Path:
    """Real exports that stand beside the project and are no part of it."""
    folder = ROOT.parent / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip(f"The samples are not there: {folder.name} beside the project.")
    return folder


@pytest.fixture
def postgres_url():
    """The address of an empty database of PostgreSQL, dropped after the test."""
    server = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432")
    server = server.rstrip("/")
    try:
        connection = psycopg.connect(
            f"{server}/postgres", autocommit=True, connect_timeout=3
        )
    except psycopg.OperationalError as error:
        _absent("PostgreSQL", error)
    name = f"candour_{uuid.uuid4().hex[:12]}"
    with connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def redis_url() -> str:
    """The address of a Redis that answers."""
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3) as client:
            client.ping()
    except redis.RedisError as error:
        _absent("Redis", error)
    return url
