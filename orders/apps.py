"""Registers the app with Django."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The shop and the saga of six services from checkout to warehouse reports."""

    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"
