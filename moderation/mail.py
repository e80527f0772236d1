"""Mail to the moderators: how many comments wait, and no word of any."""

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from blog.models import Comment

from .models import Reminder
from .transitions import WAITING

PAUSE = timedelta(hours=1)
logger = logging.getLogger(__name__)


def remind() -> bool:
    """Tells the moderators that comments wait, at most once an hour; whether it did.

    Called after the commit: a mail server that fails cannot undo a comment.
    """
    if not _may_send():
        return False
    waiting = Comment.objects.filter(state__in=WAITING).count()
    to = list(
        get_user_model()
        .objects.filter(is_active=True, groups__name="Moderators")
        .exclude(email="")
        .values_list("email", flat=True)
    )
    if not waiting or not to:
        return False
    words = "1 comment waits" if waiting == 1 else f"{waiting} comments wait"
    queue = reverse("admin:moderation_queuedcomment_changelist")
    body = f"{words} to be read: {settings.SITE_URL}{queue}"
    # One mail each: the moderators need not know each other's addresses.
    for address in to:
        try:
            send_mail(f"{settings.SITE_NAME}: {words}", body, None, [address])
        except (OSError, ValueError):
            logger.warning("A mail to a moderator could not be sent.")
    return True


def _may_send() -> bool:
    """Whether an hour has passed; of two processes one gets a yes."""
    now = timezone.now()
    if Reminder.objects.filter(pk=1, sent_at__lte=now - PAUSE).update(sent_at=now):
        return True
    if Reminder.objects.filter(pk=1).exists():
        return False
    try:
        with transaction.atomic():
            Reminder.objects.create(pk=1, sent_at=now)
    except IntegrityError:
        return False
    return True
