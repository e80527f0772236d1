"""Settings of a site that needs no collected static files."""

from config.settings import *  # noqa: F403
from config.settings import STORAGES

STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
