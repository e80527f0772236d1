"""The soft claim: two moderators at one queue see what the other reads just now.

It is a courtesy and no lock: whoever decides first decides. A table, since the default
cache is one of each process; it holds a row a moderator and minutes at most, and
nothing of a contributor.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from blog.models import Comment

from .models import OpenCard

# The page asks again while its reader is at it; who goes away without a word is gone
# after this.
KEPT = timedelta(minutes=6)


def open_card(user: AbstractBaseUser, public_id: str) -> str:
    """Notes that ``user`` reads this comment, and no other any more.

    Returns the name of somebody who has it open already and keeps it, else "".
    """
    until = timezone.now() + KEPT
    comment = Comment.objects.filter(public_id=public_id).only("pk").first()
    if comment is None:
        return ""
    own = OpenCard.objects.filter(user=user)
    # Not in one transaction: nobody waits here for two rows.
    if not own.filter(comment=comment).update(until=until):
        own.delete()
        forget()
        OpenCard.objects.bulk_create(
            [OpenCard(comment=comment, user=user, until=until)],
            # Somebody was first, perhaps just now.
            ignore_conflicts=True,
        )
    return readers([comment.pk], user).get(comment.pk, "")


def forget() -> None:
    """Removes the rows whose time is over."""
    over = OpenCard.objects.filter(until__lte=timezone.now())
    with transaction.atomic():
        # Those that somebody else removes just now are not waited for.
        locked = over.select_for_update(skip_locked=True)
        pks = list(locked.values_list("pk", flat=True))
        if pks:
            OpenCard.objects.filter(pk__in=pks).delete()


def leave(user: AbstractBaseUser) -> None:
    """Whatever they had open is not any more."""
    OpenCard.objects.filter(user=user).delete()


def end(public_ids: Iterable[str]) -> None:
    """These were decided about: nobody is reading them. One query."""
    OpenCard.objects.filter(comment__public_id__in=list(public_ids)).delete()


def readers(pks: Collection[int], user: AbstractBaseUser) -> dict[int, str]:
    """Which of these comments, by their keys, somebody else than ``user`` reads now,
    and who. One query."""
    return dict(_now(user).filter(comment__in=pks).values_list("comment", _NAME))


def all_readers(user: AbstractBaseUser) -> dict[str, str]:
    """The same for all comments, by their public ids."""
    return dict(_now(user).values_list("comment__public_id", _NAME))


_NAME = "user__username"


def _now(user: AbstractBaseUser):
    return OpenCard.objects.filter(until__gt=timezone.now()).exclude(user=user)
