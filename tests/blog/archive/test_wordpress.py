"""WordPress exports: what is read of posts and comments, and what is left out."""

import datetime as dt
import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.archive.formats import wordpress, xml_stream
from blog.archive.model import (
    ArchiveError,
    Cut,
    Item,
    PostStatus,
    SourceComment,
    SourcePost,
    Status,
    Warning,
)

NAMESPACES = (
    'xmlns:excerpt="{0}excerpt/" xmlns:wp="{0}" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
ADDRESS = "http://wordpress.org/export/1.2/"
PLACE = "<wp:base_blog_url>https://Blog.example/</wp:base_blog_url>"
# The first 12 digits of the SHA-256 of "blog.example".
SITE = "wordpress:050706cfbba0"
POST = f"{SITE}:7"
UTC = dt.UTC


def cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def element(name: str, text: str | None) -> str:
    """An element with the text; none for None."""
    return "" if text is None else f"<{name}>{text}</{name}>"


def comment(content: str = "Yes.", **fields: str | None) -> str:
    fields = {
        "id": "30",
        "author": "Ada",
        "author_email": "ada@mail.example",
        "author_url": "",
        "author_IP": "203.0.113.9",
        "date": "2019-05-02 11:00:00",
        "date_gmt": "2019-05-02 10:00:00",
        "approved": "1",
        "type": "",
        "parent": "0",
        "user_id": "0",
        **fields,
    }
    inside = "".join(element(f"wp:comment_{k}", v) for k, v in fields.items())
    content = element("wp:comment_content", cdata(content))
    return f"<wp:comment>{inside}{content}</wp:comment>\n"


def item(
    *comments: str,
    title: str = "Spring",
    link: str = "https://blog.example/2019/spring/",
    creator: str | None = "jo",
    body: str = "Words.",
    more: str = "",
    **fields: str | None,
) -> str:
    fields = {
        "post_id": "7",
        "post_date": "2019-05-01 10:00:00",
        "post_date_gmt": "2019-05-01 09:00:00",
        "status": "publish",
        "post_type": "post",
        "post_password": "",
        **fields,
    }
    inside = "".join(element(f"wp:{k}", v) for k, v in fields.items())
    return (
        f"<item>{element('title', title)}{element('link', link)}"
        f"{element('dc:creator', creator)}"
        f"{element('content:encoded', cdata(body))}{inside}{more}{''.join(comments)}"
        "</item>\n"
    )


def wxr(*items: str, head: str = PLACE, address: str = ADDRESS) -> bytes:
    return (
        f'<?xml version="1.0"?>\n<rss version="2.0" {NAMESPACES.format(address)}>\n'
        f"<channel><title>Blog</title>{head}\n{''.join(items)}</channel></rss>"
    ).encode()


def read(data: bytes) -> list[Item]:
    return list(wordpress.read(io.BytesIO(data)))


def of_kind(kind: type, items: list[Item]) -> list:
    return [found for found in items if isinstance(found, kind)]


def post_of(*comments: str, **fields) -> SourcePost:
    (post,) = of_kind(SourcePost, read(wxr(item(*comments, **fields))))
    return post


def comment_of(**fields) -> SourceComment:
    (found,) = of_kind(SourceComment, read(wxr(item(comment(**fields)))))
    return found


def codes(data: bytes) -> list[str]:
    return [warning.code for warning in of_kind(Warning, read(data))]


# What it is


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_version_scheme_and_slash_of_the_namespace_is_read(
    version, scheme, slash
):
    address = f"{scheme}://wordpress.org/export/{version}{slash}"
    data = wxr(item(comment()), address=address)
    assert looks_like(data)
    post, found = read(data)
    assert (post.uid, found.uid) == (POST, f"{POST}:30")


def looks_like(data: bytes) -> bool:
    root = xml_stream.root_of(data[: 1 << 16])
    return root is not None and wordpress.looks_like(root, data[: 1 << 16])


def test_it_is_known_by_its_prefix_if_no_namespace_is_declared():
    data = b"<rss><channel><item><wp:post_id>7</wp:post_id></item></channel></rss>"
    assert looks_like(data)
    assert read(data)[0].uid.endswith(":7")


def test_it_is_known_in_utf_16():
    assert looks_like(wxr(item()).decode().encode("utf-16"))


def test_another_feed_is_not_taken_for_one():
    assert not looks_like(
        b"<rss><channel><item><title>x</title></item></channel></rss>"
    )
    assert not looks_like(b"<feed><title>wordpress.org/export/1.2/</title></feed>")


def test_another_prefix_may_be_bound_to_the_namespace():
    data = wxr(item(comment())).replace(b"wp:", b"w:").replace(b":wp=", b":w=")
    assert [found.uid for found in read(data)] == [POST, f"{POST}:30"]


def test_posts_comments_and_warnings_come_in_the_order_of_the_file():
    items = read(
        wxr(
            item(comment(id="30"), comment(id="31", approved="?"), comment(id="32")),
            item(post_id="8"),
        )
    )
    names = [getattr(found, "uid", None) or found.code for found in items]
    assert names == [
        *(POST, f"{POST}:30", f"{POST}:31", "unknown-status", f"{POST}:32"),
        f"{SITE}:8",
    ]


# Names for ever


@pytest.mark.parametrize(
    "head",
    [
        "<wp:base_blog_url>https://Blog.example/</wp:base_blog_url>",
        "<wp:base_blog_url>http://blog.example</wp:base_blog_url>",
        "<wp:base_site_url>http://blog.example</wp:base_site_url>",
        "<link>http://blog.example/</link>",
        "<link>http://other.example/</link>"
        "<wp:base_site_url>http://host.example</wp:base_site_url>" + PLACE,
        f"<wp:base_blog_url/>{PLACE}",
        "<link>http://blog.example/</link><image><link>http://b.example</link></image>",
        "",  # the host of the first post
    ],
)
def test_the_blog_is_told_by_its_address_without_scheme_case_and_slash(head):
    assert read(wxr(item(), head=head))[0].uid == POST


def test_links_and_titles_of_posts_do_not_name_the_blog():
    items = [item(link="https://x.example/"), item(post_id="8")]
    head = "<link>http://blog.example/</link>"
    assert [p.uid for p in read(wxr(*items, head=head))] == [POST, f"{SITE}:8"]


def test_a_comment_is_named_with_its_post_since_ids_are_used_twice():
    data = wxr(item(comment()), item(comment(), post_id="8"))
    found = of_kind(SourceComment, read(data))
    assert [(c.id, c.uid, c.post) for c in found] == [
        (f"{POST}:30", f"{POST}:30", POST),
        (f"{SITE}:8:30", f"{SITE}:8:30", f"{SITE}:8"),
    ]


def test_a_name_is_never_longer_than_the_blog_can_keep():
    (found,) = of_kind(
        SourceComment, read(wxr(item(comment(id="3" * 900), post_id="x" * 900)))
    )
    assert len(found.uid) <= 120
    assert found.uid.startswith(f"{found.post}:")


@pytest.mark.parametrize("link", ["https://b.example/?p=7", "https://b.example/?p=7#x"])
def test_a_post_without_a_number_has_that_of_its_short_link(link):
    assert post_of(post_id=None, link=link).uid == POST


def test_a_post_without_any_number_is_named_by_its_link_and_told():
    data = wxr(item(post_id=None), item(post_id="", link="https://b.example/other"))
    first, second = of_kind(SourcePost, read(data))
    assert first.uid != second.uid
    assert codes(data) == ["no-id", "no-id"]
    assert read(data) == read(data)


def test_a_comment_without_a_number_is_named_by_its_time_and_text_and_told():
    data = wxr(item(comment("a", id=None), comment("b", id="")))
    first, second = of_kind(SourceComment, read(data))
    assert first.uid != second.uid
    assert codes(data) == ["no-id", "no-id"]


def test_the_line_is_where_the_element_begins():
    data = wxr(item(comment(id="30"), comment(id="31")))
    lines = data.decode().split("\n")
    post, first, second = read(data)
    assert "<item>" in lines[post.line - 1]
    assert lines[first.line - 1].endswith("</wp:comment>")
    assert second.line == first.line + 1


# Posts


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


def test_a_published_post_without_dates_is_told():
    assert codes(wxr(item(post_date=None, post_date_gmt=None))) == ["no-date"]


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


# Comments


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("1", Status.LIVE),
        (cdata("1"), Status.LIVE),
        ("0", Status.HELD),
        ("trash", Status.TRASHED),
        ("post-trashed", Status.TRASHED),
        ("spam", Status.SPAM),
        ("maybe", Status.HELD),
        ("", Status.HELD),
        (None, Status.HELD),
    ],
)
def test_the_status_of_a_comment(said, status):
    assert comment_of(approved=said).status is status


