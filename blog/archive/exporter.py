"""Rows -> an archive file that ``import_archive`` and other programs read.

The file is written post by post, each with its whole discussion: no more than a chunk
of posts and one discussion is ever in memory, and a chunk costs four queries, however
many comments it has.

What is public comes out, or everything with ``everything``. Out comes in no case what
belongs to this one installation: digests of receipts, versions, batches, keys and
digests of imports, and all that moderation keeps; the rows are read without them.

There is no snapshot of the whole. A transaction would be one on SQLite, but those begin
IMMEDIATE here, and would keep all writers out until the last post is written;
PostgreSQL's stays open as long. What holds on both instead: the comments of a chunk
come from one statement, so that a discussion is of one moment and every answer finds
what it answers; posts are public or not by the time at which the export began; posts
are read by rising number, so that none comes twice and none that stood there before is
left out.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from blog.discussion import citations, linking
from blog.discussion.threads import rows
from blog.models import Comment, OldAddress, Post

from .export_formats import FORMS, Form, Write
from .model import PostStatus, Status

POSTS_AT_ONCE = 50
COMMENTS_AT_ONCE = 500

Progress = Callable[[int, int], None]

STATES = {
    Comment.State.PUBLISHED: Status.LIVE,
    Comment.State.PENDING: Status.HELD,
    Comment.State.LIKELY_SPAM: Status.HELD,
    Comment.State.HELD: Status.HELD,
    Comment.State.SPAM: Status.SPAM,
    Comment.State.REJECTED: Status.REFUSED,
    Comment.State.HIDDEN: Status.TRASHED,
    Comment.State.WITHDRAWN: Status.REMOVED_BY_AUTHOR,
    Comment.State.ERASED: Status.ERASED,
}
# Where no text comes with it. What waits here has nothing to be read elsewhere.
STATES_OF_PLACEHOLDERS = STATES | {
    Comment.State.HIDDEN: Status.REMOVED_BY_MODERATOR,
    Comment.State.PENDING: Status.ERASED,
    Comment.State.LIKELY_SPAM: Status.ERASED,
    Comment.State.HELD: Status.ERASED,
}
# Their words belong to nobody any more, whatever may still stand in the row.
GONE = frozenset((Comment.State.WITHDRAWN, Comment.State.ERASED))

_MEDIA = re.compile(r"""\b(?:src|href)\s*=\s*["'](/media/[^"'?#]+)""")


@dataclass
class Tally:
    """What an export wrote.

    ``placeholders`` of the ``comments`` have no words. ``unpublished_posts`` and
    ``unpublished_comments`` are those that no reader sees, placeholders left out.
    ``cleaned`` posts and comments lost characters that XML does not allow. ``images``:
    the paths in ``/media/`` to which posts refer.
    """

    posts: int = 0
    pages: int = 0
    comments: int = 0
    placeholders: int = 0
    unpublished_posts: int = 0
    unpublished_comments: int = 0
    cleaned: int = 0
    images: set[str] = field(default_factory=set)


def export(write: Write, form: str, *, everything: bool, progress: Progress) -> Tally:
    """Writes an archive in one of ``FORMS`` through ``write``, and counts it.

    ``everything``: drafts and unpublished comments too. ``progress`` is told how many
    posts of how many are done.
    """
    tally = Tally()
    file: Form = FORMS[form](write)
    posts = Post.objects.all() if everything else Post.objects.published()
    moment = _rfc3339(timezone.now())
    total = posts.count()
    file.begin(moment, everything)
    for done, (post, comments) in enumerate(_posts_with_comments(posts), start=1):
        record = _post(post)
        record["comments"] = list(_comments(comments, everything, tally))
        file.add(record, _rfc3339(post.published_at) or moment)
        tally.pages += post.is_page
        tally.posts += not post.is_page
        tally.unpublished_posts += record["status"] != PostStatus.LIVE
        tally.images.update(_MEDIA.findall(post.body_html))
        progress(done, total)
    file.end()
    tally.cleaned = file.cleaned
    return tally


def _posts_with_comments(posts: QuerySet) -> Iterator[tuple[Post, list[Comment]]]:
    """By number: so they keep their order where they are imported, also those of one
    day. The comments are in the order of their trees."""
    posts = (
        posts.order_by("pk")
        .defer("summary", "source", "source_key", "source_digests", "source_labels")
        .prefetch_related(
            "labels",
            Prefetch("old_addresses", queryset=OldAddress.objects.order_by("pk")),
        )
    )
    last = 0
    while chunk := list(posts.filter(pk__gt=last)[:POSTS_AT_ONCE]):
        comments = (
            Comment.objects.filter(post__in=[post.pk for post in chunk])
            .order_by("post_id", "tree_id", "lft", "pk")
            .defer("batch", "version", "receipt_digest")
            .iterator(chunk_size=COMMENTS_AT_ONCE)
        )
        discussions = groupby(comments, key=lambda comment: comment.post_id)
        discussed, discussion = next(discussions, (None, ()))
        for post in chunk:
            if post.pk == discussed:
                yield post, list(discussion)
                discussed, discussion = next(discussions, (None, ()))
            else:
                yield post, []
        last = chunk[-1].pk


def _post(post: Post) -> dict:
    by_day = post.published_precision == Post.Precision.DAY
    published = post.published_at
    if post.is_public:
        status = PostStatus.LIVE
    elif post.status == Post.Status.DRAFT:
        status = PostStatus.DRAFT
    else:
        status = PostStatus.SCHEDULED
    return {
        "uid": post.source_id or f"candour:{post.address or f'draft-{post.pk}'}",
        "type": "page" if post.is_page else "post",
        "status": status,
        "title": post.title,
        "author": post.author_name,
        "published": (
            timezone.localdate(published).isoformat()
            if published and by_day
            else _rfc3339(published)
        ),
        "published_precision": post.published_precision if published else None,
        "path": post.get_absolute_url() if post.address else None,
        "old_addresses": [old.path for old in post.old_addresses.all()],
        "labels": [label.name for label in post.labels.all()],
        "body": post.body,
        "body_format": post.body_format,
        "html": citations.unlinked(post.body_html),
        "comments_recorded": post.comments_recorded,
        "comments_declared": post.comments_declared,
    }


def _comments(
    comments: list[Comment], everything: bool, tally: Tally
) -> Iterator[dict]:
    """Of a discussion all, or else what its page draws and what it leaves a gap for:
    replies keep their places, and the others their numbers."""
    if not everything:
        found = rows(comments)
        drawn = {row.comment.pk for row in found if not row.is_bare}
        kept = {row.comment.pk for row in found}
        for comment in reversed(comments):
            if comment.was_shown or comment.pk in kept:
                kept |= {comment.pk, comment.parent_id}
        comments = [comment for comment in comments if comment.pk in kept]
    # Where nothing is left to read there is no number of the program that it came from.
    uids = {
        comment.pk: comment.source_id
        if comment.source_id and (everything or comment.pk in drawn)
        else f"candour:{comment.public_id}"
        for comment in comments
    }
    for comment in comments:
        record = _comment(comment, uids, everything)
        tally.comments += 1
        if not comment.is_published:
            is_empty = _is_placeholder(comment, everything)
            tally.placeholders += is_empty
            tally.unpublished_comments += not is_empty
        yield record


def _is_placeholder(comment: Comment, everything: bool) -> bool:
    """Whether nothing but its place comes out of one that is not published."""
    return (
        not everything
        or comment.state in GONE
        # An imported one that the old blog showed as removed.
        or (comment.state == Comment.State.HIDDEN and not comment.text)
    )


def _comment(comment: Comment, uids: dict[int, str], everything: bool) -> dict:
    # A stub on a page shows neither name nor time: it has none in a public file.
    is_told = comment.is_published or everything
    has_words = comment.is_published or not _is_placeholder(comment, everything)
    record = {
        "uid": uids[comment.pk],
        "public_id": comment.public_id,
        "answers": uids.get(comment.parent_id),
        "answers_at_source": (comment.source_parent or None) if is_told else None,
        "state": (STATES if has_words else STATES_OF_PLACEHOLDERS)[comment.state],
        "author": comment.name if is_told else None,
        "handle": comment.handle if is_told else None,
        "tag": comment.tag if is_told else "",
        "tag_is_site_wide": comment.tag_is_site_wide and is_told,
        "written": _rfc3339(comment.written_at) if is_told else None,
        "approved": _rfc3339(comment.published_at) if is_told else None,
        "text": comment.text if has_words else "",
        "html": _html(comment) if has_words else "",
    }
    if is_told and comment.precision:
        record["precision"] = comment.precision
    return record


def _html(comment: Comment) -> str:
    """Without the links that were found here: they are found again."""
    return citations.unlinked(linking.unlinked(comment.html))


def _rfc3339(moment: datetime | None) -> str | None:
    """In UTC, with the microseconds if there are any."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
