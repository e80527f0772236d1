"""Which comments the queue shows: by what became of them, lane, post, age and words."""

from datetime import timedelta

import django_filters
from django import forms
from django.db.models import Count, Max, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateformat import format as format_date

from blog.models import Post
from moderation import reports
from moderation.actions import WAITING
from moderation.models import Question, QueuedComment, Screening
from moderation.receipts import APPEALABLE
from moderation.screening.findings import KINDS

State = QueuedComment.State
WAITS = "waiting"
APPEALS = "appeals"
WHAT = {
    WAITS: "Waiting",
    APPEALS: "Appeals",
    "published": "Published",
    "refused": "Refused",
    "hidden": "Hidden or held",
    "spam": "Spam",
    "withdrawn": "Withdrawn or erased",
    "all": "All",
}
STATES = {
    WAITS: WAITING,
    "published": {State.PUBLISHED},
    "refused": {State.REJECTED},
    "hidden": {State.HIDDEN, State.HELD},
    "spam": {State.SPAM},
    "withdrawn": {State.WITHDRAWN, State.ERASED},
}
AGES = {
    "over-hour": ("Older than an hour", timedelta(hours=1)),
    "over-day": ("Older than a day", timedelta(days=1)),
    "over-week": ("Older than a week", timedelta(days=7)),
    "last-hour": ("Of the last hour", timedelta(hours=1)),
    "last-day": ("Of the last day", timedelta(days=1)),
    "last-week": ("Of the last week", timedelta(days=7)),
}
ASKED = {"asked": "Asked, no answer yet", "answered": "Answered"}
NOTHING = "nothing"
WHY = KINDS | {reports.CODE: "Reported by readers", NOTHING: "Nothing was noticed"}
CLAIMED, TYPED, NAMELESS = "claimed", "typed", "none"
SIGNED = {
    CLAIMED: "With a claimed name",
    TYPED: "With a name, not claimed",
    NAMELESS: "Without a name",
}


def noted(code: str) -> Q:
    """Why a comment is held, as one of ``WHY``.

    SQLite cannot ask what a list in JSON contains, but both databases write a note in
    the same letters, and in its words a quotation mark is never without a backslash.
    The query must have ``why_text``.
    """
    if code == NOTHING:
        return Q(screening=None) | Q(screening__why=[])
    return Q(why_text__contains=f'"code": "{code}"')


def with_why(queryset: QuerySet) -> QuerySet:
    return queryset.annotate(why_text=Cast("screening__why", TextField()))


class PostField(forms.ModelChoiceField):
    """Posts with their date: titles alone repeat themselves over the years."""

    def label_from_instance(self, post: Post) -> str:
        day = f", {format_date(post.day, 'j M Y')}" if post.day else ""
        return f"{str(post)[:60]}{day}"


class PostFilter(django_filters.ModelChoiceFilter):
    field_class = PostField


def posts_to_choose(request: HttpRequest) -> QuerySet[Post]:
    """Posts on which comments wait, and the one that is chosen already."""
    waiting = QueuedComment.objects.unpublished().filter(state__in=WAITING)
    wanted = Q(pk__in=waiting.order_by().values("post"))
    chosen = request.GET.get("post", "")
    if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19:
        wanted |= Q(pk=int(chosen))
    return Post.objects.filter(wanted).newest_first().only("title", "published_at")


