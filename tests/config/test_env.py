"""What is read from the environment: good values, defaults, and loud failures."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import django
import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.urls import URLResolver, get_resolver

from config import env
from config.settings import PUBLIC_PATHS
from tests.own_database import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
NAME = "CANDOUR_TEST"


@pytest.fixture
def given(monkeypatch):
    """Sets the variable for one test; None takes it away."""

    def set_to(value: str | None) -> None:
        if value is None:
            monkeypatch.delenv(NAME, raising=False)
        else:
            monkeypatch.setenv(NAME, value)

    set_to(None)
    return set_to


def refused(read, *told: str) -> None:
    """The reader stops the start and names the variable and what is wrong with it."""
    with pytest.raises(ImproperlyConfigured) as caught:
        read()
    for words in (NAME, *told):
        assert words in str(caught.value)


# --- text, choice, boolean, names ------------------------------------------------


@pytest.mark.parametrize(
    ("value", "read"),
    [(" some words ", "some words"), (None, "else"), ("", "else"), ("  ", "else")],
)
def test_text(given, value, read):
    given(value)
    assert env.text(NAME, "else") == read


@pytest.mark.parametrize("value", [None, "", "  "])
def test_text_without_a_default_must_be_set(given, value):
    given(value)
    refused(lambda: env.text(NAME), "not set", "Set it")


def test_choice(given):
    assert env.choice(NAME, "a", ("a", "b")) == "a"
    given("b")
    assert env.choice(NAME, "a", ("a", "b")) == "b"
    for wrong in ("c", "A", "a,b"):
        given(wrong)
        refused(lambda: env.choice(NAME, "a", ("a", "b")), wrong, "a, b")


@pytest.mark.parametrize("default", [True, False])
@pytest.mark.parametrize(
    ("value", "read"),
    [
        *((value, True) for value in ("1", "true", "True", "YES", " on ")),
        *((value, False) for value in ("0", "false", "False", "NO", "off")),
        *((value, None) for value in (None, "", "  ")),
    ],
)
def test_boolean(given, value, read, default):
    given(value)
    assert env.boolean(NAME, default) is (default if read is None else read)


@pytest.mark.parametrize("value", ["2", "ja", "truee", "-1", "none"])
def test_boolean_that_is_neither(given, value):
    given(value)
    refused(lambda: env.boolean(NAME, default=True), value, "1 or 0")


def test_names(given):
    assert env.names(NAME, ["x"]) == ["x"]
    given(" a.example, b.example ,,")
    assert env.names(NAME, ["x"]) == ["a.example", "b.example"]


@pytest.mark.parametrize(
    ("value", "read"), [("0", 0), ("7", 7), (" 23 ", 23), (None, 5), ("", 5)]
)
def test_hour(given, value, read):
    given(value)
    assert env.hour(NAME, 5) == read


@pytest.mark.parametrize("value", ["24", "99", "-1", "7:30", "seven"])
def test_hour_that_no_day_has(given, value):
    given(value)
    refused(lambda: env.hour(NAME, 5), value)


@pytest.mark.parametrize("value", [None, "", " , ,"])
def test_names_without_a_default_must_hold_something(given, value):
    given(value)
    refused(lambda: env.names(NAME), "not set", "commas")


# --- time zone, path -------------------------------------------------------------


def test_time_zone(given):
    assert env.time_zone(NAME, "Europe/London") == "Europe/London"
    given("Pacific/Auckland")
    assert env.time_zone(NAME, "Europe/London") == "Pacific/Auckland"


@pytest.mark.parametrize(
    "value", ["Europe/Londinium", "GMT+1 ", "../etc/passwd", "/etc/passwd", "Europe"]
)
def test_a_time_zone_that_is_none(given, value):
    given(value)
    refused(lambda: env.time_zone(NAME, "UTC"), value.strip(), "Europe/London")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, "admin/"),
        ("admin", "admin/"),
        ("/office/", "office/"),
        ("back/office-2_x/", "back/office-2_x/"),
    ],
)
def test_path_prefix(given, value, read):
    given(value)
    assert env.path_prefix(NAME, "admin/") == read


@pytest.mark.parametrize(
    "value",
    ["/", "//", "a//b", "a b", "büro", "a.*", "<int:x>", "a?b", "../a", "-", "_/"],
)
def test_a_path_prefix_that_is_none(given, value):
    given(value)
    refused(lambda: env.path_prefix(NAME, "admin/"), "such as admin/")


@pytest.mark.parametrize("value", ["c", "/static/", "search/x", "2015", "1999/x"])
def test_a_path_prefix_that_hides_public_pages(given, value):
    given(value)
    hidden = value.strip("/").split("/")[0]
    taken = frozenset(("c", "static", "search"))
    refused(lambda: env.path_prefix(NAME, "admin/", taken), f"/{hidden}/")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, "candour.example,2026"),
        ("tides.example,2026", "tides.example,2026"),
        ("a-b.tides.example,2026-03", "a-b.tides.example,2026-03"),
        ("tides.example,2026-03-31", "tides.example,2026-03-31"),
    ],
)
def test_tag_authority(given, value, read):
    given(value)
    assert env.tag_authority(NAME, "candour.example,2026") == read


@pytest.mark.parametrize(
    "value",
    [
        "tides.example",
        "tides,2026",
        "https://tides.example,2026",
        "tides.example,26",
        "tides.example,2026-13",
        "tides.example,2026-03-32",
        "tides.example:8000,2026",
        "Tides.example,2026",
        "tides.example,2026 <",
    ],
)
def test_a_tag_authority_that_is_none(given, value):
    given(value)
    refused(lambda: env.tag_authority(NAME, "a.example,2026"), "example.org,2026")


def test_a_path_prefix_may_look_like_a_public_one(given):
    for value in ("cc", "my/static", "20155", "searching"):
        given(value)
        assert env.path_prefix(NAME, "admin/", PUBLIC_PATHS) == f"{value}/"


def test_every_public_address_is_kept_from_the_admin():
    routes = [
        str(pattern.pattern)
        for each in get_resolver().url_patterns
        if isinstance(each, URLResolver) and each.app_name != "admin"
        for pattern in each.url_patterns
    ]
    first = {route.split("/")[0] for route in routes}
    assert first - {"", "<year:year>"} <= PUBLIC_PATHS
    assert settings.STATIC_URL.strip("/") in PUBLIC_PATHS


# --- the address of the site ------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, "http://127.0.0.1:8000"),
        ("https://tides.example", "https://tides.example"),
        ("https://tides.example/", "https://tides.example"),
        ("http://tides.example:8080//", "http://tides.example:8080"),
        ("HTTPS://Tides.example", "HTTPS://Tides.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://tidesxyz.onion", "http://tidesxyz.onion"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("http://my_host-1", "http://my_host-1"),
    ],
)
def test_site_address(given, value, read):
    given(value)
    assert env.site_address(NAME, "http://127.0.0.1:8000") == read


@pytest.mark.parametrize(
    "value",
    [
        "notaurl",
        "tides.example",
        "//tides.example",
        "/blog",
        "https://",
        "https:///",
        "https:tides.example",
        "ftp://tides.example",
        "javascript:alert(1)",
        "https://tides.example/blog",
        "https://tides.example?x=1",
        "https://tides.example/#top",
        "https://user:secret@tides.example",
        "https://tides.example:port",
        "https://tides.example:",
        "https://tides.example:65536",
        "https://tides..example",
        "https://.tides.example",
        "https://*",
        "https://ti des.example",
        "https://tides.example\nx",
        "https://bücher.example",
        "https://[::1",
    ],
)
def test_a_site_address_that_is_none(given, value):
    given(value)
    refused(lambda: env.site_address(NAME, "x"), repr(value), "https://example.org")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, "https://www.bbc.co.uk/weather"),
        ("", ""),
        (" ", ""),
        ("https://tides.example", "https://tides.example"),
        ("http://tides.example:81/a?b=c#d", "http://tides.example:81/a?b=c#d"),
    ],
)
def test_a_way_out(given, value, read):
    if value is not None:
        given(value)
    assert env.way_out(NAME, "https://www.bbc.co.uk/weather") == read


@pytest.mark.parametrize(
    "value",
    ["weather", "/weather", "//tides.example", "javascript:alert(1)", "https://a b"],
)
def test_a_way_out_that_is_none(given, value):
    given(value)
    refused(lambda: env.way_out(NAME, "x"), repr(value), "or nothing at all")


# --- hosts, folders --------------------------------------------------------------


@pytest.mark.parametrize(
    "value", ["a.example", ".a.example", "127.0.0.1", "[::1]", "*", "localhost", "a_b"]
)
def test_hosts(given, value):
    given(f"x.example, {value}")
    assert env.hosts(NAME) == ["x.example", value]


@pytest.mark.parametrize(
    "value",
    ["https://a.example", "a.example/", "a.example:8000", "*.a.example", "a b", "::1"],
)
def test_a_host_that_never_matches(given, value):
    given(f"x.example,{value}")
    refused(lambda: env.hosts(NAME), repr(value), "example.org")


def test_hosts_without_a_default_must_hold_something(given):
    refused(lambda: env.hosts(NAME), "not set")
    assert env.hosts(NAME, ["x"]) == ["x"]


def test_a_folder_may_be_yet_to_come(given, tmp_path):
    assert env.folder(NAME, tmp_path) == tmp_path
    given(str(tmp_path / "new" / "one"))
    assert env.folder(NAME, tmp_path) == tmp_path / "new" / "one"


@pytest.mark.parametrize("below", ["", "below"])
def test_a_folder_that_is_a_file(given, tmp_path, below):
    file = tmp_path / "file"
    file.touch()
    given(str(file / below))
    refused(lambda: env.folder(NAME, tmp_path), f"{str(file)!r} is a file")


def test_a_folder_that_need_not_be_named(given, tmp_path):
    assert env.optional_folder(NAME) is None
    given(" ")
    assert env.optional_folder(NAME) is None
    given(str(tmp_path / "new"))
    assert env.optional_folder(NAME) == tmp_path / "new"
    (tmp_path / "file").touch()
    given(str(tmp_path / "file"))
    refused(lambda: env.optional_folder(NAME), "cannot be a folder")


# --- the database ----------------------------------------------------------------


def test_sqlite_in_its_file_is_the_default(given, tmp_path):
    config = env.database(NAME, tmp_path / "x.sqlite3")
    assert config["ENGINE"] == "django.db.backends.sqlite3"
    assert config["NAME"] == str(tmp_path / "x.sqlite3")


def test_an_address_of_postgresql(given, tmp_path):
    given("postgres://user:p%40ss@db.example:5433/name?sslmode=require")
    config = env.database(NAME, tmp_path / "x")
    assert config["ENGINE"] == "django.db.backends.postgresql"
    wanted = ["name", "user", "p@ss", "db.example", 5433]
    assert [config[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == wanted
    assert config["OPTIONS"]["sslmode"] == "require"
    assert config["OPTIONS"]["server_side_binding"] is True
    assert config["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize(
    "value", ["mysql://u@h/n", "oracle://u@h/n", "postgis://u@h/n", "spatialite:///x"]
)
def test_a_database_that_is_not_supported(given, tmp_path, value):
    given(value)
    refused(lambda: env.database(NAME, tmp_path / "x"), "SQLite or PostgreSQL")


@pytest.mark.parametrize("value", ["nonsense", "postgres//u@h/n", "pg://h/n"])
def test_an_address_that_cannot_be_read(given, tmp_path, value):
    given(value)
    refused(lambda: env.database(NAME, tmp_path / "x"), "postgres://", "sqlite:///")


def test_a_wrong_address_of_a_database_does_not_show_its_password(given, tmp_path):
    given("mysql://user:hunter2@db.example/name")
    with pytest.raises(ImproperlyConfigured) as caught:
        env.database(NAME, tmp_path / "x")
    assert "hunter2" not in str(caught.value)


ASK_SQLITE = """
import json, os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
import sqlite3  # the library that the project put in its place
from django.db import connection, transaction
answers = {}
with connection.cursor() as cursor:
    for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys"):
        answers[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
    answers["version"] = cursor.execute("SELECT sqlite_version()").fetchone()[0]
    cursor.execute("CREATE TABLE x (y)")
other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)
with transaction.atomic():
    connection.connection.execute("SELECT 1")
    try:
        other.execute("INSERT INTO x VALUES (1)")
        answers["second_writer"] = "was let in"
    except sqlite3.OperationalError as error:
        answers["second_writer"] = str(error)
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory) -> dict:
    """What a live connection of the project to a file of SQLite says of itself."""
    folder = tmp_path_factory.mktemp("sqlite")
    return json.loads(
        subprocess.check_output(
            [sys.executable, "-c", ASK_SQLITE],
            cwd=ROOT,
            env=os.environ
            | {
                "DATA_DIR": str(folder),
                "DATABASE_URL": f"sqlite:///{folder / 'x.sqlite3'}",
            },
        )
    )


