"""A discussion -> HTML, in one loop over its rows. Pure.

The page of a long thread is as fast as this loop, so that it joins strings instead of
walking a template for each comment; the text of each comment was rendered when it was
written. Everything else that goes in is escaped here.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from html import escape
from itertools import zip_longest
from types import MappingProxyType
from typing import Protocol

from blog import moments

from .backlinks import Answer, answered_html, text_html
from .extract import first_words
from .nametags import nametag_html, signed_html
from .pseudonyms import Mark
from .threads import Drawable, ThreadRow, rows

# What stands in the place of a comment that readers may not see, and of several of them
# in a row. What it was removed for follows where a moderator did it.
STUBS = {
    "withdrawn": ("Removed by its writer", "{} comments removed by their writers"),
    "hidden": ("Removed by a moderator", "{} comments removed by a moderator"),
    "rejected": (
        "Not published by the moderator",
        "{} comments not published by the moderator",
    ),
    "spam": ("Removed as spam", "{} comments removed as spam"),
    "held": (
        "Not shown while a complaint about it is looked into",
        "{} comments not shown while complaints about them are looked into",
    ),
    "erased": ("Erased", "{} comments erased"),
}
STUB = (
    "Not shown: it is being read again",
    "{} comments not shown: they are being read again",
)
# What ``moderation.editorial.masks`` writes: with its "<" nobody can type it.
MASK = '<b class="mask">'
MASKED = "A moderator has masked what identified somebody."


class Comment(Drawable, Protocol):
    """What the drawing asks of a comment beside its place."""

    public_id: str
    name: str | None
    handle: str | None
    tag: str
    signature: str
    html: str
    written_at: datetime | None
    published_at: datetime | None
    precision: str | None
    state: str
    source_id: str | None


def discussion_html(
    comments: Iterable[Comment],
    zone: tzinfo,
    *,
    may_reply: bool = False,
    may_report: bool = False,
) -> tuple[str, int]:
    """The list of a discussion's threads, and how many published comments it shows.

    ``comments`` come in the order of their trees; times are shown in ``zone``;
    ``may_reply`` and ``may_report`` put links under each, to the form and to where it
    is reported. An empty discussion gives an empty text.
    """
    drawn = rows(comments)
    html = page_html(drawn, zone, may_reply=may_reply, may_report=may_report)
    return html, sum(not row.is_stub for row in drawn)


def page_html(
    drawn: Iterable[ThreadRow],
    zone: tzinfo,
    *,
    may_reply: bool = False,
    may_report: bool = False,
    marks: Mapping[int | None, Mark] = MappingProxyType({}),
    answered: Mapping[int, Sequence[Answer]] = MappingProxyType({}),
    notes: Mapping[int, str] = MappingProxyType({}),
    grounds: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The list of the threads of one page, from its rows. ``marks`` are what is told of
    names, ``answered`` what names the comments, ``notes`` HTML to stand below them, by
    the keys of the comments; ``grounds`` for what a moderator removed them, in words,
    by their public ids.

    Stubs that follow each other, with nothing below, are one line."""
    drawn = list(drawn)
    here = {row.comment.public_id for row in drawn if not row.is_elsewhere}
    out: list[str] = []
    gone: list[ThreadRow] = []
    for row, following in zip_longest(drawn, drawn[1:]):
        if row.is_elsewhere:
            out.append(_continued(row, zone))
        elif row.is_stub:
            gone.append(row)
            if following is not None and _are_one_line(row, following):
                continue
            out.append(_stub(gone, zone, grounds))
            gone = []
        else:
            out.append(
                _entry(
                    row,
                    zone,
                    may_reply,
                    may_report,
                    here,
                    marks.get(row.comment.pk),
                    answered.get(row.comment.pk, ()),
                    notes.get(row.comment.pk, ""),
                )
            )
        if row.begins_replies:
            out.append(
                '<details class="replies" open>'
                f"<summary>{_replies(row)}</summary>\n<ol>\n"
            )
        else:
            out.append("</li>\n")
        out.extend("</ol></details></li>\n" for _ in row.ends_replies)
    return f'<ol class="threads">\n{"".join(out)}</ol>\n' if out else ""


