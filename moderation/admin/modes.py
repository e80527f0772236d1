"""Modes: what happens to new comments before a moderator reads them."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from blog.form_parts import DayAndTime, OpenedForm
from blog.models import Post
from moderation import arrivals, modes
from moderation.models import Mode

from . import words
from .filters import PostField
from .queue import MEDIA

# What is suggested where something odd comes to a post: until when, and what readers
# are told. They see both ends of the time beside it.
NOTICES = {
    Mode.Kind.HOLD_ALL: "So many comments come at once that each is read first.",
    Mode.Kind.CLOSED: "So many comments came at once that they must be read before "
    "new ones are taken.",
}
NEWEST = 300  # posts that can be chosen: an old one is closed from its own page


class UntilForm(forms.ModelForm):
    """What ends by itself at a time in the future, or never."""

    until = DayAndTime(
        required=False,
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": "Day"},
            time_attrs={"type": "time", "aria-label": "Time"},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )

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


class ModeForm(OpenedForm, UntilForm):
    """Says what happens to new comments.

    A discussion that was closed meanwhile, as it goes on in a new post, must not be
    opened by somebody who has not seen that.
    """

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

    suggested: dict = {}  # what stands in it instead of what is stored

    def __init__(self, *args, **kwargs) -> None:
        initial = {**(kwargs.pop("initial", None) or {}), **self.suggested}
        super().__init__(*args, initial=initial, **kwargs)
        self.in_force = self.instance.pk and modes.in_words(self.instance)
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
        self.refuse_if_changed(
            "kind",
            f"Somebody changed this mode since you opened it. Stored is now: "
            f"“{self.in_force}” Save again to put what is in this form in its place.",
        )
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

    def stored_values(self) -> list:
        mode = self.instance
        return [mode.post_id, mode.kind, mode.since, mode.until, mode.notice]


@admin.register(Mode)
class ModeAdmin(admin.ModelAdmin):
    form = ModeForm
    fields = ("post", "kind", "until", "notice", "opened")
    list_display = ("place", "happens", "in_force", "notice")
    list_select_related = ("post",)
    list_per_page = 100
    show_full_result_count = False
    actions = None
    ordering = ("post__pk",)

    def get_urls(self) -> list:
        put_off = self.admin_site.admin_view(self.put_off)
        return [
            path("put-off/", put_off, name="moderation_mode_put_off"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def put_off(self, request: HttpRequest) -> HttpResponse:
        """Nothing is suggested for one post for some hours."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        key = request.POST.get("post", "")
        is_key = key.isascii() and key.isdecimal() and len(key) < 19
        post = get_object_or_404(
            Post.objects.only("title"), pk=int(key) if is_key else 0
        )
        arrivals.put_off(post, request.user)
        hours = arrivals.PUT_OFF_FOR // timedelta(hours=1)
        self.message_user(
            request,
            f"Nothing will be suggested for “{post}” for {hours} hours.",
            messages.INFO,
        )
        return HttpResponseRedirect(
            reverse("admin:moderation_queuedcomment_changelist")
        )

    def get_form(self, request: HttpRequest, obj=None, change=False, **kwargs):
        """With what was suggested filled in, where the address says so."""
        form = super().get_form(request, obj, change, **kwargs)
        kind, offers = self._asked(request, obj)
        if offers and kind in offers.kinds:
            form.suggested = {
                "kind": kind,
                "until": offers.until,
                "notice": NOTICES[kind],
            }
        return form

    @staticmethod
    def _asked(
        request: HttpRequest, mode: Mode | None
    ) -> tuple[str, arrivals.Offers | None]:
        """The suggestion that the address asks for, and what may be suggested now: the
        link to it may be older than what is in force."""
        kind = request.GET.get("suggest", "")
        if request.method != "GET" or kind not in NOTICES:
            return "", None
        post = request.GET.get("post", "")
        is_key = post.isascii() and post.isdecimal() and len(post) < 19
        key = mode.post_id if mode else int(post) if is_key else None
        return kind, arrivals.offers(key)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Above the form: what comes to its post, if that is odd."""
        with transaction.atomic():
            if request.method == "POST" and object_id and object_id.isdecimal():
                # Until it is saved, what the form compares stays true.
                Mode.objects.select_for_update().filter(pk=object_id).first()
            return self._form_view(request, object_id, form_url, extra_context or {})

    def _form_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra: dict
    ) -> HttpResponse:
        mode = self.get_object(request, object_id) if object_id else None
        post = str(mode.post_id if mode else request.GET.get("post", ""))
        found = [one for one in arrivals.signals() if str(one.post.pk) == post]
        context = {"signals": found, "at_form": True}
        kind, offers = self._asked(request, mode)
        if offers and kind not in offers.kinds:
            ruling = modes.briefly(offers.ruling) if offers.ruling else "Hold all"
            self.message_user(
                request,
                f"Nothing is filled in: “{ruling}” is in force.",
                messages.INFO,
            )
        return super().changeform_view(
            request, object_id, form_url, {**context, **extra}
        )

    @property
    def media(self):
        return super().media + MEDIA

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("post__body", "post__body_html")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request,
            {
                "title": "Modes",
                "signals": arrivals.signals(),
                **(extra_context or {}),
            },
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
