"""Erases a customer: what can be cancelled is, then everything of the person is cleared."""

from datetime import datetime

from orders.domain.pipeline import may_be_cancelled
from orders.domain.states import State
from orders.models import Customer, Order
from orders.services.cancel import TooLateError, cancel
from orders.services.forget import forget


class OpenOrdersError(Exception):
    """Goods are packed for the person: they can be erased once these are dispatched."""

    def __init__(self, order_ids: list[str]) -> None:
        """Keep which orders."""
        super().__init__(f"{len(order_ids)} orders are packed and not dispatched")
        self.order_ids = order_ids


def erase(customer_id: str, now: datetime) -> Customer:
    """Clear everything of the person inside the running transaction, and tell telesales so.

    Orders that can be cancelled are, because nothing can be sent without an address. One who was
    erased before stays as they are. Raises OpenOrdersError, then nothing is changed, and
    Customer.DoesNotExist.
    """
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    if customer.erased_at is not None:
        return customer
    orders = Order.objects.filter(customer=customer)
    packed = list(orders.filter(state=State.PICKED).values_list("pk", flat=True))
    if packed:
        raise OpenOrdersError(packed)
    for order_id, state in orders.values_list("pk", "state"):
        if may_be_cancelled(State(state)):
            _cancel(order_id, now)
    forget(customer, now)
    return customer


def _cancel(order_id: str, now: datetime) -> None:
    try:
        cancel(order_id, reason="customer_erased", actor="erasure", now=now)
    except TooLateError:
        raise OpenOrdersError([order_id]) from None
