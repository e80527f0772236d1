"""All addresses of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from . import health

urlpatterns = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path(settings.ADMIN_PATH, admin.site.urls),
    path("", include("blog.urls")),
    path("", include("moderation.urls")),
]

handler404 = "blog.views.not_found"
