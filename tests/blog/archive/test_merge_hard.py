"""Where two sources of one blog can be mistaken: nobody's words go to somebody else,
and nothing that was taken back comes out again."""

import zipfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from random import Random
from zoneinfo import ZoneInfo

import pytest

from blog.archive import loader, sources, undoing
from blog.archive.formats.xml_stream import Reader
from blog.archive.importing import import_paths
from blog.archive.model import SourceComment, SourcePost, Status
from blog.discussion import tree
from blog.models import Comment, ImportBatch, Label, Post

from .dump_writer import write_post_page
from .made_blogs import as_dump, feed_posts
from .test_merge import run, write

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def post(*comments: SourceComment, **fields) -> SourcePost:
    (made,) = feed_posts(Random(5), 1, 0)
    placed = tuple(replace(comment, post=made.uid) for comment in comments)
    return replace(made, comments=placed, comments_declared=None, **fields)


def comment(number: int, words: str, parent: int | None = None, **fields):
    start = next(feed_posts(Random(5), 1, 0)).published_at
    known = {"author": "", "written_at": start + timedelta(minutes=number)}
    return SourceComment(
        id=f"blogger:{number}",
        uid=f"blogger:{number}",
        parent=None if parent is None else f"blogger:{parent}",
        text="",
        html="" if fields.get("status") else words,
        **(known | fields),
    )


def stood() -> set[tuple]:
    """Words, those of the parent, and the state of each comment."""
    return {
        (c.text, c.parent.text if c.parent else None, c.state)
        for c in Comment.objects.select_related("parent")
    }


def codes(report) -> set[str]:
    return {warning.code for file in report.files for warning in file.warnings}


class TestTheSameWords:
    @pytest.mark.parametrize(
        "other",
        [
            {"author": "Bob"},
            {"author": "", "written_at": None, "name": "later"},
        ],
        ids=["by another name", "years later"],
    )
    def test_of_another_program_are_another_comment(self, tmp_path, other):
        first = comment(1, "Great post!", author="Anna")
        if "name" in other:
            first = comment(1, "Great post!")
            other = {"written_at": first.written_at + timedelta(days=2500)}
        run(write(tmp_path, "takeout", [post(first)]))
        answered = [
            comment(2, "Great post!", **other),
            comment(3, "I disagree.", 2, written_at=first.written_at),
        ]
        run(write(tmp_path, "disqus", [post(*answered)]))
        assert Comment.objects.filter(text="Great post!").count() == 2
        reply = Comment.objects.get(text="I disagree.")
        assert reply.parent.source_id.startswith("disqus:")

    def test_below_another_comment_are_another_comment(self, tmp_path):
        both = [comment(1, "First."), comment(2, "Second.")]
        page = write(tmp_path, "text", [post(*both, comment(3, "Agreed.", 1))])
        run(page)
        write(tmp_path, "text", [post(*both, comment(3, "Agreed.", 2))])
        run(page)
        assert stood() == {
            ("First.", None, "published"),
            ("Second.", None, "published"),
            ("Agreed.", "First.", "published"),
            ("Agreed.", "Second.", "published"),
        }

    def test_come_again_after_an_import_was_taken_back(self, tmp_path):
        page = write(tmp_path, "text", [post(comment(1, "Thanks."))])
        run(page)
        write(tmp_path, "text", [post(comment(1, "Thanks."), comment(2, "Thanks."))])
        run(page)
        undoing.undo(ImportBatch.objects.earliest("pk"))
        run(page)
        assert Comment.objects.count() == 2


