"""The telesales reader: customers of every declared source become lean rows, or are forgotten."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from messaging.clock import SystemClock
from messaging.consumer import BatchConsumer, Message, Takes
from televendas.adapters import sources
from televendas.events import CustomerRead
from televendas.services.apply import apply_records


class Televendas(BatchConsumer):
    """Keeps name, phone and region of every customer who is there, of the rest a hash."""

    name = "televendas"
    owner = "telesales"
    database = "televendas"
    takes = (Takes(CustomerRead, default=True, opens=sources.read),)
    batch_size = 1000
    overlaps = True

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        """Apply a batch, writes in one statement."""
        apply_records(
            messages,
            key=settings.TELEVENDAS_KEY,
            retention_days=settings.TELEVENDAS_RETENTION_DAYS,
            now=SystemClock().now(),
            using=self.database,
        )
