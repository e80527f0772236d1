"""The pages of signing in and of one's own account. ``config`` gives them addresses in
the admin, and says whom they are for."""

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_post_parameters

from . import devices, factors, sessions
from .forms import (
    MANY_WRONG,
    WAIT,
    CodeForm,
    ConfirmForm,
    OwnPasswordForm,
    PasswordForm,
    SignInForm,
)

FOLDER = "admin/account/"
TIME_FOR_CODE = timedelta(minutes=10)  # between password and code
NEW_SECRET = "moderation.new_secret"  # noqa: S105 - where in the session it stands
PROVED_AT = "moderation.proved_at"
STAYS_PROVED = 10 * 60  # seconds; so long a secret that nobody confirmed is offered
FEW_CODES = 3
SECRETS = ("password", "one_time_code")


def must_set_up(request: HttpRequest) -> bool:
    """Whether somebody who is signed in may do nothing before she has a factor."""
    return settings.REQUIRE_SECOND_FACTOR and not request.session.get(sessions.PROVED)


class SignIn(LoginView):
    """Name and password; who has a second factor goes on to the code."""

    form_class = SignInForm
    template_name = "admin/login.html"

    def get_default_redirect_url(self) -> str:
        return reverse("admin:index")

    def form_valid(self, form: SignInForm) -> HttpResponse:
        request, user = self.request, form.get_user()
        where = self.get_success_url()
        with transaction.atomic():
            if factors.locked(user) is None:
                return HttpResponseRedirect(request.get_full_path())
            if not factors.has(user):
                # Nothing stays of who sat here before: no secret that was offered.
                request.session.flush()
                login(request, user)
                _prove(request)
                sessions.begin(request.session, with_factor=False)
                return _remembered(HttpResponseRedirect(where), user)
        request.session.flush()
        request.session.set_expiry(timezone.now() + TIME_FOR_CODE)
        request.session[sessions.HALFWAY] = {
            "user": str(user.pk),
            "password": user.get_session_auth_hash(),
            "next": where,
        }
        return HttpResponseRedirect(reverse("admin:login_code"))

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        return _slowed(super().form_invalid(form), form)


@sensitive_post_parameters(*SECRETS)
def code(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The second step, for ten minutes after the password was right."""
    halfway = request.session.get(sessions.HALFWAY)
    user = _halfway(halfway)
    if user is None:
        return HttpResponseRedirect(reverse("admin:login"))
    form = CodeForm(user, request, request.POST or None)
    if request.method == "POST":
        with transaction.atomic():
            factors.locked(user)
            if form.is_valid():
                login(request, user)
                sessions.begin(request.session, with_factor=True)
                _tell(request, form.checked)
                return _remembered(HttpResponseRedirect(halfway["next"]), user)
    context = {**site.each_context(request), "title": "Code", "form": form}
    return _slowed(TemplateResponse(request, f"{FOLDER}code.html", context), form)


def _halfway(halfway: dict | None) -> User | None:
    """Who has typed the password, if it and the account are still good."""
    if not halfway:
        return None
    user = User.objects.filter(pk=halfway["user"], is_active=True, is_staff=True)
    found = user.first()
    if found is None:
        return None
    now = found.get_session_auth_hash()
    return found if constant_time_compare(now, halfway["password"]) else None


def _remembered(response: HttpResponse, user: User) -> HttpResponse:
    """The browser keeps the mark of who has just signed in: a cookie for the admin
    alone, like that of the session."""
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        devices.mark_for(user),
        max_age=devices.KEPT,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )
    return response


def _tell(request: HttpRequest, checked: factors.Checked) -> None:
    if checked.wrong_before >= MANY_WRONG:
        messages.warning(
            request,
            f"{checked.wrong_before} wrong codes were typed before this one. If it was "
            "not you, somebody knows your password: change it now.",
        )
    if checked.left is not None:
        words = f"This recovery code is used up; {checked.left} are left."
        if checked.left <= FEW_CODES:
            words += " Make new ones under “Your account”."
        messages.warning(request, words)


def _slowed(response: HttpResponse, form: BaseForm) -> HttpResponse:
    """429 for what was not even looked at."""
    errors = form.errors.as_data()
    if any(error.code == WAIT for found in errors.values() for error in found):
        response.status_code = 429
    return response


# One's own account


def account(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """What protects the account, and where else it is signed in."""
    context = {
        **site.each_context(request),
        "title": "Your account",
        "since": factors.since(request.user),
        "codes_left": factors.recovery_codes_left(request.user),
        "may_lack_codes": factors.may_lack_codes(request.user),
        "elsewhere": sessions.elsewhere(request.user, request.session.session_key),
        "is_required": settings.REQUIRE_SECOND_FACTOR,
        "longest": sessions.LONGEST.seconds // 3600,
    }
    return TemplateResponse(request, f"{FOLDER}account.html", context)


def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Ends all sessions of the account, this one too; the browser forgets whose it
    was."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:account"))
    sessions.end_others(request.user)
    logout(request)
    response = HttpResponseRedirect(reverse("admin:login"))
    response.delete_cookie(
        settings.DEVICE_COOKIE_NAME,
        path=settings.SESSION_COOKIE_PATH,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )
    return response


class ChangePassword(PasswordChangeView):
    """Django's page; the account is signed out everywhere else."""

    form_class = OwnPasswordForm
    template_name = "registration/password_change_form.html"

    def get_success_url(self) -> str:
        return reverse("admin:password_change_done")

    def get_form_kwargs(self) -> dict:
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: OwnPasswordForm) -> HttpResponse:
        response = super().form_valid(form)
        sessions.end_others(self.request.user, self.request.session.session_key)
        return _remembered(response, self.request.user)

    def form_invalid(self, form: OwnPasswordForm) -> HttpResponse:
        return _slowed(super().form_invalid(form), form)


