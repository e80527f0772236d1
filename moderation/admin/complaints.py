"""Complaints: what is due when, what was said and done, and what can be done."""

from dataclasses import dataclass

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from blog.models import Comment
from moderation import complaint_handling, letters
from moderation.complaint_times import left_in_words
from moderation.models import Complaint, ComplaintEvent, Decision, Notice
from moderation.transitions import NotAllowed

from . import cards, words
from .acting import Told
from .complaint_entry import HANDLE, EnteringMixin
from .complaint_words import said, whole
from .queue import MEDIA, ReadOnlyAdmin

What = ComplaintEvent.What
ENTERED = {"letter": "by letter", "email": "by e-mail", "telephone": "by telephone"}
# In the address of the list: those about one comment alone.
OF_COMMENT = "comment_public_id"
DONE = {
    "hold": "The comment is not shown while the complaint is looked into.",
    "restore": "The comment is shown again. The complaint stays open.",
    "letter": "It is noted that the letter was sent.",
    "close": "The complaint is closed.",
}
_LETTERS = {
    letters.ACKNOWLEDGED: "it was received",
    letters.INCOMPLETE: "what is missing",
    letters.REMOVED: "it is not shown",
    letters.OUTCOME: "how it ended",
}


class OpenFilter(admin.SimpleListFilter):
    """The open ones, unless others are asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return [("closed", "Closed"), ("all", "All")]

    def choices(self, changelist):
        chosen = [(None, "Open"), *self.lookup_choices]
        for value, title in chosen:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string(
                    {self.parameter_name: value} if value else {},
                    [] if value else [self.parameter_name],
                ),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "all" or OF_COMMENT in request.GET:
            return queryset
        if self.value() == "closed":
            return queryset.exclude(outcome="")
        return queryset.filter(outcome="")


@dataclass(frozen=True)
class Event:
    """A line of what was done."""

    row: ComplaintEvent

    @property
    def what(self) -> str:
        said, detail = self.row.get_what_display(), self.row.detail
        match self.row.what:
            case What.RECEIVED | What.JOINED | What.COMPLETED if detail:
                return f"{said}: {ENTERED[detail]}, entered here"
            case What.LETTER:
                return f"{said}: {_LETTERS.get(detail, detail)}"
            case What.REMINDED:
                return f"{said}: {detail} hours left"
            case What.CLOSED:
                return f"{said}: {Complaint.Outcome(detail).label}"
        return said

    @property
    def who(self) -> str:
        return self.row.actor or self.row.get_actor_kind_display()


@admin.register(Complaint)
class ComplaintAdmin(EnteringMixin, ReadOnlyAdmin):
    list_display = ("number", "due", "stands", "about", "received", "comment_link")
    list_display_links = ("number",)
    list_filter = (OpenFilter,)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()

    @property
    def media(self):
        return super().media + MEDIA

    def get_urls(self) -> list:
        act = self.admin_site.admin_view(self.act)
        return [
            path("<int:pk>/act/", act, name="moderation_complaint_act"),
            *self.entering_urls(),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            Complaint.objects.by_urgency()
            .select_related("comment")
            .defer("snapshot_text", "comment__text", "comment__html")
        )

    def get_ordering(self, request: HttpRequest) -> tuple:
        return ()

    # The list

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        context = {
            "title": "Complaints",
            "told": Told.take(request),
            "may_handle": request.user.has_perm(HANDLE),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @admin.display(description="no.")
    def number(self, complaint: Complaint) -> str:
        return f"No. {complaint.pk}"

    @admin.display(description="about")
    def about(self, complaint: Complaint) -> str:
        return complaint.get_kind_display()

    @admin.display(description="received")
    def received(self, complaint: Complaint) -> str:
        return words.moment(complaint.received_at)

    @admin.display(description="due")
    def due(self, complaint: Complaint) -> str | SafeString:
        if not complaint.is_due:
            return "–"
        return format_html(
            '<span class="{}">{}: {}</span>',
            "due red" if complaint.is_red else "due",
            format_date(timezone.localtime(complaint.due_at), "D j M, H:i"),
            left_in_words(complaint),
        )

    @admin.display(description="stands")
    def stands(self, complaint: Complaint) -> str:
        return standing(complaint)

    @admin.display(description="comment")
    def comment_link(self, complaint: Complaint) -> str | SafeString:
        if complaint.comment is None:
            return complaint.comment_public_id
        return format_html(
            '<a href="{}">{}</a>',
            reverse(
                "admin:moderation_queuedcomment_change",
                args=[complaint.comment_public_id],
            ),
            complaint.comment_public_id,
        )

    # One complaint

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        if request.method != "GET" or not self.has_view_permission(request):
            raise PermissionDenied
        if not (object_id.isascii() and object_id.isdigit() and len(object_id) < 19):
            raise Http404
        return self._page(request, int(object_id), extra_context)

    @method_decorator(never_cache)
    def _page(
        self,
        request: HttpRequest,
        pk: int,
        extra_context: dict | None = None,
        *,
        problem: str = "",
    ) -> HttpResponse:
        complaint = whole(pk, request.user)
        comment = complaint.comment
        notices = list(complaint.notices.all())
        for notice in notices:
            notice.said = said(notice)
        rows = list(
            Decision.objects.filter(
                comment_public_id=complaint.comment_public_id
            ).newest_first()
        )
        events = [Event(row) for row in complaint.events.all()]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": f"Complaint no. {complaint.pk}",
            "complaint": complaint,
            "comment": comment,
            "standing": standing(complaint),
            "left": left_in_words(complaint) if complaint.is_due else "",
            "notices": notices,
            "others": _others(complaint, notices),
            "events": [row for row in events if row.row.what != What.VIEWED],
            "views": [row for row in events if row.row.what == What.VIEWED][::-1],
            "was_entered": notices[0].channel != Notice.Channel.FORM,
            "lines": [cards.Line(row) for row in rows],
            "letters": letters.offered(complaint),
            "outcomes": complaint_handling.outcomes(complaint),
            "may_handle": request.user.has_perm(HANDLE),
            "may_hold": comment and comment.state == Comment.State.PUBLISHED,
            "may_restore": comment and comment.state == Comment.State.HELD,
            "told": Told.take(request),
            "problem": problem,
            "list_url": reverse("admin:moderation_complaint_changelist"),
            **(extra_context or {}),
        }
        return TemplateResponse(
            request,
            "admin/moderation/complaint/change_form.html",
            context,
            status=409 if problem else 200,
        )

    @method_decorator(require_POST)
    def act(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One step in the matter: hold, restore, a letter sent, close."""
        if not request.user.has_perm(HANDLE):
            raise PermissionDenied
        complaint = whole(pk)
        action, _, value = request.POST.get("do", "").partition(":")
        version = request.POST.get("version", "")
        seen = int(version) if version.isascii() and version.isdigit() else 0
        user = request.user
        try:
            match action:
                case "hold":
                    complaint_handling.hold(complaint, user, seen)
                case "restore":
                    complaint_handling.restore(complaint, user, seen)
                case "letter":
                    complaint_handling.letter_sent(complaint, user, value)
                case "close":
                    outcome = request.POST.get("outcome", "")
                    complaint_handling.close(complaint, user, outcome, seen)
                case _:
                    raise NotAllowed("Choose what is to be done.")
        except NotAllowed as reason:
            return self._page(request, pk, problem=str(reason))
        Told(DONE[action]).keep(request)
        return HttpResponseRedirect(
            reverse("admin:moderation_complaint_change", args=[pk])
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        """What was done stands on the complaint's own page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(
            reverse("admin:moderation_complaint_change", args=[object_id])
        )


def standing(complaint: Complaint) -> str:
    """Where it stands, in a few words."""
    if complaint.outcome:
        return f"Closed: {complaint.get_outcome_display()}"
    if not complaint.is_valid:
        asked = "The complainant was told" if complaint.answered_at else "Tell"
        return f"Incomplete. {asked} what is missing."
    state = complaint.comment.state if complaint.comment else Comment.State.ERASED
    told = "" if complaint.answered_at else " Tell the complainant."
    if state == Comment.State.PUBLISHED:
        return "The comment is still shown."
    return f"The comment is not shown.{told}"


def _others(complaint: Complaint, notices: list[Notice]) -> list[Complaint]:
    """Other complaints about the same comment; ``same_sender`` says which are of the
    same address."""
    addresses = {notice.email.casefold() for notice in notices if notice.email}
    found = list(
        Complaint.objects.filter(comment_public_id=complaint.comment_public_id)
        .exclude(pk=complaint.pk)
        .prefetch_related("notices")
        .order_by("pk")
    )
    for each in found:
        each.same_sender = any(
            notice.email.casefold() in addresses for notice in each.notices.all()
        )
    return found
