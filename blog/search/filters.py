"""What of everything a search goes through: years, labels, posts or comments."""

from operator import attrgetter

import django_filters
from django.db.models import Exists, OuterRef, QuerySet

from blog.models import Label, Post

from .query import LONGEST

ONLY_POSTS, ONLY_COMMENTS = "posts", "comments"
KINDS = ((ONLY_POSTS, "Only posts"), (ONLY_COMMENTS, "Only comments"))


def years() -> list[tuple[str, str]]:
    """The years in which something was posted."""
    found = Post.objects.published().count_by_year()
    return [(f"{year:04}", f"{year:04}") for year, _ in found]


def labels() -> list[tuple[str, str]]:
    """The labels of posts that readers see.

    Asked of each label whether one such post bears it: of all posts, which labels they
    bear, costs the more the more posts there are.
    """
    borne = Post.objects.published().filter(labels=OuterRef("pk"))
    found = sorted(Label.objects.filter(Exists(borne)), key=attrgetter("place"))
    return [(label.name, label.name) for label in found]


class SearchFilter(django_filters.FilterSet):
    """What is asked. ``qs`` are the posts to look in, themselves and below them.

    A year is that of a post's address, also for its comments, of which some have no
    date of their own.
    """

    q = django_filters.CharFilter(
        label="Search for", method="leave", max_length=LONGEST
    )
    kind = django_filters.ChoiceFilter(
        label="In", choices=KINDS, method="leave", empty_label="Posts and comments"
    )
    year = django_filters.ChoiceFilter(
        label="Year", method="of_year", empty_label="Any year"
    )
    label = django_filters.ChoiceFilter(
        label="Label", method="of_label", empty_label="Any label"
    )

    class Meta:
        model = Post
        fields: list[str] = []

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Read here: choices that are a function are read whenever they are looked at.
        self.filters["year"].extra["choices"] = years()
        self.filters["label"].extra["choices"] = labels()

    @property
    def kind_asked(self) -> str:
        return self.form.cleaned_data["kind"]

    @property
    def is_narrowed(self) -> bool:
        """Whether not all posts are looked in."""
        return any(self.form.cleaned_data[name] for name in ("year", "label"))

    @property
    def is_scattered(self) -> bool:
        """Whether what is looked in lies far apart: a label is borne now and then."""
        return bool(self.form.cleaned_data["label"])

    def leave(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset

    def of_year(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(address__startswith=f"{value}/")

    def of_label(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(labels__name=value)
