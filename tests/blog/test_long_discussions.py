"""The pages of a long discussion: their addresses, their words, and the ways to a
comment on one of them."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.discussion import pages
from blog.models import Comment, DiscussionPage, Post
from tests.blog.discussion.long_discussions import deep, mixed, singles, wide, write

from . import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Post:
    return making.post()


def long(post: Post, parents: list, **fields) -> list[Comment]:
    comments = write(post, parents, **fields)
    pages.cut_posts([post.pk])
    return comments


def page(client, post: Post, query: str = "") -> str:
    response = client.get(post.get_absolute_url() + query)
    assert response.status_code == 200
    return response.content.decode()


def shown(html: str) -> list[str]:
    return re.findall(r'<li id="c-([0-9a-z]+)" class="comment', html)


def canonical(path: str) -> str:
    return f'<link rel="canonical" href="{settings.SITE_URL}{path}">'


def ids(comments: list[Comment]) -> list[str]:
    return [comment.public_id for comment in comments]


class TestPages:
    def test_each_shows_its_comments_and_the_heading_counts_all(self, client, post):
        comments = long(post, singles(450))
        for query, part in (
            ("", comments[:200]),
            ("?page=2", comments[200:400]),
            ("?page=3", comments[400:]),
            ("?m=1&page=3", comments[400:]),
            ("?commentPage=2", comments[200:400]),
        ):
            html = page(client, post, query)
            assert shown(html) == ids(part)
            assert '<h2 id="comments-title">450 comments</h2>' in html

    def test_newest_threads_first(self, client, post):
        comments = long(post, mixed(450))
        html = page(client, post, "?comments=newest")
        newest = [c for c in comments if c.tree_id == comments[-1].tree_id]
        assert shown(html)[: len(newest)] == ids(newest)
        assert ">65</" not in html
        last = page(client, post, "?comments=newest&page=3")
        assert shown(last)[-7:] == ids(comments[:7])

    def test_a_short_discussion_can_be_turned_round_and_back(self, client, post):
        comments = write(post, singles(3))
        html = page(client, post, "?comments=newest")
        assert shown(html) == ids(comments[::-1])
        assert f'href="{post.get_absolute_url()}#comments">Oldest threads first' in html
        assert "Newest threads first" not in page(client, post)

    @pytest.mark.parametrize(
        ("asked", "number"),
        [
            ("0", 1),
            ("4", 3),
            ("999999", 3),
            ("-2", 1),
            ("x", 1),
            ("", 1),
            ("9" * 40, 1),
            ("\N{ARABIC-INDIC DIGIT TWO}", 1),
        ],
    )
    def test_a_number_that_is_none_of_theirs(self, client, post, asked, number):
        comments = long(post, singles(450))
        first = comments[(number - 1) * 200].public_id
        assert shown(page(client, post, f"?page={asked}"))[0] == first

    def test_a_page_of_a_short_discussion_is_the_whole(self, client, post):
        comments = write(post, singles(3))
        html = page(client, post, "?page=2")
        assert shown(html) == ids(comments)
        assert canonical(post.get_absolute_url()) in html
        assert 'class="pages"' not in html

    def test_titles_and_what_machines_are_told(self, client, post):
        long(post, singles(450))
        here = post.get_absolute_url()
        html = page(client, post, "?page=2&m=1")
        assert "<title>Post number 1, page 2 of 3 – " in html
        assert canonical(f"{here}?page=2") in html
        assert f'<link rel="prev" href="{here}">' in html
        assert f'<link rel="next" href="{here}?page=3">' in html
        newest = page(client, post, "?comments=newest&page=2")
        assert canonical(here) in newest
        assert f'<link rel="next" href="{here}?comments=newest&amp;page=3">' in newest
        first = page(client, post)
        assert "page 1 of" not in first.split("</title>")[0]
        assert 'rel="prev"' not in first.split("</head>")[0]

    def test_the_post_itself_stands_on_the_first_page(self, client, post):
        long(post, singles(450))
        assert "Another one." in page(client, post)
        later = page(client, post, "?page=2")
        assert '<div class="prose"' not in later
        assert f'<a href="{post.get_absolute_url()}">Read the whole post</a>' in later

    def test_the_words_of_the_pager(self, client, post):
        long(post, singles(450))
        html = page(client, post, "?page=2")
        words = "Page 2 of 3: comments 201–400, 2 Mar 15:20 to 2 Mar 18:39"
        assert html.count(words) == 2
        assert html.count('<nav class="pages"') == 2
        assert (
            len(set(re.findall('<nav class="pages" aria-label="([^"]+)"', html))) == 2
        )

    def test_the_year_is_told_where_it_is_not_the_posts(self, client, post):
        comments = long(post, singles(450))
        Comment.objects.filter(pk=comments[399].pk).update(
            written_at=post.published_at + timedelta(days=400)
        )
        pages.cut_posts([post.pk])
        words = "comments 201–400, 2 Mar 2022 15:20 to 6 Apr 2023 12:00"
        assert words in page(client, post, "?page=2")

    def test_links_tell_when_their_latest_comment_was_published(self, client, post):
        comments = long(post, singles(450))
        minute = int(comments[-1].published_at.timestamp()) // 60
        html = page(client, post)
        third = f'href="{post.get_absolute_url()}?page=3#comments"'
        assert f'{third} data-latest="{minute}"' in html
        long(other := making.post(2), singles(450), published_at=None)
        assert "data-latest" not in page(client, other)

    def test_only_a_few_numbers_are_shown(self, client, post):
        long(post, singles(2400))
        nav = re.search('<p class="ways">.*?</p>', page(client, post, "?page=6"))[0]
        assert re.findall(r"</span>(\d+)</a>", nav) == ["1", "5", "6", "7", "12"]
        assert nav.count("…") == 2
        assert nav.count('aria-current="page"') == 1


class TestWithinAThread:
    def test_a_page_says_what_it_continues(self, client, post):
        comments = long(post, wide(450))
        html = page(client, post, "?page=2")
        first, *_ = shown(html)
        root = comments[0].public_id
        assert "This page goes on within a thread" in html
        assert re.search(
            rf'<li class="comment continued"><p>Continues <a href="/c/{root}/">', html
        )
        assert "Words number 0." in html
        assert f'id="c-{root}"' not in html
        assert html.index(f"/c/{root}/") < html.index(f'id="c-{first}"')
        assert "This thread goes on on the" in html
        assert "This thread goes on" not in page(client, post, "?page=3")

    def test_replies_are_counted_as_far_as_the_page_holds_them(self, client, post):
        long(post, wide(450))
        assert "149 replies on this page, more on the next" in page(client, post)
        assert "replies, continued" in page(client, post, "?page=2")

    def test_who_answers_another_page_leads_there(self, client, post):
        comments = long(post, deep(450))
        html = page(client, post, "?page=2")
        first = shown(html)[0]
        above = comments[ids(comments).index(first) - 1].public_id
        entry = html[html.index(f'id="c-{first}"') :].split("</article>")[0]
        assert f'in reply to <a href="/c/{above}/">' in entry
        assert f'<a href="/c/{above}/">What it answers</a>' in entry

    def test_nothing_leads_to_a_gap_on_another_page(self, client, post):
        comments = long(post, wide(450))
        Comment.objects.filter(pk=comments[0].pk).update(state=Comment.State.HIDDEN)
        pages.cut_posts([post.pk])
        html = page(client, post, "?page=2")
        assert "Continues a comment that is gone" in html
        assert comments[0].public_id not in html
        assert "What it answers" not in html

    def test_a_very_deep_thread_makes_small_pages(self, client, post):
        long(post, deep(5000))
        for query in ("", "?page=12", "?page=25", "?comments=newest&page=9"):
            html = page(client, post, query)
            assert len(html.encode()) < 400_000
            assert "1.1.1.1.1.1.1" not in html

    def test_every_reply_leads_to_what_it_answers_unless_that_stands_right_above(
        self, client, post
    ):
        comments = write(post, [None, 0, 1, 0])
        html = page(client, post)
        entries = [html[html.index(f'id="c-{key}"') :] for key in ids(comments)]
        links = [
            re.search(r'href="([^"]+)">What it answers', e.split("</article>")[0])
            for e in entries
        ]
        assert [link and link[1] for link in links] == [
            None,
            None,
            None,
            f"#c-{comments[0].public_id}",
        ]


class TestWaysToAComment:
    def test_the_permalink_leads_to_its_page(self, client, post):
        comments = long(post, singles(450))
        here = post.get_absolute_url()
        for number, query in ((0, ""), (199, ""), (200, "?page=2"), (449, "?page=3")):
            name = comments[number].public_id
            response = client.get(f"/c/{name}/")
            assert (response.status_code, response.url) == (
                302,
                f"{here}{query}#c-{name}",
            )

    def test_so_does_the_moment_in_an_old_address(self, client, post):
        comments = long(post, singles(450))
        moment = int(comments[300].written_at.timestamp() * 1000)
        answer = client.get(f"{post.get_absolute_url()}?showComment={moment}")
        place = f"{post.get_absolute_url()}?page=2#c-{comments[300].public_id}"
        # Not for ever: the page may be another one when the discussion has grown.
        assert (answer.status_code, answer.url) == (302, place)

    def test_so_does_the_number_that_blogger_gave_it(self, client, post):
        comments = long(post, singles(450))
        Comment.objects.filter(pk=comments[300].pk).update(source_id="blogger:7001")
        answer = client.get("/c/blogger/7001/")
        place = f"{post.get_absolute_url()}?page=2#c-{comments[300].public_id}"
        assert (answer.status_code, answer.url) == (302, place)
        assert client.get("/c/blogger/7002/").status_code == 404
        Comment.objects.filter(pk=comments[300].pk).update(
            state=Comment.State.PENDING, published_at=None
        )
        assert client.get("/c/blogger/7001/").status_code == 404

    def test_a_draft_does_not_show_where_its_comments_are(self, client, post):
        comments = long(post, singles(450), source_id=None)
        Comment.objects.filter(pk=comments[0].pk).update(source_id="blogger:7001")
        Post.objects.update(status=Post.Status.DRAFT)
        assert client.get("/c/blogger/7001/").status_code == 404


class TestMap:
    def test_it_stands_near_the_top_of_a_long_discussion(self, client, post):
        comments = long(post, mixed(450))
        html = page(client, post, "?page=2")
        found = re.search('<details class="map">.*?</details>', html, re.S)[0]
        assert found.count("Page ") == 3
        here = shown(html)
        roots = [c for c in comments if c.parent_id is None and c.public_id in here]
        assert re.findall(r'href="#c-([0-9a-z]+)"', found) == ids(roots)
        assert "7 comments, latest 2 Mar 2022 " in found
        assert f'href="{post.get_absolute_url()}?comments=map"' in found

    def test_a_shorter_one_has_none(self, client, post):
        long(post, singles(299))
        html = page(client, post)
        assert 'class="map"' not in html
        assert 'class="pages"' in html

    def test_a_part_of_a_thread_names_no_threads(self, client, post):
        long(post, wide(450))
        html = page(client, post, "?page=2")
        found = re.search('<details class="map">.*?</details>', html, re.S)[0]
        assert 'class="outline"' not in found
        assert "a thread goes on" in found

    def test_the_whole_map_leads_to_every_thread(self, client, post):
        comments = long(post, mixed(450))
        html = page(client, post, "?comments=map")
        roots = [comment for comment in comments if comment.parent_id is None]
        here = post.get_absolute_url()
        found = re.findall(r'<li><a href="([^"]*)#c-([0-9a-z]+)">', html)
        assert [name for _, name in found] == ids(roots)
        assert {address for address, _ in found} == {
            here,
            f"{here}?page=2",
            f"{here}?page=3",
        }
        for address, name in found[::20]:
            assert name in shown(client.get(address).content.decode())
        assert f"450 comments in {len(roots)} threads" in html

    def test_it_shows_stubs_and_nothing_that_readers_may_not_see(self, client, post):
        top = making.comment(post, "Taken away", state=Comment.State.HIDDEN)
        making.comment(post, "The answer", top)
        making.comment(post, "Nobody read this", state=Comment.State.PENDING)
        making.comment(post, "<b>Bold & brave</b>")
        html = page(client, post, "?comments=map")
        assert "A comment that is gone" in html
        assert "Taken away" not in html
        assert "Nobody read this" not in html
        assert "&lt;b&gt;Bold &amp; brave&lt;/b&gt;" in html
        assert "2 comments in 2 threads" in html

    def test_an_empty_discussion_has_an_empty_map(self, client, post):
        assert "Nobody has commented yet." in page(client, post, "?comments=map")


class TestCost:
    def statements(self, client, post: Post, query: str) -> int:
        address = post.get_absolute_url() + query
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    @pytest.mark.parametrize("query", ["", "?comments=newest", "?comments=map"])
    def test_queries_do_not_grow_with_the_discussion(self, client, query):
        found = []
        for number, size in enumerate((2, 20, 450, 1400), 1):
            long(post := making.post(number), mixed(size))
            Post.objects.exclude(pk=post.pk).update(status=Post.Status.DRAFT)
            found.append(self.statements(client, post, query))
            Post.objects.update(status=Post.Status.PUBLISHED)
        assert len(set(found)) == 1, found

    def test_nor_with_the_page(self, client, post):
        long(post, singles(1400))
        found = {self.statements(client, post, f"?page={n}") for n in (1, 4, 7)}
        assert len(found) == 1

    def test_a_permalink_costs_two(self, client, post):
        comments = long(post, mixed(700))
        for comment in (comments[0], comments[-1]):
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/c/{comment.public_id}/")
            assert len(queries) == 2
        assert DiscussionPage.objects.count() > 4
