"""An import that is taken back: what goes, what stays, and what comes in again."""

import random
import re
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.archive import undoing
from blog.archive.importing import import_paths
from blog.archive.undoing import AlreadyUndone, preview, undo
from blog.discussion import tree
from blog.discussion.submission import Circumstances, submit
from blog.models import Comment, ImportBatch, ImportChange, ImportNote, Label, Post
from moderation.models import Appeal, Decision, Screening
from moderation.transitions import Actor, Seen, decide
from tests.blog import making

from . import made_blogs
from .dump_writer import write_label_page, write_post_page
from .takeout_writer import write_feed

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
ANNA = Actor(Decision.ActorKind.MODERATOR, "anna")
FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
MADE_HERE = {"id", "batch_id", "post_id", "parent_id", "tree_id", "public_id"}


@pytest.fixture
def blog() -> list:
    return list(made_blogs.feed_posts(random.Random(7), 6, 12))


@pytest.fixture
def dumps(blog, tmp_path) -> Path:
    """The pages of the blog without names and times, but of the last post none; and a
    page of a label."""
    folder = tmp_path / "pages"
    folder.mkdir()
    pages = [made_blogs.as_dump(post) for post in blog[:-1]]
    for number, page in enumerate(pages):
        # A copy that was made before the last comment came.
        early = page.comments[:-1]
        page = made_blogs.replace(page, comments=early, comments_declared=None)
        (folder / f"{number}.txt").write_text(write_post_page(page))
    (folder / "label.txt").write_text(write_label_page("Notices", pages[:2]))
    return folder


@pytest.fixture
def feed(blog, tmp_path) -> Path:
    file = tmp_path / "feed.atom"
    with file.open("w") as opened:
        write_feed(blog, opened)
    return file


def run(*paths: Path) -> ImportBatch:
    report = import_paths(paths, zone=LONDON)
    assert [file.error for file in report.failed] == []
    return ImportBatch.objects.get(pk=report.batch)


def posts() -> list[dict]:
    """All that is stored of posts, without numbers that depend on the attempts."""
    return [
        {name: value for name, value in row.items() if name not in MADE_HERE}
        | {
            "labels": sorted(Label.objects.filter(posts=row["id"]).values_list("name")),
            "comments": comments(row["id"]),
        }
        for row in Post.objects.order_by("published_at", "title").values()
    ]


def comments(post: int) -> list[dict]:
    texts = dict(Comment.objects.values_list("pk", "text"))
    rows = Comment.objects.filter(post=post).order_by("tree_id", "lft").values()
    return [
        {name: value for name, value in row.items() if name not in MADE_HERE}
        | {
            "answers": texts.get(row["parent_id"]),
            "html": re.sub("/c/[0-9a-z]+/", "/c/ID/", row["html"]),
        }
        for row in rows
    ]


def approved(post: Post, text: str, parent: Comment | None = None) -> Comment:
    """What a contributor wrote and a moderator let through."""
    sent = submit(post, text, parent=parent, circumstances=Circumstances(form_age=60))
    decide([Seen(sent.comment.public_id, 1)], "approve", ANNA)
    return Comment.objects.get(pk=sent.comment.pk)


def assert_sound() -> None:
    assert tree.check().bad == []
    call_command("verify_log", stdout=StringIO())


class TestOfAFirstImport:
    def test_nothing_of_it_is_left(self, feed):
        batch = run(feed)
        report = undo(batch)
        assert (report.posts_removed, report.comments_removed) == (6, 72)
        assert not Post.objects.exists()
        assert not Comment.objects.exists()
        assert not Label.objects.exists()
        assert not ImportNote.objects.exists()
        assert not ImportChange.objects.exists()

    def test_it_is_on_record(self, feed):
        batch = run(feed)
        undo(batch)
        batch.refresh_from_db()
        assert batch.undone_at is not None
        assert batch.undo_report["comments_removed"] == 72
        assert batch.report["comments"]["new"] == 72

    def test_what_stood_there_before_is_not_touched(self, feed):
        post = making.post(labels=("Weather",))
        root = approved(post, "The wind has turned.")
        for number in range(4):
            approved(post, f"To the north, says watch {number}.", root)
        before = posts()
        undo(run(feed))
        assert posts() == before
        assert_sound()

    @pytest.mark.parametrize("files", ["dumps", "feed", "both", "every format"])
    def test_the_same_files_come_in_again_as_at_first(self, dumps, feed, files):
        paths = {
            "dumps": [dumps],
            "feed": [feed],
            "both": [dumps, feed],
            "every format": [FIXTURES],
        }[files]
        batch = run(*paths)
        notes = set(batch.notes.values_list("file", "line", "code", "message"))
        first = posts()
        undo(batch)
        assert not Post.objects.exists()
        again = run(*paths)
        assert posts() == first
        told = set(again.notes.values_list("file", "line", "code", "message"))
        assert told == notes
        assert_sound()

    def test_twice_is_refused(self, feed):
        batch = run(feed)
        undo(batch)
        for stale in (batch, ImportBatch.objects.get(pk=batch.pk)):
            for again in (undo, preview):
                with pytest.raises(AlreadyUndone, match=r"taken back on .* already"):
                    again(stale)

    def test_one_who_read_it_before_is_refused_too(self, feed):
        stale = run(feed)
        undo(ImportBatch.objects.get(pk=stale.pk))
        with pytest.raises(AlreadyUndone):
            undo(stale)


