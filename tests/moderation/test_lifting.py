"""A comment becomes the draft of a post, with a way back."""

import re

import pytest
from django.urls import reverse

from blog.discussion import receipts as codes
from blog.models import Label, Passage, Post
from moderation import desk, log, replay
from moderation.editorial import lifting
from moderation.models import Decision
from moderation.transitions import NotAllowed, Seen
from tests.blog import making
from tests.blog.contributions import RECEIPT, browser
from tests.blog.contributions import post as send_form

from .deciding import do, in_state, now
from .making import QUEUE, moderator, page, signed_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    made = making.post(title="Tides")
    made.labels.add(Label.objects.create(name="Sea"))
    return made


@pytest.fixture
def edith():
    return staff("edith", "Editors", "Moderators", first_name="Edith")


def published(post, text="It *never* turns.\n\n# 9 is late.", **fields):
    comment = in_state(post, "pending", text, **fields)
    do("approve", comment)
    return now(comment)


def lift(user, comment, title="The Tide"):
    return lifting.lift(user, Seen(comment.public_id, comment.version), title=title)


def publish(draft: Post) -> Post:
    draft = Post.objects.get(pk=draft.pk)
    draft.status = Post.Status.PUBLISHED
    draft.save()
    return draft


def test_a_draft_with_words_handle_link_and_labels(post, edith):
    comment = published(post)
    outcome, draft = lift(edith, comment)
    [row] = outcome.done
    assert (row.action, row.from_state, row.to_state) == ("lift", *["published"] * 2)
    assert now(comment).version == comment.version + 1
    assert now(comment).text == comment.text
    draft.refresh_from_db()
    assert (draft.status, draft.title, draft.author_name) == (
        "draft",
        "The Tide",
        "Edith",
    )
    assert "[Deckhand](" in draft.body
    assert comment.get_absolute_url() in draft.body
    assert "> It *never* turns." in draft.body
    # Readers see the words that the comment has.
    assert "# 9 is late." in draft.plain
    assert [label.name for label in draft.labels.all()] == ["Sea"]
    assert list(log.faults()) == []
    told = [found.message for found in replay.differences()]
    assert not [words for words in told if "decision #" in words]


def test_readers_see_the_ways_when_it_is_published_and_not_before(post, edith, client):
    comment = published(post)
    before = client.get(post.get_absolute_url()).content
    _, draft = lift(edith, comment)
    assert client.get(post.get_absolute_url()).content == before
    draft = publish(draft)
    here = client.get(post.get_absolute_url()).content.decode()
    way = f'<a href="{draft.get_absolute_url()}"><bdi>The Tide</bdi></a>'
    assert f"Lifted into {way}" in here
    there = client.get(draft.get_absolute_url()).content.decode()
    assert "Lifted from a comment by" in there
    assert f'<a href="{comment.get_absolute_url()}"><bdi>Deckhand</bdi></a>' in there
    do("hide", now(comment))
    there = client.get(draft.get_absolute_url()).content.decode()
    assert "Lifted from a comment on" in there


def test_taken_back_the_draft_goes(post, edith, client):
    comment = published(post)
    before = client.get(post.get_absolute_url()).content
    outcome, draft = lift(edith, comment)
    assert desk.undo(edith, [outcome.done[0].seq]).done
    assert not Post.objects.filter(pk=draft.pk).exists()
    assert not Passage.objects.exists()
    assert client.get(post.get_absolute_url()).content == before
    [conflict] = desk.undo(edith, [outcome.done[0].seq]).conflicts
    assert "gone" in conflict.message


@pytest.mark.parametrize("how", ["written", "published", "labelled"])
def test_what_somebody_has_worked_on_stays(post, edith, client, how):
    comment = published(post)
    outcome, draft = lift(edith, comment)
    if how == "written":
        draft.body += "\n\nMy own words."
        draft.save()
    elif how == "labelled":
        draft.labels.clear()
    else:
        publish(draft)
    assert desk.undo(edith, [outcome.done[0].seq]).done
    assert Post.objects.filter(pk=draft.pk).exists()
    assert "Lifted into" not in client.get(post.get_absolute_url()).content.decode()


def test_a_draft_that_is_deleted_leaves_nothing_to_take_back(post, edith):
    comment = published(post)
    outcome, draft = lift(edith, comment)
    draft.delete()
    assert desk.undo(edith, [outcome.done[0].seq]).conflicts


@pytest.mark.parametrize("state", ["pending", "hidden", "rejected", "withdrawn"])
def test_only_what_is_published(post, edith, state):
    outcome, draft = lift(edith, in_state(post, state))
    assert draft is None
    assert outcome.done == []
    assert [c.message for c in outcome.conflicts] == [lifting.UNFIT]
    assert Post.objects.count() == 1


def test_not_from_a_post_that_is_not_public(edith):
    hidden = making.post(status="draft")
    with pytest.raises(NotAllowed):
        lift(edith, in_state(hidden, "published"))


def test_bound_to_the_version(post, edith):
    comment = published(post)
    do("hide", comment)
    outcome, draft = lift(edith, comment)
    assert draft is None
    assert "already hidden" in outcome.conflicts[0].message


class TestPage:
    def address(self, comment) -> str:
        return reverse("admin:moderation_queuedcomment_lift", args=[comment.public_id])

    def test_it_opens_the_draft(self, post, edith):
        client = signed_in(edith)
        comment = published(post, "It turns at nine.")
        assert 'value="It turns at nine."' in page(client, self.address(comment))
        data = {"seen": f"{comment.public_id}:{comment.version}", "title": "Nine"}
        answer = client.post(self.address(comment), data)
        draft = Post.objects.get(title="Nine")
        assert answer["Location"] == reverse("admin:blog_post_change", args=[draft.pk])
        assert "1 lifted into a draft." in page(client)

    def test_who_may_not_write_posts_sees_no_link(self, post, edith):
        comment = published(post)
        link = f'href="{self.address(comment)}'
        anna = signed_in(moderator())
        shown = f"{QUEUE}?what=published"
        assert link not in page(anna, shown)
        assert anna.get(self.address(comment)).status_code == 403
        assert link in page(signed_in(edith), shown)

    def test_a_get_makes_nothing(self, post, edith):
        comment = published(post)
        rows = Decision.objects.count()
        signed_in(edith).get(self.address(comment))
        assert (Post.objects.count(), Decision.objects.count()) == (1, rows)


def test_the_receipt_says_that_the_post_outlives_the_comment(post, edith):
    code = codes.code_for(codes.new_nonce())
    comment = published(post, receipt_digest=codes.digest(code))

    def told(**fields) -> str:
        html = send_form(browser(), RECEIPT, {"code": code, **fields}).content.decode()
        return " ".join(re.sub("<[^>]+>", "", html).split())

    assert "made" not in told().split()
    _, draft = lift(edith, comment)
    assert "The editor has made a post of it, which is not public." in told()
    assert "The Tide" not in told()
    publish(draft)
    assert "The editor made a post of it: The Tide." in told()
    assert "is the editor's and stays as it is" in told()
    after = told(do="withdraw", version=now(comment).version)
    assert "You withdrew it" in after
    assert "made a post of it: The Tide. That is not erased with it." in after
