"""Mail to the moderators: how many comments wait, and no word of any."""

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from blog.discussion import times
from blog.models import Comment

from .actions import WAITING
from .models import Reminder

PAUSE = timedelta(hours=1)
OF_COMMENTS = 1
logger = logging.getLogger(__name__)


def remind() -> bool:
    """Tells the moderators that comments wait, at most once an hour; whether it did.

    Called after the commit: a mail server that fails cannot undo a comment.
    """
    if not may_send():
        return False
    waiting = Comment.objects.filter(state__in=WAITING).count()
    if not waiting:
        return False
    words = "1 comment waits" if waiting == 1 else f"{waiting} comments wait"
    queue = reverse("admin:moderation_queuedcomment_changelist")
    return to_moderators(words, f"{words} to be read: {settings.SITE_URL}{queue}")


def to_moderators(words: str, body: str) -> bool:
    """Sends it to all who moderate and have an address; whether there is anybody."""
    to = list(
        get_user_model()
        .objects.filter(is_active=True, groups__name="Moderators")
        .exclude(email="")
        .values_list("email", flat=True)
    )
    if not to:
        return False
    # One mail each: the moderators need not know each other's addresses.
    for address in to:
        try:
            send_mail(f"{settings.SITE_NAME}: {words}", body, None, [address])
        except (OSError, ValueError):
            logger.warning("A mail to a moderator could not be sent.")
    return True


def may_send(reminder: int = OF_COMMENTS) -> bool:
    """Whether an hour has passed since it, and where the times of comments are cut also
    the hour or day in which it was sent; of two processes one gets a yes."""
    now, due = timezone.now(), Q(sent_at__lte=timezone.now() - PAUSE)
    if reminder == OF_COMMENTS and (wanted := times.of_site()):
        # It goes out when somebody has written: that is told no more exactly.
        due = Q(sent_at__lt=times.cut_to(now - PAUSE, wanted))
        now = times.cut_to(now, wanted)
    if Reminder.objects.filter(due, pk=reminder).update(sent_at=now):
        return True
    if Reminder.objects.filter(pk=reminder).exists():
        return False
    try:
        with transaction.atomic():
            Reminder.objects.create(pk=reminder, sent_at=now)
    except IntegrityError:
        return False
    return True
