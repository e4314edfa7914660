"""Coupons: what one takes off, and using one up."""

from datetime import datetime

from orders.models import Coupon


class CouponInvalidError(Exception):
    """The coupon takes nothing off this order; `reason` says why, in the domain's words."""

    def __init__(self, reason: str) -> None:
        """Keep why."""
        super().__init__(reason)
        self.reason = reason


def discount_of(code: str, subtotal_cents: int, now: datetime) -> int:
    """Return the cents that a coupon takes off; raises CouponInvalidError."""
    raise NotImplementedError


def use(code: str) -> None:
    """Take one use of the coupon inside the running transaction; raises CouponInvalidError."""
    raise NotImplementedError


__all__ = ["Coupon", "CouponInvalidError", "discount_of", "use"]
