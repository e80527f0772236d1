"""The public pages: what stands on them, at which addresses, for how many queries."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from blog.models import NEVER_SHOWN, Comment, Post

from . import making
from .making import LONDON

pytestmark = pytest.mark.django_db


def html(client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


class TestHome:
    def test_it_lists_the_newest_ten_first(self, client):
        for number in range(12):
            making.post(number)
        page = html(client, "/")
        assert page.index("Post number 11") < page.index("Post number 2<")
        assert "Post number 1<" not in page
        assert "Page 1 of 2" in page
        older = html(client, "/?page=2")
        assert "Post number 1<" in older
        assert "Post number 2<" not in older

    @pytest.mark.parametrize(
        ("asked", "nearest"),
        [("0", 1), ("-1", 1), ("", 1), ("x", 1), ("1.5", 1), ("3", 2), ("9" * 400, 2)],
    )
    def test_a_page_that_is_not_there_is_the_nearest(self, client, asked, nearest):
        for number in range(12):
            making.post(number, labels=("Tides",))
        for path in ("/", "/search/label/Tides"):
            assert f"Page {nearest} of 2" in html(client, f"{path}?page={asked}")

    def test_labels_stand_in_the_order_of_the_alphabet(self, client):
        making.post(labels=("Weather", "a/b", "École", "Åland", "apple", "Boats"))
        names = ["a/b", "apple", "Boats", "Weather"]
        section = html(client, "/").partition('<section id="labels"')[2]
        found = re.findall(r'<a href="/search/label/[^"]*">([^<]*)</a>', section)
        assert [name for name in found if name.isascii()] == names
        choices = re.findall(r'<option value="([^"]*)"', html(client, "/search"))
        assert [name for name in choices if name in names] == names

    def test_the_number_of_comments_in_words(self, client):
        making.post(1)
        making.discussion(making.post(2), 1)
        making.discussion(making.post(3), 12)
        making.post(4, comments_recorded=False)
        page = html(client, "/")
        for words in ("No comments", "1 comment", "12 comments"):
            assert f">{words}<" in page
        assert page.count("No comments") == 1
        assert "Comments not in this source" in page

    def test_only_published_comments_are_counted(self, client):
        post = making.post()
        making.comment(post)
        for state in Comment.State:
            if state not in ("published", "erased"):
                making.comment(post, state=state)
        assert ">1 comment<" in html(client, "/")

    def test_drafts_and_scheduled_posts_are_not_there(self, client):
        making.post(1, title="Hidden draft", status=Post.Status.DRAFT)
        making.post(
            2,
            title="For tomorrow",
            published_at=timezone.now() + timedelta(days=1),
        )
        page = html(client, "/")
        assert "Hidden draft" not in page
        assert "For tomorrow" not in page
        assert "Nothing has been posted yet." in page

    def test_a_scheduled_post_appears_when_its_time_has_come(self, client):
        post = making.post(published_at=timezone.now() + timedelta(days=1))
        assert post.status == Post.Status.SCHEDULED
        html(client, post.get_absolute_url(), 404)
        Post.objects.update(published_at=timezone.now() - timedelta(seconds=1))
        assert post.title in html(client, "/")
        html(client, post.get_absolute_url())

    def test_labels_and_years_with_their_counts(self, client):
        making.post(1, labels=("Tides", "A & B"))
        making.post(2, labels=("Tides",))
        making.post(3, labels=("Unused",), status=Post.Status.DRAFT)
        page = html(client, "/")
        assert 'href="/search/label/Tides">Tides</a> <span class="count">2<' in page
        assert "A &amp; B" in page
        assert "Unused" not in page
        assert 'href="/2022/">2022</a> <span class="count">2<' in page

    def test_the_masthead_has_the_blogs_name(self, client, settings):
        settings.SITE_NAME = "The Tide Table"
        assert "<title>The Tide Table</title>" in html(client, "/")


class TestPost:
    def test_its_address_is_bloggers(self, client):
        post = making.post(
            title="Probation and the Tides: a Reckoning for Everybody",
            published_at=datetime(2022, 9, 2, 12, tzinfo=LONDON),
        )
        address = "/2022/09/probation-and-tides-reckoning-for.html"
        assert post.get_absolute_url() == address
        html(client, address)

    @pytest.mark.parametrize("query", ["?m=1", "?m=0", "?comments=newest", "?x=%00"])
    def test_bloggers_mobile_links_answer_too(self, client, query):
        html(client, making.post().get_absolute_url() + query)

    @pytest.mark.parametrize(
        "address",
        [
            "/2022/03/other.html",
            "/2022/3/post-number-1.html",
            "/2022/13/post-number-1.html",
            "/2021/03/post-number-1.html",
            "/2022/03/post-number-1",
        ],
    )
    def test_other_addresses_do_not(self, client, address):
        making.post(1)
        html(client, address, 404)

    def test_the_date_stands_above_the_title(self, client):
        page = html(client, making.post(1).get_absolute_url())
        assert page.index("Wednesday, 2 March 2022") < page.index(
            '<h1 dir="auto">Post number 1'
        )

    def test_the_time_of_day_is_shown_only_where_it_is_known(self, client):
        at = datetime(2022, 7, 1, 20, 15, tzinfo=LONDON)
        known = making.post(1, published_at=at, author_name="Aldous")
        day = making.post(2, published_at=at, published_precision="day")
        assert "Posted by <bdi>Aldous</bdi> at 20:15" in html(
            client, known.get_absolute_url()
        )
        assert "20:15" not in html(client, day.get_absolute_url())

    def test_older_and_newer_posts_skip_what_is_not_public(self, client):
        making.post(1, title="The old one")
        making.post(2, title="A draft", status=Post.Status.DRAFT)
        middle = making.post(3, title="The middle")
        making.post(4, title="The new one")
        page = html(client, middle.get_absolute_url())
        assert 'rel="prev" href="/2022/03/new-one.html"' in page
        assert 'rel="next" href="/2022/03/old-one.html"' in page
        assert "A draft" not in page

    def test_two_posts_of_one_moment_lead_to_each_other(self, client):
        first = making.post(1, title="First of the day")
        second = making.post(1, title="Second of the day")
        assert "Second of the day" in html(client, first.get_absolute_url())
        assert "First of the day" in html(client, second.get_absolute_url())

    def test_the_title_cannot_bring_html_in(self, client):
        post = making.post(title="<script>alert(1)</script>")
        page = html(client, post.get_absolute_url())
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page

    def test_an_untitled_post_can_be_reached(self, client):
        making.post(1, title="")
        assert 'href="/2022/03/blog-post.html"' in html(client, "/")
        assert "(untitled)" in html(client, "/2022/03/blog-post.html")

    def test_only_reading_is_allowed(self, client):
        assert client.post(making.post().get_absolute_url()).status_code == 405
        assert client.head(making.post().get_absolute_url()).status_code == 200


class TestDiscussion:
    def test_replies_are_nested_and_counted(self, client):
        post = making.post()
        top = making.comment(post, "Top")
        making.comment(post, "Answer", top)
        making.comment(post, "Another", top)
        page = html(client, post.get_absolute_url())
        assert "3 comments" in page
        assert "<summary>2 replies</summary>" in page

    def test_unknown_names_and_times_say_so(self, client):
        post = making.post()
        making.comment(post, name=None)
        making.comment(post, name="Quayside")
        page = html(client, post.get_absolute_url())
        assert page.count("name and time not recorded") == 1
        assert page.count(">time not recorded<") == 1

    def test_a_known_time_is_the_handle_of_a_nameless_comment(self, client):
        post = making.post()
        at = datetime(2022, 7, 2, 14, 3, tzinfo=LONDON)
        making.comment(post, written_at=at)
        making.comment(post, name="<b>Mate</b>", written_at=at)
        page = html(client, post.get_absolute_url())
        assert ">Anon 14:03</a>" in page
        assert '<time datetime="2022-07-02T14:03+01:00">2 Jul 2022</time>' in page
        assert "<bdi>&lt;b&gt;Mate&lt;/b&gt;</bdi>" in page
        assert "2 Jul 2022, 14:03" in page

    @pytest.mark.parametrize(
        "state", [state for state in Comment.State if state != "published"]
    )
    def test_what_is_not_published_leaves_no_word(self, client, state):
        post = making.post()
        erased = state == Comment.State.ERASED
        text, name = ("", "") if erased else ("SECRET WORDS", "SECRET NAME")
        gone = making.comment(post, text, state=state, name=name)
        page = html(client, post.get_absolute_url())
        assert (gone.public_id in page) == gone.leaves_stub
        assert "SECRET" not in page
        assert "No comments<" in page
        making.comment(post, "An answer", gone)
        page = html(client, post.get_absolute_url())
        assert "SECRET" not in page
        assert f'id="c-{gone.public_id}" class="comment stub"' in page
        assert "An answer" in page
        assert "1 comment<" in page

    def test_a_post_whose_comments_were_not_recorded_says_so(self, client):
        post = making.post(comments_recorded=False)
        page = html(client, post.get_absolute_url())
        assert "Comments not in this source" in page
        assert "No comments" not in page

    def test_fewer_comments_than_the_source_counts_are_told(self, client):
        post = making.post(comments_declared=250, comments_found=1)
        making.comment(post)
        page = html(client, post.get_absolute_url())
        assert "counts 250 comments; the copy holds 1 of them" in page

    def test_a_whole_copy_is_not_remarked_upon(self, client):
        post = making.post(comments_declared=2, comments_found=2)
        making.comment(post, state="hidden")
        assert "the copy holds" not in html(client, post.get_absolute_url())


class TestPermalink:
    def test_it_goes_to_the_comment_on_its_page(self, client):
        post = making.post()
        comment = making.comment(post)
        response = client.get(f"/c/{comment.public_id}/")
        assert response.status_code == 302
        assert response.url == f"{post.get_absolute_url()}#c-{comment.public_id}"

    @pytest.mark.parametrize("state", ["pending", "hidden", "rejected", "spam"])
    def test_a_comment_that_is_not_published_has_none(self, client, state):
        comment = making.comment(making.post(), state=state)
        html(client, f"/c/{comment.public_id}/", 404)

    def test_nor_has_one_under_a_draft(self, client):
        comment = making.comment(making.post())
        Post.objects.update(status=Post.Status.DRAFT)
        html(client, f"/c/{comment.public_id}/", 404)


class TestLabel:
    @pytest.mark.parametrize(
        "name", ["ViSOR", "One Water", "Pay & rations", "a/b", "Größe", "50%", "what?"]
    )
    def test_its_name_is_its_address(self, client, name):
        post = making.post(labels=(name,))
        making.post(2, title="Without it")
        label = post.labels.get()
        page = html(client, label.get_absolute_url())
        assert "Showing posts with label" in page
        assert post.title in page
        assert "Without it" not in page

    @pytest.mark.parametrize(
        "address",
        [
            "/search/label/%00",
            "/search/label/a%00b",
            "/search/label/%FF",
            "/2022/03/%00.html",
            "/2022/03/a%00.html",
            "/c/%00/",
            "/c/%00/reply/",
            "/%00",
        ],
    )
    def test_an_address_that_no_database_could_hold_is_not_found(self, client, address):
        making.post()
        html(client, address, 404)

    @pytest.mark.parametrize("query", ["page=%00", "m=%00", "q=%00"])
    def test_nor_does_such_a_question_break_a_page(self, client, query):
        html(client, f"/?{query}")

    def test_an_unknown_one_is_not_found(self, client):
        html(client, "/search/label/Nothing", 404)
        html(client, "/search/label/Nothing?by=year", 404)

    def test_all_its_titles_stand_by_year(self, client):
        for number, year in enumerate((2012, 2014, 2014, 2022), 1):
            at = datetime(year, 3, number, 12, tzinfo=LONDON)
            post = making.post(number, labels=("Tides",), published_at=at)
        making.discussion(post, 2)
        making.post(5, title="Without it")
        making.post(6, title="Kept back", labels=("Tides",), status=Post.Status.DRAFT)
        plain = html(client, "/search/label/Tides")
        assert '<a href="/search/label/Tides?by=year">All titles by year</a>' in plain
        page = html(client, "/search/label/Tides?by=year")
        assert re.findall(r">(\d{4})</a> <span class=\"count\">(\d)<", page) == [
            ("2022", "1"),
            ("2014", "2"),
            ("2012", "1"),
        ]
        assert [f"Post number {n}" in page for n in (1, 2, 3, 4)] == [True] * 4
        assert page.index("Post number 4") < page.index("Post number 1")
        assert "2 comments" in page
        assert "4 posts" in page
        assert "Without it" not in page
        assert "Kept back" not in page


class TestArchive:
    def test_a_year_has_its_posts_by_month(self, client):
        making.post(1)
        making.post(40)
        making.post(400)
        page = html(client, "/2022/")
        assert page.index("April") < page.index("March")
        assert "Post number 400" not in page
        assert 'href="/2023/"' in page

    def test_a_month_has_its_own(self, client):
        making.discussion(making.post(1), 2)
        making.post(40)
        page = html(client, "/2022/03/")
        assert "March 2022" in page
        assert "Post number 1<" in page
        assert "Post number 40" not in page
        assert "2 comments" in page

    def test_a_month_stands_once_where_an_editor_moved_a_date(self, client):
        for number in (1, 2, 3):
            making.post(number)
        making.post(40)
        moved = Post.objects.get(title="Post number 2")
        moved.published_at = datetime(2022, 9, 1, 12, tzinfo=LONDON)
        moved.save()
        assert moved.address.startswith("2022/03/")
        page = html(client, "/2022/")
        assert page.count('href="/2022/03/"') == 1
        assert page.index("Post number 40<") < page.index("Post number 2<")
        assert page.index("Post number 2<") < page.index("Post number 3<")

    def test_an_empty_time_is_not_found(self, client):
        making.post(1)
        html(client, "/2021/", 404)
        html(client, "/2022/05/", 404)


class TestNotFound:
    def test_it_shows_ways_on(self, client):
        making.post(1)
        page = html(client, "/2022/03/mistyped.html", 404)
        assert 'href="/2022/03/"' in page
        assert "Post number 1" in page
        assert "Everything posted" in page or "everything posted" in page

    def test_a_time_without_posts_is_not_offered(self, client):
        making.post(1)
        page = html(client, "/2019/03/mistyped.html", 404)
        assert "/2019/" not in page


class TestQueries:
    """The same number with 2 rows and with 20, and no more than promised."""

    BUDGETS = [
        ("/", 7),
        ("/2022/03/post-number-1.html", 12),
        ("/2022/", 5),
        ("/2022/03/", 5),
        ("/search/label/Tides", 5),
        ("/search/label/Tides?by=year", 4),
        ("/nothing/", 3),
    ]

    @pytest.mark.parametrize(("address", "budget"), BUDGETS)
    def test_they_are_constant(
        self, client, django_assert_max_num_queries, address, budget
    ):
        used = []
        for start, count in ((1, 2), (3, 18)):
            for number in range(start, start + count):
                post = making.post(number, labels=("Tides", f"Label {number}"))
                making.discussion(post, count)
            with django_assert_max_num_queries(budget) as queries:
                client.get(address)
            used.append(len(queries))
        assert used[0] == used[1]

    def test_a_post_with_three_hundred_comments_needs_no_more(
        self, client, django_assert_max_num_queries
    ):
        post = making.post()
        making.discussion(post, 300)
        with django_assert_max_num_queries(12):
            page = html(client, post.get_absolute_url())
        assert page.count("<article aria-labelledby") == 300


class TestTraces:
    @pytest.mark.parametrize("address", [a for a, _ in TestQueries.BUDGETS])
    def test_no_page_sets_a_cookie_or_differs_by_one(self, client, address):
        making.post(1, labels=("Tides",))
        response = client.get(address)
        assert not response.cookies
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers.get("Vary", "")


def test_what_nobody_has_seen_or_answered_is_not_even_read():
    post = making.post()
    shown = making.comment(post)
    corrected = making.comment(post)
    answer = making.comment(post, parent=corrected)
    for state in NEVER_SHOWN:
        making.comment(post, parent=shown, state=state)
        making.comment(post, state=state)
    Comment.objects.filter(pk=corrected.pk).update(state="pending")
    assert list(Comment.objects.for_thread(post)) == [shown, corrected, answer]
