"""What the payment hears of an order, and what it has told, in the tests of its consumer."""

from typing import Any

import msgspec

from messaging.models import OutboxMessage
from messaging.testing import deliver
from orders import presenter
from orders.consumers.payment import Payment
from orders.domain import pipeline
from orders.domain.pipeline import Said
from orders.events import OrderEvent
from orders.models import Order
from orders.tests.kit import NOW
from orders.tests.saga_kit import VERDICT, reserved


def event(order: Order, topic: str, status: str, **details: Any) -> OrderEvent:
    return presenter.said(order, Said(topic, status), details, NOW)


def stock_held(order: Order) -> OrderEvent:
    return event(order, pipeline.STOCK, "reserved")


def cleared(order: Order) -> OrderEvent:
    return event(order, pipeline.FRAUD, "clear", **VERDICT)


def cancelled(order: Order) -> OrderEvent:
    return event(order, pipeline.NEW, "cancelled")


def short(order: Order) -> OrderEvent:
    return event(order, pipeline.PICKING, "short", lines=[])


def told() -> list[dict[str, Any]]:
    rows = OutboxMessage.objects.filter(topic=pipeline.PAYMENT).order_by("id")
    return [msgspec.json.decode(bytes(row.payload or b"")) for row in rows]


def words() -> list[str]:
    return [each["status"] for each in told()]


def paid(payment: type[Payment], quantity: int = 2) -> Order:
    order = reserved(quantity)
    deliver(payment, stock_held(order))
    return Order.objects.get(pk=order.pk)
