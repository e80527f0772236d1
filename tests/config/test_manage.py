"""A wrong setting is told by ``manage.py`` in its sentence alone."""

import io
import os
import subprocess
import sys

import pytest
from django.core import management

import manage
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


LIMPET = """
class Refused(Exception):
    pass

raise Refused("Failing row contains (limpet)") from ValueError("limpet")
"""


def test_of_what_nobody_expected_the_journal_gets_class_and_place(tmp_path):
    """Never its words, which may be those of a comment."""
    (tmp_path / "other_settings.py").write_text(LIMPET)
    done = check(
        tmp_path, DJANGO_SETTINGS_MODULE="other_settings", PYTHONPATH=str(tmp_path)
    )
    assert (done.returncode, done.stdout) == (1, "")
    first, kind, *places = done.stderr.splitlines()
    assert (first, kind) == ("CRITICAL manage.py: failed", "  other_settings.Refused")
    assert places[-1].endswith("other_settings.py:5 in <module>")
    assert "limpet" not in done.stderr


def test_who_sits_at_a_terminal_gets_the_traceback(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def fail(argv: list[str]) -> None:
        raise ValueError("limpet")

    monkeypatch.setattr(management, "execute_from_command_line", fail)
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(ValueError, match="limpet"):
        manage.main()
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with pytest.raises(SystemExit, match="ValueError") as left:
        manage.main()
    assert "limpet" not in str(left.value)


def test_an_error_of_a_command_keeps_its_words(monkeypatch):
    def fail(argv: list[str]) -> None:
        raise management.CommandError("There is no account named anna.")

    monkeypatch.setattr(management, "execute_from_command_line", fail)
    with pytest.raises(management.CommandError, match="named anna"):
        manage.main()


def test_what_is_right_is_checked(tmp_path):
    done = check(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("System check identified no issues")
