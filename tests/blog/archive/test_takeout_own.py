"""Our own export, which has the shape of Google Takeout and elements of its own."""

import datetime as dt

import pytest

from blog.archive.model import SourceComment, Status

from .takeout_entries import BLOG, UTC, codes, comment, post, read_one, status


def test_own_uid_and_source():
    one = read_one(
        post(
            "<candour:uid>wordpress:8</candour:uid>"
            "<candour:source format='markdown'>\n  *a* &lt;b&gt;\n\n</candour:source>"
        )
    )
    assert (one.uid, one.body, one.body_format) == (
        "wordpress:8",
        "\n  *a* <b>\n\n",
        "markdown",
    )


@pytest.mark.parametrize("given", ["text", "html", "markdown"])
def test_own_formats(given):
    one = read_one(post(f"<candour:source format='{given}'>a\nb</candour:source>"))
    assert (one.body, one.body_format) == ("a\nb", given)


def test_an_unknown_own_format_is_text_with_a_warning():
    entry = post("<candour:source format='rtf'>a</candour:source>")
    assert read_one(entry).body_format == "text"
    assert codes(entry) == ["unknown-format"]


def test_own_day_without_a_time():
    one = read_one(
        post("<candour:published precision='day'>2022-09-02</candour:published>")
    )
    assert (one.date, one.time, one.published_at) == (dt.date(2022, 9, 2), None, None)


@pytest.mark.parametrize("given", ["2022-02-30", "soon"])
def test_own_day_that_is_none(given):
    entry = post(f"<candour:published precision='day'>{given}</candour:published>")
    one = read_one(entry)
    assert (one.date, one.published_at) == (None, None)
    assert codes(entry) == ["bad-date"]


def test_own_post_whose_comments_are_not_recorded():
    one = read_one(post("<candour:comments recorded='no' declared='12'/>"))
    assert (one.comments_included, one.comments_declared) == (False, 12)
    one = read_one(post("<candour:comments declared='many'/>"))
    assert (one.comments_included, one.comments_declared) == (True, None)


def test_own_old_addresses_follow_the_public_one():
    one = read_one(
        post(
            "<candour:oldAddress>/b</candour:oldAddress>"
            "<candour:oldAddress>/a</candour:oldAddress>"
            "<blogger:filename>/a</blogger:filename><candour:oldAddress/>"
        )
    )
    assert one.addresses == ("/a", "/b")


def test_own_comment():
    one = read_one(
        comment(
            "<candour:uid>disqus:5</candour:uid>"
            "<candour:text>  a\n\n b </candour:text>"
            "<candour:author recorded='no'/><candour:written recorded='no'/>"
            "<candour:approved>2024-01-02T03:04:05Z</candour:approved>"
            "<candour:publicId>k3</candour:publicId>"
            "<candour:state>held</candour:state>"
            "<candour:answers>disqus:4</candour:answers>"
            "<candour:parent>wordpress:1</candour:parent>"
            "<candour:inReplyTo>disqus:3</candour:inReplyTo>",
            content="<p>a</p>",
            time="<published>whatever</published>",
        )
    )
    assert one == SourceComment(
        id="disqus:5",
        parent="disqus:3",
        text="  a\n\n b ",
        author=None,
        written_at=None,
        status=Status.HELD,
        line=3,
        html="<p>a</p>",
        uid="disqus:5",
        post="wordpress:1",
        answers="disqus:4",
        published_at=dt.datetime(2024, 1, 2, 3, 4, 5, 0, UTC),
        public_id="k3",
    )


def test_own_comment_with_uids_in_bloggers_elements():
    one = read_one(
        comment(
            "<candour:uid>wordpress:5</candour:uid>"
            f"<candour:answers>{BLOG}.post-3</candour:answers>",
            parent="<blogger:parent>wordpress:1</blogger:parent>",
            answered=f"<blogger:inReplyTo>{BLOG}.post-4</blogger:inReplyTo>",
        )
    )
    assert (one.post, one.parent, one.answers) == (
        "wordpress:1",
        "blogger:4",
        "blogger:3",
    )


@pytest.mark.parametrize("state", list(Status))
def test_own_state_counts_more_than_bloggers(state):
    entry = comment(
        f"<candour:state>{state}</candour:state><candour:text>a</candour:text>"
        "<blogger:trashed>2024-01-01</blogger:trashed>",
        status=status("SPAM"),
    )
    one = read_one(entry)
    assert one.status is state
    is_removed = "removed" in state or state == "erased"
    assert (one.text, one.html) == (("", "") if is_removed else ("a", "Yes."))


def test_unknown_own_state_is_held_with_a_warning():
    entry = comment("<candour:state>famous</candour:state>")
    assert read_one(entry).status is Status.HELD
    assert codes(entry) == ["unknown-status"]


def test_who_signed_anonymous_in_our_own_export_did_so():
    entry = comment(
        "<candour:uid>candour:1</candour:uid>",
        author="<author><name>Anonymous</name><blogger:type>ANONYMOUS</blogger:type>"
        "</author>",
    )
    assert read_one(entry).author == "Anonymous"
