"""The admin site, named after what it is for."""

from django.apps import apps
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
            # Models cannot be imported in this module: it is read before them.
            notes = apps.get_model("blog", "ImportNote").objects
            context["open_notes"] = notes.filter(settled=False).count()
        return super().index(request, context)


class CandourAdminConfig(AdminConfig):
    default_site = "config.admin.CandourAdminSite"
