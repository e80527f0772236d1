"""The admin site, named after what it is for."""

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig


class CandourAdminSite(AdminSite):
    """Django's admin in the site's own words."""

    site_title = settings.SITE_NAME
    site_header = settings.SITE_NAME
    index_title = "What would you like to do?"
    enable_nav_sidebar = True


class CandourAdminConfig(AdminConfig):
    default_site = "config.admin.CandourAdminSite"
