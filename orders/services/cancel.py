"""Cancels an order while that is possible, for its customer, its account or staff."""

from datetime import datetime

from orders.models import Order


class TooLateError(Exception):
    """The goods are picked, or the order has ended in another way: it stays what it is."""


def cancel(order_id: str, *, reason: str, actor: str, now: datetime) -> Order:
    """Cancel the order inside the running transaction; one that is cancelled stays as it is.

    What was charged is written down as a refund that is due, before anybody asks the bank. Raises
    TooLateError and Order.DoesNotExist.
    """
    raise NotImplementedError
