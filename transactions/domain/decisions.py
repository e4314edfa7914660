"""The rules by which a transaction is approved or rejected, in the order they are checked.

CONTRACTS section 2: the first rule that fails gives the reason; there is no third decision.
"""

from datetime import date, datetime
from typing import Final, NamedTuple

from cards import rules

APPROVED: Final = "approved"
REJECTED: Final = "rejected"
MINIMUM_CENTS: Final = 100
MAXIMUM_CENTS: Final = 100_000


class Verdict(NamedTuple):
    """A decision's status, with the reason's code and message; both are empty when approved."""

    status: str
    error_code: str
    error_message: str


APPROVAL: Final = Verdict(APPROVED, "", "")
INVALID_NUMBER: Final = Verdict(REJECTED, "invalid_card_number", "invalid credit card number")
INVALID_MONTH: Final = Verdict(REJECTED, "invalid_expiration_month", "invalid expiration month")
INVALID_YEAR: Final = Verdict(REJECTED, "invalid_expiration_year", "invalid expiration year")
BELOW_MINIMUM: Final = Verdict(REJECTED, "amount_below_minimum", "the amount must be at least 1.00")
ABOVE_MAXIMUM: Final = Verdict(
    REJECTED, "amount_above_maximum", "the amount must be at most 1000.00"
)
REFUSALS: Final = (INVALID_NUMBER, INVALID_MONTH, INVALID_YEAR, BELOW_MINIMUM, ABOVE_MAXIMUM)


def decide(*, number: str, month: int, year: int, amount_cents: int, on: date) -> Verdict:
    """Return the verdict on a charge of `amount_cents` to a card, judged `on` a day in Brazil.

    Total: any text and any integers get a verdict.
    """
    if not rules.is_valid_number(number):
        return INVALID_NUMBER
    if not rules.is_month(month):
        return INVALID_MONTH
    if rules.is_expired(month, year, on):
        return INVALID_YEAR
    if amount_cents < MINIMUM_CENTS:
        return BELOW_MINIMUM
    if amount_cents > MAXIMUM_CENTS:
        return ABOVE_MAXIMUM
    return APPROVAL


class Decided(NamedTuple):
    """A transaction with its verdict: what is stored and published of it, and nothing else.

    `event_id` is the id under which the result is published, made once. Both times are aware.
    """

    id: str
    event_id: str
    account_id: str
    status: str
    error_code: str
    error_message: str
    amount_cents: int
    currency: str
    card_brand: str
    card_last4: str
    card_token: str
    created_at: datetime
    processed_at: datetime
