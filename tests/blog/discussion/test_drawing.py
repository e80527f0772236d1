"""A discussion as HTML: the places that links to the old blog lead to."""

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
    html: str = "<p>Text</p>\n"
    written_at: datetime | None = None
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
