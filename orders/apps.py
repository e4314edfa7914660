"""Registers the app with Django."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import router
from django.db.models.signals import post_migrate


class OrdersConfig(AppConfig):
    """The shop and the saga of six services from checkout to warehouse reports."""

    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the settings checked, and the group of the warehouse's people kept."""
        import_module("orders.checks")
        post_migrate.connect(_keep_group, sender=self)


def _keep_group(using: str, **_told: Any) -> None:
    """Make the group; what its members see is a matter of pages, so it has no rights of its own."""
    group = import_module("django.contrib.auth.models").Group
    if router.allow_migrate_model(using, group):
        group.objects.using(using).get_or_create(name=settings.WAREHOUSE_GROUP)
