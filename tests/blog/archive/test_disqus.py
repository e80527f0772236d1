"""Disqus exports: threads as posts that stand elsewhere, "posts" as comments."""

import datetime as dt
import io
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.archive.formats import disqus, xml_stream
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

UTC = dt.UTC
DECLARED = (
    'xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
AUTHOR = (
    "<author><email>ada@mail.example</email><name>{}</name>"
    "<isAnonymous>{}</isAnonymous><username>ada1</username></author>"
)
THREAD = "disqus:forum:thread-2"


def element(name: str, text: str | None) -> str:
    return "" if text is None else f"<{name}>{text}</{name}>"


def thread(number: str | None = "2", more: str = "", **fields: str | None) -> str:
    fields = {
        "id": "",
        "forum": "forum",
        "link": "https://blog.example/2019/spring.html",
        "title": "Spring",
        "message": "",
        "createdAt": "2019-05-01T09:00:00Z",
        "ipAddress": "203.0.113.9",
        "isClosed": "false",
        "isDeleted": "false",
        **fields,
    }
    inside = "".join(element(name, text) for name, text in fields.items())
    id_ = "" if number is None else f' dsq:id="{number}"'
    return f'<thread{id_}><category dsq:id="1"/>{inside}{more}</thread>\n'


def comment(
    number: str | None = "30",
    *,
    of: str | None = "2",
    parent: str | None = None,
    author: str = AUTHOR.format("Ada", "true"),
    **fields: str | None,
) -> str:
    fields = {
        "id": "",
        "message": "<![CDATA[<p>Yes.</p>]]>",
        "createdAt": "2019-05-02T10:00:00Z",
        "isDeleted": "false",
        "isSpam": "false",
        "ipAddress": "203.0.113.9",
        **fields,
    }
    inside = "".join(element(name, text) for name, text in fields.items())
    if of is not None:
        inside += f'<thread dsq:id="{of}"/>'
    if parent is not None:
        inside += f'<parent dsq:id="{parent}"/>'
    id_ = "" if number is None else f' dsq:id="{number}"'
    return f"<post{id_}>{inside}{author}</post>\n"


def export(*elements: str, declared: str = DECLARED) -> bytes:
    category = '<category dsq:id="1"><forum>other</forum><title>x</title></category>'
    return (
        f'<?xml version="1.0"?>\n<disqus {declared}>\n{category}\n'
        f"{''.join(elements)}</disqus>"
    ).encode()


def read(data: bytes) -> list[Item]:
    return list(disqus.read(io.BytesIO(data)))


def of_kind(kind: type, items: list[Item]) -> list:
    return [found for found in items if isinstance(found, kind)]


def comment_of(**fields) -> SourceComment:
    (found,) = of_kind(SourceComment, read(export(thread(), comment(**fields))))
    return found


def codes(data: bytes) -> list[str]:
    return [warning.code for warning in of_kind(Warning, read(data))]


# What it is


def looks_like(data: bytes) -> bool:
    root = xml_stream.root_of(data[: 1 << 16])
    return root is not None and disqus.looks_like(root, data[: 1 << 16])


def test_it_is_known_by_its_outermost_element():
    assert looks_like(export(thread()))
    assert not looks_like(b"<rss><disqus/></rss>")


@pytest.mark.parametrize(
    "declared",
    [
        DECLARED,
        DECLARED.replace("http://disqus", "https://disqus"),
        "",  # prefixes that are never declared
    ],
)
def test_the_namespace_may_be_written_in_several_ways(declared):
    data = export(thread(), comment(), declared=declared)
    assert looks_like(data)
    assert [found.uid for found in read(data)] == [THREAD, "disqus:forum:30"]


# Threads


def test_a_thread_is_a_post_that_stands_elsewhere():
    (post,) = read(export(thread()))
    assert post == SourcePost(
        title="Spring",
        date=None,
        body="",
        line=4,
        uid=THREAD,
        addresses=("https://blog.example/2019/spring.html",),
        status=PostStatus.LIVE,
        is_missing=True,
    )


def test_a_thread_with_an_empty_id_is_normal():
    assert codes(export(thread(id=""))) == []
    assert codes(export(thread(id=None))) == []


@pytest.mark.parametrize("link", ["", None, "javascript:alert(1)"])
def test_a_thread_without_a_link_has_no_address(link):
    (post,) = read(export(thread(link=link, title=None)))
    assert (post.addresses, post.title) == ((), "")


def test_several_threads_of_one_page_stay_several():
    posts = read(export(thread("2"), thread("3")))
    assert len({post.uid for post in posts}) == 2
    assert len({post.addresses for post in posts}) == 1


def test_a_deleted_thread_is_read_and_told():
    post, warning = read(export(thread(isDeleted="true")))
    assert post.uid == warning.post == THREAD
    assert warning.code == "deleted-thread"


def test_a_thread_without_a_number_is_left_out_and_told():
    assert codes(export(thread(None))) == ["no-id"]
    assert of_kind(SourcePost, read(export(thread(None)))) == []


def test_categories_are_skipped():
    assert read(export()) == []


def test_the_first_threads_forum_names_everything():
    data = export(
        thread("2"), thread("3", forum=None), comment(of="3"), thread("4", forum="b")
    )
    assert {found.uid.split(":")[1] for found in read(data)} == {"forum"}


def test_a_file_without_a_forum_is_read():
    post, found = read(export(thread(forum=None), comment()))
    assert (post.uid, found.uid) == ("disqus:-:thread-2", "disqus:-:30")
    assert found.post == post.uid


def test_a_comment_before_its_thread_finds_it():
    found, post = read(export(comment(), thread()))
    assert found.post == post.uid


def test_a_name_is_never_longer_than_the_blog_can_keep():
    long = "9" * 900
    data = export(thread(long, forum="f" * 900), comment(long, of=long))
    post, found = read(data)
    assert found.post == post.uid
    assert len(post.uid) <= 120
    assert len(found.uid) <= 120


# Comments


def test_a_comment():
    assert comment_of() == SourceComment(
        id="disqus:forum:30",
        parent=None,
        text="",
        author="Ada",
        written_at=dt.datetime(2019, 5, 2, 10, tzinfo=UTC),
        status=Status.LIVE,
        line=5,
        html="<p>Yes.</p>",
        uid="disqus:forum:30",
        post=THREAD,
    )


def test_a_comment_with_an_empty_id_is_normal():
    assert codes(export(thread(), comment(id=""), comment("31", id=None))) == []


def test_comments_come_in_the_order_of_the_file():
    data = export(thread(), comment("31"), thread("3"), comment("30"))
    numbers = [found.uid.rpartition(":")[2] for found in read(data)]
    assert numbers == ["thread-2", "31", "thread-3", "30"]


def test_parents_are_handed_on_as_they_are():
    data = export(
        thread(),
        comment("31", parent="30"),
        comment("30"),
        comment("32", parent="999"),
        comment("33", parent=""),
    )
    found = of_kind(SourceComment, read(data))
    parents = ["disqus:forum:30", None, "disqus:forum:999", None]
    assert [c.parent for c in found] == parents
    assert codes(data) == []


def test_the_thread_in_a_comment_is_no_thread():
    assert len(of_kind(SourcePost, read(export(thread(), comment())))) == 1


def test_a_comment_on_a_thread_that_is_not_there_names_it_all_the_same():
    assert comment_of(of="1337").post == "disqus:forum:thread-1337"


@pytest.mark.parametrize("of", [None, ""])
def test_a_comment_that_names_no_thread_is_told(of):
    _, found, warning = read(export(thread(), comment(of=of)))
    assert found.post == ""
    assert (warning.code, warning.line) == ("no-thread", found.line)


def test_a_comment_without_a_number_is_named_by_its_time_and_text_and_told():
    data = export(thread(), comment(None), comment(None, message="No."))
    first, second = of_kind(SourceComment, read(data))
    assert first.uid != second.uid
    assert codes(data) == ["no-id", "no-id"]
    assert read(data) == read(data)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, Status.LIVE),
        ({"isSpam": "true"}, Status.SPAM),
        ({"isDeleted": "true"}, Status.REMOVED_BY_MODERATOR),
        ({"isDeleted": "true", "isSpam": "true"}, Status.REMOVED_BY_MODERATOR),
        ({"isApproved": "false"}, Status.HELD),
        ({"isApproved": "true"}, Status.LIVE),
        ({"isApproved": ""}, Status.LIVE),
        ({"isApproved": "false", "isSpam": "true"}, Status.SPAM),
        ({"isFlagged": "true"}, Status.LIVE),
        ({"isDeleted": None, "isSpam": None}, Status.LIVE),
        ({"isSpam": "True"}, Status.SPAM),
    ],
)
def test_the_status_of_a_comment(fields, status):
    assert comment_of(**fields).status is status
    assert codes(export(thread(), comment(**fields))) == []


