"""The neutral model -> rows, idempotent.

A chunk of posts is one transaction. What the source says fills in what was unknown;
what a moderator or an editor changed here since stays as it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import Q

from blog import moments
from blog.discussion import citations, shown, times
from blog.discussion.text import comment_html
from blog.models import Comment, Post

from .filling import Run, add_labels, add_old_addresses, new_post, update_post
from .gathering import aware
from .matching import (
    REMOVED_DIGEST,
    Stored,
    Texts,
    by_key,
    by_public_id,
    by_source_id,
    imported_comments,
    match,
    stood_under,
)
from .model import REMOVED, SourceComment, SourcePost, Status
from .new_comments import BATCH, NewComments, stored_name
from .posts import StoredPosts

# Nothing of the words is left.
EMPTIED = (Comment.State.WITHDRAWN, Comment.State.ERASED)
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
        by_pk = {post.pk: post for post in posts}
        _save(by_pk, new, stored, run)
        touched = comments.store({pk: by_pk[pk] for pk in new})
        _settle(touched, [post for pk, post in by_pk.items() if pk not in new], stored)
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
    citations.note((post for pk, post in posts.items() if pk in new), ())
    changed = []
    for pk, post in posts.items():
        if pk in new:
            continue
        if any(stored.changes(post)):
            post.save()  # which may settle an address, too
            changed.append(post)
            run.batch.changed(post, *stored.changes(post))
            run.report.posts.updated += 1
        else:
            run.report.posts.unchanged += 1
    citations.renew(changed)


def _settle(
    touched: dict[int, set[int]], old: Iterable[Post], stored: StoredPosts
) -> None:
    """Brings the discussions up to date that stood there before."""
    for post in old:
        before, after = stored.changes(post)
        if before.get("published_at", post) is None and after["published_at"]:
            # Nobody saw its comments as long as it had no date.
            touched.pop(post.pk, None)
            shown.settle_posts([post.pk])
    changed = set().union(*touched.values())
    shown.settle_posts(touched.keys(), changed)


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
        elsewhere = [
            row
            for post, source in pairs
            for comment in source.comments
            if (row := self._permalinks.get(comment.public_id))
            and row.post_id != post.pk
        ]
        self._stood = stood_under(elsewhere) if elsewhere else set()
        self._ordinals: dict[int, Counter[str]] = defaultdict(Counter)
        for pk, rows in self._stored.items():
            for row in rows:
                # Not their number: after an import was taken back there are gaps.
                last = self._ordinals[pk][row.digest]
                self._ordinals[pk][row.digest] = max(last, row.ordinal)
        # By which columns change, since a bulk update writes the same of each row.
        self._filled: dict[tuple[str, ...], list[Comment]] = defaultdict(list)
        self._read: dict[int, tuple[int, str]] = {}
        self._given: set[str] = set()

    def load(self, source: SourcePost, post: Post) -> int:
        """Matches and adds the comments of one post; how many were new."""
        report = self._run.report
        report.count(source.comments)
        if not source.comments:
            return 0
        texts = Texts()
        stored = self._stored.get(post.pk, [])
        known = self._known | self._own(source.comments, post)
        matched = match(source.comments, stored, known, texts, self._run.zone)
        keys = self._keys(source, post, matched, texts)
        if stored:
            taken = {row.pk for row in matched.values()}
            matched |= self._moved_away(keys, taken)
        gone = self._gone(stored, matched)
        for comment in source.comments:
            row = matched.get(comment.id)
            if row is not None:
                self._fill(comment, row, post, texts)
                continue
            comment = self._held_if_gone(comment, matched, gone, source)
            text, html = texts.of(comment)
            self._new.add(
                comment,
                key=keys[comment.id],
                post=post,
                answers=matched.get(comment.parent),
                text=text,
                html=html,
                written_at=aware(comment.written_at, self._run.zone),
                keeps_public_id=self._is_free(comment.public_id),
            )
        added = len(source.comments) - len(matched)
        report.comments.new += added
        self._tell_missing(source, stored, matched)
        return added

    def store(self, new_posts: dict[int, Post]) -> dict[int, set[int]]:
        """Writes what was worked out, but nothing to a comment about which somebody
        decided in the meantime.

        Gives the comments that are new or have changed below posts that stood there
        before, by post.
        """
        touched: dict[int, set[int]] = defaultdict(set)
        now = self._locked()
        for columns, comments in self._filled.items():
            same = [c for c in comments if self._is_as_read(now.get(c.pk))]
            for comment in same:
                before = {name: getattr(now[comment.pk], name) for name in columns}
                after = {name: getattr(comment, name) for name in columns}
                self._run.batch.changed(comment, before, after)
                touched[now[comment.pk].post_id].add(comment.pk)
            Comment.objects.bulk_update(same, columns, batch_size=BATCH)
            if "precision" in columns:
                # That of publication here, if there is one: both are known alike. It is
                # not noted, for nothing brings back what was cut.
                times.cut_stored((comment.pk for comment in same), {})
        for comment in self._new.store(new_posts):
            touched[comment.post_id].add(comment.pk)
        return touched

    def _locked(self) -> dict[int, Comment]:
        """The rows to fill as they are now, locked together with the roots of the trees
        that grow: in one order, the moderators' own, so that nobody waits in a circle.
        """
        pks = [c.pk for comments in self._filled.values() for c in comments]
        filled = Comment.objects.filter(pk__in=pks).order_by().values("tree_id")
        grown = Q(tree_id__in=self._new.grown_trees()) | Q(tree_id__in=filled)
        roots = Comment.objects.filter(grown, parent=None)
        wanted = {*pks, *roots.values_list("pk", flat=True)}
        rows = Comment.objects.select_for_update(of=("self",)).filter(pk__in=wanted)
        return {row.pk: row for row in rows.order_by("pk")}

    def _is_as_read(self, row: Comment | None) -> bool:
        return row is not None and self._read[row.pk] == (row.version, row.state)

    def _own(self, comments: Iterable[SourceComment], post: Post) -> dict[str, Stored]:
        """Comments written here that come back under their own permalinks, where they
        stand or stood before they were moved: a file cannot claim those of another
        post."""
        return {
            comment.uid: row
            for comment in comments
            if comment.uid.startswith("candour:")
            and (row := self._permalinks.get(comment.public_id)) is not None
            and (row.post_id == post.pk or (row.pk, post.pk) in self._stood)
        }

    @staticmethod
    def _moved_away(keys: dict[str, str], taken: set[int]) -> dict[str, Stored]:
        """Those that stand under another post now."""
        elsewhere = by_key(keys.values())
        return {
            id_: elsewhere[key]
            for id_, key in keys.items()
            if key in elsewhere and elsewhere[key].pk not in taken
        }

    @staticmethod
    def _gone(stored: list[Stored], matched: dict[str, Stored]) -> set[int | None]:
        """Below which comments a placeholder stands of which this source has none."""
        here = {row.pk for row in matched.values()}
        return {
            row.parent_id
            for row in stored
            if row.digest == REMOVED_DIGEST and row.pk not in here
        }

    def _held_if_gone(
        self,
        comment: SourceComment,
        matched: dict[str, Stored],
        gone: set[int | None],
        source: SourcePost,
    ) -> SourceComment:
        """A new comment where one was removed may be that very one in an older copy:
        what its writer took back must not come out again unread."""
        if comment.status is not Status.LIVE or not gone:
            return comment
        above = matched.get(comment.parent)
        place = above.pk if above else None
        if (comment.parent is not None and above is None) or place not in gone:
            return comment
        self._run.report.add_warning(
            "removed-here",
            f"Comment {comment.id} may be one that was removed: another copy shows a "
            "removed comment in its place. It waits in the queue.",
            comment.line,
            source.uid,
        )
        self._run.report.statuses.subtract([Status.LIVE])
        self._run.report.statuses.update([Status.HELD])
        return replace(comment, status=Status.HELD)

    def _is_free(self, public_id: str) -> bool:
        """Whether a permalink can be kept; each is given once."""
        is_free = public_id not in self._permalinks and public_id not in self._given
        self._given.add(public_id)
        return is_free

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

    def _fill(
        self, comment: SourceComment, row: Stored, post: Post, texts: Texts
    ) -> None:
        """Gives a stored comment what this source knows and no earlier one did."""
        self._tell_gone(comment, row)
        if row.state == Comment.State.ERASED and comment.status is Status.LIVE:
            self._run.report.add_warning(
                "words-since",
                f"Comment {comment.id} stands here as a gap without words, and this "
                "file has some. It stays as it is; if they should come, take the "
                "earlier import back and import this one.",
                comment.line,
            )
        if row.state in EMPTIED or row.post_id != post.pk:
            # Nothing comes back to what was taken back, nor to what was moved away.
            self._run.report.comments.unchanged += 1
            return
        wanted: dict[str, object] = {}
        if row.name is None and comment.author is not None:
            wanted["name"] = stored_name(comment)
        moment = aware(comment.written_at, self._run.zone)
        precision = moments.coarsest(row.precision, comment.precision, times.of_site())
        if moment is not None and row.written_at is None:
            wanted["written_at"] = times.cut_to(moment, precision)
            if precision != row.precision:
                wanted["precision"] = precision
        elif (
            # The same minute, told more exactly. Not where times are cut.
            moment is not None
            and precision is None
            and row.written_at != moment
            and row.written_at == moment.replace(second=0, microsecond=0)
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
        self._read[row.pk] = (row.version, row.state)

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
