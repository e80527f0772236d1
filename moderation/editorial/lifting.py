"""Lifting: a comment becomes the draft of a post."""

import hashlib
import json
from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from blog import quotable, quoting
from blog.discussion.extract import first_words
from blog.models import Comment, Passage, Post
from moderation import log
from moderation.actions import UNDO
from moderation.models import Decision
from moderation.transitions import Actor, Conflict, NotAllowed, Outcome, Seen, moderator

from . import acts
from .codes import LIFT

Kind = Passage.Kind
UNFIT = "only a published comment can be lifted"
TITLE = 70  # characters of the text that make a title


def proposed_title(comment: Comment) -> str:
    return first_words(comment.html, TITLE)


def lift(
    user: AbstractBaseUser, seen: Seen, *, title: str = ""
) -> tuple[Outcome, Post | None]:
    """Drafts a post from a comment, as it was seen: its words as a quotation with
    handle, day and link, and the labels of the post it stands below. The draft is the
    editor's; the comment stays as it is. Raises ``NotAllowed``.
    """
    actor, post = moderator(user), None
    longest = Post._meta.get_field("title").max_length
    if len(title) > longest:
        raise NotAllowed(f"A title has at most {longest} characters.")
    with transaction.atomic():
        outcome = Outcome()
        published = frozenset((Comment.State.PUBLISHED,))
        columns = ("html", "name", "handle", "written_at", "source_key")
        for comment in acts.fitting([seen], published, UNFIT, outcome, *columns):
            source = Post.objects.get(pk=comment.post_id)
            if not source.is_public:
                raise NotAllowed("Its post is not public: nothing can lead back to it.")
            post = _draft(user, comment, source, title)
            [row] = outcome.done = log.append(
                [acts.row(comment, actor, LIFT, private_note=f"Draft no. {post.pk}.")]
            )
            acts.store(comment)
            Passage.objects.create(
                kind=Kind.LIFT,
                source=source,
                target=post,
                comment=comment,
                seq=row.seq,
                before={"digest": fingerprint(post)},
            )
    return outcome, post


def _draft(user: AbstractBaseUser, comment: Comment, source: Post, title: str) -> Post:
    body_format = Post.Format.MARKDOWN
    post = Post.objects.create(
        title=title,
        body=quoting.quotations([quotable.quoted(comment)], body_format),
        body_format=body_format,
        author_name=user.get_full_name(),
    )
    post.labels.set(source.labels.all())
    return post


def undo(rows: Collection[Decision], actor: Actor, outcome: Outcome) -> None:
    """Takes the links away, and the draft as well if nobody has written in it and no
    reader has seen it. Inside a transaction."""
    ways = {
        way.seq: way
        for way in Passage.objects.filter(
            seq__in=[row.seq for row in rows], kind=Kind.LIFT
        ).select_related("target")
    }
    comments = acts.locked((row.comment_public_id for row in rows), outcome)
    by_id = {comment.public_id: comment for comment in comments}
    for row in sorted(rows, key=lambda row: -row.seq):
        comment, way = by_id.get(row.comment_public_id), ways.get(row.seq)
        if comment is None:
            continue
        if way is None:
            words = "its draft is gone: there is nothing to take back"
            outcome.conflicts.append(Conflict(comment.public_id, words))
            continue
        outcome.done += log.append([acts.row(comment, actor, UNDO, undoes=row.seq)])
        acts.store(comment)
        comment.version += 1
        way.delete()
        draft = Post.objects.select_for_update(of=("self",)).get(pk=way.target_id)
        if is_untouched(draft, way):
            draft.delete()


def is_untouched(draft: Post, way: Passage) -> bool:
    """Whether it is as it was made: nobody has written in it or published it."""
    return (
        draft.status == Post.Status.DRAFT
        and not draft.was_public
        and fingerprint(draft) == way.before.get("digest")
        and not draft.comments.exists()
    )


def fingerprint(post: Post) -> str:
    """By which it is known whether somebody has written in a post since."""
    labels = sorted(post.labels.values_list("name", flat=True))
    stored = (post.title, post.body, post.author_name, post.slug, labels)
    return hashlib.sha256(json.dumps(stored).encode()).hexdigest()
