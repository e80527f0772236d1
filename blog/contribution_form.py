"""The form of a comment, without a session, a cookie or a token of its own."""

from django import forms
from django.core.exceptions import ValidationError

from .discussion import cleaning
from .names import is_reserved

LONGEST = 8000
LONGEST_NAME = 60


class ContributionForm(forms.Form):
    """Text and name, cleaned; ``website`` is the trap: people do not see it."""

    text = forms.CharField(
        label="Your comment",
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": LONGEST}),
        strip=False,
        error_messages={"required": "Write something first."},
    )
    name = forms.CharField(
        label="Name (optional)",
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "maxlength": LONGEST_NAME}
        ),
    )
    website = forms.CharField(required=False)
    earlier = forms.CharField(required=False)

    def clean_text(self) -> str:
        text = cleaning.text(self.cleaned_data["text"])
        if not text:
            raise ValidationError("Write something first.")
        if len(text) > LONGEST:
            raise ValidationError(
                f"This has {len(text):,} characters; {LONGEST:,} are the most. "
                "Shorten it or send it in two parts. Nothing of it is lost meanwhile."
            )
        return text

    def clean_name(self) -> str:
        name = cleaning.name(self.cleaned_data["name"])
        if len(name) > LONGEST_NAME:
            raise ValidationError(
                f"This name has {len(name)} characters; {LONGEST_NAME} are the most."
            )
        if is_reserved(name):
            raise ValidationError(
                "This name belongs to the editor or a moderator, or looks like theirs. "
                "Choose another, or leave it empty."
            )
        return name
