"""What housekeeping trims of the gateway's tables: keys, exports, and the webhooks' log."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from messaging.housekeeping import Trimmer, register
from transactions.domain.webhooks import LONGEST_LIFE
from transactions.models import Export, IdempotencyKey, WebhookAttempt, WebhookDelivery

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
register(
    Trimmer(
        model=IdempotencyKey,
        column="created_at",
        age=timedelta(hours=settings.IDEMPOTENCY_HOURS),
    )
)
# The receipt of an export is kept for as long as its bytes may be asked for again.
register(Trimmer(model=Export, column="created_at", age=timedelta(days=settings.EXPORTS_KEPT_DAYS)))
