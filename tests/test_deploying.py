"""The examples in docs/deploying: what they name is there, and they keep nobody."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from configparser import ConfigParser
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from django.core.management import get_commands
from django.db import connection

from moderation.models import Allowance
from tests.blog.contributions import CODE, SEND
from tests.own_database import PATIENCE, ROOT, Place
from tests.role_jobs import CHANGES
from tests.running_site import Site, running

EXAMPLES = ROOT / "docs" / "deploying"
UNITS = sorted([*EXAMPLES.glob("*.service"), *EXAMPLES.glob("*.timer")])
TIMERS = sorted(EXAMPLES.glob("*.timer"))
MANAGE = "/srv/candour/.venv/bin/python manage.py "
# What a visitor's connection and browser tell.
TOLD = {
    "User-Agent": "Mudlark/9.7 (kelpie)",
    "Referer": "https://gossip.example/turnstone",
    "X-Forwarded-For": "93.184.216.34",
    "X-Real-IP": "81.2.69.143",
    "Forwarded": "for=81.2.69.144",
    "Cookie": "other=razorshell",
}
VISITOR = "127.9.8.7"
WORDS = "Mudlark kelpie turnstone 93.184.216 81.2.69 razorshell whelk"
MARKERS = [VISITOR, *WORDS.split()]


def unit(path: Path) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    parser.optionxform = str
    parser.read_string(path.read_text())
    return parser


def settings_in(text: str) -> set[str]:
    return set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", text, re.M))


def documented() -> set[str]:
    rows = [
        line.split("|")[1]
        for line in (ROOT / "docs" / "settings.md").read_text().splitlines()
        if line.startswith("| `")
    ]
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


class TestUnits:
    def test_all_were_found(self):
        assert len(UNITS) > 10
        assert len(TIMERS) == 9

    def test_each_timer_starts_a_command_that_exists(self):
        for path in TIMERS:
            starts = unit(path)["Timer"]["Unit"]
            command = re.fullmatch(r"candour@([a-z_]+)\.service", starts)
            if command:
                assert command[1] in get_commands(), path.name
            else:
                assert (EXAMPLES / starts).is_file(), path.name

    def test_each_service_runs_what_exists(self):
        for path in EXAMPLES.glob("*.service"):
            runs = unit(path)["Service"]["ExecStart"]
            if runs.startswith(MANAGE) and path.name != "candour@.service":
                assert runs.removeprefix(MANAGE).split()[0] in get_commands()
        runs = unit(EXAMPLES / "candour@.service")["Service"]["ExecStart"]
        assert runs == f"{MANAGE}%i"

    def test_what_must_run_by_the_clock_does(self):
        """All that the other pages tell to run every day or hour."""
        told = set()
        for page in (ROOT / "docs").glob("*.md"):
            text = page.read_text()
            told |= set(re.findall(r"manage\.py ([a-z_]+)`[^.]{0,40}once a[n]? ", text))
            told |= set(re.findall(r"^    .*\* .*manage\.py ([a-z_]+)$", text, re.M))
        started = {unit(path)["Timer"]["Unit"] for path in TIMERS}
        assert told >= {"purge", "forget_networks"}
        for command in told | {"backup", "complaint_clock", "send_digest"}:
            assert f"candour@{command}.service" in started

    def test_gunicorn_takes_its_options_and_is_silent(self):
        runs = unit(EXAMPLES / "candour.service")["Service"]["ExecStart"].split()
        assert "--access-logfile" not in runs
        assert runs[runs.index("--log-level") + 1] == "critical"
        checked = subprocess.run(
            [sys.executable, "-m", "gunicorn", *runs[1:], "--check-config"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert checked.returncode == 0, checked.stderr

    @pytest.mark.skipif(
        not shutil.which("systemd-analyze"), reason="systemd-analyze is not here."
    )
    def test_systemd_understands_them(self, tmp_path):
        """With a program and a folder that are there in the place of the owner's."""
        for path in UNITS:
            text = path.read_text()
            for program in ("python", "gunicorn"):
                text = text.replace(f"/srv/candour/.venv/bin/{program}", "/bin/true")
            (tmp_path / path.name).write_text(text)
        instance = tmp_path / "candour@purge.service"
        instance.write_text((tmp_path / "candour@.service").read_text())
        checked = subprocess.run(
            ["systemd-analyze", "verify", *map(str, sorted(tmp_path.glob("*.*")))],
            capture_output=True,
            text=True,
            timeout=60,
        )
        complaints = [
            line for line in checked.stderr.splitlines() if str(tmp_path) in line
        ]
        assert complaints == []


