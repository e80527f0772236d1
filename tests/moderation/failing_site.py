"""Settings of a site whose sending fails once it has read the form; mails are files."""

from config.settings import *  # noqa: F403
from config.settings import DATA_DIR

ROOT_URLCONF = "tests.moderation.failing_urls"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mails"
