"""The form of a complaint: what is missing is no error, for it is kept all the same."""

from django import forms
from django.core.exceptions import ValidationError

from blog.discussion import cleaning

from .complaints import LONGEST, Given
from .notices import DEFAMATION, KINDS

LONGEST_NAME, LONGEST_EMAIL = 100, 254
TEXTS = ("statement", "why", "meaning", "wrong")
_YES_OR_NO = {"yes": True, "no": False}


def _text() -> forms.CharField:
    return forms.CharField(required=False, strip=False)


def _question() -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False, choices=[("yes", "Yes"), ("no", "No")], initial=""
    )


class ComplaintForm(forms.Form):
    """Everything a notice may say; ``website`` is the trap: people do not see it."""

    kind = forms.ChoiceField(
        choices=[(kind.code, kind.label) for kind in KINDS],
        initial=DEFAMATION,
        error_messages={
            "required": "Choose what the complaint is about.",
            "invalid_choice": "Choose what the complaint is about.",
        },
    )
    name = forms.CharField(required=False)
    email = forms.CharField(required=False)
    statement, why, meaning, wrong = _text(), _text(), _text(), _text()
    unknown_author = forms.BooleanField(required=False)
    pass_name, pass_email = _question(), _question()
    good_faith = forms.BooleanField(required=False)
    website = forms.CharField(required=False)
    ticket = forms.CharField(required=False)

    def clean_name(self) -> str:
        return _short(cleaning.name(self.cleaned_data["name"]), LONGEST_NAME)

    def clean_email(self) -> str:
        return _short(cleaning.name(self.cleaned_data["email"]), LONGEST_EMAIL)

    def clean(self) -> dict:
        fields = super().clean()
        for name in TEXTS:
            try:
                fields[name] = _short(cleaning.text(fields.get(name, "")), LONGEST)
            except ValidationError as error:
                self.add_error(name, error)
        if not self.errors and not any(
            fields[name] for name in (*TEXTS, "name", "email")
        ):
            raise ValidationError("Write something first. Nothing was sent.")
        return fields

    @property
    def given(self) -> Given:
        """What a good form says."""
        fields = self.cleaned_data
        said = {name: fields[name] for name in (*TEXTS, "name", "email")}
        for name in ("unknown_author", "good_faith"):
            said[name] = fields[name]
        for name in ("pass_name", "pass_email"):
            said[name] = _YES_OR_NO.get(fields[name])
        return Given(**said)


def _short(value: str, longest: int) -> str:
    if len(value) > longest:
        raise ValidationError(
            f"This has {len(value):,} characters; {longest:,} are the most."
        )
    return value