class TestOfARicherSource:
    """Takeout after text dumps: it brought names, times, numbers, a body with links."""

    @pytest.fixture
    def early(self, dumps) -> ImportBatch:
        return run(dumps)

    def test_what_it_filled_in_is_unknown_again(self, early, feed):
        before = posts()
        batch = run(feed)
        assert Comment.objects.exclude(source_id=None).count() == 72
        assert posts() != before
        report = undo(batch)
        assert posts() == before
        assert not Label.objects.filter(posts=None).exists()
        assert not Comment.objects.exclude(name=None).exists()
        assert not Comment.objects.exclude(written_at=None).exists()
        assert not Comment.objects.exclude(source_id=None).exists()
        assert (report.posts_removed, report.posts_restored) == (1, 5)
        assert (report.comments_removed, report.comments_restored) == (17, 55)
        assert (report.comments_left, report.posts_left) == (0, 0)
        assert not report.comments_kept
        assert_sound()

    @pytest.mark.parametrize("richer", ["takeout", "the-lower-deck-wordpress.xml", ""])
    def test_so_is_it_whatever_the_format(self, richer):
        run(*FIXTURES.glob("*.txt"))
        before = posts()
        report = undo(run(FIXTURES / richer))
        assert posts() == before
        assert report.posts_restored
        assert (report.comments_left, report.posts_left) == (0, 0)
        assert_sound()

    def test_it_comes_in_again_as_it_did(self, early, feed):
        batch = run(feed)
        first = posts()
        undo(batch)
        run(feed)
        assert posts() == first

    def test_the_first_import_goes_after_it(self, early, feed):
        undo(run(feed))
        undo(early)
        assert not Post.objects.exists()

    def test_a_comment_of_the_first_goes_though_the_later_one_filled_it_in(
        self, early, feed
    ):
        later = run(feed)
        report = undo(early)
        # The later one brought the last comment of each post: it keeps what it answers.
        posts_left = Post.objects.filter(batch=early).count()
        assert report.posts_kept == {"discussed": posts_left}
        kept = Comment.objects.filter(batch=early)
        assert report.comments_kept.total() == kept.count()
        assert Comment.objects.filter(batch=later).count() == 17
        assert_sound()

    def test_what_a_person_changed_since_stays(self, early, feed):
        batch = run(feed)
        post = Post.objects.filter(batch=early).order_by("pk").first()
        post.body += "\n<p>A word of the editor.</p>"
        post.save()
        comment = Comment.objects.filter(batch=early).order_by("pk").first()
        Comment.objects.filter(pk=comment.pk).update(name="Corrected")
        report = undo(batch)
        assert (report.posts_left, report.comments_left) == (1, 1)
        post.refresh_from_db()
        assert "A word of the editor" in post.body_html
        assert post.body_format == Post.Format.HTML
        comment.refresh_from_db()
        assert comment.name == "Corrected"
        assert comment.written_at is None

    def test_a_text_is_drawn_anew(self, early, feed):
        before = dict(Post.objects.values_list("pk", "body_html"))
        batch = run(feed)
        assert dict(Post.objects.filter(pk__in=before).values_list("pk", "body_html"))
        undo(batch)
        assert dict(Post.objects.values_list("pk", "body_html")) == before

    def test_a_label_that_somebody_else_took_off_does_not_matter(self, early, feed):
        batch = run(feed)
        Post.labels.through.objects.all().delete()
        undo(batch)
        assert not Label.objects.filter(posts__isnull=False).exists()

    def test_a_date_stays_where_it_made_the_post_public(self, tmp_path):
        page = "The Gate\n\nIt is shut.\n\nNo comments:\n"
        (tmp_path / "page.txt").write_text(page)
        post = Post.objects.create(title="The Gate", body="It is shut.")
        moment = datetime(2022, 5, 3, 9, tzinfo=UTC)
        batch = ImportBatch.objects.create(started_at=timezone.now())
        Post.objects.filter(pk=post.pk).update(published_at=moment)
        ImportChange.objects.create(
            batch=batch,
            post=post,
            before={"published_at": None, "published_precision": "minute"},
            after={"published_at": "2022-05-03T10:00:00+01:00"}
            | {"published_precision": "minute"},
        )
        post.refresh_from_db()
        post.status = "published"
        post.save()
        report = undo(batch)
        post.refresh_from_db()
        assert (post.published_at, post.is_public) == (moment, True)
        assert report.posts_left == 1

    def test_an_address_that_is_taken_now_is_not_given_back(self):
        post = making.post(1, slug="true")
        other = making.post(2, slug="made-up")
        batch = ImportBatch.objects.create(started_at=timezone.now())
        ImportChange.objects.create(
            batch=batch,
            post=post,
            before={"address": other.address, "slug": "made-up"},
            after={"address": post.address, "slug": "true"},
        )
        assert undo(batch).posts_left == 1
        assert Post.objects.get(pk=post.pk).address == post.address

    def test_an_address_that_was_corrected_is_the_made_up_one_again(self):
        post = making.post(1, slug="true")
        true = post.address
        post.old_addresses.create(path="/2022/03/made-up.html")
        batch = ImportBatch.objects.create(started_at=timezone.now())
        ImportChange.objects.create(
            batch=batch,
            post=post,
            before={"address": "2022/03/made-up", "slug": "made-up"},
            after={"address": true, "slug": "true"},
        )
        undo(batch)
        post.refresh_from_db()
        assert (post.address, post.slug) == ("2022/03/made-up", "made-up")
        assert not post.old_addresses.exists()


