"""From the form to the receipt: what is sent, what is refused, what is kept."""

import re
from urllib.parse import quote_plus, urlencode

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.contribution_form import LONGEST, LONGEST_NAME
from blog.discussion import shown, tokens
from blog.discussion.submission import Refused, submit
from blog.models import Comment, Post, Reference
from moderation.models import Decision, Mode, Screening

from . import making
from .contributions import (
    FORM,
    PREVIEW,
    RECEIPT,
    SEND,
    browser,
    code,
    fields,
    kept,
    preview,
    send,
    token,
)
from .contributions import post as send_form

pytestmark = pytest.mark.django_db
TEXT = "The second deckhand > knows\r\n\r\nwhat *this* costs & why."
KEPT = "The second deckhand > knows\n\nwhat *this* costs & why."

FIELDS = ["text", "name", "post", "parent", "code", "appeal"]
NAMES = ["harbourmaster", "Harbour Master", "\u0397\u0430rbourmaster"]
UNSEEN = ["", "   \r\n\t ", "\u200b\u2060", "\u3164 \u2800"]


@pytest.fixture
def client():
    return browser()


@pytest.fixture
def post() -> Post:
    return making.post()


def stored() -> int:
    return Comment.objects.count()


def assert_in_form(page, text: str = TEXT, name: str = "") -> None:
    assert kept(page) == (text, name)


class TestTheWayThrough:
    def test_the_form_on_the_page_of_a_post_has_no_token(self, client, post):
        page = client.get(post.get_absolute_url())
        html = page.content.decode()
        assert f'action="{PREVIEW}"' in html
        assert 'name="text"' in html
        assert "token" not in html
        assert "csrf" not in html.lower()
        assert client.get(post.get_absolute_url()).content == page.content

    def test_the_preview_stores_nothing_and_shows_what_will_stand(self, client, post):
        page = send_form(client, PREVIEW, fields(post, TEXT, name="  Deck  hand "))
        html = page.content.decode()
        assert page.status_code == 200
        assert (
            "<p>The second deckhand &gt; knows</p>\n"
            "<p>what <em>this</em> costs &amp; why.</p>\n"
        ) in html
        assert "<bdi>Deck hand</bdi>" in html
        assert token(page)
        assert f'formaction="{SEND}"' in html
        assert stored() == 0

    def test_what_was_sent_waits_and_has_a_receipt(self, client, post):
        comment, receipt = send(client, fields(post, TEXT, name="Deckhand"))
        assert comment.state in ("pending", "likely_spam")
        assert (comment.text, comment.name) == (KEPT, "Deckhand")
        assert (comment.post, comment.parent, comment.version) == (post, None, 1)
        assert re.fullmatch(r"[0-9a-hjkmnp-tv-z]{26}", receipt)
        assert (
            "second deckhand"
            not in client.get(post.get_absolute_url()).content.decode()
        )
        assert not Decision.objects.exists()

    def test_a_reply_by_its_own_page(self, client, post):
        parent = making.comment(post, "What is asked.", name="Bosun")
        page = client.get(f"/c/{parent.public_id}/reply/")
        html = page.content.decode()
        assert page.status_code == 200
        assert "What is asked." in html
        assert f'name="parent" value="{parent.public_id}"' in html
        assert token(page) == ""
        comment, _ = send(client, fields(post, TEXT, parent))
        assert comment.parent == parent
        assert comment.level == 1

    @pytest.mark.parametrize("state", [s for s in Comment.State if s != "published"])
    def test_no_reply_page_of_what_readers_cannot_see(self, client, post, state):
        text = "" if state == "erased" else "Unseen words."
        hidden = making.comment(post, text, state=state, html=text)
        page = client.get(f"/c/{hidden.public_id}/reply/")
        assert page.status_code == 404
        assert "Unseen words" not in page.content.decode()

    def test_no_reply_page_under_a_post_that_is_no_longer_public(self, client, post):
        parent = making.comment(post)
        Post.objects.update(status=Post.Status.DRAFT)
        assert client.get(f"/c/{parent.public_id}/reply/").status_code == 404

    def test_the_preview_warns_and_lets_send(self, client, post):
        text = "I work at Harbourmouth and my manager Annie knows."
        page = send_form(client, PREVIEW, fields(post, text))
        html = page.content.decode()
        assert (
            "“<bdi>I work at Harbourmouth</bdi>”: Does that tell where you work?"
            in html
        )
        assert token(page)
        comment, _ = send(client, fields(post, text))
        assert comment.text == text

    def test_nothing_of_the_text_becomes_html(self, client, post):
        text = "<script>alert(1)</script><img src=x onerror=alert(1)> \"'</textarea>"
        page = send_form(client, PREVIEW, fields(post, text, name="<b>x</b>"))
        html = page.content.decode()
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "<b>x" not in html
        assert kept(page) == (text, "<b>x</b>")

    def test_links_and_quotations_stand_as_they_will(self, client, post):
        text = "> said before\n\nSee https://example.org/a?b=1&c=2."
        html = send_form(client, PREVIEW, fields(post, text)).content.decode()
        assert "<blockquote>\n<p>said before</p>\n</blockquote>" in html
        assert (
            '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow ugc noopener">'
        ) in html

    def test_a_text_that_begins_with_an_empty_line_is_not_changed_by_the_form(
        self, client, post
    ):
        form = preview(client, fields(post, "\n\nIndented by nothing."))
        page = send_form(client, PREVIEW, form)
        text, _ = kept(page)
        sent = send_form(client, SEND, form | {"text": text.replace("\n", "\r\n")})
        assert sent.status_code == 200


