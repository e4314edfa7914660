"""Registers the app with Django."""

from importlib import import_module

from django.apps import AppConfig, apps


class BankConfig(AppConfig):
    """The digital bank: cards, gRPC authorisation, statements."""

    name = "bank_grpc"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have OpenAPI told how people are known to the operations on cards."""
        if apps.is_installed("drf_spectacular"):
            import_module("bank_grpc.openapi")
