"""Money as integer cents: strict reading of amounts, exact writing."""

import re
from typing import Final

_AMOUNT: Final = re.compile(rb"(\d{1,12})(?:\.(\d{1,2}))?")


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


def format_cents(cents: int) -> str:
    """Return `cents` (not negative) as a decimal text with two places."""
    return f"{cents // 100}.{cents % 100:02d}"
