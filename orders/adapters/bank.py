"""The shop's way to the bank: cards are verified, tokens charged and money given back by gRPC.

No transaction is open around these calls; each that moves money has a request id, so that it can
be repeated until its outcome is known.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Protocol

from django.conf import settings

from bank_grpc.client import BankClient, BankError, BankUnavailable, PaymentRefused, Purchase
from bank_grpc.client import Card as TypedCard


class RefusedError(Exception):
    """The bank has decided and says no; `reason` is its refusal code, and stays so."""

    def __init__(self, reason: str, payment_id: str = "") -> None:
        """Keep why, and the id of the refused payment where it has one."""
        super().__init__(reason)
        self.reason = reason
        self.payment_id = payment_id


class BankAwayError(Exception):
    """The bank could not be asked, or its answer did not come: the outcome is not known."""


class BankFailedError(Exception):
    """The bank does not take the call as it was made, and will not: a person has to look."""

    def __init__(self, code: str) -> None:
        """Keep the name of gRPC's code."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card as it was typed; it lives no longer than the request, and no text shows it."""

    number: str = field(repr=False)
    holder: str = field(repr=False)
    expiration_month: int = field(repr=False)
    expiration_year: int = field(repr=False)
    cvv: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verified:
    """A card that one order may charge once, within thirty days, by `token`."""

    token: str = field(repr=False)
    fingerprint: str
    brand: str
    last4: str


@dataclass(frozen=True, slots=True)
class Paid:
    """An approved payment."""

    payment_id: str


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money given back: the refund's id, and all that was given back of its payment."""

    id: str
    refunded_total_cents: int


class Bank(Protocol):
    """Whoever charges cards; every method raises the three errors above."""

    def verify(self, card: Card, *, amount_cents: int, order_id: str) -> Verified:
        """Have a card checked for one order; nothing is charged or held."""
        ...

    def authorise(
        self, *, request_id: str, token: str, order_id: str, amount_cents: int, description: str
    ) -> Paid:
        """Charge the card behind a token; the same `request_id` gives the same answer again."""
        ...

    def refund(self, payment_id: str, *, request_id: str, amount_cents: int) -> Refunded:
        """Give back a part or all, once for each `request_id`."""
        ...


class GrpcBank:
    """The bank over `bank.v1.BankService`, called as the shop's account."""

    def __init__(self, address: str = "", *, account_id: str = "", secret: str = "") -> None:
        """Call `address`, the settings' where none is given, as the account."""
        self._client = BankClient(address, account_id=account_id, secret=secret)

    def verify(self, card: Card, *, amount_cents: int, order_id: str) -> Verified:
        """Have a card checked for one order, within ORDERS_VERIFY_SECONDS."""
        try:
            found = self._client.verify_card(
                _typed(card),
                amount_cents=amount_cents,
                order_id=order_id,
                deadline=settings.ORDERS_VERIFY_SECONDS,
            )
        except _ERRORS as error:
            raise _translated(error) from None
        return Verified(found.payment_token, found.card_fingerprint, found.brand, found.last4)

    def authorise(
        self, *, request_id: str, token: str, order_id: str, amount_cents: int, description: str
    ) -> Paid:
        """Charge the card behind a token, within ORDERS_AUTHORISE_SECONDS."""
        purchase = Purchase(
            request_id=request_id,
            payment_token=token,
            order_id=order_id,
            amount_cents=amount_cents,
            description=description,
        )
        try:
            paid = self._client.authorise(purchase, deadline=settings.ORDERS_AUTHORISE_SECONDS)
        except _ERRORS as error:
            raise _translated(error) from None
        return Paid(paid.id)

    def refund(self, payment_id: str, *, request_id: str, amount_cents: int) -> Refunded:
        """Give back a part or all, within ORDERS_AUTHORISE_SECONDS."""
        try:
            made = self._client.refund(
                payment_id,
                request_id=request_id,
                amount_cents=amount_cents,
                deadline=settings.ORDERS_AUTHORISE_SECONDS,
            )
        except _ERRORS as error:
            raise _translated(error) from None
        return Refunded(made.id, made.refunded_total_cents)


_ERRORS: Final = (PaymentRefused, BankUnavailable, BankError)


def _typed(card: Card) -> TypedCard:
    return TypedCard(
        number=card.number,
        holder=card.holder,
        expiration_month=card.expiration_month,
        expiration_year=card.expiration_year,
        cvv=card.cvv,
    )


def _translated(error: Exception) -> Exception:
    if isinstance(error, PaymentRefused):
        return RefusedError(error.reason, error.transaction_id)
    if isinstance(error, BankError):
        return BankFailedError(error.code)
    return BankAwayError()


def shop_account() -> tuple[str, str]:
    """Return id and secret of the shop's account: the settings', else the demo's; empty if none."""
    if settings.SHOP_ACCOUNT_ID:
        return settings.SHOP_ACCOUNT_ID, settings.SHOP_ACCOUNT_SECRET
    try:
        content = json.loads((settings.VAR_DIR / "demo.json").read_text(encoding="utf-8"))
        account = content["shop_account"]
        return str(account["id"]), str(account["secret"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", ""


def bank() -> Bank:
    """Return the bank that the settings name, called as the shop: one channel for the process."""
    return _bank(*shop_account())


@cache
def _bank(account_id: str, secret: str) -> GrpcBank:
    # Anew where the demo was seeded after this process began.
    return GrpcBank(account_id=account_id, secret=secret)
