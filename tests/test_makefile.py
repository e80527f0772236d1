"""``make run`` tells the site where it is reached."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.own_database import PATIENCE

ROOT = Path(__file__).resolve().parent.parent
# What the make of the tests itself hands on is not meant for this one.
OURS = ("SITE_URL", "PORT", "ARCHIVE", "MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS")
STEPS = ("import_archive", "create_moderator", "gunicorn")
# Stands for Python and for gunicorn: says what it was told.
ECHO = '#!/bin/sh\necho "$(basename $0) SITE_URL=$SITE_URL $*"\n'

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not here.")


@pytest.fixture
def run(tmp_path):
    """The lines that the steps of ``make run`` print."""
    (tmp_path / "bin").mkdir()
    for name in ("python", "gunicorn"):
        program = tmp_path / "bin" / name
        program.write_text(ECHO)
        program.chmod(0o755)
    (tmp_path / ".installed").touch()

    def make(*arguments: str, **variables: str) -> list[str]:
        kept = {n: v for n, v in os.environ.items() if n not in OURS}
        done = subprocess.run(
            ["make", "--no-print-directory", f"VENV={tmp_path}", "run", *arguments],
            cwd=ROOT,
            env=kept | variables,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return make


def sites(lines: list[str]) -> dict[str, str]:
    """What each step that tells addresses was told."""
    return {
        step: line.split("SITE_URL=")[1].split()[0]
        for step in STEPS
        for line in lines
        if step in line and "SITE_URL= " not in line
    }


@pytest.mark.parametrize(
    ("arguments", "variables", "site"),
    [
        ((), {}, "http://127.0.0.1:8000"),
        (("PORT=8155",), {}, "http://127.0.0.1:8155"),
        (("PORT=8155",), {"SITE_URL": ""}, "http://127.0.0.1:8155"),
        (("PORT=8155",), {"SITE_URL": "https://a.example"}, "https://a.example"),
        (("PORT=8155", "SITE_URL=https://a.example"), {}, "https://a.example"),
        (("ARCHIVE=x", "PORT=8155"), {}, "http://127.0.0.1:8155"),
    ],
)
def test_every_step_knows_where_the_site_is(run, arguments, variables, site):
    lines = run(*arguments, **variables)
    assert sites(lines) == dict.fromkeys(STEPS, site)
    [moderator] = [line for line in lines if "create_moderator" in line]
    assert moderator.endswith(f"--site {site}")