def test_sqlite_writes_ahead_to_the_disk_and_waits_twenty_seconds(sqlite):
    full = 2
    assert sqlite["journal_mode"] == "wal"
    assert sqlite["synchronous"] == full
    assert sqlite["busy_timeout"] == 20_000
    assert sqlite["foreign_keys"] == 1


def test_a_transaction_of_sqlite_keeps_other_writers_out_from_its_beginning(sqlite):
    """BEGIN IMMEDIATE: before the transaction has written, or even read, anything."""
    assert sqlite["second_writer"] == "database is locked"


@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere the system's is used.")
@pytest.mark.skipif(
    django.VERSION >= (6, 0),
    reason="Django 6 needs what pysqlite3 lacks; a system check warns there.",
)
def test_sqlite_is_past_the_versions_that_can_lose_the_write_ahead_log(sqlite):
    version = tuple(int(part) for part in sqlite["version"].split("."))
    assert not (3, 7, 0) <= version <= (3, 51, 2)


# --- the cache -------------------------------------------------------------------


@pytest.mark.parametrize("value", [None, "", " "])
def test_without_an_address_the_cache_is_memory(given, value):
    given(value)
    assert env.cache(NAME)["BACKEND"].endswith("LocMemCache")


@pytest.mark.parametrize("value", ["localhost:6379", "memcached://h", "http://h"])
def test_a_cache_that_is_not_redis(given, value):
    given(value)
    refused(lambda: env.cache(NAME), value, "redis://host:6379/0")


