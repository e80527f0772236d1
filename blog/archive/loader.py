"""The neutral model -> rows, idempotent.

A file is one transaction. What the source says fills in what was unknown; what a
moderator or an editor changed here since stays as it is.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from blog.models import Comment, Label, Post

from .matching import (
    Stored,
    comment_digest,
    match,
    moved_elsewhere,
    stored_comments,
    words_digest,
)
from .model import SourceComment, SourceFile, SourcePost
from .new_comments import BATCH, NewComments, stored_name
from .report import FileReport

NOON = time(12)


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
        new = NewComments()
        for source_post in source.posts:
            post, is_new = _load_post(source_post, source.format, report, zone)
            stored = [] if is_new else stored_comments(post)
            _load_comments(source_post, post, stored, report, zone, new)
        new.store()


def _post_key(source: SourcePost) -> str:
    """The same for the same post in every text dump: its date and title.

    A post without a title has its body's words for one.
    """
    title = " ".join(source.title.casefold().split()) or words_digest(source.body)
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
        post.source_digest = words_digest(source.body)
        post.comments_recorded = source.comments_included
        if source.comments_included:
            post.comments_declared = source.comments_declared
            post.comments_found = len(source.comments)
        post.save()
        _add_labels(post, source.labels)
        report.posts.new += 1
        return post, True
    changed = _fill(post, source, zone)
    changed |= _take_body(post, source, report)
    if source.comments_included:
        known = (True, source.comments_declared, len(source.comments))
        before = (post.comments_recorded, post.comments_declared, post.comments_found)
        if before != known:
            post.comments_recorded, post.comments_declared, post.comments_found = known
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
    digest = words_digest(source.body)
    if digest == post.source_digest:
        return False
    if words_digest(post.body) != post.source_digest:
        report.add_warning(
            "body-differs",
            f"The text of “{post}” differs from the source and was edited here: "
            "the edited one is kept.",
            source.line,
        )
        return False
    post.body, post.source_digest = source.body, digest
    return True


def _load_comments(
    source: SourcePost,
    post: Post,
    stored: list[Stored],
    report: FileReport,
    zone: ZoneInfo,
    new: NewComments,
) -> None:
    report.comments.found += len(source.comments)
    report.top_level += sum(comment.parent is None for comment in source.comments)
    report.replies += sum(comment.parent is not None for comment in source.comments)
    if not source.comments:
        return
    prefix = post.source_key.removeprefix("text:")
    digests = {comment.id: comment_digest(comment) for comment in source.comments}
    matched = match(source.comments, digests, stored, report)
    ordinals = Counter(row.digest for row in stored)
    keys = {}
    for comment in source.comments:
        if comment.id not in matched:
            digest = digests[comment.id]
            ordinals[digest] += 1
            keys[comment.id] = f"{prefix}/{digest}/{ordinals[digest]}"
    if stored:
        matched |= moved_elsewhere(keys)
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


def _fill_comments(
    comments: Iterable[SourceComment],
    matched: dict[str, Stored],
    report: FileReport,
    zone: ZoneInfo,
) -> None:
    """Gives stored comments the names and times that this source knows."""
    changed = []
    for comment in comments:
        row = matched.get(comment.id)
        if row is None:
            continue
        name = stored_name(comment.author) if row.name is None else row.name
        written_at = row.written_at or _aware(comment.written_at, zone)
        if (name, written_at) == (row.name, row.written_at):
            report.comments.unchanged += 1
        else:
            changed.append(Comment(pk=row.pk, name=name, written_at=written_at))
            report.comments.updated += 1
    Comment.objects.bulk_update(changed, ["name", "written_at"], batch_size=BATCH)


def _aware(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    return moment
