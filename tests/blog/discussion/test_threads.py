"""A discussion as the rows that a page draws: which, in what order, how deep."""

from dataclasses import dataclass
from itertools import pairwise
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from blog.discussion.threads import LEVELS, Part, ThreadRow, rows

from .forests import forests, in_tree_order


@dataclass(frozen=True)
class Drawn:
    """What the drawing asks of a comment, and nothing else."""

    pk: int
    parent_id: int | None
    is_published: bool = True
    was_shown: bool = False
    leaves_stub: bool = False


@st.composite
def discussions(draw, max_size: int = 25) -> list[Drawn]:
    flags = st.booleans()
    return [
        Drawn(node, parent, draw(flags))
        for node, parent in in_tree_order(draw(forests(max_size)))
    ]


def chain(length: int) -> list[Drawn]:
    return [Drawn(number, number - 1 or None) for number in range(1, length + 1)]


def published_below(comments: list[Drawn]) -> dict[int, int]:
    """How many published comments descend from each, counted from the bottom up."""
    parents = {comment.pk: comment.parent_id for comment in comments}
    below = dict.fromkeys(parents, 0)
    for comment in comments:
        above = comment.parent_id
        while comment.is_published and above in parents:
            below[above] += 1
            above = parents[above]
    return below


def listing(drawn: list[ThreadRow]) -> list:
    """Nested lists [[pk, replies], …], as a browser builds them from the rows.

    Fails where a list is closed that was never opened, or is left open at the end.
    """
    page: list = []
    open_lists = [page]
    for row in drawn:
        assert len(open_lists) == row.level + 1, "the row stands in the wrong list"
        item: list = [row.comment.pk, []]
        open_lists[-1].append(item)
        if row.begins_replies:
            open_lists.append(item[1])
        for _ in row.ends_replies:
            open_lists.pop()
    assert open_lists == [page], "a list is left open"
    return page


# --- examples --------------------------------------------------------------------


def test_no_comments_no_rows():
    assert rows([]) == []


def test_a_thread_is_drawn_in_its_order_with_the_numbers_of_the_old_blog():
    drawn = rows(
        [Drawn(10, None), Drawn(11, 10), Drawn(12, 11), Drawn(13, 10), Drawn(14, None)]
    )
    assert [(row.number, row.comment.pk, row.level) for row in drawn] == [
        ("1", 10, 0),
        ("1.1", 11, 1),
        ("1.1.1", 12, 2),
        ("1.2", 13, 1),
        ("2", 14, 0),
    ]
    assert [row.replies for row in drawn] == [3, 1, 0, 0, 0]
    assert listing(drawn) == [[10, [[11, [[12, []]]], [13, []]]], [14, []]]


def test_an_unpublished_comment_without_answers_is_not_drawn():
    assert [row.comment.pk for row in rows([Drawn(1, None), Drawn(2, 1, False)])] == [1]
    assert rows([Drawn(1, None, False), Drawn(2, 1, False)]) == []


def test_what_was_taken_away_is_drawn_and_keeps_what_it_hangs_on():
    drawn = rows(
        [
            Drawn(1, None, False, leaves_stub=True),
            Drawn(2, None, False),
            Drawn(3, 2, False, leaves_stub=True),
            Drawn(4, 2, False),
            Drawn(5, None),
        ]
    )
    assert [(row.comment.pk, row.number, row.is_bare) for row in drawn] == [
        (1, "1", True),
        (2, "2", True),
        (3, "2.1", True),
        (5, "3", False),
    ]
    assert [row.replies for row in drawn] == [0] * 4
    assert listing(drawn) == [[1, []], [2, [[3, []]]], [5, []]]


def test_hiding_a_comment_does_not_change_how_the_others_are_called():
    before = [Drawn(1, None), Drawn(2, None), Drawn(3, 2), Drawn(4, 2), Drawn(5, None)]
    hidden = {1, 3}
    after = [
        Drawn(each.pk, each.parent_id, each.pk not in hidden, was_shown=True)
        for each in before
    ]
    numbers = {row.comment.pk: row.number for row in rows(before)}
    assert {row.comment.pk: row.number for row in rows(after)} == {
        pk: number for pk, number in numbers.items() if pk not in hidden
    }


def test_hiding_an_answer_and_what_it_answers_renumbers_no_thread():
    comments = [
        Drawn(1, None, is_published=False, was_shown=True),
        Drawn(2, 1, is_published=False, was_shown=True),
        Drawn(3, None),
    ]
    assert [row.number for row in rows(comments)] == ["2"]


def test_the_number_of_a_deep_answer_ends_with_its_sixth_part():
    drawn = rows(chain(5000))
    assert drawn[5].number == "1.1.1.1.1.1"
    assert {row.number for row in drawn[6:]} == {"1.1.1.1.1.1…"}


def test_the_newest_thread_can_stand_first_and_is_called_as_ever():
    drawn = rows(
        [Drawn(1, None), Drawn(2, 1), Drawn(3, None), Drawn(4, 3), Drawn(5, 3)],
        newest_first=True,
    )
    assert [(row.comment.pk, row.number) for row in drawn] == [
        (3, "2"),
        (4, "2.1"),
        (5, "2.2"),
        (1, "1"),
        (2, "1.1"),
    ]
    assert listing(drawn) == [[3, [[4, []], [5, []]]], [1, [[2, []]]]]


