"""The admin site, named after what it is for."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse


class CandourAdminSite(AdminSite):
    """Django's admin in the site's own words."""

    site_title = settings.SITE_NAME
    site_header = settings.SITE_NAME
    index_title = "What would you like to do?"
    enable_nav_sidebar = True

    def index(
        self, request: HttpRequest, extra_context: dict | None = None
    ) -> HttpResponse:
        """The first page: the blog in plain words, the rest as Django lists it."""
        apps = self.get_app_list(request)
        blog = {
            model["object_name"]: model
            for app in apps
            if app["app_label"] == "blog"
            for model in app["models"]
        }
        others = [app for app in apps if app["app_label"] != "blog"]
        return super().index(
            request, {"blog": blog, "other_apps": others, **(extra_context or {})}
        )


class CandourAdminConfig(AdminConfig):
    default_site = "config.admin.CandourAdminSite"
