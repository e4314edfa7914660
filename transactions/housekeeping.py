"""What housekeeping trims of the webhooks' tables."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from messaging.housekeeping import Trimmer, register
from transactions.domain.webhooks import LONGEST_LIFE
from transactions.models import WebhookAttempt, WebhookDelivery

# A message that is still being tried keeps its log, however short the setting is.
_KEPT = max(timedelta(days=settings.WEBHOOKS_KEPT_DAYS), 2 * LONGEST_LIFE)

register(Trimmer(model=WebhookAttempt, column="at", age=_KEPT))
register(
    Trimmer(
        model=WebhookDelivery,
        column="created_at",
        age=_KEPT,
        only=Q(due_at=None) | Q(webhook__enabled=False),
    )
)
