"""Settings of the test suite; the servers' addresses come from `bin/test` by the environment."""

from config.settings.base import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Models, events and consumers that exist only to be run by the messaging library's own tests.
INSTALLED_APPS = [*INSTALLED_APPS, "messaging.tests.scratch"]
# Static files straight from the apps: a test run has collected none.
WHITENOISE_AUTOREFRESH = True
# Housekeeping asks no broker here: the invariants have tests of their own.
BANK_INVARIANTS_SECONDS = 0
