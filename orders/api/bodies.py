"""Reads the body of `POST /orders` into an order to place, judging its shape field by field."""

from typing import Any, Final

import msgspec
from django.views.decorators.debug import sensitive_variables
from msgspec import UNSET, UnsetType

from orders.adapters.bank import Card
from orders.api.errors import invalid
from orders.domain.customers import holds_number
from orders.services.baskets import UnableToOrderError
from orders.services.coupons import code_of
from orders.services.persons import read_person
from orders.services.place import PlaceOrder
from rest import Problem, read

_NUMBER_DIGITS: Final = range(12, 20)
_CVV_DIGITS: Final = range(3, 5)
_HOLDER_LETTERS: Final = range(2, 101)
_OF_LINE: Final = {"unknown": "sku", "quantity": "quantity"}


class _Hidden(msgspec.Struct, forbid_unknown_fields=True):
    """A part of the body that no text shows."""

    def __repr__(self) -> str:
        """Say nothing of card and person, wherever it may be printed."""
        return f"{type(self).__name__}(...)"


class PostedCard(_Hidden):
    """The card as it was posted; it lives no longer than the request."""

    number: str
    holder: str
    expiration_month: int
    expiration_year: int
    cvv: str


class PostedCustomer(_Hidden):
    """The person as they were posted."""

    name: str
    phone: str
    email: str
    document: str
    address: str
    region: str


class PostedLine(msgspec.Struct, forbid_unknown_fields=True):
    """So many of an article."""

    sku: str
    quantity: int


class PostedOrder(_Hidden):
    """The body of `POST /orders`; its lines are read one by one, to name the one to blame."""

    customer: PostedCustomer
    lines: list[Any]
    card: PostedCard
    coupon: str | None = None
    telesales_opt_out: bool | UnsetType = UNSET


@sensitive_variables("body")
def read_order(body: Any, *, account_id: str, key: str | None, language: str) -> PlaceOrder:
    """Return the order of a body of plain data; raises Problem and InvalidPersonError."""
    posted = read(body, PostedOrder)
    card = _card(posted.card)
    coupon = code_of(posted.coupon or "")
    if holds_number(card.number, coupon):
        raise invalid("coupon", "number")
    return PlaceOrder(
        account_id=account_id,
        key=key,
        person=read_person(msgspec.structs.asdict(posted.customer), card_number=card.number),
        lines=_lines(posted.lines),
        card=card,
        coupon=coupon,
        telesales_opt_out=None if posted.telesales_opt_out is UNSET else posted.telesales_opt_out,
        language=language,
    )


def line_problem(error: UnableToOrderError, lines: dict[str, int]) -> Problem:
    """Return the 422 for what cannot be ordered, naming the line to blame by its place."""
    name = _OF_LINE.get(error.reason)
    if name is None:
        return invalid("lines", error.reason)
    return invalid(f"lines[{list(lines).index(error.sku)}].{name}", error.reason)


def _lines(posted: list[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, each in enumerate(posted):
        line = read(each, PostedLine, f"lines[{place}]")
        if line.sku in found:
            raise invalid(f"lines[{place}].sku", "twice")
        found[line.sku] = line.quantity
    return found


def _card(card: PostedCard) -> Card:
    is_holder = len(card.holder) in _HOLDER_LETTERS and card.holder.isprintable()
    checks = (
        ("number", "card_number", _is_digits(card.number, _NUMBER_DIGITS)),
        ("holder", "name", is_holder),
        ("holder", "number", not holds_number(card.number, card.holder)),
        ("expiration_month", "month", 1 <= card.expiration_month <= 12),  # noqa: PLR2004 - months
        ("expiration_year", "year", 1000 <= card.expiration_year <= 9999),  # noqa: PLR2004
        ("cvv", "cvv", _is_digits(card.cvv, _CVV_DIGITS)),
    )
    for name, reason, is_sound in checks:
        if not is_sound:
            raise invalid(f"card.{name}", reason)
    return Card(**msgspec.structs.asdict(card))


def _is_digits(text: str, lengths: range) -> bool:
    return len(text) in lengths and text.isascii() and text.isdigit()