class TestRemoved:
    def test_a_placeholder_takes_nobody_elses_place(self, tmp_path):
        run(write(tmp_path, "takeout", [post(comment(1, "One."))]))
        run(write(tmp_path, "disqus", [post(comment(9, "Bob's words.", author="Bob"))]))
        removed = comment(11, "", status=Status.REMOVED_BY_AUTHOR)
        reply = comment(12, "You should not have said that.", 11)
        run(write(tmp_path, "takeout", [post(comment(1, "One."), removed, reply)]))
        assert Comment.objects.get(source_id="blogger:12").parent.text == ""
        assert ("Bob's words.", None, "published") in stood()
        assert Comment.objects.count() == 4

    def test_what_its_writer_removed_does_not_come_back(self, tmp_path):
        reply = comment(2, "Well said.", 1)
        gone = comment(1, "", status=Status.REMOVED_BY_AUTHOR, author=None)
        page = replace(as_dump(post(gone, reply)), comments_declared=2)
        (tmp_path / "page.txt").write_text(
            write_post_page(
                replace(
                    page,
                    comments=tuple(
                        replace(c, status=s)
                        for c, s in zip(
                            page.comments, (gone.status, Status.LIVE), strict=True
                        )
                    ),
                )
            )
        )
        run(tmp_path / "page.txt")
        older = post(comment(1, "My name is John.", author="John"), reply)
        run(write(tmp_path, "takeout", [older]))
        assert stood() == {
            ("", None, "withdrawn"),
            ("Well said.", "", "published"),
        }
        assert "John" not in set(Comment.objects.values_list("name", flat=True))

    def test_where_nothing_tells_which_it_was_it_waits(self, tmp_path):
        gone = comment(1, "", status=Status.REMOVED_BY_AUTHOR)
        page = as_dump(post(gone))
        page = replace(
            page,
            comments=tuple(replace(c, status=gone.status) for c in page.comments),
        )
        (tmp_path / "page.txt").write_text(write_post_page(page))
        run(tmp_path / "page.txt")
        report = run(write(tmp_path, "takeout", [post(comment(1, "I said this."))]))
        assert "removed-here" in codes(report)
        assert report.files[0].kept_back["held"] == 1
        assert ("I said this.", None, "pending") in stood()

    @pytest.mark.parametrize("state", ["withdrawn", "erased"])
    def test_what_is_withdrawn_while_it_runs_stays_empty(
        self, tmp_path, monkeypatch, state
    ):
        run(write(tmp_path, "text", [post(comment(1, "My private words."))]))
        add_labels = loader.add_labels

        def meanwhile(*args):
            Comment.objects.update(state=state, version=2, text="", html="", name="")
            add_labels(*args)

        monkeypatch.setattr(loader, "add_labels", meanwhile)
        html = 'My private <a href="https://example.org/">words</a>.'
        run(write(tmp_path, "takeout", [post(comment(1, html, author="John"))]))
        row = Comment.objects.get()
        assert (row.state, row.text, row.name, row.html) == (state, "", "", "")

    def test_a_gap_of_an_export_stays_and_is_told(self, tmp_path):
        own = {"uid": "candour:abc1", "id": "candour:abc1", "public_id": "abc1"}
        feed = tmp_path / "a.atom"
        head = (
            "<feed xmlns='http://www.w3.org/2005/Atom' "
            "xmlns:blogger='http://schemas.google.com/blogger/2018' "
            "xmlns:candour='https://candour.example/archive/1'>"
        )
        entry = (
            "<entry><id>tag:x,2026:c</id><blogger:type>COMMENT</blogger:type>"
            f"<candour:uid>{own['uid']}</candour:uid>"
            "<candour:publicId>abc1</candour:publicId>"
            "<candour:parent>blogger:1</candour:parent>"
            "<blogger:status>LIVE</blogger:status>{}</entry>"
        )
        gap = "<candour:state>erased</candour:state>"
        words = (
            "<author><name>Ann</name></author><content type='html'>Words.</content>"
            "<candour:text>Words.</candour:text><candour:state>live</candour:state>"
        )
        feed.write_text(f"{head}{entry.format(gap)}</feed>")
        run(feed)
        feed.write_text(f"{head}{entry.format(words)}</feed>")
        report = run(feed)
        assert "words-since" in codes(report)
        assert Comment.objects.get().state == "erased"