def assert_closed(page, text: str, words: str) -> None:
    """The page says why no comment is taken, and has the text to be copied."""
    html = page.content.decode()
    assert words in html
    assert "<h1>Not sent</h1>" in html
    assert re.search(r"<textarea id=\"f-text\"[^>]* readonly>", html)
    assert kept(page)[0] == text
    assert not token(page)
    assert SEND not in html
    assert "<button" not in html.partition("<main")[2]


@pytest.mark.parametrize("whole_site", [True, False])
class TestWhereNoCommentsAreTaken:
    NOTICE = "Enough was said & heard."

    @pytest.fixture
    def closed(self, post, whole_site) -> Mode:
        return Mode.objects.create(
            post=None if whole_site else post, kind="closed", notice=self.NOTICE
        )

    def test_nothing_on_the_page_of_the_post_invites_to_write(self, client, closed):
        post = Post.objects.get()
        parent = making.comment(post, "What is asked.")
        html = client.get(post.get_absolute_url()).content.decode()
        assert "What is asked." in html
        assert "Enough was said &amp; heard." in html
        assert 'class="reply"' not in html
        assert PREVIEW not in html
        closed.delete()
        html = client.get(post.get_absolute_url()).content.decode()
        assert f'class="reply" href="/c/{parent.public_id}/reply/"' in html

    def test_it_costs_as_many_queries_as_an_open_one(self, client, post, whole_site):
        making.discussion(post, 4)

        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                client.get(post.get_absolute_url())
            return len(queries)

        before = cost()
        Mode.objects.create(post=None if whole_site else post, kind="closed")
        assert cost() == before

    def test_the_page_of_a_reply_says_so_and_has_no_form(self, client, closed):
        parent = making.comment(Post.objects.get(), "What is asked.")
        page = client.get(f"/c/{parent.public_id}/reply/")
        html = page.content.decode()
        assert page.status_code == 200
        assert "<h1>This discussion is closed</h1>" in html
        assert "Enough was said &amp; heard." in html
        assert "<form" not in html
        assert "<textarea" not in html
        assert parent.get_absolute_url() in html

    @pytest.mark.parametrize("text", [TEXT, "é" * (LONGEST + 1)])
    def test_the_preview_keeps_the_text_and_sends_nothing(self, client, closed, text):
        page = send_form(client, PREVIEW, fields(Post.objects.get(), text))
        assert_closed(page, text, "Enough was said &amp; heard.")
        assert stored() == 0


