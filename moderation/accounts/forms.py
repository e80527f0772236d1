"""What is typed to sign in, and to prove again who one is."""

from django import forms
from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from blog.contributing import network_address

from . import devices, factors, guessing
from .words import in_words

WAIT = "wait"  # the code of the error, beside the words
LONGEST_CODE = 60
MANY_WRONG = 3  # codes: from then on it may be somebody else
WRONG_CODE = (
    "This code is not right, or was used already. A code counts for about a minute and "
    "once; a recovery code has four groups of four letters and figures."
)


def attempt(name: str, request: HttpRequest) -> guessing.Attempt:
    """Raises ValidationError where nothing may be checked for this name now."""
    mark = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    tried = guessing.attempt(name, network_address(request), devices.read(mark))
    if tried.wait:
        raise ValidationError(
            f"Too many tries: wait {in_words(tried.wait)} and try again. Nothing is "
            "locked.",
            code=WAIT,
        )
    return tried


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
        tried = attempt(name, self.request)
        cleaned = super().clean()
        guessing.was_right(tried)
        return cleaned


class _OfUser(forms.Form):
    """A form of somebody whose password was right already."""

    def __init__(self, user: User, request: HttpRequest, *args, **options) -> None:
        super().__init__(*args, **options)
        self.user, self._request = user, request
        self.checked = factors.Checked()

    def _check_code(self, code: str) -> None:
        """Raises ValidationError unless the code is right."""
        tried = attempt(self.user.get_username(), self._request)
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
        tried = attempt(self.user.get_username(), self._request)
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError("This is not your password.")
        guessing.was_right(tried)
        return password


class OwnPasswordForm(AdminPasswordChangeForm):
    """Django's, but the old password is not guessed faster here than at the door."""

    def __init__(self, *args, request: HttpRequest, **options) -> None:
        super().__init__(*args, **options)
        self._request = request

    def clean_old_password(self) -> str:
        tried = attempt(self.user.get_username(), self._request)
        password = super().clean_old_password()
        guessing.was_right(tried)
        return password


class ConfirmForm(forms.Form):
    """The first code of a new factor."""

    one_time_code = CodeField(label="Code that it shows now")
