"""A discussion as HTML: the places that links to the old blog lead to."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from blog.discussion.drawing import discussion_html, page_html
from blog.discussion.threads import rows


@dataclass
class Comment:
    """What the drawing asks of a comment, and nothing else."""

    pk: int
    parent_id: int | None = None
    is_published: bool = True
    was_shown: bool = True
    leaves_stub: bool = False
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


def gone(pk: int, **fields) -> Comment:
    fields = {"state": "hidden", "leaves_stub": True, "public_id": f"g{pk}"} | fields
    return Comment(pk, is_published=False, **fields)


def lines(*comments: Comment, **grounds: str) -> list[str]:
    html = page_html(rows(comments), UTC, grounds=grounds)
    return re.findall(r'<li id="c-(\w+)" class="comment stub">(.*?)<p>(.*?)</p>', html)


def test_a_stub_tells_what_it_was_removed_for():
    told = {"g1": "off topic", "g3": "<b>"}
    assert lines(gone(1), Comment(2), gone(3), Comment(4), gone(5), **told) == [
        ("g1", "", "Removed by a moderator: off topic."),
        ("g3", "", "Removed by a moderator: &lt;b&gt;."),
        ("g5", "", "Removed by a moderator."),
    ]


def test_stubs_in_a_row_are_one_line_to_which_all_their_addresses_lead():
    told = {"g1": "off topic", "g2": "harassment", "g3": "off topic"}
    assert lines(gone(1), gone(2, source_id="blogger:7"), gone(3), **told) == [
        (
            "g1",
            '<span id="c-g2"></span><span id="c-g3"></span>',
            "3 comments removed by a moderator: off topic (2), harassment (1).",
        )
    ]
    assert [words for *_, words in lines(gone(1), gone(2), g1="a threat")] == [
        "2 comments removed by a moderator: a threat (1), "
        "for no reason that is told (1)."
    ]
    assert [words for *_, words in lines(*map(gone, range(1, 31)))] == [
        "30 comments removed by a moderator."
    ]


def test_stubs_stand_apart_where_their_places_or_their_fates_differ():
    apart = (
        gone(1),
        gone(2, state="withdrawn"),
        gone(3, state="held"),
        gone(4, state="held"),
        gone(5),
        gone(6, parent_id=5),
        gone(7, parent_id=5),
        gone(8),
    )
    assert [(pk, words) for pk, _, words in lines(*apart)] == [
        ("g1", "Removed by a moderator."),
        ("g2", "Removed by its writer."),
        (
            "g3",
            "2 comments not shown while complaints about them are looked into.",
        ),
        ("g5", "Removed by a moderator."),
        (
            "g6",
            "2 comments removed by a moderator."
            '<span class="vh">, in reply to a comment that is gone</span>',
        ),
        ("g8", "Removed by a moderator."),
    ]
    assert "<summary>replies that are gone</summary>" in page_html(rows(apart), UTC)


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
