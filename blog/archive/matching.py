"""Which comment of a source is which stored one.

By its lasting number where both have one of the same program; else by its words below
the same parent, so that a comment which is missing from a later copy makes no other
one look new.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import QuerySet

from blog.discussion.text import comment_html
from blog.models import Comment

from .bodies import comment_from_html, comment_html_of_export
from .model import REMOVED, SourceComment

# Of what is left of a comment when its source removed it.
REMOVED_DIGEST = "removed"
_COLUMNS = (
    "pk",
    "post_id",
    "parent_id",
    "source_key",
    "source_id",
    "tree_id",
    "name",
    "written_at",
    "state",
    "version",
)


def words_digest(text: str) -> str:
    """Of a text's words alone: white space and bullets differ between sources."""
    words = text.replace("\uf0b7", " ").replace("•", " ").split()
    return sha256(" ".join(words).encode()).hexdigest()[:32]


def letters_digest(text: str) -> str:
    """Of a text's letters and signs without any white space: a text dump breaks lines
    inside words where the page had a mark-up that nobody saw."""
    plain = "".join(text.replace("\uf0b7", "").replace("•", "").split())
    return sha256(plain.encode()).hexdigest()[:32]


def system(uid: str) -> str:
    """The program whose numbers these are: "blogger" of "blogger:123"."""
    return uid.partition(":")[0]


