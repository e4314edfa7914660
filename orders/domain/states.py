"""What an order can be, what can happen to it, and the words that outsiders see for it."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where an order stands; one word for stock, verdict and money together."""

    PLACED = "placed"
    HELD = "held"
    CLEARED = "cleared"
    IN_REVIEW = "in_review"
    HELD_IN_REVIEW = "held_in_review"
    RESERVED = "reserved"
    PAYING = "paying"
    PAID = "paid"
    PICKING = "picking"
    PICKED = "picked"
    DISPATCHED = "dispatched"
    OUT_OF_STOCK = "out_of_stock"
    FRAUD = "fraud"
    PAYMENT_REFUSED = "payment_refused"
    SETTLING = "settling"
    REFUNDING = "refunding"
    CANCELLED = "cancelled"


class Happening(StrEnum):
    """What a consumer, a page or the sweeper brings to an order."""

    STOCK_RESERVED = "stock_reserved"
    STOCK_MISSING = "stock_missing"
    FRAUD_CLEAR = "fraud_clear"
    FRAUD_DOUBTFUL = "fraud_doubtful"
    FRAUD_FOUND = "fraud_found"
    HOLD_EXPIRED = "hold_expired"
    PAYMENT_BEGUN = "payment_begun"
    PAYMENT_APPROVED = "payment_approved"
    PAYMENT_REJECTED = "payment_rejected"
    REFUND_MADE = "refund_made"
    PART_REFUND_MADE = "part_refund_made"
    PICKING_STARTED = "picking_started"
    PICKED_SHORT = "picked_short"
    PICKING_DONE = "picking_done"
    GOODS_DISPATCHED = "goods_dispatched"
    CANCELLATION = "cancellation"
    STOCK_RELEASED = "stock_released"
    STOCK_WRITTEN_OFF = "stock_written_off"
    STOCK_COMMITTED = "stock_committed"


class Status(StrEnum):
    """What the shop's REST and pages call it, in the order in which it moves."""

    PLACED = "placed"
    IN_REVIEW = "in_review"
    RESERVED = "reserved"
    PAID = "paid"
    PICKING = "picking"
    PICKED = "picked"
    DISPATCHED = "dispatched"
    OUT_OF_STOCK = "out_of_stock"
    FRAUD = "fraud"
    PAYMENT_REFUSED = "payment_refused"
    CANCELLED = "cancelled"


_STATUS: Final = {
    State.HELD: Status.PLACED,
    State.CLEARED: Status.PLACED,
    State.HELD_IN_REVIEW: Status.IN_REVIEW,
    State.PAYING: Status.RESERVED,
    State.SETTLING: Status.CANCELLED,
    State.REFUNDING: Status.CANCELLED,
}
_RANK: Final = {status: rank for rank, status in enumerate(Status)}

ENDED: Final = frozenset(
    {
        State.DISPATCHED,
        State.OUT_OF_STOCK,
        State.FRAUD,
        State.PAYMENT_REFUSED,
        State.SETTLING,
        State.REFUNDING,
        State.CANCELLED,
    }
)
"""The order has ended for its customer, though stock or money may still be on the way back."""

FINAL: Final = ENDED - {State.SETTLING, State.REFUNDING}
"""Nothing of its money is under way any more."""

WITHOUT_GOODS: Final = FINAL - {State.DISPATCHED}
"""Nothing was bought in the end, and nothing is charged: the order's coupon is free again."""


def status_of(state: State, before: Status = Status.PLACED) -> Status:
    """Return the public word for `state`, which never moves backwards from the one `before`.

    A review that clears an order whose stock is not held yet leaves it `in_review` for outsiders.
    """
    now = _STATUS.get(state) or Status(state)
    return max(now, before, key=_RANK.__getitem__)
