"""Links to the old blog: whole addresses, Blogger's links to one comment."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from blog.addresses import OLD_PATH_LENGTH, old_path
from blog.models import Comment, OldAddress, Post

from . import making

# As an import keeps it, to the millisecond.
AT = datetime(2020, 5, 21, 20, 16, 45, 999_000, tzinfo=UTC)
EPOCH_MS = "1590092205999"
NOT_PUBLIC = [
    {"status": Post.Status.DRAFT},
    {"published_at": timezone.now() + timedelta(days=1)},
]


def moved(*paths: str, **fields) -> Post:
    """A post that stood at these paths before."""
    post = making.post(**fields)
    OldAddress.objects.bulk_create(OldAddress(path=path, post=post) for path in paths)
    return post


@pytest.mark.django_db
class TestRedirect:
    @pytest.mark.parametrize("method", ["get", "head"])
    @pytest.mark.parametrize(
        "asked",
        [
            "/2012/09/tide-table",
            "/2012/09/tide-table/",
            "/2012/09/tide-table/index.html",
            "/2012/09/tide%2Dtable/",
            "/2012/09/tide-table?m=1",
            "/2012/09/tide-table/?m=0&utm_source=x&showComment=1",
        ],
    )
    def test_an_old_address_leads_to_the_post(self, client, method, asked):
        post = moved("/2012/09/tide-table")
        answer = getattr(client, method)(asked)
        assert answer.status_code == 301
        assert answer.url == post.get_absolute_url()
        assert client.get(answer.url).status_code == 200

    def test_so_does_one_in_another_alphabet(self, client):
        post = moved(old_path("https://old.example/%D0%BF%D0%BE%D1%80%D1%82/"))
        for asked in (
            "/порт/",
            "/%D0%BF%D0%BE%D1%80%D1%82",
            "/%d0%bf%d0%be%d1%80%d1%82",
        ):
            assert client.get(asked).url == post.get_absolute_url()

    def test_the_month_of_the_old_address_may_be_another(self, client):
        post = moved("/2022/02/post-number-1.html")
        answer = client.get("/2022/02/post-number-1.html?m=1")
        assert (answer.status_code, answer.url) == (301, post.get_absolute_url())

    def test_but_no_month_is_guessed(self, client):
        making.post()
        assert client.get("/2022/02/post-number-1.html").status_code == 404

    @pytest.mark.parametrize(
        "asked",
        [
            "/2022/02/old-name",
            "/2022/02/Old-Name.html",
            "/2022/02/old-name.htm",
            "/old-name.html",
        ],
    )
    def test_nor_anything_else(self, client, asked):
        moved("/2022/02/old-name.html")
        assert client.get(asked).status_code == 404

    def test_a_page_leads_to_its_place(self, client):
        page = moved("/about-us", title="About us", is_page=True)
        assert page.get_absolute_url() == "/p/about-us.html"
        assert client.get("/about-us/").url == "/p/about-us.html"

    @pytest.mark.parametrize("fields", NOT_PUBLIC)
    @pytest.mark.parametrize("asked", ["/2012/09/tide-table", "/?p=12"])
    def test_what_is_not_public_shows_nothing_of_itself(self, client, fields, asked):
        moved(asked, title="Secret title", **fields)
        answer = client.get(asked)
        assert answer.status_code == (200 if asked.startswith("/?") else 404)
        assert "Secret title" not in answer.content.decode()
        assert "secret-title" not in answer.content.decode()

    def test_a_draft_that_readers_once_saw_is_gone(self, client):
        post = moved("/2012/09/tide-table")
        post.status = Post.Status.DRAFT
        post.save()
        assert post.address
        assert client.get("/2012/09/tide-table").status_code == 404
        assert client.get(post.get_absolute_url()).status_code == 404

    def test_sending_to_an_old_address_leads_nowhere(self, client):
        moved("/2012/09/tide-table", "/?p=12")
        assert client.post("/2012/09/tide-table").status_code == 404
        assert client.post("/?p=12").status_code == 405

    def test_an_address_that_answers_here_is_never_redirected(self, client):
        post = making.post(1)
        moved(post.get_absolute_url(), "/2022/", "/receipt", number=2)
        for asked in (post.get_absolute_url(), "/2022/", "/receipt/"):
            assert client.get(asked).status_code == 200

    def test_one_kept_under_its_own_address_does_not_turn_in_circles(self, client):
        post = moved("/2022/03/post-number-1.html")
        assert client.get("/2022/03/post-number-1.html").status_code == 200
        answer = client.get("/2022/03/post-number-1.html/")
        assert (answer.status_code, answer.url) == (301, post.get_absolute_url())

    @pytest.mark.parametrize(
        "asked",
        [
            "//evil.example/2012/09/tide-table",
            "/%2F/evil.example/2012/09/tide-table",
            "/\\evil.example/2012/09/tide-table",
            "/https://evil.example/2012/09/tide-table",
            "/2012/09/tide-table?next=//evil.example",
        ],
    )
    def test_nobody_is_led_to_another_site(self, client, asked):
        post = moved("/2012/09/tide-table", "/evil.example/2012/09/tide-table")
        answer = client.get(asked)
        if answer.status_code == 301:
            assert answer.url == post.get_absolute_url()
        else:
            assert answer.status_code == 404

    @pytest.mark.parametrize(
        "asked", ["/%00", "/%FF", "/" + "x" * 600, "/%ED%A0%80", "/[", "/a%0Ab"]
    )
    def test_what_is_no_address_is_merely_not_found(self, client, asked):
        assert client.get(asked).status_code == 404

    def test_it_costs_a_missing_page_one_query(self, client, django_assert_num_queries):
        moved("/2012/09/tide-table")
        with django_assert_num_queries(2):
            client.get("/nothing/")
        with django_assert_num_queries(1):
            client.get("/2012/09/tide-table/")


@pytest.mark.django_db
class TestShortLink:
    @pytest.mark.parametrize(
        ("kept", "asked"),
        [
            ("/?p=12", "/?p=12"),
            ("/?p=12", "/?m=1&p=12#comments"),
            ("/?page_id=2", "/?page_id=2"),
            ("/?p=12", "/index.html?p=12"),
        ],
    )
    def test_it_leads_to_the_post(self, client, kept, asked):
        post = moved(kept)
        answer = client.get(asked)
        assert (answer.status_code, answer.url) == (301, post.get_absolute_url())

    @pytest.mark.parametrize(
        "query",
        ["p=13", "page_id=12", "p=", "p=x", "p=%D9%A1", "p=" + "9" * 600, "p=-12"],
    )
    def test_an_unknown_number_leaves_home_as_it_is(self, client, query):
        post = moved("/?p=12")
        answer = client.get(f"/?{query}")
        assert answer.status_code == 200
        assert post.title in answer.content.decode()

    def test_home_itself_costs_nothing_more(self, client, django_assert_num_queries):
        moved("/?p=12")
        with django_assert_num_queries(7) as plain:
            client.get("/?page=1")
        assert "oldaddress" not in str(plain.captured_queries)
        with django_assert_num_queries(1):
            client.get("/?p=12")


@pytest.mark.django_db
class TestLinkToAComment:
    def test_it_leads_to_the_comment(self, client):
        post = making.post()
        comment = making.comment(post, written_at=AT)
        making.comment(post, written_at=AT + timedelta(milliseconds=1))
        making.comment(post, written_at=AT - timedelta(microseconds=1))
        making.comment(post, written_at=None)
        for query in (f"showComment={EPOCH_MS}", f"m=1&showComment={EPOCH_MS}&x"):
            answer = client.get(f"{post.get_absolute_url()}?{query}")
            assert answer.status_code == 301
            assert answer.url == f"{post.get_absolute_url()}#c-{comment.public_id}"

    def test_any_moment_of_the_millisecond_is_meant(self, client):
        post = making.post()
        making.comment(post, written_at=AT + timedelta(microseconds=999))
        asked = f"{post.get_absolute_url()}?showComment={EPOCH_MS}"
        assert client.get(asked).status_code == 301

    def test_of_two_in_one_millisecond_none_is_chosen(self, client):
        post = making.post()
        making.comment(post, written_at=AT)
        making.comment(post, written_at=AT)
        asked = f"{post.get_absolute_url()}?showComment={EPOCH_MS}"
        assert client.get(asked).status_code == 200

    @pytest.mark.parametrize("state", [s for s in Comment.State if s != "published"])
    def test_what_is_not_published_is_not_found(self, client, state):
        post = making.post()
        text = {"text": "", "html": ""} if state == "erased" else {}
        gone = making.comment(post, state=state, written_at=AT, **text)
        asked = f"{post.get_absolute_url()}?showComment={EPOCH_MS}"
        answer = client.get(asked)
        assert answer.status_code == 200
        html = answer.content.decode()
        assert "A comment." not in html
        # What was taken away leaves a line.
        assert (gone.public_id in html) == (state in ("hidden", "held"))

    def test_nor_is_a_comment_of_another_post(self, client):
        making.comment(making.post(1), written_at=AT)
        asked = f"{making.post(2).get_absolute_url()}?showComment={EPOCH_MS}"
        assert client.get(asked).status_code == 200

    def test_a_draft_keeps_its_comments_to_itself(self, client):
        post = making.post()
        making.comment(post, written_at=AT)
        asked = f"{post.get_absolute_url()}?showComment={EPOCH_MS}"
        Post.objects.update(status=Post.Status.DRAFT)
        assert client.get(asked).status_code == 404

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "x",
            "-1",
            "-" + "9" * 20,
            "0",
            "9" * 14,
            "9" * 15,
            "9" * 5000,
            "1.5",
            "1e9",
            "%00",
            "%FF",
            "%D9%A1",
            EPOCH_MS + "%0A",
            f"+{EPOCH_MS}",
        ],
    )
    def test_garbage_shows_the_page(self, client, value):
        post = making.post()
        making.comment(post, written_at=AT)
        making.comment(post, written_at=None)
        answer = client.get(f"{post.get_absolute_url()}?showComment={value}")
        assert answer.status_code == 200

    def test_a_page_has_such_links_too(self, client):
        page = making.post(title="About", is_page=True)
        comment = making.comment(page, written_at=AT)
        answer = client.get(f"/p/about.html?showComment={EPOCH_MS}")
        assert answer.url == f"/p/about.html#c-{comment.public_id}"

    def test_it_costs_one_query(self, client, django_assert_num_queries):
        post = making.post()
        address = post.get_absolute_url()
        with CaptureQueriesContext(connection) as plain:
            client.get(address)
        with django_assert_num_queries(len(plain) + 1):
            client.get(f"{address}?showComment={EPOCH_MS}")
        with django_assert_num_queries(len(plain)):
            client.get(f"{address}?showComment=x")


@pytest.mark.django_db
def test_a_comment_answers_to_the_name_that_blogger_gave_it(client):
    post = making.post()
    top = making.comment(post, source_id="blogger:3341251086465812041")
    gone = making.comment(post, state="hidden", source_id="blogger:77")
    making.comment(post, "An answer", gone)
    page = client.get(post.get_absolute_url()).content.decode()
    for comment, number in ((top, "3341251086465812041"), (gone, "77")):
        place = page.index(f'<li id="c-{comment.public_id}"')
        assert f'<span id="c{number}"></span>' in page[place : place + 100]
    assert page.count("<span id=") == 2


# The form in which old addresses are kept

# Pieces that an address is cut at or that change when they are read.
PIECES = "/ // a index.html . : ? # % %25 %3F %2F %0A %C3%A9 é \\ p=1 & [".split()
PATHS = st.lists(
    st.sampled_from([*PIECES, " ", "\n", "\u2003"]) | st.text(max_size=5)
).map("".join)
SEGMENTS = st.lists(
    st.text(
        st.characters(exclude_categories=["Cc", "Cs", "Z"], exclude_characters="?#%/")
    ).filter(lambda text: text not in ("", "index.html")),
    min_size=1,
    max_size=5,
)


@given(PATHS)
@example("/a%2525")
@example("/100%")
@example("/a%3Fp=1")
@example("/a%0Ab")
@example("/index.html/index.html")
@example("/a/index.html/")
@example("/?p=12")
def test_what_is_kept_is_looked_up_as_it_is(address):
    kept = old_path(address)
    if kept is not None:
        assert old_path(kept) == kept


@given(PATHS | st.integers(480, 520).map(lambda length: "/" + "é%2525" * length))
@example("/" + "x" * (OLD_PATH_LENGTH - 1))
@example("/" + "x" * OLD_PATH_LENGTH)
@example("/" + "%20" * 300)
@example("/?p=" + "1" * OLD_PATH_LENGTH)
def test_it_fits_where_it_is_kept(address):
    kept = old_path(address)
    if kept is not None:
        assert kept.startswith("/")
        assert len(kept) <= OLD_PATH_LENGTH
        assert OldAddress._meta.get_field("path").max_length == OLD_PATH_LENGTH


@given(
    SEGMENTS,
    st.sampled_from(["", "http://", "https://"]),
    st.sampled_from(["old.example", "OLD.example:8080", "www.old.example"]),
    st.sampled_from(["", "/", "//", "/index.html"]),
    st.sampled_from(["", "?m=1", "?m=0&utm_source=x", "?showComment=1590092205999"]),
    st.sampled_from(["", "#c3341251086465812041", "#comments"]),
)
def test_one_post_has_one_old_address(segments, scheme, host, end, query, fragment):
    path = "/" + "/".join(segments)
    address = f"{scheme}{host if scheme else ''}{path}{end}{query}{fragment}"
    assert old_path(address) == old_path(path)


@given(SEGMENTS, st.integers(0, 10**9), st.sampled_from(["p", "page_id"]))
def test_a_number_that_names_a_post_is_kept(segments, number, name):
    path = "/" + "/".join(segments)
    plain = old_path(path)
    if plain is not None and len(plain) < 400:
        asked = f"https://old.example{path}/?m=1&{name}={number}#c5"
        assert old_path(asked) == f"{plain}?{name}={number}"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("http://old.example/2012/09/a-post/?m=1#c5", "/2012/09/a-post"),
        ("/fooindex.html", "/fooindex.html"),
        ("/2012/09/index.html", "/2012/09"),
        ("/caf%C3%A9", "/café"),
        ("/a%20b", "/a%20b"),
        ("/what%3F", "/what%3F"),
        ("/", None),
        ("/index.html", None),
        ("https://old.example", None),
        ("mailto:somebody@old.example", None),
        ("/%00", None),
        ("/%FF", None),
        ("http://[", None),
    ],
)
def test_examples(address, kept):
    assert old_path(address) == kept
