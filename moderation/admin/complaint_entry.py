"""Complaints that came by letter, e-mail or telephone: a moderator enters them; and the
letters that can only be posted."""

from dataclasses import replace

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms.widgets import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from blog.discussion import cleaning
from blog.form_parts import DayAndTime
from moderation import complaints, letters
from moderation.complaint_form import TEXTS, ComplaintForm
from moderation.complaint_models import minute
from moderation.complaints import ENTERED_WITHIN, Came, Given, NotEntered
from moderation.models import Complaint, Notice

from .acting import Told
from .complaint_words import whole

HANDLE = "moderation.handle_complaint"
STYLE = Media(css={"all": ("moderation/editorial.css",)})
LONGEST_ADDRESS = 300
LABELS = {
    "kind": "What it is about",
    "name": "Name",
    "email": "E-mail address",
    "statement": "The words complained of",
    "why": "Why they break the law",
    "meaning": "What they are taken to mean",
    "wrong": "What is inaccurate, or an opinion not supported by fact",
    "unknown_author": "The complainant does not know enough about the writer to bring "
    "proceedings",
    "pass_name": "May the writer be given the name?",
    "pass_email": "May the writer be given the e-mail address?",
    "good_faith": "The complainant says that this is accurate and complete",
}


class EntryForm(ComplaintForm):
    """What a letter says, field by field; what it does not say stays empty."""

    website = ticket = None  # of the public form

    comment = forms.CharField(
        label="The comment",
        max_length=2000,
        help_text="Its link or its id.",
        error_messages={"required": "Say which comment it is about."},
    )
    channel = forms.ChoiceField(
        label="It came by",
        choices=[("", "Choose …")]
        + [each for each in Notice.Channel.choices if each[0] != Notice.Channel.FORM],
        error_messages={"required": "Choose how it came."},
    )
    received_at = DayAndTime(
        label="It came on",
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": "Day on which it came"},
            time_attrs={"type": "time", "aria-label": "Time at which it came"},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
        error_messages={"required": "Say when it came: the time to answer runs then."},
    )
    address = forms.CharField(
        label="Postal address",
        required=False,
        widget=forms.Textarea({"rows": 3, "maxlength": LONGEST_ADDRESS}),
        help_text="Where no e-mail address is given: to post the answer.",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            self.fields[name].label = label
        for name in TEXTS:
            self.fields[name].widget = forms.Textarea({"rows": 3})
        for name in ("pass_name", "pass_email"):
            self.fields[name].choices = [("", "Not said"), *self.fields[name].choices]
        zone = timezone.get_current_timezone_name()
        self.fields["received_at"].help_text = (
            f"When it reached you, by the site's clock ({zone}); the 48 hours run from "
            f"then. It is {timezone.localtime():%H:%M} on {timezone.localdate():%d %B}."
        )

    def clean_comment(self) -> str:
        # Kept as it was typed; what it names is looked up here alone.
        self.about = complaints.linked(self.cleaned_data["comment"])
        if self.about is None:
            raise ValidationError(
                "No comment that readers see or saw has this link. In the discussion, "
                "the comment's name or time leads to it: copy the address of that link."
            )
        return self.cleaned_data["comment"]

    def clean_received_at(self):
        came, now = self.cleaned_data["received_at"], timezone.now()
        if came > now:
            raise ValidationError("This is in the future. Say when it came.")
        if came < now - ENTERED_WITHIN:
            raise ValidationError(
                f"This is more than {ENTERED_WITHIN.days} days ago. Check the day: "
                "what came earlier cannot be entered any more."
            )
        return minute(came)

    def clean_address(self) -> str:
        found = cleaning.text(self.cleaned_data["address"])
        if len(found) > LONGEST_ADDRESS:
            raise ValidationError(f"This is longer than {LONGEST_ADDRESS} characters.")
        return found

    @property
    def given(self) -> Given:
        return replace(super().given, address=self.cleaned_data["address"])


class EnteringMixin:
    """For ``ComplaintAdmin``."""

    def entering_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("enter/", view(self.enter), name="moderation_complaint_enter"),
            path(
                "<int:pk>/letter/<slug:code>/",
                view(self.letter),
                name="moderation_complaint_letter",
            ),
        ]

    @method_decorator((sensitive_post_parameters(), never_cache))
    def enter(self, request: HttpRequest) -> HttpResponse:
        """The form, and what takes it in; ``into`` in the address is the number of the
        open file with which it goes on."""
        if not request.user.has_perm(HANDLE):
            raise PermissionDenied
        into = self._into(request)
        if request.method != "POST":
            beginning = {}
            if into:
                beginning = {"comment": into.comment_public_id, "kind": into.kind}
            return self._form(request, EntryForm(initial=beginning), into)
        form = EntryForm(request.POST)
        if not form.is_valid():
            return self._form(request, form, into)
        if into is None and "into" in request.GET:
            form.add_error(None, str(NotEntered.as_another()))
            return self._form(request, form, None)
        fields = form.cleaned_data
        came = Came(fields["received_at"], fields["channel"], request.user)
        try:
            entered = complaints.enter(
                form.about, fields["kind"], form.given, came, into and into.pk
            )
        except NotEntered as problem:
            form.add_error(None, str(problem))
            return self._form(request, form, None)
        complaint = entered.complaint
        Told(f"It is complaint no. {complaint.pk}.").keep(request)
        return HttpResponseRedirect(
            reverse("admin:moderation_complaint_change", args=[complaint.pk])
        )

    def _into(self, request: HttpRequest) -> Complaint | None:
        number = request.GET.get("into", "")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        return Complaint.objects.open().filter(pk=int(number)).first()

    def _form(
        self, request: HttpRequest, form: EntryForm, into: Complaint | None
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media + STYLE,
            "title": f"More on complaint no. {into.pk}"
            if into
            else "Enter a complaint",
            "form": form,
            "into": into,
            "list_url": reverse("admin:moderation_complaint_changelist"),
        }
        return TemplateResponse(
            request,
            "admin/moderation/complaint/enter.html",
            context,
            status=422 if form.errors else 200,
        )

    @method_decorator((require_GET, never_cache))
    def letter(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """A letter on a sheet of its own, to print and post."""
        if not request.user.has_perm(HANDLE):
            raise PermissionDenied
        complaint = whole(pk, request.user)
        found = {each.code: each for each in letters.offered(complaint)}.get(code)
        if found is None:
            raise Http404
        context = {
            "letter": found,
            "site_name": self.admin_site.site_header,
            "today": timezone.localdate(),
            "back": reverse("admin:moderation_complaint_change", args=[pk]),
        }
        return TemplateResponse(
            request, "admin/moderation/complaint/letter.html", context
        )
