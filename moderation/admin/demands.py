"""What the owner tells of official demands: entries are added, and never changed."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from moderation.models import Demand

OF_DEMAND = ("year", "from_whom", "asked", "handed_over")
EARLIEST = 1990


class DemandForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label="What is told", choices=Demand.Kind.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = Demand
        fields = ("kind", *OF_DEMAND, "corrects")
        widgets = {
            "asked": forms.Textarea({"rows": 3, "maxlength": 500}),
            "handed_over": forms.Textarea({"rows": 3, "maxlength": 500}),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "corrects" in self.fields:
            field = self.fields["corrects"]
            field.queryset = Demand.objects.standing()
            field.empty_label = "None: it is a new one"
            # Of the admin's own: here one is chosen from those that there are.
            field.widget.can_add_related = field.widget.can_view_related = False

    def clean(self) -> dict:
        fields = super().clean()
        if fields.get("kind") == Demand.Kind.NONE:
            if any(fields.get(name) for name in (*OF_DEMAND, "corrects")):
                raise ValidationError(
                    "Either a demand came or none did: leave the rest empty, or choose "
                    "that one came."
                )
        elif fields.get("kind"):
            for name in OF_DEMAND:
                if not fields.get(name) and name not in self.errors:
                    self.add_error(name, "Say this, too.")
        year = fields.get("year")
        if year and not EARLIEST <= year <= timezone.localdate().year:
            self.add_error("year", "Say the year in which it came, in four figures.")
        return fields


@admin.register(Demand)
class DemandAdmin(admin.ModelAdmin):
    form = DemandForm
    list_display = ("__str__", "asked", "handed_over", "said_on", "said_by", "stands")
    list_select_related = ("corrected_by",)
    list_per_page = 50
    show_full_result_count = False
    sortable_by = ()
    actions = None

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context=None
    ) -> HttpResponse:
        title = {
            "title": "Tell of official demands",
            "show_save_and_add_another": False,
        }
        context = {**title, "show_save_and_continue": False, **(extra_context or {})}
        return super().add_view(request, form_url, context)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Demand, form, change) -> None:
        obj.said_on = timezone.localdate()
        obj.said_by = request.user.get_username()
        super().save_model(request, obj, form, change)

    def log_addition(self, request: HttpRequest, obj: Demand, message) -> None:
        """Who added it and when stands in the entry itself."""

    @admin.display(description="stands", boolean=True)
    def stands(self, demand: Demand) -> bool:
        return not hasattr(demand, "corrected_by")
