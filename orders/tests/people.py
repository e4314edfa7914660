"""People, cards and a bank as the tests of the shop play them."""

from dataclasses import dataclass, field
from typing import Any, Final

from uuid_utils.compat import uuid7

from orders.adapters.bank import Card, Paid, Refunded, Verified
from orders.services.customers import Person
from orders.services.place import PlaceOrder

NUMBER: Final = "5105105105105100"
DOCUMENT: Final = "52998224725"
OTHER_DOCUMENT: Final = "11144477735"


def a_person(**changes: Any) -> Person:
    """Return somebody as the shop's doors read them."""
    facts = {
        "name": "Maria Canária",
        "phone": "+5511987654321",
        "email": "maria@example.com",
        "region": "SP",
        "document": DOCUMENT,
        "address": "Rua das Flores, 10, São Paulo",
    }
    return Person(**{**facts, **changes})


def a_card(**changes: Any) -> Card:
    """Return a card as it is typed."""
    facts = {
        "number": NUMBER,
        "holder": "MARIA C",
        "expiration_month": 12,
        "expiration_year": 2031,
        "cvv": "73958"[:3],
    }
    return Card(**{**facts, **changes})


def wanted(lines: dict[str, int], **changes: Any) -> PlaceOrder:
    """Return an order to place; without a `key` each is one of its own."""
    facts: dict[str, Any] = {
        "account_id": "shop",
        "key": None,
        "person": a_person(),
        "lines": lines,
        "card": a_card(),
    }
    return PlaceOrder(**{**facts, **changes})


@dataclass
class ToldBank:
    """A bank that takes every card, or raises what it was told to; it keeps what it was asked."""

    error: Exception | None = None
    verified: list[dict[str, Any]] = field(default_factory=list)
    charged: dict[str, Paid] = field(default_factory=dict)
    refunded: dict[str, int] = field(default_factory=dict)

    def verify(self, card: Card, *, amount_cents: int, order_id: str) -> Verified:
        """Take the card."""
        self._raise()
        self.verified.append({"amount_cents": amount_cents, "order_id": order_id})
        return Verified(f"ptok_{order_id}", "f" * 64, "mastercard", card.number[-4:])

    def authorise(
        self, *, request_id: str, token: str, order_id: str, amount_cents: int, description: str
    ) -> Paid:
        """Charge once for each request id."""
        self._raise()
        return self.charged.setdefault(request_id, Paid(str(uuid7())))

    def refund(self, payment_id: str, *, request_id: str, amount_cents: int) -> Refunded:
        """Give back once for each request id."""
        self._raise()
        self.refunded.setdefault(request_id, amount_cents)
        return Refunded(request_id, sum(self.refunded.values()))

    def _raise(self) -> None:
        if self.error is not None:
            raise self.error
