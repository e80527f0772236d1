"""Modes and rules: what happens to new comments before a moderator reads them."""

import re

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blog.models import Post
from moderation import modes
from moderation.models import Mode, Rule

from . import words
from .filters import PostField
from .queue import MEDIA

NEWEST = 300  # posts that can be chosen: an old one is closed from its own page


def _day_and_time() -> forms.SplitDateTimeField:
    """Read in the site's time zone, with the browser's own pickers."""
    return forms.SplitDateTimeField(
        required=False,
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": "Day"},
            time_attrs={"type": "time", "aria-label": "Time"},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )


class UntilForm(forms.ModelForm):
    """What ends by itself at a time in the future, or never."""

    until = _day_and_time()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone_name()
        self.fields["until"].help_text = (
            f"{self._meta.model._meta.get_field('until').help_text} The site's clock "
            f"is {zone}; it is {timezone.localtime():%H:%M} there."
        )

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until and "until" in self.changed_data and until <= timezone.now():
            raise ValidationError("This time has passed. Choose one in the future.")
        return until


class ModeForm(UntilForm):
    post = PostField(
        label="Where",
        required=False,
        queryset=Post.objects.none(),
        empty_label="The whole site",
        help_text="A post's own mode goes before the one of the site.",
    )

    class Meta:
        model = Mode
        fields = ("post", "kind", "until", "notice")
        widgets = {
            "kind": forms.RadioSelect,
            "notice": forms.Textarea({"rows": 3, "maxlength": 300}),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        newest = Post.objects.newest_first().values("pk")[:NEWEST]
        wanted = [self.instance.post_id, self.initial.get("post")]
        wanted += [self.data.get(self.add_prefix("post"))]
        wanted = [int(pk) for pk in wanted if str(pk).isdecimal()]
        self.fields["post"].queryset = (
            Post.objects.filter(
                Q(pk__in=list(newest.values_list("pk", flat=True))) | Q(pk__in=wanted)
            )
            .newest_first()
            .only("title", "published_at")
        )

    def clean(self) -> dict:
        cleaned = super().clean()
        if "post" in self.errors:
            return cleaned
        post = cleaned.get("post")
        other = Mode.objects.filter(post=post).exclude(pk=self.instance.pk).first()
        if other:
            address = reverse("admin:moderation_mode_change", args=[other.pk])
            place = "This post" if post else "The site"
            self.add_error(
                "post",
                format_html(
                    '{} has a mode already. <a href="{}">Change that one</a>.',
                    place,
                    address,
                ),
            )
        return cleaned


@admin.register(Mode)
class ModeAdmin(admin.ModelAdmin):
    form = ModeForm
    fields = ("post", "kind", "until", "notice")
    list_display = ("place", "happens", "in_force", "notice")
    list_select_related = ("post",)
    list_per_page = 100
    show_full_result_count = False
    actions = None
    ordering = ("post__pk",)

    @property
    def media(self):
        return super().media + MEDIA

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("post__body", "post__body_html")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"title": "Modes", **(extra_context or {})}
        )

    @admin.display(description="where")
    def place(self, mode: Mode) -> str:
        return f"“{mode.post}”" if mode.post_id else "The whole site"

    @admin.display(description="new comments")
    def happens(self, mode: Mode) -> str:
        return mode.get_kind_display()

    @admin.display(description="in force")
    def in_force(self, mode: Mode) -> str:
        if mode.until and mode.until <= timezone.now():
            return f"no: it ended on {words.moment(mode.until)}"
        since = f"since {words.moment(mode.since)}"
        return f"{since}, until {words.moment(mode.until)}" if mode.until else since

    def save_model(self, request, obj: Mode, form: ModeForm, change: bool) -> None:
        if change and {"kind", "post"} & set(form.changed_data):
            obj.since = timezone.now()
        super().save_model(request, obj, form, change)
        self.message_user(
            request,
            f"Above the form of {self._where(obj)} readers see: "
            f"“{modes.in_words(obj)}”",
            messages.INFO,
        )

    def delete_model(self, request: HttpRequest, obj: Mode) -> None:
        super().delete_model(request, obj)
        falls_to = (
            f"{self._where(obj).capitalize()} follows the mode of the site again."
            if obj.post_id
            else "All comments are read before they appear, where a post has no mode "
            "of its own."
        )
        self.message_user(request, falls_to, messages.INFO)

    @staticmethod
    def _where(mode: Mode) -> str:
        return f"“{mode.post}”" if mode.post_id else "every post without its own mode"


class RuleForm(UntilForm):
    class Meta:
        model = Rule
        fields = ("kind", "pattern", "action", "explanation", "until")
        widgets = {"kind": forms.RadioSelect, "action": forms.RadioSelect}

    def clean(self) -> dict:
        """A domain is often pasted as an address: what is around it goes."""
        cleaned = super().clean()
        pattern = " ".join(cleaned.get("pattern", "").split())
        if cleaned.get("kind") == Rule.Kind.DOMAIN and pattern:
            pattern = re.sub(r"^[a-z]+://", "", pattern.lower()).split("/")[0]
            pattern = pattern.split(":")[0].removeprefix("www.").strip(".")
            if not re.fullmatch(r"[^\s.]+(\.[^\s.]+)+", pattern):
                self.add_error("pattern", "Write a domain such as example.com.")
        cleaned["pattern"] = pattern
        return cleaned


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    form = RuleForm
    fields = ("kind", "pattern", "action", "explanation", "until")
    list_display = ("pattern", "kind", "does", "explanation", "ends")
    search_fields = ("pattern", "explanation")
    list_per_page = 100
    show_full_result_count = False
    actions = None

    @property
    def media(self):
        return super().media + MEDIA

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"title": "Rules", **(extra_context or {})}
        )

    @admin.display(description="what it does")
    def does(self, rule: Rule) -> str:
        return rule.get_action_display()

    @admin.display(description="until")
    def ends(self, rule: Rule) -> str | SafeString:
        if rule.until is None:
            return "always"
        ended = rule.until <= timezone.now()
        return f"{'ended on ' if ended else ''}{words.moment(rule.until)}"