class TestOfAPostThatStoodInForAMissingOne:
    @pytest.mark.parametrize("knows_its_address", [True, False])
    def test_it_is_an_empty_draft_again(self, blog, tmp_path, knows_its_address):
        whole, alone = tmp_path / "whole.atom", tmp_path / "alone.atom"
        if not knows_its_address:  # then one is made when it is saved
            blog[0] = made_blogs.replace(blog[0], addresses=())
        missing = made_blogs.replace(blog[0], is_missing=True)
        for file, one in ((whole, blog[0]), (alone, missing)):
            with file.open("w") as opened:
                write_feed([one], opened)
        run(alone)
        before = posts()
        assert before[0]["status"] == "draft"
        batch = run(whole)
        assert Post.objects.get().is_public
        undo(batch)
        assert posts() == before


class TestWhatPeopleDidSince:
    @pytest.fixture
    def batch(self, feed) -> ImportBatch:
        return run(feed)

    def test_a_decided_comment_stays_with_what_it_answers(self, batch):
        reply = Comment.objects.exclude(parent=None).order_by("pk").first()
        decide([Seen(reply.public_id, 1)], "hide", ANNA, reason="off_topic")
        log = list(Decision.objects.values())
        report = undo(batch)
        assert set(Comment.objects.all()) == {reply, reply.parent}
        assert report.comments_kept == {"decided": 1, "answered": 1}
        assert report.posts_kept == {"discussed": 1}
        assert Post.objects.get() == reply.post
        assert list(Decision.objects.values()) == log
        assert Comment.objects.get(pk=reply.pk).state == Comment.State.HIDDEN
        assert_sound()

    def test_a_reply_of_a_contributor_keeps_its_parent(self, batch):
        parent = Comment.objects.exclude(parent=None).order_by("pk").first()
        reply = approved(parent.post, "It still turns.", parent)
        report = undo(batch)
        assert set(Comment.objects.all()) == {reply, parent, parent.parent}
        assert report.comments_kept == {"answered": 2}
        assert_sound()

    def test_a_comment_of_a_contributor_keeps_the_post_alone(self, batch):
        post = Post.objects.order_by("pk").first()
        comment = approved(post, "A thread of its own.")
        report = undo(batch)
        assert list(Comment.objects.all()) == [comment]
        assert report.posts_kept == {"discussed": 1}
        post.refresh_from_db()
        assert post.comments_found == 0

    def test_what_stays_and_what_comes_again_is_counted_once(self, batch, feed):
        first = posts()
        reply = Comment.objects.exclude(parent=None).order_by("pk").first()
        decide([Seen(reply.public_id, 1)], "hide", ANNA, reason="off_topic")
        decided = comments(reply.post_id)
        undo(batch)
        run(feed)
        at = next(n for n, row in enumerate(first) if row["title"] == reply.post.title)
        again = posts()
        assert again[at]["comments_found"] == first[at]["comments_found"]

        # Threads whose head stayed come first now: the same comments all the same.
        def told(rows: list[dict]) -> list[tuple]:
            return sorted((r["source_id"], r["state"], r["answers"]) for r in rows)

        assert told(again[at]["comments"]) == told(decided)
        assert again[:at] + again[at + 1 :] == first[:at] + first[at + 1 :]
        assert_sound()

    @pytest.mark.parametrize("what", ["body", "labels", "title in the admin"])
    def test_an_edited_post_stays(self, batch, what, django_user_model):
        post = Post.objects.order_by("pk").first()
        if what == "body":
            Post.objects.filter(pk=post.pk).update(body="<p>Written anew.</p>")
        elif what == "labels":
            post.labels.create(name="Of the editor")
        else:
            user = django_user_model.objects.create(username="editor")
            LogEntry.objects.log_actions(
                user.pk,
                [post],
                CHANGE,
                [{"changed": {"fields": ["title"]}}],
                single_object=True,
            )
        report = undo(batch)
        assert report.posts_kept == {"edited": 1}
        assert list(Post.objects.all()) == [post]
        assert not Comment.objects.exists()

    def test_a_post_that_a_later_import_changed_stays_until_that_is_taken_back(
        self, batch, blog, tmp_path
    ):
        later = tmp_path / "later.atom"
        more = made_blogs.replace(blog[0], labels=("Late",), comments=())
        with later.open("w") as opened:
            write_feed([more], opened)
        second = run(later)
        assert preview(batch).posts_kept == {"changed": 1}
        undo(second)
        assert undo(batch).posts_removed == 6

    def test_what_belongs_to_a_comment_goes_with_it(self, batch):
        comment = Comment.objects.order_by("pk").first()
        Screening.objects.create(comment=comment)
        Appeal.objects.create(
            comment=comment, decision_seq=1, text="Why?", made_on="2022-01-01"
        )
        undo(batch)
        assert not Screening.objects.exists()
        assert not Appeal.objects.exists()

    def test_what_must_not_be_deleted_keeps_its_comment(self, batch, monkeypatch):
        comment = Comment.objects.filter(parent=None).order_by("pk").first()
        monkeypatch.setattr(tree, "needed", lambda pks: {comment.pk} & set(pks))
        assert undo(batch).comments_kept == {"needed": 1}
        assert list(Comment.objects.all()) == [comment]


