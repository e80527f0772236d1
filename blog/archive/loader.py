"""The neutral model -> rows, idempotent.

A file is one transaction. What the source says fills in what was unknown; what a
moderator or an editor changed here since stays as it is.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from blog.discussion import tree
from blog.discussion.nesting import Row, places
from blog.discussion.text import comment_html
from blog.models import Comment, Label, Post
from blog.tree_ids import next_tree_ids

from .model import SourceComment, SourceFile, SourcePost, Status
from .report import FileReport

BATCH = 500
NOON = time(12)
UNSIGNED = "Anonymous"
STATES = {
    Status.LIVE: Comment.State.PUBLISHED,
    Status.REMOVED_BY_AUTHOR: Comment.State.WITHDRAWN,
    Status.REMOVED_BY_MODERATOR: Comment.State.HIDDEN,
}


def load(source: SourceFile, report: FileReport, zone: ZoneInfo) -> None:
    """Stores the posts and comments of one file and counts them in ``report``.

    ``zone`` is the time zone of the times in the source that do not say theirs.
    """
    report.format = source.format
    report.warnings.extend(source.warnings)
    declared = [post.comments_declared for post in source.posts]
    if any(number is not None for number in declared):
        report.declared = sum(number or 0 for number in declared)
    with transaction.atomic():
        new = _NewComments()
        for source_post in source.posts:
            post, is_new = _load_post(source_post, source.format, report, zone)
            stored = [] if is_new else _stored_comments(post)
            _load_comments(source_post, post, stored, report, zone, new)
        new.store()


def _digest(text: str) -> str:
    """Of a text's words alone: white space and bullets differ between sources."""
    words = text.replace("\uf0b7", " ").replace("•", " ").split()
    return sha256(" ".join(words).encode()).hexdigest()[:32]


def _post_key(source: SourcePost) -> str:
    """The same for the same post in every text dump: its date and title.

    A post without a title has its body's words for one.
    """
    title = " ".join(source.title.casefold().split()) or _digest(source.body)
    day = source.date.isoformat() if source.date else "no date"
    return "text:" + sha256(f"{day}\n{title}".encode()).hexdigest()[:32]


def _load_post(
    source: SourcePost, source_format: str, report: FileReport, zone: ZoneInfo
) -> tuple[Post, bool]:
    """The post of the database, and whether it is new there."""
    report.posts.found += 1
    key = _post_key(source)
    # The lock keeps a second import of the same post waiting.
    post = Post.objects.select_for_update().filter(source_key=key).first()
    if post is None:
        post = Post(source_key=key, source=source_format, title=source.title)
        _fill(post, source, zone)
        post.body = source.body
        post.body_format = Post.Format.TEXT
        post.source_digest = _digest(source.body)
        post.comments_recorded = source.comments_included
        post.comments_declared = source.comments_declared
        post.save()
        _add_labels(post, source.labels)
        report.posts.new += 1
        return post, True
    changed = _fill(post, source, zone)
    changed |= _take_body(post, source, report)
    if source.comments_included:
        known = (True, source.comments_declared)
        if (post.comments_recorded, post.comments_declared) != known:
            post.comments_recorded, post.comments_declared = known
            changed = True
    if changed:
        post.save()
    changed |= _add_labels(post, source.labels)
    if changed:
        report.posts.updated += 1
    else:
        report.posts.unchanged += 1
    return post, False


def _add_labels(post: Post, names: Iterable[str]) -> bool:
    """Adds the labels that no source gave before; whether there were any."""
    new = [name for name in names if name not in post.source_labels]
    if not new:
        return False
    post.labels.add(*(Label.objects.get_or_create(name=name)[0] for name in new))
    post.source_labels = [*post.source_labels, *new]
    Post.objects.filter(pk=post.pk).update(source_labels=post.source_labels)
    return True


def _fill(post: Post, source: SourcePost, zone: ZoneInfo) -> bool:
    """Fills in what the source knows and the post does not; whether it did."""
    changed = False
    if source.author and not post.author_name:
        post.author_name, changed = source.author, True
    if source.date is None:
        return changed
    same_day = (
        post.published_at is not None
        and post.published_precision == Post.Precision.DAY
        and timezone.localtime(post.published_at, zone).date() == source.date
    )
    if post.published_at is None or (same_day and source.time):
        post.published_at = datetime.combine(source.date, source.time or NOON, zone)
        post.published_precision = (
            Post.Precision.MINUTE if source.time else Post.Precision.DAY
        )
        if not post.pk:
            post.status = Post.Status.PUBLISHED
        changed = True
    return changed


