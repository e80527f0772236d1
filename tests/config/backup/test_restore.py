"""A backup becomes the site again, row by row, on either database."""

import hashlib
import json
import re
import sqlite3
import zipfile
from pathlib import Path

import psycopg
import pytest

from config.backup import bundle, names
from tests.own_database import Place

from .jobs import IMAGE, IMAGE_NAME
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
def original(own_database_of_module):
    """A site with something of everything, and a backup of it."""
    place = own_database_of_module
    place.more = SECRETS
    place.work(f"{JOBS}fill", str(place.folder / "media"))
    said = place.manage("backup")
    return {
        "place": place,
        "file": str(made(place)[0]),
        "head": re.search(r"#[\d,]+ [0-9a-f]{64}", said)[0],
        "files": names_in(place.folder),
        "after": place.work(f"{JOBS}after"),
    }


def is_the_same(place: Place, original: dict) -> bool:
    """Whether its rows are the original's, all is sound, and it goes on alike."""
    found = place.work(f"{JOBS}after")
    # What is volatile does not come along.
    return found == original["after"] | {"left_out": [0, 0, 0]}


class TestRoundTrip:
    def test_the_original_is_sound(self, original):
        assert original["after"]["faults"] == []
        assert original["after"]["left_out"] > [0, 0, 0]
        assert len(original["after"]["public_ids"]) > 200

    def test_into_an_empty_migrated_database(self, original, own_database):
        place = own_database
        place.more = SECRETS
        said = place.manage("restore", original["file"])
        assert is_the_same(place, original)
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

    def test_from_sqlite_to_postgresql_and_back(
        self, original, own_database, postgres_url, tmp_path
    ):
        """The way of a site that grows; also into a database without any table."""
        if original["place"].url.startswith("postgres"):
            pytest.skip("Tried on SQLite's lane, in both directions.")
        grown = Place(postgres_url, tmp_path / "grown", SECRETS)
        grown.folder.mkdir()
        grown.manage("restore", original["file"])
        assert schemas(postgres_url) == []
        grown.manage("backup")
        [again] = made(grown)
        assert is_the_same(grown, original)
        file = Path(original["file"])
        with bundle.reading(file) as one, bundle.reading(again) as two:
            assert one.manifest.members == two.manifest.members
            assert one.manifest.last_ids == two.manifest.last_ids
            assert one.manifest.log_hash == two.manifest.log_hash
        own_database.more = SECRETS
        own_database.manage("restore", str(again))
        assert is_the_same(own_database, original)

    def test_where_there_is_no_database_yet(self, original, tmp_path):
        if original["place"].url.startswith("postgres"):
            pytest.skip("A database of PostgreSQL is made by its server.")
        folder = tmp_path / "new"
        place = Place(f"sqlite:///{folder}/candour.sqlite3", folder, SECRETS)
        place.manage("restore", original["file"])
        assert is_the_same(place, original)
        assert beside(place) == []

    def test_one_of_older_migrations_is_brought_up_to_date(self, own_database):
        """As it was, then migrated: what a new version finds in an old backup."""
        place = own_database
        place.work(f"{JOBS}posts", 2)
        place.manage("migrate", "blog", "0011", "--verbosity=0")
        place.manage("backup")
        [path] = made(place)
        with bundle.reading(path) as found:
            assert "blog.0012_first_and_last_comment" not in found.manifest.migrations
        place.manage("restore", str(path), "--replace")
        found = place.work(f"{JOBS}after")
        assert (found["faults"], found["next_post"]) == ([], 3)


@pytest.mark.long
class TestWhatIsThere:
    def test_it_is_left_alone(self, original, own_database):
        place = own_database
        assert place.work(f"{JOBS}filled") == []
        place.manage("create_moderator", "--username", "ann")
        [said] = place.work(f"{JOBS}attempts", [[original["file"]]])
        assert "auth_user" in said
        assert "nothing was touched" in said
        assert beside(place) == []

    def test_it_is_kept_beside_if_it_may_be_replaced(self, original, own_database):
        place = own_database
        place.more = SECRETS
        place.work(f"{JOBS}posts", 2)
        before = place.work(f"{JOBS}digests")
        said = place.manage("restore", original["file"], "--replace")
        assert is_the_same(place, original)
        [kept] = beside(place)
        assert kept in said
        if place.url.startswith("postgres"):
            url = f"{place.url}?options=-c%20search_path%3D{kept}"
        else:
            url = f"sqlite:///{place.folder}/{kept}"
        assert Place(url, place.folder).work(f"{JOBS}digests") == before

    def test_a_database_in_use_is_left_alone(self, original, own_database):
        place = own_database
        is_postgres = place.url.startswith("postgres")
        file = place.folder / "candour.sqlite3"
        user = psycopg.connect(place.url) if is_postgres else sqlite3.connect(file)
        user.execute("SELECT count(*) FROM blog_post").fetchone()
        try:
            said = place.manage("restore", original["file"], fails=True)
        finally:
            user.close()
        assert "Stop the site" in said
        assert beside(place) == []
        assert place.work(f"{JOBS}filled") == []

    def test_a_damaged_one_is_kept_beside_too(self, original, own_database):
        """The day on which a restore is needed."""
        place = own_database
        if place.url.startswith("postgres"):
            pytest.skip("PostgreSQL checks its own pages.")
        place.more = SECRETS
        file = place.folder / "candour.sqlite3"
        rubbish = b"\x5a" * file.stat().st_size
        file.write_bytes(rubbish)
        said = place.manage("restore", original["file"], fails=True)
        assert "damaged, and nothing was touched" in said
        assert file.read_bytes() == rubbish
        place.manage("restore", original["file"], "--replace")
        assert is_the_same(place, original)
        [kept] = beside(place)
        assert (place.folder / kept).read_bytes() == rubbish

    def test_tables_of_somebody_else_are_left_alone(self, original, own_database):
        place = own_database
        if not place.url.startswith("postgres"):
            pytest.skip("A file of SQLite is one site's alone.")
        with psycopg.connect(place.url) as connection:
            connection.execute("CREATE TABLE shop_order (id int)")
        said = place.manage("restore", original["file"], "--replace", fails=True)
        assert "shop_order" in said
        assert beside(place) == []


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


