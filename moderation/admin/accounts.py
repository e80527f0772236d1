"""Accounts: a name under which something was decided stays with its account.

The log knows who decided by name alone. Another name would leave its decisions with
nobody, or with whoever takes the name next, and could answer appeals against its own.

Of a second factor is told that it is there. A superuser may take away one that is lost;
its secret is on no page. Nobody gives herself a new password here, where the old one is
not asked.
"""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django_otp.plugins.otp_static import admin as otp_static_admin
from django_otp.plugins.otp_totp import admin as otp_totp_admin

from moderation.accounts import factors
from moderation.models import Decision

User = get_user_model()
# Django-otp's own pages show secrets.
for _pages in (otp_static_admin.StaticDevice, otp_totp_admin.TOTPDevice):
    admin.site.unregister(_pages)
STAYS = (
    "Decisions in the log bear this name: it cannot be changed, and the account cannot "
    "be deleted. To end it, take away “Active” and “Staff status” below."
)

admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Django's own page for accounts, but for names that stand in the log, and with
    the second factor."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.remove_factor)
        return [
            path("<int:pk>/second-factor/", view, name="auth_user_second_factor"),
            *super().get_urls(),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        fields = (*super().get_readonly_fields(request, obj), "second_factor")
        return (*fields, User.USERNAME_FIELD) if _has_decided(obj) else fields

    def get_fieldsets(self, request: HttpRequest, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            fieldsets = (*fieldsets, ("Signing in", {"fields": ("second_factor",)}))
        if not _has_decided(obj):
            return fieldsets
        (title, options), *rest = fieldsets
        return ((title, options | {"description": STAYS}), *rest)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not _has_decided(obj)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """A new password for somebody else; one's own is changed where the old one is
        asked, or a session that somebody found open would be enough."""
        user = self.get_object(request, unquote(id))
        if user == request.user:
            return HttpResponseRedirect(reverse("admin:password_change"))
        if user is not None and user.is_superuser and not request.user.is_superuser:
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    @admin.display(description="Second factor")
    def second_factor(self, user) -> str:
        """Since when there is one, and the way to take it away."""
        since = factors.since(user)
        if since is None:
            return "None. It is set up by whoever signs in, under “Your account”."
        return format_html(
            'Since {}. <a href="{}">Take it away, if it is lost</a>',
            date_format(localtime(since), "j F Y"),
            reverse("admin:auth_user_second_factor", args=[user.pk]),
        )

    def remove_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """For who has lost the device and the recovery codes."""
        if not request.user.is_superuser:
            raise PermissionDenied
        user = get_object_or_404(User, pk=pk)
        back = reverse("admin:auth_user_change", args=[pk])
        if user == request.user:  # who is asked for a code there
            return HttpResponseRedirect(reverse("admin:account_factor"))
        if request.method == "POST":
            if factors.remove(user):
                self.log_change(request, user, "Second factor taken away.")
                messages.success(
                    request,
                    f"{user.get_username()} has no second factor any more and is "
                    "signed out everywhere.",
                )
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": "Take the second factor away",
            "opts": self.opts,
            "account": user,
            "back": back,
            "has_one": factors.has(user),
        }
        template = "admin/account/remove_of_other.html"
        return TemplateResponse(request, template, context)


def _has_decided(user) -> bool:
    """Whether a row of the log bears the account's name."""
    if user is None:
        return False
    return Decision.objects.filter(
        actor_kind=Decision.ActorKind.MODERATOR, actor=user.get_username()
    ).exists()