class TestBelowAPage:
    WORDS = "No comments are taken below this page."

    @pytest.fixture
    def about(self) -> Post:
        return making.post(title="About", is_page=True)

    @pytest.mark.parametrize("kind", ["", "open"])
    def test_without_a_discussion_none_is_taken(self, client, about, post, kind):
        if kind:
            Mode.objects.create(kind=kind)
        assert "<form" not in client.get(about.get_absolute_url()).content.decode()
        page = send_form(client, PREVIEW, fields(about, TEXT))
        assert page.status_code == 403
        assert_closed(page, TEXT, self.WORDS)
        with pytest.raises(Refused, match=self.WORDS):
            submit(about, "Words.")
        assert stored() == 0

    def test_what_was_previewed_before_it_lost_its_discussion(self, client, about):
        making.comment(about)
        form = preview(client, fields(about, TEXT))
        Comment.objects.update(state="hidden")
        page = send_form(client, SEND, form)
        assert page.status_code == 403
        assert_closed(page, TEXT, self.WORDS)
        assert stored() == 1

    def test_a_discussion_that_came_with_it_goes_on(self, client, about):
        parent = making.comment(about)
        html = client.get(about.get_absolute_url()).content.decode()
        assert f'action="{PREVIEW}"' in html
        assert 'class="reply"' in html
        comment, _ = send(client, fields(about, TEXT, parent))
        assert (comment.post, comment.parent) == (about, parent)


def test_the_page_of_a_reply_has_the_notice_too(client, post):
    Mode.objects.create(kind="hold_all", notice="We were flooded.")
    parent = making.comment(post)
    html = client.get(f"/c/{parent.public_id}/reply/").content.decode()
    assert "We were flooded." in html
    assert "<textarea" in html


class TestWhatFollowsTheSending:
    READ = "It appears after a moderator has read it"
    AT_ONCE = "It appears at once, unless it is held to be read by a moderator first."

    def said(self, client, post) -> str:
        html = send_form(client, PREVIEW, fields(post, TEXT)).content.decode()
        return html[html.index('<p class="send">') :]

    @pytest.mark.parametrize("kind", ["", "hold_all"])
    def test_all_are_read_first(self, client, post, kind):
        if kind:
            Mode.objects.create(kind=kind)
        said = self.said(client, post)
        assert ">Send it to be read</button>" in said
        assert f"{self.READ}.<" in said
        assert "at once" not in said

    @pytest.mark.parametrize("whole_site", [True, False])
    def test_they_appear_at_once(self, client, post, whole_site):
        Mode.objects.create(post=None if whole_site else post, kind="open")
        said = self.said(client, post)
        assert self.AT_ONCE in said
        assert self.READ not in said
        assert ">Send it</button>" in said

    def test_with_an_earlier_receipt_at_once(self, client, post):
        Mode.objects.create(kind="hold_first")
        said = self.said(client, post)
        assert f"{self.READ}, or at once with the receipt of a published one" in said
        assert "unless it is held" in said
        assert 'name="earlier"' in said

    def test_the_posts_own_mode_counts(self, client, post):
        Mode.objects.create(kind="open")
        Mode.objects.create(post=post, kind="hold_all")
        assert f"{self.READ}.<" in self.said(client, post)


