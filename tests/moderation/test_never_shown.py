"""What nobody approved leaves no trace for readers, whatever became of it since."""

import json

import pytest
from django.core.management import call_command
from django.forms import model_to_dict
from django.utils import timezone

from blog.discussion import pages, reading
from blog.models import Comment, DiscussionPage
from moderation import receipts
from tests.blog import making

from .deciding import do, in_state, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return making.post(title="Tides")


def sent(post, **fields) -> Comment:
    at = timezone.now().replace(second=0, microsecond=0)
    return in_state(post, "pending", "A word.", name="", written_at=at, **fields)


def withdrawn(comment: Comment) -> Comment:
    receipts.withdraw(now(comment), now(comment).version)
    return now(comment)


def erased(comment: Comment) -> Comment:
    do("spam", now(comment))
    do("erase", now(comment))
    return now(comment)


def numbers(post) -> dict[str, str]:
    shown = reading.read(post, order="oldest", number=1)
    return {row.comment.public_id: row.number for row in shown.rows}


def exported(tmp_path) -> str:
    file = tmp_path / "all.json"
    call_command("export_archive", str(file), format="json", verbosity=0)
    json.loads(file.read_text())
    return file.read_text()


@pytest.mark.parametrize("gone", [withdrawn, erased])
class TestUnread:
    def test_it_takes_no_number(self, post, gone):
        before = sent(post)
        do("approve", before)
        first = gone(sent(post, parent=now(before)))
        second = gone(sent(post))
        after = sent(post)
        answer = sent(post, parent=now(before))
        do("approve", after, answer)
        assert not now(first).was_shown
        assert not now(second).was_shown
        assert numbers(post) == {
            before.public_id: "1",
            answer.public_id: "1.1",
            after.public_id: "2",
        }
        assert list(Comment.objects.for_thread(post)) == [before, answer, after]

    def test_no_export_for_readers_tells_of_it(self, post, gone, tmp_path):
        kept = sent(post)
        do("approve", kept)
        lost = gone(sent(post))
        text = exported(tmp_path)
        assert kept.public_id in text
        assert lost.public_id not in text

    def test_pages_are_the_same_when_they_are_cut_anew(self, post, gone):
        gone(sent(post))
        making.discussion(post, 250)
        gone(sent(post))
        do("approve", sent(post))
        of_post = DiscussionPage.objects.filter(post=post).order_by("order", "number")
        stored = [model_to_dict(page, exclude=["id"]) for page in of_post]
        pages.cut_posts([post.pk])
        anew = [model_to_dict(page, exclude=["id"]) for page in of_post.all()]
        assert anew == stored
        assert len(stored) >= 4
        assert len(numbers(post)) < 250


@pytest.mark.parametrize("approved_then", ["withdrawn", "corrected and withdrawn"])
def test_what_was_read_keeps_its_place(post, approved_then, tmp_path):
    gone = sent(post)
    do("approve", gone)
    if approved_then.startswith("corrected"):
        receipts.correct(now(gone), now(gone).version, "Other words.", "")
    after = sent(post)
    do("approve", after)
    withdrawn(gone)
    assert now(gone).was_shown
    assert numbers(post) == {gone.public_id: "1", after.public_id: "2"}
    assert gone.public_id in exported(tmp_path)


def test_what_came_in_as_removed_keeps_its_place(post):
    gone = making.comment(
        post, state="withdrawn", text="", html="", source_key="text:1"
    )
    after = sent(post)
    do("approve", after)
    assert numbers(post) == {gone.public_id: "1", after.public_id: "2"}
