"""The search for markers: of who reads and writes nothing is left anywhere.

A real server with a folder of its own. What a visitor's browser tells is a marker each;
afterwards every byte that the site has written is searched for all of them.
"""

import re
import socket
import zipfile
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from blog.models import Comment
from tests.blog import making
from tests.blog.contributions import PREVIEW, RECEIPT, SEND
from tests.running_site import Site, running

# What a browser and those between tell of a visitor.
TOLD = {
    "X_Forwarded_For": "81.2.69.142, 93.184.216.34",
    "X_Real_IP": "81.2.69.143",
    "Forwarded": "for=81.2.69.144",
    "User_Agent": "Mudlark/9.7 (kelpie)",
    "Referer": "https://gossip.example/turnstone",
    "Accept_Language": "cy-GB, zulu-limpet",
    "Cookie": "sessionid=barnacle; csrftoken=periwinkle; other=razorshell",
    "DNT": "sandhopper",
    "X_Requested_With": "dunlin-app",
}
MARKERS = {
    "forwarded": "81.2.69.142",
    "proxy": "93.184.216.34",
    "real": "81.2.69.143",
    "by another name": "81.2.69.144",
    "part of an address": "81.2.69",
    "browser": "Mudlark",
    "browser's comment": "kelpie",
    "referer": "gossip.example",
    "referer's page": "turnstone",
    "language": "zulu-limpet",
    "cookie": "barnacle",
    "second cookie": "periwinkle",
    "third cookie": "razorshell",
    "header": "sandhopper",
    "other header": "dunlin-app",
    "query": "whelk-query",
    "too long": "avocet-too-long",
    "closed": "bittern-closed",
    "stale": "curlew-stale",
    "preview alone": "dotterel-preview",
    "withdrawn text": "egret-withdrawn",
    "withdrawn name": "Fulmar Withdrawn",
    "first of a corrected text": "gannet-corrected",
    "failed text": "heron-failed",
    "failed name": "Ibis Failed",
    "bad code": "jackdaw-code",
    "trap": "knot-trap",
    "trap of a report": "whimbrel-trap",
    "reason that is none": "yellowhammer-reason",
    "host": "linnet-host",
    "path": "merlin-path",
    "origin": "nuthatch-origin",
    "not a form": "ouzel-json",
    "earlier receipt": "pipit-earlier",
    "pass-phrase": "quail-sandpiper-turnstile",
    "pass-phrase of a preview": "redshank-previewed-phrase",
    "pass-phrase that failed": "shelduck-failed-phrase",
    "pass-phrase that is too short": "teal-short",
    "name at the door": "avocet-at-the-door",
    "password at the door": "bunting-password",
    "code at the door": "chough-code",
    "right password": "dabchick-right-password",
}
OFFLINE = """
from blog.discussion import tree
from blog.models import Post
from moderation.models import Mode
from django.contrib.auth.models import User
opened = Post.objects.create(title="Open", status="published", body="Text.")
tree.insert(opened, None, text="Read.", html="<p>Read.</p>", name="", state="published")
closed = Post.objects.create(title="Closed", status="published", body="Text.")
Mode.objects.create(post=closed, kind="closed", notice="Closed.")
User.objects.update(email="ann@example.org")
from django_otp.plugins.otp_totp.models import TOTPDevice
bea = User.objects.create_user("bea", password="dabchick-right-password", is_staff=True)
TOTPDevice.objects.create(user=bea, name="codes")
"""


def form(site: Site, title: str, text: str, **more: str) -> dict:
    page = site.get("/").text
    address = re.search(rf'href="/([^"]+)\.html"[^>]*>{title}<', page)[1]
    return {
        "post": address,
        "parent": "",
        "website": MARKERS["trap"],
        "text": text,
        "name": "",
        "earlier": MARKERS["earlier receipt"],
    } | more


