"""What processes do about complaints at once, with the test's own database."""

from datetime import timedelta

from django.utils import timezone

from blog.models import Comment
from moderation import complaint_handling, complaints, log
from moderation.complaints import Arrival, Given
from moderation.models import Complaint, ComplaintEvent, Decision, Notice
from tests.blog import making

from .complaining import given


def overdue(count: int) -> int:
    """Valid complaints about as many comments, which the clock should hold by now."""
    under = making.post()
    for number in range(count):
        about = making.comment(under, f"Text {number}.")
        complaints.lodge(about, "defamation", given(), Arrival())
    past = timezone.now() - timedelta(hours=1)
    Complaint.objects.update(warn_at=past, red_at=past, hide_at=past, due_at=past)
    return count


def run() -> list:
    """Comments held and reminders given by one run of the clock."""
    ran = complaint_handling.run()
    return [ran.held, sum(ran.told.values())]


def lodge(public_id: str) -> int:
    """The same notice from each process: the number that each is told."""
    about = Comment.objects.get(public_id=public_id)
    notice = Given(name="Pike", email="pike@rookery.example", why="It is not so.")
    return complaints.lodge(about, "other", notice, Arrival()).complaint.pk


def about() -> str:
    """A published comment."""
    return making.comment(making.post(), "Text.").public_id


def counts() -> dict[str, int]:
    """Rows, and faults of the log."""
    return {
        "held": Decision.objects.filter(action="hold").count(),
        "events": ComplaintEvent.objects.filter(what="held").count(),
        "reminded": ComplaintEvent.objects.filter(what="reminded").count(),
        "files": Complaint.objects.count(),
        "notices": Notice.objects.count(),
        "faults": len(list(log.faults())),
    }