@pytest.mark.parametrize("said", ["maybe", "", None])
def test_a_comments_status_that_is_not_known_is_told(said):
    *_, warning = read(wxr(item(comment(approved=said))))
    assert (warning.code, warning.post) == ("unknown-status", POST)


@pytest.mark.parametrize("kind", ["", "comment", None])
def test_the_kinds_of_a_comment(kind):
    assert comment_of(type=kind).status is Status.LIVE


def test_pings_are_counted_and_not_read():
    data = wxr(
        item(comment(type="pingback"), comment(id="31")),
        item(comment(type=cdata("trackback"), approved="trash"), post_id="8"),
    )
    items = read(data)
    assert [c.uid for c in of_kind(SourceComment, items)] == [f"{POST}:31"]
    (warning,) = of_kind(Warning, items)
    assert warning.code == "pings"
    assert ": 2." in warning.message


def test_a_kind_of_comment_that_is_not_known_is_held_and_told():
    _, found, warning = read(wxr(item(comment(type="order_note"))))
    assert found.status is Status.HELD
    assert warning.code == "unknown-kind"


@pytest.mark.parametrize("parent", ["0", "", None, "\n0\n"])
def test_a_comment_at_the_top_has_no_parent(parent):
    assert comment_of(parent=parent).parent is None


