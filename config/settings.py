"""The settings of the site, all of them from the environment (docs/settings.md)."""

from pathlib import Path

import django

from . import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "data")

PRODUCTION = (
    env.choice("CANDOUR_ENV", "development", ("development", "production"))
    == "production"
)
DEBUG = env.boolean("DEBUG", default=False)
if DEBUG and PRODUCTION:
    raise env.WrongSetting(
        "DEBUG=1 shows the site's insides to every visitor. With "
        "CANDOUR_ENV=production, set it to 0."
    )
SECRET_KEY = env.secret(
    "SECRET_KEY", production=PRODUCTION, file=DATA_DIR / "secret-key"
)
# Of this the tags of claimed names are made; "": of SECRET_KEY.
PSEUDONYM_SECRET = env.optional_secret("PSEUDONYM_SECRET")
ALLOWED_HOSTS = env.hosts(
    "ALLOWED_HOSTS",
    default=None if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"],
    production=PRODUCTION,
)
if DEBUG and not all(map(env.is_local, ALLOWED_HOSTS)):
    raise env.WrongSetting(
        "DEBUG=1 shows the site's insides to every visitor, and ALLOWED_HOSTS="
        f"{','.join(ALLOWED_HOSTS)} lets others than yourself in. Set DEBUG=0, or "
        "ALLOWED_HOSTS=localhost; for a site of your own CANDOUR_ENV=production too."
    )
SITE_NAME = env.text("SITE_NAME", "Candour")
SITE_DESCRIPTION = env.text(
    "SITE_DESCRIPTION", "A discussion for people who cannot sign their names."
)
SITE_URL = env.site_address("SITE_URL", "http://127.0.0.1:8000")
# Where "Leave this page" leads, beside the forms; "": there is no such link.
QUICK_EXIT_URL = env.way_out("QUICK_EXIT_URL", "https://www.bbc.co.uk/weather")
# Before the ids of feed entries: a name of one's own and a date on which it was that.
# It is not the host's, which may change; the ids may not.
FEED_TAG = env.tag_authority("FEED_TAG", "candour.example,2026")
# What public addresses begin with, beside years; some are kept for what is to come.
PUBLIC_PATHS = frozenset(
    "c p search series comment receipt static media feeds moderation complaint "
    "report sitemap.xml robots.txt healthz readyz".split()
)
ADMIN_PATH = env.path_prefix("ADMIN_PATH", "admin/", PUBLIC_PATHS)

INSTALLED_APPS = [
    "blog",
    "moderation",
    "config",  # backup, restore, check_health: what needs both
    "config.admin.CandourAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "mptt",
]

MIDDLEWARE = [
    "config.middleware.CookiesForTheAdminAlone",
    # Before all that answers, so that redirects and static files carry them too.
    "config.middleware.SecurityHeaders",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.CompressedPages",
    # Before it is packed: the digest is that of what was written.
    "config.middleware.ValidatedPages",
    "config.middleware.SessionsOfStaff",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # The last: what a view could not store is answered before others ask for more.
    "config.unavailable.WhileNothingCanBeStored",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "blog.context.site",
            ],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL", DATA_DIR / "candour.sqlite3")}
CACHES = {"default": env.cache("CACHE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Without a second factor nobody can do anything in the admin.
REQUIRE_SECOND_FACTOR = env.boolean("REQUIRE_SECOND_FACTOR", default=False)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/London")
# To what the times of comments are cut once they are decided about, and shown.
TIME_PRECISION = env.choice("TIME_PRECISION", "minute", ("minute", "hour", "day"))
USE_I18N = False
USE_TZ = True
FIRST_DAY_OF_WEEK = 1

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
# Images that an import copied; back them up with the database.
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# Where backups are written, and where /readyz looks for the newest; None: nowhere.
BACKUP_DIR = env.optional_folder("BACKUP_DIR")

# Cookies exist only for editors and moderators, and go to the admin alone: no request
# of a reader says that a moderator reads. So their names cannot begin with __Host-, for
# which browsers want Path=/; those with __Secure- they take by HTTPS only. Half an hour
# without a request ends a session before its time (moderation/accounts).
SESSION_ENGINE = "moderation.accounts.session_store"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_NAME = "__Secure-sessionid" if PRODUCTION else "sessionid"
SESSION_COOKIE_HTTPONLY = True
# Of a browser in which somebody has signed in; its path and all else as the session's.
DEVICE_COOKIE_NAME = "__Secure-device" if PRODUCTION else "device"
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_AGE = None  # until the browser closes; Django's default is a year
CSRF_COOKIE_NAME = "__Secure-csrftoken" if PRODUCTION else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.signed_out.csrf_failure"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_PATH = f"/{ADMIN_PATH}"
# Not in a cookie of its own, which would be sent to the public pages too.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_PATH = f"/{ADMIN_PATH}"

SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", default=PRODUCTION)
if PRODUCTION:
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# A page of the queue has 50 comments with a tick, a reason, two notes and a question
# or an answer each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

# No address, browser, cookie or text of a visitor may reach a log: what is logged of a
# failed request is its status and the code lines of the traceback, and nothing else.
ADMINS = []
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.logs.NothingOfTheRequest"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "formatters": {"plain": {"()": "config.logs.PlainFormatter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        # A logger without a handler would print to the last resort: its record whole.
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Bad hosts and missing pages are the visitors' own words.
        "django.security.DisallowedHost": {
            "handlers": ["nowhere"],
            "propagate": False,
        },
        "django.request": {
            "handlers": ["console"],
            "level": "ERROR",
            "propagate": False,
        },
        "django.db.backends": {"handlers": ["nowhere"], "propagate": False},
        # Django's own configuration mails errors to ADMINS.
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}

# How many proxies of one's own stand in front: so many entries at the right of
# X-Forwarded-For are believed, none by default.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
# The key of the day that hashes networks; best on a memory disk.
NETWORK_KEY_FILE = Path(env.text("NETWORK_KEY_FILE", str(DATA_DIR / "network-key")))

# Mail to moderators, through Django's settings; without a host it goes nowhere. Django
# 6.1 has one setting for what were six before.
_MAIL = env.mail_server("EMAIL")
if django.VERSION >= (6, 1):
    MAILERS = {"default": _MAIL}
else:
    EMAIL_BACKEND = _MAIL["BACKEND"]
    EMAIL_HOST = _MAIL["OPTIONS"].get("host", "")
    EMAIL_PORT = _MAIL["OPTIONS"].get("port", 25)
    EMAIL_HOST_USER = _MAIL["OPTIONS"].get("username", "")
    EMAIL_HOST_PASSWORD = _MAIL["OPTIONS"].get("password", "")
    EMAIL_USE_TLS = _MAIL["OPTIONS"].get("use_tls", False)
    EMAIL_TIMEOUT = _MAIL["OPTIONS"].get("timeout", 5)
# From which hour of the day on, by the site's clock, digests are sent.
DIGEST_HOUR = env.hour("DIGEST_HOUR", 7)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "candour@localhost")
