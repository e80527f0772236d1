"""What readers find in the place of a comment that was shown and then taken away."""

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.discussion import pages, reading
from blog.models import Comment, DiscussionPage
from blog.models.comments import leaving_stub
from moderation import receipts, transitions
from moderation.reasons import REASONS
from tests.blog import making

from .deciding import ANN, do, in_state, now

pytestmark = pytest.mark.django_db
TEXT = "Mallards nest beside the winch."
STUB = re.compile(r'<li id="c-(\w+)" class="comment stub">.*?<p>(.*?)</p>')


@pytest.fixture
def post():
    return making.post(title="Tides")


def shown(post, **fields) -> Comment:
    at = timezone.now().replace(second=0, microsecond=0)
    comment = in_state(post, "pending", TEXT, name="", written_at=at, **fields)
    do("approve", comment)
    return now(comment)


def hidden(post, reason="off_topic", **fields) -> Comment:
    comment = shown(post, **fields)
    do("hide", comment, reason=reason, public_note="A word for its writer.")
    return now(comment)


def page(client, post) -> str:
    return client.get(post.get_absolute_url()).content.decode()


def stubs(client, post) -> list[tuple[str, str]]:
    return STUB.findall(page(client, post))


def test_it_tells_why_and_nothing_else(client, post, tmp_path):
    gone = hidden(post)
    assert stubs(client, post) == [
        (gone.public_id, "Removed by a moderator: off topic.")
    ]
    html = page(client, post)
    assert "A word for its writer" not in html
    assert "No comments<" in html
    assert f"/c/{gone.public_id}/" not in html, "nothing can be done with it"
    there = client.get(f"/c/{gone.public_id}/")
    assert there.url == f"{post.get_absolute_url()}#c-{gone.public_id}"
    file = tmp_path / "public.json"
    call_command("export_archive", str(file), format="json", verbosity=0)
    feeds = (
        "/feeds/comments/default",
        post.get_comments_feed_url(),
        "/search?q=mallards",
        "/",
    )
    for told in (html, file.read_text(), *(client.get(each).text for each in feeds)):
        assert "Mallards" not in told


def test_each_reason_has_words_for_readers(client, post):
    for reason in REASONS:
        hidden(post, reason.code)
        shown(post)
    words = [words for _, words in stubs(client, post)]
    assert words == [f"Removed by a moderator: {each.in_short}." for each in REASONS]


def test_the_last_decision_tells_why(client, post):
    gone = hidden(post, "harassment")
    restored = do("restore", gone).done[0]
    assert stubs(client, post) == []
    transitions.undo([restored.seq], ANN)
    assert stubs(client, post)[0][1] == "Removed by a moderator: harassment."
    do("restore", now(gone))
    do("hold", now(gone))
    held = "Not shown while a complaint about it is looked into."
    assert stubs(client, post)[0][1] == held
    do("hide", now(gone), reason="defamation_complaint")
    assert "a complaint about defamation" in stubs(client, post)[0][1]


def test_what_its_writer_withdrew_says_no_more(client, post):
    for comment in (shown(post), hidden(post)):
        receipts.withdraw(comment, comment.version)
    assert [words for _, words in stubs(client, post)] == [
        "2 comments removed by their writers."
    ]


@pytest.mark.parametrize("action", ["spam", "reject", "withdraw"])
def test_what_nobody_saw_leaves_nothing(client, post, action):
    unseen = in_state(post, "pending", TEXT)
    if action == "withdraw":
        receipts.withdraw(now(unseen), 1)
    else:
        do(action, unseen)
        assert stubs(client, post) == []
        do("erase", now(unseen))
    assert stubs(client, post) == []
    assert unseen.public_id not in page(client, post)


def test_a_wave_is_one_line_and_costs_no_more(client, post, django_assert_num_queries):
    hidden(post)
    shown(post)
    with CaptureQueriesContext(connection) as few:
        page(client, post)
    wave = [shown(post) for _ in range(30)]
    do("hide", *wave, reason="spam")
    with django_assert_num_queries(len(few)):
        html = page(client, post)
    assert STUB.findall(html)[1][1] == (
        "30 comments removed by a moderator: advertising."
    )
    for each in wave:
        assert html.count(f'id="c-{each.public_id}"') == 1
    assert "1 comment<" in html


def test_pages_of_a_long_discussion_hold_its_lines(client, post):
    making.discussion(post, 300)
    some = list(Comment.objects.filter(post=post).order_by("pk"))
    do("approve", in_state(post, "pending"))
    do("hide", *some[1:60:2], reason="spam")
    do("hide", *some[100:130], reason="spam")
    stored = DiscussionPage.objects.filter(post=post, order="oldest").order_by("number")
    assert sum(each.comments for each in stored) == 241
    # Threads of which nothing is left are none.
    assert sum(each.threads for each in stored) == 136
    found = []
    for number in range(1, len(stored) + 1):
        html = client.get(f"{post.get_absolute_url()}?page={number}").text
        assert "241 comments" in html
        found += re.findall(r'id="c-(\w+)"', html)
    assert len(found) == len(set(found)) == 301
    before = [(each.number, each.first_id, each.path) for each in stored]
    pages.cut_posts([post.pk])
    assert [(each.number, each.first_id, each.path) for each in stored.all()] == before
    assert len(reading.outline(post)) == 136


def test_the_database_knows_it_as_the_rows_do(post):
    hidden(post), shown(post)
    at = timezone.now()
    for state in Comment.State:
        for fields in (
            {},
            {"handle": "Anon 14:03"},
            {"published_at": at},
            {"version": 2},
            {"source_key": f"text:{state}"},
        ):
            making.comment(post, "", state=state, **fields)
    leaving = Comment.objects.filter(leaving_stub())
    assert {each.pk for each in Comment.objects.all() if each.leaves_stub} == set(
        leaving.values_list("pk", flat=True)
    )
    assert leaving.count() == 1 + 2 * 5 + 3