def test_a_row_knows_whether_what_it_answers_stands_right_above_it():
    drawn = rows([Drawn(1, None), Drawn(2, 1), Drawn(3, 2), Drawn(4, 1)])
    assert [row.follows_parent for row in drawn] == [False, True, True, False]


def test_a_part_of_a_thread_hangs_on_what_it_answers_elsewhere():
    above = {1: (0, Drawn(1, None)), 2: (1, Drawn(2, 1, is_published=False))}
    part = Part("7.3.2", above, goes_on={5})
    drawn = rows(
        [Drawn(4, 2), Drawn(5, 1, is_published=False, was_shown=True)], part=part
    )
    assert [(row.comment.pk, row.number, row.is_elsewhere) for row in drawn] == [
        (1, "7", True),
        (2, "7.3", True),
        (4, "7.3.2", False),
        (5, "7.4", False),
    ]
    assert [row.is_stub for row in drawn] == [False, True, False, True]
    assert drawn[3].goes_on
    assert listing(drawn) == [[1, [[2, [[4, []]]], [5, []]]]]


def test_a_published_answer_keeps_its_place_below_a_stub():
    top, stub, answer = rows(
        [Drawn(1, None), Drawn(2, 1, False), Drawn(3, 2), Drawn(4, 2, False)]
    )
    assert (stub.is_stub, stub.level, stub.replies) == (True, 1, 1)
    assert (answer.is_stub, answer.level, answer.number) == (False, 2, "1.1.1")
    assert top.replies == 1


def test_a_long_argument_goes_flat_and_says_whom_it_answers():
    drawn = rows(chain(9))
    assert [row.level for row in drawn] == [0, 1, 2, 3, 4, 5, 5, 5, 5]
    assert [row.in_reply_to and row.in_reply_to.comment.pk for row in drawn] == [
        *[None] * 6,
        6,
        7,
        8,
    ]
    assert [len(row.ends_replies) for row in drawn] == [*[0] * 8, 5]


def test_the_next_thread_closes_all_lists_of_the_one_before():
    drawn = rows([*chain(4), Drawn(9, None)])
    assert len(drawn[3].ends_replies) == 3
    assert drawn[4].level == 0


def test_a_comment_whose_parent_is_not_there_is_drawn_at_the_top():
    first, second, below = rows([Drawn(1, 99), Drawn(2, 98), Drawn(3, 2)])
    assert [first.level, second.level, below.level] == [0, 0, 1]
    assert [first.number, second.number, below.number] == ["1", "2", "2.1"]


def test_only_four_things_are_asked_of_a_comment():
    bare = SimpleNamespace(
        pk=1, parent_id=None, is_published=True, was_shown=True, leaves_stub=False
    )
    assert rows(iter([bare]))[0].comment is bare


def test_two_thousand_answers_below_each_other_are_drawn():
    drawn = rows(chain(2000))
    assert drawn[-1].depth == 1999
    assert drawn[0].replies == 1999
    listing(drawn)


# --- for any discussion ----------------------------------------------------------


@given(discussions())
def test_drawn_is_what_is_published_and_stubs_that_carry_it(comments):
    below = published_below(comments)
    drawn = rows(comments)
    assert [row.comment for row in drawn] == [
        comment for comment in comments if comment.is_published or below[comment.pk]
    ]
    assert all(row.is_stub != row.comment.is_published for row in drawn)
    assert [row.replies for row in drawn] == [below[row.comment.pk] for row in drawn]


@given(discussions())
def test_depth_follows_the_parents_and_what_is_too_deep_names_its_parent(comments):
    drawn = {row.comment.pk: row for row in rows(comments)}
    for row in drawn.values():
        parent = drawn.get(row.comment.parent_id)
        assert row.depth == (parent.depth + 1 if parent else 0)
        assert row.level == min(row.depth, LEVELS - 1)
        assert row.in_reply_to is (parent if row.depth >= LEVELS else None)


@given(discussions(max_size=40), st.data())
def test_lists_are_well_formed_for_any_part_of_a_discussion(comments, data):
    kept = data.draw(st.lists(st.booleans(), min_size=len(comments)))
    part = [comment for comment, keep in zip(comments, kept, strict=False) if keep]
    for some in (comments, part):
        drawn = rows(some)
        listing(drawn)
        levels = [row.level for row in drawn]
        assert all(0 <= level <= 5 for level in levels)
        assert all(level <= before + 1 for before, level in pairwise(levels))


@given(discussions())
def test_the_list_a_row_stands_in_is_that_of_its_parent(comments):
    """Down to the last level; below it the rows stand side by side."""
    drawn = rows(comments)
    parents = {row.comment.pk: row.comment.parent_id for row in drawn}

    def check(items: list, parent: int | None, level: int) -> None:
        for pk, replies in items:
            assert level == LEVELS - 1 or parents[pk] == parent
            check(replies, pk, level + 1)

    check(listing(drawn), None, 0)


@given(discussions())
def test_numbers_are_unique_and_count_the_drawn_siblings(comments):
    # Deeper numbers end with their sixth part.
    drawn = [row for row in rows(comments) if row.depth < LEVELS]
    assert len({row.number for row in drawn}) == len(drawn)
    counted: dict[int | None, int] = {}
    numbers: dict[int | None, str] = {}
    for row in drawn:
        above = row.comment.parent_id
        counted[above] = counted.get(above, 0) + 1
        prefix = f"{numbers[above]}." if above is not None else ""
        assert row.number == f"{prefix}{counted[above]}"
        numbers[row.comment.pk] = row.number