class QueueFilter(django_filters.FilterSet):
    """The queue's filters. Without any, what waits is shown, oldest first."""

    q = django_filters.CharFilter(label="Search", method="search", max_length=200)
    what = django_filters.ChoiceFilter(
        label="Show", choices=list(WHAT.items()), method="leave", empty_label=None
    )
    lane = django_filters.ChoiceFilter(
        label="Lane",
        choices=Screening.Lane.choices,
        method="of_lane",
        empty_label="Any",
    )
    why = django_filters.ChoiceFilter(
        label="Why held",
        choices=list(WHY.items()),
        method="of_why",
        empty_label="Any",
    )
    post = PostFilter(label="Post", queryset=posts_to_choose, empty_label="Any")
    age = django_filters.ChoiceFilter(
        label="Age",
        choices=[(key, words) for key, (words, _) in AGES.items()],
        method="of_age",
        empty_label="Any",
    )
    question = django_filters.ChoiceFilter(
        label="Question to its writer",
        choices=list(ASKED.items()),
        method="of_question",
        empty_label="Any",
    )
    text = django_filters.CharFilter(
        label="Text contains", lookup_expr="icontains", max_length=200
    )
    name = django_filters.CharFilter(
        label="Name contains", lookup_expr="icontains", max_length=100
    )
    signed = django_filters.ChoiceFilter(
        label="Signed",
        choices=list(SIGNED.items()),
        method="of_signed",
        empty_label="Any",
    )

    class Meta:
        model = QueuedComment
        fields: list[str] = []

    @property
    def what_is_shown(self) -> str:
        """A key of ``WHAT``; what is not one means the comments that wait."""
        return self.form.cleaned_data.get("what") or WAITS

    @property
    def is_narrowed(self) -> bool:
        """Whether more is asked than which state to show."""
        data = self.form.cleaned_data
        return any(value for key, value in data.items() if key != "what")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        # Here and not in a method of its own: it must hold where nothing is chosen.
        what = self.what_is_shown
        if what == APPEALS:
            queryset = queryset.unpublished().filter(
                appeal__outcome="", state__in=APPEALABLE
            )
        elif what in STATES:
            if what != "published":
                queryset = queryset.unpublished()
            queryset = queryset.filter(state__in=STATES[what])
        queryset = super().filter_queryset(queryset)
        # What waits is read in the order in which it came; of what was decided the
        # newest is looked for.
        if what == APPEALS:
            return queryset.order_by("appeal__pk")
        return queryset.order_by("pk" if what == WAITS else "-pk")

    def after(self, last: QueuedComment) -> QuerySet:
        """What follows upon this one, in the order of the page, whatever has left the
        list meanwhile."""
        if self.what_is_shown == APPEALS:
            return self.qs.filter(appeal__pk__gt=last.appeal.pk)
        if self.what_is_shown == WAITS:
            return self.qs.filter(pk__gt=last.pk)
        return self.qs.filter(pk__lt=last.pk)

    def count_why(self) -> None:
        """Offers the reasons for which comments wait, with how many do, beside the one
        that is chosen. One query; elsewhere than among what waits there are too many
        comments to count, and all are offered."""
        if self.what_is_shown != WAITS:
            return
        waiting = QueuedComment.objects.unpublished().filter(state__in=WAITING)
        # Numbered: a code is not always a name.
        numbers = with_why(waiting.order_by()).aggregate(
            **{
                f"of_{place}": Count("pk", filter=noted(code))
                for place, code in enumerate(WHY)
            }
        )
        chosen = self.form.cleaned_data.get("why")
        self.form.fields["why"].choices = [
            (code, f"{words} ({number:,})")
            for (code, words), number in zip(WHY.items(), numbers.values(), strict=True)
            if number or code == chosen
        ]

    def leave(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset

    def of_lane(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        wanted = Q(screening__lane=value)
        if value == Screening.Lane.NEW:
            wanted |= Q(screening=None)  # imported: never screened
        return queryset.filter(wanted)

    def of_why(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return with_why(queryset).filter(noted(value))

    def of_signed(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == CLAIMED:
            return queryset.exclude(tag="")
        # Of an imported one it may not be known whether it had a name.
        wanted = Q(name="") if value == NAMELESS else Q(tag="") & ~Q(name="")
        return queryset.filter(wanted, name__isnull=False)

    def of_age(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        since = timezone.now() - AGES[value][1]
        over = value.startswith("over")
        return queryset.filter(**{f"written_at__{'lte' if over else 'gt'}": since})

    def of_question(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By the newest question about a comment."""
        newest = (
            Question.objects.order_by()
            .values("comment")
            .annotate(newest=Max("pk"))
            .values("newest")
        )
        found = Question.objects.filter(pk__in=newest)
        found = (
            found.filter(answer="") if value == "asked" else found.exclude(answer="")
        )
        return queryset.filter(pk__in=found.values("comment"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Words of the text or the name, or the whole id of a comment."""
        return queryset.filter(
            Q(text__icontains=value)
            | Q(name__icontains=value)
            | Q(public_id=value.lower())
        )
