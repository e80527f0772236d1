"""Handles are given when a comment is first shown, and never change."""

from io import StringIO

import pytest
from django.core.management import call_command

from blog.discussion import shown
from blog.discussion.naming import brought
from blog.models import Comment, Reference
from tests.blog import making

from .showing import State, at, becomes, now, published, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return making.post(published_at=at("09:00"))


def settled(*options: str) -> str:
    out = StringIO()
    call_command("settle_discussions", *options, stdout=out)
    return out.getvalue()


def test_it_is_given_when_the_comment_is_shown_and_not_before(post):
    comment = sent(post, written=at("14:03"))
    shown.settle([comment.pk])
    assert now(comment).handle is None
    becomes(State.REJECTED, comment)
    assert now(comment).handle is None
    becomes(State.PUBLISHED, comment)
    assert now(comment).handle == "Anon 14:03"
    assert now(comment).called == "Anon 14:03"


def test_the_first_to_be_shown_has_no_letter(post):
    first, second, third = (sent(post, written=at("14:03")) for _ in range(3))
    becomes(State.PUBLISHED, second)
    becomes(State.PUBLISHED, third)
    becomes(State.PUBLISHED, first)
    assert [now(c).handle for c in (first, second, third)] == [
        "Anon 14:03 c",
        "Anon 14:03",
        "Anon 14:03 b",
    ]


def test_shown_together_they_follow_each_other_as_on_the_page(post):
    comments = [sent(post, written=at("14:03")) for _ in range(3)]
    becomes(State.PUBLISHED, *reversed(comments))
    assert [now(c).handle for c in comments] == [
        "Anon 14:03",
        "Anon 14:03 b",
        "Anon 14:03 c",
    ]


@pytest.mark.parametrize(
    "states",
    [
        [State.HIDDEN],
        [State.HELD],
        [State.PENDING],  # it was corrected
        [State.HIDDEN, State.ERASED],
        [State.WITHDRAWN],
    ],
)
def test_what_is_no_longer_shown_keeps_its_handle(post, states):
    comment = published(post, written=at("14:03"))
    for state in states:
        becomes(state, comment)
    assert published(post, written=at("14:03")).handle == "Anon 14:03 b"
    assert now(comment).handle == "Anon 14:03"


def test_a_comment_with_a_name_or_without_a_time_has_none(post):
    assert published(post, written=at("14:03"), name="Rowan").handle is None
    untimed = published(post)
    assert (untimed.handle, untimed.called) == (None, "Anon")
    assert published(post, written=at("14:03")).handle == "Anon 14:03"


def test_one_whose_name_is_not_recorded_is_called_by_its_time_too(post):
    assert published(post, written=at("14:03"), name=None).handle == "Anon 14:03"


def test_a_name_goes_before_the_handle(post):
    comment = published(post, written=at("14:03"))
    becomes(State.PENDING, comment, name="Rowan")
    becomes(State.PUBLISHED, comment)
    assert (now(comment).handle, now(comment).called) == ("Anon 14:03", "Rowan")


def test_other_days_are_told(post):
    moments = [at("00:03", 1), at("14:03", 364), at("14:03", 365), at("23:59", -1)]
    assert [published(post, written=moment).handle for moment in moments] == [
        "Anon 3 Sep 00:03",
        "Anon 1 Sep 14:03",
        "Anon 2 Sep 2023 14:03",
        "Anon 1 Sep 23:59",
    ]


def test_each_post_counts_for_itself(post):
    other = making.post(2, published_at=at("09:00"))
    assert published(post, written=at("14:03")).handle == "Anon 14:03"
    assert published(other, written=at("14:03")).handle == "Anon 14:03"


def test_below_a_post_without_a_date_nobody_sees_any(post):
    draft = making.post(2, status="draft", published_at=None)
    assert published(draft, written=at("14:03")).handle is None


def test_it_does_not_change_with_the_date_of_the_post(post):
    early = published(post, written=at("14:03"))
    post.published_at = at("09:00", 1)
    post.save()
    assert published(post, written=at("14:03")).handle == "Anon 2 Sep 14:03"
    assert now(early).handle == "Anon 14:03"


# --- a database from before ---------------------------------------------------------


def from_before(post) -> list[Comment]:
    return [
        making.comment(post, "First.", written_at=at("14:03")),
        making.comment(post, "@14:03, no.", written_at=at("15:00")),
        making.comment(
            post, "Gone.", written_at=at("14:03"), state="hidden", version=2
        ),
        making.comment(post, "New.", written_at=at("14:03"), state="pending"),
        making.comment(post, "Came in hidden.", written_at=at("14:03"), state="hidden"),
    ]


def test_the_command_gives_what_is_missing(post):
    comments = from_before(post)
    assert settled() == "1 discussion settled.\n"
    assert [now(c).handle for c in comments] == [
        "Anon 14:03",
        "Anon 15:00",
        "Anon 14:03 b",
        None,
        None,
    ]
    assert Reference.objects.count() == 2
    assert ' class="at"' in now(comments[1]).html


def test_a_second_time_it_changes_nothing(post):
    from_before(post)
    making.discussion(making.post(2), 5)
    settled()
    before = list(Comment.objects.values()), list(Reference.objects.values())
    assert settled("--posts-at-once", "1") == "2 discussions settled.\n"
    assert (list(Comment.objects.values()), list(Reference.objects.values())) == before


def test_without_discussions_there_is_nothing_to_do():
    assert settled("-v2") == "0 discussions settled.\n"


# --- brought from elsewhere ---------------------------------------------------------


@pytest.mark.parametrize(
    ("handle", "kept"),
    [
        ("Anon 14:03", True),
        ("Anon 3 Sep 2022 14:03 b", True),
        ("Anon 14:04", False),  # taken
        ("", False),
        ("Rowan", False),
        ("anon 14:03", False),
        ("Anon 14:03 B", False),
        ("Anon 9:03", False),
        ("Anon  14:03", False),
        ("Anon 14:03 ", False),
        ("Anon 14:03 am", False),
        ("Anon 14:03 <b>", False),
        ("Anon 25:03", False),
        ("Anon 14:03" + " " * 40, False),
    ],
)
def test_only_a_handle_that_nobody_has_is_kept(handle, kept):
    taken = {"Anon 14:04"}
    assert brought(handle, taken) == (handle if kept else None)
    assert (handle in taken) == (kept or handle == "Anon 14:04")
    assert brought(handle, taken) is None


@pytest.mark.parametrize(
    ("handle", "precision", "kept"),
    [
        ("Anon 14h", "hour", True),
        ("Anon 3 Sep 2022 14h b", "hour", True),
        ("Anon 3 Sep", "day", True),
        ("Anon 3 Sep 2022 b", "day", True),
        ("Anon 14:03", "hour", False),
        ("Anon 14:03", "day", False),
        ("Anon 14h", "day", False),
        ("Anon 3 Sep", "hour", False),
        ("Anon 14h", None, False),
        ("Anon 25h", "hour", False),
        ("Anon 3 Sop", "day", False),
        ("Anon 41 Sep", "day", False),
        ("Anon", "day", False),
    ],
)
def test_a_handle_is_kept_that_tells_the_time_as_it_is_kept_here(
    handle, precision, kept
):
    assert brought(handle, set(), precision) == (handle if kept else None)
