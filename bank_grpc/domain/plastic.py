"""What stands on a card: number, expiry, and the CVV that a keyed function makes of both."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from cards import rules

# A range that no issuer uses: payment schemes keep it for tests.
TEST_PREFIX: Final = "400000"
NUMBER_DIGITS: Final = 16
YEARS_VALID: Final = 5
_CVV_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Plastic:
    """A card's face and back; it is shown once and never kept like this."""

    number: str
    expiration_month: int
    expiration_year: int
    cvv: str

    def __repr__(self) -> str:
        """Return the last four digits alone, so that no log and no error shows more."""
        return f"<Plastic {rules.mask(self.number)}>"


def cvv_of(key: bytes, number: str, month: int, year: int) -> str:
    """Return the three digits that `key` makes of a number and its expiry, as issuers do it.

    A wrong expiry gives another CVV, so that number, expiry and CVV are checked as one.
    """
    text = f"{number}|{year:04}-{month:02}".encode()
    digest = int.from_bytes(rules.hmac_of(key).digest(text), "big")
    return f"{digest % 10**_CVV_DIGITS:0{_CVV_DIGITS}}"


def issue(key: bytes, today: date, random_below: Callable[[int], int]) -> Plastic:
    """Return a new card, valid through this month in five years; `random_below(n)` is in [0, n)."""
    length = NUMBER_DIGITS - len(TEST_PREFIX) - 1
    body = f"{TEST_PREFIX}{random_below(10**length):0{length}}"
    number = next(body + digit for digit in "0123456789" if rules.passes_luhn(body + digit))
    month, year = today.month, today.year + YEARS_VALID
    return Plastic(number, month, year, cvv_of(key, number, month, year))
