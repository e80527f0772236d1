"""Writes blogs in the form of text dumps: the counterpart of ``formats.text``.

For round trips and benchmarks. Lines end in LF and the last has no newline, as in the
dumps themselves.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from blog.archive.model import SourceComment, SourcePost, Status

_REMOVED_BY = {
    Status.REMOVED_BY_AUTHOR: "the author",
    Status.REMOVED_BY_MODERATOR: "a blog administrator",
}


def write(posts: Sequence[SourcePost]) -> dict[str, str]:
    """All pages of a blog by a name: one for each post, one for each label."""
    pages = {f"post-{at}": write_post_page(post) for at, post in enumerate(posts, 1)}
    labelled: dict[str, list[SourcePost]] = defaultdict(list)
    for post in posts:
        for label in post.labels:
            labelled[label].append(post)
    for label, those in labelled.items():
        pages[f"label-{label}"] = write_label_page(label, those)
    return pages


def write_post_page(post: SourcePost) -> str:
    """The page of one post with its comments. Labels are not on it."""
    count = len(post.comments)
    lines = _header(post)
    lines += ["", f"{count or 'No'} comment{'' if count == 1 else 's'}:"]
    if post.comments:
        lines.append("")
        lines += _discussion(post.comments)
    return "\n".join(lines)


def write_label_page(label: str, posts: Iterable[SourcePost]) -> str:
    """The page of a label: its posts without their comments, each under its date."""
    label_line = f"Showing posts with label {label}. Show all posts"
    lines = [label_line, label_line]
    for post in posts:
        lines += ["", *_header(post)]
    return "\n".join(lines)


def day(value: date) -> str:
    """A date as the headers show it."""
    return f"{value:%A}, {value.day} {value:%B} {value.year}"


def moment(value: datetime) -> str:
    """A moment as it stands behind an author's name."""
    return f"{value.day} {value:%B} {value.year} at {value:%H:%M}"


def placeholder(status: Status) -> str:
    """What a page shows in the place of a removed comment."""
    return f"This comment has been removed by {_REMOVED_BY[status]}."


def _header(post: SourcePost) -> list[str]:
    lines = [] if post.date is None else [day(post.date), ""]
    lines += [post.title, ""]  # an empty title gives the two blank lines of a page
    return [*lines, post.body] if post.body else lines


def _discussion(comments: Sequence[SourceComment]) -> list[str]:
    replies: dict[str, list[SourceComment]] = defaultdict(list)
    for comment in comments:
        if comment.parent is not None:
            replies[comment.parent].append(comment)
    lines: list[str] = []
    tops = (comment for comment in comments if comment.parent is None)
    for number, top in enumerate(tops, 1):
        lines += _comment(top, f"  {number}. ", "    ", "ReplyDelete")
        if top.id in replies:
            lines.append("    Replies")
            for below, reply in enumerate(replies[top.id], 1):
                lines += _comment(reply, f"    {below}. ", "      ", "Delete")
    return lines


def _comment(comment: SourceComment, marker: str, indent: str, end: str) -> list[str]:
    text = comment.text
    if comment.status in _REMOVED_BY:
        text = placeholder(comment.status)
    if comment.author is not None and comment.written_at is not None:
        text = f"{comment.author}{moment(comment.written_at)}\n\n{text}"
    first, *rest = text.split("\n")
    body = [indent + line if line else "" for line in rest]
    return [(marker + first).rstrip(), *body, "", indent + end]
