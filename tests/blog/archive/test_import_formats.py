"""Whole exports of every format, as files, folders, zips: what stands in the end."""

import gzip
import json
import shutil
import zipfile
from io import StringIO
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client

from blog.archive import sources
from blog.archive.importing import import_paths
from blog.archive.model import ArchiveError
from blog.discussion import tree
from blog.models import Comment, ImportBatch, ImportNote, Label, OldAddress, Post

from . import (
    backup_writer,
    disqus_writer,
    takeout_writer,
    wordpress_items,
    wxr_writer,
)
from .made_blogs import EMAIL, IP_ADDRESS, feed_posts, renumbered

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
FIXTURES = Path(__file__).parents[3] / "fixtures"


def run(*paths: Path, **options):
    return import_paths(paths, zone=LONDON, **options)


def blog(posts: int = 2, comments: int = 5, seed: int = 1) -> list:
    return list(feed_posts(Random(seed), posts, comments))


def takeout(posts: list | None = None) -> bytes:
    out = StringIO()
    takeout_writer.write_feed(posts or blog(), out)
    return out.getvalue().encode()


def states() -> dict[str, int]:
    found = Comment.objects.values_list("state", flat=True)
    return {state: list(found).count(state) for state in set(found)}


def everything_stored() -> str:
    """Every value of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [repr(row) for row in cursor.fetchall()]
    return "\n".join(found)


class TestSamples:
    """The real exports beside the project, against the counts that come with them."""

    def test_takeout(self, shared):
        run(shared / "_synthetic" / "takeout-feed.atom")
        posts = Post.objects.filter(is_page=False)
        # Two live ones; the draft, the one in the bin and the stand-in are drafts.
        assert posts.published().count() == 2
        assert posts.filter(status="scheduled").count() == 1
        assert posts.filter(status="draft").count() == 3
        assert Post.objects.get(is_page=True).get_absolute_url() == "/p/about.html"
        assert states() == {"published": 4, "spam": 1, "withdrawn": 1, "pending": 1}
        assert Comment.objects.exclude(parent=None).count() == 2
        assert Comment.objects.filter(post__status="draft").count() == 1  # the orphan
        assert Label.objects.count() == 2

    def test_old_backup(self, shared):
        run(shared / "_synthetic" / "old-backup.xml")
        assert Post.objects.published().filter(is_page=False).count() == 1
        assert Post.objects.filter(status="draft").count() == 3
        assert Comment.objects.count() == 5
        assert Comment.objects.exclude(parent=None).count() == 2
        assert Comment.objects.filter(text="").count() == 1

    def test_a_real_backup(self, shared):
        report = run(shared / "jeffhandley+jeffhandley.github.io" / "blogspot.xml")
        (file,) = report.files
        assert (file.posts.found, file.comments.found, file.declared) == (92, 112, 112)
        assert Post.objects.published().count() == 92
        assert Comment.objects.published().count() == 112
        assert file.warnings == []
        # Each post answers where it stood.
        client = Client()
        for post in Post.objects.all():
            assert post.source_id.startswith("blogger:")
            assert client.get(post.get_absolute_url()).status_code == 200
        assert OldAddress.objects.count() == 0  # all are of Blogger's own shape

    def test_a_backup_with_a_prefix_that_nobody_declared(self, shared):
        report = run(
            shared / "getpelican+pelican" / "pelican_tests_content_bloggerexport.xml"
        )
        assert report.files[0].error == ""
        assert Post.objects.filter(status="draft").count() == 2
        assert Comment.objects.count() == 1

    def test_wordpress(self, shared):
        folder = shared / "WordPress+wordpress-importer"
        run(folder / "phpunit_data_theme-unit-test-data.xml")
        assert Comment.objects.count() == 33 - 4  # the pings are no talk
        assert states() == {"published": 26, "pending": 3}
        assert max(Comment.objects.values_list("level", flat=True)) + 1 == 10

    def test_wordpress_with_a_missing_parent(self, shared):
        report = run(
            shared / "getpelican+pelican" / "pelican_tests_content_wordpressexport.xml"
        )
        assert Comment.objects.count() == 3
        assert Comment.objects.exclude(parent=None).count() == 1
        assert report.files[0].missing_parents == 1
        assert Post.objects.count() == 13

    def test_a_wordpress_post_without_a_date_is_told_once(self, tmp_path):
        item = wordpress_items.item(post_date=None, post_date_gmt=None)
        (tmp_path / "blog.xml").write_bytes(wordpress_items.wxr(item))
        run(tmp_path / "blog.xml")
        assert [note.code for note in ImportNote.objects.all()] == ["no-date"]
        assert Post.objects.get().status == "draft"

    def test_wordpress_that_is_broken(self, shared):
        report = run(
            shared / "WordPress+wordpress-importer" / "phpunit_data_malformed.xml"
        )
        (file,) = report.files
        assert (file.error_line, file.error_column) == (90, 3)
        assert not Post.objects.exists()

    def test_an_id_used_twice(self, shared):
        run(shared / "posativ+isso" / "isso_tests_wordpress.xml")
        assert Comment.objects.count() == 8
        assert Comment.objects.exclude(parent=None).count() == 3

    def test_disqus(self, shared):
        run(shared / "posativ+isso" / "isso_tests_disqus.xml")
        assert Comment.objects.count() == 6
        assert Comment.objects.exclude(parent=None).count() == 2
        assert Comment.objects.get(state="hidden").replies.count() == 1
        assert not Post.objects.published().exists()  # its blog is not there

    def test_all_at_once_twice(self, shared):
        folders = [folder for folder in shared.iterdir() if folder.is_dir()]
        run(*folders)
        before = (Post.objects.count(), Comment.objects.count(), states())
        again = run(*folders).as_dict()
        assert (again["new"], again["updated"]) == (0, 0)
        assert (Post.objects.count(), Comment.objects.count(), states()) == before
        assert tree.check().bad == []


class TestFixtures:
    """The invented blog in all formats at once is one blog."""

    @pytest.fixture
    def expected(self) -> dict:
        return json.loads((FIXTURES / "expected-formats.json").read_text())

    def test_nothing_doubles(self):
        run(*sorted(FIXTURES.glob("*.txt")))
        texts = sorted(Comment.objects.values_list("post__title", "text"))
        run(FIXTURES)
        assert tree.check().bad == []
        # Beside what the text pages hold: two drafts, a scheduled one, a page, and a
        # stand-in for a post that is missing; nine comments that only feeds can hold.
        assert Post.objects.count() == 15 + 5
        assert Post.objects.published().articles().count() == 15
        assert Comment.objects.count() == 196 + 9
        later = Comment.objects.values_list("post__title", "text")
        assert {(t, "".join(x.split())) for t, x in texts} <= {
            (t, "".join(x.split())) for t, x in later
        }

    def test_names_and_times_are_known_then(self):
        run(*sorted(FIXTURES.glob("*.txt")))
        assert Comment.objects.filter(written_at=None).count() == 196 - 20 - 60
        run(FIXTURES)
        assert not Comment.objects.filter(written_at=None).exists()
        assert not Comment.objects.filter(name=None).exists()
        assert Comment.objects.filter(name="").count() > 100

    def test_again_changes_nothing(self):
        run(FIXTURES)
        again = run(FIXTURES).as_dict()
        assert (again["new"], again["updated"]) == (0, 0)
        assert ImportBatch.objects.count() == 1

    @pytest.mark.parametrize(
        "name",
        [
            "takeout/Takeout/Blogger/Blogs/The Lower Deck/feed.atom",
            "the-lower-deck-backup.xml",
            "the-lower-deck-wordpress.xml",
            "the-lower-deck-disqus.xml",
        ],
    )
    def test_each_by_itself_gives_what_its_list_expects(self, name, expected):
        wanted = expected[name]
        (file,) = run(FIXTURES / name).files
        assert file.format == wanted["format"]
        found = {
            status.value: number for status, number in file.statuses.items() if number
        }
        assert found == wanted["comments"]
        assert file.missing_parents == wanted["parents_missing"]
        assert file.replies + file.missing_parents == wanted["replies"]
        assert file.orphans == wanted["orphans"]
        assert file.pages == wanted["pages"]
        published = Post.objects.published().articles().count()
        assert published == wanted["posts"].get("live", 0)
        scheduled = Post.objects.filter(status="scheduled").count()
        assert scheduled == wanted["posts"].get("scheduled", 0)

    def test_mail_and_network_addresses_of_the_sources_are_stored_nowhere(self):
        sources_hold = "".join(
            path.read_text() for path in FIXTURES.rglob("*") if path.suffix == ".xml"
        )
        assert EMAIL in sources_hold
        assert IP_ADDRESS in sources_hold
        run(FIXTURES)
        stored = everything_stored()
        assert "The Lower Deck" in stored
        assert EMAIL not in stored
        assert IP_ADDRESS not in stored
        assert "@example.org" not in stored


class TestReport:
    def test_settings_are_never_told(self, tmp_path, caplog):
        out = StringIO()
        backup_writer.write(blog(), out)
        file = tmp_path / "backup.xml"
        file.write_text(out.getvalue())
        assert EMAIL in out.getvalue()
        told = StringIO()
        call_command("import_archive", str(file), stdout=told, verbosity=2)
        assert EMAIL not in told.getvalue() + caplog.text

    def test_people_are_told_what_is_not_simply_public(self):
        out = StringIO()
        feed = FIXTURES / "takeout/Takeout/Blogger/Blogs/The Lower Deck/feed.atom"
        call_command("import_archive", str(feed), stdout=out)
        told = out.getvalue()
        assert "1 page, 2 drafts" in told
        assert "1 held, 1 spam, 3 removed, 1 without their post" in told
        assert "1 whose parent is missing" in told
        assert "for you to walk through" in told

    def test_programs_are_told_the_same(self):
        out = StringIO()
        feed = FIXTURES / "takeout/Takeout/Blogger/Blogs/The Lower Deck/feed.atom"
        call_command("import_archive", str(feed), "--report", "json", stdout=out)
        told = json.loads(out.getvalue())
        assert told["batch"] == ImportBatch.objects.get().pk
        (file,) = told["files"]
        assert (file["held"], file["spam"], file["removed"]) == (1, 1, 3)
        assert (file["orphans"], file["missing_parents"]) == (1, 1)

    def test_the_dry_run_tells_the_same_and_writes_nothing(self):
        told = run(FIXTURES, dry_run=True).as_dict()
        assert not Post.objects.exists()
        assert not ImportBatch.objects.exists()
        done = run(FIXTURES).as_dict()
        assert told.pop("dry_run") != done.pop("dry_run")
        assert told == done

    def test_warnings_become_notes_once(self):
        run(FIXTURES)
        notes = ImportNote.objects.count()
        assert ImportNote.objects.filter(code="orphan").exists()
        ImportNote.objects.update(settled=True)
        run(FIXTURES)
        assert ImportNote.objects.count() == notes
        assert not ImportNote.objects.filter(settled=False).exists()

    def test_a_note_leads_to_its_post(self):
        run(FIXTURES / "takeout")
        note = ImportNote.objects.get(code="trashed")
        assert note.post.title == "Testing, Testing"
        assert note.file == "feed.atom"

    def test_a_file_that_was_cut_is_told_and_its_whole_entries_come_in(self, tmp_path):
        whole = takeout()
        file = tmp_path / "feed.atom"
        file.write_bytes(whole[: whole.rindex(b"<entry>") + 40])
        with pytest.raises(CommandError, match="could not be read to the end"):
            call_command("import_archive", str(file), stdout=StringIO())
        assert Comment.objects.exists()
        note = ImportNote.objects.get(code="error")
        assert note.line > 1
        batch = ImportBatch.objects.get()
        error = batch.report["files"][0]["error"]
        assert error["line"] == note.line
        assert error["column"] >= 1
        # The whole file, later, brings the rest.
        file.write_bytes(whole)
        assert run(file).files[0].error == ""
        assert (Post.objects.count(), Comment.objects.count()) == (2, 10)


class TestPlaces:
    """Where an export may lie: zips, packed files, folders, several blogs."""

    def packed(self, path: Path, files: dict[str, bytes | str]) -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return path

    def test_the_zip_of_takeout(self, tmp_path):
        takeout_writer.write_zip(tmp_path / "takeout.zip", blog())
        report = run(tmp_path / "takeout.zip")
        assert [file.format for file in report.read] == ["Google Takeout"]
        assert report.failed == []
        assert (Post.objects.count(), Comment.objects.count()) == (2, 10)

    def test_its_folder(self, tmp_path):
        takeout_writer.write_zip(tmp_path / "takeout.zip", blog())
        shutil.unpack_archive(tmp_path / "takeout.zip", tmp_path / "unpacked")
        (tmp_path / "takeout.zip").unlink()
        run(tmp_path)
        assert (Post.objects.count(), Comment.objects.count()) == (2, 10)

    def test_several_blogs_need_a_choice(self, tmp_path):
        folder = "Takeout/Blogger/Blogs"
        file = self.packed(
            tmp_path / "two.zip",
            {
                f"{folder}/One/feed.atom": takeout(blog(1, 1)),
                f"{folder}/Zwei & Drei/feed.atom": takeout(blog(2, 3, seed=2)),
            },
        )
        with pytest.raises(CommandError, match=r"2 blogs.*--blog “One”"):
            call_command("import_archive", str(file))
        call_command("import_archive", str(file), blog="Zwei & Drei", stdout=StringIO())
        assert Post.objects.count() == 2
        with pytest.raises(CommandError, match=r"no blog “Three”.*“One”"):
            call_command("import_archive", str(file), blog="Three")

    def test_disqus_packed(self, tmp_path):
        disqus_writer.write_file(
            tmp_path / "disqus.xml.gz", renumbered(blog(), "disqus", 1, 1000)
        )
        assert run(tmp_path / "disqus.xml.gz").files[0].format == "Disqus"
        assert Comment.objects.count() == 10

    def test_names_say_nothing(self, tmp_path):
        (tmp_path / "holiday.jpg.txt").write_bytes(takeout())
        out = StringIO()
        wxr_writer.write(renumbered(blog(), "wordpress", 1, 1000), out, scheme="https")
        (tmp_path / "notes").write_text(out.getvalue())
        formats = {file.format for file in run(tmp_path).read}
        assert formats == {"Google Takeout", "WordPress WXR"}

    @pytest.mark.parametrize(
        "name",
        ["../up.atom", "/root.atom", "a/../../b.atom", "C:\\x.atom", "a\\..\\..\\b"],
    )
    def test_a_zip_that_leads_out_of_its_folder_is_refused(self, tmp_path, name):
        file = self.packed(tmp_path / "slip.zip", {name: takeout()})
        (report,) = run(file).files
        assert "leads out of its folder" in report.error
        assert not Post.objects.exists()

    @pytest.mark.parametrize("pack", ["zip", "gz"])
    def test_a_bomb_is_refused(self, tmp_path, pack, monkeypatch):
        monkeypatch.setattr(sources, "MOST_SHRUNK", 20)
        head = takeout().partition(b"<entry>")[0]
        bomb = head + b"<entry><title>" + b" " * 5_000_000 + b"</title></entry></feed>"
        if pack == "zip":
            file = self.packed(tmp_path / "bomb.zip", {"feed.atom": bomb})
        else:
            file = tmp_path / "bomb.gz"
            file.write_bytes(gzip.compress(bomb))
        (report,) = run(file).files
        assert "grew to more than" in report.error
        assert not Post.objects.exists()

    def test_a_zip_that_is_cut(self, tmp_path):
        file = self.packed(tmp_path / "x.zip", {"feed.atom": takeout()})
        file.write_bytes(file.read_bytes()[:-60])
        assert "no whole zip" in run(file).files[0].error

    def test_a_zip_whose_content_was_damaged(self, tmp_path):
        file = self.packed(tmp_path / "x.zip", {"feed.atom": takeout()})
        data = bytearray(file.read_bytes())
        data[200:220] = b"\xff" * 20
        file.write_bytes(bytes(data))
        assert "damaged" in run(file).files[0].error
        assert not Post.objects.exists()

    def test_a_packed_file_that_is_cut_gives_what_is_whole(self, tmp_path):
        big = takeout(blog(4, 400))
        file = tmp_path / "feed.atom.gz"
        file.write_bytes(gzip.compress(big)[: len(gzip.compress(big)) // 2])
        (report,) = run(file).files
        assert "ends in its middle" in report.error
        assert Comment.objects.exists()

    def test_a_small_one_too(self, tmp_path):
        """Down to its last byte, though it is shorter than what is read at once."""
        packed = gzip.compress(takeout(blog(4, 40)))
        file = tmp_path / "feed.atom.gz"
        file.write_bytes(packed[: len(packed) * 3 // 4])
        (report,) = run(file).files
        assert "ends in its middle" in report.error
        assert report.comments.new == Comment.objects.count() > 0

    def test_an_empty_zip(self, tmp_path):
        assert "no file" in run(self.packed(tmp_path / "x.zip", {})).files[0].error

    def test_other_xml_is_named_when_it_was_named(self, tmp_path):
        file = tmp_path / "drawing.svg"
        file.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
        assert "outermost element" in run(file).files[0].error
        assert run(tmp_path).files[0].skipped

    @pytest.mark.parametrize(
        ("name", "data", "told"),
        [
            ("page.html", b"<html><body>Hello", "Save it from the browser as text"),
            ("page", b"\n<!-- saved --><!DOCTYPE HTML><p>2 comments:", "as text"),
            ("blog.json", b'{"format": "candour", "version": 1}', "as Atom"),
            ("other.json", b'[{"post": "One"}]', "This is JSON"),
        ],
    )
    def test_what_is_not_read_says_what_to_do(self, tmp_path, name, data, told):
        (tmp_path / name).write_bytes(data)
        assert told in run(tmp_path / name).files[0].error
        assert not Post.objects.exists()

    def test_other_programs_files_of_a_folder_are_passed_over(self, tmp_path):
        (tmp_path / "minutes.pdf").write_bytes(b"%PDF-1.7\n\0\1\2")
        (tmp_path / "figures.json").write_bytes(b'{"a": 1}')
        (tmp_path / "saved.html").write_bytes(b"<!doctype html><p>2 comments:")
        (tmp_path / "feed.atom").write_bytes(takeout())
        report = run(tmp_path)
        assert report.failed == []
        assert [bool(file.skipped) for file in report.files] == [
            False,
            True,
            True,
            True,
        ]

    @pytest.mark.parametrize("fault", ["doctype", "bomb"])
    def test_a_document_type_is_refused(self, tmp_path, fault):
        entity = '<!ENTITY a "aaaaaaaaaa">' + "".join(
            f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(9)
        )
        dtd = f"<!DOCTYPE feed [{entity if fault == 'bomb' else ''}]>"
        feed = takeout().decode().replace("<feed", f"{dtd}<feed", 1)
        (tmp_path / "feed.atom").write_text(feed)
        (report,) = run(tmp_path / "feed.atom").files
        assert "document type" in report.error
        assert not Post.objects.exists()

    def test_an_unknown_blog_without_takeout(self, tmp_path):
        (tmp_path / "feed.atom").write_bytes(takeout())
        with pytest.raises(ArchiveError, match="no blog “X”"):
            run(tmp_path, blog="X")