def test_parents_are_handed_on_as_they_are():
    data = wxr(
        item(
            comment(id="31", parent="30"),
            comment(id="30"),
            comment(id="32", parent="999"),
            comment(id="33", parent="33"),
        )
    )
    found = of_kind(SourceComment, read(data))
    assert [c.parent for c in found] == [
        f"{POST}:30",
        None,
        f"{POST}:999",
        f"{POST}:33",
    ]
    assert codes(data) == []


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Ada", "Ada"),
        (cdata("Ada &laquo; Blog"), "Ada « Blog"),
        (cdata("Ada &amp; Co"), "Ada & Co"),
        ("\n Ada\n", "Ada"),
        ("", ""),
        (None, None),
    ],
)
def test_the_name_of_a_commenter(said, name):
    assert comment_of(author=said).author == name


def test_wordpress_word_for_nobody_is_no_name():
    assert comment_of(author="Anonymous").author == ""
    assert comment_of(author="Anonymous", user_id=None).author == ""
    assert comment_of(author="Anonymous", user_id="5").author == "Anonymous"
    url = "https://anonymous.example"
    assert comment_of(author="Anonymous", author_url=url).author == "Anonymous"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("ada@mail.example", ""),
        ("&lt;ada@mail.example&gt;", ""),
        ("Ada ada@mail.example.", "Ada"),
        (cdata("ada&#64;mail.example"), ""),
        ("203.0.113.9", ""),
        ("2001:db8::1", ""),
    ],
)
def test_a_name_that_is_an_address_is_left_out_and_told(said, name):
    _, found, warning = read(wxr(item(comment(author=said))))
    assert found.author == name
    assert (warning.code, warning.post) == ("author-was-an-address", POST)
    assert "ada" not in warning.message


@pytest.mark.parametrize("name", ["@ada", "Ada @ work", "1.5", "ada.example", "10:30"])
def test_a_name_that_is_no_address_stays(name):
    assert comment_of(author=name).author == name


