"""Google Takeout: which file it is, posts, comments, names, times, damage."""

import datetime as dt
import io
import tracemalloc

import pytest
from hypothesis import given

from blog.archive.formats import blogger_backup, takeout, xml_stream
from blog.archive.model import (
    Cut,
    PostStatus,
    SourceComment,
    SourcePost,
    Status,
    Warning,
)

from .damage import damaged, is_read_or_refused
from .takeout_entries import (
    BLOG,
    FEED,
    UTC,
    codes,
    comment,
    feed,
    post,
    read,
    read_one,
    status,
    warnings,
)


def looks(data: bytes) -> bool:
    root = xml_stream.root_of(data[:65536])
    assert root is not None
    assert not (
        takeout.looks_like(root, data) and blogger_backup.looks_like(root, data)
    )
    return takeout.looks_like(root, data)


# --- which file it is


def test_is_known_by_its_namespace():
    assert looks(feed(post()))
    assert looks(feed())
    assert looks(feed(post()).decode().replace("utf-8", "utf-16").encode("utf-16"))
    assert looks(feed(post()).replace(b"http:", b"https:"))


def test_is_known_by_undeclared_prefixes():
    data = feed(post()).replace(
        b"xmlns:blogger='http://schemas.google.com/blogger/2018' ", b""
    )
    assert looks(data)
    assert len(list(takeout.read(io.BytesIO(data)))) == 1


def test_a_post_about_namespaces_does_not_change_what_it_is():
    about = "xmlns:gd='http://schemas.google.com/g/2005' scheme='…#kind'"
    assert looks(feed(post(content=about)))


@pytest.mark.parametrize(
    "data",
    [
        b"<rss version='2.0'><channel/></rss>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry/></feed>",
        b"<blogger:type xmlns:blogger='http://schemas.google.com/blogger/2018'/>",
    ],
)
def test_is_nothing_else(data):
    assert not looks(data)


# --- posts


def test_a_post():
    one = read_one(
        post(
            "<category scheme='x' term='Zoo'/><category/><category term=' '/>"
            "<category term='A, &quot;b&quot;'/><category term='Zoo'/>"
            "<blogger:filename>/2024/05/one.html</blogger:filename><link/>"
            "<enclosure/><blogger:location/><blogger:trashed/>",
            content="<p>Hello</p>",
        )
    )
    assert one == SourcePost(
        title="One",
        date=None,
        body="<p>Hello</p>",
        author="Ada",
        labels=("Zoo", 'A, "b"'),
        line=3,
        uid="blogger:1",
        body_format="html",
        published_at=dt.datetime(2024, 5, 6, 7, 8, 9, 123000, UTC),
        addresses=("/2024/05/one.html",),
    )


def test_items_stand_in_the_order_of_the_file():
    found = read(comment(id=f"{BLOG}.post-5"), post(), comment(id=f"{BLOG}.post-9"))
    assert [item.uid for item in found] == ["blogger:5", "blogger:1", "blogger:9"]
    assert [item.line for item in found] == [3, 4, 5]


def test_the_same_id_twice_is_passed_on():
    assert [item.uid for item in read(post(), post())] == ["blogger:1"] * 2


def test_comments_alone_are_a_feed_too():
    [one] = read(comment())
    assert one.post == "blogger:1"


def test_a_page():
    one = read_one(post(id=f"{BLOG}.page-3", kind="PAGE"))
    assert one.is_page
    assert one.uid == "blogger:3"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("LIVE", PostStatus.LIVE),
        ("DRAFT", PostStatus.DRAFT),
        ("SCHEDULED", PostStatus.SCHEDULED),
        ("SOFT_TRASHED", PostStatus.TRASHED),
        ("TRASHED", PostStatus.TRASHED),
    ],
)
def test_status_of_a_post(given, expected):
    entry = post(status=status(given))
    assert read_one(entry).status is expected
    assert not codes(entry)


@pytest.mark.parametrize("given", [status("GHOSTED"), status(""), ""])
def test_a_post_of_unknown_status_is_a_draft_with_a_warning(given):
    entry = post(status=given)
    assert read_one(entry).status is PostStatus.DRAFT
    assert codes(entry) == ["unknown-status"]


def test_a_date_in_trashed_counts_more_than_the_status():
    binned = "<blogger:trashed>2024-06-01T00:00:00Z</blogger:trashed>"
    assert read_one(post(binned)).status is PostStatus.TRASHED
    assert read_one(comment(binned)).status is Status.TRASHED
    empty = "<blogger:trashed> </blogger:trashed>"
    assert read_one(post(empty)).status is PostStatus.LIVE


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Workshop &amp;#39;x&amp;#39;", "Workshop 'x'"),
        ("A &amp;amp; B", "A & B"),
        ("A &amp; B", "A & B"),
        ("Q&amp;notes", "Q&notes"),
        ("&amp;nosuch; &amp;copy;", "&nosuch; ©"),
        ("&amp;#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";"),
        ("&amp;amp;amp;", "&amp;"),
        (" two\n  lines ", "two lines"),
        ("", ""),
    ],
)
def test_a_title_may_be_escaped_twice(written, title):
    assert read_one(post(title=f"<title>{written}</title>")).title == title


