"""A reply begins with what it answers, "@Anon 14:03", as its form does. Where that is
called otherwise since its time was cut, it begins with the new handle: what the program
wrote must not keep the minute that it no longer keeps itself.

What people wrote is theirs: only the handle of the very comment that is answered, and
only at the beginning.
"""

from collections.abc import Mapping

from blog.models import Comment
from blog.signals import comments_recalled

from .html_links import words

BATCH = 500


def follow(before: Mapping[int, str], comments: list[Comment]) -> set[int]:
    """Lets the replies to comments with new handles begin with these; the keys of those
    replies, whose links are to be made anew. ``before``: the old ones, by keys;
    ``comments`` are all of the discussion."""
    if not before:
        return set()
    now = {comment.pk: comment.handle for comment in comments if comment.pk in before}
    replies = [comment.pk for comment in comments if comment.parent_id in before]
    changed: list[Comment] = []
    for start in range(0, len(replies), BATCH):
        rows = Comment.objects.filter(
            pk__in=replies[start : start + BATCH], text__startswith="@"
        )
        for row in rows.only("parent", "text", "html"):
            old, new = before[row.parent_id], now[row.parent_id]
            said = begun_anew(row.text, row.html, old, new)
            if said != (row.text, row.html):
                row.text, row.html = said
                changed.append(row)
    # Their threads are locked: a reply stands in that of what it answers.
    Comment.objects.bulk_update(changed, ["text", "html"], batch_size=BATCH)
    comments_recalled.send(Comment, before=before, now=now)
    return {row.pk for row in changed}


def begun_anew(text: str, html: str, old: str, new: str) -> tuple[str, str]:
    """A text and its HTML, with ``@new`` where they began with ``@old``."""
    old, new = f"@{old}", f"@{new}"
    if _begins(text, old):
        text = new + text[len(old) :]
    said = words(html)
    if _begins(said.text, old):
        # It is a link, or several stretches of one, as often as not.
        first, *others = said.pieces(0, len(old), in_links=True)
        for left, right in reversed(others):
            html = html[:left] + html[right:]
        html = html[: first[0]] + new + html[first[1] :]
    return text, html


def _begins(text: str, called: str) -> bool:
    """Not "@Anon 14:031"."""
    return text.startswith(called) and not text[len(called) : len(called) + 1].isalnum()
