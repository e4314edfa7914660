"""The reservation: stock is held for a new order, and given back, written off or sold with it."""

from collections.abc import Sequence
from typing import Any

from messaging.clock import SystemClock
from messaging.consumer import BatchConsumer, Message, Takes
from messaging.errors import PoisonError
from orders.domain.states import Happening
from orders.events import (
    FraudChecked,
    OrderCancelled,
    OrderPlaced,
    PaymentProcessed,
    PickingChanged,
)
from orders.services import reserve
from orders.services.reserve import UnknownOrderError, Wanted


class Reservation(BatchConsumer):
    """Holds an order's lines, all or none; what it does not know any more it leaves alone."""

    name = "reservation"
    owner = "orders"
    takes = (
        Takes(OrderPlaced),
        Takes(OrderCancelled),
        Takes(FraudChecked),
        Takes(PaymentProcessed),
        Takes(PickingChanged),
    )
    # A batch keeps its articles locked for as long as it lasts: some hundredths of a second.
    batch_size = 50

    def handle_batch(self, messages: Sequence[Message[Any]]) -> None:
        """Follow a batch in one transaction; an order that nobody knows is poison."""
        wanted = [
            Wanted(each.event.order_id, what, each.traceparent)
            for each in messages
            if (what := _happening(each.event)) is not None
        ]
        try:
            reserve.follow(wanted, now=SystemClock().now())
        except UnknownOrderError:
            raise PoisonError("unknown_order") from None


def _happening(event: Any) -> Happening | None:
    """Return what `event` means for the stock, None where it means nothing."""
    match event:
        case OrderPlaced():
            return Happening.STOCK_RESERVED
        case OrderCancelled() | FraudChecked(status="fraud"):
            return Happening.STOCK_RELEASED
        case PaymentProcessed(status="rejected" | "refunded"):
            return Happening.STOCK_RELEASED
        case PickingChanged(status="short"):
            return Happening.STOCK_WRITTEN_OFF
        case PickingChanged(status="picked"):
            return Happening.STOCK_COMMITTED
        case _:
            return None