class TestSettings:
    def test_the_page_was_read(self):
        assert {"DATABASE_URL", "BACKUP_DIR", "SECRET_KEY"} <= documented()

    def test_every_one_that_is_named_exists(self):
        named = settings_in((EXAMPLES / "environment").read_text())
        assert len(named) > 10
        assert named <= documented()

    def test_the_example_is_one_of_production(self, tmp_path):
        """With secrets put in, ``check --deploy`` has nothing to say."""
        environment = dict(
            line.split("=", 1)
            for line in (EXAMPLES / "environment").read_text().splitlines()
            if line and not line.startswith("#")
        )
        assert not environment["SECRET_KEY"]
        environment |= {"SECRET_KEY": "kAp3-" * 12, "PSEUDONYM_SECRET": "pL8v-" * 12}
        environment |= {"DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            [sys.executable, "manage.py", "check", "--deploy"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        assert "WARNINGS" not in done.stderr

    def test_the_proxies_name_the_admin_as_the_example_does(self):
        environment = (EXAMPLES / "environment").read_text()
        path = re.search(r"^ADMIN_PATH=(.+)$", environment, re.M)[1]
        assert f"location /{path} {{" in (EXAMPLES / "nginx.conf").read_text()
        assert f"path /{path}*" in (EXAMPLES / "Caddyfile").read_text()


class TestLogs:
    def test_no_format_names_a_visitor(self):
        text = (EXAMPLES / "nginx.conf").read_text()
        for name in (
            "remote_addr remote_user http_user_agent http_referer http_cookie "
            "http_x_forwarded_for request_uri args msec time_local"
        ).split():
            for line in text.splitlines():
                if re.search(rf"\${name}\b", line):
                    allowed = ("X-Forwarded-For", "return 301", "Onion-Location")
                    assert any(word in line for word in allowed), line
        assert "\n    access_log off;" in text
        assert "\nerror_log /dev/null crit;" in text

    def test_postgresql_logs_no_values(self):
        text = (EXAMPLES / "postgresql.conf").read_text()
        for line in (
            "log_min_error_statement = panic",
            "log_error_verbosity = terse",
            "log_parameter_max_length_on_error = 0",
        ):
            assert f"\n{line}\n" in text

    def test_postgresql_knows_them(self, postgres_url):
        text = (EXAMPLES / "postgresql.conf").read_text()
        given = dict(re.findall(r"^(\w+) = (\S+)$", text, re.M))
        with psycopg.connect(postgres_url) as connection:
            known = connection.execute(
                "SELECT name FROM pg_settings WHERE name = ANY(%s)", [list(given)]
            )
            assert {name for (name,) in known} == given.keys()

    def test_redis_takes_them(self, redis_url):
        text = (EXAMPLES / "redis.conf").read_text()
        given = re.findall(r'^([a-z-]+) "?([^"\n]*)"?$', text, re.M)
        with redis.Redis.from_url(redis_url) as client:
            for name, _ in given:
                assert name in client.config_get(name), name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_here(folder: Path, *, site: int, public: int, onion: int) -> Path:
    """The example with ports, folders and the address of the site as they are here;
    without a certificate, which is the owner's."""
    text = (EXAMPLES / "nginx.conf").read_text()
    for pattern, into in (
        (r"^user .*\n", ""),
        (r"worker_processes auto", "worker_processes 1"),
        (r"pid /run/nginx.pid", f"pid {folder}/nginx.pid"),
        (r"include /etc/nginx/mime.types;", "types { text/html html; }"),
        (r"server unix:\S+;", f"server 127.0.0.1:{site};"),
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"listen 443 ssl http2;", f"listen 127.0.0.1:{public};"),
        (r" *listen \[::\].*\n", ""),
        (r" *ssl_.*\n", ""),
        (r"server_name discussion.example;", "server_name 127.0.0.1 localhost;"),
        (r"listen 127.0.0.1:8081", f"listen 127.0.0.1:{onion}"),
    ):
        text, count = re.subn(pattern, into, text, flags=re.M)
        assert count, pattern
    # Where it would put what does not fit into memory.
    (folder / "temporary").mkdir()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(
        f"    {kind}_temp_path {folder}/temporary/{kind};\n" for kind in kinds
    )
    text = text.replace("http {\n", f"http {{\n{paths}", 1)
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