def test_a_title_that_says_to_be_text_is_taken_as_it_is():
    entry = post(title="<title type='text'>Write &amp;amp; for it</title>")
    assert read_one(entry).title == "Write &amp; for it"


def test_a_missing_title_is_none():
    assert read_one(post(title="")).title == ""


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ("one\ntwo\n\nthree\n", "one<br />two<br /><br />three"),
        ("<b\nid=x>one</b>\ntwo", "<b\nid=x>one</b><br />two"),
        ("one<br>\ntwo", "one<br>\ntwo"),
        ("<P>one\ntwo", "<P>one\ntwo"),
        ("<ul>\n<li>one</ul>", "<ul>\n<li>one</ul>"),
        ("5 < 6\nand 7 > 6", "5 < 6<br />and 7 > 6"),
    ],
)
def test_line_ends_become_breaks_where_nothing_else_parts_the_lines(content, body):
    assert read_one(post(content=content)).body == body


def test_text_content_is_text():
    entry = post().replace("type='html'", "type='text'")
    assert read_one(entry).body_format == "text"


def test_content_that_is_not_escaped_is_told():
    entry = post().replace(">Hello<", "><p>Hello</p><")
    assert codes(entry) == ["content-incomplete"]


def test_metadata_and_places_are_left_out():
    secret = "Leeds-7f3a"
    entry = post(
        f"<blogger:metaDescription>{secret}</blogger:metaDescription><blogger:location>"
        f"<blogger:name>{secret}</blogger:name></blogger:location>"
    )
    assert secret not in repr(read(entry))
    assert not codes(entry)


def test_an_enclosure_is_told():
    assert codes(post("<enclosure href='http://x.example/a.mp3'/>")) == [
        "enclosure-left-out"
    ]


def test_an_entry_of_another_type_is_left_out_with_a_warning():
    [warning] = read(post(kind="POLL"))
    assert (warning.code, warning.line) == ("not-understood", 3)


def test_settings_and_templates_never_come_out():
    kind = "<category scheme='http://schemas.google.com/g/2005#kind' term='x#{}'/>"
    found = read(
        post(kind.format("settings"), content="me@x.example"),
        post(kind.format("template"), content="me@x.example"),
        post(id=f"{BLOG}.settings.BLOG_COMMENT_EMAIL", content="me@x.example"),
    )
    assert found == []


# --- ids


@pytest.mark.parametrize(
    ("id", "uid"),
    [
        (f"{BLOG}.post-12", "blogger:12"),
        (f"{BLOG}.page-12", "blogger:12"),
        (f"{BLOG}.comment-12", "blogger:12"),
        (" \n" + f"{BLOG}.post-12\n", "blogger:12"),
        (f"{BLOG}.other-12", f"atom:{BLOG}.other-12"),
        ("urn:uuid:1", "atom:urn:uuid:1"),
        ("x" * 100, "atom:" + "x" * 100),
    ],
)
def test_uids(id, uid):
    assert read_one(post(id=id)).uid == uid
    one = read_one(comment(id=id))
    assert one.id == one.uid == uid


def test_a_long_id_is_shortened_and_stays_its_own():
    long = [read_one(post(id="x" * n)).uid for n in (101, 102, 100_000)]
    assert len(set(long)) == 3
    assert {len(uid) for uid in long} == {len("atom:") + 32}
    assert len(read_one(post(id=f"{BLOG}.post-{'9' * 200}")).uid) <= 120


def test_entries_without_an_id_stay_apart_and_are_told():
    found = read(comment(id=""), comment(id="", content="No."), post(id=""))
    uids = {item.uid for item in found if not isinstance(item, Warning)}
    assert len(uids) == 3
    assert [i.code for i in found if isinstance(i, Warning)] == ["no-id"] * 3
    assert found == read(comment(id=""), comment(id="", content="No."), post(id=""))


# --- comments


def test_a_comment():
    one = read_one(
        comment(
            answered=f"<blogger:inReplyTo>{BLOG}.post-4</blogger:inReplyTo>",
            content="a<br />b &lt; <i>c</i>",
            time="<published>2024-05-06T07:08:09-07:00</published>",
        )
    )
    assert one == SourceComment(
        id="blogger:2",
        parent="blogger:4",
        text="",
        author="Ada",
        written_at=dt.datetime(
            2024, 5, 6, 7, 8, 9, tzinfo=dt.timezone(dt.timedelta(hours=-7))
        ),
        line=3,
        html="a<br />b &lt; <i>c</i>",
        uid="blogger:2",
        post="blogger:1",
    )


