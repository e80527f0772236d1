"""What forms of the editing side share: texts, times, and who saved meanwhile."""

import datetime
import hashlib
import json
from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils.safestring import SafeString


class Text(forms.CharField):
    """A long text, kept as it was typed.

    Browsers send every new line as CR LF. Taken over, that would turn each imported
    post into an edited one when it is merely saved.
    """

    widget = forms.Textarea

    def __init__(self, **kwargs) -> None:
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: object) -> str:
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


def moment(day: datetime.date | None, clock: datetime.time | None) -> datetime.datetime:
    """What a day and a time of the site's clock mean.

    Raises ``ValidationError``, with the part that is to be changed as its ``code``.
    """
    if day is None:
        raise ValidationError("Choose the day as well.", code="date")
    if clock is None:
        raise ValidationError("Choose the time of day as well.", code="time")
    try:
        return from_current_timezone(datetime.datetime.combine(day, clock))
    except ValidationError as error:
        raise ValidationError(
            "The clocks change on that day, and this time comes twice or not at all. "
            "Choose another hour.",
            code="time",
        ) from error


class DayAndTime(forms.SplitDateTimeField):
    """Both or neither, by the site's clock."""

    def compress(self, data_list: list) -> datetime.datetime | None:
        day, clock = data_list or (None, None)
        return moment(day, clock) if day or clock else None


class OpenedForm(forms.ModelForm):
    """Tells what was stored when it was opened, so that nobody writes over something
    that he has not seen."""

    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.stored = ""
        if self.instance.pk:
            values = json.dumps(self.stored_values(), default=str)
            self.stored = hashlib.sha256(values.encode()).hexdigest()
        self.initial["opened"] = self.stored

    def stored_values(self) -> Sequence:
        """What the form answers for, of an instance that is stored."""
        raise NotImplementedError

    def refuse_if_changed(self, field: str, message: str | SafeString) -> None:
        """Refuses once, at a field, where somebody else saved since it was opened; sent
        again, the form has seen what is stored now."""
        if self.cleaned_data.get("opened", "") == self.stored:
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("opened")] = self.stored
        self.add_error(field, message)