@pytest.mark.redis
def test_the_cache_is_in_redis_where_an_address_is_given(given, redis_url):
    given(redis_url)
    with override_settings(CACHES={"default": env.cache(NAME)}):
        key = f"candour-test-{os.getpid()}"
        cache.set(key, {"a": [1]}, 60)
        try:
            assert cache.get(key) == {"a": [1]}
            with redis.Redis.from_url(redis_url) as client:
                stored = client.keys(f"*{key}")
                assert len(stored) == 1
                assert 0 < client.ttl(stored[0]) <= 60
        finally:
            cache.delete(key)


# --- the secret ------------------------------------------------------------------

GOOD = "x" * 50


def test_a_secret_that_is_set_is_used_and_nothing_written(given, tmp_path):
    given(GOOD)
    file = tmp_path / "secret"
    for production in (True, False):
        assert env.secret(NAME, production=production, file=file) == GOOD
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("production", [True, False])
def test_a_short_secret_is_refused(given, tmp_path, production):
    given("x" * 49)
    refused(
        lambda: env.secret(NAME, production=production, file=tmp_path / "s"),
        "49 characters",
        "at least 50",
    )


def test_a_secret_that_may_be_missing_is_long_where_it_is_there(given):
    given("")
    assert env.optional_secret(NAME) == ""
    given(GOOD)
    assert env.optional_secret(NAME) == GOOD
    given("x" * 49)
    refused(lambda: env.optional_secret(NAME), "49 characters", "at least 50")


