"""Writes blogs as Google Takeout does: the counterpart of ``formats.takeout``.

Entries are sorted by their numbers, posts and comments mixed. They wait in a temporary
file, so that a blog of any size can be written.
"""

import html
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from blog.archive.model import (
    REMOVED,
    PostStatus,
    SourceComment,
    SourcePost,
    Status,
)

from .dump_writer import placeholder
from .made_blogs import EMAIL, number

BLOG = "7000000000000000007"
NAME = "The Lower Deck"

_POST_STATUS = {
    PostStatus.LIVE: "LIVE",
    PostStatus.DRAFT: "DRAFT",
    PostStatus.SCHEDULED: "SCHEDULED",
    PostStatus.TRASHED: "SOFT_TRASHED",
}
# Blogger does not keep what was refused; a comment in the bin stays "LIVE".
_STATUS = {
    Status.LIVE: "LIVE",
    Status.HELD: "PENDING",
    Status.SPAM: "SPAM_COMMENT",
    Status.TRASHED: "LIVE",
    **dict.fromkeys(REMOVED, "EMPTIED"),
}


def write_feed(posts: Iterable[SourcePost], file: TextIO, blog: str = BLOG) -> None:
    """The feed of a blog. Of a post that is missing only the comments are written."""
    _write(_entries(posts, blog), file, blog)


def write_zip(path: Path, posts: Sequence[SourcePost], name: str = NAME) -> None:
    """The whole zip: the feed among the other files that Takeout puts beside it."""
    folder = f"Takeout/Blogger/Blogs/{name}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with _member(archive, f"{folder}/feed.atom") as file:
            write_feed(posts, file)
        archive.writestr(f"{folder}/settings.csv", f"blog_comment_email,{EMAIL}\r\n")
        archive.writestr(f"{folder}/theme-classic.html", "<html><body/></html>\n")
        # What macOS adds to a zip that was packed again.
        archive.writestr(
            f"__MACOSX/{folder}/._feed.atom", b"\0\5\x16\7\0\2\0\0Mac OS X"
        )
        with _member(archive, f"Takeout/Blogger/Comments/{name}/feed.atom") as file:
            _write(_comment_entries(posts, BLOG), file, BLOG)


def removal_sentence(status: Status) -> str:
    """What Blogger leaves in the place of a comment that was removed."""
    is_moderated = status is Status.REMOVED_BY_MODERATOR
    return placeholder(status if is_moderated else Status.REMOVED_BY_AUTHOR)


def _member(archive: zipfile.ZipFile, name: str) -> TextIOWrapper:
    return TextIOWrapper(archive.open(name, "w"), "utf-8", newline="")


def _write(entries: Iterable[tuple[int, str]], file: TextIO, blog: str) -> None:
    places: list[tuple[int, int, int]] = []
    with tempfile.TemporaryFile() as spool:
        start = 0
        for entry_number, entry in entries:
            length = spool.write(entry.encode())
            places.append((entry_number, start, length))
            start += length
        file.write(
            "<?xml version='1.0' encoding='utf-8'?>\n"
            "<feed xmlns='http://www.w3.org/2005/Atom'"
            " xmlns:blogger='http://schemas.google.com/blogger/2018'>\n"
            f"  <id>tag:blogger.com,1999:blog-{blog}</id>\n"
            f"  <title>{NAME}</title>\n"
        )
        for _, start, length in sorted(places):
            spool.seek(start)
            file.write(spool.read(length).decode())
        file.write("</feed>\n")


def _entries(posts: Iterable[SourcePost], blog: str) -> Iterator[tuple[int, str]]:
    for post in posts:
        if not post.is_missing:
            yield int(number(post.uid)), _post(post, blog)
        yield from _comment_entries((post,), blog)


def _comment_entries(
    posts: Iterable[SourcePost], blog: str
) -> Iterator[tuple[int, str]]:
    for post in posts:
        for comment in post.comments:
            yield int(number(comment.uid)), _comment(comment, post, blog)


def _post(post: SourcePost, blog: str) -> str:
    is_trashed = post.status is PostStatus.TRASHED
    changed = post.published_at + timedelta(minutes=11)
    address = post.addresses[0] if post.addresses else ""
    scheme = f"tag:blogger.com,1999:blog-{blog}"
    categories = [
        f"    <category scheme='{scheme}' term={quoteattr(label)}/>"
        for label in post.labels
    ]
    return _entry(
        f"    <id>{_id(post.uid, blog)}</id>",
        f"    <blogger:type>{'PAGE' if post.is_page else 'POST'}</blogger:type>",
        f"    <blogger:status>{_POST_STATUS[post.status]}</blogger:status>",
        *_author(post.author),
        # Takeout escapes titles twice.
        f"    <title>{escape(html.escape(post.title))}</title>",
        f"    <content type='html'>{escape(post.body)}</content>",
        "    <blogger:metaDescription/>",
        *_times(post.published_at, changed),
        "    <blogger:location/>",
        *(categories or ["    <category/>"]),
        "    " + _filled("blogger:filename", urlsplit(address).path),
        "    <link/>",
        "    <enclosure/>",
        "    " + _filled("blogger:trashed", _moment(changed) if is_trashed else ""),
    )


def _comment(comment: SourceComment, post: SourcePost, blog: str) -> str:
    answered = _id(comment.parent, blog) if comment.parent else ""
    is_removed = comment.status in REMOVED
    body = removal_sentence(comment.status) if is_removed else comment.html
    trashed = comment.written_at if comment.status is Status.TRASHED else None
    return _entry(
        f"    <id>{_id(comment.uid, blog)}</id>",
        f"    <blogger:parent>{_id(post.uid, blog)}</blogger:parent>",
        "    " + _filled("blogger:inReplyTo", answered),
        "    <blogger:type>COMMENT</blogger:type>",
        f"    <blogger:status>{_STATUS[comment.status]}</blogger:status>",
        *_author(comment.author),
        f"    <content type='html'>{escape(body)}</content>",
        *_times(comment.written_at, comment.written_at),
        "    " + _filled("blogger:trashed", _moment(trashed) if trashed else ""),
    )


def _entry(*lines: str) -> str:
    return "\n".join(("  <entry>", *lines, "  </entry>\n"))


def _author(name: str | None) -> list[str]:
    if name is None:
        return []
    return [
        "    <author>",
        f"      <name>{escape(name)}</name>",
        "      <uri></uri>",
        f"      <blogger:type>{'BLOGGER' if name else 'ANONYMOUS'}</blogger:type>",
        "    </author>",
    ]


def _times(published: datetime, changed: datetime) -> list[str]:
    return [
        f"    <blogger:created>{_moment(published)}</blogger:created>",
        f"    <published>{_moment(published)}</published>",
        f"    <updated>{_moment(changed)}</updated>",
    ]


def _filled(name: str, text: str) -> str:
    """An element, or the empty one that stands for "none"."""
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name}/>"


def _id(uid: str, blog: str) -> str:
    """Of a post, a page and a comment alike."""
    return f"tag:blogger.com,1999:blog-{blog}.post-{number(uid)}"


def _moment(value: datetime) -> str:
    utc = value.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"