class Texts:
    """Plain text and safe HTML of a source's comments, made when first asked for: an
    import of what is there already needs neither."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[str, str]] = {}

    def of(self, comment: SourceComment) -> tuple[str, str]:
        """Text and HTML of one comment of the discussion at hand."""
        made = self._made.get(comment.id)
        if made is None:
            made = self._made[comment.id] = _made(comment)
        return made

    def digest(self, comment: SourceComment) -> str:
        if comment.status in REMOVED:
            return REMOVED_DIGEST
        return words_digest(self.of(comment)[0])


def _made(comment: SourceComment) -> tuple[str, str]:
    if comment.status in REMOVED:
        return "", ""
    if not comment.html:
        return comment.text, comment_html(comment.text)
    if comment.text:
        return comment.text, comment_html_of_export(comment.html)
    return comment_from_html(comment.html)


@dataclass(slots=True)
class Stored:
    """A comment of an earlier import, or one written here that comes back."""

    pk: int
    post_id: int
    parent_id: int | None
    key: str | None
    source_id: str | None
    tree_id: int
    name: str | None
    written_at: datetime | None
    state: str
    version: int

    @property
    def digest(self) -> str:
        """Of its text as imported, whatever was done to it here since."""
        return self.key.split("/")[1] if self.key else ""


def imported_comments(post_ids: Iterable[int]) -> dict[int, list[Stored]]:
    """The imported comments of these posts, in the order of their discussions."""
    found: dict[int, list[Stored]] = defaultdict(list)
    rows = Comment.objects.filter(post_id__in=post_ids).exclude(source_key=None)
    for row in _as_stored(rows):
        found[row.post_id].append(row)
    return found


def by_source_id(uids: Sequence[str]) -> dict[str, Stored]:
    """Comments with these lasting numbers, wherever they stand now."""
    rows = _as_stored(Comment.objects.filter(source_id__in=uids))
    return {row.source_id: row for row in rows}


def by_key(keys: Iterable[str]) -> dict[str, Stored]:
    """Comments that were imported under these keys, wherever they stand now."""
    rows = _as_stored(Comment.objects.filter(source_key__in=list(keys)))
    return {row.key: row for row in rows}


def by_public_id(public_ids: Sequence[str]) -> dict[str, Stored]:
    """Comments with these permalinks."""
    found = Comment.objects.filter(public_id__in=public_ids)
    values = found.values_list("public_id", *_COLUMNS)
    return {public_id: Stored(*row) for public_id, *row in values}


def _as_stored(comments: QuerySet[Comment]) -> list[Stored]:
    values = comments.order_by("tree_id", "lft").values_list(*_COLUMNS)
    return [Stored(*row) for row in values]


def match(
    comments: Sequence[SourceComment],
    stored: Iterable[Stored],
    known: dict[str, Stored],
    texts: Texts,
) -> dict[str, Stored]:
    """Which comment of the source (by its ``id``) is which stored one.

    ``known`` are those told by lasting numbers. The others: by their words below the
    same parent; failing that by their words alone (it was moved here); failing that by
    their letters; and a comment that the source removed since is the one that stood in
    its place.
    """
    matched = {c.id: known[c.uid] for c in comments if c.uid and c.uid in known}
    taken = {row.pk for row in matched.values()}
    free = {row.pk: row for row in stored if row.pk not in taken}
    rest = [comment for comment in comments if comment.id not in matched]
    if not free or not rest:
        return matched
    _by_words(rest, matched, free, texts)
    rest = [c for c in rest if c.id not in matched and c.status not in REMOVED]
    _pair(rest, matched, free, texts.digest, lambda row: row.digest)
    rest = [c for c in rest if c.id not in matched]
    if rest and free:
        letters = {
            pk: letters_digest(text)
            for pk, text in Comment.objects.filter(pk__in=free).values_list(
                "pk", "text"
            )
        }
        _pair(
            rest,
            matched,
            free,
            lambda comment: letters_digest(texts.of(comment)[0]),
            lambda row: letters[row.pk],
        )
    _match_removed(comments, matched, free)
    return matched


def _may_be(comment: SourceComment, row: Stored) -> bool:
    """Two numbers of one program are two comments, whatever their words."""
    return not (
        comment.uid and row.source_id and system(comment.uid) == system(row.source_id)
    )


def _by_words(
    comments: Iterable[SourceComment],
    matched: dict[str, Stored],
    free: dict[int, Stored],
    texts: Texts,
) -> None:
    in_place: dict[tuple[int | None, str], deque[Stored]] = defaultdict(deque)
    for row in free.values():
        in_place[row.parent_id, row.digest].append(row)
    for comment in comments:
        if comment.parent is not None and comment.parent not in matched:
            continue
        parent = matched[comment.parent].pk if comment.parent is not None else None
        _take(comment, in_place[parent, texts.digest(comment)], matched, free)


def _pair(
    comments: Iterable[SourceComment],
    matched: dict[str, Stored],
    free: dict[int, Stored],
    of_comment: Callable[[SourceComment], Hashable],
    of_row: Callable[[Stored], Hashable],
) -> None:
    anywhere: dict[Hashable, deque[Stored]] = defaultdict(deque)
    for row in free.values():
        anywhere[of_row(row)].append(row)
    for comment in comments:
        _take(comment, anywhere[of_comment(comment)], matched, free)


def _take(
    comment: SourceComment,
    waiting: deque[Stored],
    matched: dict[str, Stored],
    free: dict[int, Stored],
) -> None:
    """Gives the comment the first of ``waiting`` that it may be."""
    for row in waiting:
        if _may_be(comment, row):
            matched[comment.id] = row
            waiting.remove(row)
            del free[row.pk]
            return


def _match_removed(
    comments: Iterable[SourceComment],
    matched: dict[str, Stored],
    free: dict[int, Stored],
) -> None:
    """Pairs the placeholders of the source with the comments that stood there."""
    answered = {
        comment.parent: matched[comment.id].parent_id
        for comment in comments
        if comment.parent is not None and comment.id in matched
    }
    for comment in comments:
        if comment.id in matched or comment.status not in REMOVED:
            continue
        parent = matched.get(comment.parent) if comment.parent else None
        place = parent.pk if parent else None
        row = free.get(answered.get(comment.id)) or next(
            (
                row
                for row in free.values()
                if row.parent_id == place and _may_be(comment, row)
            ),
            None,
        )
        if row is None:
            continue
        matched[comment.id] = row
        del free[row.pk]
