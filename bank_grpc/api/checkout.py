"""`POST /checkout`: a shop's payment, answered when the bank has answered."""

from typing import TYPE_CHECKING, Final, cast

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

import rest
from bank_grpc.adapters import bank
from bank_grpc.api import base, docs
from bank_grpc.api.errors import invalid
from bank_grpc.api.tries import ShopGate
from bank_grpc.domain.amounts import checked_cents
from bank_grpc.services.checkout import CheckoutOrder, check_out
from rest import Problem

if TYPE_CHECKING:
    from accounts.authentication import Merchant

_NUMBER_DIGITS: Final = range(12, 20)
_CVV_DIGITS: Final = range(3, 5)
_HOLDER_LETTERS: Final = range(2, 101)
_LONGEST_DESCRIPTION: Final = 255


class PostedCard(msgspec.Struct, forbid_unknown_fields=True):
    """The card as it was posted; it lives no longer than the request."""

    number: str
    holder: str
    expiration_month: int
    expiration_year: int
    cvv: str

    def __repr__(self) -> str:
        """Say nothing of the card, wherever it may be printed."""
        return "PostedCard(...)"


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    amount: str | float | int
    card: PostedCard
    description: str = ""


class Checkout(base.Operation):
    """The bank is asked over gRPC while the shop waits."""

    @docs.CHECKOUT
    def post(self, request: Request) -> HttpResponse:
        """Pay by card; approved is 201, refused is 402 with the bank's reason."""
        merchant = cast("Merchant", request.auth)
        key = rest.key_of(request)
        order = _order(rest.read(request.data, _Body), merchant, key)
        answered = check_out(order, bank.bank(), ShopGate(order))
        replayed = {"Idempotent-Replayed": "true"} if answered.is_replay else {}
        if not answered.is_approved:
            raise Problem(402, "payment_refused", extra=answered.body, headers=replayed)
        answer = rest.json_answer(answered.body, status=answered.status)
        for name, value in replayed.items():
            answer[name] = value
        return answer


def _order(posted: _Body, merchant: "Merchant", key: str | None) -> CheckoutOrder:
    card = posted.card
    _check_card(card)
    text = posted.description
    if len(text) > _LONGEST_DESCRIPTION or not text.isprintable():
        raise invalid("description", "description")
    for name, value in (("description", text), ("card.holder", card.holder)):
        if card.number in "".join(c for c in value if c.isdigit()):
            raise invalid(name, "card_number_in_text")
    return CheckoutOrder(
        caller=merchant.account_id,
        key=key,
        store=merchant.name,
        amount_cents=checked_cents(base.cents(posted.amount)),
        description=text,
        number=card.number,
        holder=card.holder,
        expiration_month=card.expiration_month,
        expiration_year=card.expiration_year,
        cvv=card.cvv,
    )


def _check_card(card: PostedCard) -> None:
    checks = (
        ("number", "number", _is_digits(card.number, _NUMBER_DIGITS)),
        ("holder", "holder", len(card.holder) in _HOLDER_LETTERS and card.holder.isprintable()),
        ("expiration_month", "month", 1 <= card.expiration_month <= 12),  # noqa: PLR2004 - months
        ("expiration_year", "year", 1000 <= card.expiration_year <= 9999),  # noqa: PLR2004
        ("cvv", "cvv", _is_digits(card.cvv, _CVV_DIGITS)),
    )
    for name, reason, is_sound in checks:
        if not is_sound:
            raise invalid(f"card.{name}", reason)


def _is_digits(text: str, lengths: range) -> bool:
    return len(text) in lengths and text.isascii() and text.isdigit()