class TestWhatIsKeptWhenItFails:
    def form(self, post, **more) -> dict:
        return fields(post, TEXT) | {"name": "Deckhand"} | more

    def refused(self, client, path, form, status) -> str:
        page = send_form(client, path, form)
        assert page.status_code == status
        assert_in_form(page, form["text"], form["name"])
        assert stored() == 0
        return page.content.decode()

    @pytest.mark.parametrize("path", [PREVIEW, SEND])
    def test_too_long(self, client, post, path):
        form = self.form(post, text="é" * (LONGEST + 1))
        html = self.refused(client, path, form, 422)
        assert "8,001 characters; 8,000 are the most" in html

    def test_exactly_as_long_as_may_be(self, client, post):
        comment, _ = send(client, fields(post, "é" * LONGEST))
        assert len(comment.text) == LONGEST

    @pytest.mark.parametrize("path", [PREVIEW, SEND])
    def test_name_too_long(self, client, post, path):
        form = self.form(post, name="x" * (LONGEST_NAME + 1))
        assert "60 are the most" in self.refused(client, path, form, 422)

    @pytest.mark.parametrize("path", [PREVIEW, SEND])
    @pytest.mark.parametrize(
        "name", ["harbourmaster", "Harbour Master", "Ηarbourmaster"]
    )
    def test_a_moderators_name(self, client, post, path, name):
        User.objects.create_user("harbourmaster", is_staff=True)
        html = self.refused(client, path, self.form(post, name=name), 422)
        assert "belongs to the editor or a moderator" in html
        assert 'aria-invalid="true"' in html

    @pytest.mark.parametrize("path", [PREVIEW, SEND])
    @pytest.mark.parametrize(
        "text", ["", "   \r\n\t ", "\u200b\u2060", "\u3164 \u2800"]
    )
    def test_nothing_that_can_be_seen(self, client, post, path, text):
        page = send_form(client, path, self.form(post, text=text))
        assert page.status_code == 422
        assert "Write something first." in page.content.decode()
        assert kept(page)[1] == "Deckhand"

    def test_no_token(self, client, post):
        html = self.refused(client, SEND, self.form(post), 409)
        assert "Nothing was sent and nothing is lost" in html

    def test_a_changed_text_gets_a_fresh_preview(self, client, post):
        form = preview(client, self.form(post))
        form["text"] += " Anew."
        page = send_form(client, SEND, form)
        assert page.status_code == 409
        assert_in_form(page, form["text"], "Deckhand")
        assert stored() == 0
        again = send_form(client, SEND, form | {"token": token(page)})
        assert again.status_code == 200
        assert Comment.objects.get().text == f"{KEPT} Anew."

    def test_a_changed_name(self, client, post):
        form = preview(client, self.form(post)) | {"name": "Bosun"}
        self.refused(client, SEND, form, 409)

    def test_a_day_later(self, client, post, monkeypatch):
        form = preview(client, self.form(post))
        from django.core import signing

        then = signing.time.time()
        monkeypatch.setattr(signing.time, "time", lambda: then + tokens.MAX_AGE + 1)
        self.refused(client, SEND, form, 409)

    def test_a_token_for_another_post(self, client, post):
        other = making.post(2)
        form = preview(client, self.form(post)) | {"post": other.address}
        self.refused(client, SEND, form, 409)

    def test_a_token_for_another_parent(self, client, post):
        parent = making.comment(post)
        form = preview(client, self.form(post)) | {"parent": parent.public_id}
        page = send_form(client, SEND, form)
        assert page.status_code == 409
        assert_in_form(page, TEXT, "Deckhand")
        assert stored() == 1

    @pytest.mark.parametrize("parent", ["nobody0000000", "x" * 500, "' OR 1=1 --", "é"])
    def test_an_unknown_parent(self, client, post, parent):
        form = self.form(post, parent=parent)
        html = self.refused(client, PREVIEW, form, 404)
        assert "is not on the page any more" in html
        assert 'name="token"' not in html
        self.refused(client, SEND, form, 409)

    def test_a_parent_that_goes_meanwhile(self, client, post):
        parent = making.comment(post)
        form = preview(client, fields(post, TEXT, parent, name="Deckhand"))
        Comment.objects.filter(pk=parent.pk).update(state="hidden")
        page = send_form(client, SEND, form)
        assert page.status_code == 404
        assert "is not on the page any more" in page.content.decode()
        assert_in_form(page, TEXT, "Deckhand")
        assert stored() == 1

    @pytest.mark.parametrize(("path", "status"), [(PREVIEW, 404), (SEND, 409)])
    def test_a_parent_under_another_post(self, client, post, path, status):
        elsewhere = making.comment(making.post(2))
        form = self.form(post, parent=elsewhere.public_id)
        page = send_form(client, path, form)
        assert page.status_code == status
        assert_in_form(page, TEXT, "Deckhand")
        assert stored() == 1

    def test_a_forged_move_to_another_posts_thread(self, client, post):
        """A good token, with the parent of another post put in by hand."""
        other = making.post(2)
        elsewhere = making.comment(other)
        form = preview(client, fields(other, TEXT, elsewhere))
        assert send_form(client, SEND, form | {"post": post.address}).status_code == 409
        assert stored() == 1

    @pytest.mark.parametrize("whole_site", [True, False])
    def test_closed_meanwhile(self, client, post, whole_site):
        form = preview(client, self.form(post))
        Mode.objects.create(
            post=None if whole_site else post,
            kind=Mode.Kind.CLOSED,
            notice="Closed for the night & the weekend.",
        )
        page = send_form(client, SEND, form)
        assert page.status_code == 403
        assert_closed(page, TEXT, "Closed for the night &amp; the weekend.")
        assert stored() == 0
        assert not Screening.objects.exists()


