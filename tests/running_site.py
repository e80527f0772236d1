"""The site as its owner runs it: gunicorn, a port, a folder of data of its own."""

import http.client
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.blog.contributions import CODE, FORM, PREVIEW, SEND, filled_in
from tests.own_database import PATIENCE, ROOT, Place


@dataclass
class Answer:
    """What came back; ``headers`` has every line, names in lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


@dataclass
class Site:
    place: Place
    port: int
    process: subprocess.Popen | None = None

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE
        )
        try:
            connection.request(method, path, body or None, headers or {})
            response = connection.getresponse()
            lines = [(name.lower(), value) for name, value in response.getheaders()]
            return Answer(response.status, lines, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=_named(headers))

    def post(self, path: str, form: dict, **headers: str) -> Answer:
        named = {"Content-Type": FORM} | _named(headers)
        return self.ask("POST", path, urlencode(form).encode(), named)

    def preview(self, form: dict, **headers: str) -> dict:
        """The form with the token of its preview."""
        page = self.post(PREVIEW, form, **headers)
        assert page.status == 200, (page.status, page.text)
        return filled_in(form, page.text)

    def send(self, form: dict, **headers: str) -> str:
        """The receipt, after preview and sending."""
        page = self.post(SEND, self.preview(form, **headers), **headers)
        assert page.status == 200, (page.status, page.text)
        return CODE.search(page.text)[1]


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def served(command: list[str], **options) -> tuple[subprocess.Popen, int]:
    """Gunicorn on a free port, and the port. It is handed on while it is held: of one
    that was only looked for, anybody else on the machine may have made use before."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        bind = ["--bind", f"fd://{held.fileno()}"]
        process = subprocess.Popen(
            [*command, *bind], pass_fds=[held.fileno()], **options
        )
        return process, held.getsockname()[1]


@contextmanager
def running(place: Place, *options: str, workers: int = 2):
    """The site, until the end of the block; its output goes to files in its folder."""
    place.manage("collectstatic", "--noinput", "--verbosity=0")
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", *options]
    command += ["--workers", str(workers), "--threads", "4"]
    command += ["--worker-tmp-dir", str(place.folder)]
    out, err = place.folder / "stdout.log", place.folder / "stderr.log"
    with out.open("w") as stdout, err.open("w") as stderr:
        process, port = served(
            command, cwd=ROOT, env=place.environment, stdout=stdout, stderr=stderr
        )
        try:
            site = Site(place, port, process)
            _wait(site, process)
            yield site
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(site: Site, process: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if site.get("/").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError((site.place.folder / "stderr.log").read_text())
