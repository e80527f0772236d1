"""The old backup of a Blogger blog."""

import datetime as dt
import html
import io

import pytest
from hypothesis import given

from blog.archive.formats import blogger_backup, takeout, xml_stream
from blog.archive.model import (
    Cut,
    Item,
    PostStatus,
    SourceComment,
    SourcePost,
    Status,
    Warning,
)

from .damage import damaged, is_read_or_refused

BLOG = "tag:blogger.com,1999:blog-7"
SECRET = "owner@secret.example"
FEED = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    "<feed xmlns='http://www.w3.org/2005/Atom' "
    "xmlns:gd='http://schemas.google.com/g/2005' "
    "xmlns:thr='http://purl.org/syndication/thread/1.0'>\n"
)
ZONE = dt.timezone(dt.timedelta(hours=-7))
PROFILE = "<uri>https://www.blogger.com/profile/1</uri>"


def author(name: str, uri: str = PROFILE) -> str:
    email = "<email>noreply@blogger.com</email>"
    return f"<author><name>{name}</name>{uri}{email}</author>"


def entry(
    kind: str,
    inner: str = "",
    *,
    id: str = f"{BLOG}.post-1",
    content: str = "Hello",
    by: str = author("Ada"),
    time: str = "2016-05-06T07:08:09.123-07:00",
    title: str = "<title type='text'>One</title>",
) -> str:
    return (
        f"<entry><id>{id}</id><published>{time}</published>"
        "<updated>2020-01-01T00:00:00.000-07:00</updated>"
        "<category scheme='http://schemas.google.com/g/2005#kind' "
        f"term='http://schemas.google.com/blogger/2008/kind#{kind}'/>{title}"
        f"<content type='html'>{html.escape(content)}</content>{by}{inner}</entry>"
    )


def post(inner: str = "", **options: str) -> str:
    return entry("post", inner, **options)


def comment(inner: str = "", *, ref: str = f"{BLOG}.post-1", **options: str) -> str:
    answered = f"<thr:in-reply-to ref='{ref}' type='text/html'/>" if ref else ""
    options = {"id": f"{BLOG}.post-2", "content": "Yes."} | options
    return entry("comment", answered + inner, **options)


def setting(name: str, value: str) -> str:
    return entry("settings", id=f"{BLOG}.settings.{name}", content=value)


def link(relation: str, href: str) -> str:
    return f"<link rel='{relation}' type='text/html' href='{href}'/>"


def feed(*entries: str) -> bytes:
    return (FEED + "\n".join(entries) + "</feed>\n").encode()


def read(*entries: str) -> list[Item]:
    return list(blogger_backup.read(io.BytesIO(feed(*entries))))


def read_one(*entries: str) -> SourcePost | SourceComment:
    [one] = [item for item in read(*entries) if not isinstance(item, Warning)]
    return one


def codes(*entries: str) -> list[str]:
    return [item.code for item in read(*entries) if isinstance(item, Warning)]


def looks(data: bytes) -> bool:
    root = xml_stream.root_of(data[:65536])
    assert root is not None
    assert not (
        takeout.looks_like(root, data) and blogger_backup.looks_like(root, data)
    )
    return blogger_backup.looks_like(root, data)


# --- which file it is


def test_is_known_by_its_namespace():
    assert looks(feed())
    assert looks(feed(post()))
    assert looks(feed(post()).replace(b"http:", b"https:"))


def test_is_known_when_a_template_fills_the_beginning():
    assert looks(feed(entry("template", content="x" * 100_000), post())[:65536])


def test_is_known_by_its_kinds():
    bare = feed(post()).replace(b"xmlns:gd='http://schemas.google.com/g/2005' ", b"")
    assert looks(bare)


def test_a_post_about_takeout_does_not_change_what_it_is():
    about = "<a xmlns:blogger='http://schemas.google.com/blogger/2018'>"
    assert looks(feed(post(content=about)))
    bare = feed(post(content=about)).replace(b"xmlns:gd=", b"xmlns:xx=")
    assert looks(bare)


@pytest.mark.parametrize(
    "data",
    [
        b"<rss version='2.0'><channel/></rss>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry/></feed>",
        b"<feed xmlns:b='http://schemas.google.com/blogger/2018'><entry/></feed>",
    ],
)
def test_is_nothing_else(data):
    assert not looks(data)


# --- what is private


