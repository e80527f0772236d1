"""Importing pages: what comes in, what a second run does, what is never invented."""

import hashlib
import json
import os
import re
from datetime import date, time
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from blog.archive.formats.text import looks_like
from blog.archive.importing import import_paths
from blog.discussion import tree
from blog.models import Comment, ImportBatch, ImportNote, Label, Post

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")

PAGE = """Tuesday, 3 May 2022

The Gate at Hollow Lane

It has been shut since March.

Nobody says why.

{count} comments:

  1. The key is in the drawer.

    ReplyDelete
    Replies
    1. It is not. I looked.

      Delete
    2. Agreed.

      Delete
{reply}  2. Agreed.

    ReplyDelete{top}"""
REPLY = """    3. Look again, under the timesheets.

      Delete
"""
TOP = """
  3. A new thread altogether.

    ReplyDelete
    Replies
    1. With an answer.

      Delete"""


def page(*, reply: bool = False, top: bool = False) -> str:
    count = 4 + reply + 2 * top
    return PAGE.format(
        count=count, reply=REPLY if reply else "", top=TOP if top else ""
    )


def run(*paths: Path, **options):
    return import_paths(paths, zone=LONDON, **options)


def write(folder: Path, text: str | bytes, name: str = "page.txt") -> Path:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def shape() -> list[tuple]:
    """Every comment in the order of its discussion: depth, text, its parent's text."""
    return [
        (comment.level, comment.text, comment.parent and comment.parent.text)
        for comment in Comment.objects.order_by("post_id", "tree_id", "lft")
    ]


def numbers(report) -> tuple:
    posts, comments = report.posts, report.comments
    return (posts.new, posts.updated, comments.new, comments.updated)


