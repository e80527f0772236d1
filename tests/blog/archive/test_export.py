"""What an export holds, what it never holds, and what becomes of the file."""

import errno
import io
import json
import os
import re
import signal
import stat
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.archive import export_formats, exporter
from blog.archive.formats import takeout, xml_stream
from blog.archive.model import PostStatus, SourceComment, SourcePost, Status
from blog.discussion import tree
from blog.models import Comment, ImportBatch, Label, OldAddress, Passage, Post
from moderation.models import (
    Appeal,
    Decision,
    Question,
    Redaction,
    Rule,
    Screening,
)
from tests.blog import making

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
BLOGGER = "{http://schemas.google.com/blogger/2018}"
CANDOUR = "{https://candour.example/archive/1}"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
ODD = "\r\n one\r two\n\n  three \t]]> &amp; <b> \u202eevil\u202c 🦦 \x85 \u2028 end \n"


def exported(*options: str) -> str:
    """What goes to the standard output."""
    out = io.StringIO()
    call_command("export_archive", "-", *options, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("export_archive", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def feed(*options: str) -> ET.Element:
    return valid(exported(*options))


def entries(*options: str) -> list[ET.Element]:
    return feed(*options).findall(f"{ATOM}entry")


def as_json(*options: str) -> dict:
    return json.loads(exported("--format", "json", *options))


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def valid(text: str) -> ET.Element:
    """The feed, which has all that RFC 4287 demands of it and of its entries."""
    root = ET.fromstring(text)  # noqa: S314 (it is our own)
    assert root.tag == f"{ATOM}feed"
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    for holder in (root, *root.findall(f"{ATOM}entry")):
        for once in ("id", "title", "updated"):
            assert len(holder.findall(f"{ATOM}{once}")) == 1, once
        assert re.fullmatch(
            r"tag:[\w.-]+,\d{4}:[!-~]+", holder.findtext(f"{ATOM}id", "")
        )
        assert len(holder.findall(f"{ATOM}published")) <= 1
        for name in ("updated", "published"):
            for moment in holder.findall(f"{ATOM}{name}"):
                assert RFC3339.fullmatch(moment.text)
        for link in holder.findall(f"{ATOM}link"):
            assert link.attrib["rel"] == "alternate"
            assert link.attrib["href"].startswith("https://")
    for entry in root.findall(f"{ATOM}entry"):
        assert len(entry.findall(f"{ATOM}author")) == 1
        assert len(entry.findall(f"{ATOM}author/{ATOM}name")) == 1
        assert len(entry.findall(f"{ATOM}content")) == 1
        assert entry.find(f"{ATOM}content").attrib == {"type": "html"}
        for category in entry.findall(f"{ATOM}category"):
            assert category.attrib["term"]
    return root


def rich_post(**fields) -> Post:
    values = {
        "title": "Tides & <sands>",
        "body": "A *word*.\r\n\r\n  Another\n",
        "author_name": "Jo",
        "labels": ("A & B", "Tides"),
        "source_id": "blogger:77",
        "comments_declared": 12,
        "published_at": datetime(2022, 9, 2, 11, 5, 6, 123456, tzinfo=UTC),
    }
    post = making.post(**(values | fields))
    OldAddress.objects.create(path="/2012/a.html", post=post)
    OldAddress.objects.create(path="/?p=12", post=post)
    return post


class TestAtom:
    def test_an_empty_site(self, tmp_path):
        assert entries() == []
        words = said(str(tmp_path / "x"))
        assert words.startswith("Exported 0 posts, 0 pages, 0 comments to ")

    def test_a_post(self, settings):
        settings.SITE_URL = "https://blog.example"
        post = rich_post()
        [entry] = entries()
        values = {
            "id": "tag:blog.example,2026:post/blogger:77",
            "title": "Tides & <sands>",
            "content": post.body_html,
            "published": "2022-09-02T11:05:06.123456Z",
            "updated": "2022-09-02T11:05:06.123456Z",
            "author/{*}name": "Jo",
        }
        assert {name: entry.findtext(f"{{*}}{name}") for name in values} == values
        assert entry.findtext(f"{BLOGGER}type") == "POST"
        assert entry.findtext(f"{BLOGGER}status") == "LIVE"
        assert entry.findtext(f"{BLOGGER}filename") == "/2022/09/tides-sands.html"
        assert entry.findtext(f"{BLOGGER}trashed") == ""
        assert entry.findtext(f"{CANDOUR}uid") == "blogger:77"
        source = entry.find(f"{CANDOUR}source")
        assert (source.attrib, source.text) == ({"format": "markdown"}, post.body)
        assert entry.find(f"{CANDOUR}comments").attrib == {"declared": "12"}
        assert entry.find(f"{CANDOUR}published") is None
        assert [old.text for old in entry.findall(f"{CANDOUR}oldAddress")] == [
            "/2012/a.html",
            "/?p=12",
        ]
        terms = [c.attrib["term"] for c in entry.findall(f"{ATOM}category")]
        assert terms == ["A & B", "Tides"]
        assert (
            entry.find(f"{ATOM}link").attrib["href"]
            == "https://blog.example/2022/09/tides-sands.html"
        )

    def test_without_a_public_address_there_are_no_links(self, settings):
        making.comment(rich_post())
        for url in ("http://127.0.0.1:8000", "http://localhost", "http://[::1]:80", ""):
            settings.SITE_URL = url
            root = feed()
            assert root.findtext(f"{ATOM}id") == "tag:candour.example,2026:archive"
            assert not list(root.iter(f"{ATOM}link"))

    def test_a_page_a_day_and_comments_that_are_not_recorded(self):
        making.post(
            1,
            is_page=True,
            title="About",
            comments_recorded=False,
            published_precision=Post.Precision.DAY,
            # The day in London, not in Greenwich.
            published_at=datetime(2022, 7, 1, 23, 30, tzinfo=UTC),
        )
        [entry] = entries()
        assert entry.findtext(f"{BLOGGER}type") == "PAGE"
        assert entry.findtext(f"{BLOGGER}filename") == "/p/about.html"
        assert entry.findtext(f"{CANDOUR}uid") == "candour:p/about"
        assert entry.find(f"{CANDOUR}comments").attrib == {"recorded": "no"}
        day = entry.find(f"{CANDOUR}published")
        assert (day.attrib, day.text) == ({"precision": "day"}, "2022-07-02")
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == ""

    def test_a_discussion_in_its_order(self):
        post = making.post(1, source_id="blogger:1")
        first = making.comment(
            post,
            "One",
            name="Ann",
            source_id="blogger:2",
            source_parent="blogger:9",
            written_at=datetime(2022, 9, 2, 11, 5, tzinfo=UTC),
            published_at=datetime(2022, 9, 2, 12, 5, 0, 5, tzinfo=UTC),
        )
        second = making.comment(post, "Two", name=None)
        answer = making.comment(post, "Answer", first, name="")
        deep = making.comment(post, "Deep", answer)
        _, one, two, three, four = entries()
        texts = [e.findtext(f"{CANDOUR}text") for e in (one, two, three, four)]
        assert texts == ["One", "Answer", "Deep", "Two"]

        assert one.findtext(f"{BLOGGER}type") == "COMMENT"
        assert one.findtext(f"{BLOGGER}status") == "LIVE"
        assert one.findtext(f"{CANDOUR}state") == "live"
        assert one.findtext(f"{CANDOUR}uid") == "blogger:2"
        assert one.findtext(f"{CANDOUR}publicId") == first.public_id
        assert one.findtext(f"{CANDOUR}parent") == "blogger:1"
        assert one.findtext(f"{CANDOUR}answers") == "blogger:9"
        assert one.find(f"{CANDOUR}inReplyTo") is None
        assert one.find(f"{BLOGGER}inReplyTo") is None
        assert one.findtext(f"{ATOM}content") == first.html
        assert one.findtext(f"{ATOM}author/{ATOM}name") == "Ann"
        assert one.findtext(f"{ATOM}published") == "2022-09-02T11:05:00Z"
        assert one.findtext(f"{CANDOUR}approved") == "2022-09-02T12:05:00.000005Z"
        assert one.find(f"{CANDOUR}author") is None
        assert one.find(f"{CANDOUR}written") is None

        assert two.findtext(f"{CANDOUR}inReplyTo") == "blogger:2"
        parent = two.findtext(f"{BLOGGER}inReplyTo")
        assert parent == one.findtext(f"{ATOM}id")
        assert two.findtext(f"{ATOM}author/{ATOM}name") == ""
        assert two.find(f"{CANDOUR}author") is None
        assert two.find(f"{CANDOUR}written").attrib == {"recorded": "no"}
        assert two.find(f"{ATOM}published") is None
        assert three.findtext(f"{CANDOUR}inReplyTo") == f"candour:{answer.public_id}"
        assert three.findtext(f"{CANDOUR}uid") == f"candour:{deep.public_id}"
        assert four.findtext(f"{CANDOUR}uid") == f"candour:{second.public_id}"
        assert four.find(f"{CANDOUR}author").attrib == {"recorded": "no"}

    def test_odd_characters(self, tmp_path):
        bad = ODD + "\x01\x0b\x1f\ufffe\uffff"
        post = making.post(1, title="Bell \x07", body=bad, labels=("A\n\r\t\x02B",))
        making.comment(post, bad, name="N\x08")
        making.comment(post, "Fine.")
        one, two, _ = entries()
        assert one.findtext(f"{CANDOUR}source") == ODD
        assert one.findtext(f"{ATOM}title") == "Bell "
        assert one.find(f"{ATOM}category").attrib["term"] == "A\n\r\tB"
        assert two.findtext(f"{CANDOUR}text") == ODD
        assert two.findtext(f"{ATOM}author/{ATOM}name") == "N"
        words = said(str(tmp_path / "feed.atom"))
        assert "left out of 2 posts or comments" in words
        [record] = as_json()["posts"]
        assert record["body"] == record["comments"][0]["text"] == bad

    def test_nothing_is_cut_where_chunks_end(self, monkeypatch):
        monkeypatch.setattr(exporter, "POSTS_AT_ONCE", 3)
        monkeypatch.setattr(exporter, "COMMENTS_AT_ONCE", 2)
        for number in range(7):
            making.discussion(making.post(number), 0 if number % 3 == 1 else 5)
        posts = as_json()["posts"]
        assert [post["title"] for post in posts] == [
            f"Post number {number}" for number in range(7)
        ]
        assert [len(post["comments"]) for post in posts] == [5, 0, 5, 5, 0, 5, 5]
        for post in posts:
            texts = [comment["text"] for comment in post["comments"]]
            assert texts == [f"Text {number}" for number in range(len(texts))]


class TestJson:
    def test_it_is_what_the_feed_is(self):
        post = rich_post()
        first = making.comment(post, "One", name="Ann", written_at=post.published_at)
        making.comment(post, "Two", first, name=None)
        whole = as_json()
        assert whole["format"] == "candour"
        assert whole["version"] == 1
        assert whole["site"] == "Candour"
        assert whole["all"] is False
        assert RFC3339.fullmatch(whole["exported"])
        [record] = whole["posts"]
        comments = record.pop("comments")
        assert record == {
            "uid": "blogger:77",
            "type": "post",
            "status": "live",
            "title": "Tides & <sands>",
            "author": "Jo",
            "published": "2022-09-02T11:05:06.123456Z",
            "published_precision": "minute",
            "path": "/2022/09/tides-sands.html",
            "old_addresses": ["/2012/a.html", "/?p=12"],
            "labels": ["A & B", "Tides"],
            "body": post.body,
            "body_format": "markdown",
            "html": post.body_html,
            "comments_recorded": True,
            "comments_declared": 12,
        }
        assert comments[0] == {
            "uid": f"candour:{first.public_id}",
            "public_id": first.public_id,
            "answers": None,
            "answers_at_source": None,
            "state": "live",
            "author": "Ann",
            "handle": None,
            "tag": "",
            "tag_is_site_wide": False,
            "written": "2022-09-02T11:05:06.123456Z",
            "approved": None,
            "text": "One",
            "html": first.html,
        }
        assert comments[1]["answers"] == comments[0]["uid"]
        assert comments[1]["author"] is None

    def test_a_day_is_a_day(self):
        making.post(published_precision=Post.Precision.DAY)
        [record] = as_json()["posts"]
        assert record["published"] == "2022-03-02"
        assert record["published_precision"] == "day"

    def test_an_empty_site(self):
        assert as_json()["posts"] == []


# One for each state: (in a public file as a placeholder, with --all).
STATES = {
    "pending": ("erased", "held"),
    "likely_spam": ("erased", "held"),
    "held": ("erased", "held"),
    "rejected": ("refused", "refused"),
    "spam": ("spam", "spam"),
    "hidden": ("removed by moderator", "trashed"),
    "withdrawn": ("removed by author", "removed by author"),
    "erased": ("erased", "erased"),
}


class TestUnpublished:
    SEEN = ("held", "hidden", "withdrawn")

    def test_every_state_is_here(self):
        assert STATES.keys() == set(Comment.State.values) - {"published"}
        for states in (exporter.STATES, exporter.STATES_OF_PLACEHOLDERS):
            assert states.keys() == set(Comment.State)
        assert export_formats.BLOGGER_STATUS.keys() == set(Status)

    def with_answer(self, state: str) -> Comment:
        post = making.post()
        words = {"text": "Xylotext", "html": "<p>Xylotext</p>", "name": "Xyloname"}
        if state == "erased":
            words = dict.fromkeys(words, "")
        removed = making.comment(
            post,
            **words,
            state=state,
            written_at=datetime(2021, 1, 2, 3, 4, tzinfo=UTC),
            published_at=datetime(2021, 1, 2, 4, 5, tzinfo=UTC),
        )
        making.comment(post, "The answer.", removed)
        if state != "erased":
            seen = removed.published_at if state in self.SEEN else None
            making.comment(post, "Xylochild", removed, state=state, published_at=seen)
        return removed

    @pytest.mark.parametrize("state", STATES)
    def test_a_placeholder_bears_nothing(self, state):
        removed = self.with_answer(state)
        [record] = as_json()["posts"]
        assert record["comments"][0] == {
            "uid": f"candour:{removed.public_id}",
            "public_id": removed.public_id,
            "answers": None,
            "answers_at_source": None,
            "state": STATES[state][0],
            "author": None,
            "handle": None,
            "tag": "",
            "tag_is_site_wide": False,
            "written": None,
            "approved": None,
            "text": "",
            "html": "",
        }
        # The other answer leaves a gap on the page if it was ever seen.
        gap = [""] if state in self.SEEN else []
        texts = [c["text"] for c in record["comments"]]
        assert texts == ["", "The answer.", *gap]
        text = exported()
        assert "Xylo" not in text
        assert "2021-01-02" not in text
        _, placeholder, *_ = entries()
        assert placeholder.findtext(f"{BLOGGER}status") in (
            "EMPTIED",
            "PENDING",
            "SPAM_COMMENT",
        )
        assert placeholder.find(f"{CANDOUR}author").attrib == {"recorded": "no"}
        assert placeholder.find(f"{CANDOUR}written").attrib == {"recorded": "no"}

    @pytest.mark.parametrize("state", STATES)
    def test_with_all(self, state):
        self.with_answer(state)
        comment = as_json("--all")["posts"][0]["comments"][0]
        assert comment["state"] == STATES[state][1]
        is_gone = state in ("withdrawn", "erased")
        assert comment["text"] == ("" if is_gone else "Xylotext")
        assert comment["html"] == ("" if is_gone else "<p>Xylotext</p>")
        assert comment["written"] == "2021-01-02T03:04:00Z"

    def test_one_that_the_old_blog_had_removed(self):
        making.comment(making.post(), "", state="hidden")
        [comment] = as_json("--all")["posts"][0]["comments"]
        assert comment["state"] == "removed by moderator"

    def test_unpublished_posts_come_with_all_only(self):
        making.post(1)
        tomorrow = timezone.now() + timedelta(days=1)
        making.post(2, title="Later", published_at=tomorrow)
        draft = making.post(3, title="Draft", status="draft", published_at=None)
        fallen = making.post(4, title="Taken back")
        making.comment(fallen, "Under it")
        fallen.status = Post.Status.DRAFT
        fallen.save()
        assert len(as_json()["posts"]) == 1
        _, later, first, second = as_json("--all")["posts"]
        assert [p["status"] for p in (later, first, second)] == [
            "scheduled",
            "draft",
            "draft",
        ]
        assert first["uid"] == f"candour:draft-{draft.pk}"
        assert (first["path"], first["published"]) == (None, None)
        assert first["published_precision"] is None
        assert second["path"] == "/2022/03/taken-back.html"
        atom = entries("--all")
        assert [e.findtext(f"{BLOGGER}status") for e in atom] == [
            "LIVE",
            "SCHEDULED",
            "DRAFT",
            "DRAFT",
            "LIVE",
        ]
        assert atom[2].findtext(f"{BLOGGER}filename") == ""
        assert atom[2].find(f"{ATOM}published") is None


def planted(model: type[Model], prefix: str, *skip: str) -> dict[str, object]:
    """A marker for each column of text that has no choices."""
    return {
        f.name: [f"{prefix}{f.name}"]
        if f.get_internal_type() == "JSONField"
        else f"{prefix}{f.name}"
        for f in model._meta.concrete_fields
        if f.get_internal_type() in ("CharField", "TextField", "JSONField")
        and not f.choices
        and f.name not in skip
    }


class TestWhatIsNeverThere:
    """Markers in every column; every one that begins with "Zq" must stay here."""

    @pytest.fixture
    def _everywhere(self):
        batch = ImportBatch.objects.create(
            started_at=timezone.now(), report={"x": "Zqreport"}
        )
        post = making.post(1)
        Post.objects.update(
            batch=batch,
            **{
                name: value
                for name, value in planted(Post, "Zq").items()
                if name.startswith("source") and name != "source_id"
            },
            summary="Zqsummary",
            slug="zqslug",
        )
        comment = making.comment(post, "Seen")
        hidden = tree.insert(post, **planted(Comment, "Qpart", "public_id"))
        Comment.objects.filter(pk=hidden.pk).update(
            state="hidden", receipt_digest="Zqdigest-hidden", source_key="Zqkey-hidden"
        )
        Comment.objects.filter(pk=comment.pk).update(
            receipt_digest="Zqdigest",
            source_key="Zqkey",
            batch=batch,
            version=987654,
        )
        draft = Post.objects.create(
            **planted(Post, "Qpart", "address", "source_key", "slug")
        )
        draft.labels.add(Label.objects.create(name="Qpartlabel"))
        OldAddress.objects.create(path="/Qpartold", post=draft)
        Label.objects.create(name="Zqunused")
        making.comment(draft, "Qpartunderdraft")
        for one in (comment, hidden):
            Screening.objects.create(
                comment=one,
                why=[{"code": "Zqcode", "words": "Zqwords"}],
                sketch=b"Zqs",
                new_hosts=["Zqhost"],
            )
            Question.objects.create(
                comment=one,
                version=1,
                text="Zqquestion",
                asked_at=timezone.now(),
                answer="Zqanswer",
                answered_on=timezone.localdate(),
            )
            Redaction.objects.create(
                seq=1000 + one.pk,
                comment=one,
                at=timezone.now(),
                text="Zqoriginal",
                html="<p>Zqoriginal</p>",
                name="Zqname",
                tag="Zqtag",
            )
            Passage.objects.create(
                kind="move",
                source=draft,
                target=one.post,
                comment=one,
                before={"Zqbefore": 1},
            )
            Appeal.objects.create(
                comment=one,
                decision_seq=1,
                text="Zqappeal",
                made_on=timezone.localdate(),
            )
            Decision.objects.create(
                seq=1000 + one.pk,
                at=timezone.now(),
                actor="Zqactor",
                actor_kind="moderator",
                action="hide",
                from_state="published",
                to_state="hidden",
                reason="hate",
                comment_public_id=one.public_id,
                version=2,
                private_note="Zqprivate",
                public_note="Zqpublic",
                prev_hash="Zqprev",
                hash=f"Zqhash{one.pk}",
            )
        Rule.objects.create(pattern="Zqpattern", explanation="Zqexplanation")

    @pytest.mark.usefixtures("_everywhere")
    @pytest.mark.parametrize("form", ["atom", "json"])
    def test_in_a_public_file(self, form):
        text = exported("--format", form)
        assert "Seen" in text
        assert "Qpart" not in text
        assert "Zq" not in text
        assert "zqslug" not in text
        assert "987654" not in text

    @pytest.mark.usefixtures("_everywhere")
    @pytest.mark.parametrize("form", ["atom", "json"])
    def test_with_all(self, form):
        text = exported("--format", form, "--all")
        assert "Zq" not in text
        assert "zqslug" not in text
        assert "987654" not in text
        for kept in ("text", "name", "body", "title", "label", "old", "underdraft"):
            assert f"Qpart{kept}" in text


class TestFile:
    @pytest.fixture(autouse=True)
    def target(self, tmp_path) -> Path:
        post = making.post()
        first = making.comment(post, state="withdrawn", text="", html="")
        making.comment(post, "Answer", first)
        making.post(2, is_page=True)
        return tmp_path / "blog.atom"

    def test_it_is_written_and_counted(self, target):
        words = said(str(target))
        assert words == (
            "Exported 1 post, 1 page, 2 comments (1 of them only as placeholders) "
            f"to {target}.\n"
        )
        valid(target.read_text())
        assert names(target.parent) == [target.name]
        assert said(str(target), "--overwrite", "-v", "0") == ""

    def test_all_is_private_and_says_so(self, target):
        making.post(3, status="draft")
        making.comment(Post.objects.first(), "Waits", state="pending")
        words = said(str(target), "--all")
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert "1 draft or scheduled post and 1 comment that waited" in words
        assert "Keep it private." in words
        said(str(target), "--overwrite")
        umask = os.umask(0)
        os.umask(umask)
        assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~umask

    def test_what_exists_is_refused(self, target):
        target.write_text("Mine")
        with pytest.raises(CommandError, match=r"exists already.*--overwrite"):
            said(str(target))
        assert target.read_text() == "Mine"
        said(str(target), "--overwrite")
        assert target.read_text().startswith("<?xml")

    def test_what_is_no_file_is_refused(self, target):
        with pytest.raises(CommandError, match="is no file"):
            said(str(target.parent), "--overwrite")
        with pytest.raises(CommandError, match="no folder"):
            said(str(target.parent / "missing" / "x.atom"))

    @pytest.mark.parametrize("existed", [False, True])
    def test_a_failure_leaves_nothing(self, target, monkeypatch, existed):
        if existed:
            target.write_text("Mine")

        def full(*args):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(export_formats.Atom, "end", full)
        with pytest.raises(CommandError, match="could not be written: No space left"):
            said(str(target), "--overwrite")
        assert names(target.parent) == ([target.name] if existed else [])
        assert not existed or target.read_text() == "Mine"

    @pytest.mark.parametrize(
        ("number", "ending"),
        [(signal.SIGTERM, SystemExit), (signal.SIGINT, KeyboardInterrupt)],
    )
    def test_a_killed_export_leaves_nothing(self, target, monkeypatch, number, ending):
        there = []

        def killed(*args):
            there.extend(names(target.parent))
            os.kill(os.getpid(), number)

        before = signal.getsignal(signal.SIGTERM)
        monkeypatch.setattr(export_formats.Atom, "end", killed)
        # A shell's job in the background is started with this one ignored.
        interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            with pytest.raises(ending):
                said(str(target))
        finally:
            signal.signal(signal.SIGINT, interrupt)
        assert len(there) == 1
        assert there != [target.name]
        assert names(target.parent) == []
        assert signal.getsignal(signal.SIGTERM) is before

    def test_to_the_standard_output_nothing_but_the_file_goes(self):
        out, err = io.StringIO(), io.StringIO()
        call_command("export_archive", "-", "--all", stdout=out, stderr=err)
        valid(out.getvalue())
        assert "to the standard output." in err.getvalue()
        assert "Keep it private." in err.getvalue()

    def test_images_are_named(self, target):
        Post.objects.update(
            body_html='<img src="/media/a.jpg"><a href="/media/b.png?x">'
            '<img src="/media/a.jpg"><img src="https://x.example/media/c.jpg">'
        )
        assert "Bodies refer to 2 images in data/media" in said(str(target))

    def test_it_is_utf_8_whatever_the_terminal_can(self, own_database):
        own_database.more = {"PYTHONIOENCODING": "ascii", "SITE_NAME": "Otter 🦦"}
        out = own_database.manage("export_archive", "-", "--format", "json", "-v", "0")
        assert json.loads(out)["site"] == "Otter 🦦"


def test_the_number_of_queries_does_not_grow():
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            exported("--all")
            exported()
        return len(captured)

    post = rich_post()
    rich = making.post(2, labels=("A", "B"))
    making.discussion(post, 2)
    few = queries()
    making.discussion(post, 18)
    making.discussion(rich, 20)
    assert queries() == few
    for number in range(3, 21):
        making.discussion(making.post(number, labels=("A", "C")), 2)
    assert queries() == few


def test_reading_it_gives_the_same():
    """What the reader of feeds makes of it: no value is other than it was."""
    post = rich_post()
    day = making.post(
        2,
        title="",
        body=ODD,
        body_format="text",
        is_page=True,
        slug="about",
        published_precision=Post.Precision.DAY,
        comments_recorded=False,
    )
    draft = making.post(3, title="Not yet", status="draft", published_at=None, body="D")
    moment = datetime(2022, 9, 2, 12, 5, 0, 7, tzinfo=UTC)
    first = making.comment(
        post, ODD, name="Ann", written_at=moment, published_at=moment
    )
    answer = making.comment(post, "B", first, name=None, source_parent="blogger:4")
    making.comment(post, " C ", answer, name="", source_id="disqus:5")
    for state in STATES:
        if state != "erased":
            making.comment(draft, state, state=state, name="N")
    items = list(takeout.read(io.BytesIO(exported("--all").encode())))
    posts = [item for item in items if isinstance(item, SourcePost)]
    comments = [item for item in items if isinstance(item, SourceComment)]
    assert len(posts) + len(comments) == len(items), "there are warnings"

    assert [p.uid for p in posts] == [
        "blogger:77",
        "candour:p/about",
        f"candour:draft-{draft.pk}",
    ]
    assert [p.title for p in posts] == [post.title, "", "Not yet"]
    assert [p.body for p in posts] == [post.body, ODD, "D"]
    assert [p.body_format for p in posts] == ["markdown", "text", "markdown"]
    assert [p.author for p in posts] == ["Jo", "", ""]
    assert [p.labels for p in posts] == [("A & B", "Tides"), (), ()]
    assert [p.status for p in posts] == [
        PostStatus.LIVE,
        PostStatus.LIVE,
        PostStatus.DRAFT,
    ]
    assert [p.published_at for p in posts] == [post.published_at, None, None]
    assert [p.date for p in posts] == [None, timezone.localdate(day.published_at), None]
    assert [p.is_page for p in posts] == [False, True, False]
    assert [p.comments_included for p in posts] == [True, False, True]
    assert [p.comments_declared for p in posts] == [12, None, None]
    assert posts[0].addresses == (
        "/2022/09/tides-sands.html",
        "/2012/a.html",
        "/?p=12",
    )
    assert posts[1].addresses == ("/p/about.html",)
    assert posts[2].addresses == ()

    one, two, three, *others = comments
    assert [c.text for c in (one, two, three)] == [ODD, "B", " C "]
    assert [c.author for c in (one, two, three)] == ["Ann", None, ""]
    assert [c.uid for c in (one, two, three)] == [
        f"candour:{first.public_id}",
        f"candour:{answer.public_id}",
        "disqus:5",
    ]
    assert [c.parent for c in (one, two, three)] == [None, one.uid, two.uid]
    assert [c.post for c in (one, two, three)] == ["blogger:77"] * 3
    assert [c.answers for c in (one, two, three)] == ["", "blogger:4", ""]
    assert [c.written_at for c in (one, two, three)] == [moment, None, None]
    assert [c.published_at for c in (one, two, three)] == [moment, None, None]
    assert [c.public_id for c in (one, two)] == [first.public_id, answer.public_id]
    assert {c.status for c in (one, two, three)} == {Status.LIVE}
    assert [c.status.value for c in others] == [
        both[1] for state, both in STATES.items() if state != "erased"
    ]
    assert [c.text for c in others] == [
        state if state != "withdrawn" else "" for state in STATES if state != "erased"
    ]


def test_the_reader_of_feeds_takes_it_for_one():
    text = exported().encode()
    assert takeout.looks_like(xml_stream.root_of(text), text)
