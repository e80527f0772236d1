"""What the holder of a receipt may see and do."""

import statistics
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.discussion import receipts
from blog.discussion.claims import name_key
from blog.discussion.submission import Circumstances
from blog.discussion.text import contribution_html
from blog.models import Comment
from blog.search import index

from . import actions, mail, transitions
from .actions import WAITING
from .editorial import codes, masks
from .models import Appeal, Decision, Screening
from .reasons import BY_CODE, Reason
from .screening.arrival import screened
from .transitions import CONTRIBUTOR, Seen

RECENT = 50
LONGEST_APPEAL = 1000
APPEAL_OPEN = timedelta(days=183)
APPEALABLE = frozenset(
    (Comment.State.REJECTED, Comment.State.SPAM, Comment.State.HIDDEN)
)
_IN_WORDS = dict.fromkeys(WAITING, "It waits to be read") | {
    Comment.State.PUBLISHED: "It is published",
    Comment.State.REJECTED: "It was refused",
    Comment.State.SPAM: "It was taken for spam",
    Comment.State.HIDDEN: "It was hidden",
    Comment.State.HELD: "It is held because of a complaint",
    Comment.State.WITHDRAWN: "You withdrew it",
    Comment.State.ERASED: "It was erased",
}
_ANSWERS = (actions.UPHOLD, "restore")


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
    redacted: Decision | None = None
    answer: str = ""
    """The words with which a moderator answered the appeal, if there were any."""

    @property
    def in_words(self) -> str:
        return _IN_WORDS[Comment.State(self.comment.state)]

    @property
    def redacted_for(self) -> Reason | None:
        return BY_CODE.get(self.redacted.reason) if self.redacted else None

    @property
    def is_waiting(self) -> bool:
        return self.comment.state in WAITING

    @property
    def may_correct(self) -> bool:
        return self.comment.state in actions.ACTIONS["edit"].sources

    @property
    def may_withdraw(self) -> bool:
        return self.comment.state in actions.ACTIONS["withdraw"].sources

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
        .about_state()
        .exclude(action__in=("edit", *actions.REMARKS))
        .order_by("-seq")
        .first()
    )
    place = None
    if comment.state in WAITING:
        place = Comment.objects.filter(state__in=WAITING, pk__lt=comment.pk).count() + 1
    appealed = Appeal.objects.filter(comment=comment).first()
    answer = ""
    if last and appealed and appealed.outcome and last.action in _ANSWERS:
        answer = last.public_note
        if last.action == actions.UPHOLD:
            # What stands is the decision that was looked at again, with its own note.
            last = Decision.objects.filter(seq=appealed.decision_seq).first() or last
            answer = "" if answer == last.public_note else answer
    return Standing(
        comment=comment,
        decision=last,
        reason=BY_CODE.get(last.reason) if last else None,
        place=place,
        usual_hours=usual_hours() if place else None,
        appeal=appealed,
        redacted=_redacted(comment),
        answer=answer,
    )


def _redacted(comment: Comment) -> Decision | None:
    """The row of the redaction that its text shows; None if it shows none."""
    if masks.MARK not in comment.html:
        return None
    rows = Decision.objects.filter(comment_public_id=comment.public_id)
    undone = rows.exclude(undoes=None).values("undoes")
    redacted = rows.filter(action=codes.REDACT).exclude(seq__in=undone)
    return redacted.order_by("-seq").first()


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

    ``version`` is the one that the writer saw. A tag goes with the name that it proves.
    Raises ``NotPossible``.
    """
    fields = {"text": text, "name": name, "html": contribution_html(text)}
    if comment.tag and name_key(name) != name_key(comment.name or ""):
        fields |= {"tag": "", "tag_is_site_wide": False}
    with transaction.atomic():
        outcome = transitions.decide(
            [Seen(comment.public_id, version)],
            "edit",
            CONTRIBUTOR,
            fields=fields,
        )
        _raise_conflict(outcome)
        comment.refresh_from_db()
        # No pace and no age of a form here: the comment is already among those counted.
        screened(comment, Circumstances(), again=True)
        transaction.on_commit(mail.remind, robust=True)
        index.flush_after_commit()


def withdraw(comment: Comment, version: int) -> None:
    """Takes the comment back: its text is gone at once. Raises ``NotPossible``."""
    with transaction.atomic():
        _raise_conflict(
            transitions.decide(
                [Seen(comment.public_id, version)], "withdraw", CONTRIBUTOR
            )
        )
        index.flush_after_commit()


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
