"""Money as integer cents: strict reading of amounts, exact writing."""

import re
from decimal import Context, Decimal, InvalidOperation
from typing import Final

_AMOUNT: Final = re.compile(rb"(\d{1,12})(?:\.(\d{1,2}))?")
_WHOLE_DIGITS: Final = 12
_LONGEST_TOKEN: Final = 64
# Room for every digit of the longest token, so that nothing is rounded.
_EXACT: Final = Context(prec=2 * _LONGEST_TOKEN)


class InvalidAmountError(ValueError):
    """The text is not an amount of at most twelve digits and two decimals."""


def parse_cents(token: bytes) -> int:
    """Return the integer cents of the raw `token`, such as `b"10.50"`.

    Raises InvalidAmountError for signs, exponents, NaN, blanks, and more than two decimals:
    CONTRACTS section 2 admits only `digits[.digit[digit]]`.
    """
    match = _AMOUNT.fullmatch(token)
    if match is None:
        raise InvalidAmountError("expected up to twelve digits and at most two decimals")
    whole, decimals = match.groups(b"")
    return int(whole) * 100 + int(decimals.ljust(2, b"0"))


def parse_outside_cents(token: bytes) -> int:
    """Return the integer cents of a JSON number that somebody else's system wrote.

    Outside producers write the same amount as `10.5`, `10.500` or `1.05E1`, and may send one that
    is negative: whatever is a whole number of cents below 10^12 is taken, for the rules to judge.
    Raises InvalidAmountError for anything else, such as `0.30000000000000004`.
    """
    try:
        return parse_cents(token)
    except InvalidAmountError:
        return _parse_any_number(token)


def _parse_any_number(token: bytes) -> int:
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        raise InvalidAmountError("expected a number of at most 64 digits")
    try:
        amount = Decimal(token.decode())
    except InvalidOperation:
        raise InvalidAmountError("expected a number") from None
    if not amount.is_finite() or not -_LONGEST_TOKEN < amount.adjusted() < _WHOLE_DIGITS:
        raise InvalidAmountError("expected at most twelve digits before the point")
    cents = _EXACT.multiply(amount, Decimal(100))
    if cents != int(cents):
        raise InvalidAmountError("expected a whole number of cents")
    return int(cents)


def format_cents(cents: int) -> str:
    """Return `cents` as a decimal text with two places; a minus stands before what is negative."""
    if cents < 0:
        return f"-{format_cents(-cents)}"
    return f"{cents // 100}.{cents % 100:02d}"
