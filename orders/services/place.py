"""Takes an order: its key is claimed, the card verified, then all of it written in one transaction.

The bank is asked with no transaction open. A process that is killed on the way leaves a claim with
no order; the next request under the key begins anew.
"""

from dataclasses import dataclass, field
from datetime import datetime

from orders.adapters.bank import Bank, Card
from orders.models import Order
from orders.services.customers import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """What is ordered; `account_id` orders, under the client's `key` or None.

    `lines` are quantities by SKU; the card is in the clear and lives no longer than the request.
    """

    account_id: str
    key: str | None
    person: Person = field(repr=False)
    lines: dict[str, int]
    card: Card = field(repr=False)
    coupon: str = ""
    telesales_opt_out: bool = False
    language: str = "pt-br"


@dataclass(frozen=True, slots=True)
class Placed:
    """The order, and whether the same request had made it before."""

    order: Order
    is_replay: bool


class KeyReusedError(Exception):
    """The key stands for another order; `fields` are those that differ."""

    def __init__(self, fields: list[str]) -> None:
        """Keep the names of what differs."""
        super().__init__("the key stands for another order")
        self.fields = fields


class UnableToOrderError(Exception):
    """A line cannot be ordered; `param` names the field, `reason` what is wrong with it."""

    def __init__(self, param: str, reason: str) -> None:
        """Keep the field and the reason."""
        super().__init__(f"{param}: {reason}")
        self.param = param
        self.reason = reason


class CardRefusedError(Exception):
    """The bank does not take the card as it was typed; `reason` is its refusal code."""

    def __init__(self, reason: str) -> None:
        """Keep why."""
        super().__init__(reason)
        self.reason = reason


def place(order: PlaceOrder, bank: Bank, *, now: datetime) -> Placed:
    """Make the order, or find the one that the same key has made.

    Raises KeyReusedError, UnableToOrderError, CouponInvalidError, CardRefusedError, BankAwayError
    (nothing was ordered) and TryAgainError (the same request under the same key tells).
    """
    raise NotImplementedError
