"""A discussion as HTML: the places that links to the old blog lead to."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from blog.discussion.drawing import discussion_html


@dataclass
class Comment:
    """What the drawing asks of a comment, and nothing else."""

    pk: int
    parent_id: int | None = None
    is_published: bool = True
    was_shown: bool = True
    public_id: str = "abc"
    name: str | None = ""
    handle: str | None = None
    tag: str = ""
    signature: str = ""
    html: str = "<p>Text</p>\n"
    written_at: datetime | None = None
    published_at: datetime | None = None
    precision: str | None = None
    state: str = "published"
    source_id: str | None = None


def drawn(*comments: Comment) -> str:
    return discussion_html(comments, UTC)[0]


def test_a_comment_of_blogger_has_its_old_anchor_at_its_beginning():
    page = drawn(Comment(1, source_id="blogger:3341251086465812041"))
    assert (
        '<li id="c-abc" class="comment"><span id="c3341251086465812041"></span><article'
    ) in page


def test_so_has_the_stub_that_keeps_its_place():
    gone = Comment(1, is_published=False, state="hidden", source_id="blogger:7")
    page = drawn(gone, Comment(2, parent_id=1, public_id="def"))
    assert '<li id="c-abc" class="comment stub"><span id="c7"></span><p>' in page
    assert page.count("<span id=") == 1


def test_what_is_not_drawn_has_none():
    gone = Comment(1, is_published=False, state="hidden", source_id="blogger:7")
    assert drawn(gone) == ""


@pytest.mark.parametrize(
    "source_id",
    [
        None,
        "",
        "7",
        "blogger",
        "blogger:",
        "blogger:7a",
        "blogger:-7",
        "blogger:٧",
        "blogger:²",
        "blogger: 7",
        "blogger:7:8",
        'blogger:7"><script>',
        "wordpress:7",
        "Blogger:7",
    ],
)
def test_no_other_source_gives_one(source_id):
    assert "<span id=" not in drawn(Comment(1, source_id=source_id))


def test_it_tells_the_minute_of_publication_and_not_that_of_writing():
    page = drawn(
        Comment(
            1,
            written_at=datetime(1970, 1, 1, 0, 30, tzinfo=UTC),
            published_at=datetime(1970, 1, 1, 2, 5, 59, 999, tzinfo=UTC),
        )
    )
    assert '<li id="c-abc" class="comment" data-shown="125"><article' in page


def test_what_is_not_recorded_or_not_shown_has_no_time_of_publication():
    moment = datetime(2022, 3, 1, 12, tzinfo=UTC)
    gone = Comment(1, is_published=False, state="hidden", published_at=moment)
    page = drawn(gone, Comment(2, parent_id=1, public_id="def", written_at=moment))
    assert "data-shown" not in page


# What stands beside the handle

WRITTEN = datetime(2026, 11, 27, 17, 14, 30, tzinfo=UTC)
ISO = "2026-11-27T17:14+00:00"
BESIDE = re.compile(r'<p class="details">(.*?)</p>')


def beside(**fields) -> str:
    page = drawn(Comment(1, written_at=WRITTEN, **fields))
    return BESIDE.search(page)[1]


@pytest.mark.parametrize(
    ("handle", "shown"),
    [
        ("Anon 17:14", "27 Nov 2026"),
        ("Anon 17:14 b", "27 Nov 2026"),
        (None, "27 Nov 2026"),
        ("Anon 27 Nov 17:14", ""),
        ("Anon 27 Nov 2026 17:14", ""),
        ("Anon 27 Nov 2026 17:14 b", ""),
        # Given in another time zone than that of today.
        ("Anon 28 Nov 04:14", "27 Nov 2026"),
        ("Anon 7 Nov 17:14", "27 Nov 2026"),
    ],
)
def test_a_day_that_the_handle_tells_is_told_again_to_machines_alone(handle, shown):
    assert beside(handle=handle) == f'<time datetime="{ISO}">{shown}</time>'


def test_a_name_has_day_and_time_beside_it():
    told = f'<time datetime="{ISO}">27 Nov 2026, 17:14</time>'
    assert beside(name="Ann", handle="Anon 27 Nov 17:14") == told


@pytest.mark.parametrize(
    ("handle", "comma", "dot"),
    [("Anon 17:14", ", ", " · "), ("Anon 27 Nov 17:14", "", "")],
)
def test_nothing_stands_before_the_first_that_is_shown(handle, comma, dot):
    assert beside(handle=handle, name=None).endswith(f"</time>{comma}name not recorded")
    assert f'</time><span class="signed">{dot}' in beside(handle=handle, signature="A")


def test_where_the_time_is_not_known_this_is_told():
    for name, words in (
        (None, "name and time not recorded"),
        ("", "time not recorded"),
        ("Ann", "time not recorded"),
    ):
        assert f'<p class="details">{words}</p>' in drawn(Comment(1, name=name))
