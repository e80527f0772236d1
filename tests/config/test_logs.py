"""Nothing of a visitor reaches a log or an error report."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.views.debug import get_exception_reporter_filter

from config.logs import PlainFormatter
from tests.own_database import PATIENCE

ROOT = Path(__file__).resolve().parents[2]

MARKERS = {
    "message": "kelpie",
    "address": "203.0.113.77",
    "forwarded": "198.51.100.88",
    "browser": "Mudlark/9",
    "referer": "gossip.example",
    "cookie": "barnacle",
    "query": "whelk",
    "post": "limpet",
    "host": "wrecker.example",
}

# A process of its own, with the real settings and the real logging, that asks once for
# each page and then says what it answered. What is logged goes to standard error.
VISITS = """
import json, logging, sys
import django
from django.conf import settings
settings.ROOT_URLCONF = "tests.config.failing_urls"
settings.STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage")
from tests.mailing import settings_for
for name, value in settings_for("locmem").items():
    setattr(settings, name, value)
django.setup()
from django.core import mail
from django.test import Client
mail.outbox = []
m = json.loads(sys.argv[1])
visitor = {
    "REMOTE_ADDR": m["address"],
    "HTTP_X_FORWARDED_FOR": m["forwarded"],
    "HTTP_USER_AGENT": m["browser"],
    "HTTP_REFERER": f"https://{m['referer']}/page",
    "HTTP_COOKIE": f"sessionid={m['cookie']}; csrftoken={m['cookie']}",
    "HTTP_HOST": "localhost",
}
client = Client(enforce_csrf_checks=True, raise_request_exception=False)
form = {"text": m["post"], "name": m["message"]}
answers = {}
for page in sys.argv[2:]:
    answers[page] = client.post(f"/{page}/?q={m['query']}", form, **visitor).status_code
origin = visitor | {"HTTP_ORIGIN": f"https://{m['referer']}"}
answers["origin"] = client.post("/protected/", form, **origin).status_code
answers["referer"] = client.post(
    "/protected/", form, secure=True, **visitor).status_code
answers["host"] = client.get("/", **visitor | {"HTTP_HOST": m["host"]}).status_code
many = {f"{m['post']}{n}": m["post"] for n in range(1000)}
answers["fields"] = client.post("/broken/", many, **visitor).status_code
logging.getLogger("blog.example").warning("a note of our own")
print(json.dumps([answers, len(mail.outbox)]))
"""

STATUS = {
    "broken": 500,
    "chained": 500,
    "suspicious": 400,
    "bad": 400,
    "denied": 403,
    "missing": 404,
}


@pytest.fixture(scope="module")
def visits(tmp_path_factory) -> tuple[dict, int, str]:
    """The answers, the number of mails, and all that was logged."""
    folder = tmp_path_factory.mktemp("visits")
    done = subprocess.run(
        [sys.executable, "-c", VISITS, json.dumps(MARKERS), *STATUS],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'x.sqlite3'}",
            "DEBUG": "0",
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    answers, mails = json.loads(done.stdout)
    return answers, mails, done.stderr


def test_every_page_failed_as_it_should(visits):
    assert visits[0] == STATUS | {
        "origin": 403,
        "referer": 403,
        "host": 400,
        "fields": 400,
    }


@pytest.mark.parametrize("where", MARKERS)
def test_a_failure_logs_nothing_of_the_visitor(visits, where):
    _, _, log = visits
    assert MARKERS[where] not in log


def test_a_failure_is_logged_with_its_class_and_its_lines_of_code(visits):
    _, _, log = visits
    assert log.count("ERROR django.request: failed with 500\n") == 2
    assert "  builtins.ValueError\n" in log
    assert "  builtins.RuntimeError\n" in log
    assert f"{Path('tests/config/failing_urls.py')}:" in log
    assert " in broken\n" in log


def test_a_note_of_our_own_is_logged_as_it_is(visits):
    assert "WARNING blog.example: a note of our own\n" in visits[2]


def test_no_error_is_mailed(visits):
    assert visits[1] == 0


def formatted(record: logging.LogRecord) -> str:
    return PlainFormatter().format(record)


def failed_record(name: str = "django.request") -> logging.LogRecord:
    try:
        raise ValueError("kelpie")
    except ValueError:
        caught = sys.exc_info()
    record = logging.LogRecord(
        name, logging.ERROR, __file__, 1, "%s: %s", ("Error", "/limpet/"), caught
    )
    record.status_code = 500
    return record


def test_the_configured_formatter_is_the_plain_one():
    formatters = settings.LOGGING["formatters"]
    handlers = settings.LOGGING["handlers"].values()
    used = {handler["formatter"] for handler in handlers if "formatter" in handler}
    assert {formatters[name]["()"] for name in used} == {"config.logs.PlainFormatter"}


def test_an_exception_is_its_class_and_place_without_its_text():
    first, kind, place = formatted(failed_record()).split("\n")
    assert first == "ERROR django.request: failed with 500"
    assert kind == "  builtins.ValueError"
    assert place.startswith(f"  {__file__}:")
    assert place.endswith(" in failed_record")


@pytest.mark.parametrize("name", ["django.security.csrf", "django.security.Suspicious"])
def test_what_django_refused_is_told_without_the_reason(name):
    """The reason quotes the address of the page that the visitor came from."""
    told = formatted(failed_record(name))
    assert told.startswith(f"ERROR {name}: ")
    assert "limpet" not in told
    assert "kelpie" not in told


def test_a_record_that_ends_no_request_keeps_its_words():
    record = logging.LogRecord(
        "blog.loader", logging.WARNING, __file__, 1, "%s of %s", (3, 4), None
    )
    assert formatted(record) == "WARNING blog.loader: 3 of 4"


def test_a_record_outside_of_an_exception_shows_none():
    """``logger.exception`` called where nothing was raised."""
    record = logging.LogRecord(
        "blog", logging.ERROR, __file__, 1, "words", None, (None, None, None)
    )
    assert formatted(record) == "ERROR blog: words"


def test_an_error_report_holds_nothing_of_the_request():
    request = RequestFactory().post(
        f"/?q={MARKERS['query']}",
        {"text": MARKERS["post"]},
        REMOTE_ADDR=MARKERS["address"],
        headers={"user-agent": MARKERS["browser"], "referer": MARKERS["referer"]},
    )
    request.COOKIES["sessionid"] = MARKERS["cookie"]
    report = get_exception_reporter_filter(request)
    try:
        secret = MARKERS["message"]
        raise ValueError(secret)
    except ValueError as error:
        frame = error.__traceback__.tb_frame
    assert "kelpie" in str(frame.f_locals)
    assert not report.get_safe_request_meta(request)
    assert not report.get_safe_cookies(request)
    assert not report.get_post_parameters(request)
    assert not list(report.get_traceback_frame_variables(request, frame))
