"""The page of the search: what it finds, shows, refuses and asks of the database."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.models import Comment, Post
from blog.search import index, searching
from tests.blog import making

pytestmark = pytest.mark.django_db


def asked(client, q: str = "", status: int = 200, **filters) -> str:
    answer = client.get("/search", {"q": q} | filters)
    assert answer.status_code == status
    return answer.content.decode()


def hits(page: str) -> list[str]:
    """The headings of what was found, in order."""
    listed = page.partition('<ol class="hits"')[2].partition("</ol>")[0]
    return [
        " ".join(unescape(re.sub("<[^>]*>", "", heading)).split())
        for heading in re.findall("<h3>(.*?)</h3>", listed, re.DOTALL)
    ]


def extracts(page: str) -> list[str]:
    return re.findall(r'<p class="extract" dir="auto">(.*?)</p>', page)


class TestFinding:
    def test_posts_and_comments(self, client):
        post = making.post(title="Kittiwakes", body="They nest on the pier.")
        comment = making.comment(post, "A kittiwake came by.", name="Bosun")
        index.fill()
        page = asked(client, "kittiwake")
        assert "2 results" in page
        assert hits(page) == ["Kittiwakes", "Bosun on Kittiwakes"]
        assert f'<a href="{post.get_absolute_url()}"' in page
        assert f'<a href="/c/{comment.public_id}/"' in page
        assert "A <mark>kittiwake</mark> came by." in page
        assert "<mark>Kittiwakes</mark></a>" in page

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("sail", ["Sailing"]),
            ("SAILED", ["Sailing"]),
            ("cafe", ["Café"]),
            ("café", ["Café"]),
            ("organise", ["Organised", "Organized"]),
            ("organization", ["Organised", "Organized"]),
            ("well-known", ["Well-known"]),
            ("known well", ["Known and well", "Well-known"]),
            ("don't", ["Don’t"]),
            ("don’t", ["Don’t"]),
            ("14:03", ["@14:03 yes", "14.03 no"]),
            ("@14.03", ["@14:03 yes", "14.03 no"]),
            ("1,000", ["1,000", "1000"]),
            ("1000", ["1,000", "1000"]),
            ("either", ["Either/or"]),
            ('"well known"', ["Well-known"]),
            ('"known well"', []),
            ("well -known", []),
            ("either -sail", ["Either/or"]),
            ('"to be or not to be"', ["To be or not to be"]),
            ("not -be", []),
            ("14 -yes", ["14.03 no"]),
            ("snake", ["snake_case"]),
            ("example", ["https://example.org/path"]),
            ("org/path", ["https://example.org/path"]),
            ("привет", ["Привет"]),
            ("2nd", ["2nd"]),
            ("harbours", ["Harbour"]),
        ],
    )
    def test_both_databases_find_the_same(self, client, typed, found):
        post = making.post(title="None", body="Nothing.")
        for text in (
            "Sailing|Café|Organised|Organized|Well-known|Known and well|Don’t|"
            "@14:03 yes|14.03 no|1,000|1000|Either/or|To be or not to be|snake_case|"
            "https://example.org/path|Привет|2nd|Harbour"
        ).split("|"):
            making.comment(post, text)
        index.fill()
        shown = [
            unescape(re.sub("<[^>]*>", "", each))
            for each in extracts(asked(client, typed))
        ]
        assert sorted(shown) == sorted(found)

    def test_a_title_counts_for_more_than_the_text(self, client):
        making.post(1, title="Gulls", body="The kittiwake is one. " + "Words. " * 40)
        making.post(2, title="Gannets", body="No kittiwake. " * 3)
        making.post(3, title="The kittiwake", body="Words. " * 40)
        assert hits(asked(client, "kittiwake"))[0] == "The kittiwake"

    def test_of_equals_the_newest_comes_first(self, client):
        post = making.post(title="Birds", body="None.")
        for name in ("First", "Second", "Third"):
            making.comment(post, "A kittiwake.", name=name)
        index.fill()
        order = [f"{name} on Birds" for name in ("Third", "Second", "First")]
        assert hits(asked(client, "kittiwake")) == order

    def test_a_comment_is_found_by_its_name(self, client):
        making.comment(making.post(title="Birds"), "Words.", name="Old Purser")
        index.fill()
        assert hits(asked(client, "purser words")) == ["Old Purser on Birds"]

    def test_pages_such_as_about_are_found(self, client):
        making.post(title="About the kittiwake", is_page=True)
        page = asked(client, "kittiwake")
        assert hits(page) == ["About the kittiwake"]
        assert '<p class="dateline">Page</p>' in page

    def test_an_untitled_post_has_a_link(self, client):
        post = making.post(title="", body="A kittiwake.")
        making.comment(post, "Another kittiwake.")
        index.fill()
        assert hits(asked(client, "kittiwake")) == [
            "(untitled)",
            "Anon on (untitled)",
        ]


class TestOnlyWhatIsPublic:
    @pytest.mark.parametrize(
        "fields",
        [
            {"status": "draft"},
            {
                "status": "scheduled",
                "published_at": timezone.now() + timedelta(days=1),
            },
        ],
    )
    def test_of_a_post_that_is_not_nothing_is_found(self, client, fields):
        post = making.post(title="Kittiwake")
        making.comment(post, "A kittiwake.")
        index.fill()
        assert len(hits(asked(client, "kittiwake"))) == 2
        Post.objects.filter(pk=post.pk).update(**fields)
        assert hits(asked(client, "kittiwake")) == []

    def test_a_scheduled_post_is_found_when_its_time_has_come(self, client):
        post = making.post(
            title="Kittiwake", published_at=timezone.now() + timedelta(days=1)
        )
        assert post.status == Post.Status.SCHEDULED
        assert hits(asked(client, "kittiwake")) == []
        Post.objects.filter(pk=post.pk).update(published_at=timezone.now())
        assert hits(asked(client, "kittiwake")) == ["Kittiwake"]

    @pytest.mark.parametrize(
        "state", sorted(set(Comment.State) - {"published", "erased"})
    )
    def test_of_a_comment_that_is_not_nothing_is_found(self, client, state):
        comment = making.comment(making.post(title="Birds"), "A kittiwake.")
        index.fill()
        Comment.objects.filter(pk=comment.pk).update(state=state)
        assert "Nothing found" in asked(client, "kittiwake")


class TestFilters:
    @pytest.fixture(autouse=True)
    def blog(self):
        for year, label in ((2012, "Pay"), (2013, "Boats")):
            post = making.post(
                title=f"Kittiwake {year}",
                labels=(label, "Both & more"),
                published_at=making.START.replace(year=year),
            )
            making.comment(post, "A kittiwake.", name=f"Bosun {year}")
        index.fill()

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            ({}, {"p12", "c12", "p13", "c13"}),
            ({"kind": "posts"}, {"p12", "p13"}),
            ({"kind": "comments"}, {"c12", "c13"}),
            ({"year": "2012"}, {"p12", "c12"}),
            ({"label": "Boats"}, {"p13", "c13"}),
            ({"label": "Both & more", "year": "2012"}, {"p12", "c12"}),
            ({"label": "Boats", "year": "2012"}, set()),
            ({"label": "Pay", "kind": "comments"}, {"c12"}),
        ],
    )
    def test_what_is_left(self, client, filters, expected):
        page = asked(client, "kittiwake", **filters)
        named = {
            ("c" if heading.startswith("Bosun") else "p") + heading[-2:]
            for heading in hits(page)
        }
        assert named == expected

    def test_what_was_chosen_stays_chosen(self, client):
        page = asked(client, "kit & co", year="2012", label="Both & more")
        assert '<option value="2012" selected>' in page
        assert '<option value="Both &amp; more" selected>' in page
        assert 'value="kit &amp; co"' in page
        assert "?q=kit%20%26%20co" in page  # everywhere

    @pytest.mark.parametrize(
        "filters", [{"year": "1066"}, {"label": "No\0ne"}, {"kind": "x"}]
    )
    def test_what_cannot_be_chosen_is_told(self, client, filters):
        page = asked(client, "kittiwake", **filters)
        assert "There is nothing of this kind to choose." in page
        assert "results" not in page


class TestPages:
    @pytest.fixture
    def many(self):
        post = making.post(title="Birds", body="None.")
        for number in range(45):
            making.comment(post, f"Kittiwake {number}")
        index.fill()

    def test_twenty_a_page_and_each_once(self, client, many):
        seen = []
        for number, size in ((1, 20), (2, 20), (3, 5)):
            page = asked(client, "kittiwake", page=number)
            assert len(extracts(page)) == size
            assert f"Page {number} of 3" in page
            assert "45 results" in page
            seen += extracts(page)
        assert len(set(seen)) == 45

    def test_the_links_to_other_pages_keep_the_question(self, client, many):
        page = asked(client, "kittiwake & -x", page="2", kind="comments", other="y")
        link = "?q=kittiwake+%26+-x&amp;kind=comments&amp;page={}"
        assert f'rel="prev" href="{link.format(1)}"' in page
        assert f'rel="next" href="{link.format(3)}"' in page

    @pytest.mark.parametrize(
        ("number", "nearest"),
        [("0", 1), ("-1", 1), ("", 1), ("x", 1), ("\0", 1), ("99", 3), ("9" * 400, 3)],
    )
    def test_a_page_that_is_not_there_is_the_nearest(
        self, client, many, number, nearest
    ):
        assert f"Page {nearest} of 3" in asked(client, "kittiwake", page=number)

    def test_of_too_many_only_so_many_are_compared(self, client, many, monkeypatch):
        monkeypatch.setattr(searching, "MOST", 30)
        page = asked(client, "kittiwake")
        assert "More than 1,000 results" in page
        assert "Page 1 of 2" in page
        making.post(title="Kittiwake")
        assert len(extracts(asked(client, "kittiwake", page=2))) == 10
        monkeypatch.setattr(searching, "MOST", 46)
        assert "46 results" in asked(client, "kittiwake")


class TestWords:
    @pytest.mark.parametrize("typed", ["", "   ", "-mug", '""', "…", "😀"])
    def test_without_a_word_it_tells_how_to_search(self, client, typed):
        page = asked(client, typed)
        assert "How to search" in page
        assert "Nothing found" not in page

    def test_nothing_found_says_what_can_be_done(self, client):
        page = asked(client, "kittiwake")
        assert "Nothing found" in page
        assert "fewer words" in page
        assert "without year" not in page

    def test_too_long_a_question_is_told(self, client):
        page = asked(client, "kittiwake " * 21)
        assert 'aria-invalid="true"' in page
        assert "at most 200 characters" in page

    def test_too_many_words_are_told(self, client):
        making.post(title=" ".join(f"w{number}" for number in range(20)))
        page = asked(client, " ".join(f"w{number}" for number in range(22)))
        assert "The first 20 words and phrases were looked for." in page
        assert "1 result<" in page

    def test_what_is_typed_is_no_html(self, client):
        making.post(title="<script>alert(1)</script>", body="Kittiwake <b>x</b>")
        page = asked(client, '"><script>kittiwake')
        assert "<script>" not in page.replace("<script src=", "")

    def test_of_a_comment_without_a_time_none_is_told(self, client):
        post = making.post(title="Birds", body="None.")
        making.comment(post, "A kittiwake.")
        making.comment(post, "A kittiwake.", written_at=making.START)
        index.fill()
        page = asked(client, "kittiwake")
        assert page.count("<time") == 1
        assert "1 March 2022, 12:00" in page


class TestAnything:
    @settings(
        max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        st.one_of(
            st.text(max_size=60),
            st.text(alphabet="ab \"'-*:()&|!<>^\\%_0,.@\0é", max_size=60),
        )
    )
    def test_is_answered(self, client, typed):
        asked(client, typed)
        asked(client, f"kittiwake {typed}", kind="comments")

    @pytest.mark.parametrize("query", ["q=%ff%fe", "q=%00", "q", "q=a&q=b", "&&="])
    def test_of_bytes_is_answered(self, client, query):
        assert client.get(f"/search?{query}").status_code == 200


class TestDelivery:
    def test_it_leaves_nothing(self, client):
        answer = client.get("/search?q=x", headers={"cookie": "sessionid=x"})
        assert not answer.cookies

    def test_what_found_nothing_is_not_for_machines(self, client):
        """Else anybody's words could be listed under the name of the blog."""
        making.post(body="The kittiwake came back.")
        refuse = b'<meta name="robots" content="noindex">'
        assert refuse in client.get("/search?q=cheap+pills").content
        assert refuse not in client.get("/search?q=kittiwake").content
        assert refuse not in client.get("/search").content

    def test_it_is_read_only(self, client):
        assert client.post("/search", {"q": "x"}).status_code == 405

    def test_every_page_leads_to_it(self, client):
        assert '<a href="/search">Search</a>' in asked(client)

    def test_a_page_that_is_not_there_has_its_field(self, client):
        page = client.get("/2031/01/nothing.html").content.decode()
        assert '<form class="search" action="/search" role="search">' in page
        assert 'type="search" id="search-q" name="q"' in page

    def test_a_label_has_its_own_address_still(self, client):
        making.post(labels=("Pay",))
        assert client.get("/search/label/Pay").status_code == 200


class TestCost:
    @pytest.mark.parametrize("count", [2, 20])
    def test_so_many_queries_whatever_is_found(
        self, client, django_assert_num_queries, count
    ):
        for number in range(count // 2):
            post = making.post(
                number, title=f"Kittiwake {number}", labels=(f"L{number}",)
            )
            making.comment(post, "A kittiwake.", name=f"Bosun {number}")
        index.fill()
        # Years, labels, posts and comments found, posts, comments and claimed names
        # of the page, and the pages such as "About".
        with django_assert_num_queries(8):
            asked(client, "kittiwake")
        with django_assert_num_queries(3):
            asked(client)
