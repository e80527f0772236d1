"""A thread goes to another post, and back to exactly where it stood."""

from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import feedparser
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from blog.archive.importing import import_paths
from blog.discussion import cutting, pages, tree
from blog.discussion import receipts as codes
from blog.discussion.tree import CannotMove
from blog.models import Comment, DiscussionPage, Passage, Post, Reference
from moderation import desk, log, tally
from moderation.editorial import moving
from moderation.models import Decision, Tally
from moderation.transitions import NotAllowed, Seen
from tests.blog import making
from tests.blog.atom_rules import faults
from tests.blog.contributions import RECEIPT, browser
from tests.blog.contributions import post as send_form

from .deciding import do, in_state, now
from .making import QUEUE, moderator, page, signed_in, staff

pytestmark = pytest.mark.django_db
# In an afternoon: no time of it may mean the morning, and no test crosses midnight.
AT = (timezone.localtime() - timedelta(days=1)).replace(
    hour=15, minute=5, second=0, microsecond=0
)


@pytest.fixture
def old():
    return making.post(title="Tides")


@pytest.fixture
def new():
    return making.post(2, title="Boats")


@pytest.fixture
def anna():
    return moderator()


def shown(post, text="A word.", minutes=0, **fields) -> Comment:
    """Nameless, approved as comments are, written some minutes after ``AT``."""
    at = AT + timedelta(minutes=minutes)
    comment = in_state(post, "pending", text, name="", written_at=at, **fields)
    do("approve", comment)
    return now(comment)


def move(user, comment, post, parent=None, **more):
    comment = now(comment)
    seen = Seen(comment.public_id, comment.version)
    return moving.move(user, seen, moving.Place(post, parent), **more)


def texts(client, post) -> str:
    return client.get(post.get_absolute_url()).content.decode()


def entries(client, feed: str) -> dict[str, str]:
    """Ids of a feed's entries with the addresses to which they lead."""
    document = client.get(feed).content
    assert faults(document) == []
    return {entry.id: entry.link for entry in feedparser.parse(document).entries}


def is_clean() -> bool:
    return tree.check().bad == [] and list(log.faults()) == []


def test_a_thread_goes_with_all_replies_and_its_handles(old, new, anna, client):
    root = shown(old, "The root.")
    reply = shown(old, "A reply.", 1, parent=root)
    stays = shown(old, "It stays.", 2)
    handles = [root.handle, reply.handle]
    [row] = move(anna, root, new).done
    assert (row.action, row.from_state, row.to_state) == ("move", *["published"] * 2)
    assert row.public_note == f"To {new.get_absolute_url()}"
    assert [now(c).post_id for c in (root, reply, stays)] == [new.pk, new.pk, old.pk]
    assert [now(root).handle, now(reply).handle] == handles
    assert (now(root).version, now(reply).version) == (root.version + 1, reply.version)
    for one in (root, reply):
        leads = client.get(f"/c/{one.public_id}/")["Location"]
        assert leads == f"{new.get_absolute_url()}#c-{one.public_id}"
    there, here = texts(client, new), texts(client, old)
    assert "The root." in there
    assert "A reply." in there
    assert "2 comments" in there
    assert "The root." not in here
    assert "1 comment<" in here
    assert f'id="c-{root.public_id}">The thread of <bdi>{root.handle}' in here
    assert is_clean()


def test_in_the_feeds_it_stays_the_same_and_leads_there(old, new, anna, client):
    root = shown(old, "The root.")
    shown(old, "A reply.", 1, parent=root)
    latest = "/feeds/comments/default"
    before = entries(client, old.get_comments_feed_url())
    etag = client.get(latest)["ETag"]
    move(anna, root, new)
    assert len(before) == 2
    assert entries(client, old.get_comments_feed_url()) == {}
    assert entries(client, new.get_comments_feed_url()) == before
    assert entries(client, latest) == before
    # Its title names another post now: who asks again is told.
    assert client.get(latest, headers={"If-None-Match": etag}).status_code == 200
    for address in before.values():
        leads_to = client.get(urlsplit(address).path)["Location"]
        assert leads_to.startswith(new.get_absolute_url())


def test_back_it_is_the_same_to_the_byte(old, new, anna, client):
    shown(old, "First.")
    root = shown(old, "Second.", 3)
    shown(old, "Below.", 4, parent=root)
    shown(old, "Third.", 5)
    shown(new, "There.", 6)
    before = [texts(client, post) for post in (old, new)]
    [row] = move(anna, root, new).done
    assert [texts(client, post) for post in (old, new)] != before
    assert desk.undo(anna, [row.seq]).done
    assert [texts(client, post) for post in (old, new)] == before
    assert not Passage.objects.exists()
    assert is_clean()


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_reply_becomes_a_thread_and_goes_back_between_its_siblings(
    old, new, anna, client, which
):
    root = shown(old, "The root.")
    replies = [shown(old, f"Reply {n}.", n + 1, parent=root) for n in range(3)]
    for reply in replies:
        shown(old, f"Below {reply.text}", 9, parent=reply)
    before = texts(client, old)
    [row] = move(anna, replies[which], new).done
    moved = now(replies[which])
    assert (moved.post_id, moved.parent_id, moved.level) == (new.pk, None, 0)
    assert "2 comments" in texts(client, new)
    assert is_clean()
    # Somebody answers meanwhile: what comes back stands where it stood all the same.
    later = shown(old, "Later.", 20, parent=root)
    assert desk.undo(anna, [row.seq]).done
    order = list(
        Comment.objects.filter(parent=root).order_by("lft").values_list("pk", flat=True)
    )
    assert order == [*(reply.pk for reply in replies), later.pk]
    do("edit", later)
    assert texts(client, old) == before
    assert is_clean()


