"""What the writer of a comment that is not shown is told of the decision, beside its
reason: when, by whom or what, how far it goes, and what it came from (after Article 17
of the Digital Services Act). Nothing of who complained or reported.
"""

from django.db.models import Q
from django.utils import timezone
from django.utils.dateformat import format as format_date

from blog.models import Comment

from .models import Complaint, Decision, Screening
from .reports import words_of
from .retention import NOTES

State, By = Comment.State, Decision.ActorKind
_SCOPE = {
    State.REJECTED: "It is not shown; nothing else follows from this.",
    State.SPAM: "It is not shown; nothing else follows from this.",
    State.HIDDEN: "It was shown and is shown no more; a line stands in its place.",
    State.HELD: "It is out of sight until that is decided; a line stands in its place.",
}
_BY = {
    By.MODERATOR: "by a moderator, who read it; no program decides this",
    By.CLOCK: "by the clock, since nobody had looked into a complaint in time",
    By.MODE: "by a rule of this site that was in force, without anybody reading it",
}
_SORTED = "A program had put it among likely spam before it was read."
_AS_ALL = "It was read as every comment is that waits to appear."
_COMPLAINT = "It was looked at because of a complaint under the law."
_REPORTED = "It was looked at because readers reported it."
_OWN = "Neither a report nor a complaint led to it."


def statement(comment: Comment, decision: Decision | None) -> list[str]:
    """In sentences; none where it is shown, waits, or came in as it is. Two queries at
    the most."""
    scope = _SCOPE.get(State(comment.state))
    if decision is None or scope is None or decision.actor_kind not in _BY:
        return []
    day = format_date(timezone.localtime(decision.at), "j F Y")
    told = [f"Decided on {day} {_BY[By(decision.actor_kind)]}.", scope]
    if why := _occasion(comment, decision):
        told.append(why)
    return told


def _occasion(comment: Comment, decision: Decision) -> str:
    if comment.state in (State.REJECTED, State.SPAM):
        is_sorted = decision.from_state == State.LIKELY_SPAM
        return _SORTED if is_sorted else _AS_ALL
    complaints = Complaint.objects.filter(
        Q(closed_at=None) | Q(closed_at__gte=decision.at),
        comment_public_id=comment.public_id,
        received_at__lte=decision.at,
    )
    if complaints.exists():
        return _COMPLAINT
    screening = Screening.objects.filter(comment=comment).first()
    if screening and words_of(screening):
        return _REPORTED
    # What was reported is not known for longer than that.
    return _OWN if timezone.now() - decision.at < NOTES else ""