def _take_body(post: Post, source: SourcePost, report: FileReport) -> bool:
    """Takes a body that changed at the source, unless it was edited here."""
    digest = _digest(source.body)
    if digest == post.source_digest:
        return False
    if _digest(post.body) != post.source_digest:
        report.add_warning(
            "body-differs",
            f"The text of “{post}” differs from the source and was edited here: "
            "the edited one is kept.",
            source.line,
        )
        return False
    post.body, post.source_digest = source.body, digest
    return True


@dataclass(slots=True)
class _Stored:
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


def _load_comments(
    source: SourcePost,
    post: Post,
    stored: list[_Stored],
    report: FileReport,
    zone: ZoneInfo,
    new: "_NewComments",
) -> None:
    report.comments.found += len(source.comments)
    report.top_level += sum(comment.parent is None for comment in source.comments)
    report.replies += sum(comment.parent is not None for comment in source.comments)
    if not source.comments:
        return
    prefix = post.source_key.removeprefix("text:")
    digests = {comment.id: _comment_digest(comment) for comment in source.comments}
    matched = _match(source.comments, digests, stored, report)
    ordinals = Counter(row.digest for row in stored)
    keys = {}
    for comment in source.comments:
        if comment.id not in matched:
            digest = digests[comment.id]
            ordinals[digest] += 1
            keys[comment.id] = f"{prefix}/{digest}/{ordinals[digest]}"
    if stored:
        matched |= _moved_elsewhere(keys)
    _fill_comments(source.comments, matched, report, zone)
    for comment in source.comments:
        if comment.id not in matched:
            new.add(
                comment,
                key=keys[comment.id],
                post=post,
                answers=matched.get(comment.parent),
                written_at=_aware(comment.written_at, zone),
            )
            report.comments.new += 1


def _comment_digest(comment: SourceComment) -> str:
    return _digest(comment.text) if comment.status is Status.LIVE else "removed"


def _stored_comments(post: Post) -> list[_Stored]:
    return _as_stored(post.comments.exclude(source_key=None))


def _moved_elsewhere(keys: dict[str, str]) -> dict[str, _Stored]:
    """Comments that were imported under these keys and stand under another post now."""
    by_key = {key: source_id for source_id, key in keys.items()}
    found = Comment.objects.filter(source_key__in=by_key)
    return {by_key[row.key]: row for row in _as_stored(found)}


def _as_stored(comments: QuerySet[Comment]) -> list[_Stored]:
    values = comments.order_by("tree_id", "lft").values_list(
        "pk", "parent_id", "source_key", "tree_id", "name", "written_at", "state"
    )
    return [_Stored(*row) for row in values]


def _match(
    comments: Iterable[SourceComment],
    digests: dict[str, str],
    stored: list[_Stored],
    report: FileReport,
) -> dict[str, _Stored]:
    """Which comment of the source is which stored one.

    By its words below the same parent; failing that by its words alone (it was moved
    here); failing that, a comment that the source removed since is the one that stood
    in its place.
    """
    if not stored:
        return {}
    matched: dict[str, _Stored] = {}
    free = {row.pk: row for row in stored}

    in_place: dict[tuple[int | None, str], deque[_Stored]] = defaultdict(deque)
    anywhere: dict[str, deque[_Stored]] = defaultdict(deque)
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
    matched: dict[str, _Stored],
    free: dict[int, _Stored],
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


def _fill_comments(
    comments: Iterable[SourceComment],
    matched: dict[str, _Stored],
    report: FileReport,
    zone: ZoneInfo,
) -> None:
    """Gives stored comments the names and times that this source knows."""
    changed = []
    for comment in comments:
        row = matched.get(comment.id)
        if row is None:
            continue
        name = _name(comment.author) if row.name is None else row.name
        written_at = row.written_at or _aware(comment.written_at, zone)
        if (name, written_at) == (row.name, row.written_at):
            report.comments.unchanged += 1
        else:
            changed.append(Comment(pk=row.pk, name=name, written_at=written_at))
            report.comments.updated += 1
    Comment.objects.bulk_update(changed, ["name", "written_at"], batch_size=BATCH)


