"""The whole saga as one table: state and happening give the next state, what is said and undone.

Whoever acts (consumer, page, sweeper) looks its cell up here, under a lock on the order, and does
what the cell says. What stands in no row is ignored and counted: the first end wins.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from orders.domain.states import Happening, State

_S, _H = State, Happening


class Hold(StrEnum):
    """What becomes of the order's stock."""

    NONE = ""
    TAKE = "take"
    RENEW = "renew"
    PAY = "pay"
    RELEASE = "release"
    WRITE_OFF = "write_off"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class Said:
    """What is published: a topic, by its slug, and the event's `status`."""

    topic: str
    status: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: the next state, what becomes of the stock, what is said.

    `owes_refund` says that the bank has to give money back afterwards.
    """

    then: State
    hold: Hold = Hold.NONE
    says: Said | None = None
    owes_refund: bool = False


NEW, STOCK, FRAUD = "pedido-novo", "estoque-reservado", "fraude-verificado"
PAYMENT, PICKING = "processo-de-pagamento", "processo-de-picking"

_reserved: Final = Said(STOCK, "reserved")
_missing: Final = Said(STOCK, "out_of_stock")
_released: Final = Said(STOCK, "released")
_clear: Final = Said(FRAUD, "clear")
_fraud: Final = Said(FRAUD, "fraud")
_approved: Final = Said(PAYMENT, "approved")
_rejected: Final = Said(PAYMENT, "rejected")
_refunded: Final = Said(PAYMENT, "refunded")
_part: Final = Said(PAYMENT, "partly_refunded")
_cancelled: Final = Said(NEW, "cancelled")

TABLE: Final[dict[tuple[State, Happening], Cell]] = {
    # Stock: all lines or none.
    (_S.PLACED, _H.STOCK_RESERVED): Cell(_S.HELD, Hold.TAKE, _reserved),
    (_S.CLEARED, _H.STOCK_RESERVED): Cell(_S.RESERVED, Hold.TAKE, _reserved),
    (_S.IN_REVIEW, _H.STOCK_RESERVED): Cell(_S.HELD_IN_REVIEW, Hold.TAKE, _reserved),
    (_S.PLACED, _H.STOCK_MISSING): Cell(_S.OUT_OF_STOCK, says=_missing),
    (_S.CLEARED, _H.STOCK_MISSING): Cell(_S.OUT_OF_STOCK, says=_missing),
    (_S.IN_REVIEW, _H.STOCK_MISSING): Cell(_S.OUT_OF_STOCK, says=_missing),
    # Verdict: said once; a doubtful order waits for a person.
    (_S.PLACED, _H.FRAUD_CLEAR): Cell(_S.CLEARED, says=_clear),
    (_S.HELD, _H.FRAUD_CLEAR): Cell(_S.RESERVED, says=_clear),
    (_S.IN_REVIEW, _H.FRAUD_CLEAR): Cell(_S.CLEARED, says=_clear),
    # The review may have outlasted the hold, which is not to expire before anybody could pay.
    (_S.HELD_IN_REVIEW, _H.FRAUD_CLEAR): Cell(_S.RESERVED, Hold.RENEW, _clear),
    (_S.PLACED, _H.FRAUD_DOUBTFUL): Cell(_S.IN_REVIEW),
    (_S.HELD, _H.FRAUD_DOUBTFUL): Cell(_S.HELD_IN_REVIEW),
    (_S.PLACED, _H.FRAUD_FOUND): Cell(_S.FRAUD, says=_fraud),
    (_S.HELD, _H.FRAUD_FOUND): Cell(_S.FRAUD, says=_fraud),
    (_S.IN_REVIEW, _H.FRAUD_FOUND): Cell(_S.FRAUD, says=_fraud),
    (_S.HELD_IN_REVIEW, _H.FRAUD_FOUND): Cell(_S.FRAUD, says=_fraud),
    # Expiry: never while a person looks, never once the bank may have been asked.
    (_S.HELD, _H.HOLD_EXPIRED): Cell(_S.CANCELLED, Hold.RELEASE, Said(STOCK, "expired")),
    (_S.RESERVED, _H.HOLD_EXPIRED): Cell(_S.CANCELLED, Hold.RELEASE, Said(STOCK, "expired")),
    # Money: only with stock held and the verdict clear, in whatever order these came.
    (_S.RESERVED, _H.PAYMENT_BEGUN): Cell(_S.PAYING, Hold.PAY),
    (_S.PAYING, _H.PAYMENT_APPROVED): Cell(_S.PAID, says=_approved),
    (_S.PAYING, _H.PAYMENT_REJECTED): Cell(_S.PAYMENT_REFUSED, says=_rejected),
    (_S.SETTLING, _H.PAYMENT_APPROVED): Cell(_S.REFUNDING, says=_approved, owes_refund=True),
    (_S.SETTLING, _H.PAYMENT_REJECTED): Cell(_S.CANCELLED, says=_rejected),
    (_S.REFUNDING, _H.REFUND_MADE): Cell(_S.CANCELLED, says=_refunded),
    # Warehouse.
    (_S.PAID, _H.PICKING_STARTED): Cell(_S.PICKING, says=Said(PICKING, "started")),
    (_S.PICKING, _H.PICKED_SHORT): Cell(_S.PICKING, says=Said(PICKING, "short"), owes_refund=True),
    (_S.PICKING, _H.PICKING_DONE): Cell(_S.PICKED, says=Said(PICKING, "picked")),
    (_S.PICKED, _H.GOODS_DISPATCHED): Cell(_S.DISPATCHED, says=Said(PICKING, "dispatched")),
    # Money back for units that were not found; what leaves nothing charged is REFUND_MADE.
    (_S.PICKING, _H.PART_REFUND_MADE): Cell(_S.PICKING, says=_part),
    (_S.PICKED, _H.PART_REFUND_MADE): Cell(_S.PICKED, says=_part),
    (_S.DISPATCHED, _H.PART_REFUND_MADE): Cell(_S.DISPATCHED, says=_part),
    (_S.REFUNDING, _H.PART_REFUND_MADE): Cell(_S.REFUNDING, says=_part),
    # Cancellation: what the bank may have charged has to be settled first.
    (_S.PLACED, _H.CANCELLATION): Cell(_S.CANCELLED, says=_cancelled),
    (_S.HELD, _H.CANCELLATION): Cell(_S.CANCELLED, says=_cancelled),
    (_S.CLEARED, _H.CANCELLATION): Cell(_S.CANCELLED, says=_cancelled),
    (_S.IN_REVIEW, _H.CANCELLATION): Cell(_S.CANCELLED, says=_cancelled),
    (_S.HELD_IN_REVIEW, _H.CANCELLATION): Cell(_S.CANCELLED, says=_cancelled),
    (_S.RESERVED, _H.CANCELLATION): Cell(_S.CANCELLED, says=_cancelled),
    (_S.PAYING, _H.CANCELLATION): Cell(_S.SETTLING, says=_cancelled),
    (_S.PAID, _H.CANCELLATION): Cell(_S.REFUNDING, says=_cancelled, owes_refund=True),
    (_S.PICKING, _H.CANCELLATION): Cell(_S.REFUNDING, says=_cancelled, owes_refund=True),
    # What is left of the stock once the order has ended, and once the goods have been found.
    (_S.FRAUD, _H.STOCK_RELEASED): Cell(_S.FRAUD, Hold.RELEASE, _released),
    (_S.PAYMENT_REFUSED, _H.STOCK_RELEASED): Cell(_S.PAYMENT_REFUSED, Hold.RELEASE, _released),
    (_S.CANCELLED, _H.STOCK_RELEASED): Cell(_S.CANCELLED, Hold.RELEASE, _released),
    (_S.PICKING, _H.STOCK_WRITTEN_OFF): Cell(_S.PICKING, Hold.WRITE_OFF),
    (_S.PICKED, _H.STOCK_WRITTEN_OFF): Cell(_S.PICKED, Hold.WRITE_OFF),
    (_S.DISPATCHED, _H.STOCK_WRITTEN_OFF): Cell(_S.DISPATCHED, Hold.WRITE_OFF),
    (_S.REFUNDING, _H.STOCK_WRITTEN_OFF): Cell(_S.REFUNDING, Hold.WRITE_OFF),
    (_S.PICKED, _H.STOCK_COMMITTED): Cell(_S.PICKED, Hold.COMMIT),
    (_S.DISPATCHED, _H.STOCK_COMMITTED): Cell(_S.DISPATCHED, Hold.COMMIT),
}


def cell_of(state: State, happening: Happening) -> Cell | None:
    """Return what `happening` does to an order in `state`, None where it is ignored."""
    return TABLE.get((state, happening))


def may_be_cancelled(state: State) -> bool:
    """Tell whether a customer or staff may still cancel: until the goods are picked."""
    return (state, Happening.CANCELLATION) in TABLE