def everything_written(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "static" not in path.relative_to(folder).parts[:1]
    }


def send(port: int, lines: list[str], body: bytes = b"", before: str = "") -> bytes:
    """One request from another address of this machine, byte by byte as given."""
    with socket.create_connection(
        ("127.0.0.1", port), timeout=60, source_address=(VISITOR, 0)
    ) as connection:
        connection.sendall(before.encode() + "\r\n".join(lines).encode() + b"\r\n\r\n")
        connection.sendall(body)
        answer = b""
        # A connection may be reset once a refusal was sent.
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                answer += piece
        return answer


def test_a_real_nginx_keeps_nothing_of_a_visitor(nginx, own_database, tmp_path):
    place = own_database
    place.more = {"TRUSTED_PROXIES": "1", "ALLOWED_HOSTS": "127.0.0.1,.onion"}
    place.manage(
        "shell",
        "-c",
        "from tests.blog import making; making.post(1, title='Open')",
    )
    folder = tmp_path / "nginx"
    folder.mkdir()
    public, onion = free_port(), free_port()
    with running(place) as site:
        file = as_here(folder, site=site.port, public=public, onion=onion)
        command = [nginx, "-p", str(folder), "-c", str(file)]
        command += ["-e", str(folder / "before-the-configuration.log")]
        checked = subprocess.run(
            [*command, "-t"], capture_output=True, text=True, timeout=60
        )
        assert checked.returncode == 0, checked.stderr
        with (folder / "output.log").open("w") as output:
            process = subprocess.Popen(
                [*command, "-g", "daemon off;"], stdout=output, stderr=output
            )
        try:
            until = time.monotonic() + PATIENCE
            behind = Site(place, public)
            while time.monotonic() < until and process.poll() is None:
                try:
                    assert behind.get("/healthz").text == "ok"
                    break
                except OSError:
                    time.sleep(0.1)
            _visit(behind, site, public, onion)
            while_running = everything_written(tmp_path)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    for when in (while_running, everything_written(tmp_path)):
        assert "nginx/output.log" in when
        for name, content in when.items():
            found = [each for each in MARKERS if each.encode() in content]
            assert found == [], name
    # The marker that the site was meant to store is in it: what was searched is all.
    if "sqlite" in place.url:
        assert any(b"Sent through nginx." in each for each in while_running.values())
    # The address that counted was the one that nginx saw, which is this machine's; what
    # the visitor said of it would have left hashes.
    keys = place.work("tests.test_deploying:kept_keys")
    assert "site" in keys
    assert not [key for key in keys if re.match(r"(32|24):", key)]


def kept_keys() -> list[str]:
    return list(Allowance.objects.values_list("key", flat=True))


