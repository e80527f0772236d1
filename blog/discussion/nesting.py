"""Nested sets as plain numbers: the tree fields of comments, worked out in memory.

Pure: ids and parents in, numbers out. The bulk import, the check and the rebuild of
trees all stand on it.
"""

from collections.abc import Hashable, Iterable
from itertools import groupby
from typing import NamedTuple


class Place(NamedTuple):
    """The interval and the depth of a comment in its tree."""

    lft: int
    rght: int
    level: int


class Row(NamedTuple):
    """The tree fields of one stored comment."""

    id: int
    parent_id: int | None
    tree_id: int
    lft: int
    rght: int
    level: int


def places(nodes: Iterable[tuple[Hashable, Hashable | None]]) -> dict[Hashable, Place]:
    """The place of each node in its own tree, from (id, parent id) pairs.

    Siblings keep the order in which they come; a child may come before its parent.
    Each node without a parent is the root of a tree whose interval begins with 1.
    Nodes whose chain of parents does not end at a root (a circle, a parent that is not
    among the nodes) are left out of the answer. No recursion: depth is not limited.
    """
    children: dict[Hashable, list[Hashable]] = {}
    roots: list[Hashable] = []
    for node, parent in nodes:
        if parent is None:
            roots.append(node)
        else:
            children.setdefault(parent, []).append(node)
    found: dict[Hashable, Place] = {}
    for root in roots:
        if root not in children:
            found[root] = Place(1, 2, 0)
            continue
        counter = 1
        left: list[tuple[Hashable, int]] = [(root, counter)]
        waiting = [iter(children[root])]
        while left:
            counter += 1
            child = next(waiting[-1], None)
            if child is None:
                node, lft = left.pop()
                waiting.pop()
                found[node] = Place(lft, counter, len(left))
            else:
                left.append((child, counter))
                waiting.append(iter(children.get(child, ())))
    return found


def with_child(
    nodes: list[tuple[int, int | None]],
    child: tuple[int, int | None],
    *,
    before: Iterable[int] | None = None,
    after: Iterable[int] | None = None,
) -> list[tuple[int, int | None]]:
    """``nodes`` with one more, (id, parent id), as the last of its siblings.

    Where it stood among them before, ``before`` and ``after`` are those that came
    first then and those that followed: it goes between them, and of those that were
    not there then, which hardly ever happens, the older ones come first.
    """
    is_back = before is not None
    before, after = set(before or ()), set(after or ())
    siblings = [node for node, parent in nodes if parent == child[1]]
    first = max((n + 1 for n, node in enumerate(siblings) if node in before), default=0)
    later = [n for n, node in enumerate(siblings) if node in after and n >= first]
    place = later[0] if later else len(siblings)
    if is_back:
        while place > first and siblings[place - 1] > child[0]:
            place -= 1
    if place == len(siblings):
        return [*nodes, child]
    at = nodes.index((siblings[place], child[1]))
    return [*nodes[:at], child, *nodes[at:]]


def bad_trees(rows: Iterable[Row]) -> set[int]:
    """The ``tree_id`` of every tree whose numbers do not say what its parents say.

    ``rows`` must come by tree and within it by ``lft``. A sound tree has one root, its
    numbers run from 1 to twice its size without a gap, and each node lies directly
    inside its parent, one level deeper. A parent in another tree is a fault of the
    child's tree.
    """
    return {
        tree_id
        for tree_id, tree in groupby(rows, key=lambda row: row.tree_id)
        if not _is_sound(list(tree))
    }


def _is_sound(tree: list[Row]) -> bool:
    root = tree[0]
    if (root.parent_id, root.lft, root.rght, root.level) != (None, 1, 2 * len(tree), 0):
        return False
    above = [root]
    counter = 1
    for row in tree[1:]:
        counter += 1
        while above and above[-1].rght == counter:
            above.pop()
            counter += 1
        if not above or (row.parent_id, row.lft, row.level) != (
            above[-1].id,
            counter,
            len(above),
        ):
            return False
        if row.rght <= row.lft or row.rght >= above[-1].rght:
            return False
        above.append(row)
    # What is still open must close with the numbers that follow, up to the root's.
    while above:
        counter += 1
        if above.pop().rght != counter:
            return False
    return True
