"""Which admin site it is. This is read before models are: the site is elsewhere."""

from django.contrib.admin.apps import AdminConfig


class CandourAdminConfig(AdminConfig):
    default_site = "config.admin_site.CandourAdminSite"
