"""The page of one comment asks its writer; the queue does it with its other buttons."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from moderation.transitions import NotAllowed, Seen

from .acting import DECIDE, asked


class AskingMixin:
    """For the admin of the queue."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.ask)
        return [
            path("<path:object_id>/ask/", view, name="moderation_queuedcomment_ask"),
            *super().get_urls(),
        ]

    @method_decorator([never_cache, require_POST])
    def ask(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks the writer of a comment; shows its page again where that is none."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        comment = self.get_object(request, object_id)
        if comment is None:
            raise Http404
        version = request.POST.get("version", "")
        known = version.isascii() and version.isdecimal() and len(version) < 10
        version = int(version) if known else 0
        question = request.POST.get(f"{comment.public_id}-question", "")
        try:
            told = asked(request.user, Seen(comment.public_id, version), question)
        except NotAllowed as problem:
            # Read anew: somebody may have been first.
            comment = self.get_object(request, object_id) or comment
            return self.one_comment(
                request, comment, question=question, question_problem=str(problem)
            )
        told.keep(request)
        return HttpResponseRedirect(
            reverse("admin:moderation_queuedcomment_change", args=[comment.public_id])
        )
