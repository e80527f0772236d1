"""What a sound tree is, by the definition and without the code under test.

Quadratic and plain on purpose: an interval lies in another exactly where its node
descends from the other's, and the ends of all intervals of a tree are 1 to 2n.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Node(NamedTuple):
    id: int
    parent_id: int | None
    tree_id: int
    lft: int
    rght: int
    level: int


def ancestors(node: int, parents: dict[int, int | None]) -> list[int] | None:
    """The chain of parents, the nearest first; None where it reaches no root."""
    chain: list[int] = []
    while (node := parents[node]) is not None:
        if node in chain or node not in parents:
            return None
        chain.append(node)
    return chain


def unsound_trees(nodes: Iterable[tuple]) -> set[int]:
    """The numbers of the trees that are not what their parents say."""
    trees: dict[int, list[Node]] = defaultdict(list)
    for node in nodes:
        trees[node[2]].append(Node(*node))
    return {number for number, tree in trees.items() if not _is_sound(tree)}


def _is_sound(tree: list[Node]) -> bool:
    parents = {node.id: node.parent_id for node in tree}
    chains = {node: ancestors(node, parents) for node in parents}
    if list(parents.values()).count(None) != 1 or None in chains.values():
        return False
    if any(node.level != len(chains[node.id]) for node in tree):
        return False
    ends = sorted([node.lft for node in tree] + [node.rght for node in tree])
    if ends != list(range(1, 2 * len(tree) + 1)):
        return False
    if any(node.lft >= node.rght for node in tree):
        return False
    return all(
        (outer.lft < inner.lft and inner.rght < outer.rght)
        == (outer.id in chains[inner.id])
        for inner in tree
        for outer in tree
        if inner.id != outer.id
    )


def children_in_order(nodes: Iterable[tuple]) -> dict[int | None, list[int]]:
    """The children of each node by ``lft``; the roots by the number of their tree."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for node in sorted(map(Node._make, nodes), key=lambda node: (node[2], node[3])):
        children[node.parent_id].append(node.id)
    return dict(children)
