"""The form of a comment, without a session, a cookie or a token of its own."""

from django import forms
from django.core.exceptions import ValidationError

from .discussion import cleaning, pseudonyms
from .models import Comment
from .names import is_reserved, looks_like_handle, looks_like_tag

LONGEST = 8000
LONGEST_NAME = 60
UNSIGNED = ("anon", "anonymous")


class ContributionForm(forms.Form):
    """Text, name and pass-phrase, cleaned; ``website`` is the trap that people do not
    see.

    A pass-phrase is on no page that comes back: whoever has to fill in the form again
    types it again. A reply begins with what it ``answers``, by name or handle.
    """

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
    phrase = forms.CharField(required=False, strip=False)
    site_wide = forms.BooleanField(required=False)
    unclaim = forms.BooleanField(required=False)
    website = forms.CharField(required=False)
    earlier = forms.CharField(required=False)

    def __init__(
        self, *args: object, answers: Comment | None = None, **kwargs: object
    ) -> None:
        known = answers and (answers.name or answers.handle)
        self.address = f"@{known} " if known else ""
        kwargs.setdefault("initial", {"text": self.address})
        super().__init__(*args, **kwargs)

    def clean_text(self) -> str:
        text = cleaning.text(self.cleaned_data["text"])
        if not text or text == self.address.strip():
            raise ValidationError("Write something first.")
        if len(text) > LONGEST:
            raise ValidationError(
                f"This has {len(text):,} characters; {LONGEST:,} are the most. "
                "Shorten it or send it in two parts. Nothing of it is lost meanwhile."
            )
        return text

    def clean_name(self) -> str:
        name = cleaning.name(self.cleaned_data["name"])
        if name.casefold() in UNSIGNED:
            return ""  # as the page calls those without a name
        if len(name) > LONGEST_NAME:
            raise ValidationError(
                f"This name has {len(name)} characters; {LONGEST_NAME} are the most."
            )
        if is_reserved(name):
            raise ValidationError(
                "This name belongs to the editor or a moderator, or looks like theirs. "
                "Choose another, or leave it empty."
            )
        if looks_like_handle(name):
            raise ValidationError(
                "This is how comments without a name are called. Choose a name that "
                "holds no time, or leave it empty."
            )
        if looks_like_tag(name):
            raise ValidationError(
                "This name ends like the tag of a claimed name. Choose another, or "
                "claim it with a pass-phrase."
            )
        return name

    def clean_phrase(self) -> str:
        phrase = pseudonyms.normalised(self.cleaned_data["phrase"])
        if phrase and len(phrase) < pseudonyms.SHORTEST:
            raise ValidationError(
                f"This pass-phrase has {len(phrase)} characters; "
                f"{pseudonyms.SHORTEST} are the fewest. A short one can be guessed."
            )
        if len(phrase) > pseudonyms.LONGEST:
            raise ValidationError(
                f"This pass-phrase has {len(phrase)} characters; "
                f"{pseudonyms.LONGEST} are the most."
            )
        return phrase

    def clean(self) -> dict:
        fields = super().clean()
        if fields.get("phrase") and fields.get("name") == "":
            self.add_error(
                "name",
                "A pass-phrase claims a name: write one, or leave the phrase empty.",
            )
        return fields
