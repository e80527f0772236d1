"""A backup becomes the site again, row by row, on either database."""

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import zipfile
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db.backends.signals import connection_created
from django.utils import timezone

from blog.discussion import coarsening
from config.backup import bundle, media, names, places
from moderation.models import Complaint, Notice
from tests.moderation.making import moderator
from tests.own_database import Place

from . import jobs
from .jobs import IMAGE, IMAGE_NAME, told
from .test_backup import JOBS, kill, made, names_in, unfinished

SECRETS = {"PSEUDONYM_SECRET": "limpet-" * 10}


def schemas(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname ~ '^(candour|before)_' "
            "ORDER BY nspname"
        )
        return [name for (name,) in found]


def beside(place: Place) -> list[str]:
    """What a restore left beside the database."""
    if place.url.startswith("postgres"):
        return schemas(place.url)
    return sorted(path.name for path in place.folder.glob("candour.sqlite3.*"))


@pytest.fixture(scope="module")
def original(own_database_of_module, inside):
    """A site with something of everything, and a backup of it."""
    place = own_database_of_module
    place.more = SECRETS
    with inside(place):
        jobs.fill(str(place.folder / "media"))
        said = told("backup")
        after = jobs.after()
    return {
        "place": place,
        "file": str(made(place)[0]),
        "head": re.search(r"#[\d,]+ [0-9a-f]{64}", said)[0],
        "files": names_in(place.folder),
        "after": after,
    }


def is_the_same(original: dict) -> bool:
    """Whether the rows of the database that was entered are the original's, all is
    sound, and it goes on alike."""
    # What is volatile does not come along.
    return jobs.after() == original["after"] | {"left_out": [0, 0, 0]}


class TestRoundTrip:
    def test_the_original_is_sound(self, original):
        assert original["after"]["faults"] == []
        assert all(number > 0 for number in original["after"]["left_out"])
        assert len(original["after"]["public_ids"]) > 200

    def test_into_an_empty_migrated_database(self, original, own_database, inside):
        place = own_database
        place.more = SECRETS
        file = place.folder / "candour.sqlite3"
        if file.exists():
            file.chmod(0o640)
        said = place.manage("restore", original["file"])
        with inside(place):
            assert is_the_same(original)
        number = len(original["after"]["public_ids"])
        assert f"Restored: {number} comments in " in said
        assert said.count(original["head"]) == 2
        assert "All rows are those of the backup." in said
        assert "PSEUDONYM_SECRET" not in said
        # What a backup cannot know is said.
        assert "withdrawn, hidden, redacted or erased after it is back" in said
        assert "What is due to be erased by now was erased again: 0." in said
        assert (place.folder / "media" / IMAGE_NAME).read_bytes() == IMAGE
        assert unfinished(place.folder) == []
        # Which database it was: without the settings it would be another.
        if file.exists():
            assert f"It is in place: {file}\n" in said
            assert file.stat().st_mode & 0o777 == 0o640
        else:
            assert f"It is in place: {place.url.rpartition('/')[2]} on " in said

    def test_from_sqlite_to_postgresql_and_back(
        self, original, own_database, postgres_url, inside, tmp_path, monkeypatch
    ):
        """The way of a site that grows; also into a database without any table, and
        while another run tidies up what killed ones left."""
        if original["place"].url.startswith("postgres"):
            pytest.skip("Tried on SQLite's lane, in both directions.")
        grown = Place(postgres_url, tmp_path / "grown", SECRETS)
        grown.folder.mkdir()
        with inside(grown):
            put = media.put

            def disturbed(*what: object) -> None:
                with psycopg.connect(grown.url) as other:
                    places.PostgresPlace()._tidy(other.cursor())
                put(*what)

            monkeypatch.setattr(media, "put", disturbed)
            told("restore", original["file"])
            assert schemas(postgres_url) == []
            told("backup")
            [again] = made(grown)
            assert is_the_same(original)
        file = Path(original["file"])
        with bundle.reading(file) as one, bundle.reading(again) as two:
            assert one.manifest.members == two.manifest.members
            assert one.manifest.last_ids == two.manifest.last_ids
            assert one.manifest.log_hash == two.manifest.log_hash
        own_database.more = SECRETS
        with inside(own_database):
            monkeypatch.setattr(media, "put", put)
            told("restore", str(again))
            assert is_the_same(original)

    def test_where_there_is_no_database_any_more(self, original, own_database, inside):
        """The owner moved a bad file away; a crash had left its log beside it, which
        SQLite would play into the new one."""
        place = own_database
        if place.url.startswith("postgres"):
            pytest.skip("A database of PostgreSQL is made by its server.")
        place.more = SECRETS
        file, log = (place.folder / f"candour.sqlite3{end}" for end in ("", "-wal"))
        reader = sqlite3.connect(file)
        with inside(place):
            jobs.posts(8)
            crashed = log.read_bytes()
        reader.close()
        file.rename(place.folder / "broken")
        log.write_bytes(crashed)
        journal = place.folder / "candour.sqlite3-journal"
        journal.write_bytes(b"a journal")
        with inside(place):
            said = told("restore", original["file"])
            assert is_the_same(original)
        kept = beside(place)
        assert [name.rpartition("-")[2] for name in kept] == ["journal", "wal"]
        assert (place.folder / kept[1]).read_bytes() == crashed
        assert all(name in said for name in kept)
        assert not journal.exists()
        # SQLite would let everybody read it.
        assert file.stat().st_mode & 0o777 == 0o600

    def test_one_of_older_migrations_is_brought_up_to_date(self, own_database, inside):
        """As it was, then migrated: what a new version finds in an old backup."""
        place = own_database
        with inside(place):
            jobs.posts(2)
            told("migrate", "blog", "0011", "--verbosity=0")
            told("backup")
            [path] = made(place)
            with bundle.reading(path) as found:
                applied = found.manifest.migrations
            assert "blog.0012_first_and_last_comment" not in applied
            told("restore", str(path), "--replace")
            found = jobs.after()
        assert (found["faults"], found["next_post"]) == ([], 3)


