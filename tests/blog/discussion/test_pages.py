"""Pages of long discussions as they are stored: kept true by whatever changes what is
shown, and read with few and small queries."""

import random
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.archive.importing import import_paths
from blog.archive.undoing import undo
from blog.discussion import pages, reading, tree
from blog.discussion.cutting import LONGEST, PAGE
from blog.discussion.reading import Order
from blog.discussion.threads import rows
from blog.models import Comment, DiscussionPage, ImportBatch, Post
from moderation import receipts
from tests.blog import making
from tests.blog.archive import made_blogs
from tests.blog.archive.takeout_writer import write_feed
from tests.moderation.deciding import do, in_state

from .long_discussions import SHAPES, deep, mixed, singles, wide, write

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("order", Order.values)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def post() -> Post:
    return making.post()


def long(post: Post, parents: list, **fields) -> list[Comment]:
    comments = write(post, parents, **fields)
    pages.cut_posts([post.pk])
    return comments


def stored(post: Post) -> list[tuple]:
    names = (*pages._KEY, *pages._VALUES)
    return sorted(DiscussionPage.objects.filter(post=post).values_list(*names))


def is_true(post: Post) -> None:
    """The stored pages are those that are found when everything is cut anew, and they
    show every comment once."""
    before = stored(post)
    DiscussionPage.objects.filter(post=post).delete()
    pages.cut_posts([post.pk])
    assert stored(post) == before
    for order in Order:
        assert read_all(post, order) == looks_of(post, order)


def looks(drawn) -> list[tuple]:
    return [
        (row.comment.pk, row.number, row.level, row.depth, row.is_stub)
        for row in drawn
        if not row.is_elsewhere
    ]


def looks_of(post: Post, order: str) -> list[tuple]:
    whole = Comment.objects.filter(post=post).order_by("tree_id", "lft")
    return looks(rows(whole, newest_first=order == Order.NEWEST))


def read_all(post: Post, order: str) -> list[tuple]:
    number = len(reading.pages_of(post, order)) or 1
    return [
        look
        for page in range(1, number + 1)
        for look in looks(reading.read(post, order=order, number=page).rows)
    ]


# --- which pages there are ---------------------------------------------------------


def test_a_short_discussion_has_none_and_asks_for_none(post):
    comments = write(post, singles(PAGE))
    with CaptureQueriesContext(connection) as queries:
        pages.cut(post, comments)
    assert len(queries) == 0
    pages.cut_posts([post.pk])
    assert stored(post) == []
    assert reading.read(post).pages == []


@pytest.mark.parametrize("shape", SHAPES)
def test_a_long_one_has_them_in_both_orders(post, shape):
    long(post, SHAPES[shape](700))
    for order in Order:
        found = reading.pages_of(post, order)
        assert [page.number for page in found] == [*range(1, len(found) + 1)]
        assert sum(page.comments for page in found) == 700
        assert all(page.comments <= LONGEST for page in found)
    is_true(post)


def test_what_a_page_tells_of_itself(post):
    comments = long(post, singles(500))
    first, second, third = reading.pages_of(post, Order.OLDEST)
    assert (first.path, second.path, third.path) == ("1", "201", "401")
    assert (second.comments, second.threads, second.above) == (200, 200, [])
    assert second.first_at == comments[200].written_at
    assert second.last_at == second.latest == comments[399].published_at
    assert third.comments == 100
    newest = reading.pages_of(post, Order.NEWEST)
    assert [page.path for page in newest] == ["500", "300", "100"]


def test_times_that_are_not_known_are_not_told(post):
    long(post, singles(500), written_at=None, published_at=None)
    page = reading.pages_of(post, Order.OLDEST)[0]
    assert (page.first_at, page.last_at, page.latest) == (None, None, None)


@BOTH
def test_what_is_hidden_is_drawn_on_no_page_or_as_a_stub(post, order):
    comments = long(post, mixed(700))
    chosen = random.Random(3)
    hidden = [comment.pk for comment in chosen.sample(comments, 300)]
    Comment.objects.filter(pk__in=hidden).update(state=Comment.State.HIDDEN)
    Comment.objects.filter(pk__in=hidden[::3]).update(state=Comment.State.PENDING)
    pages.cut_posts([post.pk])
    assert reading.read(post, order=order).comments == 400
    is_true(post)


# --- what changes them -------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_a_reply_that_waits_moves_no_page(post, shape):
    comments = long(post, SHAPES[shape](500))
    before = [read_all(post, order) for order in Order]
    in_state(post, "pending", parent=comments[0])
    in_state(post, "pending", parent=comments[100])
    in_state(post, "pending")
    assert [read_all(post, order) for order in Order] == before


@pytest.mark.parametrize("shape", SHAPES)
def test_decisions_keep_them_true(post, shape):
    comments = long(post, SHAPES[shape](500))
    reply = in_state(post, "pending", parent=comments[3])
    do("approve", reply)
    is_true(post)
    assert reading.read(post).comments == 501
    do("hide", Comment.objects.get(pk=comments[0].pk))
    is_true(post)
    assert reading.read(post).comments == 500
    do("restore", Comment.objects.get(pk=comments[0].pk))
    new = in_state(post, "pending")
    do("approve", new)
    is_true(post)


def test_a_discussion_that_grows_gets_pages_and_one_that_shrinks_loses_them(post):
    comments = long(post, singles(249))
    assert stored(post) == []
    do("approve", in_state(post, "pending"))
    before = [row[:5] for row in stored(post)]
    assert {row[1] for row in before} == {Order.OLDEST, Order.NEWEST}
    do("hide", Comment.objects.get(pk=comments[5].pk))
    assert [row[:5] for row in stored(post)] == before, "its line stands there"
    correct = Comment.objects.get(pk=comments[6].pk)
    receipts.correct(correct, correct.version, "Other words.", "")
    assert stored(post) == []


