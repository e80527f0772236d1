"""A wrong setting is told by ``manage.py`` in its sentence alone."""

import os
import subprocess
import sys

import pytest

from tests.own_database import PATIENCE, ROOT

OURS = ("CANDOUR_ENV", "SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "DATABASE_URL")
LONG = "x" * 50


def check(folder, **variables: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=kept
        | {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
        | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"DATABASE_URL": "bogus"}, "DATABASE_URL cannot be read. Use sqlite:"),
        ({"TIME_ZONE": "Mars/X"}, "TIME_ZONE='Mars/X' is not a time zone. Use a"),
        ({"CANDOUR_ENV": "production"}, "SECRET_KEY is not set. In production"),
        (
            {"CANDOUR_ENV": "production", "SECRET_KEY": LONG, "DEBUG": "1"},
            "DEBUG=1 shows the site's insides",
        ),
        ({"CANDOUR_ENV": "production", "SECRET_KEY": LONG}, "ALLOWED_HOSTS is not set"),
        ({"SITE_URL": "notaurl"}, "SITE_URL='notaurl' is not the address of a site"),
    ],
)
def test_the_sentence_stands_alone(tmp_path, variables, told):
    done = check(tmp_path, **variables)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(told)
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "lines",
    [
        "raise RuntimeError('limpet')",
        "from django.core import exceptions\n"
        "raise exceptions.ImproperlyConfigured('limpet')",
    ],
)
def test_what_is_no_wrong_setting_keeps_its_traceback(tmp_path, lines):
    (tmp_path / "other_settings.py").write_text(lines)
    done = check(
        tmp_path, DJANGO_SETTINGS_MODULE="other_settings", PYTHONPATH=str(tmp_path)
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback")
    assert done.stderr.endswith(": limpet\n")


def test_what_is_right_is_checked(tmp_path):
    done = check(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("System check identified no issues")
