"""What is typed to sign in, and to prove again who one is."""

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from blog.contributing import network_address

from . import factors, guessing
from .words import in_words

WAIT = "wait"  # the code of the error, beside the words
LONGEST_CODE = 60
MANY_WRONG = 3  # codes: from then on it may be somebody else
WRONG_CODE = (
    "This code is not right, or was used already. A code counts for about a minute and "
    "once; a recovery code has four groups of four letters and figures."
)


def too_many(seconds: int) -> ValidationError:
    return ValidationError(
        f"Too many tries: wait {in_words(seconds)} and try again. Nothing is locked.",
        code=WAIT,
    )


class CodeField(forms.CharField):
    """A code of the minute, or a recovery code."""

    def __init__(self, **options) -> None:
        widget = forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "size": 22,
            }
        )
        super().__init__(max_length=LONGEST_CODE, widget=widget, **options)


class SignInForm(AdminAuthenticationForm):
    """Name and password, at a pace."""

    def clean(self) -> dict:
        name = self.cleaned_data.get("username")
        if name is None or not self.cleaned_data.get("password"):
            return super().clean()
        if len(name) > self.fields["username"].max_length:
            # Nobody's, and to compare it with others would cost what its sender likes.
            raise self.get_invalid_login_error()
        tried = guessing.attempt(name, network_address(self.request))
        if tried.wait:
            raise too_many(tried.wait)
        cleaned = super().clean()
        guessing.was_right(tried)
        return cleaned


class _OfUser(forms.Form):
    """A form of somebody whose password was right already."""

    def __init__(self, user: User, address: str, *args, **options) -> None:
        super().__init__(*args, **options)
        self.user, self._address = user, address
        self.checked = factors.Checked()

    def _check_code(self, code: str) -> None:
        """Raises ValidationError unless the code is right."""
        tried = guessing.attempt(self.user.get_username(), self._address)
        if tried.wait:
            raise too_many(tried.wait)
        self.checked = factors.check(self.user, code)
        if self.checked.wait:
            words = f"Wrong codes were typed: wait {in_words(self.checked.wait)}."
            if self.checked.wrong_before >= MANY_WRONG:
                words += (
                    " If it was not you, somebody knows your password: ask the owner "
                    "of the site to change it."
                )
            raise ValidationError(words, code=WAIT)
        if not self.checked.is_right:
            raise ValidationError(WRONG_CODE)
        guessing.was_right(tried)


class CodeForm(_OfUser):
    """The second step of signing in; also before anything about the factor changes, for
    which the password alone is not enough: a factor is there for who knows that."""

    one_time_code = CodeField(label="Code")

    def clean_one_time_code(self) -> str:
        self._check_code(code := self.cleaned_data["one_time_code"])
        return code


class PasswordForm(_OfUser):
    """The password once more, before somebody sets a first factor up."""

    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean_password(self) -> str:
        tried = guessing.attempt(self.user.get_username(), self._address)
        if tried.wait:
            raise too_many(tried.wait)
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError("This is not your password.")
        guessing.was_right(tried)
        return password


class OwnPasswordForm(AdminPasswordChangeForm):
    """Django's, but the old password is not guessed faster here than at the door."""

    def __init__(self, *args, address: str, **options) -> None:
        super().__init__(*args, **options)
        self._address = address

    def clean_old_password(self) -> str:
        tried = guessing.attempt(self.user.get_username(), self._address)
        if tried.wait:
            raise too_many(tried.wait)
        password = super().clean_old_password()
        guessing.was_right(tried)
        return password


class ConfirmForm(forms.Form):
    """The first code of a new factor."""

    one_time_code = CodeField(label="Code that it shows now")