def test_production_makes_no_secret_of_its_own(given, tmp_path):
    refused(
        lambda: env.secret(NAME, production=True, file=tmp_path / "s"),
        "not set",
        "token_urlsafe(50)",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_missing_secret_is_made_once_for_its_owner_alone(given, tmp_path):
    file = tmp_path / "new" / "secret"
    first = env.secret(NAME, production=False, file=file)
    assert len(first) >= 50
    assert env.secret(NAME, production=False, file=file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]
    other = env.secret(NAME, production=False, file=tmp_path / "other")
    assert other != first


def test_an_empty_file_of_a_secret_is_refused(given, tmp_path):
    (tmp_path / "s").touch()
    refused(
        lambda: env.secret(NAME, production=False, file=tmp_path / "s"), "at least 50"
    )


def test_processes_that_start_together_get_one_secret(tmp_path):
    program = (
        "import sys; from pathlib import Path; from config import env;"
        "print('ready', flush=True); sys.stdin.readline();"
        "print(env.secret('NO_SUCH', production=False, file=Path(sys.argv[1])))"
    )
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "new" / "secret")],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in starting:
        assert process.stdout.readline() == "ready\n"
    for process in starting:
        process.stdin.write("go\n")
        process.stdin.flush()
    secrets = {process.communicate(timeout=PATIENCE)[0].strip() for process in starting}
    assert [process.returncode for process in starting] == [0] * 4
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 50
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["secret"]


