"""Writes discussions as Disqus exports them: the counterpart of ``formats.disqus``.

Disqus knows pages by their addresses only. It keeps nothing that was refused or put in
a bin, and does not say who removed a comment.
"""

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape

from blog.archive.model import REMOVED, SourceComment, SourcePost, Status

from .made_blogs import EMAIL, IP_ADDRESS, number, whole_address

FORUM = "the-lower-deck"
_LEFT_OUT = frozenset((Status.REFUSED, Status.TRASHED))
_NAMES = (
    'xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def write_file(path: Path, posts: Iterable[SourcePost]) -> None:
    """The export as a file, packed if its name ends in ``.gz``."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        write(posts, file)


def write(posts: Iterable[SourcePost], file: TextIO) -> None:
    """All threads, then all comments in the order of their times: parents come before
    what answers them. A post that is missing has no thread, only comments."""
    posts = list(posts)
    file.write(f'<?xml version="1.0" encoding="utf-8"?>\n<disqus {_NAMES}>\n')
    file.write(
        f'<category dsq:id="1">\n<forum>{FORUM}</forum>\n<title>General</title>\n'
        "<isDefault>true</isDefault>\n</category>\n"
    )
    for post in posts:
        if not post.is_missing:
            file.write(_thread(post))
    comments = [
        (comment, post)
        for post in posts
        for comment in post.comments
        if comment.status not in _LEFT_OUT
    ]
    for comment, post in sorted(comments, key=lambda pair: pair[0].written_at):
        file.write(_comment(comment, post))
    file.write("</disqus>\n")


def _thread(post: SourcePost) -> str:
    return "\n".join(
        (
            f'<thread dsq:id="{number(post.uid)}">',
            "<id />",
            f"<forum>{FORUM}</forum>",
            '<category dsq:id="1" />',
            f"<link>{escape(whole_address(post))}</link>",
            f"<title>{escape(post.title)}</title>",
            "<message />",
            f"<createdAt>{_moment(post.published_at)}</createdAt>",
            *_author(post.author),
            f"<ipAddress>{IP_ADDRESS}</ipAddress>",
            "<isClosed>false</isClosed>",
            "<isDeleted>false</isDeleted>",
            "</thread>\n",
        )
    )


def _comment(comment: SourceComment, post: SourcePost) -> str:
    is_removed = comment.status in REMOVED
    message = "" if is_removed else f"<p>{comment.html}</p>"
    parent = number(comment.parent) if comment.parent else ""
    held = ["<isApproved>false</isApproved>"] if comment.status is Status.HELD else []
    return "\n".join(
        (
            f'<post dsq:id="{number(comment.uid)}">',
            "<id />",
            f"<message>{_cdata(message)}</message>",
            f"<createdAt>{_moment(comment.written_at)}</createdAt>",
            f"<isDeleted>{_flag(is_removed)}</isDeleted>",
            f"<isSpam>{_flag(comment.status is Status.SPAM)}</isSpam>",
            *held,
            *_author(comment.author),
            f"<ipAddress>{IP_ADDRESS}</ipAddress>",
            f'<thread dsq:id="{number(post.uid)}" />',
            *([f'<parent dsq:id="{parent}" />'] if parent else []),
            "</post>\n",
        )
    )


def _author(name: str | None) -> list[str]:
    """Somebody who did not sign is a guest called "Anonymous"."""
    if name is None:
        return []
    return [
        "<author>",
        f"<email>{EMAIL}</email>",
        f"<name>{escape(name or 'Anonymous')}</name>",
        "<isAnonymous>true</isAnonymous>",
        "</author>",
    ]


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>" if text else ""


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
