"""The settings that every surrounding shares; by themselves they suit development."""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from config import roles
from config.settings.accounts import *  # noqa: F403
from config.settings.bank import *  # noqa: F403
from config.settings.cards import *  # noqa: F403
from config.settings.databases import database
from config.settings.kafka import *  # noqa: F403
from config.settings.live import *  # noqa: F403
from config.settings.logs import *  # noqa: F403
from config.settings.mail import *  # noqa: F403
from config.settings.orders import *  # noqa: F403
from config.settings.rest import *  # noqa: F403
from config.settings.site import *  # noqa: F403
from config.settings.televendas import *  # noqa: F403
from config.settings.webhooks import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
VAR_DIR = Path(env.str("TRILHO_VAR", default=str(BASE_DIR / "var")))

EMAIL_FILE_PATH = MAIL_FOLDER or str(VAR_DIR / "mail")

SECRET_KEY: str = env.str("SECRET_KEY", default="development-only-secret-key-" + "0" * 32)
DEBUG: bool = env.bool("DEBUG", default=False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

INSTALLED_APPS = [
    *roles.APPS_FOR_PAGES,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "config.apps.SiteConfig",
    "messaging",
    "accounts",
    "transactions",
    "televendas",
    "orders",
    "bank_grpc",
]
MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Requests under /api/v1/ go no further down this list.
    "config.middleware.ApiLaneMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.signed_out.SignedOutMiddleware",
    "config.fence.AgentFence",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.csp.SitePolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.site",
            ],
        },
    }
]

# The relay's doorbell: a fixed UDP port of 127.0.0.1, or 0 for a free one named in the file.
MESSAGING_BELL_PORT: int = env.int("MESSAGING_BELL_PORT", default=0)
MESSAGING_BELL_FILE = VAR_DIR / "relay.bell"
# How long the relay's lease outlives a relay that died, in seconds.
MESSAGING_LEASE_SECONDS: float = env.float("MESSAGING_LEASE_SECONDS", default=5.0)

DATABASES = {
    "default": database(env, "DATABASE_URL", VAR_DIR / "trilho.sqlite3"),
    "televendas": database(env, "TELEVENDAS_DATABASE_URL", VAR_DIR / "televendas.sqlite3"),
    "warehouse": database(env, "WAREHOUSE_DATABASE_URL", VAR_DIR / "warehouse.sqlite3"),
}
DATABASE_ROUTERS = ["config.routers.TelesalesRouter", "config.routers.WarehouseRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "panel"
LOGOUT_REDIRECT_URL = "start"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("pt-br", _("Brazilian Portuguese"))]
# The cards library is no app: Django looks for the words of its form only here.
LOCALE_PATHS = [BASE_DIR / "config" / "locale", BASE_DIR / "cards" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
BUSINESS_TIME_ZONE = "America/Sao_Paulo"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"

if env.bool(roles.VARIABLE, default=False):
    INSTALLED_APPS = [app for app in INSTALLED_APPS if app not in roles.APPS_FOR_PAGES]
    AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    MIDDLEWARE = []
    ROOT_URLCONF = ""