# --- production ------------------------------------------------------------------

OURS = re.compile("CANDOUR_ENV|DEBUG|SECRET_KEY|ALLOWED_HOSTS|DATABASE_URL|CACHE_URL")


def settings_with(tmp_path, **variables: str) -> subprocess.CompletedProcess:
    """A start with these variables and no others of ours."""
    kept = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    program = "import config.settings as s; print(s.DEBUG, s.ALLOWED_HOSTS)"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(tmp_path)} | variables,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"ALLOWED_HOSTS": "a.example"}, "SECRET_KEY is not set"),
        (
            {"ALLOWED_HOSTS": "a.example", "SECRET_KEY": "short"},
            "SECRET_KEY has 5 characters; at least 50",
        ),
        ({"SECRET_KEY": GOOD}, "ALLOWED_HOSTS is not set"),
        (
            {"SECRET_KEY": GOOD, "ALLOWED_HOSTS": "a.example", "DEBUG": "maybe"},
            "DEBUG='maybe' is neither",
        ),
        (
            {"SECRET_KEY": GOOD, "ALLOWED_HOSTS": "a.example", "DEBUG": "1"},
            "DEBUG=1 shows the site's insides",
        ),
        (
            {"SECRET_KEY": GOOD, "ALLOWED_HOSTS": "https://a.example"},
            "ALLOWED_HOSTS holds 'https://a.example'",
        ),
        (
            {"SECRET_KEY": GOOD, "ALLOWED_HOSTS": "a.example,*"},
            "ALLOWED_HOSTS=* takes every name",
        ),
    ],
)
def test_production_does_not_start_without(tmp_path, variables, told):
    started = settings_with(tmp_path, CANDOUR_ENV="production", **variables)
    assert started.returncode != 0
    assert started.stderr.splitlines()[-1].startswith("config.env.WrongSetting: ")
    assert told in started.stderr.splitlines()[-1]


