"""The gateway's tables; each module holds those of one concern."""

from transactions.models.decision import Decision
from transactions.models.export import Export
from transactions.models.idempotency import IdempotencyKey
from transactions.models.transaction import Status, Transaction
from transactions.models.webhook import Webhook, WebhookAttempt, WebhookDelivery

__all__ = [
    "Decision",
    "Export",
    "IdempotencyKey",
    "Status",
    "Transaction",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
]
