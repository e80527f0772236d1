"""WordPress exports: what is read of comments, and what is never read."""

import datetime as dt

import pytest

from blog.archive.model import (
    SourceComment,
    Status,
    Warning,
)

from .wordpress_items import (
    PLACE,
    POST,
    UTC,
    cdata,
    codes,
    comment,
    comment_of,
    item,
    of_kind,
    read,
    wxr,
)


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