def _replies(row: ThreadRow) -> str:
    if row.is_elsewhere:
        return "replies, continued"
    if not row.replies:
        return "more on the next page" if row.goes_on else "replies that are gone"
    count = f"{row.replies} replies" if row.replies > 1 else "1 reply"
    return f"{count} on this page, more on the next" if row.goes_on else count


def _continued(row: ThreadRow, zone: tzinfo) -> str:
    """What an earlier page shows, and what hangs on it goes on here."""
    words = "Continues" if row.parent is None else "and"
    what = ""
    if not row.is_stub and (said := first_words(row.comment.html)):
        what = f' <span class="said" dir="auto">{escape(said)}</span>'
    return f'<li class="comment continued"><p>{words} {_named(row, zone)}{what}</p>\n'


def _entry(
    row: ThreadRow,
    zone: tzinfo,
    may_reply: bool,
    may_report: bool,
    here: Collection[str],
    mark: Mark | None,
    answers: Sequence[Answer],
    note: str,
) -> str:
    comment = row.comment
    anchor = f"c-{comment.public_id}"
    handle = _handle(comment, row.number, zone)
    return (
        f'<li id="{anchor}" class="comment"{_shown(comment)}>{_old_anchor(comment)}'
        f'<article aria-labelledby="h-{anchor}">\n'
        f'<div class="by"><h3 class="handle" id="h-{anchor}">'
        f'<a href="/c/{comment.public_id}/">{handle}</a>'
        f"{nametag_html(comment.tag, mark)}{_answers(row, zone)}</h3>\n"
        f'<p class="details">{_details(comment, zone)}</p></div>\n'
        f'<div class="text" dir="auto">\n{text_html(comment.html, here)}</div>\n'
        f"{_masked(comment)}{note}{answered_html(answers, here)}"
        f"{_actions(row, may_reply, may_report)}</article>"
    )


def _masked(comment: Comment) -> str:
    return f'<p class="answered-by">{MASKED}</p>\n' if MASK in comment.html else ""


def _are_one_line(row: ThreadRow, following: ThreadRow) -> bool:
    """Whether two that follow each other are told of together."""
    return (
        following.is_stub
        and not row.begins_replies
        and not following.begins_replies
        and following.parent is row.parent
        and following.comment.state == row.comment.state
    )


def _stub(gone: list[ThreadRow], zone: tzinfo, grounds: Mapping[str, str]) -> str:
    """One line for all of these; each keeps its place for what leads to it here."""
    first, *more = [row.comment for row in gone]
    # Where nothing is left to read no number of the old blog is told, nor exported.
    anchors = "" if gone[0].is_bare else _old_anchor(first)
    anchors += "".join(f'<span id="c-{comment.public_id}"></span>' for comment in more)
    return (
        f'<li id="c-{first.public_id}" class="comment stub">{anchors}'
        f"<p>{_gone(gone, grounds)}{_answers(gone[0], zone)}</p>\n"
    )


def _gone(gone: list[ThreadRow], grounds: Mapping[str, str]) -> str:
    """ "Removed by a moderator: harassment."; "3 comments removed by a moderator: off
    topic (2), harassment (1)." """
    one, many = STUBS.get(gone[0].comment.state, STUB)
    told = Counter(grounds.get(row.comment.public_id, "") for row in gone)
    words = one if len(gone) == 1 else many.format(len(gone))
    if len(told) == 1:
        why = next(iter(told))
    else:
        told["for no reason that is told"] = told.pop("", 0)
        why = ", ".join(
            f"{each} ({number})" for each, number in told.most_common() if number
        )
    return f"{words}: {escape(why)}." if why else f"{words}."


