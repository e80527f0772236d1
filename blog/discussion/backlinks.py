"""What refers to the comments of a page, and links from one to another on it. Pure."""

import re
from collections.abc import Collection, Sequence
from html import escape
from typing import NamedTuple

# More than these are folded.
SHOWN = 6
_LINK = re.compile(r'<a class="at" href="/c/([0-9a-z]+)/">')


class Answer(NamedTuple):
    """A published comment that names another by its time."""

    public_id: str
    name: str | None
    handle: str | None


def text_html(html: str, here: Collection[str]) -> str:
    """The text of a comment; where it names another on the same page, with a link that
    loads nothing. ``here`` are the public ids of what is drawn on this page."""
    if ' class="at"' not in html:
        return html
    return _LINK.sub(
        lambda found: f'<a class="at" href="{_address(found[1], here)}">', html
    )


def answered_html(answers: Sequence[Answer], here: Collection[str]) -> str:
    """The line below a comment that says who names it; empty if nobody does."""
    if not answers:
        return ""
    links = ", ".join(
        f'<a href="{_address(one.public_id, here)}">{_called(one)}</a>'
        for one in answers
    )
    if len(answers) <= SHOWN:
        return f'<p class="answered-by">Answered by {links}</p>\n'
    return (
        '<details class="answered-by">'
        f"<summary>Answered by {len(answers)} comments</summary>\n<p>{links}</p>"
        "</details>\n"
    )


def _called(one: Answer) -> str:
    return f"<bdi>{escape(one.name)}</bdi>" if one.name else one.handle or "Anon"


def _address(public_id: str, here: Collection[str]) -> str:
    return f"#c-{public_id}" if public_id in here else f"/c/{public_id}/"