@pytest.mark.parametrize(
    "answered", ["", "<blogger:inReplyTo/>", "<blogger:inReplyTo> </blogger:inReplyTo>"]
)
def test_parent_is_the_post_and_never_the_comment_answered(answered):
    one = read_one(comment(answered=answered))
    assert (one.post, one.parent) == ("blogger:1", None)


def test_a_comment_without_its_post_is_told():
    entry = comment(parent="<blogger:parent/>")
    assert read_one(entry).post == ""
    assert codes(entry) == ["no-post"]


def test_a_comment_of_type_text_is_text():
    entry = comment(content="5 < 6\n").replace("type='html'", "type='text'")
    one = read_one(entry)
    assert (one.text, one.html) == ("5 < 6\n", "")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("LIVE", Status.LIVE),
        ("live", Status.LIVE),
        ("EMPTIED", Status.REMOVED_BY_AUTHOR),
        ("SPAM_COMMENT", Status.SPAM),
        ("SPAM", Status.SPAM),
        ("PENDING", Status.HELD),
    ],
)
def test_status_of_a_comment(given, expected):
    entry = comment(status=status(given))
    assert read_one(entry).status is expected
    assert not codes(entry)


@pytest.mark.parametrize("given", [status("GHOSTED"), status("LIVE?"), status(""), ""])
def test_a_comment_of_unknown_status_is_held_with_a_warning(given):
    entry = comment(status=given)
    assert read_one(entry).status is Status.HELD
    [warning] = warnings(entry)
    assert (warning.code, warning.post, warning.line) == (
        "unknown-status",
        "blogger:1",
        3,
    )


def test_a_status_is_repeated_only_if_it_is_a_word():
    assert "GHOSTED" in warnings(comment(status=status("GHOSTED")))[0].message
    assert "@" not in warnings(comment(status=status("a@b.example")))[0].message


BY_AUTHOR = "This comment has been removed by the author."
BY_ADMINISTRATOR = "This comment has been removed by a blog administrator."


@pytest.mark.parametrize("given", ["LIVE", "EMPTIED"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (BY_AUTHOR, Status.REMOVED_BY_AUTHOR),
        (BY_ADMINISTRATOR, Status.REMOVED_BY_MODERATOR),
        (f'<span class="deleted-comment">{BY_AUTHOR}</span>', Status.REMOVED_BY_AUTHOR),
    ],
)
def test_the_sentence_tells_who_removed_a_comment(given, content, expected):
    one = read_one(comment(status=status(given), content=content))
    assert (one.status, one.text, one.html) == (expected, "", "")
    plain = comment(status=status(given), content=content).replace("'html'", "'text'")
    assert read_one(plain).text == ""


def test_a_removed_comment_in_another_language():
    content = "Este comentario ha sido eliminado por un administrador del blog."
    one = read_one(comment(status=status("EMPTIED"), content=content))
    assert (one.status, one.html) == (Status.REMOVED_BY_MODERATOR, "")


def test_the_sentence_with_more_around_it_is_a_comment():
    one = read_one(comment(content=f"Why “{BY_AUTHOR}”?"))
    assert one.status is Status.LIVE
    assert one.html


# --- authors


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("", None),
        ("<author><name></name><blogger:type>ANONYMOUS</blogger:type></author>", ""),
        ("<author/>", ""),
        ("<author><name> A \n B </name></author>", "A B"),
        (
            "<author><name>Tom</name><blogger:type>ANONYMOUS</blogger:type></author>",
            "Tom",
        ),
        (
            "<author><name>Anónimo</name><blogger:type>ANONYMOUS</blogger:type></author>",
            "",
        ),
        (
            "<author><name>Anonymous</name><blogger:type>BLOGGER</blogger:type></author>",
            "Anonymous",
        ),
        (
            "<author><name>Unknown</name><blogger:type>BLOGGER</blogger:type></author>",
            "Unknown",
        ),
    ],
)
def test_authors(given, name):
    assert read_one(comment(author=given)).author == name
    assert read_one(post(author=given)).author == name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("jane@x.example", ""),
        ("Jane &lt;jane@x.example&gt;", "Jane"),
        ("192.0.2.77", ""),
        ("2001:db8:0:0:0:0:0:1", ""),
    ],
)
def test_an_address_is_no_name(given, name):
    entry = comment(author=f"<author><name>{given}</name></author>")
    assert read_one(entry).author == name
    assert codes(entry) == ["author-was-an-address"]
    shown = repr(read(entry))
    assert not any(part in shown for part in ("x.example", "192.0", "2001:"))


@pytest.mark.parametrize("given", ["@handle", "m@rtin", "v1.2.3", "12:30"])
def test_names_that_only_resemble_an_address_stay(given):
    assert read_one(
        comment(author=f"<author><name>{given}</name></author>")
    ).author == (given)


