"""WordPress exports: which file it is, the names of what it holds, damage."""

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

from .damage import damaged, is_read_or_refused
from .wordpress_items import (
    PLACE,
    POST,
    SITE,
    cdata,
    codes,
    comment,
    item,
    of_kind,
    post_of,
    read,
    wxr,
)

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


@given(damaged(WHOLE))
def test_a_damaged_file_gives_items_or_an_error_of_ours(data):
    is_read_or_refused(read, data)


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
