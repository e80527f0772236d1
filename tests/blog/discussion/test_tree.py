"""The tree of comments in the database: inserts, limits, check and repair."""

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.discussion import submission, tree
from blog.models import Comment, Post

from .soundness import children_in_order, unsound_trees

FIELDS = ("pk", "parent_id", "tree_id", "lft", "rght", "level")


def submit(post: Post, text: str, **more) -> Comment:
    return submission.submit(post, text, **more).comment


def nodes() -> list[tuple]:
    return list(Comment.objects.order_by("pk").values_list(*FIELDS))


def children() -> dict[int | None, list[int]]:
    return children_in_order(nodes())


@contextmanager
def undone():
    """Whatever happens inside leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def post(db) -> Post:
    return Post.objects.create(title="Rota", status=Post.Status.PUBLISHED)


@pytest.fixture
def other_post(db) -> Post:
    return Post.objects.create(title="Lifeboats", status=Post.Status.PUBLISHED)


@pytest.fixture
def thread(post) -> list[Comment]:
    """One root; below it two answers; below the first of them two more."""
    root = submit(post, "root")
    first = submit(post, "first", parent=root)
    second = submit(post, "second", parent=root)
    under = submit(post, "under first", parent=first)
    too = submit(post, "under first too", parent=first)
    stored = Comment.objects.in_bulk()
    return [stored[made.pk] for made in (root, first, second, under, too)]


# --- any sequence of inserts -----------------------------------------------------

INSERTS = st.lists(
    st.tuples(
        st.integers(0, 2),  # the post
        st.one_of(st.none(), st.integers(0, 30)),  # which earlier comment is answered
        st.booleans(),  # through submit, or through insert
        st.booleans(),  # the instance as it was made, or read anew
    ),
    max_size=20,
)


@pytest.mark.django_db
@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(INSERTS)
def test_any_inserts_leave_sound_trees_that_match_the_answers_given(inserts):
    with undone():
        posts = [
            Post.objects.create(title=title, status="published") for title in "abc"
        ]
        made: list[Comment] = []
        expected: dict[int | None, list[int]] = {}
        levels: dict[int, int] = {}
        for post_index, target, through_submit, fresh in inserts:
            parent = None if target is None or not made else made[target % len(made)]
            if parent is not None and parent.post != posts[post_index]:
                with pytest.raises(tree.NotInThisDiscussion):
                    submit(posts[post_index], "lost", parent=parent)
                continue
            if fresh and parent is not None:
                parent = Comment.objects.get(pk=parent.pk)
            comment = (
                submit(posts[post_index], "text", parent=parent)
                if through_submit
                else tree.insert(posts[post_index], parent, text="text")
            )
            made.append(comment)
            above = parent and parent.pk
            expected.setdefault(above, []).append(comment.pk)
            levels[comment.pk] = levels[above] + 1 if above else 0

        rows = nodes()
        assert unsound_trees(rows) == set()
        assert children_in_order(rows) == expected
        assert {row[0]: row[5] for row in rows} == levels
        roots = len(expected.get(None, []))
        assert tree.check() == tree.TreeCheck(len(made), roots, [])


def test_what_insert_returns_is_what_is_stored(thread, post):
    comment = tree.insert(post, thread[1], text="answer", name="Bosun")
    stored = Comment.objects.get(pk=comment.pk)
    assert (stored.text, stored.name, stored.post) == ("answer", "Bosun", post)
    assert [getattr(comment, field) for field in FIELDS] == [
        getattr(stored, field) for field in FIELDS
    ]


def test_a_parent_loaded_long_ago_still_gives_a_sound_tree(post):
    stale = submit(post, "root")
    for _ in range(4):
        answer = submit(post, "answer", parent=Comment.objects.get(pk=stale.pk))
        submit(post, "deeper", parent=answer)
    late = submit(post, "late", parent=stale)
    assert stale.rght == 2
    assert unsound_trees(nodes()) == set()
    assert children()[stale.pk][-1] == late.pk


def test_a_parent_that_was_changed_in_memory_is_not_believed(thread, other_post):
    """The row decides to which post and tree it belongs, not the instance."""
    root = thread[0]
    root.post, root.tree_id, root.lft, root.rght = other_post, 9999, 50, 60
    with pytest.raises(tree.NotInThisDiscussion):
        submit(other_post, "smuggled", parent=root)
    submit(Post.objects.get(title="Rota"), "answer", parent=root)
    assert unsound_trees(nodes()) == set()


def test_a_parent_of_another_post_is_refused_and_nothing_stored(thread, other_post):
    before = nodes()
    with pytest.raises(tree.NotInThisDiscussion, match=thread[1].public_id):
        submit(other_post, "lost", parent=thread[1])
    assert nodes() == before


def test_a_parent_that_is_gone_is_refused_and_nothing_stored(post):
    gone = tree.insert(post, text="gone")
    Comment.objects.filter(pk=gone.pk)._raw_delete("default")
    with pytest.raises(tree.NotInThisDiscussion, match=gone.public_id):
        submit(post, "answer", parent=gone)
    assert nodes() == []


def test_a_parent_that_was_never_saved_is_refused(post):
    with pytest.raises(tree.NotInThisDiscussion):
        submit(post, "answer", parent=Comment(post=post))
    assert nodes() == []


def test_what_is_submitted_waits_is_rendered_and_tells_no_second(post):
    before = datetime.now(UTC)
    comment = submit(post, "<b>one</b>\n\ntwo", name="Deckhand")
    comment.refresh_from_db()
    assert comment.state == Comment.State.PENDING
    assert comment.html == "<p>&lt;b&gt;one&lt;/b&gt;</p>\n<p>two</p>\n"
    assert comment.text == "<b>one</b>\n\ntwo"
    assert comment.published_at is None
    assert (comment.written_at.second, comment.written_at.microsecond) == (0, 0)
    assert abs((comment.written_at - before).total_seconds()) <= 60
    assert (comment.name, comment.version) == ("Deckhand", 1)


def test_an_insert_costs_the_same_in_a_short_and_in_a_long_discussion(post):
    def queries(parent: Comment | None) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            tree.insert(post, parent, text="one more")
        return [query["sql"] for query in captured.captured_queries]

    root = submit(post, "root")
    deep = submit(post, "answer", parent=root)
    submit(post, "answer", parent=root)
    few, few_roots = queries(deep), queries(None)
    for _ in range(18):
        submit(post, "answer", parent=deep)
    many, many_roots = queries(deep), queries(None)
    assert len(many) == len(few), "\n".join(many)
    assert len(many_roots) == len(few_roots), "\n".join(many_roots)
    assert len(many) <= 10, "\n".join(many)


@pytest.mark.django_db(transaction=True)
def test_a_thread_saved_past_the_funnel_is_refused():
    """The number of a tree is given only where no other writer can be given it."""
    post = Post.objects.create(title="Rota", status="published")
    with pytest.raises(transaction.TransactionManagementError, match="transaction"):
        Comment(post=post, text="past the funnel").save()
    assert nodes() == []


# --- what the database itself refuses --------------------------------------------


def refused(constraint: str, **changes) -> None:
    """The database refuses the update, and by this constraint."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Comment.objects.filter(text="first").update(**changes)
    if constraint == "comment_one_root_a_tree" and connection.vendor == "sqlite":
        constraint = "blog_comment.tree_id"
    assert constraint in str(caught.value)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("comment_state_known", {"state": "approved"}),
        ("comment_state_known", {"state": ""}),
        ("comment_version_positive", {"version": 0}),
        ("comment_erased_is_empty", {"state": "erased"}),
        ("comment_erased_is_empty", {"state": "erased", "text": ""}),
        ("comment_erased_is_empty", {"state": "erased", "html": ""}),
        ("comment_interval_valid", {"lft": F("rght"), "rght": F("lft")}),
        ("comment_interval_valid", {"rght": F("lft")}),
        ("comment_interval_valid", {"lft": 0}),
        ("comment_only_roots_at_level_0", {"level": 0}),
        ("comment_only_roots_at_level_0", {"parent": None}),
        ("comment_one_root_a_tree", {"parent": None, "level": 0}),
    ],
)
def test_the_database_refuses(thread, constraint, changes):
    refused(constraint, **changes)


