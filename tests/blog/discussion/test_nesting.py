"""Tree fields worked out in memory, against the definition of a nested set."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.discussion.nesting import Place, Row, bad_trees, places

from .forests import forests, wild_forests
from .soundness import ancestors, children_in_order, unsound_trees


def stored(pairs) -> list[Row]:
    """Rows as the database would give them, for nodes that reach a root."""
    found = places(pairs)
    parents = dict(pairs)
    order = {node: place for place, (node, _) in enumerate(pairs)}
    rows = []
    for node in found:
        root = (ancestors(node, parents) or [node])[-1]
        rows.append(Row(node, parents[node], 500 + order[root], *found[node]))
    return in_database_order(rows)


def in_database_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.tree_id, row.lft, row.id))


# --- places ----------------------------------------------------------------------


def test_a_small_thread_is_numbered_by_a_walk_around_it():
    assert places([("a", None), ("b", "a"), ("c", "b"), ("d", "a"), ("e", None)]) == {
        "a": Place(1, 8, 0),
        "b": Place(2, 5, 1),
        "c": Place(3, 4, 2),
        "d": Place(6, 7, 1),
        "e": Place(1, 2, 0),
    }


def test_a_child_may_come_before_its_parent():
    assert places([("c", "b"), ("b", "a"), ("a", None)]) == {
        "a": Place(1, 6, 0),
        "b": Place(2, 5, 1),
        "c": Place(3, 4, 2),
    }


def test_nothing_gives_nothing():
    assert places([]) == {}


@pytest.mark.parametrize(
    "lost",
    [
        [(2, 99)],
        [(2, 99), (3, 2)],
        [(2, 2)],
        [(2, 3), (3, 2)],
        [(2, 3), (3, 4), (4, 2), (5, 3)],
    ],
)
def test_nodes_that_reach_no_root_are_left_out(lost):
    assert places([(1, None), *lost]) == {1: Place(1, 2, 0)}


@given(wild_forests())
def test_places_are_sound_and_complete(pairs):
    parents = dict(pairs)
    reaches_a_root = {node for node in parents if ancestors(node, parents) is not None}
    assert set(places(pairs)) == reaches_a_root
    assert unsound_trees(stored(pairs)) == set()


@given(wild_forests())
def test_siblings_keep_the_order_in_which_they_come(pairs):
    found = places(pairs)
    expected: dict = {}
    for node, parent in pairs:
        if node in found:
            expected.setdefault(parent, []).append(node)
    assert children_in_order(stored(pairs)) == expected


@pytest.mark.parametrize("turned", [False, True])
def test_five_thousand_answers_below_each_other(turned):
    depth = 5000
    pairs = [(node, node - 1 if node else None) for node in range(depth)]
    found = places(pairs[::-1] if turned else pairs)
    assert found[0] == Place(1, 2 * depth, 0)
    assert found[depth - 1] == Place(depth, depth + 1, depth - 1)
    rows = [Row(node, parent, 1, *found[node]) for node, parent in pairs]
    assert bad_trees(rows) == set()
    rows[-1] = rows[-1]._replace(level=1)
    assert bad_trees(rows) == {1}


# --- bad_trees -------------------------------------------------------------------


@given(forests())
def test_every_sound_forest_is_accepted(pairs):
    assert bad_trees(stored(pairs)) == set()


@given(forests(max_size=12).filter(bool), st.data())
def test_one_changed_field_is_found_wherever_it_matters(pairs, data):
    """Some changes leave it sound: a lone root may have any number for its tree."""
    rows = stored(pairs)
    index = data.draw(st.integers(0, len(rows) - 1), label="row")
    field = data.draw(st.sampled_from(Row._fields[1:]), label="field")
    near = [getattr(rows[index], field) or 0, *(getattr(row, field) for row in rows)]
    values = [value for value in near if value is not None]
    wanted = [value + step for value in values for step in (-1, 0, 1)]
    if field == "parent_id":
        wanted += [None, *(row.id for row in rows), 9999]
    wanted = [value for value in wanted if value != getattr(rows[index], field)]
    rows[index] = rows[index]._replace(**{field: data.draw(st.sampled_from(wanted))})

    assert bad_trees(in_database_order(rows)) == unsound_trees(rows)


SOUND = [Row(1, None, 7, 1, 8, 0), Row(2, 1, 7, 2, 5, 1), Row(3, 2, 7, 3, 4, 2)]
SOUND += [Row(4, 1, 7, 6, 7, 1), Row(5, None, 8, 1, 2, 0)]


@pytest.mark.parametrize(
    ("index", "change"),
    [
        (0, {"rght": 9}),
        (0, {"level": 1}),
        (0, {"parent_id": 5}),
        (1, {"lft": 3}),
        (1, {"rght": 6}),
        (1, {"rght": 7}),
        (2, {"parent_id": 1}),
        (2, {"parent_id": 4}),
        (2, {"parent_id": None, "level": 0}),
        (2, {"level": 1}),
        (3, {"tree_id": 9}),
        (3, {"parent_id": 5}),
        (3, {"lft": 7, "rght": 6}),
    ],
)
def test_a_known_fault_is_found_in_its_tree_alone(index, change):
    rows = list(SOUND)
    rows[index] = rows[index]._replace(**change)
    found = bad_trees(in_database_order(rows))
    assert 7 in found
    assert 8 not in found


def test_two_roots_with_one_number_are_found():
    rows = [Row(1, None, 7, 1, 2, 0), Row(2, None, 7, 1, 2, 0)]
    assert bad_trees(rows) == {7}


def test_a_gap_is_found():
    assert bad_trees([Row(1, None, 7, 1, 6, 0), Row(2, 1, 7, 3, 4, 1)]) == {7}


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(0, 5)),
            st.integers(1, 2),
            st.integers(1, 10),
            st.integers(1, 10),
            st.integers(0, 3),
        ),
        max_size=6,
    )
)
@example([(None, 1, 1, 4, 0), (0, 1, 2, 3, 1)])
def test_any_rows_at_all_get_the_verdict_of_the_definition(fields):
    rows = [Row(number, *values) for number, values in enumerate(fields)]
    assert bad_trees(in_database_order(rows)) == unsound_trees(rows)
