"""What housekeeping does to the shop's tables: old keys go, an event's place on Kafka is kept."""

from datetime import timedelta

from django.conf import settings

from messaging.housekeeping import Chore, Trimmer, register, register_chore
from orders.models import OrderEventRow, OrderRequest
from orders.services.places import note_places

register(
    Trimmer(
        model=OrderRequest,
        column="created_at",
        age=timedelta(hours=settings.IDEMPOTENCY_HOURS),
    )
)
register_chore(
    Chore(
        table=OrderEventRow._meta.db_table,  # noqa: SLF001 - Django's documented door
        using="default",
        told="topic, partition and offset of an order's events are kept",
        work=note_places,
    )
)