def _visit(behind: Site, site: Site, public: int, onion: int) -> None:
    """A visitor reads, writes, sends too much and breaks off; once by tor."""
    address = re.search(r'href="/([^"]+)\.html"[^>]*>Open<', behind.get("/").text)[1]
    form = {"post": address, "parent": "", "website": "", "name": ""}
    ready = behind.preview(form | {"text": "Sent through nginx."}, **TOLD)
    page = behind.post(f"{SEND}?q=whelk", ready, **TOLD)
    assert page.status == 200, page.text
    assert CODE.search(page.text)
    told = [f"{name}: {value}" for name, value in TOLD.items()]
    host = "Host: 127.0.0.1"
    for first, body in (
        ("GET /?q=whelk HTTP/1.1", b""),
        ("GET /nowhere/whelk HTTP/1.1", b""),
        ("whelk / HTTP/9", b""),
        ("GET /\x01whelk HTTP/1.1", b""),
    ):
        lines = [first, host, *told, "Connection: close"]
        assert send(public, lines, body).startswith(b"HTTP/1.1 ")
    large = b"text=whelk" + b"x" * 3_000_000
    lines = ["POST /comment/send/ HTTP/1.1", host, *told]
    lines += [
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(large)}",
    ]
    assert b" 413 " in send(public, [*lines, "Connection: close"])
    # A form that breaks off in the middle.
    with socket.create_connection(
        ("127.0.0.1", public), source_address=(VISITOR, 0)
    ) as connection:
        half = "\r\n".join([*lines[:-1], "Content-Length: 500", "", "text=whelk"])
        connection.sendall(half.encode())
    # By tor: the circuit stands where the address would.
    circuit = "PROXY TCP6 fc00:dead:beef:4dad::0:29 ::1 65535 42\r\n"
    lines = ["GET / HTTP/1.1", "Host: whatever.onion", *told, "Connection: close"]
    answer = send(onion, lines, before=circuit)
    assert b" 200 " in answer.splitlines()[0]


@pytest.mark.skipif(not shutil.which("caddy"), reason="Caddy is not here.")
def test_caddy_understands_its_file(tmp_path):
    checked = subprocess.run(
        [
            *("caddy", "validate", "--adapter", "caddyfile"),
            *("--config", str(EXAMPLES / "Caddyfile")),
        ],
        env=os.environ | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(not shutil.which("tor"), reason="Tor is not here.")
def test_tor_understands_its_file(tmp_path):
    (tmp_path / "torrc").write_text(
        (EXAMPLES / "torrc")
        .read_text()
        .replace("/var/lib/tor/candour/", f"{tmp_path}/candour/")
    )
    checked = subprocess.run(
        [
            *("tor", "--verify-config", "-f", str(tmp_path / "torrc")),
            *("--defaults-torrc", "/dev/null", "--DataDirectory", str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert checked.returncode == 0, checked.stdout
    assert "deprecated" not in checked.stdout


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone.")
def test_the_role_of_the_site_works_and_cannot_touch_the_log(own_database):
    """With the file of docs/, and names that are this test's own."""
    role = f"candour_site_{uuid.uuid4().hex[:12]}"
    rights = (EXAMPLES / "roles.sql").read_text().replace("candour_site", role)
    server = own_database.url.rpartition("/")
    with psycopg.connect(own_database.url, autocommit=True) as owner:
        owner.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")
        try:
            owner.execute(rights)
            address = urlsplit(own_database.url)
            where = f"{address.hostname}:{address.port or 5432}"
            site = Place(
                f"postgres://{role}:secret@{where}/{server[2]}", own_database.folder
            )
            assert site.work("tests.role_jobs:as_site") == [[2, 3], list(CHANGES)]
            # The owner's triggers refuse the owner, too, until she takes them away.
            with pytest.raises(psycopg.errors.RaiseException):
                owner.execute(CHANGES[0])
        finally:
            owner.execute(f"DROP OWNED BY {role}")
            owner.execute(f"DROP ROLE {role}")