def test_an_erased_comment_without_words_is_accepted(thread):
    changed = Comment.objects.filter(text="first").update(
        state="erased", text="", html=""
    )
    assert changed == 1


@pytest.mark.parametrize("state", Comment.State.values)
def test_every_state_of_the_vocabulary_is_accepted(thread, state):
    found = Comment.objects.filter(pk=thread[0].pk)
    assert found.update(state=state, text="", html="") == 1


def test_a_root_cannot_take_the_number_of_another_tree(thread, post):
    second = submit(post, "second thread")
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=second.pk).update(tree_id=thread[0].tree_id)


def test_a_comment_that_has_answers_cannot_be_deleted(thread):
    with pytest.raises(IntegrityError):
        thread[1].delete()
    assert len(nodes()) == 5


# --- check_trees -----------------------------------------------------------------


def run_check(*arguments: str) -> tuple[str, str]:
    """What the command printed, and its error or nothing."""
    out = StringIO()
    try:
        call_command("check_trees", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def change(comment: Comment, **changes) -> None:
    assert Comment.objects.filter(pk=comment.pk).update(**changes) == 1


ROOT, FIRST, SECOND, UNDER, TOO = range(5)

CORRUPTIONS = {
    "a number too far right": (SECOND, {"rght": 90}),
    "an interval moved away": (SECOND, {"lft": 70, "rght": 71}),
    "an interval over its sibling's": (SECOND, {"lft": 2, "rght": 7}),
    "the root too small": (ROOT, {"rght": 8}),
    "the root not at 1": (ROOT, {"lft": 2, "rght": 11}),
    "a wrong level": (UNDER, {"level": 1}),
    "another tree's number": (FIRST, {"tree_id": 9000}),
    "the root in another tree": (ROOT, {"tree_id": 9000}),
    "a leaf in another tree": (TOO, {"tree_id": 9000}),
}


def test_a_clean_table_passes(thread, other_post):
    submit(other_post, "elsewhere")
    assert run_check() == ("6 comments in 2 trees: 0 wrong.\n", "")
    assert run_check("--rebuild") == run_check()


def test_an_empty_table_passes(db):
    assert run_check() == ("0 comments in 0 trees: 0 wrong.\n", "")


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_is_found_and_left_alone(thread, name):
    index, changes = CORRUPTIONS[name]
    change(thread[index], **changes)
    corrupt = nodes()
    out, error = run_check()
    assert "--rebuild" in error
    for number in unsound_trees(corrupt):
        assert str(number) in out.splitlines()[1]
    assert nodes() == corrupt


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_is_repaired_from_the_parents(thread, post, name):
    bystander = submit(post, "a thread of its own")
    parents = {comment.pk: comment.parent_id for comment in thread}
    index, changes = CORRUPTIONS[name]
    change(thread[index], **changes)
    out, error = run_check("--rebuild")
    assert error == ""
    assert "Rebuilt: " in out
    rows = nodes()
    assert unsound_trees(rows) == set()
    assert {row[0]: row[1] for row in rows if row[0] in parents} == parents
    assert Comment.objects.get(pk=bystander.pk).tree_id == bystander.tree_id


KEEPS_ORDER = [
    name for name in CORRUPTIONS if not CORRUPTIONS[name][1].keys() & {"lft"}
]


@pytest.mark.parametrize("name", KEEPS_ORDER)
def test_repair_keeps_the_order_of_siblings_that_lft_still_tells(thread, name):
    """Turned against the order of their keys, so that only ``lft`` can tell it."""
    change(thread[FIRST], lft=4, rght=9)
    change(thread[SECOND], lft=2, rght=3)
    change(thread[UNDER], lft=7, rght=8)
    change(thread[TOO], lft=5, rght=6)
    before = children()
    assert before[thread[ROOT].pk] == [thread[SECOND].pk, thread[FIRST].pk]
    assert unsound_trees(nodes()) == set()

    index, changes = CORRUPTIONS[name]
    change(thread[index], **changes)
    run_check("--rebuild")
    assert children() == before
    assert unsound_trees(nodes()) == set()


def test_parents_are_the_truth_when_an_answer_hangs_elsewhere(thread, post):
    target = submit(post, "another thread")
    change(thread[FIRST], parent_id=target.pk)
    _, error = run_check("--rebuild")
    assert error == ""
    assert unsound_trees(nodes()) == set()
    moved = Comment.objects.filter(pk__in=[thread[i].pk for i in (FIRST, UNDER, TOO)])
    assert set(moved.values_list("tree_id", flat=True)) == {target.tree_id}
    assert children()[thread[ROOT].pk] == [thread[SECOND].pk]


def test_a_repaired_tree_takes_further_answers(thread, post):
    change(thread[ROOT], rght=8)
    change(thread[FIRST], tree_id=9000)
    run_check("--rebuild")
    submit(post, "after the repair", parent=thread[UNDER])
    submit(post, "a new thread after the repair")
    assert unsound_trees(nodes()) == set()


def test_a_circle_of_parents_is_reported_and_not_looped_on(thread, post):
    sound = submit(post, "sound")
    change(thread[FIRST], parent_id=thread[UNDER].pk)
    _, error = run_check("--rebuild")
    assert "circle" in error
    assert str(thread[ROOT].tree_id) in error
    assert str(sound.tree_id) not in error
    assert Comment.objects.count() == 6


def test_a_comment_that_is_its_own_parent_is_reported(thread):
    change(thread[TOO], parent_id=thread[TOO].pk)
    assert "circle" in run_check("--rebuild")[1]


def test_a_circle_without_a_root_is_reported(thread):
    change(thread[ROOT], parent_id=thread[TOO].pk, level=1)
    assert "circle" in run_check("--rebuild")[1]


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=1, max_size=15),
    st.lists(
        st.tuples(
            st.integers(0, 30),
            st.integers(1, 5),
            st.integers(1, 30),
            st.integers(1, 30),
        ),
        max_size=6,
    ),
)
@pytest.mark.django_db
def test_any_numbers_at_all_are_repaired(answered, damages):
    with undone():
        post = Post.objects.create(title="Rota", status="published")
        made: list[Comment] = []
        for target in answered:
            parent = None if target is None or not made else made[target % len(made)]
            made.append(submit(post, "text", parent=parent))
        parents = {comment.pk: comment.parent_id for comment in made}
        for target, level, left, width in damages:
            comment = made[target % len(made)]
            changes = {"lft": left, "rght": left + width}
            if comment.parent_id is not None:
                changes |= {"level": level, "tree_id": 8000 + width}
            change(comment, **changes)
        assert tree.check().bad == sorted(unsound_trees(nodes()))
        tree.rebuild(tree.check().bad)
        rows = nodes()
        assert unsound_trees(rows) == set()
        assert {row[0]: row[1] for row in rows} == parents


def test_repairing_costs_a_constant_number_of_queries(thread, post):
    def queries() -> int:
        change(thread[ROOT], rght=90)
        with CaptureQueriesContext(connection) as captured:
            tree.rebuild(tree.check().bad)
        return len(captured)

    few = queries()
    for _ in range(18):
        submit(post, "answer", parent=thread[SECOND])
    assert queries() == few


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="Only PostgreSQL locks rows."
)
def test_a_repair_waits_for_every_tree_that_it_may_write():
    """Also for one that only a parent leads to: somebody may be answering there."""
    post = Post.objects.create(title="Rota", status="published")
    target = submit(post, "another thread")
    root = submit(post, "root")
    answer = submit(post, "answer", parent=root)
    change(answer, parent_id=target.pk)

    done = threading.Event()

    def repair() -> None:
        try:
            tree.rebuild([root.tree_id])
        finally:
            connection.close()
            done.set()

    with transaction.atomic():
        submit(post, "answered meanwhile", parent=target)
        worker = threading.Thread(target=repair, daemon=True)
        worker.start()
        assert not done.wait(0.7), "it did not wait"
    worker.join(60)
    assert done.is_set()
    assert unsound_trees(nodes()) == set()