def test_it_can_be_put_below_a_comment_there(old, new, anna):
    root = shown(old, "The root.")
    shown(old, "Below.", 1, parent=root)
    there = shown(new, "There.", 2)
    [row] = move(anna, root, new, there).done
    moved = now(root)
    assert (moved.parent_id, moved.level, moved.tree_id) == (
        there.pk,
        1,
        there.tree_id,
    )
    assert is_clean()
    assert desk.undo(anna, [row.seq]).done
    back = now(root)
    assert (back.parent_id, back.tree_id, back.post_id) == (None, root.tree_id, old.pk)
    assert is_clean()


def test_times_are_looked_for_where_the_comment_stands(old, new, anna, client):
    named = shown(old, "Once.")
    clock = named.handle.split()[-1]
    source = shown(old, f"As Anon {clock} said.", 9)
    link = f'href="#c-{named.public_id}"'
    assert f'<a class="at" {link}>' in texts(client, old)
    [row] = move(anna, named, new).done
    assert 'class="at"' not in now(source).html
    # Before noon a time may mean the evening too: a row for each.
    assert set(Reference.objects.values_list("target", flat=True)) == {None}
    [second] = move(anna, source, new).done
    assert f'<a class="at" {link}>' in texts(client, new)
    desk.undo(anna, [second.seq])
    desk.undo(anna, [row.seq])
    assert f'<a class="at" {link}>' in texts(client, old)


def test_of_two_moves_the_newer_goes_back_first(old, new, anna):
    third = making.post(3, title="Gulls")
    root = shown(old)
    [one] = move(anna, root, new).done
    [two] = move(anna, root, third).done
    [conflict] = desk.undo(anna, [one.seq]).conflicts
    assert "moved again" in conflict.message
    assert desk.undo(anna, [two.seq]).done
    assert now(root).post_id == new.pk
    assert desk.undo(anna, [one.seq]).done
    assert now(root).post_id == old.pk
    [late] = desk.undo(anna, [one.seq]).conflicts
    assert "already" in late.message


def test_any_state_goes_along_and_stays(old, new, anna, client):
    root = shown(old, "The root.")
    states = ("pending", "rejected", "hidden", "withdrawn", "spam")
    below = [in_state(old, state, "Below.", parent=root) for state in states]
    move(anna, root, new)
    assert [now(one).state for one in below] == list(states)
    assert {now(one).post_id for one in below} == {new.pk}
    assert "Below." not in texts(client, new)


def test_what_was_never_shown_leaves_no_line(old, new, anna, client):
    waits = in_state(old, "pending", "It waits.")
    before = texts(client, old)
    move(anna, waits, new)
    assert texts(client, old) == before


def test_the_figures_of_both_posts_follow(old, new, anna):
    for number in range(3):
        comment = in_state(old, "pending", f"Text {number}", written_at=AT)
        do("reject", comment, reason="off_topic")
    move(anna, comment, new)

    def refused(post) -> int:
        sums = tally._sums(Tally.objects.get(post=post).by_month.values())
        return sums["refused:off_topic"]

    assert (refused(old), refused(new)) == (2, 1)


def test_a_discussion_that_grows_too_short_has_no_pages(old, new, anna, monkeypatch):
    for module in (pages, cutting):
        monkeypatch.setattr(module, "PAGE", 4)
    monkeypatch.setattr(cutting, "LONGEST", 5)
    monkeypatch.setattr(cutting, "FEW", 1)
    roots = [shown(old, f"Root {n}.", n) for n in range(6)]
    assert DiscussionPage.objects.filter(post=old).exists()
    for root in roots[:4]:
        move(anna, root, new)
    assert not DiscussionPage.objects.filter(post=old).exists()


def test_it_is_bound_to_the_version_that_was_seen(old, new, anna):
    root = shown(old)
    outcome = moving.move(anna, Seen(root.public_id, 1), moving.Place(new))
    assert outcome.done == []
    assert "already published" in outcome.conflicts[0].message
    assert now(root).post_id == old.pk


def test_where_it_cannot_go(old, new, anna):
    root = shown(old)
    there = shown(new)
    draft = making.post(3, title="Draft", status="draft", published_at=None)
    for post, below in (
        (None, ""),
        (old, ""),
        (draft, ""),
        (None, "/c/0000000000000/"),
        (None, "not a comment at all"),
        (old, f"/c/{there.public_id}/"),
        (None, f"/c/{in_state(new, 'pending').public_id}/"),
    ):
        with pytest.raises(NotAllowed):
            moving.place(root, post, below)
    assert moving.place(root, None, f"/c/{there.public_id}/").parent == there
    with pytest.raises(CannotMove):
        tree.move(root, old.pk, there.pk)
    with pytest.raises(CannotMove):
        tree.move(root, old.pk, root.pk)


