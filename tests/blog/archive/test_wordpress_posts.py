"""WordPress exports: what is read of posts, and what is left out."""

import datetime as dt

import pytest

from blog.archive.model import (
    PostStatus,
)

from .wordpress_items import (
    PLACE,
    POST,
    UTC,
    cdata,
    codes,
    comment,
    element,
    item,
    post_of,
    read,
    wxr,
)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("publish", PostStatus.LIVE),
        ("draft", PostStatus.DRAFT),
        ("pending", PostStatus.DRAFT),
        ("private", PostStatus.DRAFT),
        ("future", PostStatus.SCHEDULED),
        ("trash", PostStatus.TRASHED),
        ("archived", PostStatus.DRAFT),
        ("", PostStatus.DRAFT),
        (None, PostStatus.DRAFT),
    ],
)
def test_the_status_of_a_post(said, status):
    assert post_of(status=said).status is status


@pytest.mark.parametrize("said", ["publish", "draft", "pending", "future", "trash"])
def test_nothing_is_said_of_a_status_that_is_known(said):
    assert codes(wxr(item(status=said))) == []


@pytest.mark.parametrize("said", ["archived", "", None])
def test_a_status_that_is_not_known_is_told(said):
    _, warning = read(wxr(item(status=said)))
    assert (warning.code, warning.line, warning.post) == ("unknown-status", 4, POST)
    assert (said or "not known") in warning.message


def test_what_is_told_quotes_no_address():
    *_, warning = read(wxr(item(status="mail jo@mail.example")))
    assert "jo@" not in warning.message


def test_that_a_post_was_private_is_told():
    assert codes(wxr(item(status="private"))) == ["private"]


@pytest.mark.parametrize("said", ["publish", "future", "draft"])
def test_a_post_behind_a_password_becomes_a_draft(said):
    post, warning = read(wxr(item(status=said, post_password=cdata("secret"))))
    assert post.status is PostStatus.DRAFT
    assert (warning.code, warning.post) == ("password", POST)
    assert "secret" not in repr((post, warning))


def test_a_trashed_post_behind_a_password_stays_trashed():
    data = wxr(item(status="trash", post_password="secret"))
    assert read(data)[0].status is PostStatus.TRASHED


def test_pages_are_told_from_posts():
    assert post_of(post_type="page").is_page
    assert not post_of(post_type="post").is_page


def test_an_item_without_a_kind_is_a_post():
    assert post_of(post_type=None).uid == POST


def test_what_is_no_post_is_counted_with_its_comments():
    data = wxr(
        item(post_type="attachment"),
        item(comment(), comment(), post_type="attachment"),
        item(post_type="nav_menu_item"),
        item(post_type="revision"),
        item(post_type="wp_navigation"),
        item(comment(), post_type="product"),
    )
    (warning,) = read(data)
    assert warning.code == "left-out"
    kinds = "attachments (2), menu entries (1), revisions (1), wp_navigation (1), "
    assert f"{kinds}product (1); with them 3 of their comments." in warning.message


def test_kinds_without_end_are_counted_as_others():
    kinds = [item(post_type=f"kind{number}") for number in range(70)]
    (warning,) = read(wxr(*kinds, item(post_type="jo@mail.example")))
    assert "others (21)" in warning.message


def test_nothing_is_said_of_what_was_not_left_out():
    assert codes(wxr(item(comment()))) == []


def test_a_moment_in_gmt_is_exact():
    post = post_of()
    assert post.published_at == dt.datetime(2019, 5, 1, 9, tzinfo=UTC)
    assert (post.date, post.time) == (None, None)


@pytest.mark.parametrize("gmt", [None, "", "0000-00-00 00:00:00", "-0001-11-30 00:00"])
def test_without_gmt_a_post_has_the_blogs_own_time(gmt):
    post = post_of(post_date_gmt=gmt)
    assert post.published_at is None
    assert (post.date, post.time) == (dt.date(2019, 5, 1), dt.time(10))


@pytest.mark.parametrize("none", [None, "", "0000-00-00 00:00:00"])
@pytest.mark.parametrize("status", ["draft", "pending"])
def test_a_draft_without_dates_is_nothing_to_tell(none, status):
    data = wxr(item(post_date=none, post_date_gmt=none, status=status))
    (post,) = read(data)
    assert (post.date, post.time, post.published_at) == (None, None, None)


def test_a_published_post_without_dates_has_none_and_the_import_tells():
    (post,) = read(wxr(item(post_date=None, post_date_gmt=None)))
    assert (post.status, post.published_at, post.date) == (PostStatus.LIVE, None, None)


@pytest.mark.parametrize(
    "bad",
    [
        "2019-02-30 10:00:00",
        "yesterday",
        "2019-05-01",
        "9999-12-31 23:59:59",
        "20190501",
    ],
)
def test_a_date_that_cannot_be_is_told_with_its_line(bad):
    data = wxr(item(post_date_gmt=f"\n\n{bad}\n"))
    post, warning = read(data)
    assert post.date == dt.date(2019, 5, 1)
    assert (warning.code, warning.line, warning.post) == ("bad-date", 4, POST)
    assert bad in warning.message


