"""The one way into the tree of comments, its check and its repair.

django-mptt leaves mutual exclusion to its user, and eight writers at once corrupt its
trees under Django's defaults. What holds (measured): on SQLite a transaction begun
IMMEDIATE; on PostgreSQL numbers of trees from a sequence and a lock of the row of the
tree's root before the parent is read. Only this module and the importer's bulk loader,
which takes the same lock, write tree fields.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import models, transaction

from blog.models import Comment, Post
from blog.tree_ids import continue_after_largest, next_tree_ids

from .nesting import Place, Row, bad_trees, places, with_child

BATCH = 2000
TREE_FIELDS = ("tree_id", "lft", "rght", "level")


class NotInThisDiscussion(ValueError):
    """The comment that is answered belongs to another post, or is gone."""


def insert(post: Post, parent: Comment | None = None, **fields) -> Comment:
    """Adds one comment as the last answer of ``parent``, or as a new thread.

    ``fields`` are the other fields of ``Comment``. Raises ``NotInThisDiscussion`` if
    ``parent`` does not exist any more or stands under another post.
    """
    with transaction.atomic():
        if parent is not None:
            parent = _locked(parent)
            if parent.post_id != post.pk:
                raise NotInThisDiscussion(
                    f"Comment {parent} does not belong to post {post.pk}."
                )
        comment = Comment(post=post, parent=parent, **fields)
        comment.save(force_insert=True)
    return comment


def lock_trees(tree_ids: list[int]) -> None:
    """Keeps other writers out of these trees until the transaction ends.

    On SQLite the transaction itself does. The order of the locks is that of the
    numbers, so that two callers cannot wait for each other. Rows that refer to a root
    may be added meanwhile.
    """
    list(
        Comment.objects.select_for_update(of=("self",), no_key=True)
        .filter(tree_id__in=tree_ids, parent=None)
        .order_by("tree_id")
        .values_list("pk", flat=True)
    )


@dataclass(frozen=True)
class Former:
    """Where a comment stood, so that it can go back there: the post, what it answered
    (None: nothing, it began a thread), the number of its tree, and the other answers
    to the same, those before it and those after it, by their keys."""

    post: int
    parent: int | None
    tree_id: int
    before: list[int]
    after: list[int]


class CannotMove(ValueError):
    """Its words say to a moderator why a comment cannot go there."""


def move(
    comment: Comment,
    post: int,
    parent: int | None = None,
    *,
    former: Former | None = None,
) -> tuple[list[int], Former]:
    """Takes a comment with all answers to it to another place: below the comment
    ``parent`` of ``post``, or as a thread of its own.

    A thread that stays one keeps its number, and so stands among the others in the
    order in which they came. ``former``: exactly where it stood before. Returns the
    keys of what was moved and where it stood. Raises ``CannotMove``. The posts are
    locked; handles, links and pages are for the caller to settle.
    """
    with transaction.atomic():
        comment, above = _both_locked(comment, parent)
        if above is not None and above.post_id != post:
            raise CannotMove("The comment to put it below stands under another post.")
        rows = list(_rows(tree_id=comment.tree_id))
        branch = [row for row in rows if comment.lft <= row.lft <= comment.rght]
        pks = [row.id for row in branch]
        if parent in pks:
            raise CannotMove("A comment cannot answer itself.")
        siblings = [row.id for row in rows if row.parent_id == comment.parent_id]
        place = siblings.index(comment.pk) if comment.parent_id is not None else 0
        left = Former(
            post=comment.post_id,
            parent=comment.parent_id,
            tree_id=comment.tree_id,
            before=siblings[:place],
            after=siblings[place + 1 :],
        )
        for start in range(0, len(pks), BATCH):
            some = Comment.objects.filter(pk__in=pks[start : start + BATCH])
            some.update(post=post)
        if (comment.parent_id, parent) != (None, None):
            _replant(comment, above, rows, branch, former)
    return pks, left


def _both_locked(
    comment: Comment, parent: int | None
) -> tuple[Comment, Comment | None]:
    """Both as they are now, their trees locked in the order of their numbers."""
    wanted = [comment.pk, *([parent] if parent is not None else [])]
    held: set[int] = set()
    while True:
        found = Comment.objects.in_bulk(wanted)
        trees = {each.tree_id for each in found.values()}
        if len(found) < len(wanted):
            raise CannotMove("The comment does not exist any more.")
        if trees <= held:
            return found[comment.pk], found.get(parent)
        lock_trees(sorted(trees))
        held |= trees


def _replant(
    comment: Comment,
    above: Comment | None,
    rows: list[Row],
    branch: list[Row],
    former: Former | None,
) -> None:
    """Puts a branch below ``above``, or makes it a tree."""
    moved = {row.id for row in branch}
    stay = [row for row in rows if row.id not in moved]
    if above is None:
        tree_id = _free_number(former)
        there: list[Row] = []
    else:
        tree_id = above.tree_id
        there = stay
        if tree_id != comment.tree_id:
            there = list(_rows(tree_id=tree_id))
    root = branch[0]._replace(parent_id=above.pk if above else None, tree_id=tree_id)
    # In one statement: a root has no parent and level 0, and its tree no other root.
    Comment.objects.filter(pk=root.id).update(
        parent=root.parent_id, tree_id=tree_id, level=0 if above is None else 1
    )
    nodes = with_child(
        [(row.id, row.parent_id) for row in there],
        (root.id, root.parent_id),
        before=former and former.before,
        after=former and former.after,
    )
    nodes += [(row.id, row.parent_id) for row in branch[1:]]
    level = 0 if above is None else 1
    stored = [*there, root._replace(level=level), *branch[1:]]
    write_places(stored, nodes)
    if stay and there is not stay:
        write_places(stay, [(row.id, row.parent_id) for row in stay])


def _free_number(former: Former | None) -> int:
    """The number that the tree had, if no other has it by now."""
    if former is not None and former.parent is None:
        roots = Comment.objects.filter(tree_id=former.tree_id, parent=None)
        if not roots.exists():
            return former.tree_id
    return next_tree_ids(Comment, 1, Comment.objects.db)[0]


class StillNeeded(ValueError):
    """Something that stays hangs below a comment to be removed, or refers to it."""


def remove(pks: Collection[int]) -> None:
    """Deletes comments for ever, with the rows that belong to them, and closes the
    gaps in their trees.

    For what should not have come in at all; a moderator's decision hides a comment and
    keeps its row. Raises ``StillNeeded``, and does nothing, if a comment that is not
    among them answers one of them or a row refers to one that must not be deleted.
    """
    with transaction.atomic():
        going = Comment.objects.filter(pk__in=pks)
        trees = sorted(set(going.values_list("tree_id", flat=True)))
        lock_trees(trees)
        rows = list(_rows(tree_id__in=trees))
        stay = [row for row in rows if row.id not in pks]
        if any(row.parent_id in pks for row in stay) or needed(pks):
            raise StillNeeded("A comment to be removed is still needed.")
        for relation in _relations(models.CASCADE):
            _referring(relation, pks).delete()
        for relation in _relations(models.SET_NULL):
            _referring(relation, pks).update(**{relation.field.name: None})
        # Not delete(), which reads the rows anew and knows of no tree.
        by_depth = sorted(rows, key=lambda row: -row.level)
        gone = [row.id for row in by_depth if row.id in pks]
        for start in range(0, len(gone), BATCH):
            batch = Comment.objects.filter(pk__in=gone[start : start + BATCH])
            batch._raw_delete(batch.db)
        write_places(stay, [(row.id, row.parent_id) for row in stay])


def needed(pks: Collection[int]) -> set[int]:
    """Those of the comments to which rows refer that would not go with them."""
    return {
        pk
        for relation in _relations()
        if relation.on_delete not in (models.CASCADE, models.SET_NULL)
        for pk in _referring(relation, pks).values_list(relation.field.name, flat=True)
    }


def _relations(on_delete=None) -> list[models.ForeignObjectRel]:
    """How other tables refer to comments; those too that have no name here."""
    return [
        relation
        for relation in Comment._meta.get_fields(include_hidden=True)
        if (relation.one_to_many or relation.one_to_one)
        and relation.auto_created
        and not relation.concrete
        and relation.related_model is not Comment
        and on_delete in (None, relation.on_delete)
    ]


def _referring(
    relation: models.ForeignObjectRel, pks: Collection[int]
) -> models.QuerySet:
    rows = relation.related_model._base_manager
    return rows.filter(**{f"{relation.field.name}__in": pks})


def _locked(comment: Comment) -> Comment:
    """The comment as it is now, its tree locked."""
    tree_id = comment.tree_id
    while True:
        lock_trees([tree_id])
        fresh = Comment.objects.filter(pk=comment.pk).first()
        if fresh is None:
            raise NotInThisDiscussion(f"Comment {comment} does not exist any more.")
        if fresh.tree_id == tree_id:
            return fresh
        tree_id = fresh.tree_id  # it was moved while we waited


@dataclass(frozen=True)
class TreeCheck:
    """What ``check`` found: how much it read and which trees are wrong."""

    comments: int
    trees: int
    bad: list[int]


def check() -> TreeCheck:
    """Compares the tree fields of all comments with their parents."""
    counted = _Counted(_rows())
    bad = bad_trees(counted)
    return TreeCheck(counted.comments, counted.trees, sorted(bad))


class _Counted:
    """Passes rows on and counts them and their trees."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows, self.comments, self.trees, self._last = rows, 0, 0, None

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.comments += 1
            if row.tree_id != self._last:
                self.trees, self._last = self.trees + 1, row.tree_id
            yield row


