"""Registers the app with Django."""

from importlib import import_module

from django.apps import AppConfig, apps


class AccountsConfig(AppConfig):
    """Merchants, their secrets, and who may see what."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the settings checked, and OpenAPI told how merchants authenticate."""
        import_module("accounts.checks")
        if apps.is_installed("drf_spectacular"):
            import_module("accounts.openapi")
