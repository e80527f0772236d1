"""The file of a backup: what is damaged, cut short or newer is refused in words."""

import json
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.backup import bundle
from config.backup.bundle import Manifest, Member
from config.backup.errors import BackupError

LINES = b'["id"]\n[1]\n[2]\n'
CONTENT = {"rows/blog.Post.jsonl": LINES, "media/x.png": b"\x89PNG" * 40}


def manifest(members: dict[str, Member]) -> Manifest:
    return Manifest(
        taken_at=datetime(2026, 3, 5, 4, 15, tzinfo=UTC),
        site="https://example.org",
        database="sqlite",
        migrations=["blog.0001_initial"],
        log_seq=7,
        log_hash="ab" * 32,
        secret_mark="00" * 8,
        rows={"blog.Post": 2},
        last_ids={"blog.Post": 5},
        members=members,
    )


def write(path, **change) -> bytes:
    """A small backup; ``change``: of the manifest, as JSON."""
    path.touch()
    with bundle.writing(path) as writer:
        writer.add("rows/blog.Post.jsonl", [LINES[:9], LINES[9:]])
        writer.add("media/x.png", [b"\x89PNG" * 40], packed=False)
        writer.finish(manifest(writer.members))
    if change:
        with zipfile.ZipFile(path) as old:
            kept = {name: old.read(name) for name in old.namelist()}
        told = json.loads(kept[bundle.MANIFEST]) | change
        kept[bundle.MANIFEST] = json.dumps(told).encode()
        with zipfile.ZipFile(path, "w") as new:
            for name, content in kept.items():
                new.writestr(name, content)
    return path.read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "whole.zip"
    return path, write(path)


def refused(path) -> str:
    """Why it cannot be used."""
    with pytest.raises(BackupError) as raised, bundle.reading(path) as found:
        found.check()
    return str(raised.value)


def test_what_was_written_is_read(whole):
    path, _ = whole
    with bundle.reading(path) as found:
        found.check()
        assert list(found.lines("rows/blog.Post.jsonl")) == [b'["id"]', b"[1]", b"[2]"]
        assert b"".join(found.pieces("media/x.png")) == b"\x89PNG" * 40
        assert found.manifest == manifest(found.manifest.members)
        assert found.manifest.members["rows/blog.Post.jsonl"].bytes == len(LINES)


def test_one_that_is_cut_anywhere_is_refused(whole, tmp_path):
    _, content = whole
    path = tmp_path / "cut.zip"
    for length in range(len(content)):
        path.write_bytes(content[:length])
        assert "cut short" in refused(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_one_changed_byte_of_what_it_keeps_is_found(whole, tmp_path, data):
    """Or it changes nothing of what comes out: what is packed has bits to spare."""
    _, content = whole
    # A byte of the content; others are a zip's own times and marks, of which not all
    # mean anything.
    with zipfile.ZipFile(whole[0]) as archive:
        info = data.draw(st.sampled_from(archive.infolist()))
    start = info.header_offset + 30 + len(info.filename)
    start += int.from_bytes(content[info.header_offset + 28 :][:2], "little")
    at = data.draw(st.integers(start, start + info.compress_size - 1))
    changed = bytearray(content)
    changed[at] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "changed.zip"
    path.write_bytes(changed)
    try:
        with bundle.reading(path) as found:
            members = {
                name: b"".join(found.pieces(name)) for name in found.manifest.members
            }
            assert found.manifest == manifest(found.manifest.members)
    except BackupError as error:
        assert "damaged" in str(error)  # noqa: PT017 - either is right
    else:
        assert members == CONTENT


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_any_other_file_is_refused(tmp_path, content):
    path = tmp_path / "other.zip"
    path.write_bytes(content)
    assert "no backup" in refused(path)


def test_a_zip_of_something_else_is_refused(tmp_path):
    path = tmp_path / "holiday.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("beach.jpg", b"sand")
    assert refused(path) == "holiday.zip is no backup of Candour."


def test_there_must_be_a_file(tmp_path):
    assert "There is no file" in refused(tmp_path / "none.zip")
    assert "cannot be read" in refused(tmp_path)


def test_a_newer_format_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "newer.zip"
    write(path, candour_backup=bundle.FORMAT + 1)
    assert "Restore it with the version that made it" in refused(path)


@pytest.mark.parametrize(
    "change",
    [
        {"members": {}},
        {"members": {"rows/blog.Post.jsonl": {"bytes": 1}}},
        {"taken_at": "yesterday"},
        {"surplus": 1},
        {"members": None},
    ],
)
def test_a_manifest_that_tells_of_other_things_is_refused(tmp_path, change):
    path = tmp_path / "strange.zip"
    write(path, **change)
    assert "damaged" in refused(path)


def test_a_member_beside_the_manifest_is_refused(tmp_path):
    path = tmp_path / "more.zip"
    write(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../etc/cron.d/x", b"* * * * *")
    assert "members are not those" in refused(path)
