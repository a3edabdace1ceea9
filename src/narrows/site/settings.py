"""Settings of the website, read from the environment so that one file serves a laptop and a hospital.

NARROWS_SITE_PROFILE      library, clinician or full (full on one machine)
NARROWS_SITE_ANSWERABLE   who answers for this installation; needed before it may listen beyond this machine
NARROWS_SITE_HOSTS        names under which it is reached, separated by commas
NARROWS_SITE_SECRET       signs what a visitor's browser keeps; the same for all workers
NARROWS_SITE_TLS          1 behind TLS: secure cookies, HSTS
NARROWS_SITE_VISITS       folder for answers under way (default: a private folder in memory or in the temporary files)
NARROWS_SITE_LIMIT        heavy requests a minute from one address (default 240; 0 for none)
DATABASE_URL              postgresql://… keeps answers under way there instead of in SQLite
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

HERE = Path(__file__).parent
PROFILES = ("library", "clinician", "full")

DEBUG = False
TLS = os.environ.get("NARROWS_SITE_TLS", "") == "1"
PROFILE = os.environ.get("NARROWS_SITE_PROFILE", "full")
ANSWERABLE = os.environ.get("NARROWS_SITE_ANSWERABLE", "")
HEAVY_A_MINUTE = int(os.environ.get("NARROWS_SITE_LIMIT", "240"))
if PROFILE not in PROFILES:
    raise ImproperlyConfigured(f"NARROWS_SITE_PROFILE is {PROFILE!r}; choose library, clinician or full")

_local = ["127.0.0.1", "localhost", "[::1]"]
_named = [host.strip() for host in os.environ.get("NARROWS_SITE_HOSTS", "").split(",") if host.strip()]
if _named and not (ANSWERABLE and "NARROWS_SITE_PROFILE" in os.environ):
    raise ImproperlyConfigured(
        "listening beyond this machine needs NARROWS_SITE_PROFILE and NARROWS_SITE_ANSWERABLE (who answers for it)"
    )
ALLOWED_HOSTS = [*_local, *_named]

# A secret of its own for every run is right for one machine; several workers and hosts share a named one.
SECRET_KEY = os.environ.get("NARROWS_SITE_SECRET", "") or secrets.token_urlsafe(64)
if TLS and not os.environ.get("NARROWS_SITE_SECRET"):
    raise ImproperlyConfigured("behind TLS several workers share one NARROWS_SITE_SECRET; set it")


def visits_folder() -> Path:
    """A folder that only this user can read, in memory where the machine has one: answers live there for two hours."""
    named = os.environ.get("NARROWS_SITE_VISITS")
    base = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())
    folder = Path(named) if named else base / f"narrows-visits-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise ImproperlyConfigured(f"{folder} belongs to somebody else; set NARROWS_SITE_VISITS to a private folder")
    folder.chmod(0o700)
    return folder


def database(url: str) -> dict[str, Any]:
    """The place of answers under way: SQLite without a word, PostgreSQL when DATABASE_URL names one."""
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(visits_folder() / "visits.sqlite"),
                "OPTIONS": {"timeout": 10, "init_command": "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON;"},
                "CONN_MAX_AGE": 600}  # fmt: skip
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL is postgresql://user:password@host:port/name")
    return {"ENGINE": "django.db.backends.postgresql", "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""), "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "", "PORT": str(parts.port or ""), "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True}  # fmt: skip


DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""))}
INSTALLED_APPS = ["narrows.site"]
MIDDLEWARE = [
    "narrows.site.protection.Protection",
    "narrows.site.page_store.PageStore",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "narrows.site.languages.Languages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "narrows.site.doors.Doors",
]
ROOT_URLCONF = "narrows.site.urls"
WSGI_APPLICATION = "narrows.site.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "narrows.site.frame.frame"],
            "builtins": ["narrows.site.templatetags.narrows", "django.templatetags.i18n"],
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"]),
            ],
        },
    }
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Sessions: signed, two hours, nothing of it in the cookie but a random name.
SESSION_ENGINE = "narrows.site.visits"
SESSION_COOKIE_NAME = "narrows_visit"
SESSION_COOKIE_AGE = 2 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "narrows.site.views.trouble.forged"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in _named] if TLS else []

SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_HSTS_SECONDS = 63_072_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_HSTS_PRELOAD = TLS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer would make browsers send forms with an Origin of null
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Uploads: a segmented scan is the largest thing that is taken.
LARGEST_UPLOAD = 64_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_HANDLERS = ["narrows.site.uploads.Limited"]

# Logs hold time, path without its query, status and duration: no address, no form, no health data.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "formatters": {"json": {"()": "narrows.site.log_lines.JsonLine"}},
    "handlers": {"error": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {
        "narrows.site": {"handlers": ["error"], "level": os.environ.get("NARROWS_SITE_LOG", "WARNING")},
        "django": {"handlers": ["error"], "level": "ERROR"},
        "django.security": {"handlers": ["error"], "level": "ERROR", "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