@pytest.mark.parametrize("name", ["isDeleted", "isSpam", "isApproved"])
def test_what_is_neither_true_nor_false_is_held_and_told(name):
    _, found, warning = read(export(thread(), comment(**{name: "perhaps"})))
    assert found.status is Status.HELD
    assert warning.code == "unknown-status"
    assert "perhaps" in warning.message


def test_of_a_deleted_comment_only_its_place_is_left():
    found = comment_of(isDeleted="true", parent="29")
    assert (found.text, found.html, found.author) == ("", "", None)
    assert found.parent == "disqus:forum:29"


@pytest.mark.parametrize(
    ("author", "name"),
    [
        (AUTHOR.format("Ada", "true"), "Ada"),
        (AUTHOR.format("", "true"), ""),
        (AUTHOR.format("Guest", "true"), ""),
        (AUTHOR.format("Anonymous", "true"), ""),
        (AUTHOR.format("Guest", "false"), "Guest"),
        (AUTHOR.format("\n Ada \n King\n", "false"), "Ada King"),
        ("<author/>", ""),
        ("", None),
    ],
)
def test_the_name_of_a_commenter(author, name):
    assert comment_of(author=author).author == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("ada@mail.example", ""),
        ("&lt;ada@mail.example&gt;", ""),
        ("Ada (ada@mail.example)", "Ada"),
        ("203.0.113.9", ""),
    ],
)
def test_a_name_that_is_an_address_is_left_out_and_told(said, name):
    author = AUTHOR.format(said, "true")
    _, found, warning = read(export(thread(), comment(author=author)))
    assert found.author == name
    assert (warning.code, warning.post) == ("author-was-an-address", THREAD)