def _shown(comment: Comment) -> str:
    """When it was published, in whole minutes since 1970: what is new is told by it.
    Of a time that was cut it is the beginning of the hour or day.

    Nothing where that was not recorded: such a comment is never called new.
    """
    if comment.published_at is None:
        return ""
    return f' data-shown="{int(comment.published_at.timestamp()) // 60}"'


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


def _handle(comment: Comment, number: str, zone: tzinfo) -> str:
    """How the comment is called, as HTML."""
    if comment.name:
        return f"<bdi>{escape(comment.name)}</bdi>"
    if comment.written_at is None:
        return f"No. {number}" if comment.name is None else f"Anon, no. {number}"
    if comment.handle:
        return comment.handle
    moment = comment.written_at.astimezone(zone)
    return f"Anon{moments.after_day(moment, comment.precision, ' ')}"


def _details(comment: Comment, zone: tzinfo) -> str:
    """What else is known of it or is not, as HTML.

    A day that the handle tells is not told to readers again; machines find it here.
    """
    if comment.written_at is None:
        missing = "name and time" if comment.name is None else "time"
        return f"{missing} not recorded{_signed(comment, ' · ')}"
    moment = comment.written_at.astimezone(zone)
    day = f"{moment.day} {moment:%b}"
    if comment.name:
        time = moments.after_day(moment, comment.precision, ", ")
        shown = f"{day} {moment:%Y}{time}"
    elif f"{comment.handle} ".startswith(f"Anon {day} "):
        shown = ""
    else:
        shown = f"{day} {moment:%Y}"
    stamp = moments.for_machines(moment, comment.precision)
    details = f'<time datetime="{stamp}">{shown}</time>'
    if comment.name is None:
        missing = ", name not recorded" if shown else "name not recorded"
        return details + missing + _signed(comment, " · ")
    return details + _signed(comment, " · " if shown else "")


def _signed(comment: Comment, separator: str) -> str:
    """The name with which the text of a nameless comment ends."""
    if comment.name or not comment.signature:
        return ""
    signed = signed_html(comment.signature)
    return f'<span class="signed">{separator}{signed}</span>'


def _answers(row: ThreadRow, zone: tzinfo) -> str:
    """Whom the comment answers: for all where the indent ends, else for the ear."""
    if row.parent is None:
        return ""
    if row.in_reply_to is None:
        # A name, and not a link: nothing shows where the keyboard is then.
        return f'<span class="vh">, in reply to {name_of(row.parent, zone)}</span>'
    return f' <span class="in-reply-to">in reply to {_named(row.parent, zone)}</span>'


def name_of(row: ThreadRow, zone: tzinfo) -> str:
    """How the comment is called, as HTML."""
    if row.is_stub:
        return "a comment that is gone"
    return _handle(row.comment, row.number, zone)


def _named(row: ThreadRow, zone: tzinfo) -> str:
    """The name as a link to the comment, wherever it is."""
    address = _address(row)
    name = name_of(row, zone)
    return f'<a href="{address}">{name}</a>' if address else name


def _address(row: ThreadRow) -> str:
    """On this page, or by its permalink; nothing leads to a gap on another page."""
    name = row.comment.public_id
    if row.is_elsewhere:
        return "" if row.is_stub else f"/c/{name}/"
    return f"#c-{name}"


def _actions(row: ThreadRow, may_reply: bool, may_report: bool) -> str:
    """One quiet line; many a reply stands right below what it answers."""
    links = []
    if may_reply:
        links.append(
            f'<a class="reply" href="/c/{row.comment.public_id}/reply/">Reply'
            f'<span class="vh"> to comment {row.number}</span></a>'
        )
    is_apart = row.parent is not None and not row.follows_parent
    if is_apart and (address := _address(row.parent)):
        links.append(f'<a href="{address}">What it answers</a>')
    if may_report:
        links.append(
            f'<a rel="nofollow" href="/complaint/{row.comment.public_id}/">Report'
            f'<span class="vh"> comment {row.number}</span></a>'
        )
    return f'<p class="actions">{" ".join(links)}</p>\n' if links else ""
