"""A chart of bars as SVG, drawn on the server. Pure.

No text is in it, which would shrink with it on a phone; what it shows stands below it
in words and beside it in a table. Colours come from the stylesheet by classes.
"""

from collections.abc import Sequence

HEIGHT = 100
STEP, BAR = 10, 8


def bars_svg(columns: Sequence[Sequence[int]], classes: Sequence[str]) -> str:
    """A bar for each column, of one piece for each class, the first at the bottom.

    "" if there is nothing to draw. It is hidden from screen readers: the table says
    more.
    """
    tallest = max((sum(column) for column in columns), default=0)
    if not tallest:
        return ""
    width = STEP * len(columns)
    out = [
        f'<svg class="bars" viewBox="0 0 {width} {HEIGHT}" aria-hidden="true" '
        'preserveAspectRatio="none" focusable="false">'
    ]
    for place, column in enumerate(columns):
        x, top = place * STEP + (STEP - BAR) / 2, float(HEIGHT)
        for number, name in zip(column, classes, strict=True):
            height = number / tallest * HEIGHT
            top -= height
            if number:
                out.append(
                    f'<rect class="{name}" x="{x:g}" y="{top:.2f}" width="{BAR}" '
                    f'height="{height:.2f}"/>'
                )
    out.append("</svg>")
    return "".join(out)