def test_e_mail_and_ip_addresses_are_never_read():
    data = export(
        thread(more=AUTHOR.format("Jo", "false"), isDeleted="ada@mail.example"),
        comment(createdAt="jo@mail.example", isSpam="203.0.113.8"),
    )
    told = repr(read(data))
    assert "mail.example" not in told
    assert "203.0.113" not in told


@pytest.mark.parametrize(
    "text",
    [
        "2019-05-02T10:00:00Z",
        "2019-05-02T10:00:00",
        "2019-05-02 10:00:00",
        "2019-05-02T12:00:00+02:00",
        "2019-05-02T10:00:00.000Z",
        "\n2019-05-02T10:00:00Z\n",
    ],
)
def test_times_are_utc(text):
    moment = comment_of(createdAt=text).written_at
    assert moment == dt.datetime(2019, 5, 2, 10, tzinfo=UTC)
    assert moment.utcoffset() == dt.timedelta()


@pytest.mark.parametrize("text", ["", None])
def test_a_comment_without_a_time_has_none(text):
    assert comment_of(createdAt=text).written_at is None
    assert codes(export(thread(), comment(createdAt=text))) == []


@pytest.mark.parametrize(
    "bad", ["2011-x09-30", "2019-02-30T10:00:00Z", "20190502", "0001-01-01T00:00:00Z"]
)
def test_a_time_that_cannot_be_is_told_with_its_line(bad):
    data = export(thread(), comment(createdAt=f"{bad}\n"))
    _, found, warning = read(data)
    assert found.written_at is None
    assert (warning.code, warning.line, warning.post) == ("bad-date", 5, THREAD)
    assert bad in warning.message


def test_unescaped_html_in_a_message_is_told():
    data = export(thread(), comment(message="Some <b>words</b>."))
    assert codes(data) == ["content-incomplete"]


# Broken files


@pytest.mark.parametrize(
    ("good", "bad"), [('dsq:id="30"', "dsq:id=30"), ("</message>", "</mesage>")]
)
def test_what_is_not_well_formed_is_refused_with_line_and_column(good, bad):
    data = export(thread(), comment()).replace(good.encode(), bad.encode())
    with pytest.raises(ArchiveError) as caught:
        read(data)
    assert not isinstance(caught.value, Cut)
    assert caught.value.line is not None
    assert caught.value.column is not None


def test_a_cut_file_gives_what_is_whole():
    items = []
    with pytest.raises(Cut):
        items.extend(disqus.read(io.BytesIO(export(thread(title="A\x0b"))[:-3])))
    assert [type(found) for found in items] == [SourcePost, Warning]


WHOLE = export(
    thread(),
    comment(),
    comment("31", parent="30", isDeleted="true"),
    thread("3", id="x", isDeleted="true"),
    comment("32", of="3", isSpam="true"),
)


@given(damaged(WHOLE))
def test_a_damaged_file_gives_items_or_an_error_of_ours(data):
    is_read_or_refused(read, data)


@given(st.text(alphabet="#;:[]@./=-+0189TZ\u00a0 \nax\u0660", max_size=40))
def test_any_values_are_read(text):
    names = ("id", "message", "createdAt", "isDeleted", "isSpam", "isApproved")
    fields = dict.fromkeys(names, text)
    author = AUTHOR.format(text, text)
    data = export(
        thread(text, forum=text, link=text, title=text),
        comment(text, of=text, parent=text, author=author, **fields),
    )
    (found,) = of_kind(SourceComment, read(data))
    assert len(found.uid) <= 120


# Real files


def test_issos_file(shared):
    path = shared / "posativ+isso" / "isso_tests_disqus.xml"
    assert looks_like(path.read_bytes())
    items = read(path.read_bytes())
    assert [post.uid for post in of_kind(SourcePost, items)] == [
        f"disqus:disqusdev:thread-{number}" for number in (2, 3, 7)
    ]
    comments = of_kind(SourceComment, items)
    assert len(comments) == 6
    assert Counter(found.status for found in comments) == {
        Status.LIVE: 5,
        Status.REMOVED_BY_MODERATOR: 1,
    }
    parents = {c.uid[17:]: c.parent[17:] for c in comments if c.parent}
    # The second one answers the deleted one.
    assert parents == {"5": "4", "11": "9"}
    (orphan,) = (c for c in comments if c.post.endswith("thread-1337"))
    assert orphan.uid == "disqus:disqusdev:6"
    assert of_kind(Warning, items) == []
