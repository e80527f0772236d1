"""One file has the whole site, is checked, and stands there whole or not at all."""

import errno
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.backup import bundle, names, rows
from config.backup.taking import remove_old, secret_mark
from tests.blog import making
from tests.own_database import ROOT

from . import jobs
from .jobs import IMAGE, IMAGE_NAME, told

JOBS = "tests.config.backup.jobs:"
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
HERE = "https://rookery.example"


def made(place) -> list[Path]:
    """Its backups, the oldest first."""
    return [path for _, path in names.in_folder(place.folder / "backups")]


def content(path: Path) -> bytes:
    """All bytes of its members, and of the file."""
    with zipfile.ZipFile(path) as archive:
        members = [archive.read(name) for name in archive.namelist()]
    return b"".join([*members, path.read_bytes()])


def kill(place, point: str, command: str, *arguments: str) -> None:
    """``manage.py`` in a process that is killed where ``point`` is called."""
    code = (
        "import django; django.setup()\n"
        "from tests.config.backup import jobs\n"
        f"jobs.killed_at({point!r}, {command!r}, *{arguments!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=place.environment, timeout=100
    )
    assert done.returncode == -9


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def unfinished(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".candour-*")]


class TestWhatIsInIt:
    def test_the_whole_site_and_no_secret(self, own_database, inside):
        place = own_database
        place.more = {"PSEUDONYM_SECRET": "limpet-" * 10, "SECRET_KEY": "whelk-" * 10}
        with inside(place):
            keys = jobs.fill(str(place.folder / "media"))
        said = place.manage("backup")
        [path] = made(place)
        whole = content(path)
        assert b"Line one.\\n\\nLine two: \\u00e9" in whole
        assert IMAGE in whole
        assert b"rookery.example" in whole  # of a complaint, as the law asks for
        # What must not be in it: hashes of networks and their key, secrets, and what
        # was not asked for.
        networks = [key for key in keys if re.match(r"(32|24):", key)]
        assert len(networks) == 2
        for key in networks:
            assert key.partition(":")[2].encode() not in whole
        _, key = (place.folder / "network-key").read_text().split()
        assert key.encode() not in whole
        for secret in ("limpet-limpet", "whelk-whelk", "81.2.69.142"):
            assert secret.encode() not in whole
        assert bytes.fromhex(key) not in whole
        # What it says of itself.
        assert re.search(r"Head of the log: #\d+ [0-9a-f]{64}\n", said)
        with bundle.reading(path) as found:
            manifest = found.manifest
            assert manifest.members.keys() >= {f"media/{IMAGE_NAME}"}
        name = names.read(path.name)
        assert (name.seq, name.digits) == (manifest.log_seq, manifest.log_hash[:12])
        assert name.seq > 3
        with inside(place):
            assert told("verify_log", "--head", manifest.log_hash)
        assert manifest.rows["blog.Comment"] > 200
        assert not {f"rows/{each}.jsonl" for each in rows.LEFT_OUT} & set(
            manifest.members
        )

    def test_it_is_written_where_the_owner_says(self, own_database, inside, tmp_path):
        """His alone to read, and nothing is left beside it."""
        place = own_database
        with inside(place):
            told("backup", str(tmp_path / "there"))
            place.more = {"BACKUP_DIR": tmp_path / "set"}
        with inside(place):
            told("backup")
        assert made(place) == []
        assert len(names.in_folder(tmp_path / "set")) == 1
        [(_, path)] = names.in_folder(tmp_path / "there")
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert unfinished(place.folder) == []