def test_nothing_of_settings_and_templates_comes_out():
    found = read(
        setting("BLOG_COMMENT_EMAIL", SECRET),
        setting("BLOG_TIME_ZONE", "America/Los_Angeles"),
        entry("template", id=f"{BLOG}.layout", content=SECRET, time=SECRET),
        # Also if it claims to be a post, or names no kind.
        setting("BLOG_COMMENT_EMAIL", SECRET).replace("kind#settings", "kind#post"),
        setting("BLOG_COMMENT_EMAIL", SECRET).replace("kind#settings", ""),
        entry("settings", id="x", content=SECRET),
    )
    assert found == []


def test_an_unknown_kind_is_left_out_with_a_warning_that_repeats_nothing():
    found = read(entry("poll", content=SECRET, title=f"<title>{SECRET}</title>"))
    assert [item.code for item in found] == ["not-understood"]
    assert SECRET not in repr(found)


def test_emails_of_authors_are_never_read():
    assert "noreply" not in repr(read(post(), comment()))


# --- posts


def test_a_post():
    label = "<category scheme='http://www.blogger.com/atom/ns#' term='{}'/>"
    one = read_one(
        post(
            label.format("Zoo")
            + label.format("A, &quot;b&quot;")
            + label.format("Zoo")
            + "<category scheme='urn:other' term='Other'/>"
            + link("edit", "https://www.blogger.com/feeds/7/posts/default/1")
            + link("alternate", "http://x.example/2016/05/one.html")
            + "<thr:total>3</thr:total>",
            content="<p>Hello</p>",
        )
    )
    assert one == SourcePost(
        title="One",
        date=None,
        body="<p>Hello</p>",
        author="Ada",
        labels=("Zoo", 'A, "b"'),
        comments_declared=3,
        line=3,
        uid="blogger:1",
        body_format="html",
        published_at=dt.datetime(2016, 5, 6, 7, 8, 9, 123000, ZONE),
        addresses=("http://x.example/2016/05/one.html",),
    )
    assert one.published_at.utcoffset() == dt.timedelta(hours=-7)


def test_a_page():
    one = read_one(entry("page", id=f"{BLOG}.page-3"))
    assert one.is_page
    assert one.uid == "blogger:3"


@pytest.mark.parametrize("title", ["", "<title/>", "<title type='text'> </title>"])
def test_a_post_without_a_title(title):
    assert read_one(post(title=title)).title == ""


def test_a_title_is_not_unescaped_again():
    assert read_one(post(title="<title>&amp;amp;</title>")).title == "&amp;"


@pytest.mark.parametrize(
    "control",
    [
        "<app:control xmlns:app='http://purl.org/atom/app#'><app:draft>yes</app:draft>"
        "</app:control>",
        "<a:control xmlns:a='http://www.w3.org/2007/app'><a:draft>yes</a:draft>"
        "</a:control>",
        "<app:control><app:draft>\n yes</app:draft></app:control>",
    ],
)
@pytest.mark.parametrize("time", ["2016-05-06T07:08:09Z", "2199-05-06T07:08:09Z"])
def test_a_draft_is_one_in_every_spelling_and_at_every_time(control, time):
    one = read_one(post(control + link("alternate", "http://x.example/a"), time=time))
    assert one.status is PostStatus.DRAFT
    assert one.addresses == ()


def test_no_is_no_draft():
    control = "<app:control><app:draft>no</app:draft></app:control>"
    assert read_one(post(control)).status is PostStatus.LIVE


def test_a_post_of_the_future_is_scheduled():
    one = read_one(post(time="2199-05-06T07:08:09.000Z"))
    assert one.status is PostStatus.SCHEDULED


@pytest.mark.parametrize(
    ("total", "declared"), [("0", 0), (" 7 ", 7), ("", None), ("-1", None), ("x", None)]
)
def test_the_declared_number_of_comments(total, declared):
    one = read_one(post(f"<thr:total>{total}</thr:total>"))
    assert one.comments_declared == declared
    assert one.comments_included


def test_an_address_that_is_none_is_left_out():
    assert read_one(post(link("alternate", "javascript:x"))).addresses == ()


def test_an_enclosure_is_told_and_pictures_and_places_are_not():
    other = (
        "<media:thumbnail url='http://x.example/a.jpg'/>"
        "<georss:featurename>Leeds-7f3a</georss:featurename>"
    )
    assert codes(post(link("enclosure", "http://x.example/a.mp3"))) == [
        "enclosure-left-out"
    ]
    assert codes(post(other + "<link rel='enclosure'/>")) == []
    assert "Leeds-7f3a" not in repr(read(post(other)))