def visits(site: Site) -> tuple[list[str], list]:
    """One visitor does everything; the receipts, and all answers."""
    m = MARKERS
    query = f"?q={m['query']}"
    answers = []

    def post(path: str, sent: dict, **headers: str):
        answers.append(site.post(path + query, sent, **(TOLD | headers)))
        return answers[-1]

    def sent(text: str, name: str = "") -> str:
        ready = form(site, "Open", text, name=name)
        ready = site.preview(ready, **TOLD)
        page = post(SEND, ready)
        assert page.status == 200
        return re.search(r'id="receipt" readonly value="(\w{26})"', page.text)[1]

    kept = sent("The comment that stays.", "Deckhand")
    gone = sent(f"One that goes: {m['withdrawn text']}", m["withdrawn name"])
    claimed = form(
        site, "Open", "One with a tag.", name="Boatswain", phrase=m["pass-phrase"]
    )
    page = post(SEND, site.preview(claimed | {"site_wide": "1"}, **TOLD))
    assert page.status == 200
    typed_late = site.preview(form(site, "Open", "Typed late.", name="Purser"), **TOLD)
    phrase = {"phrase": m["pass-phrase of a preview"]}
    assert post(SEND, typed_late | phrase).status == 409
    short = {"phrase": m["pass-phrase that is too short"]}
    assert post(PREVIEW, typed_late | short).status == 422
    changed = sent(f"Not this: {m['first of a corrected text']}")
    act = {"version": "1", "do": "withdraw"}
    assert post(RECEIPT, {"code": gone} | act).status == 200
    correction = {"do": "correct", "text": "But this.", "name": ""}
    assert post(RECEIPT, {"code": changed} | act | correction).status == 200
    assert post(RECEIPT, {"code": kept}).status == 200
    assert post(RECEIPT, {"code": m["bad code"]}).status == 404
    # What is reported.
    [about] = re.findall(r'href="/complaint/(\w{13})/"', _discussion(site))
    answers.append(site.get(f"/complaint/{about}/{query}", **TOLD))
    for reason, trap, status in (
        ("spam", "", 200),
        ("spam", m["trap of a report"], 200),
        (m["reason that is none"], "", 422),
    ):
        given = {"reason": reason, "website": trap}
        assert post(f"/report/{about}/", given).status == status
    # What is refused.
    long = form(site, "Open", m["too long"] + "x" * 8000)
    assert post(PREVIEW, long).status == 422
    assert post(SEND, long).status == 422
    closed = form(site, "Closed", m["closed"])
    assert post(PREVIEW, closed).status == 200
    assert post(SEND, closed).status == 409
    assert post(SEND, form(site, "Open", m["stale"])).status == 409
    assert post(PREVIEW, form(site, "Open", m["preview alone"])).status == 200
    assert post(SEND, long | {"text": "x" * 70_000}).status == 413
    assert post(SEND, {}, Content_Type="application/json").status == 415
    assert post(SEND, {"text": m["not a form"] + "\0"}).status == 400
    foreign = f"https://{m['origin']}.example"
    assert post(SEND, {}, Origin=foreign).status == 403
    # What fails.
    failed = {
        "text": m["failed text"],
        "name": m["failed name"],
        "phrase": m["pass-phrase that failed"],
    }
    assert post("/broken/", failed).status == 500
    # What finds nothing, and what Django refuses by itself.
    for path in (
        f"/{m['path']}/",
        f"/c/{m['path']}/",
        "/",
        f"/search/label/{m['path']}",
    ):
        answers.append(site.get(path + query, **TOLD))
        post(path, failed, Origin=foreign)
    answers += [site.get(path + query, **TOLD) for path in (PREVIEW, SEND, RECEIPT)]
    answers.append(site.get("/", **TOLD | {"Host": f"{m['host']}.example"}))
    assert answers[-1].status == 400
    many = {f"field{number}": m["not a form"] for number in range(400)}
    assert post(SEND, many).status == 400
    return [kept, gone, changed], answers


def knocks(site: Site) -> list[int]:
    """Somebody tries names, passwords and codes at the door; what the site answered."""
    told = TOLD | {"Cookie": ""}
    page = site.get("/admin/login/", **told)
    cookies = dict(re.findall(r"^(\w+)=(\w+)", "\n".join(page.all("set-cookie")), re.M))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    statuses = []

    def send(path: str, **sent: str) -> None:
        told["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        answer = site.post(path, {"csrfmiddlewaretoken": token} | sent, **told)
        statuses.append(answer.status)
        lines = "\n".join(answer.all("set-cookie"))
        cookies.update(re.findall(r"^(\w+)=(\w+)", lines, re.M))

    login = "/admin/login/"
    for _ in range(6):
        send(login, username="ann", password=MARKERS["password at the door"])
    send(login, username=MARKERS["name at the door"], password="x")
    send(login, username="bea", password=MARKERS["right password"])
    send(f"{login}code/", one_time_code=MARKERS["code at the door"])
    return statuses


def _discussion(site: Site) -> str:
    address = re.search(r'href="/([^"]+)\.html"[^>]*>Open<', site.get("/").text)[1]
    return site.get(f"/{address}.html").text


def everything_written(folder: Path) -> dict[str, bytes]:
    """Every file: the database with its log, what was printed, mails, caches."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "static" not in path.relative_to(folder).parts[:1]
    }


def rows_of(url: str) -> bytes:
    """Every column of every table of PostgreSQL, as text."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        return b"".join(
            str(
                connection.execute(f'SELECT t::text FROM "{table}" t').fetchall()
            ).encode()
            for (table,) in tables
        )


