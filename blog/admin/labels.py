"""Keeping labels."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blog.labels import LabelForm
from blog.models import Label


@admin.register(Label)
class LabelAdmin(admin.ModelAdmin):
    form = LabelForm
    list_display = ("name", "post_total")
    list_per_page = 100
    search_fields = ("name",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(number=Count("posts"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"title": "Labels", **(extra_context or {})}
        )

    @admin.display(description="posts", ordering="number")
    def post_total(self, label: Label) -> SafeString:
        return format_html(
            '<a href="{}?label={}">{}</a>',
            reverse("admin:blog_post_changelist"),
            label.pk,
            label.number,
        )
