"""What the holder of a receipt may see and do."""

import statistics
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.discussion import receipts
from blog.discussion.submission import Circumstances
from blog.discussion.text import contribution_html
from blog.models import Comment

from . import mail, transitions
from .models import Appeal, Decision, Screening
from .reasons import BY_CODE, Reason
from .screening.arrival import screened
from .transitions import CONTRIBUTOR, WAITING, Seen

RECENT = 50
LONGEST_APPEAL = 1000
APPEAL_OPEN = timedelta(days=183)
APPEALABLE = frozenset(
    (Comment.State.REJECTED, Comment.State.SPAM, Comment.State.HIDDEN)
)


class NotPossible(Exception):
    """What was asked cannot be done; ``message`` says why, for the contributor."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Standing:
    """Where a comment stands, as its writer may know it."""

    comment: Comment
    decision: Decision | None
    reason: Reason | None
    place: int | None
    usual_hours: float | None
    appeal: Appeal | None

    @property
    def is_waiting(self) -> bool:
        return self.comment.state in WAITING

    @property
    def may_correct(self) -> bool:
        return self.comment.state in transitions.ACTIONS["edit"].sources

    @property
    def may_withdraw(self) -> bool:
        return self.comment.state in transitions.ACTIONS["withdraw"].sources

    @property
    def may_appeal(self) -> bool:
        return (
            self.comment.state in APPEALABLE
            and self.appeal is None
            and self.decision is not None
            and timezone.now() - self.decision.at < APPEAL_OPEN
        )


def find(code: str) -> Comment | None:
    """The comment of a receipt, or None. One look at an index whatever the code."""
    return (
        Comment.objects.filter(receipt_digest=receipts.digest(code))
        .select_related("post")
        .first()
    )


def standing(comment: Comment) -> Standing:
    """All that the receipt's page shows."""
    last = (
        Decision.objects.filter(comment_public_id=comment.public_id)
        .exclude(action="edit")
        .order_by("-seq")
        .first()
    )
    place = None
    if comment.state in WAITING:
        place = Comment.objects.filter(state__in=WAITING, pk__lt=comment.pk).count() + 1
    return Standing(
        comment=comment,
        decision=last,
        reason=BY_CODE.get(last.reason) if last else None,
        place=place,
        usual_hours=usual_hours() if place else None,
        appeal=Appeal.objects.filter(comment=comment).first(),
    )


def usual_hours() -> float | None:
    """The median of hours from writing to the moderators' latest decisions."""
    decided = dict(
        Decision.objects.filter(
            actor_kind=Decision.ActorKind.MODERATOR,
            action__in=("approve", "reject", "spam"),
        )
        .order_by("-seq")
        .values_list("comment_public_id", "at")[:RECENT]
    )
    written = Comment.objects.filter(public_id__in=decided, written_at__isnull=False)
    waits = [
        (decided[public_id] - at).total_seconds() / 3600
        for public_id, at in written.values_list("public_id", "written_at")
    ]
    return statistics.median(waits) if waits else None


def correct(comment: Comment, version: int, text: str, name: str) -> None:
    """A new text, which goes back to be read, also where the old one was published.

    ``version`` is the one that the writer saw. Raises ``NotPossible``.
    """
    with transaction.atomic():
        outcome = transitions.decide(
            [Seen(comment.public_id, version)],
            "edit",
            CONTRIBUTOR,
            fields={"text": text, "name": name, "html": contribution_html(text)},
        )
        _raise_conflict(outcome)
        comment.refresh_from_db()
        # No pace and no age of a form here: the comment is already among those counted.
        screened(comment, Circumstances(), again=True)
        transaction.on_commit(mail.remind, robust=True)


def withdraw(comment: Comment, version: int) -> None:
    """Takes the comment back: its text is gone at once. Raises ``NotPossible``."""
    _raise_conflict(
        transitions.decide([Seen(comment.public_id, version)], "withdraw", CONTRIBUTOR)
    )


def appeal(comment: Comment, text: str) -> None:
    """The one objection to a decision. Raises ``NotPossible``."""
    now = standing(comment)
    if not now.may_appeal:
        raise NotPossible(
            "There is nothing to appeal against, or an appeal was made already."
        )
    if not text:
        raise NotPossible("Say why the decision is wrong.")
    if len(text) > LONGEST_APPEAL:
        raise NotPossible(
            f"This has {len(text):,} characters; {LONGEST_APPEAL:,} are the most."
        )
    try:
        with transaction.atomic():
            # Locked, and looked at again: a moderator may be publishing it just now.
            still = Comment.objects.select_for_update(of=("self",)).filter(
                pk=comment.pk, version=now.comment.version, state__in=APPEALABLE
            )
            if not still.values_list("pk", flat=True):
                raise NotPossible("Something was decided meanwhile. Look at it again.")
            Appeal.objects.create(
                comment=comment,
                decision_seq=now.decision.seq,
                text=text,
                made_on=timezone.localdate(),
            )
            Screening.objects.update_or_create(
                comment=comment, defaults={"lane": Screening.Lane.APPEAL}
            )
    except IntegrityError as error:
        raise NotPossible("An appeal was made already.") from error


def _raise_conflict(outcome: transitions.Outcome) -> None:
    # Not the conflict's own words: they name the moderator.
    if outcome.conflicts:
        raise NotPossible(
            "Your comment is not as the page showed it any more, so that nothing was "
            "done. This is how it is now: look at it again before you decide."
        )
