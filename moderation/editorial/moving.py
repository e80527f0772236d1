"""Moving: a thread, or a reply with its answers, goes to another post."""

from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from blog import quoting
from blog.discussion import linking, pages, shown, tree
from blog.models import Comment, Passage, Post
from moderation import log, tally
from moderation.actions import EVERYTHING, UNDO
from moderation.models import Decision
from moderation.transitions import (
    Actor,
    Conflict,
    NotAllowed,
    Outcome,
    Seen,
    check_grounds,
    moderator,
)

from . import acts
from .codes import MOVE

Kind = Passage.Kind


@dataclass(frozen=True)
class Place:
    """Where to: a post, and the comment below which it is to stand there, if any."""

    post: Post
    parent: Comment | None = None


def place(comment: Comment, post: Post | None, below: str) -> Place:
    """Where a moderator wants a comment to go. ``below``: the address or id of the
    comment that it is to answer there; it tells the post, too. Raises ``NotAllowed``.
    """
    parent = None
    if below.strip():
        ids, others = quoting.named_in(below)
        found = Comment.objects.filter(public_id__in=ids).select_related("post")
        parent = found.first()
        if others or len(ids) != 1 or parent is None:
            raise NotAllowed(f"No comment has this address: {below.strip()}")
        if post is not None and post.pk != parent.post_id:
            raise NotAllowed(f"That comment stands below “{parent.post}”.")
        if not parent.was_shown:
            raise NotAllowed("Readers do not see that comment: nothing hangs on it.")
        post = parent.post
    if post is None:
        raise NotAllowed("Choose a post, or give the address of a comment.")
    if post.address is None:
        raise NotAllowed("That post was never published: it has no address yet.")
    if not post.is_public:
        raise NotAllowed("That post is not public: readers would not find it there.")
    if post.pk == comment.post_id:
        raise NotAllowed("It stands below that post already.")
    return Place(post, parent)


def move(
    user: AbstractBaseUser,
    seen: Seen,
    where: Place,
    *,
    reason: str = "",
    private_note: str = "",
) -> Outcome:
    """Takes a comment with all answers to it to another place, as it was seen.

    Whatever state they are in: each keeps its own. Handles stay, since readers have
    written them down. Raises ``NotAllowed``.
    """
    check_grounds(reason, private_note)
    actor = moderator(user)
    with transaction.atomic():
        _lock(seen.public_id, where.post.pk)
        outcome = Outcome()
        [*ready] = acts.fitting([seen], EVERYTHING, "", outcome, "parent")
        for comment in ready:
            if comment.post_id == where.post.pk:
                raise NotAllowed("It stands below that post already.")
            pks, former = _moved(comment, where)
            [row] = outcome.done = log.append(
                [
                    acts.row(
                        comment,
                        actor,
                        MOVE,
                        reason=reason,
                        private_note=private_note,
                        public_note=f"To {where.post.get_absolute_url()}",
                    )
                ]
            )
            acts.store(comment)
            Passage.objects.create(
                kind=Kind.MOVE,
                source_id=former.post,
                target=where.post,
                comment=comment,
                seq=row.seq,
                before=asdict(former),
            )
            settle({former.post, where.post.pk}, pks)
    return outcome


def undo(rows: Collection[Decision], actor: Actor, outcome: Outcome) -> None:
    """Takes threads back to exactly where they stood. Inside a transaction."""
    # Of two moves of one comment the newer goes first.
    for row in sorted(rows, key=lambda row: -row.seq):
        way = Passage.objects.filter(seq=row.seq, kind=Kind.MOVE).first()
        if way is None:
            outcome.conflicts.append(
                Conflict(row.comment_public_id, "the move was taken back already")
            )
            continue
        former = tree.Former(**way.before)
        _lock(row.comment_public_id, former.post)
        for comment in acts.locked([row.comment_public_id], outcome):
            if newest_of([comment.pk]).get(comment.pk) != row.seq:
                words = "was moved again since: take that back first"
                outcome.conflicts.append(Conflict(comment.public_id, words))
                continue
            now_at = comment.post_id
            try:
                pks, _ = tree.move(comment, former.post, former.parent, former=former)
            except tree.CannotMove:
                words = "cannot go back: what it answered stands elsewhere now"
                outcome.conflicts.append(Conflict(comment.public_id, words))
                continue
            outcome.done += log.append([acts.row(comment, actor, UNDO, undoes=row.seq)])
            acts.store(comment)
            way.delete()
            settle({now_at, former.post}, pks)


def newest_of(comments: Collection[int]) -> dict[int, int]:
    """The row of the log that tells of the newest move of each comment."""
    rows = Passage.objects.filter(comment__in=comments, kind=Kind.MOVE)
    return dict(rows.order_by("seq").values_list("comment", "seq"))


def _moved(comment: Comment, where: Place) -> tuple[list[int], tree.Former]:
    try:
        return tree.move(comment, where.post.pk, where.parent and where.parent.pk)
    except tree.CannotMove as reason:
        raise NotAllowed(str(reason)) from reason


def _lock(public_id: str, post: int) -> None:
    """Both posts, in the order of their keys, before any thread."""
    own = Comment.objects.filter(public_id=public_id).values_list("post", flat=True)
    shown.lock_posts({*own, post})


def settle(posts: set[int], pks: Collection[int]) -> None:
    """Everything that depends on which comments stand below which post."""
    # Who names what has gone is linked anew, wherever it stands.
    changed = {*pks, *linking.sources_of(pks)}
    shown.settle_posts(posts, changed)
    # A discussion may have grown too short for pages.
    pages.cut_posts(posts)
    tally.settle(posts)
