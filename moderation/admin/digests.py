"""The page on which a moderator asks for counts by mail, or asks for none."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from moderation import digest

from .acting import DECIDE, Told

CHOICES = (("", "Never"), *digest.Every.choices)


class DigestMixin:
    """For the admin of the queue."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.digest)
        return [
            path("digest/", view, name="moderation_queuedcomment_digest"),
            *super().get_urls(),
        ]

    @method_decorator(never_cache)
    def digest(self, request: HttpRequest) -> HttpResponse:
        """What the next digest would say, and how often it comes."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        if request.method == "POST":
            return self._wish(request)
        context = {
            **self._context(request),
            "title": "Numbers by mail",
            "choices": CHOICES,
            "wished": digest.wished(request.user),
            "address": request.user.email,
            "is_sent_to": request.user.groups.filter(name="Moderators").exists(),
            "hour": f"{settings.DIGEST_HOUR}:00",
            "lines": digest.now_for(request.user),
        }
        return TemplateResponse(request, "admin/moderation/digest.html", context)

    @staticmethod
    def _wish(request: HttpRequest) -> HttpResponse:
        every = request.POST.get("every", "")
        if every in dict(CHOICES):
            digest.wish(request.user, every)
            often = dict(CHOICES)[every]
            words = f"{often[:1].lower()}{often[1:]}"
            Told(f"Numbers by mail: {words}.").keep(request)
        return HttpResponseRedirect(reverse("admin:moderation_queuedcomment_digest"))
