"""Turns what the pipeline says into its wire message: the one place that knows the topics' JSON."""

from datetime import datetime
from typing import Any, Final

from orders.domain import pipeline
from orders.domain.pipeline import Said
from orders.events import (
    FraudChecked,
    OrderCancelled,
    OrderEvent,
    OrderLine,
    OrderPlaced,
    PaymentProcessed,
    PickingChanged,
    StockReserved,
)
from orders.models import Order

_STRUCTS: Final[dict[str, type[OrderEvent]]] = {
    pipeline.NEW: OrderCancelled,
    pipeline.STOCK: StockReserved,
    pipeline.FRAUD: FraudChecked,
    pipeline.PAYMENT: PaymentProcessed,
    pipeline.PICKING: PickingChanged,
}


def said(order: Order, said: Said, details: dict[str, Any], at: datetime) -> OrderEvent:
    """Return the message for what a cell says of `order`; `details` are its struct's own fields."""
    return _STRUCTS[said.topic](**_common(order, said.status, at), **details)


def placed(order: Order, lines: list[OrderLine], at: datetime) -> OrderPlaced:
    """Return the message of a new order."""
    return OrderPlaced(
        **_common(order, "placed", at),
        customer_id=order.customer_id,
        region=order.region,
        currency=order.currency,
        total_cents=order.total_cents,
        discount_cents=order.discount_cents,
        lines=lines,
    )


def _common(order: Order, status: str, at: datetime) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "order_version": order.version,
        "status": status,
        "reason": order.reason,
        "occurred_at": at,
    }
