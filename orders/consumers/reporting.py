"""Fills the warehouse's star schema from the saga's five topics."""

from collections.abc import Sequence
from typing import Any

from messaging.consumer import BatchConsumer, Message, Takes
from orders.events import (
    FraudChecked,
    OrderCancelled,
    OrderPlaced,
    PaymentProcessed,
    PickingChanged,
    StockReserved,
)
from orders.services import report


class Reporting(BatchConsumer):
    """Keeps each event of an order once, and folds the orders of a batch anew."""

    name = "reporting"
    owner = "orders"
    database = report.DATABASE
    takes = (
        Takes(OrderPlaced),
        Takes(OrderCancelled),
        Takes(StockReserved),
        Takes(FraudChecked),
        Takes(PaymentProcessed),
        Takes(PickingChanged),
    )

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        """Take a batch in."""
        report.ingest(message.event for message in messages)