class TestPreview:
    def test_it_says_what_will_be_done_and_does_nothing(self, dumps, feed):
        run(dumps)
        batch = run(feed)
        own = Comment.objects.filter(batch=batch).exclude(parent=None).order_by("pk")
        reply = own.last()
        decide([Seen(reply.public_id, 1)], "hide", ANNA, reason="off_topic")
        before = posts()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            said = preview(batch)
        written = [q["sql"] for q in queries if not q["sql"].startswith("SELECT")]
        assert written == []
        assert not any("FOR UPDATE" in q["sql"] for q in queries)
        assert posts() == before
        assert undo(batch).as_dict() == said.as_dict()


class Killed(Exception):
    pass


class TestKilled:
    """It is done by the handful, and goes on where it ended."""

    @pytest.fixture(autouse=True)
    def handfuls(self, monkeypatch):
        monkeypatch.setattr(undoing, "COMMENTS", 5)
        monkeypatch.setattr(undoing, "POSTS", 2)
        monkeypatch.setattr(undoing, "BATCH", 7)

    def test_at_any_moment_and_run_again(self, dumps, feed, monkeypatch):
        run(dumps)
        before = posts()
        batch = run(feed)
        expected = preview(batch).as_dict()
        step, steps = undoing._Undoing._step, iter(())

        def killing(self):
            if next(steps, None) is None:
                raise Killed
            return step(self)

        monkeypatch.setattr(undoing._Undoing, "_step", killing)
        for _ in range(6):
            steps = iter(range(2))
            with pytest.raises(Killed):
                undo(ImportBatch.objects.get(pk=batch.pk))
            assert ImportBatch.objects.get(pk=batch.pk).undone_at is None
            assert tree.check().bad == []
        monkeypatch.setattr(undoing._Undoing, "_step", step)
        report = undo(ImportBatch.objects.get(pk=batch.pk))
        assert report.as_dict() == expected
        assert posts() == before
        assert_sound()

    def test_inside_a_transaction(self, feed, monkeypatch):
        batch = run(feed)
        remove = tree.remove

        def killing(pks):
            remove(pks)
            raise Killed

        monkeypatch.setattr(tree, "remove", killing)
        with pytest.raises(Killed):
            undo(batch)
        assert Comment.objects.count() == 72
        monkeypatch.setattr(tree, "remove", remove)
        batch.refresh_from_db()
        assert undo(batch).comments_removed == 72

    @pytest.mark.parametrize("other_ends", [True, False])
    def test_of_two_at_once_one_does_it(self, feed, monkeypatch, other_ends):
        batch = run(feed)
        step, steps = undoing._Undoing._step, []

        def meanwhile(self):
            steps.append(self)
            if len(steps) == 2:
                monkeypatch.setattr(undoing._Undoing, "_step", step)
                if other_ends:
                    undo(ImportBatch.objects.get(pk=batch.pk))
                else:
                    done = undoing.UndoReport(comments_removed=9).as_dict()
                    ImportBatch.objects.update(undo_report=done)
            return step(self)

        monkeypatch.setattr(undoing._Undoing, "_step", meanwhile)
        why = "already" if other_ends else "just now"
        with pytest.raises(AlreadyUndone, match=why):
            undo(batch)

    def test_it_ends_when_its_time_is_over_and_goes_on(self, feed):
        batch = run(feed)
        assert not undo(batch, seconds=-1).finished
        assert Comment.objects.count() == 72
        assert undo(batch, seconds=60).finished


