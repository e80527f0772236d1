"""Imports in the admin: what came in, what needs a look, and taking one back."""

from datetime import datetime

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.forms.widgets import Media
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from blog.archive import undoing
from blog.archive.undoing import AlreadyUndone, UndoReport
from blog.models import ImportBatch
from blog.paging import Pages

from .import_page import PER_PAGE, Notes, both, in_words, number_of, table_of_files

UNDO, SETTLE = "blog.undo_import", "blog.change_importnote"
# Servers give up a request after 30 seconds; what is not done by then is begun again.
PATIENCE = 15


def _day(moment: datetime, style: str = "j F Y") -> str:
    return format_date(timezone.localtime(moment), style)


@admin.register(ImportBatch)
class ImportBatchAdmin(admin.ModelAdmin):
    """A report is read-only for everybody, superusers included."""

    list_display = ("number", "when", "file_total", "what", "open_total", "state")
    list_display_links = ("number",)
    list_per_page = 25
    actions = None
    show_full_result_count = False

    @property
    def media(self) -> Media:
        return super().media + Media(css={"all": ("blog/admin/imports.css",)})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/notes/", view(self.settle), name="blog_importbatch_settle"),
            path("<int:pk>/undo/", view(self.undo), name="blog_importbatch_undo"),
            *super().get_urls(),
        ]

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        is_open = Q(notes__settled=False)
        found = super().get_queryset(request)
        return found.annotate(open_notes=Count("notes", filter=is_open))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"title": "Imports", **(extra_context or {})}
        )

    @admin.display(description="import", ordering="pk")
    def number(self, batch: ImportBatch) -> str:
        return str(batch)

    @admin.display(description="when", ordering="started_at")
    def when(self, batch: ImportBatch) -> str:
        return _day(batch.started_at, "j F Y, H:i")

    @admin.display(description="files")
    def file_total(self, batch: ImportBatch) -> int | str:
        return len(batch.report.get("files", [])) or "–"

    @admin.display(description="what", empty_value="–")
    def what(self, batch: ImportBatch) -> str | None:
        report = batch.report
        if not report:
            return None
        return (
            f"{number_of(report['posts']['found'], 'post')}, "
            f"{number_of(report['comments']['found'], 'comment')}: "
            f"{report['new']:,} new, {report['updated']:,} updated"
        )

    @admin.display(description="open notes", ordering="open_notes")
    def open_total(self, batch: ImportBatch) -> int | SafeString:
        if not batch.open_notes:
            return 0
        return format_html(
            '<a href="{}#notes">{}</a>', self._page(batch), batch.open_notes
        )

    @admin.display(description="state")
    def state(self, batch: ImportBatch) -> str:
        if batch.undone_at:
            return f"Taken back on {_day(batch.undone_at)}"
        if batch.undo_report:
            return "Partly taken back: go on"
        if batch.finished_at is None:
            return "Interrupted: run it again"
        return "Finished"

    @staticmethod
    def _page(batch: ImportBatch) -> str:
        return reverse("admin:blog_importbatch_change", args=[batch.pk])

    # The page of one

    @method_decorator(require_safe)
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = self.get_object(request, unquote(object_id))
        if batch is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        heads, rows = table_of_files(batch.report)
        files = Pages(rows, PER_PAGE).get_page(request.GET.get("files"))
        notes = Notes(batch, request.GET)
        undone = None
        if batch.undone_at:
            undone = in_words(UndoReport.of(batch.undo_report), done=True)
        return self._answer(
            request,
            "change_form.html",
            batch,
            title=str(batch),
            state=self.state(batch),
            what=self.what(batch),
            heads=heads,
            files=files,
            files_pages=files.paginator.get_elided_page_range(files.number),
            notes=notes,
            notes_pages=notes.page.paginator.get_elided_page_range(notes.page.number),
            may_settle=request.user.has_perm(SETTLE),
            may_undo=request.user.has_perm(UNDO) and not batch.undone_at,
            may_see_posts=request.user.has_perm("blog.view_post"),
            undone=undone,
        )

    def _answer(
        self, request: HttpRequest, template: str, batch: ImportBatch, **context
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/blog/importbatch/{template}",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "media": self.media,
                "batch": batch,
                "batch_url": self._page(batch),
                **context,
            },
        )

    @method_decorator(require_POST)
    def settle(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keeps the ticks of the notes that were shown, or settles all of a kind."""
        if not (self.has_view_permission(request) and request.user.has_perm(SETTLE)):
            raise PermissionDenied
        batch = get_object_or_404(ImportBatch, pk=pk)
        if kind := request.POST.get("all"):
            changed = batch.notes.filter(code=kind, settled=False).update(settled=True)
            words = f"{number_of(changed, 'note')} settled."
        else:
            shown = _numbers(request.POST.getlist("shown"))
            ticked = _numbers(request.POST.getlist("settled"))
            notes = batch.notes.filter(pk__in=shown)
            settled = notes.filter(pk__in=ticked, settled=False).update(settled=True)
            opened = notes.exclude(pk__in=ticked).filter(settled=True)
            reopened = opened.update(settled=False)
            parts = {"settled": settled, "open again": reopened}
            said = [f"{number_of(n, 'note')} {word}" for word, n in parts.items() if n]
            words = f"{', '.join(said)}." if said else "Nothing was changed."
        self.message_user(request, words, messages.SUCCESS)
        query = QueryDict(request.POST.get("back", "")).urlencode()
        return HttpResponseRedirect(
            f"{self._page(batch)}{'?' if query else ''}{query}#notes"
        )

    # Taking it back

    @method_decorator(never_cache)
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Says what will go and what stays; by POST does it."""
        if not (self.has_view_permission(request) and request.user.has_perm(UNDO)):
            raise PermissionDenied
        batch = get_object_or_404(ImportBatch, pk=pk)
        try:
            if request.method == "POST":
                return self._undo(request, batch)
            report = undoing.preview(batch)
        except AlreadyUndone as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(self._page(batch))
        gone, stays = in_words(report, done=False)
        return self._answer(
            request,
            "undo.html",
            batch,
            title=f"Take {batch} back",
            gone=gone,
            stays=stays,
        )

    def _undo(self, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
        report = undoing.undo(batch, seconds=PATIENCE)
        if not report.finished:
            so_far = both(report.posts_removed, report.comments_removed)
            self.message_user(
                request,
                f"Not finished yet: {so_far or 'nothing'} went so far. Press the "
                "button again to go on.",
                messages.WARNING,
            )
            return HttpResponseRedirect(request.path)
        self.log_change(request, batch, "Taken back.")
        self.message_user(request, f"{batch} was taken back.", messages.SUCCESS)
        return HttpResponseRedirect(self._page(batch))


def _numbers(values: list[str]) -> set[int]:
    return {int(value) for value in values if value.isdecimal() and len(value) < 19}