def test_emails_of_authors_are_never_read():
    entry = comment(author="<author><name>J</name><email>j@x.example</email></author>")
    assert "x.example" not in repr(read(entry))


# --- times


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2024-05-06T07:08:09Z", dt.datetime(2024, 5, 6, 7, 8, 9, 0, UTC)),
        ("2024-05-06T07:08:09.1Z", dt.datetime(2024, 5, 6, 7, 8, 9, 100000, UTC)),
        ("2024-05-06t07:08:09.1234567z", dt.datetime(2024, 5, 6, 7, 8, 9, 123456, UTC)),
        ("2024-05-06T07:08:09+01:00", dt.datetime(2024, 5, 6, 6, 8, 9, 0, UTC)),
    ],
)
def test_times_have_their_zone(given, expected):
    one = read_one(post(time=f"<published>{given}</published>"))
    assert one.published_at == expected
    assert one.published_at.tzinfo is not None
    assert (one.date, one.time) == (None, None)


@pytest.mark.parametrize(
    "given",
    [
        "2024-13-06T07:08:09Z",
        "2024-05-06T07:08:09",
        "yesterday",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2024-05-06T25:08:09Z",
        "2024-05-06T07:08:09+99:00",
        "٢٠٢٤-05-06T07:08:09Z",
    ],
)
def test_a_time_that_cannot_be_read_is_unknown_with_a_warning(given):
    for make in (post, comment):
        entry = make(time=f"\n<published>{given}</published>")
        one = read_one(entry)
        when = one.written_at if isinstance(one, SourceComment) else one.published_at
        assert when is None
        [warning] = warnings(entry)
        assert (warning.code, warning.line) == ("bad-date", 4)


def test_a_missing_time_is_unknown_and_created_is_no_substitute():
    entry = post(time="<published/>")
    assert read_one(entry).published_at is None
    assert not codes(entry)


# --- damaged files


def test_a_cut_file_gives_what_is_whole():
    found = []
    with pytest.raises(Cut):
        found.extend(takeout.read(io.BytesIO(feed(post(), comment())[:-40])))
    assert [item.uid for item in found] == ["blogger:1"]


def test_control_characters_are_told_even_in_a_cut_file():
    data = feed(post(content="a\x07b"))
    *_, warning = takeout.read(io.BytesIO(data))
    assert warning.code == "control-characters"
    found = []
    with pytest.raises(Cut):
        found.extend(takeout.read(io.BytesIO(data[:-5])))
    assert [i.code for i in found if isinstance(i, Warning)] == ["control-characters"]


WHOLE = feed(
    post("<blogger:filename>/a</blogger:filename><category term='x'/>"),
    comment(status=status("EMPTIED")),
    comment("<candour:uid>a:1</candour:uid><candour:state>live</candour:state>"),
    post("<candour:published precision='day'>2022-09-02</candour:published>"),
)


@given(damaged(WHOLE))
def test_any_damage_gives_items_or_a_declared_error(data):
    is_read_or_refused(lambda data: takeout.read(io.BytesIO(data)), data)


def test_memory_does_not_grow_with_the_file():
    class Endless(io.RawIOBase):
        """A feed that never ends."""

        def __init__(self) -> None:
            self._given = False

        def read(self, size: int = -1) -> bytes:
            entry = comment().encode() * 200
            if self._given:
                return entry
            self._given = True
            return FEED.encode() + entry

    found = takeout.read(Endless())
    used = []
    tracemalloc.start()
    for _ in range(3):
        for _ in range(400):
            assert next(found).uid == "blogger:2"
        used.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert used[2] - used[0] < 500_000


# --- the sample


def test_sample_holds_what_its_list_says(shared):
    with (shared / "_synthetic" / "takeout-feed.atom").open("rb") as file:
        head = file.read(65536)
        assert looks(head)
        file.seek(0)
        found = list(takeout.read(file))
    posts = [item for item in found if isinstance(item, SourcePost)]
    comments = [item for item in found if isinstance(item, SourceComment)]
    assert len(posts) + len(comments) == len(found)
    assert [one.is_page for one in posts].count(True) == 1
    assert sorted(one.status for one in posts if not one.is_page) == sorted(
        [PostStatus.LIVE] * 2
        + [PostStatus.DRAFT, PostStatus.SCHEDULED, PostStatus.TRASHED]
    )
    assert sorted(one.status for one in comments) == sorted(
        [Status.LIVE] * 4 + [Status.SPAM, Status.REMOVED_BY_AUTHOR, Status.HELD]
    )
    assert sum(one.parent is not None for one in comments) == 2
    assert len({one.post for one in comments} - {one.uid for one in posts}) == 1
    assert all(one.written_at for one in comments)