@st.composite
def discussions(draw) -> list[tuple[int | None, bool, int]]:
    """Comments as (which one it answers, whether it was imported, its version)."""
    nodes: list[tuple[int | None, bool, int]] = []
    for number in range(draw(st.integers(1, 15))):
        parent = draw(st.none() | st.integers(0, number - 1)) if number else None
        version = draw(st.sampled_from([1, 1, 1, 1, 2]))
        nodes.append((parent, draw(st.integers(0, 3)) > 0, version))
    return nodes


@given(discussions())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stays_the_trees_are_sound(db, nodes):
    post = making.post()
    batch = ImportBatch.objects.create(started_at=timezone.now())
    made: list[Comment] = []
    for number, (parent, imported, version) in enumerate(nodes):
        made.append(
            making.comment(
                post,
                f"Text {number}",
                None if parent is None else made[parent],
                batch=batch if imported else None,
                version=version,
            )
        )
    stay = set()
    for number, (_, imported, version) in enumerate(nodes):
        above = number if not imported or version != 1 else None
        while above is not None:
            stay.add(above)
            above = nodes[above][0]

    said = preview(batch).as_dict()
    report = undo(batch)

    assert report.as_dict() == said
    assert report.comments_removed == len(nodes) - len(stay)
    left = {comment.text: comment for comment in Comment.objects.all()}
    assert left.keys() == {f"Text {number}" for number in stay}
    for number in stay:
        parent = nodes[number][0]
        above = left[f"Text {number}"].parent
        assert (above and above.text) == (None if parent is None else f"Text {parent}")
    assert tree.check().bad == []
    # Siblings keep their order.
    shown = Comment.objects.order_by("tree_id", "lft").values_list("text", flat=True)
    before = [comment.text for comment in made]
    tops = [text for text in shown if left[text].parent is None]
    assert tops == [text for text in before if text in tops]
    tree.remove({comment.pk for comment in left.values()})
    assert not Comment.objects.exists()


def test_a_comment_that_is_answered_is_not_removed():
    post = making.post()
    parent = making.comment(post)
    making.comment(post, parent=parent)
    with pytest.raises(tree.StillNeeded):
        tree.remove({parent.pk})
    assert Comment.objects.count() == 2
