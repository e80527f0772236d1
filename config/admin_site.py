"""The admin site, named after what it is for, with a door of its own."""

from collections.abc import Callable
from functools import partial, update_wrapper

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from blog.models import ImportNote
from moderation.accounts import views

from .signed_out import give_back


class CandourAdminSite(AdminSite):
    """Django's admin in the site's own words."""

    site_title = settings.SITE_NAME
    site_header = settings.SITE_NAME
    index_title = "What would you like to do?"
    enable_nav_sidebar = True

    def index(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        """The first page: blog and queue in plain words, the rest as Django has it."""
        found = self.get_app_list(request)
        ours = {
            label: {
                model["object_name"]: model
                for app in found
                if app["app_label"] == label
                for model in app["models"]
            }
            for label in ("blog", "moderation")
        }
        others = [app for app in found if app["app_label"] not in ours]
        context = {**ours, "other_apps": others, **(extra_context or {})}
        if "ImportBatch" in ours["blog"]:
            notes = ImportNote.objects
            context["open_notes"] = notes.filter(settled=False).count()
        return super().index(request, context)

    # The door

    def has_permission(self, request: HttpRequest) -> bool:
        """Nothing but the way out is open before a required factor is set up."""
        if not super().has_permission(request):
            return False
        is_way_out = request.path == reverse("admin:logout")
        return is_way_out or not views.must_set_up(request)

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        """Whoever is not let in and has written something gets it back."""
        inner = super().admin_view(view, cacheable)

        def door(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            # A script reads the way to the login, and keeps what stands in its page.
            is_form = "application/json" not in request.headers.get("Accept", "")
            if (
                request.method == "POST"
                and is_form
                and not self.has_permission(request)
            ):
                return give_back(request) or inner(request, *args, **kwargs)
            return inner(request, *args, **kwargs)

        return update_wrapper(door, inner)

    def get_urls(self) -> list[URLPattern]:
        own = self.admin_view
        return [
            path("login/code/", self.login_code, name="login_code"),
            path("account/", own(partial(views.account, site=self)), name="account"),
            path("account/second-factor/", self.second_factor, name="account_factor"),
            path(
                "account/sign-out-everywhere/",
                own(views.sign_out_everywhere),
                name="account_sign_out",
            ),
            *super().get_urls(),
        ]

    @method_decorator((never_cache, sensitive_post_parameters()))
    @login_not_required
    def login(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        """Name and password."""
        if super().has_permission(request) and views.must_set_up(request):
            return HttpResponseRedirect(reverse("admin:account_factor"))
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        context = {
            **self.each_context(request),
            "title": "Log in",
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        if REDIRECT_FIELD_NAME not in request.GET | request.POST:
            context[REDIRECT_FIELD_NAME] = reverse("admin:index")
        request.current_app = self.name
        return views.SignIn.as_view(extra_context=context)(request)

    @method_decorator((never_cache, csrf_protect))
    @login_not_required
    def login_code(self, request: HttpRequest) -> HttpResponse:
        """The code, after the password."""
        return views.code(request, self)

    @method_decorator((never_cache, csrf_protect))
    def second_factor(self, request: HttpRequest) -> HttpResponse:
        """Open also to who may do nothing else before it is set up."""
        if not super().has_permission(request):
            return HttpResponseRedirect(
                f"{reverse('admin:login')}?{REDIRECT_FIELD_NAME}={request.path}"
            )
        return views.second_factor(request, self)

    @method_decorator(never_cache)
    def password_change_done(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        """Django's, which caches may keep; it names who is signed in."""
        return super().password_change_done(request, extra_context)

    @method_decorator(never_cache)
    def password_change(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        """Somebody's own password."""
        request.current_app = self.name
        context = {**self.each_context(request), **(extra_context or {})}
        return views.ChangePassword.as_view(extra_context=context)(request)
