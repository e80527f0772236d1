"""Files that came in whole are not read again, until something could have changed."""

import json
import random
from dataclasses import replace
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.archive import importing, remembered
from blog.archive.importing import import_paths
from blog.archive.media import Media
from blog.archive.undoing import UndoReport, undo
from blog.models import Comment, ImportBatch, ImportedFile, Post
from tests.blog import making

from .made_blogs import feed_posts
from .takeout_writer import write_feed

pytestmark = [pytest.mark.django_db, pytest.mark.remembers_files]
LONDON = ZoneInfo("Europe/London")
FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"


def run(*paths: Path, **options):
    report = import_paths(paths, zone=options.pop("zone", LONDON), **options)
    assert [file.error for file in report.failed] == []
    return report


def known(report) -> list[bool]:
    return [file.known for file in report.files]


def feed(path: Path, seed: int, posts: int = 3, comments: int = 5) -> Path:
    out = StringIO()
    write_feed(feed_posts(random.Random(seed), posts, comments), out)
    path.write_text(out.getvalue())
    return path


@pytest.fixture
def file(tmp_path) -> Path:
    return feed(tmp_path / "feed.atom", 1)


@pytest.fixture
def other(tmp_path) -> Path:
    return feed(tmp_path / "other.atom", 2)


@pytest.fixture
def reading(monkeypatch) -> list[str]:
    """The paths of the files that are read, in order."""
    read, real = [], importing._import_file

    def seen(file, *args):
        read.append(file.path)
        return real(file, *args)

    monkeypatch.setattr(importing, "_import_file", seen)
    return read


class TestTheSameFile:
    def test_is_not_read_a_second_time(self, file, reading):
        run(file)
        assert reading == [str(file)]
        assert known(run(file)) == [True]
        assert reading == [str(file)]

    def test_is_told_as_one_that_was_read(self, file):
        run(file)
        passed_over, read = run(file), run(file, again=True)
        assert known(read) == [False]
        told = passed_over.files[0].as_dict()
        assert told == read.files[0].as_dict() | {"known": True}
        assert told["comments"]["unchanged"] == told["comments"]["found"] == 15

    def test_leaves_no_record_of_an_import(self, file):
        run(file)
        assert run(file).batch is None
        assert ImportBatch.objects.count() == 1

    def test_under_another_name_is_read(self, file):
        run(file)
        assert known(run(file.rename(file.with_name("copy.atom")))) == [False]

    def test_in_another_folder_is_the_same(self, file):
        run(file)
        (file.parent / "moved").mkdir()
        moved = file.rename(file.parent / "moved" / file.name)
        report = run(moved)
        assert known(report) == [True]
        assert report.files[0].path == str(moved)

    def test_costs_the_same_whatever_it_holds(self, tmp_path):
        def queries(path: Path) -> int:
            run(path)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert known(run(path)) == [True]
            return len(captured)

        small = queries(feed(tmp_path / "small.atom", 3, 2, 2))
        assert queries(feed(tmp_path / "large.atom", 4, 8, 20)) == small


