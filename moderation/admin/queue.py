"""The queue: every comment in full, with what is around it, and the decisions."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms.widgets import Media, Script
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from blog.paging import Pages
from moderation import answers, arrivals, desk
from moderation.actions import ACTIONS, ASK, NOTE_LENGTH
from moderation.lanes import lane_counts
from moderation.models import Decision, QueuedComment
from moderation.reasons import REASONS
from moderation.transitions import NotAllowed

from . import cards, keys, lanes
from .acting import DECIDE, Posted, Told
from .digests import DigestMixin
from .editorial import EditorialPages
from .live import OF_SCRIPT, LiveQueue, marks, wants_json
from .practice import PracticeMixin
from .questions import AskingMixin

PER_PAGE = 50
ONE = "one"  # the view of one comment at a time
BULK_ACTIONS = ("approve", "reject", "spam", "restore", "hide")
BULK_KEYS = {"approve": "A", "restore": "A", "spam": "S", "reject": "D", "hide": "D"}
# In this order: each uses those before it.
SCRIPTS = ("queue-cards", "queue-send", "queue-live", "queue-keys", "queue")
MEDIA = Media(
    css={"all": [f"moderation/{name}.css" for name in ("queue", "context", "rules")]},
    js=[Script(f"moderation/{name}.js", defer=True) for name in SCRIPTS],
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
class QueueAdmin(
    LiveQueue,
    EditorialPages,
    AskingMixin,
    DigestMixin,
    PracticeMixin,
    ReadOnlyAdmin,
):
    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("decide/", view(self.decide), name="moderation_queuedcomment_decide"),
            path("undo/", view(self.undo), name="moderation_queuedcomment_undo"),
            *self.live_urls(),
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
        # Before the list is read: what comes in between is told as new.
        known = marks()
        chosen = self._chosen(request)
        chosen.count_why()
        is_one = request.GET.get("view") == ONE
        pages = Pages(chosen.qs, 1 if is_one else PER_PAGE)
        page = pages.get_page(request.GET.get("page"))
        shown = cards.cards(page.object_list, request.user)
        if posted:
            posted.put_back(shown, problem)
        offered = {
            button.code
            for card in shown
            for button in (*card.buttons, *card.buttons_with_reason)
        }
        frame = self._context(request)
        if frame["told"]:
            for card in shown:
                card.news = frame["told"].news.get(card.comment.public_id, "")
        context = {
            **frame,
            **self._drawing(request),
            **known,
            "title": "Queue",
            # The lanes stand there, and the cards need the width.
            "is_nav_sidebar_enabled": False,
            "is_one": is_one,
            "filter": chosen,
            "page": page,
            "elided_pages": page.paginator.get_elided_page_range(page.number),
            "groups": cards.by_post(shown),
            "signals": arrivals.signals(),
            "lanes": lanes.lanes(
                chosen, lanes.counts(lane_counts()), ONE if is_one else ""
            ),
            "bulk_actions": [
                (ACTIONS[code], BULK_KEYS[code])
                for code in BULK_ACTIONS
                if code in offered
            ],
            "keys": keys.HELP,
            "bulk": posted.bulk if posted else {},
            "problem": problem,
            "problem_card": next(
                (card for card in shown if card.problem or card.question_problem), None
            ),
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

    def _drawing(self, request: HttpRequest) -> dict:
        """What a card needs beside its comment."""
        return {
            "may_decide": request.user.has_perm(DECIDE),
            "list_url": reverse("admin:moderation_queuedcomment_changelist"),
            "here": self._back(request),
            "reasons": REASONS,
            "keyed_reasons": keys.keyed_reasons(),
            "note_length": NOTE_LENGTH,
            "answer_length": answers.LONGEST,
            "signature": answers.signature(request.user),
        }

    # Deciding

    @method_decorator(never_cache)
    def decide(self, request: HttpRequest) -> HttpResponse:
        """One action with one comment or with all that are ticked.

        The script gets what was done as JSON. Else this goes back to the page from
        which it came; what is no decision (no reason, for example) shows that page
        again, with everything that was ticked and typed.
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
            if wants_json(request):
                return self.problem_json(str(problem))
            return self._page(request, posted=posted, problem=str(problem))
        if wants_json(request):
            # A question decides nothing: the card stays, with the question on it.
            asked = [seen.public_id for seen in posted.seen if posted.action == ASK]
            return self.told_json(request, told, redraw=asked)
        told.keep(request)
        return HttpResponseRedirect(back)

    @staticmethod
    def _back(request: HttpRequest) -> str:
        asked = request.GET.copy()
        for name in OF_SCRIPT:
            asked.pop(name, None)
        query = asked.urlencode()
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
        told = Told.of(outcome, "taken back", can_undo=False)
        if wants_json(request):
            return self.told_json(request, told, redraw=told.done)
        told.keep(request)
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
        return self.one_comment(request, comment, extra_context)

    def one_comment(
        self,
        request: HttpRequest,
        comment: QueuedComment,
        extra_context: dict | None = None,
        **typed: str,
    ) -> HttpResponse:
        """Its page; ``typed`` is what stood in its form, after a problem with it."""
        [card] = cards.cards([comment], request.user)
        for name, value in typed.items():
            setattr(card, name, value)
        rows = list(
            Decision.objects.filter(comment_public_id=comment.public_id).newest_first()
        )
        context = {
            **self._context(request),
            "title": f"{card.handle} on {comment.post}",
            "card": card,
            "lines": [cards.Line(row) for row in rows],
            "undoable": cards.undoable(rows),
            **(extra_context or {}),
        }
        return TemplateResponse(
            request,
            "admin/moderation/queuedcomment/change_form.html",
            context,
            status=422 if typed else 200,
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
