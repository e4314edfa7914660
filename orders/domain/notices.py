"""Which of the saga's events a customer is written to about, and when one says nothing any more."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from orders.domain import pipeline
from orders.domain.states import ENDED, State


class Notice(StrEnum):
    """What a mail tells."""

    PLACED = "placed"
    OUT_OF_STOCK = "out_of_stock"
    DECLINED = "declined"
    EXPIRED = "expired"
    PAID = "paid"
    PAYMENT_REFUSED = "payment_refused"
    PART_REFUND = "part_refund"
    REFUND = "refund"
    CANCELLED = "cancelled"
    DISPATCHED = "dispatched"


_NOTICES: Final[Mapping[tuple[str, str], Notice]] = {
    (pipeline.NEW, "placed"): Notice.PLACED,
    (pipeline.NEW, "cancelled"): Notice.CANCELLED,
    (pipeline.STOCK, "out_of_stock"): Notice.OUT_OF_STOCK,
    (pipeline.STOCK, "expired"): Notice.EXPIRED,
    (pipeline.FRAUD, "fraud"): Notice.DECLINED,
    (pipeline.PAYMENT, "approved"): Notice.PAID,
    (pipeline.PAYMENT, "rejected"): Notice.PAYMENT_REFUSED,
    (pipeline.PAYMENT, "partly_refunded"): Notice.PART_REFUND,
    (pipeline.PAYMENT, "refunded"): Notice.REFUND,
    (pipeline.PICKING, "dispatched"): Notice.DISPATCHED,
}


def notice_of(topic: str, status: str) -> Notice | None:
    """Return what is written about an event, None for steps that only the shop cares about."""
    return _NOTICES.get((topic, status))


def still_says_something(notice: Notice, state: State) -> bool:
    """Tell whether a notice is news once the order was cancelled: neither charge nor parcel is.

    The cancellation has a mail of its own, and so has the money's way back.
    """
    if notice in (Notice.PAID, Notice.PART_REFUND):
        return state not in ENDED or state is State.DISPATCHED
    if notice is Notice.PAYMENT_REFUSED:
        return state is State.PAYMENT_REFUSED
    return True