@pytest.mark.long
class TestWhatIsThere:
    def test_it_is_left_alone(self, original, own_database, inside, monkeypatch):
        place = own_database
        with inside(place):
            assert places.filled_tables() == []
            moderator()
            said = jobs.refused(original["file"])
            assert "auth_user" in said
            assert "nothing was touched" in said
            # Also by the wrong user, whose files the site could not open.
            monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
            said = jobs.refused(original["file"], "--replace")
            assert f"{place.folder} belongs to another user" in said
        assert beside(place) == []

    def test_it_is_kept_beside_if_it_may_be_replaced(
        self, original, own_database, inside
    ):
        place = own_database
        place.more = SECRETS
        with inside(place):
            jobs.posts(2)
            before = jobs.digests()
            said = told("restore", original["file"], "--replace")
            assert is_the_same(original)
        [kept] = beside(place)
        assert kept in said
        if place.url.startswith("postgres"):
            url = f"{place.url}?options=-c%20search_path%3D{kept}"
        else:
            url = f"sqlite:///{place.folder}/{kept}"
        with inside(Place(url, place.folder)):
            assert jobs.digests() == before

    def test_a_database_in_use_is_left_alone(
        self, original, own_database, inside, monkeypatch
    ):
        place = own_database
        is_postgres = place.url.startswith("postgres")
        file = place.folder / "candour.sqlite3"

        def opened():
            user = psycopg.connect(place.url) if is_postgres else sqlite3.connect(file)
            user.execute("SELECT count(*) FROM blog_post").fetchone()
            return user

        with inside(place), contextlib.closing(opened()):
            assert "Stop the site" in jobs.refused(original["file"])
        if not is_postgres:
            # A timer that fires in the moment in which it was found free.
            end_log, late = places._end_log, []

            def ended(path: Path) -> bool:
                is_free = end_log(path)
                if path == file:
                    late.append(sqlite3.connect(file))
                    late[0].execute("PRAGMA journal_mode=WAL").fetchone()
                return is_free

            monkeypatch.setattr(places, "_end_log", ended)
            with inside(place):
                said = told("restore", original["file"], fails=True)
                late[0].close()
            assert "Stop the site" in said
        assert beside(place) == []
        with inside(place):
            assert places.filled_tables() == []

    def test_a_damaged_one_is_kept_beside_too(self, original, own_database, inside):
        """The day on which a restore is needed."""
        place = own_database
        if place.url.startswith("postgres"):
            pytest.skip("PostgreSQL checks its own pages.")
        place.more = SECRETS
        file = place.folder / "candour.sqlite3"
        # One byte of the header, of which SQLite only says that it cannot open it; and
        # a file of nothing else but rubbish.
        header = bytearray(file.read_bytes())
        header[18:20] = b"\x05\x05"
        for bad in bytes(header), b"\x5a" * len(header):
            file.write_bytes(bad)
            with inside(place):
                said = told("restore", original["file"], fails=True)
                assert "cannot be used, and nothing was touched" in said
                assert file.read_bytes() == bad
                told("restore", original["file"], "--replace")
                assert is_the_same(original)
            [kept] = beside(place)
            assert (place.folder / kept).read_bytes() == bad
            (place.folder / kept).unlink()

    def test_a_full_disk_is_told_as_one(self, original, own_database, inside):
        place = own_database
        if place.url.startswith("postgres"):
            pytest.skip("The disk is the server's.")
        pages = (place.folder / "candour.sqlite3").stat().st_size // 4096

        def filled_up(connection, **_: object) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA max_page_count = {pages + 10}")

        with inside(place), patched(connection_created, filled_up):
            said = told("restore", original["file"], fails=True)
        assert "database or disk is full. The site's database was not touched" in said
        assert unfinished(place.folder) == beside(place) == []

    def test_tables_of_somebody_else_are_left_alone(
        self, original, own_database, inside
    ):
        place = own_database
        if not place.url.startswith("postgres"):
            pytest.skip("A file of SQLite is one site's alone.")
        with psycopg.connect(place.url) as other:
            other.execute("CREATE TABLE shop_order (id int)")
        with inside(place):
            assert "shop_order" in jobs.refused(original["file"], "--replace")
        assert beside(place) == []


