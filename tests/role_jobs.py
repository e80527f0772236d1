"""What the role that runs a site on PostgreSQL can do, and what it is refused."""

import io

from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from blog.models import Comment
from moderation import complaint_handling, desk
from moderation.models import Complaint, ComplaintEvent, Decision
from moderation.transitions import Seen
from tests.blog import making
from tests.moderation.complaining import lodged
from tests.moderation.making import moderator, submission

CHANGES = (
    "UPDATE moderation_decision SET actor = 'nobody'",
    "DELETE FROM moderation_decision",
    "TRUNCATE moderation_decision",
    "ALTER TABLE moderation_decision DISABLE TRIGGER ALL",
    "DROP TRIGGER log_no_change ON moderation_decision",
    "UPDATE moderation_complaintevent SET actor = 'nobody'",
    "DELETE FROM moderation_complaintevent",
    "ALTER TABLE moderation_complaintevent DISABLE TRIGGER ALL",
    "DELETE FROM django_migrations",
)


def work() -> list:
    """An evening of the site: how many rows there are of what was done."""
    anna, comment = moderator(), submission(making.post())
    desk.decide(anna, [Seen(comment.public_id, 1)], "approve")
    complaint = lodged(Comment.objects.get())
    complaint_handling.viewed(complaint, anna)
    complaint_handling.hold(complaint, anna, 2)
    for command in ("purge", "forget_networks", "verify_log", "check_trees"):
        call_command(command, stdout=io.StringIO())
    return [Decision.objects.count(), ComplaintEvent.objects.count()]


def refused() -> list[str]:
    """Which of the changes the server refuses for want of a right, or of ownership."""
    found = []
    for change in CHANGES:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)
        except DatabaseError as error:
            if error.__cause__.sqlstate == "42501":
                found.append(change)
    assert Complaint.objects.count() == 1
    return found


def as_site() -> list:
    return [work(), refused()]
