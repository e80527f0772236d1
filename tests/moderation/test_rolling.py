"""A discussion goes on in a new post, and late comments with it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.discussion import tree
from blog.discussion.submission import Refused, submit
from blog.models import Label, Passage, Post
from moderation import desk, log, receipts, replay
from moderation.editorial import rolling
from moderation.editorial.rolling import Continuation
from moderation.models import Decision, Mode
from moderation.transitions import NotAllowed
from tests.blog import making

from .deciding import do, in_state, now
from .making import CALM, moderator, page, signed_in, staff

pytestmark = pytest.mark.django_db
# In an afternoon: no time of it may mean the morning, and no test crosses midnight.
AT = (timezone.localtime() - timedelta(days=1)).replace(
    hour=15, minute=5, second=0, microsecond=0
)


@pytest.fixture
def old():
    made = making.post(title="Tides")
    made.labels.add(Label.objects.create(name="Sea"))
    return made


@pytest.fixture
def edith():
    return staff("edith", "Editors", "Moderators", first_name="Edith")


def roll(user, post, *, publish=True, title="Tides (continued)") -> tuple:
    return rolling.roll_over(user, post, Continuation(title, publish=publish))


def waits(post, text="Late.", minutes=0, **fields):
    at = AT + timedelta(minutes=minutes)
    return in_state(post, "pending", text, name="", written_at=at, **fields)


def shown(post, text="A word.", minutes=0, **fields):
    comment = waits(post, text, minutes, **fields)
    do("approve", comment)
    return now(comment)


def html(client, post) -> str:
    return client.get(post.get_absolute_url()).content.decode()


def discussion(client, post) -> str:
    """The page but for its head and its foot: the new post is the next newer one."""
    page = html(client, post)
    return page[page.index('<section class="discussion"') : page.rindex("</section>")]


def test_it_closes_continues_and_leads_both_ways(old, edith, client):
    shown(old)
    row, new = roll(edith, old)
    assert (row.action, row.comment_public_id) == ("roll_over", "")
    assert old.get_absolute_url() in row.public_note
    assert [label.name for label in new.labels.all()] == ["Sea"]
    here, there = html(client, old), html(client, new)
    way = f'<a href="{new.get_absolute_url()}#comments">'
    assert here.count(way) == 2
    assert "This discussion is continued in" in here
    assert f'<a href="{old.get_absolute_url()}#comments">' in there
    assert "No new comments are taken" in here
    assert rolling.GOES_ON in here
    assert "No new comments are taken" not in there
    with pytest.raises(Refused, match="continued in a new post"):
        submit(old, "One more.", circumstances=CALM)
    assert submit(new, "One more.", circumstances=CALM).is_new
    assert list(log.faults()) == []
    told = [found.message for found in replay.differences()]
    assert not [words for words in told if "decision #" in words]


def test_a_draft_is_told_to_nobody(old, edith, client):
    shown(old)
    _, new = roll(edith, old, publish=False)
    assert (new.status, new.was_public) == ("draft", False)
    here = html(client, old)
    assert rolling.GOES_ON in here
    assert "Tides (continued)" not in here


def test_the_notice_is_true_before_the_new_post_is_published_and_after(
    old, edith, client
):
    shown(old)
    _, new = roll(edith, old, publish=False)
    assert "continued in" in html(client, old)
    assert "Continued in" not in html(client, old)
    for status in ("published", "draft"):
        Post.objects.filter(pk=new.pk).update(
            status=status, published_at=AT, address="2022/09/on"
        )
        here = html(client, old)
        assert "was closed to be continued in a new post" in here
        assert "once that is published" not in here
        assert "is continued in a new post" not in here
        assert ("Continued in" in here) == (status == "published")


@pytest.mark.parametrize("notice", rolling._NOTICES)
def test_one_that_was_closed_with_other_words_is_opened_again(old, edith, notice):
    row, _ = roll(edith, old)
    Mode.objects.filter(post=old).update(notice=notice)
    desk.undo(edith, [row.seq])
    assert not Mode.objects.exists()


def test_what_is_approved_late_lands_in_the_continuation(old, edith, client):
    late = waits(old, "I am late.")
    answered = shown(old, "Answered.", 1)
    reply = waits(old, "A late reply.", 2, parent=answered)
    _, new = roll(edith, old)
    assert now(late).post_id == old.pk
    do("approve", late)
    do("approve", reply)
    assert (now(late).post_id, now(reply).post_id) == (new.pk, old.pk)
    there = html(client, new)
    assert "I am late." in there
    assert there.count("Contribution on the earlier post") == 1
    assert "I am late." not in html(client, old)
    assert "A late reply." in html(client, old)
    assert tree.check().bad == []


def test_while_the_new_post_is_a_draft_they_stay(old, edith, client):
    late = waits(old)
    _, _new = roll(edith, old, publish=False)
    do("approve", late)
    assert now(late).post_id == old.pk
    assert now(late).is_published


def test_what_readers_saw_before_it_was_corrected_stays(old, edith):
    named = in_state(old, "pending", name="Bosun", written_at=AT)
    do("approve", named)
    named = now(named)
    receipts.correct(named, named.version, "Better.", "Bosun")
    roll(edith, old)
    do("approve", now(named))
    assert now(named).post_id == old.pk


def test_what_comes_when_it_is_open_again_stays(old, edith):
    _, _new = roll(edith, old)
    Mode.objects.filter(post=old).update(kind="hold_all")
    later = submit(old, "After all.", circumstances=CALM).comment
    later_on = timezone.now() + timedelta(minutes=1)
    type(later).objects.filter(pk=later.pk).update(written_at=later_on)
    do("approve", later)
    assert now(later).post_id == old.pk


def test_times_lead_into_the_discussion_before(old, edith, client):
    named = shown(old, "Said once.")
    clock = named.handle.split()[-1]
    _, new = roll(edith, old)
    source = shown(new, f"As Anon {clock} said.", 30)
    link = f'<a class="at" href="/c/{named.public_id}/">'
    assert link in now(source).html
    # The same discussion goes before, once somebody has written in that minute there.
    own = shown(new, "Said here.", 0)
    assert own.written_at == named.written_at
    assert f'href="/c/{own.public_id}/"' in now(source).html
    do("hide", own)
    assert f'href="/c/{own.public_id}/"' in now(source).html  # it was still meant
    # What is shown later in the old discussion is found then.
    hidden = waits(old, "Late there.", 20, parent=named)
    says = shown(new, f"And @{timezone.localtime(hidden.written_at):%H:%M}?", 50)
    assert 'class="at"' not in now(says).html
    do("approve", hidden)
    assert f'href="/c/{hidden.public_id}/"' in now(says).html


def test_taken_back_all_is_as_it_was(old, edith, client):
    Mode.objects.create(post=old, kind="open", notice="Be kind.")
    first = shown(old, "First.")
    late = waits(old, "Late.", 3)
    before = discussion(client, old)
    row, new = roll(edith, old)
    assert discussion(client, old) != before
    do("approve", late)
    assert now(late).post_id == new.pk
    assert desk.undo(edith, [row.seq]).done
    assert now(late).post_id == old.pk
    do("edit", now(late))
    assert discussion(client, old) == before
    mode = Mode.objects.get(post=old)
    assert (mode.kind, mode.notice) == ("open", "Be kind.")
    assert not Passage.objects.exists()
    # It was published: readers may have seen it.
    assert Post.objects.filter(pk=new.pk).exists()
    assert now(first).post_id == old.pk
    assert list(log.faults()) == []
    told = [found.message for found in replay.differences()]
    assert not [words for words in told if "decision #" in words]
    assert tree.check().bad == []


def test_an_untouched_draft_goes_when_it_is_taken_back(old, edith):
    row, new = roll(edith, old, publish=False)
    assert desk.undo(edith, [row.seq]).done
    assert not Post.objects.filter(pk=new.pk).exists()
    assert not Mode.objects.exists()
    assert desk.undo(edith, [row.seq]).conflicts


def test_a_mode_that_was_set_since_stays(old, edith):
    row, _ = roll(edith, old)
    Mode.objects.filter(post=old).update(kind="hold_all", notice="Slowly.")
    desk.undo(edith, [row.seq])
    assert Mode.objects.get(post=old).notice == "Slowly."


def test_once_is_enough(old, edith):
    roll(edith, old)
    with pytest.raises(NotAllowed, match="continued already"):
        roll(edith, old)
    assert Post.objects.count() == 2


def test_a_continuation_is_continued(old, edith):
    _, new = roll(edith, old)
    _, newer = roll(edith, new, title="Tides (continued again)")
    late = waits(new)
    type(late).objects.filter(pk=late.pk).update(written_at=AT)
    do("approve", now(late))
    assert now(late).post_id == newer.pk


@pytest.mark.parametrize("title", ["", " ", "x" * 501])
def test_it_needs_a_title(old, edith, title):
    with pytest.raises(NotAllowed):
        roll(edith, old, title=title)
    assert not Mode.objects.exists()


def test_a_draft_cannot_be_continued(edith):
    with pytest.raises(NotAllowed, match="not public"):
        roll(edith, making.post(status="draft"))


class TestPage:
    def address(self, post) -> str:
        return reverse("admin:moderation_queuedcomment_roll_over", args=[post.pk])

    @pytest.mark.parametrize("publish", ["", "now"])
    def test_from_the_post_to_its_continuation(self, old, edith, publish):
        client = signed_in(edith)
        waits(old)
        own = page(client, reverse("admin:blog_post_change", args=[old.pk]))
        assert self.address(old) in own
        assert self.address(old) in page(client)
        asked = page(client, self.address(old))
        assert 'value="Tides (continued)"' in asked
        assert "1 comment waits here" in asked
        data = {"title": "More", "body": "Go on.", "publish": publish}
        answer = client.post(self.address(old), data)
        new = Post.objects.get(title="More")
        assert answer["Location"] == reverse("admin:blog_post_change", args=[new.pk])
        assert new.is_public == bool(publish)
        shown_log = page(client, reverse("admin:moderation_decision_changelist"))
        row = Decision.objects.get()
        assert "Continued in a new post" in shown_log
        assert f'name="seq" value="{row.seq}"' in shown_log
        one = reverse("admin:moderation_decision_change", args=[row.seq])
        assert "The discussion of" in page(client, one)
        # It cannot be deleted while a discussion goes on in it.
        delete = reverse("admin:blog_post_delete", args=[new.pk])
        assert client.get(delete).status_code == 403

    def test_moderators_who_do_not_write_may_not(self, old):
        client = signed_in(moderator())
        waits(old)
        assert self.address(old) not in page(client)
        assert client.get(self.address(old)).status_code == 403

    def test_what_is_wrong_is_said(self, old, edith):
        client = signed_in(edith)
        roll(edith, old)
        answer = client.post(self.address(old), {"title": "Again"})
        assert answer.status_code == 422
        assert "continued already" in answer.content.decode()