def found_in(content: bytes, secrets: dict[str, str]) -> list[str]:
    return [name for name, secret in secrets.items() if secret.encode() in content]


@pytest.fixture(scope="module")
def visited(own_database_of_module):
    """The site after the visits: its place, the receipts, the answers, and its files
    while it ran and after it was stopped."""
    place = own_database_of_module
    place.more = {
        "DJANGO_SETTINGS_MODULE": "tests.moderation.failing_site",
        "TMPDIR": str(place.folder / "tmp"),
        "DEBUG": "0",
        # So that the address counts, as behind the proxy of an owner.
        "TRUSTED_PROXIES": "1",
    }
    (place.folder / "tmp").mkdir()
    place.manage("create_moderator", "--username", "ann")
    place.manage("shell", "-c", OFFLINE)
    with running(place) as site:
        codes, answers = visits(site)
        knocked = knocks(site)
        half_a_request(site)
        while_running = everything_written(place.folder)
    return {
        "place": place,
        "codes": codes,
        "answers": answers,
        "knocked": knocked,
        "running": while_running,
        "stopped": everything_written(place.folder),
        "rows": b"" if "sqlite" in place.url else rows_of(place.url),
    }


def half_a_request(site: Site) -> None:
    """A visitor whose connection breaks in the middle of a form."""
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(
            b"POST /comment/send/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"User-Agent: Mudlark/9.7 (kelpie)\r\n"
            b"Content-Length: 500\r\n\r\ntext=heron-failed"
        )


# Its bytes may stay in dead rows of PostgreSQL until they are written over: what is
# promised is that no column holds them any more, which is tested below.
TAKEN_BACK = {"withdrawn text", "withdrawn name", "first of a corrected text"}


@pytest.mark.parametrize("when", ["running", "stopped"])
@pytest.mark.parametrize("marker", sorted(MARKERS.keys() - TAKEN_BACK))
def test_no_file_holds_a_marker(visited, marker, when):
    files = visited[when]
    assert {"stderr.log", "stdout.log"} <= files.keys()
    hits = [
        name for name, content in files.items() if MARKERS[marker].encode() in content
    ]
    assert hits == []
    assert MARKERS[marker].encode() not in visited["rows"]


def test_the_search_would_find_something(visited):
    """Without this the tests above would pass on an empty folder."""
    whole = b"".join(visited["stopped"].values()) + visited["rows"]
    assert b"The comment that stays." in whole
    assert b"Deckhand" in whole
    assert b"But this." in whole
    assert b"Boatswain" in whole
    assert b"Reported by readers: Spam (1)" in whole
    mails = [name for name in visited["stopped"] if name.startswith("mails/")]
    assert len(mails) == 1
    assert b"wait" in visited["stopped"][mails[0]]
    errors = visited["stopped"]["stderr.log"]
    assert errors.count(b"ERROR django.request: failed with 500") == 1
    assert b"builtins.RuntimeError" in errors


def test_of_who_knocks_at_the_door_hashes_are_left(visited):
    """Five are checked, then it waits; the right password goes on to the code."""
    assert visited["knocked"] == [200] * 5 + [429, 200, 302, 200]
    said = visited["place"].manage(
        "shell",
        "-c",
        "from moderation.models import Allowance\n"
        "print(*Allowance.objects.values_list('key', flat=True))",
    )
    keys = {word for word in said.split() if word.startswith("signin:")}
    assert len(keys) >= 7
    allowed = r"signin:(first|more|(few:)?((32|24):)?[0-9a-f]{16})"
    assert all(re.fullmatch(allowed, key) for key in keys)


def test_no_receipt_is_written_anywhere(visited):
    whole = b"".join([*visited["running"].values(), visited["rows"]])
    for code in visited["codes"]:
        assert code.encode() not in whole
        assert code.upper().encode() not in whole