class TestOnce:
    def test_sent_twice(self, client, post):
        form = preview(client, fields(post, TEXT))
        first, second = (send_form(client, SEND, form) for _ in range(2))
        assert (first.status_code, second.status_code) == (200, 200)
        assert code(first) == code(second)
        assert stored() == 1

    def test_back_to_the_preview_and_sent_again(self, client, post):
        form = fields(post, TEXT)
        once = preview(client, form)
        first = send_form(client, SEND, once)
        # The page of before is shown from the browser's memory.
        assert code(send_form(browser(), SEND, once)) == code(first)
        assert stored() == 1

    def test_twenty_times(self, client, post):
        form = preview(client, fields(post, TEXT))
        assert len({code(send_form(client, SEND, form)) for _ in range(20)}) == 1
        assert stored() == 1

    def test_also_when_it_was_decided_meanwhile(self, client, post):
        form = preview(client, fields(post, TEXT))
        first = send_form(client, SEND, form)
        Comment.objects.update(state="rejected")
        assert code(send_form(client, SEND, form)) == code(first)

    def test_also_when_the_discussion_was_closed_meanwhile(self, client, post):
        form = preview(client, fields(post, TEXT))
        first = send_form(client, SEND, form)
        Mode.objects.create(kind=Mode.Kind.CLOSED)
        assert code(send_form(client, SEND, form)) == code(first)

    def test_also_when_its_parent_went_meanwhile(self, client, post):
        parent = making.comment(post)
        form = preview(client, fields(post, TEXT, parent))
        first = send_form(client, SEND, form)
        Comment.objects.filter(pk=parent.pk).update(state="hidden")
        assert code(send_form(client, SEND, form)) == code(first)
        assert stored() == 2

    def test_two_previews_are_two_comments(self, client, post):
        one, two = (send(client, fields(post, TEXT)) for _ in range(2))
        assert one[1] != two[1]
        assert stored() == 2


