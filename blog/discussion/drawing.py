"""A discussion -> HTML, in one loop over its rows. Pure.

The page of a long thread is as fast as this loop, so that it joins strings instead of
walking a template for each comment; the text of each comment was rendered when it was
written. Everything else that goes in is escaped here.
"""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from html import escape
from typing import Protocol

from .threads import Drawable, ThreadRow, rows

# What stands in the place of a comment that readers may not see.
STUBS = {
    "withdrawn": "Removed by its writer.",
    "hidden": "Removed by a moderator.",
    "rejected": "Not published by the moderator.",
    "spam": "Removed as spam.",
    "held": "Not shown while a complaint about it is looked into.",
    "erased": "Erased.",
}
STUB = "Not shown: it is being read again."


class Comment(Drawable, Protocol):
    """What the drawing asks of a comment beside its place."""

    public_id: str
    name: str | None
    html: str
    written_at: datetime | None
    state: str
    source_id: str | None


def discussion_html(
    comments: Iterable[Comment], zone: tzinfo, *, may_reply: bool = False
) -> tuple[str, int]:
    """The list of a discussion's threads, and how many published comments it shows.

    ``comments`` come in the order of their trees; times are shown in ``zone``;
    ``may_reply`` puts a link to the form under each. An empty discussion gives an
    empty text.
    """
    drawn = rows(comments)
    out: list[str] = []
    for row in drawn:
        out.append(_stub(row, zone) if row.is_stub else _entry(row, zone, may_reply))
        if row.begins_replies:
            count = f"{row.replies} replies" if row.replies > 1 else "1 reply"
            out.append(
                f'<details class="replies" open><summary>{count}</summary>\n<ol>\n'
            )
        else:
            out.append("</li>\n")
        out.extend("</ol></details></li>\n" for _ in row.ends_replies)
    if not out:
        return "", 0
    shown = sum(not row.is_stub for row in drawn)
    return f'<ol class="threads">\n{"".join(out)}</ol>\n', shown


def _entry(row: ThreadRow, zone: tzinfo, may_reply: bool) -> str:
    comment = row.comment
    anchor = f"c-{comment.public_id}"
    handle, details = _handle(comment, row.number, zone)
    return (
        f'<li id="{anchor}" class="comment">{_old_anchor(comment)}'
        f'<article aria-labelledby="h-{anchor}">\n'
        f'<div class="by"><h3 class="handle" id="h-{anchor}">'
        f'<a href="/c/{comment.public_id}/">{handle}</a>'
        f"{_answers(row, zone)}</h3>\n"
        f'<p class="details">{details}</p></div>\n'
        f'<div class="text" dir="auto">\n{comment.html}</div>\n'
        f"{_actions(row, may_reply)}</article>"
    )


def _stub(row: ThreadRow, zone: tzinfo) -> str:
    words = STUBS.get(row.comment.state, STUB)
    return (
        f'<li id="c-{row.comment.public_id}" class="comment stub">'
        f"{_old_anchor(row.comment)}<p>{words}{_answers(row, zone)}</p>\n"
    )


def _old_anchor(comment: Comment) -> str:
    """What links to the old blog call the comment: Blogger's ``#c3341251086465812041``.

    The browser alone knows this part of an address, so that it must find it here.
    """
    if not comment.source_id:
        return ""
    program, _, number = comment.source_id.partition(":")
    if program != "blogger" or not (number.isascii() and number.isdigit()):
        return ""
    return f'<span id="c{number}"></span>'


def _handle(comment: Comment, number: str, zone: tzinfo) -> tuple[str, str]:
    """How the comment is called, and what else is known of it or is not."""
    name = f"<bdi>{escape(comment.name)}</bdi>" if comment.name else ""
    if comment.written_at is None:
        if name:
            return name, "time not recorded"
        if comment.name is None:
            return f"No. {number}", "name and time not recorded"
        return f"Anon, no. {number}", "time not recorded"
    moment = comment.written_at.astimezone(zone)
    clock = f"{moment:%H:%M}"
    iso = moment.isoformat(timespec="minutes")
    day = f"{moment.day} {moment:%b %Y}"
    if name:
        return name, f'<time datetime="{iso}">{day}, {clock}</time>'
    missing = "" if comment.name is not None else ", name not recorded"
    return f"Anon {clock}", f'<time datetime="{iso}">{day}</time>{missing}'


def _answers(row: ThreadRow, zone: tzinfo) -> str:
    """Whom the comment answers: for all where the indent ends, else for the ear."""
    if row.parent is None:
        return ""
    above = row.parent
    whom = (
        "a comment that is gone"
        if above.is_stub
        else _handle(above.comment, above.number, zone)[0]
    )
    if row.in_reply_to is None:
        return f'<span class="vh">, in reply to {whom}</span>'
    return (
        ' <span class="in-reply-to">in reply to '
        f'<a href="#c-{above.comment.public_id}">{whom}</a></span>'
    )


def _actions(row: ThreadRow, may_reply: bool) -> str:
    """One quiet line; the first reply stands right below what it answers."""
    links = []
    if may_reply:
        links.append(
            f'<a class="reply" href="/c/{row.comment.public_id}/reply/">Reply'
            f'<span class="vh"> to comment {row.number}</span></a>'
        )
    if row.parent is not None and not row.number.endswith(".1"):
        above = row.parent.comment.public_id
        links.append(f'<a href="#c-{above}">What it answers</a>')
    return f'<p class="actions">{" ".join(links)}</p>\n' if links else ""
