"""Random discussions for property tests."""

from hypothesis import strategies as st

Pairs = list[tuple[int, int | None]]


@st.composite
def forests(draw, max_size: int = 25) -> Pairs:
    """(id, parent id) of sound forests: each parent exists, in any order of nodes."""
    size = draw(st.integers(0, max_size))
    ids = draw(st.permutations(range(100, 100 + size)))
    # A short reach makes deep forests, a long one flat ones.
    reach = draw(st.sampled_from([1, 2, 4, max_size]))
    choices = (st.integers(max(-1, index - reach), index - 1) for index in range(size))
    pairs = [
        (ids[index], ids[above] if above >= 0 else None)
        for index, above in enumerate(draw(st.tuples(*choices)))
    ]
    return draw(st.permutations(pairs))


@st.composite
def wild_forests(draw, max_size: int = 25) -> Pairs:
    """A forest, and among it nodes on circles and below parents that do not exist."""
    pairs = draw(forests(max_size))
    known = [node for node, _ in pairs]
    strays = range(1000, 1000 + draw(st.integers(0, 8)))
    targets = st.sampled_from([*known, *strays, 9999])
    pairs += [(stray, draw(targets)) for stray in strays]
    return draw(st.permutations(pairs))


def in_tree_order(pairs: Pairs) -> Pairs:
    """The same nodes, each parent right before its first child: a walk in depth."""
    children: dict[int | None, list[int]] = {}
    for node, parent in pairs:
        children.setdefault(parent, []).append(node)
    walked: Pairs = []
    waiting = [(node, None) for node in reversed(children.get(None, []))]
    while waiting:
        node, parent = waiting.pop()
        walked.append((node, parent))
        waiting += [(child, node) for child in reversed(children.get(node, []))]
    return walked
