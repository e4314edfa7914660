"""Registers the messaging library with Django."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """The library's tables: outbox, inbox, dead letters, leases."""

    name = "messaging"
    verbose_name = "Messaging"
    default_auto_field = "django.db.models.BigAutoField"
