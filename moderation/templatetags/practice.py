"""Whether somebody has decided about a comment yet, for the first page of the admin."""

from django import template
from django.contrib.auth.models import AbstractBaseUser

from moderation.actions import REMARKS
from moderation.models import Decision

register = template.Library()


@register.simple_tag
def has_decided(user: AbstractBaseUser) -> bool:
    """One query, which ends at the first row of the log that is theirs."""
    own = Decision.objects.filter(
        actor_kind=Decision.ActorKind.MODERATOR, actor=user.get_username()
    )
    return own.exclude(action__in=REMARKS).exists()