@pytest.mark.parametrize(
    ("value", "content", "body"),
    [
        ("true", "one\ntwo", "one<br />two"),
        ("true", "<i>one</i>\n<ul><li>two</ul>", "<i>one</i><br /><ul><li>two</ul>"),
        ("true", "one<BR/>\ntwo", "one<BR/>\ntwo"),
        ("true", "<div>one\ntwo</div>", "<div>one\ntwo</div>"),
        ("false", "one\ntwo", "one<br />two"),
        ("false", "one\n<ul><li>two</ul>", "one\n<ul><li>two</ul>"),
    ],
)
def test_line_ends_of_a_blog_that_converts_them(value, content, body):
    setup = setting("BLOG_CONVERT_LINE_BREAKS", value)
    assert read_one(setup, post(content=content)).body == body


def test_line_ends_without_the_setting():
    assert read_one(post(content="one\r\ntwo")).body == "one<br />two"


def test_line_ends_of_a_comment_stay():
    assert read_one(comment(content="one\ntwo")).html == "one\ntwo"


# --- comments


def test_a_comment():
    one = read_one(
        comment(
            link("self", "https://www.blogger.com/feeds/7/1/comments/default/2")
            + link("alternate", "http://x.example/a.html?showComment=1#c2"),
            content="a<BR/>b &lt;",
        )
    )
    assert one == SourceComment(
        id="blogger:2",
        parent=None,
        text="",
        author="Ada",
        written_at=dt.datetime(2016, 5, 6, 7, 8, 9, 123000, ZONE),
        line=3,
        html="a<BR/>b &lt;",
        uid="blogger:2",
        post="blogger:1",
    )


def test_published_and_not_updated_is_the_time():
    assert read_one(comment()).written_at.year == 2016


def test_both_schemas_give_the_same_uids():
    old = read(post(), comment())
    new = takeout.read(
        io.BytesIO(
            b"<feed><entry><id>tag:blogger.com,1999:blog-7.post-2</id>"
            b"<blogger:type>COMMENT</blogger:type>"
            b"<blogger:parent>tag:blogger.com,1999:blog-7.post-1</blogger:parent>"
            b"<blogger:status>LIVE</blogger:status></entry></feed>"
        )
    )
    [again] = new
    assert (again.uid, again.post) == (old[1].uid, old[0].uid)


@pytest.mark.parametrize(
    "host", ["https://www.blogger.com/feeds/7/1", "http://b.example/feeds/1"]
)
def test_the_related_link_is_the_comment_answered(host):
    related = link("related", f"{host}/comments/default/9?v=2")
    assert read_one(comment(related)).parent == "blogger:9"


def test_a_related_link_that_names_no_comment_is_told():
    one = comment(link("related", "http://x.example/"))
    assert read_one(one).parent is None
    assert codes(one) == ["parent-not-understood"]


def test_a_reply_before_its_parent_and_an_orphan_pass():
    related = link("related", "https://www.blogger.com/feeds/7/1/comments/default/9")
    found = read(comment(related), comment(id=f"{BLOG}.post-9"), comment(ref="x"))
    assert [one.uid for one in found] == ["blogger:2", "blogger:9", "blogger:2"]
    assert [one.post for one in found] == ["blogger:1", "blogger:1", "atom:x"]


def test_a_comment_without_its_post_is_told():
    assert codes(comment(ref="")) == ["no-post"]


REMOVED = "<gd:extendedProperty name='blogger.contentRemoved' value='true'/>"
BY_AUTHOR = "This comment has been removed by the author."


@pytest.mark.parametrize(
    ("inner", "content", "expected"),
    [
        (REMOVED, BY_AUTHOR, Status.REMOVED_BY_AUTHOR),
        (REMOVED, "Gelöscht", Status.REMOVED_BY_AUTHOR),
        (REMOVED, "… von einem Blog-Administrator …", Status.REMOVED_BY_MODERATOR),
        ("", BY_AUTHOR, Status.REMOVED_BY_AUTHOR),
        (
            "",
            "This comment has been removed by a blog administrator.",
            Status.REMOVED_BY_MODERATOR,
        ),
        ("", "This post has been removed by the author.", Status.REMOVED_BY_AUTHOR),
    ],
)
def test_removed_comments_are_empty(inner, content, expected):
    one = read_one(comment(inner, content=content))
    assert (one.status, one.text, one.html) == (expected, "", "")


@pytest.mark.parametrize(
    ("inner", "content"),
    [
        (REMOVED.replace("true", "false"), "Yes."),
        ("<gd:extendedProperty name='blogger.itemClass' value='pid-1'/>", "Yes."),
        ("", f"{BY_AUTHOR} Why?"),
    ],
)
def test_other_comments_are_live(inner, content):
    one = read_one(comment(inner, content=content))
    assert (one.status, one.html) == (Status.LIVE, content)


# --- authors


