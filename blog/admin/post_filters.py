"""By what the list of posts is narrowed."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from blog.models import Label, Post

LABELS_IN_FILTER = 25


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return list(Post.Status.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        if self.value() == Post.Status.DRAFT:
            return queryset.filter(status=Post.Status.DRAFT)
        if self.value() == Post.Status.SCHEDULED:
            # One whose time has come is published, whatever its row says.
            return queryset.filter(
                status=Post.Status.SCHEDULED, published_at__gt=timezone.now()
            )
        if self.value() == Post.Status.PUBLISHED:
            return queryset.published()
        return None


class LabelFilter(admin.SimpleListFilter):
    """The labels used most; any other one by way of the list of labels."""

    title = "label"
    parameter_name = "label"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        used = Label.objects.annotate(number=Count("posts")).order_by("-number", "name")
        found = list(used.values_list("pk", "name")[:LABELS_IN_FILTER])
        chosen = request.GET.get(self.parameter_name, "")
        if chosen.isdecimal() and int(chosen) not in dict(found):
            found += Label.objects.filter(pk=chosen).values_list("pk", "name")
        return sorted(((str(pk), name) for pk, name in found), key=lambda one: one[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        if self.value() in {value for value, _ in self.lookup_choices}:
            return queryset.filter(labels=self.value())
        return None


class YearFilter(admin.SimpleListFilter):
    title = "year"
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        years = Post.objects.datetimes("published_at", "year", order="DESC")
        return [(str(year.year), str(year.year)) for year in years]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        if self.value() in {value for value, _ in self.lookup_choices}:
            return queryset.filter(published_at__year=self.value())
        return None