def test_e_mail_and_ip_addresses_are_never_read():
    head = f"{PLACE}<wp:author><wp:author_login>jo</wp:author_login>"
    head += "<wp:author_email>jo@mail.example</wp:author_email></wp:author>"
    data = wxr(item(comment(approved="?", date_gmt="?")), head=head)
    told = repr(read(data))
    assert "mail.example" not in told
    assert "203.0.113" not in told


def test_a_comments_time_in_gmt_is_exact():
    assert comment_of().written_at == dt.datetime(2019, 5, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize("gmt", [None, "0000-00-00 00:00:00"])
def test_without_gmt_a_comment_has_the_blogs_own_time(gmt):
    assert comment_of(date_gmt=gmt).written_at == dt.datetime(2019, 5, 2, 11)


def test_a_comment_without_times_has_none():
    data = wxr(item(comment(date=None, date_gmt="0000-00-00 00:00:00")))
    assert read(data)[1].written_at is None
    assert codes(data) == []


def test_a_comments_bad_time_is_told_with_its_line():
    data = wxr(item(comment(date="?", date_gmt="2019-13-01 10:00:00")))
    _, found, first, second = read(data)
    assert found.written_at is None
    assert [first.code, second.code] == ["bad-date", "bad-date"]
    assert first.line == found.line


def test_a_comment_has_paragraphs_and_its_brackets_are_text():
    found = comment_of(content="\nOne\ntwo\n\n[gallery] <b>x</b>\n")
    assert found.html == "<p>One<br />\ntwo</p>\n<p>[gallery] <b>x</b></p>"
    assert found.text == ""


# Broken files


def test_mismatched_tags_are_refused_with_line_and_column():
    data = wxr(item()).replace(b"</channel>", b"</chanel>")
    with pytest.raises(ArchiveError) as caught:
        read(data)
    assert not isinstance(caught.value, Cut)
    assert caught.value.line == 5
    assert caught.value.column is not None


def test_a_cut_file_gives_what_is_whole_and_what_was_left_out():
    data = wxr(item(post_type="attachment"), item(comment(type="pingback")))
    items = []
    with pytest.raises(Cut) as caught:
        items.extend(wordpress.read(io.BytesIO(data[:-12])))
    assert caught.value.line is not None
    found = [getattr(one, "code", "post") for one in items]
    assert found == ["post", "left-out", "pings"]


def test_control_characters_are_told():
    assert codes(wxr(item(title="A\x0bB"))) == ["control-characters"]


WHOLE = wxr(
    item(comment(), comment(id="31", parent="30"), more="<guid>x</guid>"),
    item(comment(type="pingback"), post_type="page", post_id="8"),
    item(post_type="attachment"),
)


@given(st.data())
def test_a_damaged_file_gives_items_or_an_error_of_ours(data):
    whole = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole)))
        to = data.draw(st.integers(at, min(len(whole), at + 400)))
        change = data.draw(st.sampled_from(("cut", "flip", "insert", "double", "end")))
        if change == "cut":
            del whole[at:to]
        elif change == "flip" and at < len(whole):
            whole[at] ^= data.draw(st.integers(1, 255))
        elif change == "insert":
            whole[at:at] = data.draw(st.binary(max_size=8))
        elif change == "double":
            whole[at:at] = whole[at:to]
        else:
            del whole[at:]
    try:
        items = read(bytes(whole))
    except ArchiveError:
        return
    assert all(isinstance(found, Item) for found in items)


@given(st.text(alphabet="&#;:[]@./<>=-0189\u00a0 \nax\u0660", max_size=40))
def test_any_values_are_read(text):
    text = text.replace("]]>", "")
    field = cdata(text)
    data = wxr(
        item(
            comment(
                text,
                **dict.fromkeys(
                    ("id", "author", "date", "date_gmt", "parent", "approved"), field
                ),
            ),
            **dict.fromkeys(("title", "link", "creator", "post_id", "status"), field),
            more=f'<guid>{field}</guid><category domain="tag">{field}</category>',
            post_date_gmt=field,
        ),
        head=f"<link>{field}</link>",
    )
    posts = of_kind(SourcePost, read(data))
    assert len(posts) == 1
    assert len(posts[0].uid) <= 60


