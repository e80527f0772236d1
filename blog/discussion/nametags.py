"""What stands beside a name: the tag that proves it, or that nothing does. Pure.

Names are typed by anybody, and one may end like a tag; so a tag stands in an element of
its own that looks like no text.
"""

from html import escape

from .pseudonyms import Mark, grouped

_ABOUT = {
    Mark.NOT_VERIFIED: "This name is claimed with a pass-phrase; "
    "this was written without it.",
    Mark.SEVERAL: "This name is claimed with more than one pass-phrase.",
}
_ABOUT_TAG = (
    "A claimed name: whoever types the same pass-phrase has the same tag. "
    "It does not say who that is."
)


def nametag_html(tag: str, mark: Mark | None = None) -> str:
    """What follows a name: its tag and what is to be told of it, "" for nothing.

    It is read out as "claimed name, tag k7qf2-m9xdv".
    """
    html = ""
    if tag:
        html = (
            f' <span class="tag" title="{_ABOUT_TAG}">'
            f'<span class="vh">, claimed name, tag </span>{escape(grouped(tag))}</span>'
        )
    if mark:
        html += (
            f' <span class="of-name" title="{_ABOUT[mark]}">'
            f'<span class="vh">, </span>{mark}</span>'
        )
    return html


def signed_html(signature: str) -> str:
    """With which name a nameless text ends."""
    return f"signed “<bdi>{escape(signature)}</bdi>”, not verified"
