"""What a coupon takes off an order, and why it takes off nothing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Flaw(StrEnum):
    """Why a coupon does not count."""

    UNKNOWN = "unknown"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    USED_UP = "used_up"
    BELOW_MINIMUM = "below_minimum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a coupon is worth, a percentage or an amount, and under which conditions."""

    percent: int | None
    amount_cents: int | None
    minimum_cents: int
    valid_from: datetime
    valid_until: datetime
    uses_left: int
    is_active: bool


def flaw_of(terms: Terms, subtotal_cents: int, now: datetime) -> Flaw | None:
    """Return why the coupon does not count for goods of `subtotal_cents`, None where it does.

    Something has to be left to pay, because the bank charges a cent at least.
    """
    if not terms.is_active:
        return Flaw.UNKNOWN
    if now < terms.valid_from:
        return Flaw.NOT_YET
    if now >= terms.valid_until:
        return Flaw.EXPIRED
    if terms.uses_left < 1:
        return Flaw.USED_UP
    least = max(terms.minimum_cents, (terms.amount_cents or 0) + 1)
    return Flaw.BELOW_MINIMUM if subtotal_cents < least else None


def discount_cents(terms: Terms, subtotal_cents: int) -> int:
    """Return what is taken off; parts of a cent stay with the shop."""
    if terms.amount_cents is not None:
        return terms.amount_cents
    return subtotal_cents * (terms.percent or 0) // 100