def _rows(**filters) -> Iterator[Row]:
    found = (
        Comment.objects.filter(**filters)
        .order_by("tree_id", "lft", "pk")
        .values_list("pk", "parent_id", *TREE_FIELDS)
    )
    return (Row(*values) for values in found.iterator(chunk_size=BATCH))


def rebuild(bad: list[int]) -> int:
    """Makes the tree fields of the trees in ``bad`` anew from ``parent``.

    Threads that had been given one number are parted; siblings keep their order.
    Returns how many comments were changed. One transaction.
    """
    with transaction.atomic():
        continue_after_largest(Comment, Comment.objects.db)
        rows = _whole_threads(bad)
        return write_places(rows, [(row.id, row.parent_id) for row in rows])


def _whole_threads(tree_ids: list[int]) -> list[Row]:
    """The rows of these trees and of every tree that a parent or a child leads to.

    Each is locked before it is read. They come by ``lft``, whatever tree they are in:
    one that strayed into another tree keeps its place among its siblings.
    """
    known: dict[int, Row] = {}
    wanted = set(tree_ids)
    while wanted:
        lock_trees(sorted(wanted))
        for row in _rows(tree_id__in=wanted):
            known[row.id] = row
        read = {row.tree_id for row in known.values()} | wanted
        up = {row.parent_id for row in known.values()} - known.keys() - {None}
        related = Comment.objects.filter(pk__in=up) | Comment.objects.filter(
            parent_id__in=known.keys()
        )
        wanted = set(related.values_list("tree_id", flat=True)) - read
    return sorted(known.values(), key=lambda row: (row.lft, row.tree_id, row.id))


