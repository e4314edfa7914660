"""Card numbers: the check digit, what may be shown of one, and how people write them."""

import re
from typing import Final

from cards.rules.brands import brand_of

_SEPARATORS: Final = re.compile(r"[ \-]")
_SHOWN: Final = 4
# Every second digit from the right is doubled, and the digits of the product are added up.
_DOUBLED: Final = bytes.maketrans(b"0123456789", b"0246813579")
_ZERO: Final = ord("0")


def digits_of(written: str) -> str | None:
    """Return the number without the spaces and hyphens people put in, or None if more remains."""
    digits = _SEPARATORS.sub("", written)
    return digits if digits.isascii() and digits.isdigit() else None


def passes_luhn(number: str) -> bool:
    """Say whether the last digit is the check digit of the others (ISO/IEC 7812, annex B)."""
    if not (number.isascii() and number.isdigit()):
        return False
    digits = number.encode()[::-1]
    total = sum(digits[::2]) + sum(digits[1::2].translate(_DOUBLED))
    return (total - _ZERO * len(digits)) % 10 == 0


def is_valid_number(number: str) -> bool:
    """Say whether a known brand issues such a number and its check digit is right."""
    return brand_of(number) is not None and passes_luhn(number)


def last4(number: str) -> str:
    """Return the last four digits; of a number that is hardly longer, nothing at all."""
    return number[-_SHOWN:] if len(number) > 2 * _SHOWN else ""


def mask(number: str) -> str:
    """Return the number with all but its last four digits starred out."""
    shown = last4(number)
    return "*" * (len(number) - len(shown)) + shown
