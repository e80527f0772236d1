"""Accounts: a name under which something was decided stays with its account.

The log knows who decided by name alone. Another name would leave its decisions with
nobody, or with whoever takes the name next, and could answer appeals against its own.
"""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from moderation.models import Decision

User = get_user_model()
STAYS = (
    "Decisions in the log bear this name: it cannot be changed, and the account cannot "
    "be deleted. To end it, take away “Active” and “Staff status” below."
)

admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Django's own page for accounts, but for names that stand in the log."""

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return (*fields, User.USERNAME_FIELD) if _has_decided(obj) else fields

    def get_fieldsets(self, request: HttpRequest, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if not _has_decided(obj):
            return fieldsets
        (title, options), *rest = fieldsets
        return ((title, options | {"description": STAYS}), *rest)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not _has_decided(obj)


def _has_decided(user) -> bool:
    """Whether a row of the log bears the account's name."""
    if user is None:
        return False
    return Decision.objects.filter(
        actor_kind=Decision.ActorKind.MODERATOR, actor=user.get_username()
    ).exists()
