"""Registers the app with Django."""

from django.apps import AppConfig


class TransactionsConfig(AppConfig):
    """The payment gateway: REST, idempotency, processor, results, live panel, webhooks."""

    name = "transactions"
    default_auto_field = "django.db.models.BigAutoField"
