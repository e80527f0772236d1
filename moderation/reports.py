"""Readers' reports: a published comment is looked at again.

A reader picks a reason and nothing else. What is kept is how often each reason was
picked: no time, no word, nothing of who. The comment stays published meanwhile, and
only moderators see that it was reported.
"""

import re
from collections.abc import Iterable, Mapping

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from blog.models import Comment

from . import open_cards, transitions
from .actions import KEEP
from .complaints import Arrival
from .models import Decision, Screening
from .reasons import BY_CODE
from .screening import limits, network
from .screening.limits import Pace
from .screening.network import Purpose
from .transitions import Conflict, Outcome, Seen

CODE = "reported"  # of the note in ``Screening.why``
# Those that a reader can judge, and that say something without further words.
REASONS = tuple(
    BY_CODE[code]
    for code in (
        "harassment",
        "hate",
        "threat",
        "identifies_person",
        "confidential_data",
        "court_reporting",
        "off_topic",
        "duplicate",
        "spam",
    )
)
CONNECTION = Pace(burst=5, seconds=300)
NEIGHBOURHOOD = Pace(burst=20, seconds=120)
SITE = Pace(burst=60, seconds=30)
State, Lane = Comment.State, Screening.Lane
_HEAVIER = (Lane.COMPLAINT, Lane.APPEAL)
_BEGINNING = "Reported by readers: "
_CODES = {reason.label: reason.code for reason in REASONS}
_COUNTED = re.compile(r"(.+) \([0-9,]+\)")


def report(comment: Comment, reason: str, arrival: Arrival) -> bool:
    """Counts a report of a published comment and puts it into its lane.

    Not again for a reason for which a moderator left it as it is; that is counted all
    the same. False: it is not shown any more, and nothing was done.
    """
    # Whoever floods or is a robot is told what all are told: else they learn from the
    # answer how to get through. And what they send must not fill the lane.
    if not _is_counted(arrival):
        return True
    with transaction.atomic():
        now = transitions.locked_now(comment)
        if now is None or now.state != State.PUBLISHED:
            return False
        found, _ = Screening.objects.get_or_create(comment=now)
        counts = _counts(found)
        counts[reason] = counts.get(reason, 0) + 1
        note = {"code": CODE, "words": _words(counts), "counts": counts}
        found.why = [*(n for n in found.why if n["code"] != CODE), note]
        if found.lane not in _HEAVIER and reason not in _left(now, now.version):
            found.lane = Lane.REPORTED
        found.save(update_fields=["why", "lane"])
    return True


def leave(user: AbstractBaseUser, seen: Seen) -> Outcome:
    """A moderator has looked at a reported comment and leaves it as it is: it goes out
    of the lane, and the log has a row that says what was reported."""
    with transaction.atomic():
        comment, outcome = transitions.as_seen(seen, (State.PUBLISHED,))
        if comment is None:
            return outcome
        found = Screening.objects.filter(comment=comment, lane=Lane.REPORTED).first()
        if found is None:
            outcome.conflicts += _not_there(comment)
            return outcome
        found.lane = Lane.NEW
        found.save(update_fields=["lane"])
        actor = transitions.moderator(user)
        words = _words(_counts(found))
        outcome.done = [transitions.remark(comment, KEEP, actor, private_note=words)]
        open_cards.end([comment.public_id])
    return outcome


def follow(rows: Iterable[Decision]) -> None:
    """Puts back into the lane what was hidden from it, after that was taken back. In
    the transaction of the taking back."""
    shown = [
        row.comment_public_id
        for row in rows
        if row.to_state == State.PUBLISHED != row.from_state
    ]
    if not shown:
        return
    found = Screening.objects.filter(comment__public_id__in=shown)
    for screening in found.exclude(lane__in=_HEAVIER).select_related("comment"):
        counts = _counts(screening)
        if counts.keys() - _left(screening.comment):
            Screening.objects.filter(pk=screening.pk).update(lane=Lane.REPORTED)


def words_of(screening: Screening) -> str:
    """ "Reported by readers: Off topic (2), Harassment (1)"; "" if it was not."""
    return next((n["words"] for n in screening.why if n["code"] == CODE), "")


def _is_counted(arrival: Arrival) -> bool:
    """Whether it is within the pace of its network and of the site. Nothing of the
    sender stays but a pace, which is forgotten as that of comments is."""
    if arrival.trap_filled:
        return False
    network.forget_old()
    limits.forget_old()
    hashed = network.keys(Purpose.REPORT, arrival.address)
    limited = list(zip(hashed, (CONNECTION, NEIGHBOURHOOD), strict=False))
    limited.append(("site", SITE))
    # Apart from the report itself: nobody waits for the site's row while a discussion
    # is locked.
    with transaction.atomic():
        return all(limits.within(f"report:{key}", pace) for key, pace in limited)


def _counts(screening: Screening) -> dict[str, int]:
    """How often each reason was picked."""
    return next((dict(n["counts"]) for n in screening.why if n["code"] == CODE), {})


def _words(counts: Mapping[str, int]) -> str:
    """The most frequent first."""
    ordered = sorted(counts.items(), key=lambda each: -each[1])
    return _BEGINNING + ", ".join(
        f"{BY_CODE[code].label} ({number:,})" for code, number in ordered
    )


def _left(comment: Comment, version: int | None = None) -> set[str]:
    """The reasons for which moderators left it as it is: at this version, or at any.

    From the log: the notes of screening do not live as long as the comment.
    """
    rows = Decision.objects.filter(comment_public_id=comment.public_id, action=KEEP)
    if version is not None:
        rows = rows.filter(version=version)
    left = set()
    for words in rows.values_list("private_note", flat=True):
        for part in words.removeprefix(_BEGINNING).split(", "):
            if found := _COUNTED.fullmatch(part):
                left.add(_CODES.get(found[1], ""))
    return left


def _not_there(comment: Comment) -> list[Conflict]:
    """Why it is not among the reported: somebody was first, or it never was."""
    if _left(comment, comment.version):
        return transitions.conflicts([comment])
    words = "is not among the reported"
    return [Conflict(comment.public_id, words, is_change=False)]