@sensitive_post_parameters(*SECRETS)
def second_factor(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Sets a factor up, replaces or removes it, or makes new recovery codes."""
    own = factors.current(request.user)
    if own and must_set_up(request):
        # Signed in before there was one, and not with it.
        logout(request)
        return HttpResponseRedirect(reverse("admin:login"))
    do = request.POST.get("do", "") if request.method == "POST" else ""
    draw = partial(_page, request, site)
    if do == "confirm" and _is_proved(request):
        return _confirm(request, draw, own)
    if not own:
        return _begin(request, draw, is_late=do == "confirm")
    if do == "kept":
        factors.keep_codes(request.user)
        return HttpResponseRedirect(reverse("admin:index"))
    acts = ["replace", "codes"] + ["remove"] * (not settings.REQUIRE_SECOND_FACTOR)
    if do not in acts:
        return draw("prove.html", proof=CodeForm(request.user, request))
    proof = CodeForm(request.user, request, request.POST)
    if not proof.is_valid():
        return _slowed(draw("prove.html", proof=proof, do=do), proof)
    own_key = request.session.session_key
    if do == "replace":
        _prove(request)
        return draw("set_up.html", **_offer(request), replaces=True)
    if do == "codes":
        codes = factors.new_recovery_codes(request.user, own_key)
        return draw("recovery_codes.html", codes=codes)
    factors.remove(request.user, own_key)
    request.session[sessions.PROVED] = False
    messages.success(request, "The second factor is removed.")
    return HttpResponseRedirect(reverse("admin:account"))


def _begin(request: HttpRequest, draw: partial, *, is_late: bool) -> HttpResponse:
    """Offers a first factor to who has typed the password a short while ago: else who
    finds a session open would see the secret of a factor to come.

    ``is_late``: a code was sent that came too late.
    """
    if not _is_proved(request):
        typed = request.POST if "password" in request.POST else None
        proof = PasswordForm(request.user, request, typed)
        if not proof.is_valid():
            page = draw("prove_password.html", proof=proof, is_late=is_late)
            return _slowed(page, proof)
        _prove(request)
    return draw("set_up.html", **_offer(request))


def _confirm(request: HttpRequest, draw: partial, own: int | None) -> HttpResponse:
    """``own``: the factor that there was when this was asked."""
    form = ConfirmForm(request.POST)
    secret = request.session.get(NEW_SECRET)
    if secret and form.is_valid():
        try:
            codes = factors.set_up(
                request.user,
                secret,
                form.cleaned_data["one_time_code"],
                request.session.session_key,
                replaces=own,
            )
        except factors.Overtaken:
            # Nothing is stored in the session, which may have another number by now.
            proof = CodeForm(request.user, request)
            page = draw("prove.html", proof=proof, is_overtaken=True)
            page.status_code = 409
            return page
        if codes:
            for name in (NEW_SECRET, PROVED_AT):
                request.session.pop(name, None)
            # Another number of the session: what knew the old one knows nothing now.
            request.session.cycle_key()
            request.session[sessions.PROVED] = True
            return draw("recovery_codes.html", codes=codes, is_new=True)
        form.add_error(
            "one_time_code",
            "This is not the code of this secret. Is the clock of the device right? "
            "Wait for the next code and type that.",
        )
    return draw("set_up.html", **_offer(request), form=form, replaces=own is not None)


def _offer(request: HttpRequest) -> dict:
    """A secret of which nothing is stored but in the session, until it is confirmed."""
    secret = request.session.get(NEW_SECRET)
    if secret is None:
        secret = request.session[NEW_SECRET] = factors.new_secret()
    name = request.user.get_username()
    return {
        "secret": factors.as_text(secret),
        "picture": factors.as_picture(secret, name, settings.SITE_NAME),
    }


def _prove(request: HttpRequest) -> None:
    """Somebody has just shown who she is; what is offered from now on is new."""
    request.session[PROVED_AT] = timezone.now().timestamp()
    request.session.pop(NEW_SECRET, None)


def _is_proved(request: HttpRequest) -> bool:
    at = request.session.get(PROVED_AT, 0)
    return timezone.now().timestamp() - at < STAYS_PROVED


def _page(request: HttpRequest, site: AdminSite, template: str, **more) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": "Second factor",
        "is_nav_sidebar_enabled": False,
        "must_set_up": must_set_up(request),
        "is_required": settings.REQUIRE_SECOND_FACTOR,
        "codes_left": factors.recovery_codes_left(request.user),
        "form": ConfirmForm(),
        **more,
    }
    return TemplateResponse(request, f"{FOLDER}{template}", context)