def test_production_starts_with_a_secret_and_its_hosts(tmp_path):
    started = settings_with(
        tmp_path, CANDOUR_ENV="production", SECRET_KEY=GOOD, ALLOWED_HOSTS="a.example"
    )
    assert started.stdout == "False ['a.example']\n", started.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_mistyped_kind_of_environment_does_not_start(tmp_path):
    """It must not be taken for development."""
    started = settings_with(tmp_path, CANDOUR_ENV="prod")
    assert started.returncode != 0
    assert "CANDOUR_ENV='prod'" in started.stderr
    assert "development, production" in started.stderr


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"SECURE_SSL_REDIRECT": "maybe"}, "SECURE_SSL_REDIRECT='maybe' is neither"),
        ({"ADMIN_PATH": "receipt/"}, "ADMIN_PATH='receipt' would hide"),
        ({"ALLOWED_HOSTS": "localhost:8000"}, "ALLOWED_HOSTS holds 'localhost:8000'"),
        ({"SITE_URL": "notaurl"}, "SITE_URL='notaurl' is not the address of a site"),
        (
            {"DEBUG": "1", "ALLOWED_HOSTS": "localhost,a.example"},
            "DEBUG=1 shows the site's insides to every visitor, and ALLOWED_HOSTS=",
        ),
        ({"DATA_DIR": __file__}, f"DATA_DIR={__file__!r} cannot be a folder"),
    ],
)
def test_development_refuses_nonsense_too(tmp_path, variables, told):
    started = settings_with(tmp_path, **variables)
    assert started.returncode != 0
    assert told in started.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("host", "local"),
    [
        *((name, True) for name in ("localhost", "127.0.0.1", "127.1.2.3", "[::1]")),
        *((name, True) for name in ("::1", "LOCALHOST", "blog.localhost")),
        *((name, True) for name in (".localhost",)),
        *((name, False) for name in ("a.example", "*", ".a.example", "10.0.0.1")),
        *((name, False) for name in ("localhost.example", "notlocalhost", "0.0.0.0")),  # noqa: S104
    ],
)
def test_which_hosts_are_this_machine(host, local):
    assert env.is_local(host) is local


def test_any_host_will_do_in_development(given):
    given("*")
    assert env.hosts(NAME) == ["*"]
    refused(lambda: env.hosts(NAME, production=True), "list the names")


def test_development_starts_with_nothing_set(tmp_path):
    started = settings_with(tmp_path)
    assert started.stdout.startswith("False ['127.0.0.1'"), started.stderr


class TestMail:
    def test_without_a_host_mails_go_nowhere(self, monkeypatch):
        monkeypatch.delenv("MAIL_HOST", raising=False)
        assert env.mail_server("MAIL") == {
            "BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            "OPTIONS": {},
        }

    def test_a_host_is_asked_with_its_settings(self, monkeypatch):
        for name, value in {
            "MAIL_HOST": "mail.example",
            "MAIL_PORT": "587",
            "MAIL_HOST_USER": "candour",
            "MAIL_HOST_PASSWORD": "secret",
            "MAIL_USE_TLS": "1",
        }.items():
            monkeypatch.setenv(name, value)
        found = env.mail_server("MAIL")
        assert found["BACKEND"].endswith("smtp.EmailBackend")
        assert found["OPTIONS"] == {
            "host": "mail.example",
            "port": 587,
            "username": "candour",
            "password": "secret",
            "use_tls": True,
            "timeout": 5,
        }

    def test_no_password_goes_out_in_the_clear(self, monkeypatch):
        monkeypatch.delenv("MAIL_USE_TLS", raising=False)
        monkeypatch.setenv("MAIL_HOST", "mail.example")
        assert env.mail_server("MAIL")["OPTIONS"]["use_tls"] is False
        monkeypatch.setenv("MAIL_HOST_USER", "candour")
        with pytest.raises(ImproperlyConfigured, match="Set MAIL_USE_TLS=1"):
            env.mail_server("MAIL")
        monkeypatch.setenv("MAIL_HOST", "localhost")
        assert env.mail_server("MAIL")["OPTIONS"]["username"] == "candour"

    def test_a_port_that_is_none_is_refused(self, monkeypatch):
        monkeypatch.setenv("MAIL_PORT", "smtp")
        with pytest.raises(ImproperlyConfigured, match="MAIL_PORT"):
            env.mail_server("MAIL")
