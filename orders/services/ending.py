"""The end of an order that was paid and is given back as a whole."""

from datetime import datetime

from orders.domain.states import Happening
from orders.models import Order, RefundDue
from orders.services import owed
from orders.services.act import Act, act


def give_back_rest(order: Order, *, now: datetime, actor: str = "") -> RefundDue | None:
    """Write down that what is still charged for a locked order goes back; return that row.

    None where nothing is left to give back: where all of it went back already, by short picks or
    because a coupon had paid, the order ends here, for nobody else will say that it is over.
    """
    row = owed.owe_rest(order, now)
    if row is None and order.refunded_cents >= order.charged_cents:
        details = {
            "payment_id": order.payment_id,
            "amount_cents": 0,
            "refunded_total_cents": order.refunded_cents,
        }
        act(order, Act(happening=Happening.REFUND_MADE, now=now, actor=actor, details=details))
    return row
