"""Bars drawn on the server: of the right height, without style and without words."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from moderation.chart import BAR, HEIGHT, STEP, bars_svg

columns = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=30)


@given(columns)
def test_each_number_is_a_piece_of_its_height(numbers):
    svg = bars_svg(numbers, ("seen", "unseen"))
    if not any(map(any, numbers)):
        assert svg == ""
        return
    drawn = ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert drawn.get("viewBox") == f"0 0 {STEP * len(numbers)} {HEIGHT}"
    tallest = max(map(sum, numbers))
    expected = [
        (name, place * STEP + (STEP - BAR) / 2, number / tallest * HEIGHT)
        for place, column in enumerate(numbers)
        for name, number in zip(("seen", "unseen"), column, strict=True)
        if number
    ]
    found = [
        (piece.get("class"), float(piece.get("x")), float(piece.get("height")))
        for piece in drawn
    ]
    assert len(found) == len(expected)
    for (name, x, height), (wanted, at, high) in zip(found, expected, strict=True):
        assert (name, x) == (wanted, at)
        assert abs(height - high) < 0.01
    for piece in drawn:
        bottom = float(piece.get("y")) + float(piece.get("height"))
        assert float(piece.get("y")) >= -0.01
        assert bottom <= HEIGHT + 0.01


def test_the_pieces_of_a_bar_stand_on_each_other():
    svg = bars_svg([(30, 10)], ("seen", "unseen"))
    seen, unseen = ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert float(seen.get("y")) == 25
    assert float(unseen.get("y")) == 0
    assert float(unseen.get("height")) == 25


def test_no_style_stands_in_it():
    svg = bars_svg([(1, 2)], ("seen", "unseen"))
    assert not re.search(r"\bstyle\b|\bon\w+=|#[0-9a-f]{3}", svg)
    assert 'aria-hidden="true"' in svg