def test_nothing_is_written_where_nothing_differs(post):
    write(post, mixed(500))
    pages.cut_posts([post.pk])
    comments = list(Comment.objects.filter(post=post).order_by("tree_id", "lft"))
    with CaptureQueriesContext(connection) as queries:
        pages.cut(post, comments)
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


def test_a_decision_writes_them_at_once_however_many_change(post):
    def statements(size: int) -> int:
        other = making.post(size)
        comments = long(other, singles(size))
        Comment.objects.filter(pk=comments[0].pk).update(state=Comment.State.HIDDEN)
        changed = list(Comment.objects.filter(post=other).order_by("tree_id", "lft"))
        with CaptureQueriesContext(connection) as queries:
            pages.cut(other, changed)
        is_true(other)
        return len(queries)

    assert statements(470) == statements(2470) == 2


@pytest.fixture
def feed(tmp_path) -> Path:
    """Two posts with 420 comments each, and one with 9."""
    chosen = random.Random(5)
    blog = [
        *made_blogs.feed_posts(chosen, 2, 420),
        *made_blogs.feed_posts(random.Random(6), 1, 9),
    ]
    file = tmp_path / "feed.atom"
    with file.open("w") as opened:
        write_feed(blog, opened)
    return file


def test_an_import_cuts_what_it_brings_and_its_undoing_too(feed):
    import_paths([feed], zone=LONDON)
    counted = {post: post.comments.count() for post in Post.objects.all()}
    assert sorted(counted.values())[-1] > LONGEST
    for post, number in counted.items():
        assert bool(stored(post)) == (number > PAGE)
        is_true(post)
    kept = Comment.objects.filter(post__discussion_pages__isnull=False).first()
    in_state(kept.post, "published")
    undo(ImportBatch.objects.get())
    assert not DiscussionPage.objects.exists()


def test_an_import_asks_nothing_more_for_more_long_posts(post):
    def statements(*posts: Post) -> int:
        for each in posts:
            write(each, singles(260))
        with CaptureQueriesContext(connection) as queries:
            pages.cut_posts([each.pk for each in posts])
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    assert statements(post) == statements(*(making.post(n) for n in range(2, 8))) == 4


def test_short_posts_cost_an_import_one_query():
    posts = [making.post(number) for number in range(1, 9)]
    for each in posts:
        write(each, singles(12))
    with CaptureQueriesContext(connection) as queries:
        pages.cut_posts([each.pk for each in posts])
    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) == 1


@pytest.mark.parametrize("shape", ["wide", "mixed"])
def test_a_repair_of_the_trees_cuts_anew(post, shape, capsys):
    comments = long(post, SHAPES[shape](500))
    Comment.objects.filter(pk=comments[2].pk).update(lft=900, rght=901)
    DiscussionPage.objects.filter(post=post, number=2).update(path="9")
    call_command("check_trees", "--rebuild")
    is_true(post)


def test_a_comment_that_is_removed_takes_its_page_with_it(post):
    comments = long(post, singles(500))
    tree.remove([comment.pk for comment in comments[150:]])
    pages.cut_posts([post.pk])
    assert stored(post) == []


# --- finding and reading -----------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_the_page_of_a_comment_is_the_one_that_shows_it(post, shape):
    long(post, SHAPES[shape](650))
    number = len(reading.pages_of(post, Order.OLDEST))
    for page in range(1, number + 1):
        drawn = reading.read(post, number=page).rows
        for row in [row for row in drawn if not row.is_elsewhere][:: 40 - page]:
            assert pages.number_of_page(row.comment) == page


def test_a_number_beyond_the_pages_means_the_nearest(post):
    long(post, singles(500))
    assert [reading.read(post, number=n).number for n in (-1, 0, 2, 3, 99)] == [
        1,
        1,
        2,
        3,
        3,
    ]


@BOTH
@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_is_one_stretch_of_an_index(post, shape, order):
    """No comment of another page is looked at."""
    long(making.post(2), singles(600))
    long(post, SHAPES[shape](1500))
    whole = Comment.objects.for_thread(post)
    found = reading.pages_of(post, order)
    column = "lft" if shape in ("wide", "deep") else "tree_id"
    for page, following in zip(found, [*found[1:], None], strict=True):
        span = reading._span(page, following, newest_first=order == Order.NEWEST)
        query = whole.filter(span)
        assert query.count() == page.comments
        if connection.vendor == "sqlite":
            plan = query.explain()
            wanted = rf"USING INDEX comment_thread \(post_id=\?.* {column}[<>]"
            assert re.search(wanted, plan)
            assert "TEMP B-TREE" not in plan
        else:
            plan = query.explain(analyze=True)
            assert column in re.search(r"Index Cond: (.*)", plan)[1]
            assert "Seq Scan" not in plan
            assert "Rows Removed" not in plan


@BOTH
def test_reading_a_page_costs_the_same_whatever_the_length(post, order):
    def statements(size: int, parents, number: int) -> int:
        other = making.post(size + number)
        long(other, parents(size))
        with CaptureQueriesContext(connection) as queries:
            reading.read(other, order=order, number=number)
        return len(queries)

    assert statements(20, singles, 1) == statements(2, singles, 1) == 2
    assert statements(450, singles, 2) == statements(2000, singles, 5) == 2
    assert statements(451, wide, 2) == statements(2001, deep, 6) == 3