@pytest.mark.parametrize(
    ("by", "name"),
    [
        (author("Anonymous", ""), ""),
        (author("Anónimo", ""), ""),
        (author("anonyymi", "<uri/>"), ""),
        (author("Анонимный", ""), ""),
        (author("匿名", ""), ""),
        (author("", ""), ""),
        (author("Anonymous"), "Anonymous"),
        (author("Unknown"), "Unknown"),
        (author("Anna", ""), "Anna"),
        (author("Anonymous Coward", ""), "Anonymous Coward"),
        (author("Ada\n  "), "Ada"),
        ("", None),
    ],
)
def test_authors(by, name):
    assert read_one(comment(by=by)).author == name
    assert read_one(post(by=by)).author == name


def test_an_address_is_no_name():
    one = comment(by=author(SECRET))
    assert read_one(one).author == ""
    assert codes(one) == ["author-was-an-address"]
    assert SECRET not in repr(read(one))


# --- times and damaged files


@pytest.mark.parametrize("make", [post, comment])
def test_a_time_that_cannot_be_read_is_unknown_with_a_warning(make):
    found = read(make(time="2011-x09-30T00:00:00Z"))
    one, warning = found
    assert (
        getattr(one, "written_at", None) is getattr(one, "published_at", None) is None
    )
    assert (warning.code, warning.line, warning.post) == ("bad-date", 3, "blogger:1")


def test_a_cut_file_gives_what_is_whole():
    found = []
    with pytest.raises(Cut):
        found.extend(blogger_backup.read(io.BytesIO(feed(post(), comment())[:-40])))
    assert [item.uid for item in found] == ["blogger:1"]


WHOLE = feed(
    setting("BLOG_CONVERT_LINE_BREAKS", "true"),
    setting("BLOG_COMMENT_EMAIL", SECRET),
    post("<thr:total>2</thr:total>" + link("alternate", "http://x.example/a")),
    comment(REMOVED, by=author("Anonymous", "")),
    comment(link("related", "http://x.example/comments/default/2")),
)


@given(damaged(WHOLE))
def test_any_damage_gives_items_or_a_declared_error(data):
    is_read_or_refused(lambda data: blogger_backup.read(io.BytesIO(data)), data)


# --- samples


def sample(file) -> tuple[list[SourcePost], list[SourceComment]]:
    """Posts and comments of a sample that is known and has no warning."""
    with file.open("rb") as opened:
        assert looks(opened.read(65536))
        opened.seek(0)
        found = list(blogger_backup.read(opened))
    posts = [item for item in found if isinstance(item, SourcePost)]
    comments = [item for item in found if isinstance(item, SourceComment)]
    assert len(posts) + len(comments) == len(found)
    return posts, comments


def test_synthetic_sample_holds_what_its_list_says(shared):
    posts, comments = sample(shared / "_synthetic" / "old-backup.xml")
    assert [one.is_page for one in posts].count(True) == 1
    assert sorted(one.status for one in posts if not one.is_page) == sorted(
        [PostStatus.LIVE, PostStatus.DRAFT, PostStatus.DRAFT]
    )
    assert len(comments) == 5
    assert sum(one.parent is not None for one in comments) == 2
    assert sum(one.status is Status.REMOVED_BY_AUTHOR for one in comments) == 1
    assert len({one.post for one in comments} - {one.uid for one in posts}) == 1


def test_real_backup_holds_what_its_list_says(shared):
    posts, comments = sample(
        shared / "jeffhandley+jeffhandley.github.io" / "blogspot.xml"
    )
    assert (len(posts), len(comments)) == (92, 112)
    # 44 have no own name: 33 unsigned, 10 with a typed name alone, 1 profile gone.
    assert sum(one.author == "" for one in comments) == 33
    assert sum(one.author == "Unknown" for one in comments) == 1
    assert all(one.status is PostStatus.LIVE and one.addresses for one in posts)
    assert {one.written_at.utcoffset() for one in comments} == {
        dt.timedelta(hours=-7),
        dt.timedelta(hours=-8),
    }
    uids = {one.uid for one in posts}
    for one in posts:
        of_it = sum(comment.post == one.uid for comment in comments)
        assert one.comments_declared == of_it
    assert all(one.post in uids for one in comments)


def test_real_backup_with_an_undeclared_prefix(shared):
    posts, comments = sample(
        shared / "getpelican+pelican" / "pelican_tests_content_bloggerexport.xml"
    )
    assert len(comments) == 1
    assert sorted((one.is_page, one.status.value) for one in posts) == [
        (False, "draft"),
        (False, "live"),
        (True, "draft"),
        (True, "live"),
    ]
