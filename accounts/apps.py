"""Registers the app with Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Merchants, their secrets, and who may see what."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
