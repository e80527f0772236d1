"""Imports in the admin: what came in, what needs a look, and taking one back."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import PurePath

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
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

from .archive import undoing
from .archive.undoing import AlreadyUndone, UndoReport
from .models import ImportBatch, ImportNote

UNDO, SETTLE = "blog.undo_import", "blog.change_importnote"
PER_PAGE = 100
# Servers give up a request after 30 seconds; what is not done by then is begun again.
PATIENCE = 15
# How the reports name what their files held, and how this page does.
ALWAYS = (("Posts", "posts"), ("Comments", "comments"), ("Replies", "replies"))
IF_ANY = (
    ("Held", "held"),
    ("Spam", "spam"),
    ("Refused", "refused"),
    ("In the bin", "trashed"),
    ("Removed", "removed"),
    ("Without their post", "orphans"),
    ("Parent is missing", "missing_parents"),
    ("Shown one level deep", "flattened"),
    ("Drafts", "drafts"),
    ("Pages", "pages"),
)
# What kinds of notes are about; the others say it by their own names.
KINDS = {
    "address-taken": "Old addresses that lead to another post",
    "ambiguous-date": "Dates that can be read in two ways",
    "author-was-an-address": "Names that were mail addresses",
    "body-differs": "Posts whose text differs",
    "content-incomplete": "Texts that are not whole",
    "declared-found": "Posts with another number of comments than they state",
    "error": "Files that could not be read to the end",
    "future-date": "Posts dated in the future",
    "gone-since": "Comments that are gone at the source",
    "image-ambiguous": "Images of which there are several",
    "image-missing": "Images that were not found",
    "left-out": "What was left out",
    "low-confidence": "Pages that may have been read wrongly",
    "mid-word-break": "Words that are broken by a line end",
    "no-date": "Posts without a date",
    "no-post": "Comments without their post",
    "no-title": "Posts without a title",
    "not-understood": "What was not understood",
    "parent-missing": "Replies whose parent is missing",
    "removed-since": "Comments that were removed at the source",
    "same-date-and-title": "Posts with the same date and title",
    "trashed": "Posts from the bin of the old blog",
    "us-ascii": "Files without accents and curly quotes",
    "was-scheduled": "Posts that were to appear",
}
STATES = {"open": "Open", "settled": "Settled", "all": "All"}


def number_of(number: int, noun: str, plural: str = "") -> str:
    """ "1 post", "1,200 posts"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def kind_in_words(code: str) -> str:
    return KINDS.get(code) or code.replace("-", " ").capitalize()


def in_words(report: UndoReport, *, done: bool) -> tuple[list[str], list[str]]:
    """What goes and what stays when an import is taken back, or went and stayed."""
    go, stay = ("went", "stayed") if done else ("will go", "stay")
    gone = []
    if report.posts_removed or report.comments_removed:
        gone.append(
            f"{_both(report.posts_removed, report.comments_removed)} that it brought "
            f"{go}."
        )
    if report.posts_restored or report.comments_restored:
        became = "is again" if done else "will be again"
        gone.append(
            "What it filled in of "
            f"{_both(report.posts_restored, report.comments_restored)} that were here "
            f"before {became} what it was: names, times, texts, labels."
        )
    reasons = {
        undoing.DECIDED: "somebody decided about {them} since",
        undoing.ANSWERED: "a comment that stays answers {them}",
        undoing.NEEDED: "something else needs {them}",
        undoing.DISCUSSED: "comments that stay stand below {them}",
        undoing.EDITED: "somebody edited {them} since",
        undoing.CHANGED: "a later import added to {them}; take that one back first if "
        "{they} should go too",
    }
    stays = []
    for noun, kept in (("post", report.posts_kept), ("comment", report.comments_kept)):
        for reason, number in sorted(kept.items()):
            one = number == 1
            words = reasons[reason].format(
                them="it" if one else "them", they="it" if one else "they"
            )
            verb = stay + "s" if one and not done else stay
            stays.append(f"{number_of(number, noun)} {verb}: {words}.")
    if report.posts_left or report.comments_left:
        stays.append(
            f"Of {_both(report.posts_left, report.comments_left)} that were here "
            f"before, what was changed after the import {stay if done else 'stays'} "
            "as it is."
        )
    return gone, stays


