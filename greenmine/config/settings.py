"""Django settings. Variables of the environment are declared in environment.py; what stands here is the same everywhere."""

from __future__ import annotations

import secrets
from typing import Any

from csp.constants import NONE, SELF

from greenmine.config.environment import HERE, read
from greenmine.config.keys import kept_key

DATA = read("GREENMINE_DATA")
DEBUG = read("GREENMINE_DEBUG")
DEMO = read("GREENMINE_DEMO")
HTTPS = read("GREENMINE_HTTPS")
RULEBOOK = read("GREENMINE_RULEBOOK")
MAP_APPROVAL = read("GREENMINE_MAP_APPROVAL")
# Commands that only read code need no key; whatever serves makes or demands a kept one first.
SECRET_KEY = kept_key(DATA) or secrets.token_urlsafe(48)
ALLOWED_HOSTS = read("GREENMINE_HOSTS")
CSRF_FAILURE_VIEW = "greenmine.web.components.desk.stale_form"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS]

DESKS = [
    name
    for name in ("public", "authority", "enterprise", "assessor", "operator")
    if (HERE / "greenmine" / "web" / name / "urls.py").exists()
]
INSTALLED_APPS = [
    "greenmine.config.apps.ConfigApp",
    "greenmine.ledger",
    "greenmine.publiclog",
    "greenmine.editions",
    "greenmine.accounts",
    "greenmine.evidence",
    "greenmine.notifications",
    "greenmine.papers",
    "greenmine.facts",
    "greenmine.registry",
    "greenmine.assessors",
    "greenmine.evaluation",
    "greenmine.assessment",
    "greenmine.fieldwork",
    "greenmine.procedures",
    "greenmine.integrity",
    "greenmine.gates",
    "greenmine.directory.intake",
    "greenmine.directory.published",
    "greenmine.directory",
    "greenmine.selection",
    "greenmine.api",
    "greenmine.web.components",
    "greenmine.web.people",
    *(f"greenmine.web.{name}" for name in DESKS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "greenmine.web.components.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "greenmine.web.components.zeros.ZeroMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "greenmine.web.components.desk.DeskMiddleware",
    "greenmine.accounts.middleware.IdleMiddleware",
    "greenmine.accounts.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "greenmine.config.urls"
WSGI_APPLICATION = "greenmine.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["greenmine.web.components.templatetags.components"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "greenmine.web.components.menus.page_frame",
            ],
        },
    }
]

# SQLite: readers never wait, writers queue at BEGIN; the pragmas were worth 2.6 times the requests per second.
SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA / "greenmine.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 90,  # a ledger of 60,000 rows is one transaction; whoever writes meanwhile waits for it
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=268435456;"
        "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;PRAGMA recursive_triggers=ON;",
    },
}
DATABASES = {"default": read("GREENMINE_DATABASE_URL") or SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Throttles need one memory for all processes.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# Days are days in China; moments are stored in UTC. The templates show moments in Shanghai time.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = ["greenmine.config.formats"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "greenmine" / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # starting must not copy files about
WHITENOISE_AUTOREFRESH = DEBUG
UPLOAD_BYTES = read("GREENMINE_UPLOAD_MB") * 1024 * 1024
FONTS = read("GREENMINE_FONTS")
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a fill-in form over many mines is one form

# Who is who
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_URL_PATH = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "greenmine.accounts.sign_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,10/15m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "greenmine.accounts.sign_in.SecondFactorAdapter"
MFA_TOTP_ISSUER = "GreenMine 绿矿"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_VERBOSE = False
IDLE_SECONDS = 30 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# What leaves the server
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "greenmine_language"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
