"""The site as its owner runs it: own data, gunicorn, a free port."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from tests.own_database import PATIENCE
from tests.running_site import served

ROOT = Path(__file__).resolve().parent.parent.parent
SEEDS = ROOT.parent / "shared" / "seeds"
GUNICORN = "--workers 1 --threads 4 --log-level warning".split()

# Of the tests' own environment nothing else reaches the site.
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")

_POST_LINK = re.compile(r'<a href="(/[0-9]{4}/[0-9]{2}/[^"/]+\.html)"[^>]*>([^<]*)</a>')
_YEAR_LINK = re.compile(r'href="(/[0-9]{4}/)"')


@dataclass
class Answer:
    """What the site answered; ``headers`` has every line, names in lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key == name)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    folder: Path
    address: str = ""
    deep: dict = field(default_factory=dict)
    _process: subprocess.Popen | None = None
    _posts: dict[tuple[str, str], str] | None = None

    def start(self) -> None:
        self.manage("migrate", "--verbosity", "0")
        archives = ["fixtures", *([str(SEEDS)] if SEEDS.is_dir() else [])]
        self.manage("import_archive", *archives)
        written = self.manage(
            "shell",
            "-c",
            "from tests.browser import deep_discussion as d; print(d.write())",
        )
        self.deep = json.loads(written.splitlines()[-1])
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        log = self.folder / "gunicorn.log"
        with log.open("w") as stream:
            self._process, port = served(
                [sys.executable, "-m", "gunicorn", "config.wsgi", *GUNICORN],
                cwd=ROOT,
                env=self._environment(),
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
        self.address = f"http://127.0.0.1:{port}"
        self._wait(log)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def get(self, path: str, **headers: str) -> Answer:
        """The answer of the site, without following redirects."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        host = self.address.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers=named)
            response = connection.getresponse()
            lines = [(name.lower(), value) for name, value in response.getheaders()]
            return Answer(response.status, lines, response.read())
        finally:
            connection.close()

    def post_path(self, date: str, title: str) -> str:
        """The address of a post, as the archive pages give it."""
        if self._posts is None:
            self._posts = {}
            for year in set(_YEAR_LINK.findall(self.get("/").text)):
                for path, found in _POST_LINK.findall(self.get(year).text):
                    month = path[1:8].replace("/", "-")
                    self._posts[month, unescape(found)] = path
        return self._posts[date[:7], title or "(untitled)"]

    def _wait(self, log: Path) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if self.get("/").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"The site does not answer:\n{log.read_text()}")

    def own(self, *command: str) -> tuple[list[str], dict]:
        """A command of the site for ``subprocess``, and its options."""
        options = {"cwd": ROOT, "env": self._environment()}
        return [sys.executable, "manage.py", *command], options

    def manage(self, *command: str) -> str:
        """Runs a command of the site in a process of its own; what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {command[0]}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return kept | {"DATA_DIR": str(self.folder)}
