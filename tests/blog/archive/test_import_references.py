"""Handles and links of imported comments, and what becomes of them."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.archive.importing import import_paths
from blog.archive.model import SourceComment, SourcePost
from blog.archive.undoing import undo
from blog.discussion import tree
from blog.models import Comment, ImportBatch, Post, Reference
from tests.blog.discussion.showing import at, becomes, published, sent
from tests.blog.making import LONDON

from .dump_writer import write_post_page
from .made_blogs import as_dump
from .takeout_writer import write_feed

pytestmark = pytest.mark.django_db

# Clock, what it answers, words. The second of 14:03 answers the first of all.
COMMENTS = (
    ("13:00", None, "The first word."),
    ("14:03", 0, "@13:00 you are right."),
    ("15:00", None, "14:03 is exactly right."),
    ("16:00", None, "@14:03 or who was it?"),
    ("14:03", 0, "So am I, @13:00."),
    ("16:10", 4, "@14:03 below you."),
)


def blog(comments=COMMENTS, number: int = 1) -> SourcePost:
    return SourcePost(
        title=f"Notice {number}",
        date=None,
        body="<p>Words.</p>",
        body_format="html",
        uid=f"blogger:{number}000",
        published_at=at("09:00"),
        addresses=(f"https://notices.example/2022/09/notice-{number}.html",),
        comments_declared=len(comments),
        comments=tuple(
            SourceComment(
                id=f"blogger:{number}{place:03}",
                uid=f"blogger:{number}{place:03}",
                post=f"blogger:{number}000",
                parent=None if above is None else f"blogger:{number}{above:03}",
                text="",
                html=f"<p>{words}</p>",
                author="",
                written_at=at(clock),
            )
            for place, (clock, above, words) in enumerate(comments, 1)
            for above in [None if above is None else above + 1]
        ),
    )


def feed(folder: Path, *posts: SourcePost, name: str = "feed.atom") -> Path:
    with (folder / name).open("w") as out:
        write_feed(posts, out)
    return folder / name


def dump(folder: Path, post: SourcePost) -> Path:
    (folder / "page.txt").write_text(write_post_page(as_dump(post)))
    return folder / "page.txt"


def bring(*paths: Path) -> ImportBatch | None:
    report = import_paths(paths, zone=LONDON)
    assert [file.error for file in report.failed] == []
    return ImportBatch.objects.filter(pk=report.batch).first()


def shown() -> dict[str, tuple[str | None, str]]:
    """Handle and HTML by words; links name the handle that they lead to."""
    rows = {c.public_id: c for c in Comment.objects.all()}
    return {
        row.text: (
            row.handle,
            re.sub("/c/(.*?)/", lambda m: rows[m[1]].handle or "?", row.html),
        )
        for row in rows.values()
    }


def references() -> set[tuple]:
    return set(
        Reference.objects.values_list(
            "source__text", "minute", "target__text", "is_sure"
        )
    )


FIRST, SECOND = COMMENTS[1][2], COMMENTS[4][2]
LINKED = {
    COMMENTS[0][2]: ("Anon 13:00", "<p>The first word.</p>\n"),
    FIRST: (
        "Anon 14:03",
        '<p><a class="at" href="Anon 13:00">@13:00</a> you are right.</p>\n',
    ),
    COMMENTS[2][2]: (
        "Anon 15:00",
        '<p>14:03<span class="at"> (<a class="at" href="Anon 14:03">Anon 14:03</a> or '
        '<a class="at" href="Anon 14:03 b">Anon 14:03 b</a>)</span> is exactly right.'
        "</p>\n",
    ),
    COMMENTS[3][2]: (
        "Anon 16:00",
        '<p>@14:03<span class="at"> (<a class="at" href="Anon 14:03">Anon 14:03</a> or '
        '<a class="at" href="Anon 14:03 b">Anon 14:03 b</a>)</span> or who was it?'
        "</p>\n",
    ),
    SECOND: (
        "Anon 14:03 b",
        '<p>So am I, <a class="at" href="Anon 13:00">@13:00</a>.</p>\n',
    ),
    COMMENTS[5][2]: (
        "Anon 16:10",
        '<p><a class="at" href="Anon 14:03 b">@14:03</a> below you.</p>\n',
    ),
}


def test_a_whole_discussion_has_handles_and_links(tmp_path):
    bring(feed(tmp_path, blog()))
    assert shown() == LINKED
    assert (FIRST, 13 * 60, COMMENTS[0][2], True) in references()
    assert (COMMENTS[3][2], 14 * 60 + 3, SECOND, False) in references()


def test_the_command_finds_nothing_to_do_after_it(tmp_path):
    bring(feed(tmp_path, blog()))
    before = list(Comment.objects.values()), list(Reference.objects.values())
    call_command("settle_discussions", stdout=StringIO())
    assert (list(Comment.objects.values()), list(Reference.objects.values())) == before


def test_a_second_time_nothing_changes(tmp_path):
    bring(feed(tmp_path, blog()))
    before = list(Comment.objects.values()), list(Reference.objects.values())
    assert bring(feed(tmp_path, blog(), name="again.atom")) is None
    assert (list(Comment.objects.values()), list(Reference.objects.values())) == before


def test_it_costs_no_query_a_post_or_comment(tmp_path):
    needed = []
    for number in (1, 10):
        posts = [blog(number=100 * number + n) for n in range(number)]
        with CaptureQueriesContext(connection) as queries:
            bring(feed(tmp_path, *posts, name=f"{number}.atom"))
        needed.append(len(queries))
    assert Reference.objects.count() == 11 * 7
    assert needed[0] == needed[1]


def test_without_times_there_are_neither(tmp_path):
    bring(dump(tmp_path, blog()))
    assert {handle for handle, _ in shown().values()} == {None}
    assert not Reference.objects.exists()


def test_times_that_come_later_bring_both(tmp_path):
    first = bring(dump(tmp_path, blog()))
    before = list(Comment.objects.order_by("pk").values())
    batch = bring(feed(tmp_path, blog()))
    assert shown() == LINKED
    assert len(references()) == 7
    undo(batch)
    assert list(Comment.objects.order_by("pk").values()) == before
    assert not Reference.objects.exists()
    undo(first)
    assert not Comment.objects.exists()


def test_what_comes_in_below_an_older_discussion_is_linked_with_it(tmp_path):
    without_first = [c for c in COMMENTS if c[1] is None]
    late = [("14:03", None, "It was me.")]
    bring(feed(tmp_path, blog(without_first)))
    assert shown()[COMMENTS[2][2]][1] == "<p>14:03 is exactly right.</p>\n"
    batch = bring(feed(tmp_path, blog([*without_first, *late]), name="more.atom"))
    assert shown()[COMMENTS[2][2]][1] == (
        '<p><a class="at" href="Anon 14:03">14:03</a> is exactly right.</p>\n'
    )
    undo(batch)
    assert shown()[COMMENTS[2][2]][1] == "<p>14:03 is exactly right.</p>\n"
    assert references() == {
        (text, 14 * 60 + 3, None, False) for text in (COMMENTS[2][2], COMMENTS[3][2])
    }


def test_what_was_written_here_refers_to_what_came_in(tmp_path):
    batch = bring(feed(tmp_path, blog(COMMENTS[:2])))
    own = published(Post.objects.get(), "@Anon 14:03 no.", at("18:00"))
    assert 'class="at"' in own.html
    undo(batch)
    assert [c.html for c in Comment.objects.all()] == ["<p>@Anon 14:03 no.</p>\n"]


def test_comments_of_a_post_without_a_date_wait_for_it(tmp_path):
    comments = blog().comments
    orphans = SourcePost(
        title="", date=None, body="", uid="blogger:1000", is_missing=True,
        comments=comments, addresses=blog().addresses,
    )  # fmt: skip
    bring(feed(tmp_path, orphans, name="orphans.atom"))
    assert {handle for handle, _ in shown().values()} == {None}
    batch = bring(feed(tmp_path, blog()))
    assert shown() == LINKED
    undo(batch)
    assert {handle for handle, _ in shown().values()} == {None}
    assert not Reference.objects.exists()
    assert "class" not in "".join(html for _, html in shown().values())


# --- a move -------------------------------------------------------------------------


def moved(folder: Path, *options: str) -> None:
    call_command(
        "export_archive",
        str(folder / "a.atom"),
        "--overwrite",
        *options,
        stdout=StringIO(),
    )
    assert 'class="at"' not in (folder / "a.atom").read_text()
    tree.remove(set(Comment.objects.values_list("pk", flat=True)))
    Post.objects.all().delete()
    bring(folder / "a.atom")


@pytest.mark.parametrize("options", [(), ("--all",)])
def test_handles_and_links_survive_it(tmp_path, options):
    post = Post.objects.create(title="A", status="published", published_at=at("09:00"))
    second, first = (sent(post, word, at("14:03")) for word in ("Second.", "First."))
    becomes("published", first)
    becomes("published", second)
    published(post, "@Anon 14:03 b: no.", at("15:00") + timedelta(days=1))
    before = shown()
    assert before["Second."][0] == "Anon 14:03 b"
    moved(tmp_path, *options)
    assert shown() == before


def test_what_a_hidden_comment_was_called_goes_into_a_whole_export_alone(tmp_path):
    post = Post.objects.create(title="A", status="published", published_at=at("09:00"))
    hidden = published(post, "Gone.", at("14:03"))
    published(post, "Below it.", at("14:05"), hidden)
    becomes("hidden", hidden)
    moved(tmp_path, "--all")
    assert shown()["Gone."][0] == "Anon 14:03"
    moved(tmp_path)
    assert shown()[""][0] is None


def test_a_handle_that_two_bring_is_the_firsts(tmp_path):
    post = Post.objects.create(title="A", status="published", published_at=at("09:00"))
    for word in ("One.", "Two."):
        published(post, word, at("14:03"))
    Comment.objects.update(handle="Anon 14:03")
    moved(tmp_path)
    assert {handle for handle, _ in shown().values()} == {"Anon 14:03", "Anon 14:03 b"}