@pytest.mark.parametrize("below", [True, False])
def test_nothing_goes_out_of_sight_to_a_post_that_was_taken_back(old, new, anna, below):
    root, there = shown(old), shown(new)
    Post.objects.filter(pk=new.pk).update(status="draft")
    new.refresh_from_db()
    where = f"/c/{there.public_id}/" if below else ""
    with pytest.raises(NotAllowed, match="not public"):
        moving.place(root, new, where)


def test_a_reply_that_is_written_meanwhile_is_not_lost(old, new, anna):
    """The form that was opened before the move is refused with words, not misplaced."""
    root = shown(old)
    move(anna, root, new)
    with pytest.raises(tree.NotInThisDiscussion):
        tree.insert(old, root, text="Late.")
    assert is_clean()


def test_the_receipt_finds_it(old, new, anna):
    code = codes.code_for(codes.new_nonce())
    root = shown(old, receipt_digest=codes.digest(code))
    move(anna, root, new)
    told = send_form(browser(), RECEIPT, {"code": code}).content.decode()
    assert "It is published" in told
    assert f'Your comment on <a href="{new.get_absolute_url()}">Boats</a>' in told


@pytest.mark.parametrize("size", [2, 40])
def test_it_costs_the_same_for_a_small_thread_and_a_large_one(
    old, new, anna, size, django_assert_max_num_queries
):
    root = shown(old)
    for number in range(size):
        shown(old, f"Reply {number}", number + 1, parent=root)
    with django_assert_max_num_queries(60):
        move(anna, root, new)


class TestPage:
    def address(self, comment) -> str:
        return reverse("admin:moderation_queuedcomment_move", args=[comment.public_id])

    def test_from_the_page_to_the_told_line(self, old, new, anna):
        client = signed_in(anna)
        root = shown(old, "The root.")
        shown(old, "Below.", 1, parent=root)
        asked = page(client, self.address(root))
        assert "and the 1 below it go to another post" in asked
        data = {"seen": f"{root.public_id}:{root.version}", "post": new.pk}
        answer = client.post(self.address(root), data | {"next": QUEUE})
        assert answer["Location"] == QUEUE
        assert "1 moved." in page(client)
        assert now(root).post_id == new.pk

    @pytest.mark.parametrize("as_comment", [False, True])
    def test_by_an_address(self, old, new, anna, as_comment):
        root, there = shown(old), shown(new)
        where = f"https://x.example{new.get_absolute_url()}"
        where += f"#c-{there.public_id}" * as_comment
        data = {"seen": f"{root.public_id}:{root.version}", "where": where}
        assert signed_in(anna).post(self.address(root), data).status_code == 302
        assert now(root).post_id == new.pk
        assert now(root).parent_id == (there.pk if as_comment else None)

    def test_a_problem_keeps_what_was_typed(self, old, anna):
        root = shown(old)
        data = {"seen": f"{root.public_id}:{root.version}", "where": "nowhere at all"}
        answer = signed_in(anna).post(self.address(root), data)
        assert answer.status_code == 422
        assert "nowhere at all" in answer.content.decode()

    def test_a_page_of_another_comment_does_nothing(self, old, new, anna):
        root, other = shown(old), shown(old)
        data = {"seen": f"{other.public_id}:{other.version}", "post": new.pk}
        assert signed_in(anna).post(self.address(root), data).status_code == 422
        assert {now(root).post_id, now(other).post_id} == {old.pk}

    def test_editors_who_do_not_decide_may_not(self, old, new):
        root = shown(old)
        client = signed_in(staff("edith", "Editors"))
        assert client.get(self.address(root)).status_code == 403

    def test_a_get_moves_nothing(self, old, new, anna):
        root = shown(old)
        rows = Decision.objects.count()
        signed_in(anna).get(f"{self.address(root)}?post={new.pk}")
        assert (now(root).post_id, Decision.objects.count()) == (old.pk, rows)


@pytest.mark.parametrize("whole", [True, False])
def test_an_older_export_brings_nothing_in_again(old, new, anna, tmp_path, whole):
    """Neither as a second copy nor, once it was taken back, as it was: nor its replies,
    nor what was moved on."""
    root = shown(old)
    reply = shown(old, parent=root)
    file = tmp_path / "before.jsonl"
    call_command("export_archive", str(file), stdout=StringIO())
    third = making.post(4, title="Third")
    places = (new, third) if whole else (new,)
    for post in places:
        moving.move(anna, Seen(root.public_id, now(root).version), moving.Place(post))
    do("withdraw", now(reply))
    import_paths([file], zone=ZoneInfo("Europe/London"))
    assert set(Comment.objects.values_list("pk", flat=True)) == {root.pk, reply.pk}
    assert now(reply).text == ""
    assert now(root).post_id == places[-1].pk
