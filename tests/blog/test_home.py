"""The latest comments beside the newest posts: by the time at which readers could see
them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.utils import timezone

from blog.discussion import claims
from blog.discussion.extract import first_words
from blog.models import Comment, Post
from blog.views import LATEST_COMMENTS

from . import making
from .making import START

_SECTION = re.compile(r'<section id="latest".*?</section>', re.S)
_ITEM = re.compile(r'<li(?: data-shown="([0-9]+)")?>(.*?)</li>', re.S)


def latest(client) -> str:
    return _SECTION.search(client.get("/").content.decode())[0]


def items(client) -> list[tuple[str, str]]:
    """The minute of publication and the words of each."""
    return [
        (shown, " ".join(unescape(re.sub(r"<[^>]*>", "", item)).split()))
        for shown, item in _ITEM.findall(latest(client))
    ]


def texts(client) -> list[str]:
    return [re.search(r"Text \w+", words)[0] for _, words in items(client)]


pytestmark = pytest.mark.django_db


def test_they_stand_in_the_order_of_publication_and_not_of_writing(client):
    post = making.post()
    for name, written, published in (("a", 0, 9), ("b", 5, 6), ("c", 7, 8)):
        making.comment(
            post,
            f"Text {name}",
            written_at=START + timedelta(hours=written),
            published_at=START + timedelta(hours=published),
        )
    assert texts(client) == ["Text a", "Text c", "Text b"]
    minute = int((START + timedelta(hours=9)).timestamp()) // 60
    assert items(client)[0] == (
        str(minute),
        "Anon on Post number 1 Text a Published 1 Mar 2022, 21:00",
    )


def test_of_an_imported_one_the_time_of_writing_is_told_as_such(client):
    post = making.post()
    making.comment(post, "Text old", written_at=START, name="Fastnet")
    (shown, words), *_ = items(client)
    assert shown == ""
    assert words == "Fastnet on Post number 1 Text old Written 1 Mar 2022, 12:00"


def test_what_has_no_time_is_none_of_the_latest(client):
    making.comment(making.post(), "Text untimed", name=None)
    assert items(client) == []
    assert "None yet whose time is recorded." in latest(client)


def test_only_what_readers_see_is_among_them(client):
    post = making.post()
    hidden = making.post(2, status=Post.Status.DRAFT)
    later = making.post(3, published_at=timezone.now() + timedelta(days=1))
    making.comment(post, "Text public", published_at=START)
    for state in Comment.State.values:
        if state not in ("published", "erased"):
            making.comment(post, "Text no", state=state, published_at=START)
    for under in (hidden, later):
        making.comment(under, "Text no", published_at=START)
    assert texts(client) == ["Text public"]


def test_each_leads_to_its_comment_and_is_called_as_there(client):
    post = making.post(title="<b>Fog</b>")
    named = making.comment(
        post, "Text a", name="<i>Ann</i>", published_at=START, tag="k7qf2m9xdv"
    )
    making.comment(
        post,
        "Text b",
        handle="Anon 14:03 b",
        published_at=START - timedelta(hours=1),
    )
    section = latest(client)
    assert f'href="/c/{named.public_id}/"><bdi>&lt;i&gt;Ann&lt;/i&gt;</bdi>' in section
    assert 'class="tag"' in section
    assert "&lt;b&gt;Fog&lt;/b&gt;" in section
    assert "<bdi>Anon 14:03 b</bdi>" in section


def test_a_claimed_name_without_its_phrase_is_told_here_too(client):
    post = making.post()
    making.comment(post, "Text own", name="Ann", tag="k7qf2m9xdv", published_at=START)
    hour = START + timedelta(hours=1)
    making.comment(post, "Text other", name="Ann", written_at=hour, published_at=hour)
    claims.settle_posts([post.pk])
    told = {words.split("Text")[1].split()[0]: words for _, words in items(client)}
    assert "not verified" in told["other"]
    assert "not verified" not in told["own"]


def test_there_are_never_more_than_it_holds(client):
    post = making.post()
    for number in range(LATEST_COMMENTS + 3):
        making.comment(
            post, f"Text {number}", published_at=START + timedelta(minutes=number)
        )
    assert texts(client) == [f"Text {number}" for number in range(10, 2, -1)]


@pytest.mark.parametrize("count", [2, 20])
def test_names_and_posts_cost_the_same_for_any_number(
    client, django_assert_num_queries, count
):
    for number in range(1, count + 1):
        making.comment(
            making.post(number, labels=("Tides",)),
            name=f"Name {number}",
            published_at=START + timedelta(hours=number),
        )
    with django_assert_num_queries(8):
        client.get("/")


def test_the_index_of_the_latest_gives_them_without_sorting(client):
    post = making.post()
    for number in range(60):
        making.comment(post, published_at=START + timedelta(minutes=number))
    found = Comment.objects.latest_news()[:LATEST_COMMENTS]
    if connection.vendor == "postgresql":
        # A table as small as this would be read as a whole, or one row of it be
        # expected and sorted. Where no index gives the order it is sorted all the same.
        with connection.cursor() as cursor:
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = found.explain()
    assert "comment_latest" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Two words.</p>\n", "Two words."),
        ("<p>One<br>two</p>\n<p>three</p>\n", "One two three"),
        ("<p>1 &lt; 2 &amp; <em>so</em> on</p>\n", "1 < 2 & so on"),
        ('<p>As <a href="#c-a">19.41</a>, and so.</p>\n', "As 19.41, and so."),
        ("<p>(<em>wholly</em><strong>new</strong>)</p>\n", "(whollynew)"),
        ('<p>By <b class="mask">[name]</b>’s hand</p>\n', "By [name]’s hand"),
        ("<p>One</p><p>two<br/>three<BR>four</p>", "One two three four"),
        ("<ul><li>One</li><li>two</li></ul><pre>three</pre>four", "One two three four"),
        ('<p>One <a href="/p', "One"),
        ("<blockquote>\n<p>Theirs.</p>\n</blockquote>\n<p>Mine.</p>\n", "Mine."),
        ("<blockquote>\n<p>Theirs.</p>\n</blockquote>\n", "Theirs."),
        ("", ""),
    ],
)
def test_first_words_are_the_writers_own_as_plain_text(html, words):
    assert first_words(html) == words


@pytest.mark.parametrize("word", ["tide, ", "w" * 200, "é"])
def test_first_words_are_few(word):
    text = word * 60
    short = first_words(f"<p>{text}</p>", 90)
    if len(text.strip()) <= 90:
        assert short == text.strip()
    else:
        assert len(short) <= 90
        assert short.endswith("…")
        assert text.startswith(short.removesuffix("…"))


def test_the_script_comes_only_where_there_is_something_for_it(client):
    post = making.post()
    assert "visits.js" not in client.get("/").content.decode()
    assert "visits.js" not in client.get(post.get_absolute_url()).content.decode()
    making.comment(post, published_at=START)
    assert "visits.js" in client.get("/").content.decode()
    assert "visits.js" in client.get(post.get_absolute_url()).content.decode()
    assert "visits.js" not in client.get("/2022/").content.decode()
