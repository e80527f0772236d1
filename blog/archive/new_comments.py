"""The new comments of a file -> rows, with their places worked out in memory."""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from blog.discussion import naming, shown, times, tree
from blog.discussion.nesting import Row, places
from blog.discussion.pseudonyms import is_tag
from blog.discussion.signatures import signature
from blog.models import Comment, ImportBatch, Post
from blog.tree_ids import next_tree_ids

from .matching import Stored
from .model import SourceComment, Status

BATCH = 500
UNSIGNED = "Anonymous"
STATES = {
    Status.LIVE: Comment.State.PUBLISHED,
    Status.HELD: Comment.State.PENDING,
    Status.SPAM: Comment.State.SPAM,
    Status.REFUSED: Comment.State.REJECTED,
    Status.TRASHED: Comment.State.HIDDEN,
    Status.REMOVED_BY_AUTHOR: Comment.State.WITHDRAWN,
    Status.REMOVED_BY_MODERATOR: Comment.State.HIDDEN,
    Status.ERASED: Comment.State.ERASED,
}
_PUBLIC_ID = re.compile(r"[0-9a-z]{1,13}")


def stored_name(source: SourceComment) -> str | None:
    """The name to store. On a page "Anonymous" is what Blogger prints for none; what
    has a lasting number comes from an export, which tells the two apart."""
    if source.author is None:
        return None
    is_unsigned = source.author == UNSIGNED and not source.uid
    return "" if is_unsigned else source.author[:100]


class NewComments:
    """The new comments of a file, stored together at its end, level by level."""

    def __init__(self, batch: ImportBatch) -> None:
        self._batch = batch
        self.comments: list[Comment] = []
        self._by_source: dict[tuple[int, str], int] = {}
        self._parents: list[int | None] = []  # index of a new parent
        self._answers: list[Stored | None] = []  # or a stored one
        self._handles: dict[int, set[str]] = {}  # of each post, those taken

    def add(
        self,
        source: SourceComment,
        *,
        key: str,
        post: Post,
        answers: Stored | None,
        text: str,
        html: str,
        written_at: datetime | None,
        keeps_public_id: bool = False,
    ) -> None:
        """Takes one comment; its parent was added before, or is ``answers``."""
        self._by_source[post.pk, source.id] = len(self.comments)
        parent = None
        if source.parent is not None and answers is None:
            parent = self._by_source[post.pk, source.parent]
        self._parents.append(parent)
        self._answers.append(answers)
        # An answer stands with what it answers, wherever that is by now.
        above = answers if parent is None else self.comments[parent]
        comment = Comment(
            post_id=above.post_id if above else post.pk,
            name=stored_name(source),
            text=text,
            html=html,
            written_at=written_at,
            published_at=source.published_at,
            state=STATES[source.status],
            source_key=key,
            source_id=source.uid or None,
            source_parent=source.answers or None,
            precision=source.precision,
            batch=self._batch,
        )
        times.cut(comment, times.of_site())
        if source.status is Status.ERASED and comment.name:
            comment.name = ""
        if source.handle and written_at is not None:
            comment.handle = naming.brought(
                source.handle, self._taken(comment.post_id), comment.precision
            )
        if comment.name and is_tag(source.tag):
            comment.tag = source.tag
            comment.tag_is_site_wide = source.tag_is_site_wide
        if comment.is_published:
            comment.signature = signature(text)
        if keeps_public_id and _PUBLIC_ID.fullmatch(source.public_id):
            comment.public_id = source.public_id
        self.comments.append(comment)

    def _taken(self, post: int) -> set[str]:
        """The handles of a discussion; asked for only where a file brings its own."""
        if post not in self._handles:
            stored = Comment.objects.filter(post=post).exclude(handle=None)
            self._handles[post] = set(stored.values_list("handle", flat=True))
        return self._handles[post]

    def grown_trees(self) -> list[int]:
        """The numbers of the stored trees that get new answers."""
        return sorted({row.tree_id for row in self._answers if row})

    def store(self, new_posts: Mapping[int, Post]) -> list[Comment]:
        """Writes them; gives those below posts that stood there before.

        The discussions of ``new_posts``, by their keys, are brought up to date at once.
        """
        if not self.comments:
            return []
        stored_trees = self.grown_trees()
        if stored_trees:
            tree.lock_trees(stored_trees)
        nodes, rows = self._nodes(stored_trees)
        numbered = places(nodes)
        self._place(numbered)
        if rows:
            self._make_room(rows, numbered)
        by_post: dict[int, list[Comment]] = defaultdict(list)
        for comment in self.comments:
            by_post[comment.post_id].append(comment)
        incoming = self._incoming(by_post, new_posts)
        self._create()
        incoming.stored()
        return [c for c in self.comments if c.post_id not in new_posts]

    def _incoming(
        self, by_post: Mapping[int, list[Comment]], new_posts: Mapping[int, Post]
    ) -> shown.Incoming:
        discussions = []
        for pk in by_post.keys() & new_posts.keys():
            by_post[pk].sort(key=lambda comment: (comment.tree_id, comment.lft))
            discussions.append(shown.Discussion(new_posts[pk], by_post[pk]))
        answered = {
            comment.public_id: self.comments[parent]
            for comment, parent in zip(self.comments, self._parents, strict=True)
            if parent is not None
        }
        return shown.Incoming(discussions, answered)

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
