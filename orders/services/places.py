"""Keeps where an order's events lie on Kafka: the outbox forgets it after a week."""

from datetime import datetime, timedelta
from typing import Final

from messaging.models import OutboxMessage
from orders.models import OrderEventRow

BATCH: Final = 500
# Later than any relay is behind, and long before the outbox trims.
_SETTLED: Final = timedelta(hours=1)
_FORGOTTEN: Final = timedelta(days=8)


def note_places(now: datetime) -> int:
    """Write partition and offset beside a batch of acts that were told; return how many it wrote.

    What is younger than an hour is still in the outbox; what that has forgotten stays unknown.
    """
    waiting = OrderEventRow.objects.filter(
        offset=None, at__gt=now - _FORGOTTEN, at__lte=now - _SETTLED
    ).exclude(event_id="")
    rows = list(waiting.order_by("at")[:BATCH])
    # By the key, which is indexed: the order's id.
    keys = {row.order_id for row in rows}
    sent = OutboxMessage.objects.filter(key__in=keys).exclude(offset=None)
    places = {row.event_id: row for row in sent.only("event_id", "partition", "offset")}
    found = [row for row in rows if row.event_id in places]
    for row in found:
        row.partition, row.offset = places[row.event_id].partition, places[row.event_id].offset
    OrderEventRow.objects.bulk_update(found, ["partition", "offset"])
    return len(found)
