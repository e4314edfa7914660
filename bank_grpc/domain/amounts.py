"""Turns the old wire's doubles into cents, and refuses what no honest caller sends."""

import math
from typing import Final

# A double that stands for whole cents is off by far less than this, even after some arithmetic.
_TOLERANCE_CENTS: Final = 1e-4
MOST_CENTS: Final = 10**12


class MalformedAmountError(ValueError):
    """The amount is not finite, not positive, too large, or finer than a cent."""


def cents_of_double(amount: float) -> int:
    """Return the cents that `amount` stands for (CONTRACTS section 3).

    `29.90 * 3` arrives as 89.69999999999999 and is honest. Raises MalformedAmountError.
    """
    hundredfold = amount * 100
    # Not the amount alone: the greatest doubles are infinite only as cents.
    if not math.isfinite(hundredfold):
        raise MalformedAmountError("the amount must be a finite number of cents")
    cents = round(hundredfold)
    if abs(hundredfold - cents) > _TOLERANCE_CENTS:
        raise MalformedAmountError("the amount must not be finer than a cent")
    return checked_cents(cents)


def checked_cents(cents: int) -> int:
    """Return `cents` where a payment may have so many; raises MalformedAmountError."""
    if not 1 <= cents <= MOST_CENTS:
        raise MalformedAmountError("the amount must be between 0.01 and 10,000,000,000.00")
    return cents
