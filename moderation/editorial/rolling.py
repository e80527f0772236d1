"""Rolling over: a discussion that has grown too long goes on in a new post."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from blog.discussion import citations, shown
from blog.models import Comment, Passage, Post
from moderation import log
from moderation.actions import UNDO, WAITING
from moderation.models import Decision, Mode
from moderation.transitions import (
    Actor,
    Conflict,
    NotAllowed,
    Outcome,
    check_grounds,
    moderator,
)

from . import carrying, moving
from .codes import NO_COMMENT, ROLL_OVER
from .lifting import fingerprint, is_untouched

Kind = Passage.Kind
SUFFIX = "(continued)"
# True whether or not readers may see the new post: that changes, and this does not.
GOES_ON = "This discussion was closed to be continued in a new post."
_NOTICES = (  # with those that were written earlier
    GOES_ON,
    "This discussion is continued in a new post.",
    "This discussion has grown long: it goes on in a new post once that is published.",
)
_MODE = ("kind", "since", "until", "notice")


@dataclass(frozen=True)
class Continuation:
    """What the new post is to be."""

    title: str
    body: str = ""
    publish: bool = False


def proposed_title(post: Post) -> str:
    return f"{post.title} {SUFFIX}" if post.title else f"The discussion {SUFFIX}"


def unfit(post: Post) -> str:
    """Why a post cannot be continued, in words; "" if it can be."""
    if not post.is_public:
        return "The post is not public: there is no discussion to continue."
    way = of(post)
    if way is not None:
        return f"It is continued already, in “{way.target}”."
    return ""


def of(post: Post) -> Passage | None:
    """The way from a post to its continuation."""
    ways = Passage.objects.filter(kind=Kind.ROLL_OVER, source=post)
    return ways.select_related("target").first()


def waiting(post: Post) -> int:
    """How many comments wait below a post that would be carried on, once approved."""
    return Comment.objects.filter(
        post=post, state__in=WAITING, parent=None, handle=None
    ).count()


def roll_over(
    user: AbstractBaseUser, post: Post, new: Continuation, *, private_note: str = ""
) -> tuple[Decision, Post]:
    """Closes the discussion of a post and continues it in a new one.

    What waits below the old post is carried on as it is approved. Raises
    ``NotAllowed``, for a second moderator too.
    """
    title = new.title.strip()
    longest = Post._meta.get_field("title").max_length
    if not title or len(title) > longest:
        raise NotAllowed(f"Give it a title, of at most {longest} characters.")
    check_grounds("", private_note)
    with transaction.atomic():
        shown.lock_posts([post.pk])
        post = Post.objects.get(pk=post.pk)
        if problem := unfit(post):
            raise NotAllowed(problem)
        status = Post.Status.PUBLISHED if new.publish else Post.Status.DRAFT
        continuation = Post.objects.create(
            title=title,
            body=new.body,
            author_name=user.get_full_name(),
            status=status,
        )
        continuation.labels.set(post.labels.all())
        before = _close(post)
        [row] = log.append(
            [
                _row(
                    moderator(user),
                    ROLL_OVER,
                    private_note=private_note,
                    public_note=f"The discussion of {post.get_absolute_url()}",
                )
            ]
        )
        Passage.objects.create(
            kind=Kind.ROLL_OVER,
            source=post,
            target=continuation,
            made_at=timezone.now(),
            seq=row.seq,
            before={"mode": before, "digest": fingerprint(continuation)},
        )
        citations.saved(continuation)
    return row, continuation


def undo(rows: Collection[Decision], actor: Actor, outcome: Outcome) -> None:
    """Opens the old discussion again as it was, takes the links away, and back what was
    carried on. The new post goes if nobody has written in it, seen it or answered in
    it; else it stays as a post of its own. Inside a transaction."""
    for row in sorted(rows, key=lambda row: -row.seq):
        ways = Passage.objects.filter(seq=row.seq, kind=Kind.ROLL_OVER)
        way = ways.first()
        if way is not None:
            shown.lock_posts([way.source_id])
            way = ways.select_related("source", "target").first()
        if way is None:
            words = f"no. {row.seq} was taken back already"
            outcome.conflicts.append(Conflict(NO_COMMENT, words))
            continue
        changed = carrying.carry_back(way)
        _reopen(way.source, way.before["mode"])
        new, old = way.target, way.source_id
        way.delete()
        outcome.done += log.append(
            [_row(actor, UNDO, undoes=row.seq, public_note=row.public_note)]
        )
        # What named comments of the old discussion from the new one does no more.
        in_new = set(new.comments.values_list("pk", flat=True))
        moving.settle({old, new.pk}, changed | in_new)
        if not in_new and is_untouched(new, way):
            new.delete()


def _row(actor: Actor, action: str, **more) -> Decision:
    return Decision(
        actor=actor.name,
        actor_kind=actor.kind,
        action=action,
        from_state="",
        to_state="",
        comment_public_id=NO_COMMENT,
        version=0,
        **more,
    )


def _close(post: Post) -> dict | None:
    """Closes the discussion; the post's own mode before that, if it had one."""
    mode = Mode.objects.filter(post=post).first()
    before = None
    if mode is not None:
        before = {name: getattr(mode, name) for name in _MODE}
        for name in ("since", "until"):
            before[name] = before[name] and before[name].isoformat()
    Mode.objects.update_or_create(
        post=post,
        defaults={
            "kind": Mode.Kind.CLOSED,
            "since": timezone.now(),
            "until": None,
            "notice": GOES_ON,
        },
    )
    return before


def _reopen(post: Post, before: dict | None) -> None:
    """Unless a moderator has set another mode since: that one stays."""
    mode = Mode.objects.filter(post=post, kind=Mode.Kind.CLOSED).first()
    if mode is None or mode.notice not in _NOTICES:
        return
    if before is None:
        mode.delete()
    else:
        for name in _MODE:
            value = before[name]
            if name in ("since", "until"):
                value = value and datetime.fromisoformat(value)
            setattr(mode, name, value)
        mode.save(update_fields=_MODE)
