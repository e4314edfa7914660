"""Registers the app with Django."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TelevendasConfig(AppConfig):
    """Telesales: the lean customer copy in a database of its own."""

    name = "televendas"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the settings checked, and the agents' group kept whenever tables are."""
        import_module("televendas.checks")
        post_migrate.connect(_keep_group, sender=self)


def _keep_group(using: str, **_told: Any) -> None:
    """Make the group with its rights, after Django has made the rights themselves."""
    import_module("televendas.services.group").keep_group(using)