@contextlib.contextmanager
def patched(signal, receiver):
    """The signal goes to ``receiver`` until the end of the block."""
    signal.connect(receiver)
    try:
        yield
    finally:
        signal.disconnect(receiver)


def changed(original: dict, folder: Path, change) -> str:
    """The backup with another manifest or other members."""
    with zipfile.ZipFile(original["file"]) as old:
        members = {name: old.read(name) for name in old.namelist()}
    told = json.loads(members.pop(bundle.MANIFEST))
    change(told, members)
    path = folder / f"{change.__name__}.zip"
    with zipfile.ZipFile(path, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
        new.writestr(bundle.MANIFEST, json.dumps(told))
    return str(path)


def described(content: bytes) -> dict:
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def damaged(told: dict, members: dict) -> None:
    members["rows/blog.Comment.jsonl"] += b"[1]\n"


def newer(told: dict, members: dict) -> None:
    told["migrations"].append("blog.9999_to_come")


def torn(told: dict, members: dict) -> None:
    """Whole by its own manifest: as somebody makes it who means no good."""
    name = "rows/blog.Comment.jsonl"
    first, *others = members[name].splitlines(keepends=True)
    at = json.loads(first).index("post_id")
    rows = [json.loads(line) for line in others]
    for row in rows:
        row[at] = 999_999
    lines = [json.dumps(row, separators=(",", ":")) + "\n" for row in rows]
    members[name] = first + "".join(lines).encode()
    told["members"][name] = described(members[name])


def astray(told: dict, members: dict) -> None:
    members["media/../../evil.png"] = IMAGE
    told["members"]["media/../../evil.png"] = described(IMAGE)


def headless(told: dict, members: dict) -> None:
    name = "rows/moderation.LogHead.jsonl"
    members[name] = members[name].splitlines(keepends=True)[0]
    told["members"][name] = described(members[name])


def behind(told: dict, members: dict) -> None:
    """A row of the log is another than was written, and its head one behind."""
    tampered(told, members)
    name = "rows/moderation.LogHead.jsonl"
    columns, row = map(json.loads, members[name].splitlines())
    row[columns.index("seq")] -= 1
    members[name] = b"".join(
        json.dumps(each, separators=(",", ":")).encode() + b"\n"
        for each in (columns, row)
    )
    told["members"][name] = described(members[name])


def tampered(told: dict, members: dict) -> None:
    name = "rows/moderation.Decision.jsonl"
    members[name] = members[name].replace(b'"off_topic"', b'"duplicate"', 1)
    told["members"][name] = described(members[name])


@pytest.mark.long
def test_what_cannot_be_restored_is_refused(own_database, original, inside, tmp_path):
    place = own_database
    words = {
        damaged: "rows/blog.Comment.jsonl is not what was written",
        newer: "newer version: this one does not know blog.9999_to_come",
        torn: "refer to others that are not in it: of blog_comment.",
        astray: "not called as images of this site are",
    }
    with inside(place):
        for change, word in words.items():
            assert word in jobs.refused(changed(original, tmp_path, change))
        assert "There is no file" in jobs.refused("none.zip")
        said = jobs.refused(original["file"], "--drill", "--replace")
        assert "Choose one" in said
        assert places.filled_tables() == []
    assert beside(place) == []
    assert unfinished(place.folder) == []
    assert not (place.folder / "media").exists()


@pytest.mark.long
def test_a_log_with_faults_is_restored_and_told(
    own_database, original, inside, tmp_path, monkeypatch
):
    """It is what the backup has: the owner needs it, and needs to know. A month later
    a text of spam is due, too: its erasure would be a row more of such a log."""
    later = timezone.now() + timedelta(days=40)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with inside(own_database):
        said = told(
            "restore", "--drill", changed(original, tmp_path, headless), fails=True
        )
        assert "of the log the log has no head" in said
        told("restore", changed(original, tmp_path, behind), fails=True)
        said = told("verify_log", fails=True)
    assert "was changed after it was written" in said


@pytest.mark.long
def test_a_drill_says_what_it_found_and_touches_nothing(original, inside):
    place = original["place"]
    place.more = {"PSEUDONYM_SECRET": "whelk-" * 10, "TIME_PRECISION": "day"}
    with inside(place):
        before = jobs.digests()
        said = told("restore", "--drill", original["file"])
        assert jobs.digests() == before
    place.more = SECRETS
    assert "It was a drill" in said
    assert said.count(original["head"]) == 2
    assert "PSEUDONYM_SECRET is another one here" in said
    assert "more exact than TIME_PRECISION says now" in said
    assert names_in(place.folder) == original["files"]
    assert beside(place) == []


@pytest.mark.long
def test_one_that_was_killed_touched_nothing_and_can_be_run_again(
    original, own_database, inside
):
    place = own_database
    kind = "Postgres" if place.url.startswith("postgres") else "SQLite"
    points = ["rows:store", f"places:{kind}Place.put_in_place"]
    for point in points:
        kill(place, f"config.backup.{point}", "restore", original["file"])
        with inside(place):
            assert places.filled_tables() == []
    place.more = SECRETS
    with inside(place):
        told("restore", original["file"])
        assert is_the_same(original)
    assert unfinished(place.folder) == []
    assert not [name for name in beside(place) if name.startswith("candour_work")]


@pytest.mark.long
def test_what_the_site_does_not_keep_any_more_goes_again(
    own_database, original, inside
):
    """A restore brings back what was erased or cut since: both at once, before the new
    database is in place."""
    place = own_database
    with inside(place):
        told("restore", original["file"])
        long_ago = timezone.now() - timedelta(days=600)
        Complaint.objects.update(closed_at=long_ago, outcome="kept")
        assert Notice.objects.exclude(name="").count() == 1
        told("backup")
        told("purge")
    place.more = {"TIME_PRECISION": "hour"}
    with inside(place):
        number = coarsening.finer().count()
        said = told("restore", str(made(place)[-1]), "--replace")
        assert "erased again: 1." in said
        assert [notice.name for notice in Notice.objects.all()] == [""]
        assert number > 0
        assert f"They were cut: {number:,} comments." in said
        assert not coarsening.finer().exists()
        assert jobs.faults() == []


@pytest.mark.long
def test_backups_under_load(own_database, inside, tmp_path):
    """Writers and a moderator go on; every comment that was acknowledged before a
    backup began is in it, and each backup restores whole."""
    place = own_database
    posts = place.work(f"{JOBS}posts", 3)
    folder = str(tmp_path)
    *written, decided, taken = place.together(
        {
            f"{JOBS}write": [(posts, seed, folder) for seed in range(3)],
            f"{JOBS}decide": [(folder,)],
            f"{JOBS}back_up": [(folder, 2)],
        }
    )
    assert decided > 0
    assert len(taken) == 2
    sizes = [len(known) for _, known, _ in taken]
    assert 10 <= sizes[0] < sizes[1] <= sum(written)
    for path, known, decisions in taken:
        with inside(place):
            told("restore", path, "--replace")
            found = jobs.after()
        assert set(known) <= set(found["public_ids"])
        assert found["faults"] == []
        assert names.read(Path(path).name).seq >= decisions