class TestPosts:
    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"status": "draft"}, "removed-since"),
            ({"title": "Another name"}, "renamed-since"),
        ],
    )
    def test_what_changed_at_the_source_is_told(self, tmp_path, change, code):
        run(write(tmp_path, "takeout", [post()]))
        report = run(write(tmp_path, "takeout", [post(**change)]))
        assert code in codes(report)
        assert Post.objects.get().is_public

    def test_a_draft_that_is_public_there_now_is_told(self, tmp_path):
        run(write(tmp_path, "takeout", [post(status="draft")]))
        report = run(write(tmp_path, "takeout", [post()]))
        assert "published-since" in codes(report)
        assert not Post.objects.get().is_public

    def test_a_label_is_one_line(self, tmp_path, client):
        file = write(tmp_path, "takeout", [post(labels=("a  b",))])
        file.write_text(file.read_text().replace("a  b", "a&#10;b"))
        run(file)
        assert Label.objects.get().name == "a b"
        assert client.get("/").status_code == 200

    def test_an_address_of_the_year_nothing_is_not_kept(self, tmp_path, client):
        run(write(tmp_path, "takeout", [post(addresses=("/0000/05/t.html",))]))
        address = Post.objects.get().get_absolute_url()
        assert not address.startswith("/0000/")
        for path in ("/", "/0000/", "/0000/05/", address):
            assert client.get(path).status_code in (200, 404)

    def test_a_page_of_the_second_of_two_twins_finds_it(self, tmp_path):
        twin = replace(post(), uid="blogger:7", body="<p>Quite other words.</p>")
        twin = replace(twin, addresses=())
        run(write(tmp_path, "takeout", [post(), twin]))
        run(write(tmp_path, "text", [replace(twin, comments=(comment(1, "Here."),))]))
        assert Comment.objects.get().post.source_id == "blogger:7"

    def test_another_blogs_post_at_the_same_address_is_another(self, tmp_path):
        first = post(title="One", body="<p>" + "water " * 30 + "</p>")
        run(write(tmp_path, "takeout", [first]))
        other = replace(
            first, uid="atom:other", title="Two", body="<p>" + "fire " * 30 + "</p>"
        )
        file = write(tmp_path, "takeout", [replace(other, uid="blogger:2")])
        text = file.read_text().replace("blog-7000000000000000007.post-2<", "other<")
        file.write_text(text.replace("tag:blogger.com,1999:other", "urn:other"))
        run(file)
        assert Post.objects.count() == 2


class TestPlaces:
    def test_a_folder_called_blogger_is_read(self, tmp_path):
        folder = tmp_path / "Blogger"
        folder.mkdir()
        run(write(folder, "text", [post(comment(1, "One."))]).parent)
        assert Comment.objects.count() == 1

    def test_what_is_left_out_of_a_takeout_is_told(self, tmp_path):
        rest = tmp_path / "Takeout" / "Blogger" / "Comments" / "X"
        rest.mkdir(parents=True)
        file = write(rest, "takeout", [post(comment(1, "One."))])
        report = import_paths([tmp_path], zone=LONDON)
        assert "only the blog's feed" in report.files[0].skipped
        assert file.exists()

    def test_a_zip_of_many_files_is_opened_twice(self, tmp_path, monkeypatch):
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            for number in range(50):
                archive.writestr(f"{number}.txt", "no page of any blog")
        opened = []

        class Counted(zipfile.ZipFile):
            def __init__(self, *args, **options):
                opened.append(args)
                super().__init__(*args, **options)

        monkeypatch.setattr(sources.zipfile, "ZipFile", Counted)
        import_paths([tmp_path / "x.zip"], zone=LONDON)
        assert len(opened) == 2


def test_lines_of_ten_thousand_comments_of_one_item_are_counted_once():
    item = "<item>" + "<c>x\n</c>" * 10_000 + "</item>"
    (element,) = Reader(BytesIO(item.encode()), frozenset(("item",)))
    lines = [child.line for child in element.all("c")]
    assert lines == list(range(1, 10_001))


def test_trees_are_sound_after_all_that(tmp_path):
    run(write(tmp_path, "takeout", [post(comment(1, "a"), comment(2, "b", 1))]))
    assert tree.check().bad == []