class Text(HTMLParser):
    """The text of an HTML page, block ends as white space."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def squashed_hash(text: str) -> str:
    plain = re.sub("[•\uf0b7]", "", text)
    return hashlib.sha256(" ".join(plain.split()).encode()).hexdigest()


class TestGolden:
    """The five real pages, against an independent count of their structure."""

    @pytest.fixture
    def golden(self, shared) -> list[dict]:
        return json.loads((shared.parent / "seeds" / "golden.json").read_text())

    @pytest.fixture
    def report(self, shared):
        return run(shared.parent / "seeds")

    def test_the_database_holds_exactly_what_the_pages_hold(self, golden, report):
        expected = [post for file in golden for post in file["posts"]]
        assert Post.objects.count() == len(expected) == 9
        assert Comment.objects.count() == 108
        for wanted in expected:
            post = Post.objects.get(title=wanted["title"])
            assert post.day.date().isoformat() == wanted["date"]
            assert post.is_public
            assert not post.shows_time
            assert (
                sorted(post.labels.values_list("name", flat=True)) == wanted["labels"]
            )
            assert squashed_hash(post.body) == wanted["body"]["sha256"]
            assert post.comments_declared == wanted["declared_comments"]
            found = self.by_path(post)
            comments = {c["path"]: c for c in wanted.get("comments", [])}
            assert found.keys() == comments.keys()
            for path, comment in found.items():
                assert squashed_hash(comment.text) == comments[path]["sha256"]
                assert (
                    len(re.sub("[•\uf0b7]", "", comment.text).split())
                    == (comments[path]["words"])
                )

    def test_forty_threads_and_sixty_eight_replies(self, report):
        assert Comment.objects.filter(parent=None).count() == 40
        assert Comment.objects.exclude(parent=None).count() == 68
        assert tree.check().bad == []
        assert Label.objects.get().posts.count() == 5
        assert Label.objects.get().name == "ViSOR"

    def test_declared_is_found_on_four_pages(self, report):
        declared = [
            (file.declared, file.comments.found)
            for file in report.read
            if file.declared
        ]
        assert sorted(declared) == [(17, 17), (24, 24), (27, 27), (40, 40)]

    def test_nothing_is_invented(self, report):
        for comment in Comment.objects.all():
            assert comment.name is None
            assert comment.written_at is None
            assert comment.published_at is None
            assert comment.state == Comment.State.PUBLISHED

    def test_only_the_three_mid_word_breaks_are_reported(self, report):
        found = [
            (Path(file.path).name[:3], warning.line)
            for file in report.files
            for warning in file.warnings
            if warning.code == "mid-word-break"
        ]
        assert found == [("000", 174), ("001", 58), ("001", 416)]
        assert not [
            warning
            for file in report.files
            for warning in file.warnings
            if warning.code == "not-understood"
        ]

    def test_the_shown_html_has_the_same_words(self, golden, report):
        for comment in Comment.objects.all():
            reader = Text()
            reader.feed(comment.html)
            assert squashed_hash("".join(reader.pieces)) == squashed_hash(comment.text)

    def test_twice_is_once(self, shared, report):
        before = list(Comment.objects.order_by("pk").values())
        again = run(shared.parent / "seeds")
        assert numbers(again) == (0, 0, 0, 0)
        assert (again.posts.unchanged, again.comments.unchanged) == (9, 108)
        assert list(Comment.objects.order_by("pk").values()) == before

    @staticmethod
    def by_path(post: Post) -> dict[str, Comment]:
        paths: dict[int, str] = {}
        counts: dict[int | None, int] = {}
        found = {}
        for comment in post.comments.order_by("tree_id", "lft"):
            counts[comment.parent_id] = counts.get(comment.parent_id, 0) + 1
            number = str(counts[comment.parent_id])
            if comment.parent_id:
                number = f"{paths[comment.parent_id]}.{number}"
            paths[comment.pk] = number
            found[number] = comment
        return found


class TestFixtures:
    def test_the_invented_blog_gives_what_its_list_expects(self):
        folder = Path(__file__).parents[3] / "fixtures"
        expected = json.loads((folder / "expected.json").read_text())
        run(*sorted(folder.glob("*.txt")))
        assert Post.objects.count() == len(
            {
                (post["date"], post["title"])
                for file in expected.values()
                for post in file["posts"]
            }
        )
        for file in expected.values():
            for wanted in file["posts"]:
                post = Post.objects.get(title=wanted["title"])
                assert post.day.date().isoformat() == wanted["date"]
                labels = set(post.labels.values_list("name", flat=True))
                assert labels >= set(wanted["labels"])
                if wanted["comments_included"]:
                    comments = post.comments
                    assert comments.filter(parent=None).count() == wanted["top"]
                    assert comments.exclude(parent=None).count() == wanted["replies"]
        assert tree.check().bad == []


class TestAgain:
    def test_a_page_that_grew_adds_only_what_is_new(self, tmp_path):
        run(write(tmp_path, page()))
        before = {c.pk: c.text for c in Comment.objects.all()}
        report = run(write(tmp_path, page(reply=True, top=True)))
        assert numbers(report) == (0, 1, 3, 0)  # the post's declared number grew
        assert shape() == [
            (0, "The key is in the drawer.", None),
            (1, "It is not. I looked.", "The key is in the drawer."),
            (1, "Agreed.", "The key is in the drawer."),
            (1, "Look again, under the timesheets.", "The key is in the drawer."),
            (0, "Agreed.", None),
            (0, "A new thread altogether.", None),
            (1, "With an answer.", "A new thread altogether."),
        ]
        assert before.items() <= {c.pk: c.text for c in Comment.objects.all()}.items()
        assert tree.check().bad == []

    def test_a_comment_that_went_makes_no_other_new(self, tmp_path):
        run(write(tmp_path, page(reply=True, top=True)))
        shorter = page(reply=True, top=True).replace(
            "    1. It is not. I looked.\n\n      Delete\n", ""
        )
        shorter = shorter.replace("    2. Agreed", "    1. Agreed").replace(
            "    3. Look", "    2. Look"
        )
        assert numbers(run(write(tmp_path, shorter)))[2:] == (0, 0)
        assert Comment.objects.count() == 7

    def test_a_comment_removed_at_the_source_is_told_and_stays(self, tmp_path):
        run(write(tmp_path, page()))
        removed = page().replace(
            "  1. The key is in the drawer.",
            "  1. This comment has been removed by the author.",
        )
        report = run(write(tmp_path, removed))
        assert numbers(report)[2:] == (0, 0)
        (warning,) = [w for w in report.files[0].warnings if w.code == "removed-since"]
        assert warning.line == 11
        assert Comment.objects.get(text="The key is in the drawer.").is_published

    def test_what_was_removed_comes_as_a_place_without_text(self, tmp_path):
        removed = page().replace(
            "  1. The key is in the drawer.",
            "  1. This comment has been removed by the author.",
        )
        run(write(tmp_path, removed))
        top = Comment.objects.get(level=0, text="")
        assert top.state == Comment.State.WITHDRAWN
        assert numbers(run(write(tmp_path, removed))) == (0, 0, 0, 0)

    def test_a_decision_made_here_stands(self, tmp_path):
        run(write(tmp_path, page()))
        Comment.objects.filter(text="Agreed.", level=0).update(
            state=Comment.State.HIDDEN, text="[masked]", version=2
        )
        assert numbers(run(write(tmp_path, page()))) == (0, 0, 0, 0)
        hidden = Comment.objects.get(text="[masked]")
        assert (hidden.state, hidden.version) == (Comment.State.HIDDEN, 2)

    def test_a_comment_moved_to_another_post_is_not_doubled(self, tmp_path):
        run(write(tmp_path, page()))
        other = Post.objects.create(title="Elsewhere", status=Post.Status.PUBLISHED)
        Comment.objects.filter(text="Agreed.", level=0).update(post=other)
        assert numbers(run(write(tmp_path, page()))) == (0, 0, 0, 0)
        assert Comment.objects.count() == 4

    def test_comments_written_here_keep_their_place_in_a_thread_that_grows(
        self, tmp_path
    ):
        run(write(tmp_path, page()))
        first = Comment.objects.get(text="It is not. I looked.")
        tree.insert(first.post, first, text="Written here", state="published")
        run(write(tmp_path, page(reply=True)))
        assert (2, "Written here", "It is not. I looked.") in shape()
        assert tree.check().bad == []

    def test_a_body_edited_here_is_kept_and_told(self, tmp_path):
        run(write(tmp_path, page()))
        post = Post.objects.get()
        post.body = "Edited here."
        post.save()
        report = run(write(tmp_path, page().replace("Nobody says why.", "They say.")))
        assert Post.objects.get().body == "Edited here."
        assert [w.code for w in report.files[0].warnings] == ["body-differs"]

    def test_a_body_that_changed_at_the_source_alone_is_taken(self, tmp_path):
        run(write(tmp_path, page()))
        report = run(write(tmp_path, page().replace("Nobody says why.", "They say.")))
        assert numbers(report) == (0, 1, 0, 0)
        assert "They say." in Post.objects.get().body_html

    def test_a_richer_page_fills_in_names_and_times(self, tmp_path):
        run(write(tmp_path, page()))
        named = page().replace(
            "  1. The key is in the drawer.",
            "  1. Night Porter3 May 2022 at 18:20\n\n    The key is in the drawer.",
        )
        report = run(write(tmp_path, named))
        assert numbers(report) == (0, 0, 0, 1)
        comment = Comment.objects.get(text="The key is in the drawer.")
        assert comment.name == "Night Porter"
        local = timezone.localtime(comment.written_at, LONDON)
        assert (local.date(), local.time()) == (date(2022, 5, 3), time(18, 20))
        assert numbers(run(write(tmp_path, named))) == (0, 0, 0, 0)

    def test_bloggers_anonymous_is_unsigned_not_a_name(self, tmp_path):
        text = page().replace(
            "  1. The key is in the drawer.",
            "  1. Anonymous3 May 2022 at 18:20\n\n    The key is in the drawer.",
        )
        run(write(tmp_path, text))
        assert Comment.objects.get(text="The key is in the drawer.").name == ""


class TestLabelPage:
    LABEL = (
        "Showing posts with label Gates. Show all posts\n"
        "Showing posts with label Gates. Show all posts\n\n"
        "Tuesday, 3 May 2022\n\nThe Gate at Hollow Lane\n\n"
        "It has been shut since March.\n\nNobody says why.\n\n"
        "Monday, 2 May 2022\n\nEarlier\n\nText."
    )

    @pytest.mark.parametrize("label_first", [True, False])
    def test_it_joins_the_post_page_in_either_order(self, tmp_path, label_first):
        names = ("a.txt", "b.txt") if label_first else ("b.txt", "a.txt")
        write(tmp_path, self.LABEL, names[0])
        write(tmp_path, page(), names[1])
        run(tmp_path)
        assert Post.objects.count() == 2
        post = Post.objects.get(title="The Gate at Hollow Lane")
        assert post.comments_recorded
        assert post.comments.count() == 4
        assert post.labels.get().name == "Gates"
        assert not Post.objects.get(title="Earlier").comments_recorded
        assert numbers(run(tmp_path)) == (0, 0, 0, 0)

    def test_a_label_that_an_editor_took_off_does_not_come_back(self, tmp_path):
        write(tmp_path, self.LABEL, "label.txt")
        run(tmp_path)
        post = Post.objects.get(title="Earlier")
        post.labels.clear()
        assert numbers(run(tmp_path)) == (0, 0, 0, 0)
        assert not post.labels.exists()


class TestDryRun:
    def test_it_writes_nothing_and_tells_the_same(self, tmp_path):
        write(tmp_path, page())
        write(tmp_path, TestLabelPage.LABEL, "label.txt")
        told = run(tmp_path, dry_run=True).as_dict()
        assert not Post.objects.exists()
        assert not Comment.objects.exists()
        assert not Label.objects.exists()
        done = run(tmp_path).as_dict()
        assert told.pop("dry_run")
        assert not done.pop("dry_run")
        assert told == done


class TestTimes:
    def test_the_day_alone_is_noon_in_the_blogs_zone(self, tmp_path):
        run(write(tmp_path, page()))
        post = Post.objects.get()
        assert post.published_precision == Post.Precision.DAY
        assert timezone.localtime(post.published_at, LONDON).time() == time(12)
        assert post.address == "2022/05/gate-at-hollow-lane"

    def test_a_page_without_a_date_becomes_a_draft(self, tmp_path):
        report = run(
            write(
                tmp_path,
                "Only a title\n\nText.\n\n1 comment:\n\n  1. Hello.\n\n    ReplyDelete",
            )
        )
        post = Post.objects.get()
        assert post.status == Post.Status.DRAFT
        assert post.published_at is None
        assert any(w.code == "no-date" for w in report.files[0].warnings)
        assert numbers(run(tmp_path / "page.txt")) == (0, 0, 0, 0)


class TestCommand:
    def call(self, *args: object, **options) -> tuple[str, str]:
        out, err = StringIO(), StringIO()
        call_command(
            "import_archive", *map(str, args), stdout=out, stderr=err, **options
        )
        return out.getvalue(), err.getvalue()

    def test_the_json_report_has_all_that_programs_need(self, tmp_path):
        write(tmp_path, page().replace("4 comments", "9 comments"))
        out, _ = self.call(tmp_path, report="json")
        found = json.loads(out)
        assert found["posts"]["new"] == 1
        assert found["comments"] == {
            "found": 4, "new": 4, "updated": 0, "unchanged": 0,
        }  # fmt: skip
        assert (found["declared"], found["found"]) == (9, 4)
        assert (found["new"], found["updated"], found["unchanged"]) == (5, 0, 0)
        (file,) = found["files"]
        (warning,) = file["warnings"]
        assert warning["code"] == "declared-found"
        assert warning["line"] == 9

    def test_a_second_run_says_that_nothing_is_new(self, tmp_path):
        write(tmp_path, page())
        self.call(tmp_path)
        out, _ = self.call(tmp_path)
        assert "1 file: nothing that is not here already." in out

    def test_bad_files_are_named_and_the_others_imported(self, tmp_path):
        write(tmp_path, page(), "good.txt")
        write(tmp_path, b"\x00\x01binary\x00", "binary.txt")
        write(tmp_path, b"", "empty.txt")
        write(tmp_path, page().encode("utf-16"), "utf16.txt")
        write(tmp_path, page().replace("shut", "sh\u00fct").encode("latin-1"), "l1.txt")
        out, err = StringIO(), StringIO()
        with pytest.raises(CommandError, match="4 files could not be read"):
            call_command("import_archive", str(tmp_path), stdout=out, stderr=err)
        assert Post.objects.count() == 1
        for name in ("binary.txt", "empty.txt", "utf16.txt", "l1.txt:5"):
            assert name in err.getvalue()
        assert "UTF-8" in err.getvalue()

    def test_a_line_of_50_mb_is_named(self, tmp_path):
        text = page().replace("Nobody says why.", "x" * 50_000_000)
        write(tmp_path, text)
        err = StringIO()
        with pytest.raises(CommandError):
            call_command("import_archive", str(tmp_path), stderr=err)
        assert "page.txt:7" in err.getvalue()
        assert not Post.objects.exists()

    def test_a_missing_and_an_unreadable_path_are_named(self, tmp_path):
        write(tmp_path, page(), "good.txt")
        err = StringIO()
        with pytest.raises(CommandError, match="1 file could not be read"):
            call_command(
                "import_archive",
                str(tmp_path / "nowhere.txt"),
                str(tmp_path / "good.txt"),
                stdout=StringIO(),
                stderr=err,
            )
        assert "nowhere.txt" in err.getvalue()
        assert "No such file" in err.getvalue()
        assert Post.objects.count() == 1

    def test_a_folder_without_archives_says_so(self, tmp_path):
        write(tmp_path, "Some notes.\n", "notes.md")
        out = StringIO()
        with pytest.raises(CommandError, match="No archive found"):
            call_command("import_archive", str(tmp_path), stdout=out)
        assert "notes.md: skipped" in out.getvalue()

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("passwd", "root:x:0:0:root:/root:/bin/bash\n"),
            ("README.md", "# Tide tables\n\n1. Get them.\n2. Read them.\n"),
            ("manage.py", "import sys\n\n\ndef main():\n    pass\n"),
        ],
    )
    def test_one_file_that_is_no_page_is_refused(self, tmp_path, name, text):
        err = StringIO()
        with pytest.raises(CommandError, match="1 file could not be read"):
            call_command(
                "import_archive",
                str(write(tmp_path, text, name)),
                stdout=StringIO(),
                stderr=err,
            )
        assert f"{name}: This is no page of a blog" in err.getvalue()
        assert not Post.objects.exists()

    def test_one_file_with_nothing_but_a_discussion_is_none_of_those(self, tmp_path):
        text = "A title\n\nText.\n\n" + "x\n" * 40_000 + page().partition("\n\n")[2]
        assert not looks_like(text.encode())
        run(write(tmp_path, text))
        assert Comment.objects.count() == 4

    def test_of_what_holds_nothing_readable_no_record_is_kept(self, tmp_path):
        write(tmp_path, b"\x00\x01binary\x00", "binary.txt")
        for path in ("nowhere", "binary.txt", ""):
            with pytest.raises(CommandError):
                self.call(tmp_path / path)
        assert not ImportBatch.objects.exists()
        assert not ImportNote.objects.exists()
        # Beside something that was read it is noted, as what went wrong there.
        write(tmp_path, page())
        with pytest.raises(CommandError):
            self.call(tmp_path)
        assert ImportBatch.objects.get().notes.get().file == "binary.txt"
        with pytest.raises(CommandError):
            self.call(tmp_path / "page.txt", tmp_path / "nowhere")
        assert ImportBatch.objects.count() == 2

    def test_nor_of_a_dry_run(self, tmp_path):
        write(tmp_path, page())
        with pytest.raises(CommandError):
            self.call(tmp_path, tmp_path / "nowhere", dry_run=True)
        assert not ImportBatch.objects.exists()

    def test_an_unknown_time_zone_is_refused(self, tmp_path):
        with pytest.raises(CommandError, match="Europe/London"):
            call_command("import_archive", str(tmp_path), time_zone="Mars/Olympus")


class TestSeveralCopies:
    """An older and a newer copy of a page, or two pages of one discussion."""

    def test_a_folder_with_both_settles(self, tmp_path):
        write(tmp_path, page(), "a-older.txt")
        write(tmp_path, page(reply=True, top=True), "b-newer.txt")
        run(tmp_path)
        assert numbers(run(tmp_path)) == (0, 0, 0, 0)
        post = Post.objects.get()
        assert (post.comments_declared, post.comments_found) == (7, 7)

    def test_an_older_copy_takes_nothing_back(self, tmp_path):
        newer = page(reply=True, top=True).replace("says why", "has said why yet")
        run(write(tmp_path, page()))
        run(write(tmp_path, newer))
        report = run(write(tmp_path, page()))
        assert numbers(report) == (0, 0, 0, 0)
        assert "has said why yet" in Post.objects.get().body
        (warning,) = [w for w in report.files[0].warnings if w.code == "gone-since"]
        assert warning.message.startswith("3 comments")

    def test_two_pages_of_one_discussion_are_counted_together(self, tmp_path):
        first = page().replace("4 comments:", "6 comments:")
        second = PAGE.partition("{count}")[0] + (
            "6 comments:\n\n  1. One from the second page.\n\n    ReplyDelete\n"
            "  2. And another.\n\n    ReplyDelete"
        )
        write(tmp_path, first, "1.txt")
        write(tmp_path, second, "2.txt")
        run(tmp_path)
        post = Post.objects.get()
        assert (post.comments_declared, post.comments_found) == (6, 6)
        assert numbers(run(tmp_path)) == (0, 0, 0, 0)

    def test_another_text_under_one_date_and_title_is_told_and_not_taken(
        self, tmp_path
    ):
        one = " ".join(f"morning{n}" for n in range(40))
        other = " ".join(f"evening{n}" for n in range(40))
        first = page().replace("Nobody says why.", one)
        second = page().replace(
            "It has been shut since March.\n\nNobody says why.", other
        )
        run(write(tmp_path, first))
        report = run(write(tmp_path, second))
        assert "morning7" in Post.objects.get().body
        assert "evening7" not in Post.objects.get().body
        assert [w.code for w in report.files[0].warnings] == ["same-date-and-title"]


class TestOddFiles:
    """One odd file keeps no other out."""

    def test_what_cannot_be_stored_is_named_and_the_others_come(
        self, tmp_path, monkeypatch
    ):
        write(tmp_path, page().replace("Gate", "Wicket"), "a.txt")
        write(tmp_path, page(), "b.txt")
        real = Post.save

        def save(self, *args, **kwargs):
            if "Wicket" in self.title:
                raise OverflowError("date value out of range")
            real(self, *args, **kwargs)

        monkeypatch.setattr(Post, "save", save)
        report = run(tmp_path)
        assert [Path(file.path).name for file in report.failed] == ["a.txt"]
        assert Post.objects.get().title == "The Gate at Hollow Lane"

    def test_a_label_that_is_too_long_is_left_out_and_told(self, tmp_path):
        label = "w" * 240
        text = TestLabelPage.LABEL.replace("label Gates.", f"label {label}.")
        report = run(write(tmp_path, text))
        assert not Label.objects.exists()
        assert {w.code for w in report.files[0].warnings} >= {"label-too-long"}

    def test_a_label_that_no_address_can_hold_is_left_out_and_told(self, tmp_path):
        text = TestLabelPage.LABEL.replace("label Gates.", "label ./x.")
        report = run(write(tmp_path, text))
        assert not Label.objects.exists()
        told, *_ = [w for w in report.files[0].warnings if w.code == "label-unusable"]
        assert told.message.endswith("left out: “./x”")

    def test_a_date_beyond_all_blogs_is_none(self, tmp_path):
        run(write(tmp_path, page().replace("Tuesday, 3 May 2022", "3 May 9999")))
        assert Post.objects.get().status == Post.Status.DRAFT

    def test_a_date_to_come_is_told(self, tmp_path):
        report = run(
            write(tmp_path, page().replace("Tuesday, 3 May 2022", "3 May 2150"))
        )
        assert Post.objects.get().status == Post.Status.SCHEDULED
        assert "future-date" in {w.code for w in report.files[0].warnings}

    def test_control_characters_reach_neither_the_page_nor_the_terminal(self, tmp_path):
        run(write(tmp_path, page().replace("Nobody", "\x1b]0;pwned\x07No\x0cbody")))
        assert "]0;pwnedNobody says why." in Post.objects.get().body

    def test_a_folder_that_may_not_be_read_is_named(self, tmp_path, monkeypatch):
        real = os.scandir

        def scandir(path):
            if Path(path).name == "closed":
                raise PermissionError(13, "Permission denied", str(path))
            return real(path)

        (tmp_path / "closed").mkdir()
        write(tmp_path, page())
        monkeypatch.setattr(os, "scandir", scandir)
        report = run(tmp_path)
        (failed,) = report.failed
        assert failed.path.endswith("closed")
        assert Post.objects.count() == 1

    def test_a_pipe_is_no_file(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        (failed,) = run(tmp_path / "pipe").failed
        assert "a pipe" in failed.error

    def test_if_empty_leaves_a_blog_alone(self, tmp_path):
        write(tmp_path, page())
        call_command("import_archive", str(tmp_path), if_empty=True, stdout=StringIO())
        assert Post.objects.count() == 1
        (tmp_path / "page.txt").write_text(page().replace("Gate", "Door"))
        call_command("import_archive", str(tmp_path), if_empty=True, stdout=StringIO())
        assert Post.objects.count() == 1
