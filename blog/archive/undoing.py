"""Takes an import back: what it added goes, what it filled in becomes unknown again.

What people did since stays: comments that were decided or answered, posts that were
edited or are discussed, columns that were changed. The log of decisions is not touched.

Not everything can be told. Old addresses that the import gave to posts which stood
there before stay: they lead to these posts and do no harm. So do the files of images.
A label goes with the last post that bears it, whoever made it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from blog.discussion import citations, linking, pages, shown, tree
from blog.models import Citation, Comment, ImportBatch, ImportChange, Label, Post

from .batches import BATCH
from .matching import words_digest
from .reverting import (
    Merged,
    remove_unused,
    revert_post,
    reverted_comment,
    reverted_post,
)

# A transaction of this many rows keeps contributors waiting for a second at most.
COMMENTS, POSTS = 1000, 100
# Why a comment or a post stays.
DECIDED, ANSWERED, NEEDED = "decided", "answered", "needed"
DISCUSSED, EDITED, CHANGED = "discussed", "edited", "changed"


class AlreadyUndone(ValueError):
    """The import was taken back before, or somebody else takes it back just now."""


@dataclass
class UndoReport:
    """What goes and what stays.

    ``restored``: earlier rows of which something becomes again what it was; ``left``:
    earlier rows of which something was changed since and stays. ``finished`` is false
    if time ran out: take it back again to go on.
    """

    comments_removed: int = 0
    posts_removed: int = 0
    comments_restored: int = 0
    posts_restored: int = 0
    comments_left: int = 0
    posts_left: int = 0
    comments_kept: Counter[str] = field(default_factory=Counter)
    posts_kept: Counter[str] = field(default_factory=Counter)
    finished: bool = False

    @classmethod
    def of(cls, stored: dict) -> "UndoReport":
        """From what ``as_dict`` gave."""
        report = cls(**stored)
        report.comments_kept = Counter(report.comments_kept)
        report.posts_kept = Counter(report.posts_kept)
        return report

    def as_dict(self) -> dict:
        return {
            **vars(self),
            "comments_kept": dict(self.comments_kept),
            "posts_kept": dict(self.posts_kept),
        }


def preview(batch: ImportBatch) -> UndoReport:
    """What ``undo`` would do now. Nothing is written and nobody is kept waiting."""
    _refuse_twice(batch)
    return _Undoing(batch, writes=False).run(None)


def undo(batch: ImportBatch, *, seconds: float | None = None) -> UndoReport:
    """Takes an import back by the handful, each in one transaction.

    One that is killed, or that ends after ``seconds``, is simply begun again. Raises
    ``AlreadyUndone`` if there is nothing left to take back.
    """
    batch.refresh_from_db(fields=["undone_at", "undo_report"])
    _refuse_twice(batch)
    return _Undoing(batch, writes=True).run(seconds)


def _refuse_twice(batch: ImportBatch) -> None:
    if batch.undone_at is not None:
        raise AlreadyUndone(
            f"{batch} was taken back on {timezone.localtime(batch.undone_at):%-d %B %Y}"
            " already."
        )


class _OutOfTime(Exception):
    pass


class _Undoing:
    """One run. Comments go first, then columns become what they were, then posts go.

    A transaction locks posts before trees, as the import does.
    """

    def __init__(self, batch: ImportBatch, *, writes: bool) -> None:
        self._batch, self._writes = batch, writes
        self.report = UndoReport()
        # What an earlier run, which did not come to its end, has done.
        if writes and batch.undo_report:
            self.report = UndoReport.of(batch.undo_report)
            self.report.comments_kept.clear()
            self.report.posts_kept.clear()
        self._going: Counter[int] = Counter()  # comments by post, in a preview

    def run(self, seconds: float | None) -> UndoReport:
        self._until = None if seconds is None else monotonic() + seconds
        try:
            self._comments()
            self._changes("comment", self._revert_comments)
            self._changes("post", self._revert_posts)
            self._posts()
        except _OutOfTime:
            return self.report
        if self._writes:
            citations.settle_all()
        with self._step():
            self.report.finished = True
            if self._writes:
                self._finish()
        return self.report

    @contextmanager
    def _step(self) -> Iterator[None]:
        """One transaction; what it did is put down in it."""
        if not self._writes:
            yield
            return
        if self._until is not None and monotonic() > self._until:
            raise _OutOfTime
        with transaction.atomic():
            row = ImportBatch.objects.select_for_update().get(pk=self._batch.pk)
            _refuse_twice(row)
            if row.undo_report != self._batch.undo_report:
                raise AlreadyUndone(f"Somebody else takes {row} back just now.")
            yield
            self._batch.undo_report = self.report.as_dict()
            self._batch.save(update_fields=["undo_report"])

    def _finish(self) -> None:
        # Its notes were about what is gone: a new import of the files notes them anew.
        self._batch.notes.all().delete()
        self._batch.changes.all().delete()
        self._batch.undone_at = timezone.now()
        self._batch.save(update_fields=["undone_at"])

    # Comments that it added

    def _comments(self) -> None:
        added = Comment.objects.filter(batch=self._batch)
        trees = (
            Comment.objects.filter(tree_id__in=added.values("tree_id"))
            .order_by("tree_id")
            .values_list("tree_id")
            .annotate(size=Count("pk"))
        )
        for tree_ids in _handfuls(trees, COMMENTS):
            with self._step():
                self._take_out(tree_ids)

    def _take_out(self, tree_ids: list[int]) -> None:
        found = Comment.objects.filter(tree_id__in=tree_ids)
        if self._writes:
            posts = Post.objects.filter(pk__in=found.order_by().values("post_id"))
            list(
                posts.select_for_update(no_key=True)
                .order_by("pk")
                .values_list("pk", flat=True)
            )
            tree.lock_trees(tree_ids)
        rows = list(
            found.order_by("tree_id", "lft").values_list(
                "pk", "parent_id", "post_id", "batch_id", "version"
            )
        )
        kept = self._kept(rows)
        post_of = {
            pk: post
            for pk, _, post, batch, _ in rows
            if batch == self._batch.pk and pk not in kept
        }
        self.report.comments_removed += len(post_of)
        self.report.comments_kept.update(kept.values())
        if self._writes:
            left = linking.sources_of(post_of.keys()) - post_of.keys()
            tree.remove(post_of.keys())
            pages.cut_posts(set(post_of.values()))
            _count_down(Counter(post_of.values()))
            shown.settle_posts(set(post_of.values()), left)
        else:
            self._going.update(post_of.values())

    def _kept(self, rows: list[tuple]) -> dict[int, str]:
        """Which comments of the import stay, and why. A parent comes before what is
        below it in ``rows``."""
        own = {pk for pk, _, _, batch, _ in rows if batch == self._batch.pk}
        kept = dict.fromkeys(tree.needed(own), NEEDED)
        answered = set()
        for pk, parent, _, _, version in reversed(rows):
            if pk in own and version != 1:
                kept[pk] = DECIDED
            elif pk in own and pk in answered:
                kept.setdefault(pk, ANSWERED)
            if pk in kept or pk not in own:
                answered.add(parent)
        return kept

    # Columns that it filled in of what stood there before

    def _changes(self, kind: str, revert) -> None:
        changes = ImportChange.objects.filter(
            ~Q(**{f"{kind}__batch": self._batch}),
            batch=self._batch,
            **{f"{kind}__isnull": False},
        )
        pks = changes.order_by(f"{kind}_id").values_list(f"{kind}_id", flat=True)
        for some in _handfuls(((pk, 1) for pk in pks.distinct()), BATCH):
            with self._step():
                those = self._batch.changes.filter(**{f"{kind}__in": some})
                merged = defaultdict(Merged)
                for change in those.order_by("pk"):
                    merged[getattr(change, f"{kind}_id")].add(change)
                revert(merged)
                if self._writes:
                    # They must not keep this batch's rows from going later.
                    those.delete()

    def _revert_comments(self, merged: dict[int, Merged]) -> None:
        rows = Comment.objects.filter(pk__in=merged)
        if self._writes:
            shown.lock_discussions_of(rows)
            rows = rows.select_for_update(of=("self",))
        alike = defaultdict(list)
        posts = set()
        for comment in rows.order_by("pk"):
            values, left = reverted_comment(comment, merged[comment.pk])
            posts.add(comment.post_id)
            self.report.comments_restored += bool(values)
            self.report.comments_left += left
            if values:
                alike[tuple(values)].append(Comment(pk=comment.pk, **values))
        if self._writes:
            for columns, comments in alike.items():
                Comment.objects.bulk_update(comments, columns, batch_size=BATCH)
            shown.settle_posts(posts, merged.keys())

    def _revert_posts(self, merged: dict[int, Merged]) -> None:
        rows = Post.objects.filter(pk__in=merged)
        if self._writes:
            rows = rows.select_for_update(no_key=True)
        for post in rows.order_by("pk"):
            going = self._going[post.pk]
            values, labels, left = reverted_post(post, merged[post.pk], going)
            self.report.posts_restored += bool(values)
            self.report.posts_left += left
            if self._writes and values:
                revert_post(post, values, labels)
                if values.get("published_at", post) is None:
                    # Nobody sees its comments, as before they were given handles.
                    post.comments.update(handle=None)
                    shown.settle_posts([post.pk])

    # Posts that it added

    def _posts(self) -> None:
        pks = Post.objects.filter(batch=self._batch).order_by("pk")
        for some in _handfuls(
            ((pk, 1) for pk in list(pks.values_list("pk", flat=True))), POSTS
        ):
            with self._step():
                self._take_out_posts(some)

    def _take_out_posts(self, pks: list[int]) -> None:
        rows = Post.objects.filter(pk__in=pks).order_by("pk")
        if self._writes:
            # Whoever sends a comment just now is waited for, and then it is counted.
            rows = rows.select_for_update()
        posts = list(rows)
        discussed = dict(
            Comment.objects.filter(post__in=pks)
            .order_by()
            .values_list("post")
            .annotate(number=Count("pk"))
        )
        later = set(
            ImportChange.objects.filter(post__in=pks)
            .exclude(batch=self._batch)
            .values_list("post_id", flat=True)
        )
        labels = defaultdict(dict)
        for post_id, pk, name in Label.objects.filter(posts__in=pks).values_list(
            "posts", "pk", "name"
        ):
            labels[post_id][pk] = name
        touched = _edited(pks)
        going, unused = [], set()
        for post in posts:
            if discussed.get(post.pk, 0) > self._going[post.pk]:
                self.report.posts_kept[DISCUSSED] += 1
            elif post.pk in touched or not _is_as_it_came(post, labels[post.pk]):
                self.report.posts_kept[EDITED] += 1
            elif post.pk in later:
                self.report.posts_kept[CHANGED] += 1
            else:
                going.append(post.pk)
                unused |= labels[post.pk].keys()
        self.report.posts_removed += len(going)
        if self._writes:
            if Citation.objects.filter(target__in=going).exists():
                citations.settle_all(without=going)
            Post.objects.filter(pk__in=going).delete()
            remove_unused(unused)


def _handfuls(sized: Iterable[tuple[int, int]], most: int) -> Iterator[list[int]]:
    """Numbers of things with their sizes -> numbers whose sizes come to ``most``."""
    some, total = [], 0
    for number, size in list(sized):
        if some and total + size > most:
            yield some
            some, total = [], 0
        some.append(number)
        total += size
    if some:
        yield some


def _count_down(removed: Counter[int]) -> None:
    """The number of comments that the sources held of each post."""
    by_number = defaultdict(list)
    for post, number in removed.items():
        by_number[number].append(post)
    for number, posts in by_number.items():
        Post.objects.filter(pk__in=posts, comments_found__isnull=False).update(
            comments_found=Greatest(F("comments_found") - number, 0)
        )


def _edited(pks: list[int]) -> set[int]:
    """Those of the posts that somebody saved in the admin with a change."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Post),
        object_id__in=[str(pk) for pk in pks],
    ).exclude(Q(action_flag=ADDITION) | Q(change_message__in=("", "[]")))
    return {int(pk) for pk in entries.values_list("object_id", flat=True)}


def _is_as_it_came(post: Post, labels: dict[int, str]) -> bool:
    """Whether words and labels are those that a source gave, however it was saved."""
    came = (
        words_digest(post.body) == post.source_digests[-1]
        if post.source_digests
        else not post.body
    )
    return came and set(labels.values()) == set(post.source_labels)
