"""What a basket costs now: its articles, their prices, the coupon; and what nobody can order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from orders.domain.money import subtotal_cents
from orders.models import Product
from orders.services import coupons

MOST_LINES: Final = 50
MOST_OF_ONE: Final = 999
# The most that the bank charges at once.
_MOST_CENTS: Final = 10**12
_is_sku = re.compile(r"[!-~]{1,32}").fullmatch


class UnableToOrderError(Exception):
    """A line cannot be ordered; `reason` says why.

    `sku` names the article: empty, too_many, total; unknown or quantity of that one.
    """

    def __init__(self, reason: str, sku: str = "") -> None:
        """Keep the article and the reason."""
        super().__init__(reason)
        self.reason = reason
        self.sku = sku


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One article at today's price; nothing is picked of it."""

    sku: str
    quantity: int
    unit_price_cents: int
    picked: None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """What is bought, in the order in which it was put in; `coupon` is the code that counts."""

    lines: tuple[BasketLine, ...]
    subtotal_cents: int
    discount_cents: int
    coupon: str

    @property
    def total_cents(self) -> int:
        """Return what the card is to be charged."""
        return self.subtotal_cents - self.discount_cents


def basket_of(quantities: Mapping[str, int], coupon: str, now: datetime) -> Basket:
    """Return the basket of `quantities` by SKU with the coupon's discount.

    Whether there is stock is the reservation's to say. Raises UnableToOrderError and
    `coupons.CouponInvalidError`.
    """
    _check(quantities)
    prices = dict(
        Product.objects.filter(pk__in=list(quantities), is_active=True).values_list(
            "pk", "price_cents"
        )
    )
    for sku in quantities:
        if sku not in prices:
            raise UnableToOrderError("unknown", sku)
    lines = tuple(BasketLine(sku, count, prices[sku]) for sku, count in quantities.items())
    subtotal = subtotal_cents(lines)
    if subtotal > _MOST_CENTS:
        raise UnableToOrderError("total")
    code = coupons.code_of(coupon)
    return Basket(lines, subtotal, coupons.discount_of(code, subtotal, now), code)


def _check(quantities: Mapping[str, int]) -> None:
    if not quantities:
        raise UnableToOrderError("empty")
    if len(quantities) > MOST_LINES:
        raise UnableToOrderError("too_many")
    for sku, quantity in quantities.items():
        if not _is_sku(sku):
            raise UnableToOrderError("unknown", sku)
        if not 1 <= quantity <= MOST_OF_ONE:
            raise UnableToOrderError("quantity", sku)
