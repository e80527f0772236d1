"""The queue: every comment in full, with what is around it, and the decisions."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms.widgets import Media, Script
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from moderation import desk
from moderation.models import Decision, QueuedComment, Screening
from moderation.reasons import REASONS
from moderation.transitions import ACTIONS, NOTE_LENGTH, NotAllowed

from . import cards
from .acting import Posted, Told
from .filters import APPEALS, WAITS, WHAT, QueueFilter

PER_PAGE = 50
BULK_ACTIONS = ("approve", "reject", "spam", "restore", "hide")
DECIDE = "moderation.moderate_comment"
MEDIA = Media(
    css={"all": ("moderation/queue.css",)},
    js=(Script("moderation/queue.js", defer=True),),
)


class ReadOnlyAdmin(admin.ModelAdmin):
    """Nothing is added, changed or deleted here by anybody, superusers included."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(QueuedComment)
class QueueAdmin(ReadOnlyAdmin):
    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("decide/", view(self.decide), name="moderation_queuedcomment_decide"),
            path("undo/", view(self.undo), name="moderation_queuedcomment_undo"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return cards.comments()

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> QueuedComment | None:
        """By the public id: the log and the moderators know no other."""
        if "\0" in object_id:  # which PostgreSQL does not even look for
            return None
        return self.get_queryset(request).filter(public_id=object_id).first()

    # The queue

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        return self._page(request, extra_context)

    def _page(
        self,
        request: HttpRequest,
        extra_context: dict | None = None,
        *,
        posted: Posted | None = None,
        problem: str = "",
    ) -> HttpResponse:
        """The page that the address asks for; after a problem with what was posted."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        # Bound to {} too: an unbound set of filters has no cleaned data to ask.
        chosen = QueueFilter(
            request.GET, queryset=self.get_queryset(request), request=request
        )
        page = Paginator(chosen.qs, PER_PAGE).get_page(request.GET.get("page"))
        shown = cards.cards(page.object_list, request.user)
        if posted:
            posted.put_back(shown, problem)
        offered = {
            button.code
            for card in shown
            for button in (*card.buttons, *card.buttons_with_reason)
        }
        context = {
            **self._context(request),
            "title": "Queue",
            "filter": chosen,
            "page": page,
            "elided_pages": page.paginator.get_elided_page_range(page.number),
            "groups": cards.by_post(shown),
            "lanes": self._lanes(chosen),
            "bulk_actions": [ACTIONS[c] for c in BULK_ACTIONS if c in offered],
            "bulk": posted.bulk if posted else {},
            "reasons": REASONS,
            "note_length": NOTE_LENGTH,
            "problem": problem,
            "problem_card": next((card for card in shown if card.problem), None),
            **(extra_context or {}),
        }
        return TemplateResponse(
            request,
            "admin/moderation/queuedcomment/change_list.html",
            context,
            status=422 if problem else 200,
        )

    def _context(self, request: HttpRequest) -> dict:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media + MEDIA,
            "told": Told.take(request),
            "may_decide": request.user.has_perm(DECIDE),
            "list_url": reverse("admin:moderation_queuedcomment_changelist"),
        }

    @staticmethod
    def _lanes(chosen: QueueFilter) -> list[tuple[str, str, int | None, bool]]:
        """Address, name, count where one is known, and whether it is shown now."""
        counts = cards.lane_counts()
        what, lane = chosen.what_is_shown, chosen.form.cleaned_data.get("lane") or ""
        waiting = counts[Screening.Lane.NEW] + counts[Screening.Lane.LIKELY_SPAM]
        lanes = [("", WHAT[WAITS], waiting, (what, lane) == (WAITS, ""))]
        for code, name in Screening.Lane.choices:
            shows = {
                Screening.Lane.NEW: (WAITS, code),
                Screening.Lane.LIKELY_SPAM: (WAITS, code),
                Screening.Lane.APPEAL: (APPEALS, ""),
            }.get(code, ("all", code))
            query = "&".join(
                f"{key}={value}"
                for key, value in zip(("what", "lane"), shows, strict=True)
                if value not in ("", WAITS)
            )
            lanes.append((query, name, counts[code], (what, lane) == shows))
        for code, name in WHAT.items():
            if code not in (WAITS, APPEALS):
                lanes.append((f"what={code}", name, None, (what, lane) == (code, "")))
        return lanes

    # Deciding

    @method_decorator(never_cache)
    def decide(self, request: HttpRequest) -> HttpResponse:
        """One action with one comment or with all that are ticked.

        Goes back to the page from which it came. What is no decision (no reason, for
        example) shows that page again, with everything that was ticked and typed.
        """
        back = self._back(request)
        if request.method != "POST":
            return HttpResponseRedirect(back)
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        posted = Posted.read(request.POST)
        try:
            told = posted.act(request.user)
        except NotAllowed as problem:
            return self._page(request, posted=posted, problem=str(problem))
        told.keep(request)
        return HttpResponseRedirect(back)

    @staticmethod
    def _back(request: HttpRequest) -> str:
        query = request.GET.urlencode()
        address = reverse("admin:moderation_queuedcomment_changelist")
        return f"{address}?{query}" if query else address

    @method_decorator(require_POST)
    def undo(self, request: HttpRequest) -> HttpResponse:
        """Takes decisions back, by their numbers in the log."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        seqs = [
            int(seq)
            for seq in request.POST.getlist("seq")
            if seq.isascii() and seq.isdecimal() and len(seq) < 19
        ]
        outcome = desk.undo(request.user, seqs)
        Told.of(outcome, "taken back", can_undo=False).keep(request)
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(
            back, {request.get_host()}, require_https=request.is_secure()
        )
        return HttpResponseRedirect(back if safe else self._back(request))

    # The page of one comment

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """A comment as it is, and everything that was decided about it."""
        if request.method != "GET" or not self.has_view_permission(request):
            raise PermissionDenied
        comment = self.get_object(request, object_id)
        if comment is None:
            raise Http404
        [card] = cards.cards([comment], request.user)
        rows = list(
            Decision.objects.filter(comment_public_id=comment.public_id).newest_first()
        )
        context = {
            **self._context(request),
            "title": f"Comment {comment}",
            "card": card,
            "lines": [cards.Line(row) for row in rows],
            "undoable": cards.undoable(rows),
            **(extra_context or {}),
        }
        return TemplateResponse(
            request, "admin/moderation/queuedcomment/change_form.html", context
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        """The history of a comment is the log's, and stands on its page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(
            reverse("admin:moderation_queuedcomment_change", args=[object_id])
        )