class TestWhatIsRefusedIsGivenBack:
    def given_back(self, page, status: int) -> str:
        """The text in the field that the page has for it."""
        assert page.status_code == status
        assert "no-store" in page.headers["Cache-Control"]
        html = page.content.decode()
        assert '<label for="written">Your text, to copy' in html
        assert re.search(r'<textarea id="written"[^>]* readonly>', html)
        return kept(page)[0]

    @pytest.mark.parametrize("path", [PREVIEW, SEND])
    def test_below_a_post_that_is_not_public_any_more(self, client, post, path):
        form = preview(client, fields(post, TEXT, name="Deckhand"))
        Post.objects.update(status="draft")
        assert self.given_back(send_form(client, path, form), 404) == TEXT

    def test_nothing_of_it_becomes_html(self, client, post):
        Post.objects.update(status="draft")
        text = "</textarea><script>alert(1)</script>"
        page = send_form(client, SEND, fields(post, text))
        assert self.given_back(page, 404) == text
        assert "<script>alert" not in page.content.decode()

    @pytest.mark.parametrize("path", [PREVIEW, SEND, RECEIPT])
    def test_from_elsewhere(self, client, post, path):
        page = send_form(client, path, fields(post, TEXT), Origin="null")
        assert self.given_back(page, 403) == TEXT

    @pytest.mark.parametrize("text", ["x" * 64 * 1024, "\u0436" * 100_000])
    def test_too_large(self, client, post, text):
        page = send_form(client, PREVIEW, fields(post, text))
        assert self.given_back(page, 413) == text

    def test_what_is_far_too_large_is_not_even_read(self, client, post):
        page = send_form(client, PREVIEW, fields(post, "x" * 1024 * 1024))
        assert page.status_code == 413
        assert len(page.content) < 10_000
        assert "what you wrote may still be there" in page.content.decode()

    @pytest.mark.parametrize("bad", ["%00", "%FF", "%ED%A0%80", "\u00e9"])
    def test_no_text_within_a_text(self, client, post, bad):
        form = fields(post, "")
        del form["text"]
        body = f"{urlencode(form)}&text=Tides+{bad}+turn."
        page = client.post(PREVIEW, body.encode("latin-1"), content_type=FORM)
        given = self.given_back(page, 400)
        assert re.fullmatch("Tides \ufffd+ turn.", given)

    @pytest.mark.parametrize("field", ["answer", "appeal", "reply", "text"])
    def test_what_is_written_with_a_receipt(self, client, field):
        body = f"code=x&do=x&{field}=Tides+turn.%0D%0AWinds+%00+too."
        page = client.post(RECEIPT, body, content_type=FORM)
        assert self.given_back(page, 400) == "Tides turn.\r\nWinds \ufffd too."

    def test_a_complaint(self, client, post):
        path = f"/complaint/{making.comment(post).public_id}/"
        body = "kind=other&statement=Tides+turn.%00&why=It+leaks."
        page = client.post(path, body, content_type=FORM)
        assert self.given_back(page, 400) == "Tides turn.\ufffd\n\nIt leaks."

    @pytest.mark.parametrize("kind", ["application/json", "multipart/form-data"])
    def test_what_is_no_form_has_none(self, client, kind):
        page = client.post(PREVIEW, b'{"text": "x"}', content_type=kind)
        assert page.status_code == 415
        html = page.content.decode()
        assert "<textarea" not in html
        assert "what you wrote may still be there" in html