def test_an_author_is_called_by_the_name_that_the_blog_shows():
    head = f"{PLACE}<wp:author><wp:author_login>Jo</wp:author_login>"
    head += "<wp:author_email>jo@mail.example</wp:author_email>"
    head += f"<wp:author_display_name>{cdata('Jo &amp; Co')}</wp:author_display_name>"
    head += "</wp:author>"
    items = read(wxr(item(), item(post_id="8", creator="kim"), head=head))
    assert [post.author for post in items] == ["Jo & Co", "kim"]


def test_an_author_without_a_name_to_show_is_called_by_the_login():
    head = f"{PLACE}<wp:author><wp:author_login>jo</wp:author_login></wp:author>"
    assert read(wxr(item(), head=head))[0].author == "jo"


def test_a_post_without_an_author_says_none():
    assert post_of(creator=None).author is None


def test_an_authors_login_that_is_an_address_is_left_out():
    post, warning = read(wxr(item(creator="jo@mail.example")))
    assert post.author == ""
    assert warning.code == "author-was-an-address"


def test_labels_are_categories_and_tags_in_their_order_each_once():
    more = (
        '<category domain="category" nicename="news">News</category>'
        f'<category domain="post_tag" nicename="a-b">{cdata("A &amp; B")}</category>'
        '<category domain="post_tag" nicename="news">news</category>'
        '<category domain="tag" nicename="old">old</category>'
        '<category domain="category" nicename="uncategorized">Allgemein</category>'
        '<category domain="category" nicename="none">Uncategorized</category>'
        '<category domain="post_format" nicename="aside">Aside</category>'
        '<category domain="category" nicename="empty"/><category>Bare</category>'
    )
    assert post_of(more=more).labels == ("News", "A & B", "old")


def test_a_live_post_stands_at_its_link_and_its_short_link():
    assert post_of().addresses == ("https://blog.example/2019/spring/", "/?p=7")


def test_a_page_has_another_short_link():
    post = post_of(post_type="page", link="https://blog.example/about/")
    assert post.addresses == ("https://blog.example/about/", "/?page_id=7")


@pytest.mark.parametrize("status", ["draft", "future", "private", "trash"])
def test_what_is_not_live_stands_at_its_short_link_only(status):
    assert post_of(status=status).addresses == ("/?p=7",)


@pytest.mark.parametrize(
    ("guid", "is_taken"),
    [
        ('<guid isPermaLink="true">https://blog.example/old</guid>', True),
        ("<guid>https://blog.example/old</guid>", True),
        ('<guid isPermaLink="false">https://blog.example/old</guid>', False),
        ("<guid>https://blog.example/2019/spring/</guid>", False),
        ("<guid>urn:uuid:1</guid>", False),
    ],
)
def test_a_guid_is_an_address_if_it_is_a_link_and_another(guid, is_taken):
    addresses = post_of(more=guid).addresses
    assert ("https://blog.example/old" in addresses) is is_taken
    assert len(addresses) == 2 + is_taken


def test_a_blog_in_a_folder_has_its_short_links_there():
    head = "<wp:base_blog_url>https://example.org/Blog/</wp:base_blog_url>"
    assert read(wxr(item(), head=head))[0].addresses[1] == "/Blog/?p=7"


def test_a_link_that_is_none_is_no_address():
    assert post_of(link="javascript:alert(1)").addresses == ("/?p=7",)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Bread &amp; butter", "Bread & butter"),
        (cdata("Bread &amp; butter"), "Bread & butter"),
        (cdata("What&#8217;s this?"), "What’s this?"),
        (cdata("AT&T, a=1&copy=2"), "AT&T, a=1&copy=2"),
        ("\n  Two\n  lines \n", "Two lines"),
        ("", ""),
        (f"&amp;#{'9' * 5000};", f"&#{'9' * 5000};"),
    ],
)
def test_a_title_is_one_line_unescaped_once(said, title):
    assert post_of(title=said).title == title


@pytest.mark.parametrize("body", ["\n\nOne\n\nTwo\n", "One\n\n<!--more-->Two[gallery]"])
def test_a_body_becomes_html(body):
    post = post_of(body=body)
    assert (post.body, post.body_format) == ("<p>One</p>\n<p>Two</p>", "html")


def test_a_body_without_cdata_is_the_same():
    bare = wxr(item(body="A &amp; <b>b</b>"))
    bare = bare.replace(
        b"<![CDATA[A &amp; <b>b</b>]]>", b"\n\nA &amp;amp; &lt;b&gt;b&lt;/b&gt;\n"
    )
    assert read(bare)[0].body == post_of(body="A &amp; <b>b</b>").body


def test_unescaped_html_in_a_body_is_told():
    data = wxr(item()).replace(cdata("Words.").encode(), b"Some <b>words</b>.")
    assert codes(data) == ["content-incomplete"]


def test_a_post_comes_without_its_comments_and_says_that_they_are_in_the_file():
    post = post_of(comment())
    assert (post.comments, post.comments_included) == ((), True)
    assert post.comments_declared is None


def test_what_a_post_says_of_sticking_excerpts_and_open_comments_changes_nothing():
    more = f"<wp:is_sticky>1</wp:is_sticky>{element('excerpt:encoded', 'Short')}"
    more += "<wp:comment_status>closed</wp:comment_status>"
    assert post_of(more=more) == post_of()
