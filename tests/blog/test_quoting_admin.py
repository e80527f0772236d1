"""A comment is quoted in a post: by a link to the form, or by a field of it."""

from datetime import datetime

import pytest
from django.urls import reverse

from blog.discussion import citations
from blog.models import Citation, Comment, Post

from . import making
from .making import LONDON
from .test_post_admin import ADD, data, page, staff

pytestmark = pytest.mark.django_db

QUOTATION = reverse("admin:blog_post_quotation")
SITE = "https://blog.example"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def editor(client):
    client.force_login(staff("editor", "Editors"))
    return client


@pytest.fixture
def comment():
    return making.comment(
        making.post(title="A Lamp Goes Out"),
        "First.\n\n# Second.",
        written_at=datetime(2022, 10, 7, 14, 3, tzinfo=LONDON),
        handle="Anon 14:03",
    )


def quotation(comment: Comment, words: str = "> First.\n>\n> \\# Second.") -> str:
    link = f"[Anon 14:03]({SITE}/c/{comment.public_id}/)"
    return f"{link}, 7 October 2022, on “A Lamp Goes Out”:\n\n{words}\n"


def body(response) -> str:
    return response.context["adminform"].form["body"].value()


class TestByLink:
    def test_a_new_draft_begins_with_it(self, editor, comment):
        response = editor.get(ADD, {"quote": comment.public_id})
        assert body(response) == quotation(comment)
        assert response.context["adminform"].form["status"].value() == "draft"
        assert Post.objects.count() == 1

    def test_several_are_strung_together_in_their_order(self, editor, comment):
        other = making.comment(comment.post, "Other.", name="Ada")
        named = [other.public_id, comment.get_absolute_url()]
        said = body(editor.get(ADD, {"quote": named}))
        assert said.index("> Other.") < said.index("--oo00oo--") < said.index("> First")

    @pytest.mark.parametrize("state", sorted(set(Comment.State) - {"published"}))
    def test_what_readers_do_not_see_is_not_quoted(self, editor, comment, state):
        fields = {"text": "", "name": ""} if state == "erased" else {}
        Comment.objects.filter(pk=comment.pk).update(state=state, html="", **fields)
        response = editor.get(ADD, {"quote": comment.public_id})
        assert body(response) is None
        assert "No published comment has this address" in response.content.decode()
        assert "First." not in response.content.decode()

    def test_nor_what_stands_below_a_draft(self, editor, comment):
        Post.objects.update(status=Post.Status.DRAFT)
        assert body(editor.get(ADD, {"quote": comment.public_id})) is None

    def test_a_moderator_writes_no_posts(self, client, comment):
        client.force_login(staff("reader", "Moderators"))
        assert client.get(ADD, {"quote": comment.public_id}).status_code == 403
        named = {"quote": comment.public_id}
        assert client.get(QUOTATION, named).status_code == 403

    def test_who_is_not_signed_in_is_asked_to(self, client, comment):
        for address in (ADD, QUOTATION):
            response = client.get(address, {"quote": comment.public_id})
            assert response.status_code == 302
            assert "login" in response["Location"]

    @pytest.mark.parametrize(("group", "shown"), [("Editors", True), (None, False)])
    def test_the_queue_offers_it_to_editors(self, client, comment, group, shown):
        groups = ["Moderators", *([group] if group else [])]
        client.force_login(staff("both", *groups))
        offer = f'href="{ADD}?quote={comment.public_id}"'
        queue = reverse("admin:moderation_queuedcomment_changelist")
        one = reverse("admin:moderation_queuedcomment_change", args=[comment.public_id])
        for address in (f"{queue}?what=all", one):
            assert (offer in client.get(address).content.decode()) is shown

    def test_the_queue_offers_no_waiting_comment(self, client, comment):
        client.force_login(staff("both", "Moderators", "Editors"))
        Comment.objects.update(state=Comment.State.PENDING)
        queue = reverse("admin:moderation_queuedcomment_changelist")
        shown = client.get(queue).content.decode()
        assert comment.public_id in shown
        assert "?quote=" not in shown


