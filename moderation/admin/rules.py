"""Rules: nothing goes live before it was seen what it would have met."""

import json
import re
from collections.abc import Iterable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminErrorList, AdminForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.dateformat import format as format_date
from django.utils.html import format_html_join

from moderation import rulebook
from moderation.dry_run import dry_run
from moderation.models import Rule, RuleChange
from moderation.screening.matching import Wanted, elements

from . import words
from .modes import UntilForm
from .queue import MEDIA, ReadOnlyAdmin

FIELDS = ("kind", "pattern", "action", "reason", "explanation", "until", "is_on")
# What changes which comments a rule meets, or what becomes of them.
WORKS = ("kind", "pattern", "action", "until", "is_on")
MOST_LINKS = 100
KINDS = {
    Rule.Kind.WORD: "words",
    Rule.Kind.PATTERN: "pattern",
    Rule.Kind.DOMAIN: "domain",
    Rule.Kind.LINKS: "links",
}


class RuleForm(UntilForm):
    class Meta:
        model = Rule
        fields = FIELDS
        widgets = {"kind": forms.RadioSelect, "action": forms.RadioSelect}

    def clean(self) -> dict:
        cleaned = super().clean()
        pattern = " ".join(cleaned.get("pattern", "").split())
        kind = cleaned.get("kind")
        if kind and pattern:
            pattern, problem = self._checked(kind, pattern)
            if problem:
                self.add_error("pattern", problem)
        cleaned["pattern"] = pattern
        return cleaned

    @staticmethod
    def _checked(kind: str, pattern: str) -> tuple[str, str]:
        """What is looked for, as it is stored, and what is wrong with it."""
        if kind == Rule.Kind.DOMAIN:
            # It is often pasted as an address: what is around it goes.
            pattern = re.sub(r"^[a-z]+://", "", pattern.lower()).split("/")[0]
            pattern = pattern.split(":")[0].removeprefix("www.").strip(".")
            if not re.fullmatch(r"[^\s.]+(\.[^\s.]+)+", pattern):
                return pattern, "Write a domain such as example.com."
        elif kind == Rule.Kind.LINKS:
            if not re.fullmatch(r"[0-9]{1,3}", pattern) or int(pattern) > MOST_LINKS:
                return pattern, f"Write a number from 0 to {MOST_LINKS}."
            pattern = str(int(pattern))
        elif not elements(Wanted(kind, pattern)):
            return pattern, "Write at least one letter or figure."
        elif kind == Rule.Kind.PATTERN and len(re.sub(r"[\W_]", "", pattern)) < 2:
            return pattern, "Write at least two letters or figures beside * and ?."
        return pattern, ""


