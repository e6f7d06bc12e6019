"""Settings of the sandbox bank: a process, a database and a port of its own, for demonstrations only.

It shares nothing with the product but the wire: no session, no login, no secret of ours.
"""

import secrets
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env

if not env.flag("DEMO"):
    raise ImproperlyConfigured("Bank uji coba hanya boleh berjalan untuk peragaan: isi DEMO=1.")
_database_url = env.secret("SANDBOX_DATABASE_URL")
if not _database_url:
    raise ImproperlyConfigured("SANDBOX_DATABASE_URL belum diisi: bank uji coba punya basis data sendiri.")
if _database_url == env.secret("DATABASE_URL"):
    raise ImproperlyConfigured("SANDBOX_DATABASE_URL tidak boleh sama dengan DATABASE_URL.")

DEBUG = env.flag("DEBUG")
DEMO = True
SECRET_KEY = secrets.token_urlsafe(50)  # nothing outlives the process: no session, no login, no signed link
SANDBOX_CREDENTIALS = Path(env.text("SANDBOX_CREDENTIALS") or "sandbox-credentials.json")
SANDBOX_SILENCE_SECONDS = int(env.text("SANDBOX_SILENCE_SECONDS", "12"))
"""How long "stays silent" and "the answer is lost" hold a call: longer than any client of ours waits."""
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = ["django.contrib.staticfiles", "csp", "payments.sandbox"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls_sandbox"
WSGI_APPLICATION = "config.wsgi_sandbox.application"
APPEND_SLASH = False
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [env.ROOT / "templates" / "sandbox"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "payments.sandbox.context.bank",
            ],
            "builtins": ["payments.sandbox.templatetags.bank"],
        },
    }
]
DATABASES = {"default": env.database(_database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "id"
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [env.ROOT / "config" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 60
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144

CSRF_COOKIE_NAME = "bank_uji_coba_csrf"  # cookies ignore ports: ours must not meet the product's
CSRF_COOKIE_SAMESITE = "Strict"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