class TestByField:
    def test_it_is_put_at_the_end_and_nothing_is_saved(self, editor, comment):
        sent = data(quote=comment.get_absolute_url(), status="published")
        response = editor.post(ADD, sent)
        assert response.status_code == 200
        assert body(response) == "B\n\n" + quotation(comment)
        assert response.context["adminform"].form["quote"].value() == ""
        shown = response.content.decode()
        assert "It is at the end of the text now." in shown
        assert Post.objects.count() == 1
        # Sent once more, it is saved.
        editor.post(ADD, sent | {"body": body(response), "quote": ""})
        assert Post.objects.latest("pk").body == "B\n\n" + quotation(comment)

    def test_one_after_another_with_a_rule_between(self, editor, comment):
        sent = data(quote=comment.public_id)
        first = body(editor.post(ADD, sent))
        second = body(editor.post(ADD, sent | {"body": first}))
        assert second == f"{first.rstrip()}\n\n--oo00oo--\n\n{quotation(comment)}"

    def test_what_is_no_comment_is_said_and_the_text_is_kept(self, editor):
        response = editor.post(ADD, data(quote="https://x.example/nothing", body="B"))
        assert "No published comment has this address" in response.content.decode()
        assert body(response) == "B"
        assert not Post.objects.exists()

    @pytest.mark.parametrize(
        ("body_format", "wanted"),
        [
            ("html", "<blockquote>\n<p>First.</p>\n<p># Second.</p>\n</blockquote>"),
            ("text", "> First.\n>\n> # Second."),
            ("markdown", "> First.\n>\n> \\# Second."),
        ],
    )
    def test_it_is_in_the_format_of_the_post(
        self, editor, comment, body_format, wanted
    ):
        written = making.post(4, body_format=body_format, body="B")
        opened = editor.get(page("change", written)).context["adminform"].form
        at = {"date": opened["date"].value(), "time": opened["time"].value()}
        sent = data(
            quote=comment.public_id,
            status="published",
            opened=opened["opened"].value(),
            date=at["date"].isoformat(),
            time=f"{at['time']:%H:%M}",
        )
        assert wanted in body(editor.post(page("change", written), sent))
        written.refresh_from_db()
        assert written.body == "B"


class TestForTheScript:
    def test_it_gives_the_words_alone(self, editor, comment):
        response = editor.get(QUOTATION, {"quote": comment.public_id})
        assert response.content.decode() == quotation(comment)
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert "no-store" in response["Cache-Control"]

    def test_and_says_why_not(self, editor):
        for named in ("", "nothing", " ".join(f"/c/{n}" for n in range(60))):
            response = editor.get(QUOTATION, {"quote": named})
            assert response.status_code == 404
            assert response["Content-Type"] == "text/plain; charset=utf-8"
        response = editor.get(QUOTATION, {"quote": "1", "format": "nothing"})
        assert response.status_code == 404

    @pytest.mark.parametrize("number", [2, 20])
    def test_any_number_costs_one_query(
        self, editor, comment, number, django_assert_num_queries
    ):
        ids = [making.comment(comment.post).public_id for _ in range(number)]
        with django_assert_num_queries(5):  # session, user, two of permissions, and it
            editor.get(QUOTATION, {"quote": " ".join(ids)})


class TestCitations:
    """The admin saves a post and deletes one."""

    def test_a_saved_post_is_linked_and_links_to_it_are_made(
        self, editor, django_capture_on_commit_callbacks
    ):
        words = "the blogpost 'The Keeper Speaks' and the blogpost 'A Lamp Goes Out'"
        comment = making.comment(making.post(1), words)
        citations.settle([comment.pk])
        lamp = making.post(2, title="A Lamp Goes Out")
        sent = data(title="The Keeper Speaks", body=words, status="published")
        with django_capture_on_commit_callbacks(execute=True):
            assert editor.post(ADD, sent).status_code == 302
        written = Post.objects.get(title="The Keeper Speaks")
        assert written.body == words
        assert (
            f'<a class="cites" href="{lamp.get_absolute_url()}">' in written.body_html
        )
        comment.refresh_from_db()
        assert comment.html.count('<a class="cites"') == 2

    def test_a_deleted_one_is_not_linked_any_more(self, editor):
        lamp = making.post(2, title="A Lamp Goes Out")
        comment = making.comment(making.post(1), "the blogpost 'A Lamp Goes Out'")
        citations.settle([comment.pk])
        editor.post(page("delete", lamp), {"post": "yes"})
        assert not Post.objects.filter(pk=lamp.pk).exists()
        comment.refresh_from_db()
        assert "cites" not in comment.html
        assert Citation.objects.get().target is None
