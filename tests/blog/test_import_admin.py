"""Imports in the admin: what came, what needs a look, and the way back."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.admin import import_page, imports
from blog.archive import undoing
from blog.archive.undoing import UndoReport
from blog.models import Comment, ImportBatch, ImportNote, Post

from . import making

pytestmark = pytest.mark.django_db

LIST = reverse("admin:blog_importbatch_changelist")
INDEX = reverse("admin:index")


def page(name: str, batch: ImportBatch) -> str:
    return reverse(f"admin:blog_importbatch_{name}", args=[batch.pk])


def staff(name: str, *permissions: str, groups: tuple[str, ...] = ()) -> Client:
    user = User.objects.create(username=name, password="!", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def owner() -> Client:
    user = User.objects.create(
        username="root", password="!", is_staff=True, is_superuser=True
    )
    client = Client()
    client.force_login(user)
    return client


def file_report(path: str, **numbers) -> dict:
    found = {"found": 0, "new": 0, "updated": 0, "unchanged": 0}
    names = "replies held spam refused trashed removed pages drafts orphans".split()
    return {
        "path": path,
        "format": "Google Takeout",
        "posts": found,
        "comments": found,
        **dict.fromkeys([*names, "missing_parents", "flattened"], 0),
        "error": None,
        "skipped": None,
        **numbers,
    }


def imported(*files: dict, **fields) -> ImportBatch:
    files = files or (file_report("/srv/old/feed.atom"),)
    report = {
        "files": list(files),
        "posts": {"found": 15, "new": 15, "updated": 0, "unchanged": 0},
        "comments": {"found": 1196, "new": 0, "updated": 3, "unchanged": 0},
        "new": 15,
        "updated": 3,
    }
    now = timezone.now()
    return ImportBatch.objects.create(
        **({"started_at": now, "finished_at": now, "report": report} | fields)
    )


def note(batch: ImportBatch, message: str = "Look at this.", **fields) -> ImportNote:
    values = {"file": "feed.atom", "line": 7, "code": "no-date"}
    return ImportNote.objects.create(batch=batch, message=message, **(values | fields))


def words(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    html = answer.content.decode()
    body = html.partition('id="content"')[2].partition('id="footer"')[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def messages(client: Client) -> str:
    html = client.get(LIST).content.decode()
    return unescape(html.partition('class="messagelist"')[2].partition("</ul>")[0])


class TestList:
    def test_it_says_what_came_and_what_needs_a_look(self, owner):
        batch = imported()
        note(batch)
        note(batch, "Settled.", settled=True)
        said = words(owner, LIST)
        assert f"Import {batch.pk}" in said
        assert "15 posts, 1,196 comments: 15 new, 3 updated 1 Finished" in said

    @pytest.mark.parametrize(
        ("fields", "state"),
        [
            ({}, "Finished"),
            ({"finished_at": None, "report": {}}, "Interrupted: run it again"),
            ({"undone_at": timezone.now()}, "Taken back on"),
            ({"undo_report": UndoReport().as_dict()}, "Partly taken back: go on"),
        ],
    )
    def test_states(self, owner, fields, state):
        imported(**fields)
        assert state in words(owner, LIST)

    def test_its_cost_does_not_grow(self, owner):
        def cost(number: int) -> int:
            for _ in range(number):
                note(imported())
            with CaptureQueriesContext(
                connection,
            ) as queries:
                owner.get(LIST)
            return len(queries)

        assert cost(2) == cost(18)


class TestPage:
    def test_a_row_a_file_with_what_there_is_of_it(self, owner):
        some = {"found": 3, "new": 3, "updated": 0, "unchanged": 0}
        first = file_report("/srv/old/feed.atom", posts=some, spam=4)
        error = {"line": 12, "column": 5, "message": "It ends in the middle."}
        batch = imported(first, file_report("b.xml", error=error))
        said = words(owner, page("change", batch))
        assert "File Format Posts Comments Replies Spam Problem" in said
        assert "feed.atom Google Takeout 3 0 0 4 –" in said
        assert "Line 12, column 5: It ends in the middle." in said
        assert "/srv/old" not in said

    def test_an_interrupted_one_says_what_to_do(self, owner):
        batch = imported(finished_at=None, report={})
        assert "Run it again with the same files" in words(owner, page("change", batch))

    def test_notes_stand_by_kind_with_their_place_and_post(self, owner):
        batch = imported()
        public, draft = making.post(1), making.post(2, status="draft")
        note(batch, "It has no <date>.", post=public)
        note(batch, "Nor has this.", post=draft, line=None)
        note(batch, "A thing of its own.", code="new-kind-of-thing")
        html = owner.get(page("change", batch)).content.decode()
        said = words(owner, page("change", batch))
        assert "New kind of thing 1" in said
        assert "Posts without a date 2" in said
        assert "It has no <date>." in said
        assert "feed.atom, line 7 · Edit “Post number 1” · See it" in said
        assert "feed.atom · Edit “Post number 2”" in said
        assert reverse("admin:blog_post_change", args=[draft.pk]) in html
        assert f'href="{public.get_absolute_url()}"' in html
        assert html.count("See it") == 1

    def test_nothing_to_look_at_is_said(self, owner):
        batch = imported()
        assert "all of it was understood" in words(owner, page("change", batch))
        note(batch, settled=True)
        assert "Every note is settled" in words(owner, page("change", batch))

    def test_filters(self, owner):
        batch = imported()
        note(batch, "Alpha", file="a.txt")
        note(batch, "Beta", file="b.txt", code="trashed")
        note(batch, "Gamma", file="b.txt", settled=True)
        expected = {
            "": ["Alpha", "Beta"],
            "?state=settled": ["Gamma"],
            "?state=all&file=b.txt": ["Beta", "Gamma"],
            "?kind=trashed": ["Beta"],
            "?kind=no-date&state=all": ["Alpha", "Gamma"],
            "?kind=none&state=odd&file=%00&page=x&files=-3": ["Alpha", "Beta"],
        }
        for query, shown in expected.items():
            said = words(owner, page("change", batch) + query)
            found = [one for one in ("Alpha", "Beta", "Gamma") if one in said]
            assert found == shown, query

    def test_a_hundred_notes_a_page(self, owner):
        batch = imported(*(file_report(f"{n}.txt") for n in range(230)))
        for number in range(230):
            note(batch, f"Note number {number}.")
        first = owner.get(page("change", batch)).content.decode()
        assert first.count('name="shown"') == 100
        assert first.count('<th scope="row">') == 100
        assert "230 notes" in first
        assert "Settle all 230 of this kind" in first
        last = owner.get(f"{page('change', batch)}?page=3&files=3").content.decode()
        assert last.count('name="shown"') == last.count('<th scope="row">') == 30

    def test_its_cost_does_not_grow(self, owner):
        def cost(number: int) -> int:
            batch = imported(*(file_report(f"{n}.txt") for n in range(number)))
            for n in range(number):
                note(batch, post=making.post(n), code=f"kind-{n % 5}", file=f"{n}.txt")
            with CaptureQueriesContext(connection) as queries:
                owner.get(page("change", batch))
            return len(queries)

        assert cost(2) == cost(20)

    def test_one_that_is_not_there(self, owner):
        for address in ("999", "x", "9" * 30):
            answer = owner.get(reverse("admin:blog_importbatch_change", args=[address]))
            assert answer.status_code == 302
        for name in ("undo", "settle"):
            address = reverse(f"admin:blog_importbatch_{name}", args=[999])
            assert owner.post(address).status_code == 404


class TestSettling:
    def test_ticks_are_kept(self, owner):
        batch = imported()
        first, second, other = (note(batch) for _ in range(3))
        third = note(batch, settled=True)
        shown = [first.pk, second.pk, third.pk]
        answer = owner.post(
            page("settle", batch),
            {"shown": shown, "settled": [first.pk], "back": "state=all&page=2"},
        )
        assert answer["Location"] == f"{page('change', batch)}?state=all&page=2#notes"
        settled = ImportNote.objects.filter(settled=True)
        assert list(settled) == [first]
        assert other not in settled
        assert "1 note settled, 1 note open again." in messages(owner)

    def test_all_of_a_kind(self, owner):
        batch, another = imported(), imported()
        notes = [note(batch) for _ in range(3)]
        note(batch, code="trashed")
        note(another)
        owner.post(page("settle", batch), {"all": "no-date"})
        assert list(ImportNote.objects.filter(settled=True)) == notes
        assert "3 notes settled." in messages(owner)

    def test_notes_of_another_import_and_nonsense_are_not_touched(self, owner):
        batch, another = imported(), imported()
        foreign = note(another)
        owner.post(
            page("settle", batch),
            {"shown": [foreign.pk, "x", "9" * 40], "settled": [foreign.pk]},
        )
        assert not ImportNote.objects.filter(settled=True).exists()
        assert "Nothing was changed." in messages(owner)

    def test_by_looking_nothing_is_settled(self, owner):
        assert owner.get(page("settle", imported())).status_code == 405


class TestWho:
    @pytest.fixture
    def batch(self) -> ImportBatch:
        batch = imported()
        note(batch)
        return batch

    def test_one_who_may_look_only_looks(self, batch):
        client = staff("reader", "view_importbatch")
        html = client.get(page("change", batch)).content.decode()
        assert "Look at this." in html
        assert 'type="checkbox"' not in html
        assert "Take this import back" not in html
        assert client.post(page("settle", batch)).status_code == 403
        assert client.get(page("undo", batch)).status_code == 403
        assert client.post(page("undo", batch)).status_code == 403

    def test_one_who_may_settle(self, batch):
        client = staff("clerk", "view_importbatch", "change_importnote")
        client.post(page("settle", batch), {"all": "no-date"})
        assert not ImportNote.objects.filter(settled=False).exists()
        assert client.post(page("undo", batch)).status_code == 403

    def test_one_who_may_take_back(self, batch):
        client = staff("keeper", "view_importbatch", "undo_import")
        assert client.get(page("undo", batch)).status_code == 200
        assert client.post(page("undo", batch)).status_code == 302
        batch.refresh_from_db()
        assert batch.undone_at

    def test_to_settle_or_to_take_back_one_must_see_it(self, batch):
        client = staff("odd", "undo_import", "change_importnote")
        for name in ("change", "undo", "settle"):
            assert client.post(page(name, batch)).status_code in (403, 405)
        assert client.get(page("change", batch)).status_code == 403

    def test_moderators_take_nothing_back(self, batch):
        client = staff("moderator", groups=("Moderators",))
        for name in ("change", "undo"):
            assert client.get(page(name, batch)).status_code == 403
        for name in ("settle", "undo"):
            assert client.post(page(name, batch)).status_code == 403
        assert "Imports" not in words(client, INDEX)

    def test_editors_look_and_settle_and_take_nothing_back(self, batch):
        client = staff("editor", groups=("Editors",))
        assert f"Import {batch.pk}" in words(client, LIST)
        assert "Imports" in words(client, INDEX)
        html = client.get(page("change", batch)).content.decode()
        assert 'type="checkbox"' in html
        assert "Take this import back" not in html
        client.post(page("settle", batch), {"all": "no-date"})
        assert not ImportNote.objects.filter(settled=False).exists()
        assert client.get(page("undo", batch)).status_code == 403
        assert client.post(page("undo", batch)).status_code == 403
        batch.refresh_from_db()
        assert batch.undone_at is None

    def test_others_are_sent_to_sign_in(self, batch, client):
        for name in ("change", "undo"):
            assert "/login/" in client.get(page(name, batch))["Location"]

    def test_nobody_adds_changes_or_deletes_one(self, batch, owner):
        assert owner.get(reverse("admin:blog_importbatch_add")).status_code == 403
        assert owner.post(page("delete", batch), {"post": "yes"}).status_code == 403
        assert owner.post(page("change", batch), {}).status_code == 405
        assert ImportBatch.objects.count() == 1


class TestTakingBack:
    @pytest.fixture
    def batch(self) -> ImportBatch:
        batch = imported()
        post = making.post(1, batch=batch, source_digests=[undoing.words_digest("")])
        Post.objects.filter(pk=post.pk).update(body="")
        parent = making.comment(post, batch=batch)
        making.comment(post, parent=parent)
        for number in (2, 3):
            other = making.post(
                number,
                batch=batch,
                body="Text",
                source_digests=[undoing.words_digest("Text")],
            )
            making.comment(other, batch=batch)
        return batch

    def test_it_is_said_before_in_words_and_nothing_is_done(self, owner, batch):
        said = words(owner, page("undo", batch))
        assert "2 posts and 2 comments that it brought will go." in said
        assert "1 post stays: comments that stay stand below it." in said
        assert "1 comment stays: a comment that stays answers it." in said
        assert (Post.objects.count(), Comment.objects.count()) == (3, 4)
        batch.refresh_from_db()
        assert batch.undone_at is None

    def test_the_button_does_it_and_the_page_tells(self, owner, batch):
        answer = owner.post(page("undo", batch))
        assert answer["Location"] == page("change", batch)
        assert (Post.objects.count(), Comment.objects.count()) == (1, 2)
        said = words(owner, page("change", batch))
        assert (
            f"Import {batch.pk} was taken back."
            in unescape(owner.get(page("change", batch)).content.decode())
            or "Taken back on" in said
        )
        assert "2 posts and 2 comments that it brought went." in said
        assert "1 post stayed" in said
        assert "Take this import back" not in said

    def test_twice_is_refused_in_words(self, owner, batch):
        owner.post(page("undo", batch))
        for send in (owner.get, owner.post):
            assert send(page("undo", batch))["Location"] == page("change", batch)
            assert "was taken back on" in messages(owner)

    def test_it_goes_on_where_time_ran_out(self, owner, batch, monkeypatch):
        monkeypatch.setattr(imports, "PATIENCE", -1)
        answer = owner.post(page("undo", batch))
        assert answer["Location"] == page("undo", batch)
        assert "Press the button again to go on." in messages(owner)
        monkeypatch.undo()
        owner.post(page("undo", batch))
        assert Post.objects.count() == 1

    def test_who_did_it_is_on_record(self, owner, batch):
        owner.post(page("undo", batch))
        assert "root" in words(owner, page("history", batch))


class TestFirstPage:
    def test_it_tells_how_many_notes_are_open(self, owner):
        batch = imported()
        assert "Imports What came" in words(owner, INDEX)
        note(batch)
        note(batch, settled=True)
        assert "Imports (1 to look at)" in words(owner, INDEX)


@pytest.mark.parametrize("done", [False, True])
def test_every_reason_has_its_words(done):
    report = UndoReport(comments_restored=2, posts_left=1)
    for number, reason in enumerate(
        (undoing.DECIDED, undoing.ANSWERED, undoing.NEEDED), 1
    ):
        report.comments_kept[reason] = number
    for number, reason in enumerate(
        (undoing.DISCUSSED, undoing.EDITED, undoing.CHANGED), 1
    ):
        report.posts_kept[reason] = number
    gone, stays = import_page.in_words(report, done=done)
    assert len(gone) == 1
    assert len(stays) == 7
    assert not any("{" in sentence for sentence in gone + stays)
