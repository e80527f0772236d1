"""Labels as editors write them: a line of names with commas between them."""

import csv
from collections.abc import Callable, Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .addresses import is_lost_in_address
from .models import Label

LABEL_LENGTH = Label._meta.get_field("name").max_length


def parse_labels(text: str) -> list[str]:
    """The names in a list separated by commas; a name with a comma is in quotes.

    Space is made single, and a name that comes twice, in whatever case, is taken once.
    Raises ``ValidationError`` for a quote that is not closed, a long name and one that
    no address can hold.
    """
    line = " ".join(text.split())
    # With one more comma the last cell is empty, unless a quote has swallowed it.
    try:
        cells = next(csv.reader([line + ","], skipinitialspace=True))
    except csv.Error as error:
        raise ValidationError("This is too long for a list of labels.") from error
    if cells[-1]:
        raise ValidationError(
            'A quotation mark is not closed. Write a label that holds a comma as "Pay, '
            'pensions".'
        )
    names = {}
    for cell in cells:
        name = " ".join(cell.split())
        if len(name) > LABEL_LENGTH:
            raise ValidationError(
                f"The label “{name[:40]}…” has {len(name)} characters; "
                f"at most {LABEL_LENGTH} fit."
            )
        check_address(name)
        if name:
            names.setdefault(same_name(name), name)
    return list(names.values())


def check_address(name: str) -> None:
    if is_lost_in_address(name):
        raise ValidationError(
            f"“{name}” cannot be a label: its name stands in an address, and there "
            "browsers leave out . and .. by themselves or between slashes."
        )


def labels_as_text(names: Iterable[str]) -> str:
    """The text that ``parse_labels`` reads back."""
    return ", ".join(
        '"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name
        for name in names
    )


def labels_for(names: Iterable[str]) -> list[Label]:
    """The labels of these names; one that exists in another case is used as it is."""
    names = list(names)
    if not names:
        return []
    # Compared here: SQLite knows the case of ASCII letters only.
    exact, alike = {}, {}
    for label in Label.objects.order_by("pk"):
        exact[label.name] = label
        alike.setdefault(same_name(label.name), label)
    return [
        exact.get(name)
        or alike.get(same_name(name))
        or Label.objects.get_or_create(name=name)[0]
        for name in names
    ]


def same_name(name: str) -> str:
    return " ".join(name.split()).casefold()


class LabelsInput(forms.TextInput):
    """One line of text with the known labels as suggestions.

    Without JavaScript browsers complete the first label; post.js does it for each.
    """

    def __init__(self, known: Callable[[], Iterable[str]], attrs: dict) -> None:
        super().__init__(attrs)
        self.known = known

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        list_id = f"{(attrs or {}).get('id', name)}_known"
        attrs = {**(attrs or {}), "list": list_id}
        return format_html(
            '{}<datalist id="{}">{}</datalist>',
            super().render(name, value, attrs, renderer),
            list_id,
            format_html_join(
                "",
                '<option value="{}"></option>',
                ([labels_as_text([label])] for label in self.known()),
            ),
        )


def known_labels() -> Iterable[str]:
    return Label.objects.values_list("name", flat=True)


class LabelForm(forms.ModelForm):
    """Names or renames a label."""

    class Meta:
        model = Label
        fields = ("name",)

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        check_address(name)
        others = Label.objects.exclude(pk=self.instance.pk)
        for other in others.values_list("name", flat=True):
            if same_name(other) == same_name(name):
                raise ValidationError(
                    f"There is a label “{other}” already. Two labels cannot be merged "
                    "here; give its posts the other label instead."
                )
        return name
