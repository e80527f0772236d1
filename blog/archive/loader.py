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
            post, is_new = _post_of(source_post, source.format, report, zone)
            if is_new:
                _load_comments(source_post, post, [], report, zone, new)
                continue
            changed = _update_post(post, source_post, report, zone)
            stored = stored_comments(post)
            added = _load_comments(source_post, post, stored, report, zone, new)
            changed |= _count(post, source_post, added)
            if changed:
                post.save()
            changed |= _add_labels(post, source_post.labels, report)
            if changed:
                report.posts.updated += 1
            else:
                report.posts.unchanged += 1
        new.store()


def _post_key(source: SourcePost) -> str:
    """The same for the same post in every text dump: its date and title.

    A post without a title has its body's words for one.
    """
    title = " ".join(source.title.casefold().split()) or words_digest(source.body)
    day = source.date.isoformat() if source.date else "no date"
    return "text:" + sha256(f"{day}\n{title}".encode()).hexdigest()[:32]


def _post_of(
    source: SourcePost, source_format: str, report: FileReport, zone: ZoneInfo
) -> tuple[Post, bool]:
    """The post of the database, and whether it is new there."""
    report.posts.found += 1
    key = _post_key(source)
    # The lock keeps a second import of the same post waiting. It must not keep those
    # waiting who add a comment: they hold its tree and only refer to the post, while we
    # shall want the tree (on PostgreSQL a deadlock otherwise).
    rows = Post.objects.select_for_update(no_key=True)
    post = rows.filter(source_key=key).first()
    if post is not None:
        return post, False
    post = Post(source_key=key, source=source_format, title=source.title)
    _fill(post, source, zone)
    post.body = source.body
    post.body_format = Post.Format.TEXT
    post.source_digests = [words_digest(source.body)]
    post.comments_recorded = source.comments_included
    if source.comments_included:
        post.comments_declared = source.comments_declared
        post.comments_found = len(source.comments)
    post.save()
    if post.status == Post.Status.SCHEDULED:
        report.add_warning(
            "future-date",
            f"“{post}” is dated {source.date:%-d %B %Y}: it appears on that day.",
            source.line,
        )
    _add_labels(post, source.labels, report)
    report.posts.new += 1
    return post, True


def _update_post(
    post: Post, source: SourcePost, report: FileReport, zone: ZoneInfo
) -> bool:
    """Takes from the source what is new of a post itself; whether there was any."""
    changed = _fill(post, source, zone)
    return _take_body(post, source, report) or changed


def _count(post: Post, source: SourcePost, added: int) -> bool:
    """Brings the numbers of comments up to date; whether they changed.

    Several sources may hold a part of the discussion each, and an older copy states a
    smaller number: neither takes anything back.
    """
    if not source.comments_included:
        return False
    before = (post.comments_recorded, post.comments_declared, post.comments_found)
    declared = [post.comments_declared, source.comments_declared]
    post.comments_recorded = True
    post.comments_declared = max(
        (number for number in declared if number is not None), default=None
    )
    post.comments_found = (post.comments_found or 0) + added
    return before != (True, post.comments_declared, post.comments_found)


def _add_labels(post: Post, names: Iterable[str], report: FileReport) -> bool:
    """Adds the labels that no source gave before; whether there were any."""
    longest = Label._meta.get_field("name").max_length
    new = []
    for name in sorted(set(names) - set(post.source_labels)):
        if len(name) > longest:
            report.add_warning(
                "label-too-long",
                f"A label has {len(name)} characters, {longest} are the most; it is "
                f"left out: “{name[:40]}…”",
            )
        else:
            new.append(name)
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
    """Takes a body that changed at the source, unless it was edited here, or is one
    that the source had before, or plainly another post's."""
    digest = words_digest(source.body)
    if digest in post.source_digests:
        return False
    if not _much_the_same(post.body, source.body):
        report.add_warning(
            "same-date-and-title",
            f"“{post}” was imported before with the same date and another text, which "
            "is kept; these comments are added to it. If they are two posts, give one "
            "of them another title in its file.",
            source.line,
        )
        return False
    if words_digest(post.body) != post.source_digests[-1]:
        report.add_warning(
            "body-differs",
            f"The text of “{post}” differs from the source and was edited here: "
            "the edited one is kept.",
            source.line,
        )
        return False
    post.body, post.source_digests = source.body, [*post.source_digests, digest]
    return True


def _much_the_same(one: str, other: str) -> bool:
    """Whether two texts share a fifth of their words, or are too short to tell."""
    words, others = set(one.casefold().split()), set(other.casefold().split())
    few = min(len(words), len(others)) < 20
    return few or len(words & others) >= len(words | others) / 5


def _load_comments(
    source: SourcePost,
    post: Post,
    stored: list[Stored],
    report: FileReport,
    zone: ZoneInfo,
    new: NewComments,
) -> int:
    """Matches and adds the comments of a post; how many were new."""
    report.comments.found += len(source.comments)
    report.top_level += sum(comment.parent is None for comment in source.comments)
    report.replies += sum(comment.parent is not None for comment in source.comments)
    if not source.comments:
        return 0
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
    _tell_missing(source, stored, matched, report)
    return len(source.comments) - len(matched)


def _tell_missing(
    source: SourcePost,
    stored: list[Stored],
    matched: dict[str, Stored],
    report: FileReport,
) -> None:
    """Where the source is whole, by its own count, and yet lacks what it had before."""
    missing = len({row.pk for row in stored} - {row.pk for row in matched.values()})
    if missing and source.comments_declared == len(source.comments):
        report.add_warning(
            "gone-since",
            f"{missing} comments of an earlier import are not in this copy, which is "
            "whole by its own count. They still stand here: decide about them.",
            source.line,
        )


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