class TestWhatIsNoForm:
    def refused(self, page, status: int) -> None:
        assert page.status_code == status
        assert "no-store" in page.headers["Cache-Control"]
        assert not page.cookies
        assert stored() == 0

    paths = pytest.mark.parametrize("path", [PREVIEW, SEND, RECEIPT])

    @paths
    def test_more_than_64_kilobytes(self, client, post, path):
        form = fields(post, "x" * 64 * 1024)
        page = send_form(client, path, form)
        self.refused(page, 413)
        assert "8,000 characters" in page.content.decode()

    @paths
    @pytest.mark.parametrize("length", ["x", "-1", "99999999999", ""])
    def test_a_length_that_lies(self, client, path, length):
        page = client.post(path, "a=1", content_type=FORM, CONTENT_LENGTH=length)
        assert page.status_code in (400, 404, 413, 422)
        assert stored() == 0

    @paths
    def test_multipart(self, client, post, path):
        self.refused(client.post(path, fields(post, TEXT)), 415)

    @paths
    @pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
    def test_other_kinds(self, client, path, kind):
        self.refused(client.post(path, b"{}", content_type=kind), 415)

    @paths
    @pytest.mark.parametrize(
        "field", ["text", "name", "post", "parent", "code", "appeal"]
    )
    @pytest.mark.parametrize(
        "value",
        ["%00", "a%00b", "%FF", "%C3", "%ED%A0%80", "%F5%80%80%80"],
        ids=["nul", "nul inside", "no utf-8", "half", "surrogate", "past unicode"],
    )
    def test_no_text(self, client, path, field, value):
        body = f"{field}={value}&website="
        page = client.post(path, body, content_type=FORM)
        self.refused(page, 400)

    @paths
    def test_raw_bytes(self, client, path):
        self.refused(client.post(path, b"text=\xe9", content_type=FORM), 400)

    @paths
    def test_another_charset(self, client, path):
        kind = f"{FORM}; charset=utf-16"
        self.refused(client.post(path, b"text=a", content_type=kind), 400)

    @paths
    def test_too_many_fields(self, client, path):
        body = "&".join(f"f{number}=1" for number in range(300))
        self.refused(client.post(path, body, content_type=FORM), 400)

    @paths
    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec_Fetch_Site": "cross-site"},
            {"Sec_Fetch_Site": "same-site"},
            {"Sec_Fetch_Site": "cross-site", "Origin": "http://testserver"},
            {"Sec_Fetch_Site": "same-origin, cross-site"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "https://testserver"},
            {"Origin": "http://testserver.evil.example"},
            {"Origin": "http://testserver:81"},
        ],
        ids=lambda headers: " ".join(headers.values()),
    )
    def test_from_elsewhere(self, client, post, path, headers):
        self.refused(send_form(client, path, fields(post, TEXT), **headers), 403)

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Sec_Fetch_Site": "same-origin"},
            {"Sec_Fetch_Site": "none"},
            {"Origin": "http://testserver"},
            # Where the browser tells both, Fetch Metadata decides.
            {"Sec_Fetch_Site": "same-origin", "Origin": "null"},
        ],
        ids=lambda headers: " ".join(headers.values()) or "neither",
    )
    def test_from_here(self, client, post, headers):
        comment, receipt = send(client, fields(post, TEXT), **headers)
        assert comment.text == KEPT
        page = send_form(client, RECEIPT, {"code": receipt}, **headers)
        assert page.status_code == 200

    @pytest.mark.parametrize("path", [PREVIEW, SEND])
    @pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch"])
    def test_other_methods(self, client, path, method):
        page = getattr(client, method)(path)
        assert page.status_code == 405
        assert page.headers["Allow"] == "POST"
        assert "no-store" in page.headers["Cache-Control"]

    @pytest.mark.parametrize("path", [PREVIEW, SEND])
    def test_a_tab_that_is_opened_again_leads_on(
        self, client, post, path, django_assert_num_queries
    ):
        with django_assert_num_queries(0):
            html = client.get(path).content.decode()
        assert "<h1>Nothing to show</h1>" in html
        assert f'href="{RECEIPT}">see what became of it</a>' in html
        assert '<a href="/">To the newest posts</a>' in html

    @pytest.mark.parametrize("path", [PREVIEW, SEND])
    @pytest.mark.parametrize("address", ["", "2022/03/none", "é", "x" * 2000])
    def test_an_unknown_post(self, client, post, path, address):
        self.refused(
            send_form(client, path, fields(post, TEXT) | {"post": address}), 404
        )

    @pytest.mark.parametrize("path", [PREVIEW, SEND])
    @pytest.mark.parametrize("change", ["draft", "scheduled"])
    def test_a_post_that_is_not_public(self, client, post, path, change):
        form = preview(client, fields(post, TEXT))
        later = timezone.now() + timezone.timedelta(days=1)
        Post.objects.update(status=change, published_at=later)
        page = send_form(client, path, form)
        self.refused(page, 404)
        assert "is not public any more" in page.content.decode()


class TestWhatOnlyTheSiteSets:
    def test_further_fields_change_nothing(self, client, post):
        form = fields(
            post,
            TEXT,
            state="published",
            version="99",
            public_id="0000000000000",
            html="<script>alert(1)</script>",
            published_at="2020-01-01",
            written_at="2020-01-01",
            id="1",
            pk="1",
            tree_id="1",
            lft="1",
            level="7",
            receipt_digest="0" * 64,
            source_key="x",
            is_staff="1",
            lane="new",
        )
        comment, _ = send(client, form)
        assert comment.state in ("pending", "likely_spam")
        assert (comment.version, comment.level, comment.lft) == (1, 0, 1)
        assert comment.public_id != "0000000000000"
        assert "script" not in comment.html
        assert comment.published_at is None
        assert comment.written_at.year != 2020
        assert comment.receipt_digest != "0" * 64
        assert comment.source_key is None

    def test_of_two_values_of_a_field_one_is_bound(self, client, post):
        """The token holds what was previewed, whichever of two the parser takes."""
        form = preview(client, fields(post, TEXT))
        body = "&".join(
            [
                "text=Something+else",
                *(f"{key}={quote_plus(value)}" for key, value in form.items()),
                "text=And+again",
            ]
        )
        page = client.post(SEND, body, content_type=FORM)
        assert page.status_code == 409
        assert stored() == 0