def _name(author: str | None) -> str | None:
    """The name to store: "Anonymous" is what Blogger prints for an unsigned one."""
    if author is None:
        return None
    return "" if author == UNSIGNED else author[:100]


def _aware(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    return moment


class _NewComments:
    """The new comments of a file, stored together at its end, level by level."""

    def __init__(self) -> None:
        self.comments: list[Comment] = []
        self._by_source: dict[tuple[int, str], int] = {}
        self._parents: list[int | None] = []  # index of a new parent
        self._answers: list[_Stored | None] = []  # or a stored one

    def add(
        self,
        source: SourceComment,
        *,
        key: str,
        post: Post,
        answers: _Stored | None,
        written_at: datetime | None,
    ) -> None:
        """Takes one comment; its parent was added before, or is ``answers``."""
        self._by_source[post.pk, source.id] = len(self.comments)
        self._parents.append(
            self._by_source[post.pk, source.parent]
            if source.parent is not None and answers is None
            else None
        )
        self._answers.append(answers)
        self.comments.append(
            Comment(
                post=post,
                name=_name(source.author),
                text=source.text,
                html=comment_html(source.text),
                written_at=written_at,
                state=STATES[source.status],
                source_key=key,
            )
        )

    def store(self) -> None:
        if not self.comments:
            return
        stored_trees = sorted({row.tree_id for row in self._answers if row})
        if stored_trees:
            tree.lock_trees(stored_trees)
        nodes, rows = self._nodes(stored_trees)
        numbered = places(nodes)
        self._place(numbered)
        if rows:
            self._make_room(rows, numbered)
        self._create()

    def _nodes(self, stored_trees: list[int]) -> tuple[list, list[Row]]:
        """Stored and new comments as (id, parent); a new one's id is below zero."""
        rows = [
            Row(*values)
            for values in Comment.objects.filter(tree_id__in=stored_trees)
            .order_by("tree_id", "lft")
            .values_list("pk", "parent_id", *tree.TREE_FIELDS)
        ]
        nodes = [(row.id, row.parent_id) for row in rows]
        for index, (parent, answers) in enumerate(
            zip(self._parents, self._answers, strict=True)
        ):
            if answers is not None:
                above = answers.pk
            else:
                above = None if parent is None else _new_id(parent)
            nodes.append((_new_id(index), above))
        return nodes, rows

    def _place(self, numbered: dict) -> None:
        """Sets the tree fields of the new comments."""
        roots = [
            index
            for index, (parent, answers) in enumerate(
                zip(self._parents, self._answers, strict=True)
            )
            if parent is None and answers is None
        ]
        numbers = next_tree_ids(Comment, len(roots), Comment.objects.db)
        for index, number in zip(roots, numbers, strict=True):
            self.comments[index].tree_id = number
        for index, comment in enumerate(self.comments):
            comment.lft, comment.rght, comment.level = numbered[_new_id(index)]
            parent, answers = self._parents[index], self._answers[index]
            if answers is not None:
                comment.tree_id = answers.tree_id
            elif parent is not None:
                comment.tree_id = self.comments[parent].tree_id

    def _make_room(self, rows: list[Row], numbered: dict) -> None:
        """Moves the stored comments of trees that grow to their new places."""
        moved = [
            Comment(pk=row.id, lft=place.lft, rght=place.rght, level=place.level)
            for row in rows
            if (place := numbered[row.id]) != row[3:]
        ]
        Comment.objects.bulk_update(moved, ["lft", "rght", "level"], batch_size=BATCH)

    def _create(self) -> None:
        levels: dict[int, list[int]] = defaultdict(list)
        for index, comment in enumerate(self.comments):
            levels[comment.level].append(index)
        for level in sorted(levels):
            for index in levels[level]:
                parent, answers = self._parents[index], self._answers[index]
                if answers is not None:
                    self.comments[index].parent_id = answers.pk
                elif parent is not None:
                    self.comments[index].parent_id = self.comments[parent].pk
            Comment.objects.bulk_create(
                [self.comments[index] for index in levels[level]], batch_size=BATCH
            )


def _new_id(index: int) -> int:
    return -1 - index
