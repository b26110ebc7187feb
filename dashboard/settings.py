"""Django's settings. The environment is read in one place, `environment`; everything else here is a decision."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from dashboard import environment

BASE = Path(__file__).resolve().parent.parent

# -- what the environment says -------------------------------------------------------------------------------------

DEBUG = environment.flag(os.environ, "DEBUG")
DATA_DIR = environment.directory(os.environ.get("DATA_DIR"), BASE / "data")
SECRET_KEY = environment.secret(os.environ, DATA_DIR)
PUBLIC = environment.public(os.environ.get("PUBLIC_HOST"))
PUBLIC_HOST = PUBLIC.host
LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [*LOOPBACK_NAMES, *environment.names(os.environ, "ALLOWED_HOSTS"), *filter(None, [PUBLIC.host])]
LESSONS_DIR = environment.lessons(os.environ.get("LESSONS_DIR"))
DNS_CLUSTER = environment.slug(os.environ, "DNS_CLUSTER", "demo")
DATABASES = {"default": environment.database(os.environ.get("DATABASE_URL"), DATA_DIR)}
CHANNEL_LAYERS = environment.channel_layers(os.environ.get("REDIS_URL"))

BIND = ""
"""The address the web port is bound to, set by `manage.py up`. Unknown (""): nobody is signed in by being near."""

# -- applications --------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    # First, so that a command of ours takes the place of Django's of the same name.
    "cluster",
    "dashboard",
    "dashboard.lessons.apps.LessonsConfig",
    # Not the self-discovering one: only who serves the admin's pages imports them (see urls).
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "axes",
]

MIDDLEWARE = [
    "dashboard.assets.Assets",
    "dashboard.keeping.NotKept",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "dashboard.bodies.TooLong",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "dashboard.accounts.nearby.SignInNearby",
    "dashboard.accounts.required.SignInRequired",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "dashboard.errors.Told",
]

ROOT_URLCONF = "dashboard.urls"
ASGI_APPLICATION = "dashboard.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["django.templatetags.static", "dashboard.templatetags.look"],
        },
    }
]

# Messages travel in a signed cookie: pages are rendered on the event loop, where a session must not be loaded.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# -- static files --------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE / "staticfiles"
STATICFILES_DIRS = [BASE / "static"]
_COLLECTED = not DEBUG and (STATIC_ROOT / "staticfiles.json").exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Uncollected files keep their names when they change, so they are looked at, and asked for, each time; collected
# ones carry a hash.
WHITENOISE_USE_FINDERS = not _COLLECTED
WHITENOISE_AUTOREFRESH = not _COLLECTED
WHITENOISE_MAX_AGE = 3600 if _COLLECTED else 0
WHITENOISE_ALLOW_ALL_ORIGINS = False

# -- who may come in -----------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "landing"
LOGOUT_REDIRECT_URL = "login"

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True

# -- the browser's own guards --------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        # CodeMirror puts its style sheet in at run time, under the nonce of the page.
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "kubarium_session"
CSRF_COOKIE_NAME = "kubarium_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC.secure
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "dashboard.errors.csrf_failed"
if PUBLIC.host:
    CSRF_TRUSTED_ORIGINS = [PUBLIC.origin]
if PUBLIC.secure:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 30 * 24 * 3600

# One submission may hold many manifests; dashboard.bodies and cluster.manifests have the limits that matter.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 200
# "Leave it out" is a field for each refused document.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_500

# -- the log -------------------------------------------------------------------------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "dashboard.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "cluster": {"level": "INFO"},
        "dashboard": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        # Anybody can bring it about as often as they like; the answer says what there is to say.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
