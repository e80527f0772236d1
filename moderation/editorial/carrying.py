"""Late comments: what was sent to a post before it was continued, and is approved
after that, lands in the continuation."""

from collections.abc import Collection

from django.db.models import F

from blog.discussion import tree
from blog.models import Comment, Passage
from moderation.models import Decision

Kind = Passage.Kind


def carry(comments: Collection[Comment]) -> set[int]:
    """Takes those of the comments to the continuation that belong there; they were just
    approved, for the first time or again. Which posts they came to, by their keys.

    Threads of their own only, that nobody has answered and no reader has seen before: a
    reply stays with its thread. And only where readers can see the continuation. Inside
    the transaction of the decision, which has locked both posts. One query, where no
    post is continued.
    """
    posts = {comment.post_id for comment in comments}
    ways = {
        way.source_id: way
        for way in Passage.objects.filter(
            kind=Kind.ROLL_OVER, source__in=posts
        ).select_related("target")
        if way.target.is_public
    }
    if not ways:
        return set()
    late = Comment.objects.filter(
        pk__in=[comment.pk for comment in comments if comment.published_at is None],
        post__in=ways,
        parent=None,
        handle=None,
        rght=F("lft") + 1,
    )
    made, reached = [], set()
    late = list(late.order_by("tree_id"))
    before = _published_before(late)
    for comment in late:
        way = ways[comment.post_id]
        if comment.written_at is None or comment.written_at > way.made_at:
            continue
        if comment.pk in before:
            continue
        tree.move(comment, way.target_id)
        made.append(
            Passage(
                kind=Kind.CARRY,
                source_id=way.source_id,
                target_id=way.target_id,
                comment=comment,
            )
        )
        reached.add(way.target_id)
    Passage.objects.bulk_create(made)
    return reached


def _published_before(comments: Collection[Comment]) -> set[int]:
    """Those that readers saw before they were corrected, by the log: a name hides it in
    the row. ``comments`` as they are after the decision."""
    versions = {comment.public_id: comment for comment in comments}
    rows = Decision.objects.filter(
        comment_public_id__in=versions, to_state=Comment.State.PUBLISHED
    ).values_list("comment_public_id", "version")
    return {
        versions[public_id].pk
        for public_id, version in rows
        if version < versions[public_id].version
    }


def carry_back(way: Passage) -> set[int]:
    """Takes what was carried on back to the post to which it was sent, so far as it is
    still where it was carried to; the keys of the comments."""
    rows = Passage.objects.filter(
        kind=Kind.CARRY, source=way.source_id, target=way.target_id
    )
    carried = Comment.objects.filter(
        pk__in=rows.values("comment"), post=way.target_id, parent=None
    )
    changed: set[int] = set()
    for comment in carried.order_by("tree_id"):
        pks, _ = tree.move(comment, way.source_id)
        changed |= set(pks)
    rows.delete()
    return changed
