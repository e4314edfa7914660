"""What housekeeping trims of the shop's tables: the keys of orders' requests."""

from datetime import timedelta

from django.conf import settings

from messaging.housekeeping import Trimmer, register
from orders.models import OrderRequest

register(
    Trimmer(
        model=OrderRequest,
        column="created_at",
        age=timedelta(hours=settings.IDEMPOTENCY_HOURS),
    )
)