def test_no_backup_holds_a_marker(visited):
    """Nor what was withdrawn, the key of the day, a hash of a network, a secret."""
    place = visited["place"]
    place.manage("backup")
    [path] = (place.folder / "backups").iterdir()
    with zipfile.ZipFile(path) as archive:
        members = b"".join(archive.read(name) for name in archive.namelist())
    whole = members + path.read_bytes()
    path.unlink()
    assert b"The comment that stays." in whole
    said = place.manage(
        "shell",
        "-c",
        "from moderation.models import Allowance\n"
        "print(*Allowance.objects.values_list('key', flat=True))",
    )
    hashes = re.findall(r"\b(?:32|24):([0-9a-f]{16})\b", said)
    assert hashes
    _day, key = (place.folder / "network-key").read_text().split()
    secret = (place.folder / "secret-key").read_text().strip()
    secrets = [key, secret, *hashes, *visited["codes"]]
    named = {f"secret {number}": each for number, each in enumerate(secrets)}
    assert found_in(whole, MARKERS | named) == []


def test_what_was_withdrawn_is_in_no_column(visited):
    """And in no byte of the file once its free pages are given back."""
    place = visited["place"]
    gone = {name: MARKERS[name] for name in TAKEN_BACK}
    if visited["rows"]:
        assert found_in(visited["rows"], gone) == []
        return
    place.manage(
        "shell",
        "-c",
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute('VACUUM')\n"
        "    cursor.execute('PRAGMA wal_checkpoint(TRUNCATE)')",
    )
    files = everything_written(place.folder)
    whole = b"".join(files.values())
    assert b"The comment that stays." in whole
    assert found_in(whole, gone) == []


def test_of_sqlites_files_it_is_gone_at_once(visited):
    """Where it stood is written over, and the log of writes emptied, while the site
    goes on with its files open."""
    if visited["rows"]:
        pytest.skip("PostgreSQL writes over it later.")
    assert "candour.sqlite3-wal" in visited["running"]
    for name, content in visited["running"].items():
        gone = {name: MARKERS[name] for name in TAKEN_BACK}
        assert found_in(content, gone) == [], name


def test_nothing_of_it_stands_in_other_files(visited):
    """Withdrawn words, in what is not the database."""
    gone = {name: MARKERS[name] for name in TAKEN_BACK}
    for name, content in visited["stopped"].items():
        if "sqlite3" not in name:
            assert found_in(content, gone) == [], name


def test_of_who_reported_no_column_tells(visited):
    """Of the rows that a report leaves one is the comment's, the others are paces."""
    said = visited["place"].manage(
        "shell",
        "-c",
        "from moderation.models import Allowance, Screening\n"
        "print(*sorted(Allowance.objects.values_list('key', flat=True)))\n"
        "print(Screening.objects.get(lane='reported').why)",
    )
    keys = [word for word in said.split() if word.startswith("report:")]
    assert len(keys) == 3
    assert all(re.fullmatch(r"report:(site|(32|24):[0-9a-f]{16})", key) for key in keys)
    assert (
        "[{'code': 'reported', 'words': 'Reported by readers: Spam (1)', "
        "'counts': {'spam': 1}}]"
    ) in said


def test_no_answer_sets_a_cookie_or_depends_on_one(visited):
    statuses = {answer.status for answer in visited["answers"]}
    assert {200, 400, 403, 404, 405, 409, 413, 415, 422, 500} <= statuses
    for answer in visited["answers"]:
        assert answer.all("set-cookie") == []
        assert "cookie" not in ", ".join(answer.all("vary")).lower()


def test_files_of_secrets_are_their_owners(visited):
    for name in ("network-key", "secret-key"):
        mode = (visited["place"].folder / name).stat().st_mode
        assert mode & 0o077 == 0


def test_the_hash_of_the_network_is_all_that_is_kept_of_it(visited):
    """Sixteen hexadecimal digits, and the key beside it in a file of its own."""
    place = visited["place"]
    said = place.manage(
        "shell",
        "-c",
        "from moderation.models import Allowance\n"
        "print(*sorted(Allowance.objects.values_list('key', flat=True)))",
    )
    keys = [word for word in said.split() if ":" in word and word[0].isdigit()]
    assert {key.partition(":")[0] for key in keys} == {"32", "24"}
    assert all(re.fullmatch(r"(32|24):[0-9a-f]{16}", key) for key in keys)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite logs nothing")
def test_the_servers_log_of_failed_statements_holds_no_text():
    """A statement reaches PostgreSQL without its values; it logs those that fail."""
    comment = making.comment(making.post(), "The text is apart.")
    Comment.objects.filter(pk=comment.pk).update(text="turnstone")
    with psycopg.connect(**connection.connection.info.get_parameters()) as other:
        [sent] = other.execute(
            "SELECT query FROM pg_stat_activity WHERE pid = %s",
            [connection.connection.info.backend_pid],
        ).fetchone()
    assert sent.startswith('UPDATE "blog_comment" SET "text" = $1')
    assert "turnstone" not in sent
