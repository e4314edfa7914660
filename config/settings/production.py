"""Settings of a real site: they refuse to start on anything that only suits development."""

import os

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from messaging.faultpoints import ENVIRONMENT_VARIABLE as FAULTPOINT

DEBUG = False
# Each must be given by the environment; what development falls back on is public.
REQUIRED = (
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "TELEVENDAS_DATABASE_URL",
    "TELEVENDAS_KEY",
    "WAREHOUSE_DATABASE_URL",
    "KAFKA_BOOTSTRAP_SERVERS",
    "ACCOUNTS_SECRET_PEPPERS",
    "CARDS_KEYS",
    "CARDS_FINGERPRINT_KEY",
    "IDEMPOTENCY_SECRET",
    "BANK_KEY",
    "ORDERS_KEY",
)
# What is no yes is read as a no, which here would switch off a protection that was asked for.
SWITCHES = (
    "SECURE_SSL_REDIRECT",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "TRUST_FORWARDED_PROTO",
    "TRILHO_PLAINTEXT_NETWORK",
    "BANK_REFLECTION",
)
_YES_OR_NO = {*env.BOOLEAN_TRUE_STRINGS, "false", "off", "n", "no", "0"}
_DEVELOPMENT_MARK = "development"
_ENCRYPTED = {"SSL", "SASL_SSL"}
# For servers that talk over a network of their own, as in one compose file; never the default.
PLAINTEXT_NETWORK: bool = env.bool("TRILHO_PLAINTEXT_NETWORK", default=False)
DATABASE_TLS_CA: str = env.str("DATABASE_TLS_CA", default="")


def _objections() -> list[str]:
    """Return every reason not to start, so that one start is enough to learn them all."""
    found = [f"{name} is not set" for name in REQUIRED if not os.environ.get(name)]
    found += [
        f"{name} is a development value"
        for name in REQUIRED
        if _DEVELOPMENT_MARK in os.environ.get(name, "")
    ]
    found += [
        f"{name} is neither true nor false"
        for name in SWITCHES
        if os.environ.get(name, "no").strip().lower() not in _YES_OR_NO
    ]
    if CARDS_USES_DEVELOPMENT_KEYS:
        found.append("the card keys are development's")
    if BANK_USES_DEVELOPMENT_KEY:
        found.append("BANK_KEY is development's")
    if TELEVENDAS_USES_DEVELOPMENT_KEY:
        found.append("TELEVENDAS_KEY is development's")
    if ORDERS_USES_DEVELOPMENT_KEY:
        found.append("ORDERS_KEY is development's")
    if os.environ.get(FAULTPOINT):
        found.append(f"{FAULTPOINT} is set: fault points are for tests")
    if (VAR_DIR / "demo.json").exists():
        found.append("var/demo.json is there: demo data must not meet real data")
    return found + ([] if PLAINTEXT_NETWORK else _objections_to_plain_text())


def _objections_to_plain_text() -> list[str]:
    """Return what would cross the network readable; there is no falling back."""
    found = []
    if KAFKA_CLIENT_OPTIONS.get("security.protocol") not in _ENCRYPTED:
        found.append("KAFKA_CLIENT_OPTIONS must set security.protocol to SASL_SSL or SSL")
    if not DATABASE_TLS_CA:
        found.append("DATABASE_TLS_CA must name the authority of the database's certificate")
    if not BANK_TLS_CA:
        found.append("BANK_TLS_CA must name the authority of the bank's certificate")
    return found


_found = _objections()
if _found:
    raise ImproperlyConfigured(f"production settings refuse to start: {'; '.join(_found)}")

if DATABASE_TLS_CA:
    for _database in DATABASES.values():
        _database["OPTIONS"]["ssl"] = {"ca": DATABASE_TLS_CA}
        _database["OPTIONS"]["ssl_mode"] = "VERIFY_IDENTITY"

BANK_PLAINTEXT_ALLOWED = PLAINTEXT_NETWORK
BANK_REFLECTION = env.bool("BANK_REFLECTION", default=False)

# `seed_demo` asks: secrets in clear belong on no site.
DEMO_DATA_ALLOWED = False
WEBHOOKS_ALLOW_PRIVATE_TARGETS = False

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.HashedStatic"},
}
WHITENOISE_USE_FINDERS = False

CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_SSL_REDIRECT: bool = env.bool("SECURE_SSL_REDIRECT", default=True)
# Probes and scrapes come from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
if env.bool("TRUST_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS: int = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE: bool = env.bool("SESSION_COOKIE_SECURE", default=True)
CSRF_COOKIE_SECURE: bool = env.bool("CSRF_COOKIE_SECURE", default=True)
