"""What processes report and decide at once, with the test's own database."""

from blog.models import Comment
from moderation import log, replay, reports, transitions
from moderation.complaints import Arrival
from moderation.models import Decision, Screening
from moderation.transitions import Seen
from tests.blog import making

from .making import moderator


def about() -> str:
    """A published comment, and two who decide."""
    moderator("ann")
    moderator("bob")
    return making.comment(making.post(), "Text.", source_key="old:1").public_id


def report(public_id: str, reason: str) -> bool:
    about = Comment.objects.get(public_id=public_id)
    return reports.report(about, reason, Arrival())


def leave(public_id: str, name: str) -> list:
    """How often it was left as it is, and what was said where it was not."""
    from django.contrib.auth.models import User

    user = User.objects.get(username=name)
    outcome = reports.leave(user, Seen(public_id, 1))
    return [len(outcome.done), [each.message for each in outcome.conflicts]]


def hide(public_id: str) -> int:
    outcome = transitions.decide(
        [Seen(public_id, 1)],
        "hide",
        transitions.Actor("moderator", "ann"),
        reason="off_topic",
    )
    return len(outcome.done)


def stored(public_id: str) -> dict:
    screening = Screening.objects.get(comment__public_id=public_id)
    return {
        "lane": screening.lane,
        "words": [note["words"] for note in screening.why],
        "kept": Decision.objects.filter(action="keep").count(),
        "faults": len(list(log.faults())) + len(list(replay.differences())),
    }


def lane_and_faults(public_id: str) -> list:
    """Its lane, "new" where nothing was noted; and faults of the log."""
    lanes = Screening.objects.filter(comment__public_id=public_id)
    faults = len(list(log.faults())) + len(list(replay.differences()))
    return [lanes.values_list("lane", flat=True).first() or "new", faults]