class TestIsReadAgain:
    def test_with_one_byte_more(self, file):
        run(file)
        file.write_text(file.read_text() + "\n")
        assert known(run(file)) == [False]

    def test_when_dates_are_read_otherwise(self, file):
        run(file)
        assert known(run(file, zone=ZoneInfo("Europe/Paris"))) == [False]
        assert known(run(file, day_first=True)) == [False]

    def test_by_a_later_version(self, file, monkeypatch):
        run(file)
        monkeypatch.setattr(remembered, "_reader", lambda: "later")
        assert known(run(file)) == [False]

    def test_after_another_import_brought_something(self, file, other):
        run(file)
        run(other)
        assert known(run(file, other)) == [False, True]
        # Nothing came of it: now both are known.
        assert known(run(file, other)) == [True, True]

    def test_after_an_import_that_did_not_come_to_its_end(self, file):
        run(file)
        ImportBatch.objects.create(started_at=timezone.now())
        assert known(run(file)) == [False]

    def test_after_an_import_was_taken_back(self, file):
        undo(ImportBatch.objects.get(pk=run(file).batch))
        report = run(file)
        assert known(report) == [False]
        assert report.comments.new == 15

    def test_while_an_import_is_taken_back(self, file):
        """One that was broken off may have emptied columns and removed nothing."""
        batch = run(file).batch
        begun = UndoReport(comments_restored=1).as_dict()
        ImportBatch.objects.filter(pk=batch).update(undo_report=begun)
        assert known(run(file)) == [False]

    def test_if_it_was_replaced_while_it_was_read(self, file, monkeypatch):
        first, real = file.read_text(), importing._import_file

        def replaced(found, *args):
            feed(file, 1, posts=1)
            return real(found, *args)

        with monkeypatch.context() as patched:
            patched.setattr(importing, "_import_file", replaced)
            run(file)
        file.write_text(first)
        report = run(file)
        assert (known(report), report.comments.new) == ([False], 10)

    def test_after_an_editor_deleted_a_post(self, tmp_path):
        file = feed(tmp_path / "silent.atom", 5, comments=0)
        run(file)
        Post.objects.first().delete()
        report = run(file)
        assert known(report) == [False]
        assert report.posts.new == 1

    def test_if_it_could_not_be_read_to_its_end(self, file):
        whole = file.read_text()
        file.write_text(whole[: len(whole) // 2])
        assert import_paths([file], zone=LONDON).failed
        report = import_paths([file], zone=LONDON)
        assert report.failed
        assert known(report) == [False]

    def test_when_images_are_wanted(self, file, tmp_path, settings):
        settings.MEDIA_ROOT = tmp_path / "media"
        run(file)
        (tmp_path / "images").mkdir()
        media = Media(tmp_path / "images", settings.MEDIA_ROOT, dry_run=False)
        assert known(run(file, media=media)) == [False]

    def test_after_a_dry_run_alone(self, file):
        run(file, dry_run=True)
        assert not ImportedFile.objects.exists()
        report = run(file)
        assert (known(report), report.comments.new) == ([False], 15)


class TestWhatPeopleDidHere:
    def test_a_new_comment_forgets_nothing(self, file):
        run(file)
        making.comment(Post.objects.published().first())
        assert known(run(file)) == [True]

    def test_a_decision_forgets_nothing_and_stands(self, file):
        run(file)
        pk = Comment.objects.published().values_list("pk", flat=True)[0]
        Comment.objects.filter(pk=pk).update(state=Comment.State.HIDDEN)
        assert known(run(file)) == [True]
        run(file, again=True)
        assert Comment.objects.get(pk=pk).state == Comment.State.HIDDEN


def test_the_command_says_that_it_did_not_read_it(file):
    out = StringIO()
    call_command("import_archive", file, stdout=StringIO())
    call_command("import_archive", file, stdout=out, verbosity=2)
    assert f"{file}: the same file came in before." in out.getvalue()
    out = StringIO()
    call_command("import_archive", file, report="json", again=True, stdout=out)
    assert json.loads(out.getvalue())["files"][0]["known"] is False


def test_every_file_of_the_fixtures_is_told_as_one_that_was_read():
    run(FIXTURES)
    passed_over, read = run(FIXTURES), run(FIXTURES, again=True)
    assert all(file.known for file in passed_over.files if not file.skipped)
    for one, two in zip(passed_over.files, read.files, strict=True):
        one, two = replace(one, known=False).as_dict(), two.as_dict()
        # What the first reading merged, the second finds merged: notes may differ.
        assert one | {"warnings": 0} == two | {"warnings": 0}, one["path"]


STEPS = st.lists(
    st.sampled_from(["feed", "other", "both", "grown", "undo", "hide"]),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_passing_over_never_loses_anything(steps, file, other, tmp_path):
    """Whatever was imported, taken back and decided before: right after an import that
    passed over files, one that reads them finds nothing new."""
    grown = tmp_path / "grown" / "feed.atom"
    grown.parent.mkdir(exist_ok=True)
    feed(grown, 1, posts=4)
    files = {"feed": [file], "other": [other], "both": [file, other], "grown": [grown]}
    with transaction.atomic():
        for step in steps:
            if step == "undo":
                last = ImportBatch.objects.filter(undone_at=None).first()
                if last:
                    undo(last)
            elif step == "hide":
                shown = Comment.objects.published().order_by("?").values("pk")[:1]
                Comment.objects.filter(
                    pk__in=list(shown.values_list("pk", flat=True))
                ).update(state=Comment.State.HIDDEN)
            else:
                run(*files[step])
                report = run(*files[step], again=True)
                assert (report.posts.new, report.comments.new) == (0, 0)
                assert (report.posts.updated, report.comments.updated) == (0, 0)
        transaction.set_rollback(True)
