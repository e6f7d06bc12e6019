"""Settings of the product. Everything that differs between installations comes from the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env, logging

DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
SECRET_KEY = env.secret("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY belum diisi. 'python3 manage.py up' membuatnya sendiri.")
# Encrypts bank credentials and raw notices at rest; several, comma-separated, while rotating (newest first).
FIELD_KEYS = [key.strip() for key in env.secret("FIELD_KEYS").split(",") if key.strip()]
DATA_DIR = Path(env.text("DATA_DIR", str(env.ROOT / ".data")))
BEHIND_PROXY = env.flag("BEHIND_PROXY")
# The launcher's demonstration bank, as a 0600 file of JSON; nothing reads it outside demonstrations.
SANDBOX_CREDENTIALS = Path(env.text("SANDBOX_CREDENTIALS") or DATA_DIR / "sandbox-credentials.json")
BASE_URL = env.text("BASE_URL", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "opd",
    "opd.office",
    "opd.planning",
    "payments.ledger",
    "payments.snap",
    "payments.incoming",
    "payments.spending",
    "payments.emoney",
    "payments.kkpd",
    "payments.books",
    "payments.reconciliation",
    "payments.auditing",
    "retribusi",
    "retribusi.stbp",
    "retribusi.complaints",
    "retribusi.counter",
    "retribusi.karcis",
    "retribusi.assessments",
    "retribusi.walkins",
    "retribusi.refunds",
    "retribusi.gate",
    "tp2dd",
    "tp2dd.etpd",
    "tp2dd.consistency",
    "tp2dd.instruction",
    "tp2dd.evaluation",
    "tp2dd.secretariat",
    "tp2dd.roadmap",
    "tp2dd.api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads at random, so that size betrays no form token
    "csp.middleware.CSPMiddleware",
    "config.permissions.PermissionsPolicyMiddleware",
    "opd.bodies.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.language.VisitorLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.replica.PositionMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [env.ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["opd.templatetags.tampilan"],
        },
    }
]

DATABASES = {"default": env.database(env.secret("DATABASE_URL") or "postgresql://127.0.0.1/nontunai")}
DATABASES["default"]["TEST"] = {"TEMPLATE": env.text("TEST_TEMPLATE") or None}
if _replica := env.secret("DATABASE_REPLICA_URL"):
    DATABASES["replica"] = env.replica(_replica)  # a hot standby that lists and archives are read from
# Counts attempts for all processes; nothing that must last is kept in it.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "opd.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "opd:home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "opd.accounts.ClosedAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser, or after SESSION_COOKIE_AGE
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,20/d/key"}  # codes; wrong passwords are counted by axes
ACCOUNT_FORMS = {
    "login": "opd.account_forms.LoginForm",
    "change_password": "opd.account_forms.ChangePasswordForm",
    "reauthenticate": "opd.account_forms.ReauthenticateForm",
}
MFA_ADAPTER = "opd.accounts.SealedMfaAdapter"
MFA_FORMS = {
    "authenticate": "opd.account_forms.CodeForm",
    "reauthenticate": "opd.account_forms.CodeAgainForm",
    "activate_totp": "opd.account_forms.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Nontunai Bengkulu"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ACCESS_FAILURE_LOG = False

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [env.ROOT / "config" / "locale"]
TIME_ZONE = "Asia/Jakarta"  # WIB decides days; storage is UTC
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [env.ROOT / "config" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "config.assets.PackageFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env.text("EVIDENCE_DIR") or str(DATA_DIR / "evidence")},
    },
    "archive": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env.text("ARCHIVE_DIR") or str(DATA_DIR / "archive")},
    },
    "staticfiles": {"BACKEND": "config.assets.HashedStaticFiles"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BASE_URL.startswith("https://"):
    SECURE_SSL_REDIRECT = not BEHIND_PROXY
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}

# Networks (CIDR) of the government's own that webhooks may reach besides public addresses.
WEBHOOK_NETWORKS = env.words("WEBHOOK_NETWORKS")

CELERY_BROKER_URL = env.secret("REDIS_URL") or "redis://127.0.0.1:6379/0"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "visibility_timeout": 600,
}
CELERY_TASK_IGNORE_RESULT = True  # what a task did stands in PostgreSQL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_DEFAULT_QUEUE = "nontunai"

LOGGING = logging.LOGGING
logging.configure()
