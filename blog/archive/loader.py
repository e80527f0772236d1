"""The neutral model -> rows, idempotent.

A chunk of posts is one transaction. What the source says fills in what was unknown;
what a moderator or an editor changed here since stays as it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction

from blog.discussion.text import comment_html
from blog.models import Comment, Post

from .filling import Run, add_labels, add_old_addresses, new_post, update_post
from .gathering import aware
from .matching import (
    Stored,
    Texts,
    by_key,
    by_public_id,
    by_source_id,
    imported_comments,
    match,
)
from .model import REMOVED, SourceComment, SourcePost, Status
from .new_comments import BATCH, NewComments, stored_name
from .posts import StoredPosts

# A transaction of this many comments keeps contributors waiting for a second at most.
CHUNK = 2000
POSTS = 200


def chunks(posts: Iterable[SourcePost]) -> Iterator[list[SourcePost]]:
    """Posts by the handful, so that no transaction and no list grows with the blog."""
    chunk: list[SourcePost] = []
    comments = 0
    for post in posts:
        chunk.append(post)
        comments += len(post.comments)
        if comments >= CHUNK or len(chunk) >= POSTS:
            yield chunk
            chunk, comments = [], 0
    if chunk:
        yield chunk


def load(sources: Sequence[SourcePost], run: Run) -> dict[str, int]:
    """Stores posts with their comments and counts them in the report of ``run``.

    One transaction. Gives the ids of the posts by the source's lasting numbers.
    """
    with transaction.atomic():
        stored = StoredPosts(sources, run.zone)
        posts, new = _posts(sources, stored, run)
        pairs = list(zip(posts, sources, strict=True))
        comments = _Comments(pairs, new, run)
        for post, source in pairs:
            added = comments.load(source, post)
            if post.pk not in new:
                _count(post, source, added)
        add_labels(((post, source.labels) for post, source in pairs), run)
        add_old_addresses(pairs, stored, run)
        _save({post.pk: post for post in posts}, new, stored, run)
        comments.store()
        run.batch.flush()
    return {source.uid: post.pk for post, source in pairs if source.uid}


def _posts(
    sources: Sequence[SourcePost], stored: StoredPosts, run: Run
) -> tuple[list[Post], set[int]]:
    """The row of each source, and the ids of those that are new."""
    posts: list[Post] = []
    fresh: list[Post] = []
    for source in sources:
        run.report.posts.found += 1
        post = stored.find(source)
        if post is None:
            post = new_post(source, stored, run)
            stored.add(post, source)
            fresh.append(post)
        else:
            update_post(post, source, stored, run)
        posts.append(post)
    _create(fresh)
    run.report.posts.new += len(fresh)
    return posts, {post.pk for post in fresh}


def _create(fresh: Sequence[Post]) -> None:
    """Those whose address is settled together; the others choose a free one in turn."""
    settled = [p for p in fresh if p.address or p.status == Post.Status.DRAFT]
    for post in settled:
        post.settle()
    Post.objects.bulk_create(settled, batch_size=BATCH)
    for post in fresh:
        if post.pk is None:
            post.save()


def _count(post: Post, source: SourcePost, added: int) -> None:
    """Brings the numbers of comments up to date.

    Several sources may hold a part of the discussion each, and an older copy states a
    smaller number: neither takes anything back.
    """
    if not source.comments_included or (source.is_missing and not added):
        return
    declared = [post.comments_declared, source.comments_declared]
    post.comments_recorded = True
    post.comments_declared = max(
        (number for number in declared if number is not None), default=None
    )
    post.comments_found = (post.comments_found or 0) + added


def _save(posts: dict[int, Post], new: set[int], stored: StoredPosts, run: Run) -> None:
    """Writes what changed of the posts that stood there, and the labels of the new."""
    labelled = [post for pk, post in posts.items() if pk in new and post.source_labels]
    Post.objects.bulk_update(labelled, ["source_labels"], batch_size=BATCH)
    for pk, post in posts.items():
        if pk in new:
            continue
        if any(stored.changes(post)):
            post.save()  # which may settle an address, too
            run.batch.changed(post, *stored.changes(post))
            run.report.posts.updated += 1
        else:
            run.report.posts.unchanged += 1


class _Comments:
    """The comments of a chunk: matched with those that are there, filled in, added."""

    def __init__(
        self, pairs: Sequence[tuple[Post, SourcePost]], new: set[int], run: Run
    ) -> None:
        self._run = run
        self._new = NewComments(run.batch.row)
        self._stored = imported_comments({post.pk for post, _ in pairs} - new)
        everything = [comment for _, source in pairs for comment in source.comments]
        uids = [comment.uid for comment in everything if comment.uid]
        self._known = by_source_id(uids) if uids else {}
        public_ids = [comment.public_id for comment in everything if comment.public_id]
        self._permalinks = by_public_id(public_ids) if public_ids else {}
        self._known |= {
            comment.uid: self._permalinks[comment.public_id]
            for comment in everything
            if comment.public_id in self._permalinks
            and comment.uid.startswith("candour:")
        }
        self._ordinals: dict[int, Counter[str]] = defaultdict(Counter)
        for pk, rows in self._stored.items():
            self._ordinals[pk].update(row.digest for row in rows)
        # By which columns change, since a bulk update writes the same of each row.
        self._filled: dict[tuple[str, ...], list[Comment]] = defaultdict(list)

    def load(self, source: SourcePost, post: Post) -> int:
        """Matches and adds the comments of one post; how many were new."""
        report = self._run.report
        report.count(source.comments)
        if not source.comments:
            return 0
        texts = Texts()
        stored = self._stored.get(post.pk, [])
        matched = match(source.comments, stored, self._known, texts)
        keys = self._keys(source, post, matched, texts)
        if stored:
            elsewhere = by_key(keys.values())
            matched |= {
                id_: elsewhere[key] for id_, key in keys.items() if key in elsewhere
            }
        for comment in source.comments:
            row = matched.get(comment.id)
            if row is not None:
                self._fill(comment, row, texts)
                continue
            text, html = texts.of(comment)
            self._new.add(
                comment,
                key=keys[comment.id],
                post=post,
                answers=matched.get(comment.parent),
                text=text,
                html=html,
                written_at=aware(comment.written_at, self._run.zone),
                keeps_public_id=comment.public_id not in self._permalinks,
            )
        added = len(source.comments) - len(matched)
        report.comments.new += added
        self._tell_missing(source, stored, matched)
        return added

    def store(self) -> None:
        for columns, comments in self._filled.items():
            self._note(columns, comments)
            Comment.objects.bulk_update(comments, columns, batch_size=BATCH)
        self._new.store()

    def _note(self, columns: tuple[str, ...], comments: list[Comment]) -> None:
        earlier = Comment.objects.in_bulk([comment.pk for comment in comments])
        for comment in comments:
            before = {name: getattr(earlier[comment.pk], name) for name in columns}
            after = {name: getattr(comment, name) for name in columns}
            self._run.batch.changed(comment, before, after)

    def _keys(
        self,
        source: SourcePost,
        post: Post,
        matched: dict[str, Stored],
        texts: Texts,
    ) -> dict[str, str]:
        """The key of each comment that is new: post, words, and the how manieth with
        these words it is."""
        prefix = (post.source_key or f"post:{post.pk}").partition(":")[2]
        ordinals = self._ordinals[post.pk]
        keys = {}
        for comment in source.comments:
            if comment.id not in matched:
                digest = texts.digest(comment)
                ordinals[digest] += 1
                keys[comment.id] = f"{prefix}/{digest}/{ordinals[digest]}"
        return keys

    def _tell_missing(
        self, source: SourcePost, stored: list[Stored], matched: dict[str, Stored]
    ) -> None:
        """Where the source is whole, by its own count, and yet lacks what it had."""
        here = {row.pk for row in stored if row.state == Comment.State.PUBLISHED}
        missing = len(here - {row.pk for row in matched.values()})
        if missing and source.comments_declared == len(source.comments):
            self._run.warn(
                "gone-since",
                f"{missing} comments of an earlier import are not in this copy, which "
                "is whole by its own count. They still stand here: decide about them.",
                source,
            )

    def _fill(self, comment: SourceComment, row: Stored, texts: Texts) -> None:
        """Gives a stored comment what this source knows and no earlier one did."""
        self._tell_gone(comment, row)
        wanted: dict[str, object] = {}
        if row.name is None and comment.author is not None:
            wanted["name"] = stored_name(comment)
        moment = aware(comment.written_at, self._run.zone)
        if moment is not None and (
            row.written_at is None
            # The same minute, told more exactly.
            or (
                row.written_at != moment
                and row.written_at == moment.replace(second=0, microsecond=0)
            )
        ):
            wanted["written_at"] = moment
        if row.source_id is None and comment.uid and row.key is not None:
            wanted["source_id"] = comment.uid
            if comment.answers:
                wanted["source_parent"] = comment.answers
            wanted |= self._richer(comment, row, texts)
        if not wanted:
            self._run.report.comments.unchanged += 1
            return
        self._run.report.comments.updated += 1
        self._filled[tuple(sorted(wanted))].append(Comment(pk=row.pk, **wanted))

    @staticmethod
    def _richer(comment: SourceComment, row: Stored, texts: Texts) -> dict[str, object]:
        """Text and HTML, where the source has links or stress that a text dump lost.

        Of a comment that was decided or corrected here nothing is touched.
        """
        if row.version != 1 or comment.status is not Status.LIVE or not comment.html:
            return {}
        text, html = texts.of(comment)
        return {} if html == comment_html(text) else {"text": text, "html": html}

    def _tell_gone(self, comment: SourceComment, row: Stored) -> None:
        """Where the source took back what stands here: a person decides."""
        if comment.status is Status.LIVE or row.state != Comment.State.PUBLISHED:
            return
        words = "removed" if comment.status in REMOVED else f"“{comment.status}”"
        self._run.report.add_warning(
            "removed-since",
            f"Comment {comment.id} is {words} at the source since the last import. It "
            "still stands here: decide about it in the admin.",
            comment.line,
        )