class TestChecking:
    def test_a_whole_one_is_told_whole_and_a_cut_one_refused(
        self, own_database, inside
    ):
        with inside(own_database):
            told("backup")
            [path] = made(own_database)
            assert f"Whole: {path}" in told("backup", "--check", str(path))
            path.write_bytes(path.read_bytes()[:-100])
            said = told("backup", "--check", str(path), fails=True)
            assert "cut short" in said
            for wrong in ("--keep", "5"), ("folder",):
                said = told("backup", "--check", "x.zip", *wrong, fails=True)
                assert "Choose one" in said
        assert made(own_database) == [path]

    def test_a_database_without_tables_has_no_backup(self, own_database, tmp_path):
        if own_database.url.startswith("postgres"):
            pytest.skip("An empty database of PostgreSQL is tested with restoring.")
        own_database.url = f"sqlite:///{tmp_path}/none/new.sqlite3"
        said = own_database.manage("backup", fails=True)
        assert "nothing to back up" in said
        assert made(own_database) == []

    def test_a_damaged_database_is_not_backed_up(self, own_database, inside):
        if own_database.url.startswith("postgres"):
            pytest.skip("PostgreSQL checks its own pages.")
        place = own_database
        with inside(place):
            jobs.posts(300)
        file = place.folder / "candour.sqlite3"
        pages = bytearray(file.read_bytes())
        # Pages in the middle, of tables and of indexes.
        for at in range(len(pages) // 3, len(pages) // 3 * 2):
            pages[at] = 0x5A
        file.write_bytes(pages)
        with inside(place):
            assert "CommandError" in told("backup", fails=True)
        assert made(place) == []
        assert unfinished(place.folder) == []

    def test_one_that_no_restore_would_take_is_made_and_told(
        self, own_database, inside
    ):
        """Of a file that somebody mended by hand: SQLite itself calls it sound."""
        place = own_database
        if place.url.startswith("postgres"):
            pytest.skip("PostgreSQL lets no such row come about.")
        with inside(place):
            making.comment(making.post(1))
            with sqlite3.connect(place.folder / "candour.sqlite3") as file:
                file.execute("UPDATE blog_comment SET post_id = 999")
            said = told("backup", fails=True)
            [path] = made(place)
            assert f"Whole: {path}" in said
            assert "not there, of blog_comment." in said
            said = jobs.refused(str(path), "--drill")
            assert "not in it: of blog_comment." in said

    def test_a_database_of_a_newer_version_is_refused(self, own_database, inside):
        place = own_database
        with inside(place):
            MigrationRecorder(connection).record_applied("blog", "9999_to_come")
            assert "blog.9999_to_come" in told("backup", fails=True)
        assert made(place) == []


def test_one_that_was_killed_leaves_nothing_that_looks_like_a_backup(
    own_database, inside
):
    """And removes none of those that there are, however old."""
    place = own_database
    place.more = {"SITE_URL": HERE}
    folder = place.folder / "backups"
    folder.mkdir()
    kept = {old_backup(folder, 1000), old_backup(folder, 2000)}
    before = made(place)
    for point in ("Writer.add", "Writer.finish", "Bundle.check"):
        kill(place, f"config.backup.bundle:{point}", "backup")
        assert made(place) == before
        left = unfinished(place.folder)
        # Each removes what the one before left.
        assert len([name for name in left if name.startswith(".candour-part-")]) == 1
    with inside(place):
        said = told("backup")
    assert all(f"Removed, older than 30 days: {old}\n" in said for old in kept)
    assert len(made(place)) == 1
    assert unfinished(place.folder) == []


def old_backup(folder: Path, days: int, *, site: str = HERE, mark: str = "") -> str:
    """A backup of a site, so many days old at ``NOW``."""
    name = names.Name(NOW - timedelta(days=days), abs(days), "0" * 12)
    path = folder / str(name)
    path.touch()
    with bundle.writing(path) as writer:
        writer.add("rows/blog.Post.jsonl", [b'["id"]\n'])
        writer.finish(
            bundle.Manifest(
                taken_at=name.taken_at,
                site=site,
                database="sqlite",
                migrations=[],
                log_seq=days,
                log_hash="0" * 64,
                secret_mark=mark,
                rows={},
                last_ids={},
                members=writer.members,
            )
        )
    return path.name


class TestKeeping:
    @pytest.fixture(autouse=True)
    def here(self, settings):
        settings.SITE_URL = HERE

    def test_those_past_their_days_go(self, tmp_path):
        young, edge, old = (old_backup(tmp_path, days) for days in (1, 30, 31))
        removed = remove_old(tmp_path, 30, NOW)
        assert removed.gone == [old]
        assert names_in(tmp_path) == {young, edge}

    def test_the_newest_stays_however_old(self, tmp_path):
        newest, older = old_backup(tmp_path, 400), old_backup(tmp_path, 500)
        assert remove_old(tmp_path, 0, NOW).gone == [older]
        assert remove_old(tmp_path, 0, NOW).gone == []
        assert names_in(tmp_path) == {newest}

    def test_nothing_else_goes(self, tmp_path):
        """Other sites' backups, files that are only called so, and anything else."""
        new = old_backup(tmp_path, 0)
        strange = old_backup(tmp_path, 90, site="https://heron.example")
        damaged = names.Name(NOW - timedelta(days=80), 80, "1" * 12)
        (tmp_path / str(damaged)).write_bytes(b"PK\x03\x04 and no more")
        renamed = names.Name(NOW - timedelta(days=70), 70, "2" * 12)
        (tmp_path / str(renamed)).hardlink_to(tmp_path / new)
        (tmp_path / "letters.zip").touch()
        removed = remove_old(tmp_path, 30, NOW)
        assert removed.gone == []
        assert dict(removed.left) == {
            strange: "it is of https://heron.example",
            str(damaged): "it cannot be read",
            str(renamed): "it was made at another time",
        }
        assert len(names_in(tmp_path)) == 5

    def test_one_of_its_former_address_is_still_its_own(self, tmp_path):
        """Else texts that are to live 30 days would lie there for ever."""
        new = old_backup(tmp_path, 0)
        moved = old_backup(
            tmp_path, 31, site="https://heron.example", mark=secret_mark()
        )
        assert remove_old(tmp_path, 30, NOW).gone == [moved]
        assert names_in(tmp_path) == {new}

    def test_one_whose_time_is_to_come_does_not_stand_for_the_newest(self, tmp_path):
        to_come, true = old_backup(tmp_path, -400), old_backup(tmp_path, 31)
        removed = remove_old(tmp_path, 30, NOW)
        assert (removed.gone, names_in(tmp_path)) == ([], {to_come, true})
        assert removed.left == [(to_come, "its time is still to come")]
        assert names.newest(tmp_path, NOW)[1].name == true


def test_what_does_not_go_is_told_in_words(own_database, inside, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with inside(own_database):
        said = told("backup", str(tmp_path / "file"), fails=True)
        assert "file: File exists" in said
        assert "no number of days" in told("backup", "--keep", "-1", fails=True)

        def full(*_: object) -> None:
            # As a write has it: without the name of a file.
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(bundle.Writer, "finish", full)
        said = told("backup", str(tmp_path / "there"), fails=True)
        assert f"{tmp_path / 'there'}: No space left on device." in said
    assert names_in(tmp_path / "there") == set()
