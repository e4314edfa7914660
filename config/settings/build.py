"""Settings for building the image: static files as production serves them, no secret needed."""

from config.settings.base import *  # noqa: F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.HashedStatic"},
}
WHITENOISE_USE_FINDERS = False
