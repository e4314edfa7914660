"""What a limit may be, and what may be given back or paid in."""


class LimitBelowUsedError(ValueError):
    """The new limit is lower than what is used already."""


class RefundExceedsChargeError(ValueError):
    """More would be given back than is left of the charge."""


class OverpaymentError(ValueError):
    """More would be paid in than is owed on the card."""


def checked_limit(limit_cents: int, *, used_cents: int) -> int:
    """Return the new limit; raises LimitBelowUsedError below what is used."""
    if limit_cents < max(used_cents, 0):
        raise LimitBelowUsedError("the limit is below what is used")
    return limit_cents


def refundable(amount_cents: int, *, charged_cents: int, refunded_cents: int) -> int:
    """Return the refunded total after giving back `amount_cents`; raises when too much."""
    total = refunded_cents + amount_cents
    if total > charged_cents:
        raise RefundExceedsChargeError("more than is left of the charge")
    return total


def payable(amount_cents: int, *, owed_cents: int) -> int:
    """Return `amount_cents` where so much is owed; raises OverpaymentError when it is not."""
    if amount_cents > owed_cents:
        raise OverpaymentError("more than is owed on the card")
    return amount_cents
