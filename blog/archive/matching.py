"""Which comment of a source is which stored one.

By its words below the same parent, so that a comment which is missing from a later copy
makes no other one look new.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import QuerySet

from blog.models import Comment, Post

from .model import SourceComment, Status
from .report import FileReport


def words_digest(text: str) -> str:
    """Of a text's words alone: white space and bullets differ between sources."""
    words = text.replace("\uf0b7", " ").replace("•", " ").split()
    return sha256(" ".join(words).encode()).hexdigest()[:32]


@dataclass(slots=True)
class Stored:
    """A comment of an earlier import."""

    pk: int
    parent_id: int | None
    key: str
    tree_id: int
    name: str | None
    written_at: datetime | None
    state: str

    @property
    def digest(self) -> str:
        """Of its text as imported, whatever was done to it here since."""
        return self.key.split("/")[1]


def comment_digest(comment: SourceComment) -> str:
    return words_digest(comment.text) if comment.status is Status.LIVE else "removed"


def stored_comments(post: Post) -> list[Stored]:
    return _as_stored(post.comments.exclude(source_key=None))


def moved_elsewhere(keys: dict[str, str]) -> dict[str, Stored]:
    """Comments that were imported under these keys and stand under another post now."""
    by_key = {key: source_id for source_id, key in keys.items()}
    found = Comment.objects.filter(source_key__in=by_key)
    return {by_key[row.key]: row for row in _as_stored(found)}


def _as_stored(comments: QuerySet[Comment]) -> list[Stored]:
    values = comments.order_by("tree_id", "lft").values_list(
        "pk", "parent_id", "source_key", "tree_id", "name", "written_at", "state"
    )
    return [Stored(*row) for row in values]


def match(
    comments: Iterable[SourceComment],
    digests: dict[str, str],
    stored: list[Stored],
    report: FileReport,
) -> dict[str, Stored]:
    """Which comment of the source is which stored one.

    By its words below the same parent; failing that by its words alone (it was moved
    here); failing that, a comment that the source removed since is the one that stood
    in its place.
    """
    if not stored:
        return {}
    matched: dict[str, Stored] = {}
    free = {row.pk: row for row in stored}

    in_place: dict[tuple[int | None, str], deque[Stored]] = defaultdict(deque)
    anywhere: dict[str, deque[Stored]] = defaultdict(deque)
    for row in stored:
        in_place[row.parent_id, row.digest].append(row)
    for comment in comments:
        if comment.parent is not None and comment.parent not in matched:
            continue
        parent = matched[comment.parent].pk if comment.parent is not None else None
        waiting = in_place[parent, digests[comment.id]]
        if waiting:
            matched[comment.id] = row = waiting.popleft()
            del free[row.pk]
    for row in free.values():
        anywhere[row.digest].append(row)
    for comment in comments:
        if comment.id in matched or comment.status is not Status.LIVE:
            continue
        waiting = anywhere[digests[comment.id]]
        if waiting:
            matched[comment.id] = row = waiting.popleft()
            del free[row.pk]
    _match_removed(comments, matched, free, report)
    return matched


def _match_removed(
    comments: Iterable[SourceComment],
    matched: dict[str, Stored],
    free: dict[int, Stored],
    report: FileReport,
) -> None:
    """Pairs the placeholders of the source with the comments that stood there."""
    answered = {
        comment.parent: matched[comment.id].parent_id
        for comment in comments
        if comment.parent is not None and comment.id in matched
    }
    for comment in comments:
        if comment.id in matched or comment.status is Status.LIVE:
            continue
        parent = matched.get(comment.parent) if comment.parent else None
        row = free.get(answered.get(comment.id)) or next(
            (
                row
                for row in free.values()
                if row.parent_id == (parent.pk if parent else None)
            ),
            None,
        )
        if row is None:
            continue
        matched[comment.id] = row
        del free[row.pk]
        if row.state == Comment.State.PUBLISHED:
            report.add_warning(
                "removed-since",
                f"Comment {comment.id} was removed at the source since the last "
                "import. It still stands here: decide about it in the admin.",
                comment.line,
            )