class TestNothingIsRemembered:
    def pages(self, client, post) -> list:
        form = fields(post, TEXT, making.comment(post))
        form["parent"] = Comment.objects.first().public_id
        ready = preview(client, form)
        return [
            client.get(f"/c/{form['parent']}/reply/"),
            send_form(client, PREVIEW, form),
            send_form(client, SEND, form),
            sent := send_form(client, SEND, ready),
            client.get(RECEIPT),
            send_form(client, RECEIPT, {"code": code(sent)}),
            send_form(client, RECEIPT, {"code": "nothing"}),
        ]

    def test_by_caches(self, client, post):
        for page in self.pages(client, post):
            assert "no-store" in page.headers["Cache-Control"]
            assert "ETag" not in page.headers

    def test_by_browsers(self, client, post):
        for page in [*self.pages(client, post), client.get(post.get_absolute_url())]:
            assert not page.cookies
            assert "Cookie" not in page.headers.get("Vary", "")
        assert not client.cookies

    @pytest.mark.parametrize(
        "cookie",
        ["sessionid=x", "sessionid=", "csrftoken=x", f"csrftoken={'x' * 64}", "a=b"],
    )
    def test_though_a_cookie_is_sent(self, client, post, cookie):
        """Of another program on the same host, for example."""
        paths = [post.get_absolute_url(), "/", RECEIPT, "/nothing/"]
        pages = [client.get(path, headers={"cookie": cookie}) for path in paths]
        for path in (PREVIEW, SEND, RECEIPT, "/"):
            pages.append(send_form(client, path, fields(post, TEXT), cookie=cookie))
        for page in pages:
            assert not page.cookies
            assert "Cookie" not in page.headers.get("Vary", "")

    def test_no_receipt_stands_in_an_address(self, client, post):
        form = preview(client, fields(post, TEXT))
        page = send_form(client, SEND, form)
        receipt = code(page)
        html = page.content.decode()
        assert page.status_code == 200  # not a redirect to an address that tells
        for address in re.findall(r'(?:href|action|src)="([^"]*)"', html):
            assert receipt not in address


class TestTimesInThePreview:
    """The writer sees which times will be links, and to what."""

    @pytest.fixture
    def named(self, post) -> Comment:
        at = making.START.replace(day=3, hour=0, minute=7)
        made = making.comment(post, "It was in.", written_at=at, published_at=at)
        shown.settle([made.pk])
        return Comment.objects.get(pk=made.pk)

    def page(self, client, post: Post, text: str):
        return send_form(client, PREVIEW, fields(post, text))

    def test_what_names_a_comment_is_a_link_and_nothing_else_is(
        self, client, post, named
    ):
        text = "@00:07 it was. Not @03:33, though."
        page = self.page(client, post, text)
        html = page.content.decode()
        assert f'href="/c/{named.public_id}/"' in html
        assert html.count('class="at"') == 1
        assert kept(page)[0] == text

    def test_what_was_never_read_is_no_target(self, client, post, named):
        Comment.objects.update(
            state=Comment.State.PENDING, handle=None, published_at=None
        )
        html = self.page(client, post, "@00:07 it was.").content.decode()
        assert 'class="at"' not in html

    def test_nothing_of_it_is_stored_before_it_is_published(self, client, post, named):
        comment, _ = send(client, fields(post, "@00:07 it was."))
        assert 'class="at"' not in comment.html
        assert not Reference.objects.exists()

    def test_it_costs_one_query_where_there_is_a_time(self, client, post, named):
        def cost(text: str) -> int:
            with CaptureQueriesContext(connection) as queries:
                assert self.page(client, post, text).status_code == 200
            return len(queries)

        plain, few = cost("Nothing of the kind."), cost("@00:07 it was.")
        for number in range(20):
            making.comment(post, f"Number {number}", written_at=named.written_at)
        assert (few, cost("@00:07 it was.")) == (plain + 1, plain + 1)
