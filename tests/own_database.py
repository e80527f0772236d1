"""Databases of their own, for tests with several processes; and work done in these.

Of the same kind as the one that the tests run on: SQLite in a file, or PostgreSQL.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Seconds: with more lanes than cores a step takes ten times as long as alone. Less than
# what pytest waits before it ends the run (pyproject.toml).
PATIENCE = 400


@dataclass
class Place:
    """A migrated database and a folder of data, as one installation has them."""

    url: str
    folder: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return (
            os.environ
            | {
                "DATABASE_URL": self.url,
                "DATA_DIR": str(self.folder),
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "CANDOUR_ENV": "development",
            }
            | self.more
        )

    def manage(self, *arguments: str, fails: bool = False) -> str:
        """What ``manage.py`` prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert bool(done.returncode) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def work(self, job: str, *arguments: object) -> object:
        """What one process returns; see ``together``."""
        return self.together({job: [arguments]})[0]

    def together(self, jobs: dict[str, list[tuple]]) -> list:
        """Runs functions, "package.module:name", each in as many processes as there
        are tuples of arguments for it, all at one word; what each returned."""
        workers = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.worker", job, json.dumps(values)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for job, arguments in jobs.items()
            for values in arguments
        ]
        try:
            for worker in workers:
                assert worker.stdout.readline() == "ready\n"
            for worker in workers:
                worker.stdin.write("go\n")
                worker.stdin.flush()
            return [json.loads(w.communicate(timeout=PATIENCE)[0]) for w in workers]
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
