"""Registers the app with Django."""

from django.apps import AppConfig


class TelevendasConfig(AppConfig):
    """Telesales: the lean customer copy in a database of its own."""

    name = "televendas"
    default_auto_field = "django.db.models.BigAutoField"
