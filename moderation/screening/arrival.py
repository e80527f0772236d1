"""A new comment meets the mode in force and the screens, inside its transaction."""

from django.db import transaction

from blog.discussion import shown
from blog.discussion.submission import Circumstances, Refused
from blog.models import Comment, Post
from moderation import arrivals, mail, rulebook, transitions
from moderation.models import Mode, Screening

from . import earlier, likeness
from .findings import CORRECTED, SCREENS, Case, is_known, is_proven, notes

CLOSED = "This discussion is closed: no new comments are taken."


def make_way(sender: type[Comment], post: Post, **kwargs) -> None:
    """Receives ``comment_arrives``: where the mode publishes, the post is locked before
    the thread, as by every decision. Else a moderator who decides in the same thread
    at this moment and the comment wait for each other."""
    mode = Mode.objects.in_force(post.pk)
    if mode and mode.kind in (Mode.Kind.OPEN, Mode.Kind.HOLD_FIRST):
        shown.lock_posts([post.pk])


def screen(
    sender: type[Comment], comment: Comment, circumstances: Circumstances, **kwargs
) -> None:
    """Receives ``comment_submitted``: refuses where comments are closed, else notes
    what is noticed, chooses the lane, and publishes what the mode lets through."""
    mode = Mode.objects.in_force(comment.post_id)
    kind = mode.kind if mode else Mode.Kind.HOLD_ALL
    if kind == Mode.Kind.CLOSED:
        raise Refused(mode.notice or CLOSED)
    screened(comment, circumstances)
    found = comment.screening
    passes = kind == Mode.Kind.OPEN or (
        kind == Mode.Kind.HOLD_FIRST and is_proven(circumstances)
    )
    if passes and not found.why:
        transitions.decide(
            [transitions.Seen(comment.public_id, comment.version)],
            "approve",
            transitions.MODE,
        )
        comment.refresh_from_db(
            fields=["state", "version", "written_at", "published_at", "precision"]
        )
    else:
        # Robust: whatever fails there, the contributor gets the receipt.
        transaction.on_commit(mail.remind, robust=True)


def screened(
    comment: Comment, circumstances: Circumstances, *, again: bool = False
) -> None:
    """Screens a text and stores what was noticed. ``again``: it is a corrected one,
    which takes nothing from its sender's allowance, and whose state the log tells."""
    runs = likeness.runs(comment.text)
    case = Case(comment, circumstances, likeness.sketch(runs), runs)
    found = notes(case, CORRECTED if again else SCREENS)
    if not again:
        new_name = bool(comment.tag) and not is_known(comment)
        arrivals.record(comment, is_new_name=new_name)
        rulebook.count(note.rule for note in found if note.rule is not None)
    spam = any(note.likely_spam for note in found)
    lane = Screening.Lane.LIKELY_SPAM if spam else Screening.Lane.NEW
    comment.screening, _ = Screening.objects.update_or_create(
        comment=comment,
        defaults={
            "lane": lane,
            "why": [note.as_dict() for note in found],
            "sketch": case.sketch,
            "similar": earlier.as_numbers(case.nearest),
            "new_hosts": earlier.new_hosts(comment),
            "alike": next((n.alike for n in found if n.alike is not None), None),
        },
    )
    if spam and not again:
        # Still waiting, still read: only in a lane of its own.
        Comment.objects.filter(pk=comment.pk, state=Comment.State.PENDING).update(
            state=Comment.State.LIKELY_SPAM
        )
        comment.state = Comment.State.LIKELY_SPAM