# Real files


def sample(shared, name: str) -> list[Item]:
    with (shared / name).open("rb") as file:
        return list(wordpress.read(file))


def depth(comments: list[SourceComment]) -> int:
    """How many comments stand in each other, counting those that are there."""
    parents = {found.id: found.parent for found in comments}
    deepest = 0
    for node in parents:
        steps = 0
        while node in parents:
            node, steps = parents[node], steps + 1
        deepest = max(deepest, steps)
    return deepest


def test_the_theme_unit_test(shared):
    name = "WordPress+wordpress-importer/phpunit_data_theme-unit-test-data.xml"
    items = sample(shared, name)
    posts = of_kind(SourcePost, items)
    comments = of_kind(SourceComment, items)
    warnings = {found.code: found.message for found in of_kind(Warning, items)}
    assert (len(posts), sum(post.is_page for post in posts)) == (79, 21)
    # 33 in the file, of which 4 are pings.
    assert len(comments) == 29
    assert ": 4." in warnings["pings"]
    assert Counter(found.status for found in comments) == {
        Status.LIVE: 26,
        Status.HELD: 3,
    }
    assert depth(comments) == 10
    assert sum(post.status is PostStatus.SCHEDULED for post in posts) == 1
    assert sum(post.status is PostStatus.DRAFT for post in posts) == 2
    assert "attachments (37), menu entries (70)" in warnings["left-out"]
    assert warnings.keys() == {"pings", "left-out", "password"}
    assert {post.author for post in posts} >= {"Theme Buster", "Theme Reviewer"}
    assert all(found.written_at.tzinfo for found in comments)


def test_the_namespace_edge_cases(shared):
    name = "WordPress+wordpress-importer/phpunit_data_namespace-edge-cases.xml"
    posts = of_kind(SourcePost, sample(shared, name))
    numbers = [post.uid.rpartition(":")[2] for post in posts]
    hijacked = numbers.pop(4)
    assert numbers == ["1", "2", "3", "4", "6"]
    # Its fields are somebody else's: nothing of it is known, so it is not shown.
    assert hijacked != "5"
    assert [p.status for p in posts].count(PostStatus.LIVE) == 5
    assert posts[4].status is PostStatus.DRAFT


def test_the_malformed_file(shared):
    with pytest.raises(ArchiveError) as caught:
        sample(shared, "WordPress+wordpress-importer/phpunit_data_malformed.xml")
    assert (caught.value.line, caught.value.column) == (90, 3)


def test_pelicans_file(shared):
    items = sample(
        shared, "getpelican+pelican/pelican_tests_content_wordpressexport.xml"
    )
    comments = of_kind(SourceComment, items)
    # 4 in the file, one of them a pingback; one reply's parent is missing.
    assert len(comments) == 3
    parents = [c.parent.rpartition(":")[2] for c in comments if c.parent]
    assert parents == ["116", "121"]
    posts = of_kind(SourcePost, items)
    assert (len(posts), sum(post.is_page for post in posts)) == (13, 2)


def test_issos_file(shared):
    comments = of_kind(
        SourceComment, sample(shared, "posativ+isso/isso_tests_wordpress.xml")
    )
    assert len(comments) == 8
    assert sum(found.parent is not None for found in comments) == 3
    numbers = Counter(found.uid.rpartition(":")[2] for found in comments)
    assert numbers["11"] == 2
    assert len({found.uid for found in comments}) == 8


def test_the_real_files_are_known(shared):
    for name in (
        "WordPress+wordpress-importer/phpunit_data_theme-unit-test-data.xml",
        "WordPress+wordpress-importer/phpunit_data_namespace-edge-cases.xml",
        "WordPress+wordpress-importer/phpunit_data_malformed.xml",
        "getpelican+pelican/pelican_tests_content_wordpressexport.xml",
        "posativ+isso/isso_tests_wordpress.xml",
    ):
        assert looks_like((shared / name).read_bytes())
