"""Reads orders and goods as REST, pages and mails show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders.models import Order


@dataclass(frozen=True, slots=True)
class Step:
    """How far an order is: `state` is waiting, done, failed or needs_person."""

    step: str
    state: str
    at: datetime | None = None
    reason: str = ""


def steps_of(order: Order) -> list[Step]:
    """Return the steps stock, fraud, payment, refund (where money goes back), picking, dispatch."""
    raise NotImplementedError


def resource_of(order: Order) -> dict[str, Any]:
    """Return the order as REST shows it (CONTRACTS section 5)."""
    raise NotImplementedError
