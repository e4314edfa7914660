"""Registers the app with Django."""

from django.apps import AppConfig


class BankConfig(AppConfig):
    """The digital bank: cards, gRPC authorisation, statements."""

    name = "bank_grpc"
    default_auto_field = "django.db.models.BigAutoField"
