"""Cancels an order while that is possible, for its customer, its account or staff."""

from datetime import datetime

from django.db.models import Sum

from orders.domain.pipeline import may_be_cancelled
from orders.domain.states import Happening, State, Status
from orders.models import Order, RefundDue
from orders.services.act import Act, act, locked


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
        _owe(order, actor, now)
    return order


def _owe(order: Order, actor: str, now: datetime) -> None:
    """Write down what is still to be given back, beside what short picks have begun to."""
    begun = RefundDue.objects.filter(order=order).aggregate(cents=Sum("amount_cents"))["cents"]
    left = order.charged_cents - (begun or 0)
    if left > 0:
        RefundDue.objects.create(
            request_id=f"order:{order.id}:cancel", order=order, amount_cents=left, created_at=now
        )
    elif order.refunded_cents == order.charged_cents:
        # Short picks have given everything back already, and nobody else will say that it is over.
        details = {
            "payment_id": order.payment_id,
            "amount_cents": 0,
            "refunded_total_cents": order.refunded_cents,
        }
        act(order, Act(happening=Happening.REFUND_MADE, now=now, actor=actor, details=details))
