"""Imports where the owner wants no minutes: cut as they come, and still recognised."""

from datetime import datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from blog import moments
from blog.archive.undoing import undo
from blog.discussion import times
from blog.models import Comment, ImportBatch, ImportChange, Post
from tests.moderation.precision import stored_times

from .test_export_roundtrip import bring, empty, export
from .test_merge import blog, run, write

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
KINDS = ("text", "takeout", "backup")


@pytest.fixture(params=moments.CUT)
def precision(request, settings) -> str:
    settings.TIME_PRECISION = request.param
    return request.param


def exact(posts) -> list:
    """The times of the source whose minute is not the first of an hour."""
    times = [comment.written_at for post in posts for comment in post.comments]
    return [at for at in times if at is not None and at.minute]


def rows() -> list[tuple]:
    columns = ("text", "written_at", "precision", "source_id", "handle", "name")
    return sorted(Comment.objects.values_list(*columns), key=repr)


def test_times_are_cut_as_they_come(tmp_path, precision):
    posts = blog()
    run(write(tmp_path, "takeout", posts))
    found = Comment.objects.exclude(written_at=None)
    assert found.count() > 20
    for comment in found:
        assert comment.precision == precision
        assert moments.cut(comment.written_at, precision, LONDON) == comment.written_at
    # Posts have times of their own, which are the editor's.
    times = {at.astimezone(LONDON) for at in exact(posts)}
    own = {at.astimezone(LONDON) for at in Post.objects.values_list("published_at")[0]}
    minutes = sorted(at for at in times if at not in own)
    assert not [each for each in stored_times(minutes) if each.startswith("Comment")]
    assert not list(_in_handles(minutes))


def _in_handles(minutes):
    for handle in Comment.objects.exclude(handle=None).values_list("handle", flat=True):
        yield from (at for at in minutes if f"{at:%H:%M}" in handle)


def test_a_second_run_changes_nothing(tmp_path, precision):
    source = write(tmp_path, "takeout", blog())
    run(source)
    before = rows()
    report = run(source).as_dict()
    assert (report["new"], report["updated"]) == (0, 0), report
    assert rows() == before


def test_in_any_order_it_is_the_same_blog(tmp_path, precision):
    posts = blog(seed=3)
    files = {kind: write(tmp_path, kind, posts) for kind in KINDS}
    found = []
    for order in permutations(KINDS):
        empty()
        for kind in order:
            run(files[kind])
        assert Comment.objects.count() == sum(len(post.comments) for post in posts)
        found.append(sorted((c.written_at, c.source_id) for c in _timed()))
    assert all(each == found[0] for each in found)


def _timed():
    return Comment.objects.exclude(written_at=None)


def test_what_an_import_notes_is_cut_too(tmp_path, precision):
    posts = blog()
    run(write(tmp_path, "text", posts))
    run(write(tmp_path, "takeout", posts))
    noted = [
        change.after
        for change in ImportChange.objects.exclude(comment=None)
        if change.after.get("written_at")
    ]
    assert noted
    field = Comment._meta.get_field("written_at")
    for after in noted:
        at = field.to_python(after["written_at"])
        assert moments.cut(at, precision, LONDON) == at
        assert after["precision"] == precision


def test_nothing_is_told_more_exactly_by_a_later_import(tmp_path, settings):
    source = write(tmp_path, "takeout", blog())
    settings.TIME_PRECISION = "hour"
    run(source)
    before = rows()
    settings.TIME_PRECISION = "minute"
    run(source)
    assert rows() == before


def test_what_was_imported_to_the_minute_is_cut_by_the_command(tmp_path, settings):
    posts = blog()
    run(write(tmp_path, "text", posts))
    run(write(tmp_path, "takeout", posts))
    assert Comment.objects.filter(precision=None).exclude(written_at=None).exists()
    settings.TIME_PRECISION = "hour"
    call_command("coarsen_times", verbosity=0)
    cut = rows()
    report = run(write(tmp_path, "takeout", posts)).as_dict()
    assert (report["new"], report["updated"]) == (0, 0), report
    assert rows() == cut
    for change in ImportChange.objects.exclude(comment=None):
        for values in (change.before, change.after):
            if at := values.get("written_at"):
                at = Comment._meta.get_field("written_at").to_python(at)
                assert at.minute == 0


@pytest.mark.parametrize("form", ["atom", "json"])
def test_an_export_says_what_its_times_are_cut_to(tmp_path, settings, form):
    settings.TIME_PRECISION = "hour"
    run(write(tmp_path, "takeout", blog()))
    before = rows()
    file = export(tmp_path / f"all.{form}", "--all", "--format", form)
    assert b"precision" in file.read_bytes()
    if form == "json":
        return  # which nothing here reads
    settings.TIME_PRECISION = "minute"
    empty()
    bring(file)
    assert rows() == before


def test_an_export_of_minutes_comes_in_without_them(tmp_path, settings):
    run(write(tmp_path, "takeout", blog()))
    assert Comment.objects.filter(handle__contains=":").exists()
    file = export(tmp_path / "all.atom", "--all")
    empty()
    settings.TIME_PRECISION = "day"
    bring(file)
    assert not Comment.objects.filter(handle__contains=":").exists()
    assert Comment.objects.exclude(handle=None).exists()
    assert set(_timed().values_list("precision", flat=True)) == {"day"}


@pytest.mark.parametrize("first", ["minute", "day"])
def test_a_time_that_comes_later_is_known_as_that_of_publication_is(
    tmp_path, settings, first
):
    """Cut under one setting, filled in under another, and taken back: what was cut is
    never told as exact, and nothing exact stands as if it were cut."""
    posts = blog()
    run(write(tmp_path, "text", posts))
    comment = Comment.objects.filter(written_at=None).published().first()
    at = datetime(2025, 6, 12, 14, 37, tzinfo=LONDON)
    rows = Comment.objects.filter(pk=comment.pk)
    known = None if first == "minute" else first
    rows.update(published_at=times.cut_to(at, known), precision=known)
    settings.TIME_PRECISION = "day" if first == "minute" else "minute"
    batch = ImportBatch.objects.get(pk=run(write(tmp_path, "takeout", posts)).batch)
    comment.refresh_from_db()
    assert comment.written_at == times.cut_to(comment.written_at, "day")
    assert comment.published_at == times.cut_to(at, "day")
    assert comment.precision == "day"
    undo(batch)
    comment.refresh_from_db()
    assert comment.written_at is None
    assert comment.published_at == times.cut_to(at, "day")
    assert comment.precision == "day"
    assert "14:37" not in str(ImportChange.objects.values_list("before", "after"))


def test_an_old_link_to_a_moment_leads_to_the_post(client, tmp_path, settings):
    settings.TIME_PRECISION = "hour"
    posts = blog()
    run(write(tmp_path, "takeout", posts))
    comment = _timed().published().filter(post__status="published").first()
    source = next(c for p in posts for c in p.comments if c.uid == comment.source_id)
    number = int(source.written_at.timestamp() * 1000)
    page = client.get(f"{comment.post.get_absolute_url()}?showComment={number}")
    assert page.status_code == 200
    assert comment.written_at - source.written_at.astimezone(LONDON) < timedelta(0)
