"""The pages on which posts are written and kept."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.admin.post_form import PostForm
from blog.discussion import tree
from blog.models import Label, Post
from tests.blog import making

pytestmark = pytest.mark.django_db

LIST = reverse("admin:blog_post_changelist")
ADD = reverse("admin:blog_post_add")
PREVIEW = reverse("admin:blog_post_preview_form")
AT = datetime(2022, 9, 2, 14, 3, tzinfo=ZoneInfo("Europe/London"))


def staff(name: str, *groups: str) -> User:
    user = User.objects.create(username=name, password="!", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


@pytest.fixture
def editor(client):
    client.force_login(staff("editor", "Editors"))
    return client


@pytest.fixture
def moderator(client):
    client.force_login(staff("reader", "Moderators"))
    return client


def post(title="Title", status="published", at=AT, **fields) -> Post:
    return Post.objects.create(
        title=title, body="Text", status=status, published_at=at, **fields
    )


def page(name: str, subject: Post) -> str:
    return reverse(f"admin:blog_post_{name}", args=[subject.pk])


def data(**changes) -> dict[str, str]:
    return {
        "title": "T",
        "body": "B",
        "label_names": "",
        "author_name": "",
        "status": "draft",
        "date": "",
        "time": "",
        "slug": "",
    } | changes


def edited(subject: Post, **changes) -> dict[str, str]:
    """As ``data``, from a form that was opened on this published post."""
    opened = PostForm(instance=Post.objects.get(pk=subject.pk))["opened"].value()
    sent = {"status": "published", "date": f"{AT:%Y-%m-%d}", "time": f"{AT:%H:%M}"}
    return data(**({"opened": opened} | sent | changes))


# Who may


def addresses(subject: Post) -> list[tuple[str, str]]:
    return [
        ("get", LIST),
        ("get", ADD),
        ("post", ADD),
        ("get", page("change", subject)),
        ("post", page("change", subject)),
        ("get", page("delete", subject)),
        ("post", page("delete", subject)),
        ("get", page("history", subject)),
        ("get", page("preview", subject)),
        ("post", PREVIEW),
        ("post", f"{PREVIEW}?post={subject.pk}"),
        ("get", reverse("admin:blog_label_changelist")),
        ("get", reverse("admin:blog_label_add")),
    ]


def test_nobody_enters_without_an_account(client):
    for method, address in addresses(post()):
        answer = getattr(client, method)(address)
        assert answer.status_code == 302, address
        assert answer.url.startswith(reverse("admin:login")), address


def test_staff_without_a_group_may_do_nothing(client):
    client.force_login(staff("nobody"))
    for method, address in addresses(post()):
        assert getattr(client, method)(address).status_code == 403, address
    assert (
        "may not do anything here yet"
        in client.get(reverse("admin:index")).content.decode()
    )


def test_an_editor_may_write(editor):
    for method, address in addresses(post(status="draft")):
        if "delete" not in address:
            assert getattr(editor, method)(address).status_code == 200, address


def test_a_moderator_reads_posts_and_changes_nothing(moderator):
    subject = post(source="text dump")
    page_of_post = moderator.get(page("change", subject))
    assert page_of_post.status_code == 200
    assert b"<p>Text</p>" in page_of_post.content
    assert b"textarea" not in page_of_post.content
    assert b"_preview" not in page_of_post.content
    assert moderator.get(page("preview", subject)).status_code == 200
    for method, address in addresses(subject):
        if method == "post" or address in (ADD, page("delete", subject)):
            assert getattr(moderator, method)(address).status_code == 403, address
    subject.refresh_from_db()
    assert subject.title == "Title"


def test_users_are_for_superusers(editor, admin_client):
    users = reverse("admin:auth_user_changelist")
    assert editor.get(users).status_code == 403
    assert admin_client.get(users).status_code == 200


def test_comments_cannot_be_edited_here(admin_client):
    assert admin_client.get("/admin/blog/comment/").status_code == 404


# Writing


def test_a_post_is_written_published_and_found_by_readers(editor):
    answer = editor.post(
        ADD, data(status="published", label_names="Pay, New one"), follow=True
    )
    written = Post.objects.get()
    assert written.is_public
    assert {str(label) for label in written.labels.all()} == {"Pay", "New one"}
    assert f'href="{written.get_absolute_url()}"' in answer.content.decode()
    assert editor.get(written.get_absolute_url()).status_code == 200


def test_a_draft_and_a_scheduled_post_are_not_for_readers(editor):
    editor.post(ADD, data())
    tomorrow = timezone.localtime() + timedelta(days=1)
    answer = editor.post(
        ADD,
        data(
            title="Later",
            status="scheduled",
            date=f"{tomorrow:%Y-%m-%d}",
            time=f"{tomorrow:%H:%M}",
        ),
        follow=True,
    )
    assert "Readers will see “Later” on".encode() in answer.content
    assert not Post.objects.published().exists()
    later = Post.objects.get(title="Later")
    assert editor.get(later.get_absolute_url()).status_code == 404


def test_text_stays_in_the_form_when_something_is_wrong(editor):
    answer = editor.post(
        ADD,
        data(
            body="<b>long work</b>",
            label_names='"open',
            status="scheduled",
            slug="NOT SO",
        ),
    )
    html = answer.content.decode()
    assert "&lt;b&gt;long work&lt;/b&gt;" in html
    assert "&quot;open" in html
    assert "Not saved yet" in html
    assert "A quotation mark is not closed." in html
    assert "Choose a time in the future, or “Publish now”." in html
    assert "Use lower-case letters" in html
    assert not Post.objects.exists()


def test_the_author_is_that_of_the_last_post_or_the_user(editor):
    User.objects.update(first_name="Ada", last_name="Byron")
    assert 'value="Ada Byron"' in editor.get(ADD).content.decode()
    post(author_name="Jim")
    post(author_name="")
    assert 'value="Jim"' in editor.get(ADD).content.decode()


def test_known_labels_are_offered(editor):
    Label.objects.create(name="Rates, fares & <fees>")
    html = editor.get(ADD).content.decode()
    assert 'list="id_label_names_known"' in html
    assert '<option value="&quot;Rates, fares &amp; &lt;fees&gt;&quot;">' in html


def test_nothing_on_the_page_needs_inline_code(editor):
    subject = post(source="text dump")
    for address in (ADD, page("change", subject), LIST, reverse("admin:index")):
        html = editor.get(address).content.decode()
        assert "<style" not in html
        assert " style=" not in html
        assert "onclick" not in html
        assert not re.search(r"<script(?![^>]*\ssrc=)", html)


def test_an_address_that_readers_know_cannot_be_edited(editor):
    subject = post()
    html = editor.get(page("change", subject)).content.decode()
    assert 'name="slug"' not in html
    assert "/2022/09/title.html (it stays" in html
    editor.post(page("change", subject), edited(subject, slug="other"))
    subject.refresh_from_db()
    assert subject.address == "2022/09/title"


def test_of_two_editors_the_second_sees_the_text_of_the_first_before_it_goes(editor):
    subject = post()
    address = page("change", subject)

    def opened(html: str) -> str:
        return re.search(r'name="opened" value="(\w{64})"', html)[1]

    first, second = (opened(editor.get(address).content.decode()) for _ in range(2))
    assert first == second
    sent = edited(subject, body="First", opened=first)
    assert editor.post(address, sent).status_code == 302
    sent = edited(subject, body="Second <b>", opened=second)
    html = editor.post(address, sent).content.decode()
    assert Post.objects.get().body == "First"
    assert "Not saved yet. Your text is still here." in html
    assert "Second &lt;b&gt;" in html
    assert html.count("Somebody changed this post since you opened it.") == 2
    assert f'<a href="{page("preview", subject)}" target="_blank">' in html
    assert editor.post(address, sent | {"opened": opened(html)}).status_code == 302
    assert Post.objects.get().body == "Second <b>"


@pytest.mark.parametrize("name", ["add", "change"])
def test_what_is_hidden_has_no_label(editor, name):
    address = page("change", post()) if name == "change" else ADD
    html = editor.get(address).content.decode()
    assert html.count('name="opened"') == 1
    assert "id_opened" not in html.replace('id="id_opened"', "")
    assert "Opened" not in html


def test_a_post_is_locked_before_it_is_read_to_be_saved(
    editor, django_assert_max_num_queries
):
    """Or two that save at one moment would both find it as they opened it."""
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite lets one writer in at a time.")
    subject = post()
    sent = edited(subject)
    with django_assert_max_num_queries(40) as queries:
        assert editor.post(page("change", subject), sent).status_code == 302
    about = [each["sql"] for each in queries if '"blog_post"' in each["sql"]]
    assert about[0].endswith("FOR UPDATE")
    for unknown in ("0", "x", "9" * 30):
        answer = editor.post(f"/admin/blog/post/{unknown}/change/", sent)
        assert answer.status_code == 302


def test_where_a_post_came_from_is_said_of_imported_ones_only(editor):
    said = "Where it came from"
    assert said not in editor.get(page("change", post())).content.decode()
    imported = post("Other", source="dump", comments_declared=60)
    html = editor.get(page("change", imported)).content.decode()
    assert said in html
    assert "60 by its own count" in html


def test_the_page_of_a_post_leads_to_what_readers_see(editor):
    subject = post()
    tree.insert(subject, text="a", state="published")
    html = editor.get(page("change", subject)).content.decode()
    assert f'href="{subject.get_absolute_url()}"' in html
    assert f'href="{subject.get_absolute_url()}#comments">Discussion (1)' in html
    draft = post("Draft", "draft", None)
    assert (
        f'href="{page("preview", draft)}"'
        in editor.get(page("change", draft)).content.decode()
    )


# Preview


@pytest.mark.parametrize("query", ["", "?fragment=1"])
def test_the_preview_shows_the_unsaved_text_made_safe(editor, query):
    answer = editor.post(
        PREVIEW + query,
        data(
            title="<script>a</script>",
            body="*good* <script>bad()</script> [x](javascript:alert(1))",
            author_name="<i>me</i>",
            label_names="<u>",
        ),
    )
    html = answer.content.decode()
    assert "<em>good</em>" in html
    for bad in ("<script>a", "<script>bad", 'href="javascript', "<i>me", "<u>"):
        assert bad not in html
    assert ("<html" in html) == (query == "")
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]
    assert not Post.objects.exists()


def test_the_preview_of_an_imported_post_is_made_in_its_format(editor):
    subject = post(body_format="html")
    answer = editor.post(f"{PREVIEW}?post={subject.pk}", data(body="<b>x</b> *y*"))
    assert b"<b>x</b> *y*" in answer.content
    subject.refresh_from_db()
    assert subject.body == "Text"


def test_the_preview_works_while_the_form_has_errors(editor):
    answer = editor.post(
        PREVIEW,
        data(title="x" * 501, label_names='"', status="scheduled", date="no", slug="N"),
    )
    assert answer.status_code == 200
    assert b"x" * 501 in answer.content


def test_the_preview_takes_nothing_for_granted(editor):
    assert editor.post(PREVIEW).status_code == 200
    assert editor.get(PREVIEW).status_code == 405
    for unknown in ("0", "x", ""):
        assert editor.post(f"{PREVIEW}?post={unknown}", data()).status_code == 404
    assert editor.get("/admin/blog/post/999/preview/").status_code == 404


def test_the_preview_needs_the_token_of_the_form():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff("editor", "Editors"))
    assert strict.post(PREVIEW, data()).status_code == 403


def test_a_draft_is_previewed_as_readers_will_see_it(editor):
    draft = post("My draft", "draft", None)
    draft.labels.add(Label.objects.create(name="Pay"))
    answer = editor.get(page("preview", draft))
    html = answer.content.decode()
    assert '<article class="post">' in html
    assert '<h1 dir="auto">My draft</h1>' in html
    assert '<a href="/search/label/Pay">Pay</a>' in html
    assert "noindex" in answer["X-Robots-Tag"]
    assert "no-store" in answer["Cache-Control"]


def test_the_preview_has_the_article_of_the_public_page(editor):
    subject = post(author_name="Jim")
    subject.labels.add(Label.objects.create(name="Pay"))

    def article(address):
        html = editor.get(address).content.decode()
        start = html.index('<article class="post">')
        return re.sub(r"\s*([<>])\s*", r"\1", html[start : html.index("</article>")])

    assert article(page("preview", subject)) == article(subject.get_absolute_url())


# The list


def titles(answer) -> list[str]:
    return [found.title for found in answer.context["cl"].result_list]


def test_the_list_says_the_state_in_words_drafts_first(editor):
    post("Old", at=AT - timedelta(days=9))
    post("New")
    post("Later", "scheduled", datetime(2190, 1, 2, 9, 5, tzinfo=AT.tzinfo))
    post("Planned draft", "draft", AT)
    post("Draft", "draft", None)
    answer = editor.get(LIST)
    assert titles(answer) == ["Draft", "Planned draft", "Later", "New", "Old"]
    html = answer.content.decode()
    assert "Scheduled for 2 January 2190, 09:05" in html
    assert "2 September 2022, 14:03" in html


def test_the_list_is_filtered_and_searched(editor):
    tagged = post("Pay day")
    label = Label.objects.create(name="Pay")
    tagged.labels.add(label)
    post("Due", "scheduled", AT)
    Post.objects.filter(title="Due").update(status="scheduled")
    post("Later", "scheduled", timezone.now() + timedelta(days=400))
    post("Draft", "draft", None)
    for query, found in (
        (f"label={label.pk}", {"Pay day"}),
        ("state=draft", {"Draft"}),
        ("state=scheduled", {"Later"}),
        ("state=published", {"Due", "Pay day"}),
        ("year=2022", {"Due", "Pay day"}),
        ("q=pay", {"Pay day"}),
    ):
        assert set(titles(editor.get(f"{LIST}?{query}"))) == found, query
    for nonsense in (
        "q=%00",
        "label=%00",
        "year=%00",
        "label=x",
        "label=999999999999999999999",
        "year=x",
        "state=x",
    ):
        assert editor.get(f"{LIST}?{nonsense}").status_code in (200, 302), nonsense


def test_a_label_that_is_rarely_used_can_be_filtered_by(editor):
    for number in range(30):
        label = Label.objects.create(name=f"L{number:02}")
        if number < 29:
            post(f"P{number}").labels.add(label)
    answer = editor.get(f"{LIST}?label={label.pk}")
    assert titles(answer) == []
    assert "L29" in answer.content.decode()


def fill(number: int) -> None:
    for index in range(number):
        made = post(f"Post {index}", at=AT + timedelta(minutes=index))
        made.labels.add(
            Label.objects.get_or_create(name="Pay")[0],
            Label.objects.get_or_create(name=f"Own {index}")[0],
        )
        tree.insert(made, text="a", state="published")
        tree.insert(made, text="b", state="pending")


def test_the_list_costs_the_same_for_2_and_20_posts(
    editor, django_assert_num_queries, django_assert_max_num_queries
):
    fill(2)
    with django_assert_max_num_queries(12) as few:
        editor.get(LIST)
    fill(20)
    with django_assert_num_queries(len(few)):
        answer = editor.get(LIST)
    assert answer.content.count(b"#comments") == 22
    bodies = [query["sql"] for query in few if '"blog_post"."body"' in query["sql"]]
    assert not bodies


def test_the_page_of_a_post_costs_the_same_for_2_and_20_labels(
    editor, django_assert_num_queries, django_assert_max_num_queries
):
    fill(2)
    subject = Post.objects.first()
    with django_assert_max_num_queries(14) as few:
        editor.get(page("change", subject))
    fill(20)
    subject.labels.set(Label.objects.all())
    with django_assert_num_queries(len(few)):
        editor.get(page("change", subject))


# Deleting


def test_a_discussed_post_is_not_deleted(editor):
    subject = post()
    tree.insert(subject, text="a", state="rejected")
    html = editor.get(page("change", subject)).content.decode()
    assert "cannot be deleted" in html
    assert page("delete", subject) not in html
    assert editor.post(page("delete", subject), {"post": "yes"}).status_code == 403
    assert Post.objects.exists()


def test_a_post_without_comments_is_deleted(editor):
    subject = post()
    subject.labels.add(Label.objects.create(name="Pay"))
    html = editor.get(page("change", subject)).content.decode()
    assert page("delete", subject) in html
    assert "cannot be deleted" not in html
    assert editor.post(page("delete", subject), {"post": "yes"}).status_code == 302
    assert not Post.objects.exists()
    assert Label.objects.exists()


def test_posts_are_not_deleted_in_bulk(editor):
    subject = post()
    editor.post(LIST, {"action": "delete_selected", "_selected_action": [subject.pk]})
    assert b"delete_selected" not in editor.get(LIST).content
    assert Post.objects.exists()


# Labels and the first page


def test_a_label_is_renamed_and_counts_its_posts(editor):
    label = Label.objects.create(name="Pay")
    post().labels.add(label)
    html = editor.get(reverse("admin:blog_label_changelist")).content.decode()
    assert f'<a href="{LIST}?label={label.pk}">1</a>' in html
    editor.post(reverse("admin:blog_label_change", args=[label.pk]), {"name": " Wages"})
    label.refresh_from_db()
    assert label.name == "Wages"


def test_the_first_page_says_what_can_be_done(editor):
    html = editor.get(reverse("admin:index")).content.decode()
    for words in ("Write a post", "Posts", "Labels", "View site"):
        assert f">{words}</a>" in html
    assert "Recent actions" not in html
    assert "Users" not in html


def test_the_first_page_of_a_moderator_offers_no_writing(moderator):
    html = moderator.get(reverse("admin:index")).content.decode()
    assert ">Posts</a>" in html
    assert "Write a post" not in html


def test_the_first_page_of_a_superuser_has_the_accounts(admin_client):
    html = admin_client.get(reverse("admin:index")).content.decode()
    assert "Users" in html
    assert "Write a post" in html


def test_the_login_page_bears_the_name_of_the_site(client, settings):
    html = client.get(reverse("admin:login")).content.decode()
    assert settings.SITE_NAME in html
    assert "need no account" in html


def test_comments_of_a_draft_without_a_date_get_their_handles_with_it(editor):
    draft = post(status="draft", at=None)
    making.comment(draft, "One.", written_at=AT)
    making.comment(draft, "@14:03 no.", written_at=AT + timedelta(hours=1))
    answer = editor.post(page("change", draft), edited(draft))
    assert answer.status_code == 302
    assert [comment.handle for comment in draft.comments.order_by("pk")] == [
        "Anon 14:03",
        "Anon 15:03",
    ]
    assert 'class="at"' in draft.comments.last().html
