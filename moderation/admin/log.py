"""The log of decisions: to read, and to take the last one about a comment back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString

from moderation.actions import ACTIONS, OTHERWISE_DONE
from moderation.models import Decision, LogHead
from moderation.reasons import BY_CODE

from . import cards, words
from .acting import Told
from .queue import DECIDE, MEDIA, ReadOnlyAdmin

UNDO_FORM = "undo-form"


class ActionFilter(admin.SimpleListFilter):
    title = "action"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        found = [(code, action.done.capitalize()) for code, action in ACTIONS.items()]
        others = [(code, done.capitalize()) for code, done in OTHERWISE_DONE.items()]
        return [*found, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        return queryset.filter(action=self.value()) if self.value() else None


class ActorFilter(admin.SimpleListFilter):
    """Moderators by name, the others by what they are."""

    title = "who"
    parameter_name = "who"
    KIND = "kind:"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        names = Decision.objects.exclude(actor="").order_by("actor")
        found = [
            (name, name) for name in names.values_list("actor", flat=True).distinct()
        ]
        kinds = [
            (f"{self.KIND}{value}", label)
            for value, label in Decision.ActorKind.choices
            if value != Decision.ActorKind.MODERATOR
        ]
        return found + kinds

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        value = self.value() or ""
        if value.startswith(self.KIND):
            return queryset.filter(actor_kind=value.removeprefix(self.KIND))
        return queryset.filter(actor=value) if value else None


class MonthFilter(admin.SimpleListFilter):
    """The months from the first row to the last, which two looks at the log tell."""

    title = "month"
    parameter_name = "month"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        times = Decision.objects.values_list("at", flat=True)
        first, last = times.order_by("seq").first(), times.order_by("-seq").first()
        if first is None:
            return []
        first, last = timezone.localtime(first), timezone.localtime(last)
        months = range(
            last.year * 12 + last.month - 1, first.year * 12 + first.month - 2, -1
        )
        return [
            (
                f"{month // 12}-{month % 12 + 1:02}",
                format_date(datetime(month // 12, month % 12 + 1, 1), "F Y"),
            )
            for month in months
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        if self.value() not in {value for value, _ in self.lookup_choices}:
            return None
        year, month = map(int, self.value().split("-"))
        zone = ZoneInfo(timezone.get_current_timezone_name())
        start = datetime(year, month, 1, tzinfo=zone)
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
        return queryset.filter(at__gte=start, at__lt=end)


class LogList(ChangeList):
    """The rows of a page, each told whether it can still be taken back."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        may = request.user.has_perm(DECIDE)
        open_ = cards.undoable(self.result_list) if may else set()
        for row in self.result_list:
            row.can_be_undone = row.seq in open_


@admin.register(Decision)
class LogAdmin(ReadOnlyAdmin):
    list_display = (
        "number",
        "minute",
        "who",
        "what",
        "comment",
        "why",
        "notes",
        "undo",
    )
    list_display_links = ("number",)
    list_filter = (ActionFilter, ActorFilter, MonthFilter)
    list_per_page = 100
    search_fields = ("=comment_public_id",)
    search_help_text = "The id of a comment"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ("-seq",)
    fields = (
        "number",
        "minute",
        "who",
        "what",
        "change",
        "comment",
        "version",
        "why",
        "public_note",
        "private_note",
        "rules_version",
        "prev_hash",
        "hash",
    )
    readonly_fields = ("number", "minute", "who", "what", "change", "comment", "why")

    def get_changelist(self, request: HttpRequest, **kwargs) -> type[ChangeList]:
        return LogList

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        context = {
            "title": "Log of decisions",
            "head": LogHead.objects.get(pk=1),
            "told": Told.take(request),
            "undo_form": UNDO_FORM,
            "undo_url": reverse("admin:moderation_queuedcomment_undo"),
            "may_decide": request.user.has_perm(DECIDE),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        context = {"title": "A row of the log", "subtitle": None}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        raise Http404("A row of the log has no history: it never changes.")

    @property
    def media(self):
        return super().media + MEDIA

    @admin.display(description="no.")
    def number(self, row: Decision) -> int:
        return row.seq

    @admin.display(description="time")
    def minute(self, row: Decision) -> str:
        return words.moment(row.at, row.precision)

    @admin.display(description="who")
    def who(self, row: Decision) -> str:
        return words.actor(row)

    @admin.display(description="what")
    def what(self, row: Decision) -> str:
        return words.done(row)

    @admin.display(description="from and to")
    def change(self, row: Decision) -> str:
        if not row.comment_public_id:
            return "–"
        return f"{row.get_from_state_display()} → {row.get_to_state_display()}"

    @admin.display(description="comment")
    def comment(self, row: Decision) -> str | SafeString:
        if not row.comment_public_id:  # it is about a whole discussion
            return "–"
        return format_html(
            '<a href="{}">{}</a>',
            reverse(
                "admin:moderation_queuedcomment_change", args=[row.comment_public_id]
            ),
            row.comment_public_id,
        )

    @admin.display(description="reason", empty_value="–")
    def why(self, row: Decision) -> str | None:
        reason = BY_CODE.get(row.reason)
        return (reason.label if reason else row.reason) or None

    @admin.display(description="notes", empty_value="–")
    def notes(self, row: Decision) -> str | SafeString | None:
        if row.public_note and row.private_note:
            return format_html("{}<br>({})", row.public_note, row.private_note)
        return row.public_note or (row.private_note and f"({row.private_note})") or None

    @admin.display(description="take back", empty_value="")
    def undo(self, row: Decision) -> SafeString | None:
        """A button of the form that stands outside of the list's own."""
        if not getattr(row, "can_be_undone", False):
            return None
        return format_html(
            '<button class="quiet" form="{}" name="seq" value="{}">Undo'
            '<span class="visually-hidden"> no. {}</span></button>',
            UNDO_FORM,
            row.seq,
            row.seq,
        )
