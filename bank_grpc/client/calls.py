"""What callers hand to the client and get from it: plain values, amounts in integer cents."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card as its holder typed it; no text shows number or CVV."""

    number: str = field(repr=False)
    expiration_month: int
    expiration_year: int
    cvv: str = field(repr=False)
    holder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """What an account charges, by a card or by a token of `verify_card`."""

    request_id: str
    amount_cents: int
    order_id: str = ""
    description: str = ""
    instalments: int = 1
    card: Card | None = None
    payment_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Payment:
    """A decided payment; `refusal_code` is empty where it was approved."""

    id: str
    refusal_code: str
    balance_after_cents: int

    @property
    def is_approved(self) -> bool:
        """Tell whether the card pays."""
        return not self.refusal_code


@dataclass(frozen=True, slots=True)
class Verified:
    """A card that one order may charge once by `payment_token`."""

    payment_token: str = field(repr=False)
    card_fingerprint: str
    brand: str
    last4: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Refunded:
    """A refund, and all that has been given back of its payment."""

    id: str
    refunded_total_cents: int
    balance_after_cents: int