def write_places(rows: list[Row], nodes: list[tuple[int, int | None]]) -> int:
    """Numbers ``nodes`` (id, parent) and writes what differs from ``rows``.

    A root keeps the number of its tree if it is the first to claim it. Returns how
    many comments were changed. The caller holds the locks.
    """
    stored = {row.id: row for row in rows}
    numbered = places(nodes)
    tree_of = _trees(nodes, stored)
    changed = []
    for node, _ in nodes:
        if node not in numbered:
            continue
        place: Place = numbered[node]
        row = stored[node]
        if (row.tree_id, row.lft, row.rght, row.level) != (tree_of[node], *place):
            changed.append(
                Comment(
                    pk=node,
                    tree_id=tree_of[node],
                    lft=place.lft,
                    rght=place.rght,
                    level=place.level,
                )
            )
    Comment.objects.bulk_update(changed, TREE_FIELDS, batch_size=500)
    return len(changed)


def _trees(
    nodes: list[tuple[int, int | None]], stored: dict[int, Row]
) -> dict[int, int]:
    """The number of the tree of each node."""
    parents = dict(nodes)
    roots = [node for node, parent in nodes if parent is None]
    taken: set[int] = set()
    tree_of: dict[int, int] = {}
    homeless = []
    for root in roots:
        number = stored[root].tree_id
        if number in taken:
            homeless.append(root)
        else:
            taken.add(number)
            tree_of[root] = number
    if homeless:
        new = next_tree_ids(Comment, len(homeless), Comment.objects.db)
        tree_of.update(zip(homeless, new, strict=True))
    for node in parents:
        path = []
        while node is not None and node not in tree_of and node in parents:
            path.append(node)
            node = parents[node]
            if len(path) > len(parents):  # a circle: places() leaves it out too
                break
        if node in tree_of:
            tree_of.update(dict.fromkeys(path, tree_of[node]))
    return tree_of
