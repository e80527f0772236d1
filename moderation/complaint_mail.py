"""Mail to the moderators about complaints: how many, until when, and no word of any."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from . import mail
from .complaint_times import in_words, left_in_words
from .models import Complaint

REMINDER = 2  # the row that remembers when a mail about a new complaint went out


def tell() -> bool:
    """Tells that complaints are open, at most once an hour; whether it did.

    Called after the commit: a mail server that fails cannot undo a complaint.
    """
    return mail.may_send(REMINDER) and remind()


def remind(held: int = 0) -> bool:
    """Tells it now. ``held``: so many comments the clock has just taken from sight."""
    waiting = Complaint.objects.unanswered()
    number = waiting.count()
    if not number and not held:
        return False
    words = (
        "1 complaint waits for its answer"
        if number == 1
        else f"{number} complaints wait for their answer"
    )
    sentences = [f"{words}."]
    if first := waiting.order_by("due_at").first():
        sentences.append(
            f"The next is due on {in_words(first.due_at)}: "
            f"{left_in_words(first, timezone.now())}."
        )
    if held:
        comments = "1 comment was" if held == 1 else f"{held} comments were"
        sentences.append(
            f"{comments} taken from sight because nobody had dealt with a complaint."
        )
    sentences.append(
        settings.SITE_URL + reverse("admin:moderation_complaint_changelist")
    )
    return mail.to_moderators(words, " ".join(sentences))
