"""Registers the gateway's pages with the admin; each concern has a module of its own."""

from transactions.admin import decisions_admin, transactions_admin, webhooks_admin

__all__ = ["decisions_admin", "transactions_admin", "webhooks_admin"]