def _token(*values: object) -> str:
    """Stands in the form for what was seen: what is posted with it is just that."""
    said = json.dumps(values, sort_keys=True, default=str)
    return salted_hmac("candour.rules", said, algorithm="sha256").hexdigest()


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    form = RuleForm
    fields = FIELDS
    list_display = ("rule", "standing", "met", "sort", "does", "why", "by")
    list_display_links = ("rule",)
    list_select_related = ("owner",)
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

    # The list

    @admin.display(description="looks for", ordering="pattern")
    def rule(self, rule: Rule) -> str:
        return str(rule)

    @admin.display(description="kind", ordering="kind")
    def sort(self, rule: Rule) -> str:
        return KINDS[Rule.Kind(rule.kind)]

    @admin.display(description="what it does")
    def does(self, rule: Rule) -> str:
        return rule.get_action_display()

    @admin.display(description="why", empty_value="–")
    def why(self, rule: Rule) -> str | None:
        parts = [rule.explanation, rule.reason and rule.get_reason_display()]
        return " · ".join(filter(None, parts)) or None

    @admin.display(description="by", empty_value="–")
    def by(self, rule: Rule) -> str:
        day = _day(rule.created_on) if rule.created_on else ""
        owner = rule.owner.get_username() if rule.owner else ""
        return ", ".join(filter(None, (owner, day)))

    @admin.display(description="met", ordering="hits")
    def met(self, rule: Rule) -> str:
        if not rule.hits:
            return f"none since {_day(rule.hits_since)}"
        times = words.count(rule.hits, "comment", "comments")
        return (
            f"{times} since {_day(rule.hits_since)}, the last on "
            f"{_day(rule.last_hit_on)}"
        )

    @admin.display(description="in force")
    def standing(self, rule: Rule) -> str:
        if not rule.is_on:
            return "no: it is switched off"
        if rule.is_over:
            return f"no: it ended on {words.moment(rule.until)}"
        return f"until {words.moment(rule.until)}" if rule.until else "always"

    # One rule

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """The form; what a rule would have met; and, once that was seen, the rule.

        What is put into force is what was looked at: the form holds a token of it, and
        anything else is looked at first.
        """
        rule = self.get_object(request, object_id) if object_id else None
        may = (
            self.has_change_permission(request, rule)
            if object_id
            else self.has_add_permission(request)
        )
        if not may or (object_id and rule is None):
            return super().changeform_view(request, object_id, form_url, extra_context)
        before = rulebook.said(rule) if rule else None
        if request.method == "POST" and rule and "_switch_off" in request.POST:
            return self._switched_off(request, rule)
        # A form writes into its instance: what stands in the heading stays as it was.
        named = str(rule) if rule else ""
        form_class = self.get_form(request, rule, change=rule is not None)
        if request.method != "POST":
            form = form_class(instance=rule)
            return self._page(request, rule, named, form, _token(before))
        form = form_class(request.POST, instance=rule)
        if not form.is_valid():
            return self._page(request, rule, named, form, request.POST.get("seen", ""))
        wanted = form.instance
        looked = _token(rulebook.said(wanted), before)
        seen = request.POST.get("seen", _token(before))
        late = not constant_time_compare(seen, _token(before))
        works = rule is None or set(WORKS) & set(form.changed_data)
        was_seen = constant_time_compare(request.POST.get("looked", ""), looked)
        if not late and (not (works and wanted.is_in_force) or was_seen):
            try:
                rulebook.store(wanted, request.user, before)
            except rulebook.ChangedMeanwhile:
                late = True
            else:
                return self._stored(request, wanted)
        tried = dry_run(Wanted(wanted.kind, wanted.pattern))
        return self._page(
            request,
            rule,
            named,
            form,
            _token(before),
            tried=tried,
            looked=looked,
            problem="This rule was changed since you opened it, and nothing was done. "
            "What you wrote stands below." * late,
        )

    def _page(
        self,
        request: HttpRequest,
        rule: Rule | None,
        named: str,
        form: RuleForm,
        seen: str,
        **more,
    ) -> HttpResponse:
        fieldsets = self.get_fieldsets(request, rule)
        shown = AdminForm(form, list(fieldsets), {}, (), model_admin=self)
        if more.get("tried"):
            title = "What it would have met"
        else:
            title = f"Change the rule: {named}" if rule else "A new rule"
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": None,
            "adminform": shown,
            "inline_admin_formsets": [],
            "object_id": str(rule.pk) if rule else None,
            "original": named or None,
            "is_popup": False,
            "to_field": None,
            "media": self.media + shown.media,
            "errors": AdminErrorList(form, []),
            "preserved_filters": self.get_preserved_filters(request),
            "seen": seen,
            "may_change": True,
            "is_on": bool(rule and Rule.objects.filter(pk=rule.pk, is_on=True)),
            **more,
        }
        return self.render_change_form(
            request, context, add=rule is None, change=rule is not None, obj=rule
        )

    def _stored(self, request: HttpRequest, rule: Rule) -> HttpResponse:
        if rule.is_in_force:
            ends = f", until {words.moment(rule.until)}" if rule.until else ""
            self.message_user(request, f"In force now{ends}: {rule}", messages.SUCCESS)
        else:
            self.message_user(
                request, f"Kept, and not in force: {rule}", messages.SUCCESS
            )
        return self._to_list()

    def _switched_off(self, request: HttpRequest, rule: Rule) -> HttpResponse:
        rulebook.switch_off(rule.pk, request.user)
        self.message_user(request, f"Switched off: {rule}", messages.SUCCESS)
        return self._to_list()

    @staticmethod
    def _to_list() -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:moderation_rule_changelist"))

    def delete_model(self, request: HttpRequest, obj: Rule) -> None:
        rulebook.remove(obj, request.user)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet) -> list:
        """The record of changes tells it, with what the rule said."""
        return []

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        """What was changed in it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rule = self.get_object(request, object_id)
        if rule is None:
            raise Http404
        changes = reverse("admin:moderation_rulechange_changelist")
        return HttpResponseRedirect(f"{changes}?rule_number={rule.pk}")


def _day(day) -> str:
    return format_date(day, "j M Y")


NAMES = {
    "kind": "kind",
    "pattern": "looks for",
    "action": "what it does",
    "reason": "reason suggested",
    "explanation": "explanation",
    "until": "until",
    "is_on": "switched on",
}


@admin.register(RuleChange)
class RuleChangeAdmin(ReadOnlyAdmin):
    """The record: who changed which rule, and what it said before and after."""

    list_display = ("version", "minute", "actor", "what", "told")
    list_display_links = ("version",)
    list_filter = ("what",)
    list_per_page = 100
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    fields = readonly_fields = ("version", "minute", "actor", "what", "told")

    @property
    def media(self):
        return super().media + MEDIA

    def changelist_view(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        title = {"title": "Changes of rules"}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        title = {"title": "A change of a rule", "subtitle": None}
        return super().change_view(
            request, object_id, form_url, {**title, **(extra_context or {})}
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        raise Http404("A change has no history: it never changes.")

    @admin.display(description="version")
    def version(self, change: RuleChange) -> int:
        return change.number

    @admin.display(description="time")
    def minute(self, change: RuleChange) -> str:
        return words.moment(change.at)

    @admin.display(description="what was changed")
    def told(self, change: RuleChange) -> str:
        lines = ((line,) for line in _lines(change))
        return format_html_join("", "<div>{}</div>", lines)


def _lines(change: RuleChange) -> Iterable[str]:
    """“looks for: casino → cas?no”, and of a new or removed rule all that it said."""
    before, after = change.before or {}, change.after or {}
    for name, called in NAMES.items():
        old, new = _value(name, before), _value(name, after)
        if change.before and change.after:
            if old != new:
                yield f"{called}: {old or '–'} → {new or '–'}"
        elif old or new:
            yield f"{called}: {old or new}"


def _value(name: str, said: dict) -> str:
    if name not in said:
        return ""
    value = said[name]
    if name == "is_on":
        return "yes" if value else "no"
    if name == "until":
        field = Rule._meta.get_field("until")
        return words.moment(field.to_python(value)) if value else ""
    choices = dict(Rule._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))