def tampered(told: dict, members: dict) -> None:
    name = "rows/moderation.Decision.jsonl"
    members[name] = members[name].replace(b'"off_topic"', b'"duplicate"', 1)
    told["members"][name] = described(members[name])


@pytest.mark.long
def test_what_cannot_be_restored_is_refused(own_database, original, tmp_path):
    place = own_database
    words = {
        damaged: "rows/blog.Comment.jsonl is not what was written",
        newer: "newer version: this one does not know blog.9999_to_come",
        torn: "refer to others that are not in it",
        astray: "not called as images of this site are",
    }
    files = [changed(original, tmp_path, change) for change in words]
    calls = [[file] for file in [*files, "none.zip"]]
    calls.append([original["file"], "--drill", "--replace"])
    said = place.work(f"{JOBS}attempts", calls)
    expected = [*words.values(), "There is no file", "Choose one"]
    for word, answer in zip(expected, said, strict=True):
        assert word in answer
    assert place.work(f"{JOBS}filled") == []
    assert beside(place) == []
    assert unfinished(place.folder) == []
    assert not (place.folder / "media").exists()


@pytest.mark.long
def test_a_log_that_was_changed_is_restored_and_told(own_database, original, tmp_path):
    """It is what the backup has: the owner needs it, and needs to know."""
    path = changed(original, tmp_path, tampered)
    said = own_database.manage("restore", path, fails=True)
    assert "was changed after it was written" in said
    found = own_database.work(f"{JOBS}after")
    assert found["public_ids"] == original["after"]["public_ids"]
    assert "was changed after it was written" in found["faults"]


@pytest.mark.long
def test_a_drill_says_what_it_found_and_touches_nothing(original):
    place = original["place"]
    place.more = {"PSEUDONYM_SECRET": "whelk-" * 10}
    before = place.work(f"{JOBS}digests")
    said = place.manage("restore", "--drill", original["file"])
    place.more = SECRETS
    assert "It was a drill" in said
    assert said.count(original["head"]) == 2
    assert "PSEUDONYM_SECRET is another one here" in said
    assert place.work(f"{JOBS}digests") == before
    assert names_in(place.folder) == original["files"]
    assert beside(place) == []


@pytest.mark.long
def test_one_that_was_killed_touched_nothing_and_can_be_run_again(
    original, own_database
):
    place = own_database
    kind = "Postgres" if place.url.startswith("postgres") else "SQLite"
    points = ["rows:store", f"places:{kind}Place.put_in_place"]
    for point in points:
        kill(place, f"config.backup.{point}", "restore", original["file"])
        assert place.work(f"{JOBS}filled") == []
    place.more = SECRETS
    place.manage("restore", original["file"])
    assert is_the_same(place, original)
    assert unfinished(place.folder) == []
    assert not [name for name in beside(place) if name.startswith("candour_work")]


WHAT_IS_OLD = """
from datetime import timedelta
from django.utils import timezone
from moderation.models import Notice, Complaint
long_ago = timezone.now() - timedelta(days=600)
Complaint.objects.update(closed_at=long_ago, outcome="kept")
print(Notice.objects.exclude(name="").count())
"""


@pytest.mark.long
def test_what_is_due_is_erased_again(own_database, original):
    """A restore brings back what was erased since; what is due goes at once."""
    place = own_database
    place.manage("restore", original["file"])
    place.manage("shell", "-c", WHAT_IS_OLD)
    place.manage("backup")
    place.manage("purge")
    said = place.manage("restore", str(made(place)[-1]), "--replace")
    assert "erased again: 1." in said
    left = "from moderation.models import Notice; print([Notice.objects.get().name])"
    assert "['']" in place.manage("shell", "-c", left)


@pytest.mark.long
def test_backups_under_load(own_database, tmp_path):
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
        place.manage("restore", path, "--replace")
        found = place.work(f"{JOBS}after")
        assert set(known) <= set(found["public_ids"])
        assert found["faults"] == []
        assert names.read(Path(path).name).seq >= decisions
