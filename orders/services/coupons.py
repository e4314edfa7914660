"""Coupons: what one takes off an order, using one up, and giving the use back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import F

from orders.domain.coupons import Flaw, Terms, discount_cents, flaw_of
from orders.domain.states import WITHOUT_GOODS
from orders.models import Coupon, Order

_FOR_GOOD: Final = (Flaw.UNKNOWN, Flaw.EXPIRED, Flaw.USED_UP)


class CouponInvalidError(Exception):
    """The coupon takes nothing off this order; `flaw` says why."""

    def __init__(self, flaw: Flaw) -> None:
        """Keep why."""
        super().__init__(flaw.value)
        self.flaw = flaw


def code_of(text: str) -> str:
    """Return a coupon's code as it is kept: without blanks around it, in capital letters."""
    return text.strip().upper()


def discount_of(code: str, subtotal_cents: int, now: datetime) -> int:
    """Return the cents that a coupon takes off goods of `subtotal_cents`, 0 for no code.

    Raises CouponInvalidError.
    """
    if not code:
        return 0
    coupon = Coupon.objects.filter(pk=code).first() if code.isprintable() else None
    if coupon is None:
        raise CouponInvalidError(Flaw.UNKNOWN)
    terms = _terms_of(coupon)
    flaw = flaw_of(terms, subtotal_cents, now)
    if flaw:
        raise CouponInvalidError(flaw)
    return discount_cents(terms, subtotal_cents)


def is_gone(coupon: Coupon, now: datetime) -> bool:
    """Tell whether the coupon will take nothing off any order any more."""
    terms = _terms_of(coupon)
    return flaw_of(terms, terms.minimum_cents, now) in _FOR_GOOD


def use(code: str) -> None:
    """Take one use of the coupon inside the running transaction; raises CouponInvalidError.

    One conditional update, so that the last use is had once.
    """
    left = Coupon.objects.filter(pk=code, is_active=True, used__lt=F("uses"))
    if not left.update(used=F("used") + 1):
        raise CouponInvalidError(Flaw.USED_UP)


def give_back(code: str) -> None:
    """Take one use of the coupon back inside the transaction that ends its order.

    A coupon that is not there any more, or counts none, stays so: no order is held up by it.
    """
    Coupon.objects.filter(pk=code, used__gt=0).update(used=F("used") - 1)


def lock_in_turn(orders: Iterable[Order]) -> None:
    """Lock the coupons that the orders of a batch may give back, by code.

    Call it after orders and articles are locked: checkout, too, takes its coupon last. One coupon
    alone is not waited for before it is given back; of several, batches would wait in a circle.
    """
    codes = {each.coupon_code for each in orders if each.state not in WITHOUT_GOODS} - {""}
    if len(codes) > 1:
        rows = Coupon.objects.select_for_update().filter(pk__in=codes).order_by("pk")
        list(rows.values_list("pk", flat=True))


def _terms_of(coupon: Coupon) -> Terms:
    return Terms(
        percent=coupon.percent,
        amount_cents=coupon.amount_cents,
        minimum_cents=coupon.minimum_cents,
        valid_from=coupon.valid_from,
        valid_until=coupon.valid_until,
        uses_left=coupon.uses - coupon.used,
        is_active=coupon.is_active,
    )
