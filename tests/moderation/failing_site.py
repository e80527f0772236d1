"""Settings of a site whose sending fails once it has read the form; mails are files."""

from config.settings import *  # noqa: F403
from config.settings import DATA_DIR
from tests.mailing import settings_for

ROOT_URLCONF = "tests.moderation.failing_urls"
globals().update(settings_for("filebased", file_path=str(DATA_DIR / "mails")))
