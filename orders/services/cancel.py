"""Cancels an order while that is possible, for its customer, its account or staff."""

from datetime import datetime

from orders.domain.pipeline import may_be_cancelled
from orders.domain.states import Happening, State, Status
from orders.models import Order
from orders.services.act import Act, act, locked
from orders.services.ending import give_back_rest


class TooLateError(Exception):
    """The goods are picked, or the order has ended in another way: it stays what it is."""


def cancel(order_id: str, *, reason: str, actor: str, now: datetime) -> Order:
    """Cancel the order inside the running transaction; one that is cancelled stays as it is.

    What was charged is written down as a refund that is due, before anybody asks the bank. Raises
    TooLateError and Order.DoesNotExist.
    """
    order = locked(order_id)
    if order.status == Status.CANCELLED:
        return order
    if not may_be_cancelled(State(order.state)):
        raise TooLateError
    acted = act(order, Act(happening=Happening.CANCELLATION, now=now, reason=reason, actor=actor))
    if acted.cell is not None and acted.cell.owes_refund:
        give_back_rest(order, now=now, actor=actor)
    return order
