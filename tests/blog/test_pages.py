"""Pages such as "About": how they look, and where they do not stand."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from blog.models import Label, Post

from . import making

pytestmark = pytest.mark.django_db

FOOTER = re.compile(r'<nav aria-label="Pages of this blog">.*?</nav>', re.DOTALL)


def about(**fields) -> Post:
    return making.post(**({"title": "About the harbour", "is_page": True} | fields))


def html(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


class TestReading:
    def test_it_has_its_title_and_text_and_nothing_of_a_post(self, client):
        making.post(1)
        about(number=2, author_name="Aldous")
        making.post(3)
        page = html(client, "/p/about-harbour.html?m=1")
        assert '<h1 dir="auto">About the harbour</h1>' in page
        assert "One paragraph." in page
        assert "<title>About the harbour – " in page
        here = f"{settings.SITE_URL}/p/about-harbour.html"
        assert f'rel="canonical" href="{here}"' in page
        for absent in ("dateline", "2022", "Posted", "pager", "Labels: "):
            assert absent not in page
        for absent in ("No comments", 'id="comments"', "<form", "contribute.js"):
            assert absent not in page

    def test_its_labels_are_shown_if_it_has_any(self, client):
        about(labels=("Tides",))
        assert ">Tides</a>" in html(client, "/p/about-harbour.html")

    def test_it_shows_the_comments_that_it_has(self, client):
        page = about()
        making.discussion(page, 2)
        shown = html(client, page.get_absolute_url())
        assert ">2 comments<" in shown
        assert "Write a comment" in shown
        assert "contribute.js" in shown

    def test_a_comment_that_readers_may_not_see_opens_no_discussion(self, client):
        page = about()
        making.comment(page, state="pending")
        assert (
            "comment"
            not in html(client, page.get_absolute_url())
            .partition("<footer")[0]
            .partition("<main")[2]
        )

    def test_one_that_is_not_public_is_not_found(self, client):
        about(status=Post.Status.DRAFT, slug="about")
        about(published_at=timezone.now() + timedelta(days=1))
        html(client, "/p/about.html", 404)
        html(client, "/p/about-harbour.html", 404)


class TestList:
    @pytest.mark.parametrize(
        "address",
        [
            "/",
            "/2022/",
            "/2022/03/",
            "/2022/03/post-number-1.html",
            "/search/label/Tides",
            "/p/about-harbour.html",
            "/receipt/",
        ],
    )
    def test_all_that_is_read_lists_them_by_title(self, client, address):
        making.post(1, labels=("Tides",))
        about()
        about(title="A & <b>B")
        about(title="")
        listed = FOOTER.search(html(client, address))[0]
        assert re.findall(r'href="([^"]+)"', listed) == [
            "/p/blog-post.html",
            "/p/bb.html",
            "/p/about-harbour.html",
        ]
        assert "A &amp; &lt;b&gt;B" in listed
        assert "(untitled)" in listed

    def test_the_one_that_is_read_is_marked(self, client):
        about()
        about(title="Links")
        page = html(client, "/p/links.html")
        assert re.findall(r'href="([^"]+)" dir="auto" aria-current="page"', page) == [
            "/p/links.html"
        ]

    def test_it_is_absent_without_pages(self, client):
        making.post()
        assert "Pages of this blog" not in html(client, "/")

    def test_drafts_and_pages_to_come_are_not_listed(self, client):
        making.post()
        about(title="Secret draft", status=Post.Status.DRAFT)
        about(title="Secret plan", published_at=timezone.now() + timedelta(days=1))
        for address in ("/", "/2022/03/post-number-1.html", "/nothing/"):
            page = client.get(address).content.decode()
            assert "Secret" not in page
            assert "secret" not in page

    @pytest.mark.parametrize(
        ("address", "budget"),
        [
            ("/", 7),
            ("/2022/", 5),
            ("/2022/03/post-number-1.html", 11),
            ("/search/label/Tides", 5),
            ("/p/about-harbour.html", 10),
            ("/nothing/", 2),
            ("/receipt/", 1),
        ],
    )
    def test_it_costs_the_same_for_any_number(
        self, client, django_assert_max_num_queries, address, budget
    ):
        making.post(1, labels=("Tides",))
        making.post(2)
        making.discussion(about(), 3)
        used = []
        for _ in range(2):
            with django_assert_max_num_queries(budget) as queries:
                client.get(address)
            used.append(len(queries))
            for number in range(9):
                about(title=f"Page {number}")
        assert used[0] == used[1]


class TestNowhereElse:
    def test_it_is_in_no_list_of_posts_and_in_no_count(self, client):
        making.post(1, labels=("Tides",))
        about(number=2, labels=("Tides", "Pages only"))
        for address in ("/", "/2022/", "/2022/03/", "/search/label/Tides", "/2022/x"):
            page = client.get(address).content.decode()
            assert "About the harbour" not in FOOTER.sub("", page)
        assert "About the harbour" not in html(client, "/nothing/", 404)
        home = html(client, "/")
        assert '>Tides</a> <span class="count">1<' in home
        assert '>2022</a> <span class="count">1<' in home
        assert "Pages only" not in home
        assert "1 post<" in html(client, "/2022/")

    def test_a_blog_of_pages_alone_has_an_empty_home(self, client):
        about()
        page = html(client, "/")
        assert "Nothing has been posted yet." in page
        html(client, "/2022/", 404)

    def test_it_is_no_posts_neighbour(self, client):
        making.post(1)
        about(number=2)
        making.post(3)
        page = html(client, "/2022/03/post-number-1.html")
        assert 'rel="prev" href="/2022/03/post-number-3.html"' in page
        assert 'rel="next"' not in page


class TestAdmin:
    @pytest.fixture
    def editor(self, client):
        user = User.objects.create(username="editor", password="!", is_staff=True)
        user.groups.add(Group.objects.get(name="Editors"))
        client.force_login(user)
        return client

    def test_the_list_says_which_is_one(self, editor):
        making.post(1)
        about()
        about(title="Later", published_at=timezone.now() + timedelta(days=1))
        about(title="Draft", status=Post.Status.DRAFT)
        page = html(editor, reverse("admin:blog_post_changelist"))
        states = re.findall(r'class="field-state[^"]*">([^<]+)<', page)
        assert sorted(state.partition(" for ")[0] for state in states) == [
            "Page, draft",
            "Page, published",
            "Page, scheduled",
            "Published",
        ]

    @pytest.mark.parametrize(
        ("fields", "address"),
        [
            ({}, "/p/about-harbour.html (it stays"),
            ({"status": "draft"}, "/p/about-harbour.html"),
            ({"status": "draft", "slug": "us"}, "/p/us.html"),
            ({"status": "draft", "title": ""}, "/p/blog-post.html"),
            ({"status": "draft", "published_at": None}, "/p/about-harbour.html"),
            (
                {"published_at": timezone.now() + timedelta(days=1)},
                "/p/about-harbour.html (until",
            ),
        ],
    )
    def test_its_address_is_a_pages(self, editor, fields, address):
        page = about(**fields)
        for name in ("change", "preview", "history", "delete"):
            html(editor, reverse(f"admin:blog_post_{name}", args=[page.pk]))
        shown = html(editor, reverse("admin:blog_post_change", args=[page.pk]))
        assert address in shown
        assert "/2022/03/" not in shown

    def test_its_preview_has_no_date(self, editor):
        page = about(status=Post.Status.DRAFT)
        shown = html(editor, reverse("admin:blog_post_preview", args=[page.pk]))
        assert "dateline" not in shown
        assert "About the harbour" in shown


def test_a_label_that_only_a_page_bears_is_not_in_use():
    about(labels=("Pages only",))
    making.post(labels=("Tides",))
    assert [(each.name, each.post_count) for each in Label.objects.in_use()] == [
        ("Tides", 1)
    ]