def _both(posts: int, comments: int) -> str:
    both = ((posts, "post"), (comments, "comment"))
    return " and ".join(number_of(number, noun) for number, noun in both if number)


class Notes:
    """The notes of one import as the address asks for them: which, and which page."""

    def __init__(self, batch: ImportBatch, query: QueryDict) -> None:
        self._batch = batch
        counted = batch.notes.order_by().values_list("settled", "code", "file")
        self._counts = list(counted.annotate(number=Count("pk")))
        codes = {code for _, code, _, _ in self._counts}
        files = {file for _, _, file, _ in self._counts}
        self.state = query.get("state") if query.get("state") in STATES else "open"
        self.kind = query.get("kind") if query.get("kind") in codes else ""
        self.file = query.get("file") if query.get("file") in files else ""
        self.total = sum(number for *_, number in self._counts)
        found = batch.notes.select_related("post").order_by("code", "pk")
        for name, value in (("code", self.kind), ("file", self.file)):
            if value:
                found = found.filter(**{name: value})
        if self.state != "all":
            found = found.filter(settled=self.state == "settled")
        fields = ("title", "address", "status", "published_at", "is_page")
        self.page: Page = Paginator(
            found.only(
                *(one.name for one in ImportNote._meta.concrete_fields),
                *(f"post__{name}" for name in fields),
            ),
            PER_PAGE,
        ).get_page(query.get("page"))

    @property
    def states(self) -> list[tuple[str, str, int, bool]]:
        """Value, words, how many, and whether it is the one shown."""
        return [
            (state, words, self._number(state=state), state == self.state)
            for state, words in STATES.items()
        ]

    @property
    def kinds(self) -> list[tuple[str, str, int]]:
        codes = sorted({code for _, code, _, _ in self._counts}, key=kind_in_words)
        return [(c, kind_in_words(c), self._number(kind=c)) for c in codes]

    @property
    def files(self) -> list[tuple[str, int]]:
        files = sorted({file for _, _, file, _ in self._counts})
        return [(file, self._number(file=file)) for file in files]

    @property
    def groups(self) -> list[dict]:
        """The notes of this page by kind; ``open`` of the whole kind in this import."""
        return [
            {
                "code": code,
                "words": kind_in_words(code),
                "notes": list(notes),
                "number": self._number(kind=code),
                "open": self._number(kind=code, file="", state="open"),
            }
            for code, notes in groupby(self.page, key=lambda note: note.code)
        ]

    def _number(self, **other: str) -> int:
        chosen = {"state": self.state, "kind": self.kind, "file": self.file} | other
        return sum(
            number
            for settled, code, file, number in self._counts
            if chosen["state"] in ("all", "settled" if settled else "open")
            and chosen["kind"] in ("", code)
            and chosen["file"] in ("", file)
        )


@dataclass
class FileRow:
    """A file of an import as a row of the table."""

    name: str
    format: str
    numbers: list[str] = field(default_factory=list)
    problem: str = ""


def table_of_files(report: dict) -> tuple[list[str], list[FileRow]]:
    """Heads and rows; what no file had gets no column."""
    files = report.get("files", [])
    columns = [
        *ALWAYS,
        *(one for one in IF_ANY if any(_number(file, one[1]) for file in files)),
    ]
    rows = [
        FileRow(
            name=PurePath(file["path"]).name,
            format=file["format"],
            numbers=[f"{_number(file, name):,}" for _, name in columns],
            problem=_problem(file),
        )
        for file in files
    ]
    return [head for head, _ in columns], rows


def _number(file: dict, name: str) -> int:
    value = file.get(name) or 0
    return value["found"] if isinstance(value, dict) else value


def _problem(file: dict) -> str:
    error = file.get("error")
    if not error:
        return file.get("skipped") or ""
    places = (("Line", error.get("line")), ("column", error.get("column")))
    place = ", ".join(f"{word} {at}" for word, at in places if at)
    return f"{place}: {error['message']}" if place else error["message"]


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
        files = Paginator(rows, PER_PAGE).get_page(request.GET.get("files"))
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
            so_far = _both(report.posts_removed, report.comments_removed)
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
