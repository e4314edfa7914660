"""What a card is, as pure functions: brand, check digit, expiry, mask."""

from cards.rules.brands import Brand, brand_of
from cards.rules.expiry import day_in_brazil, is_expired, is_month
from cards.rules.keyed import Hmac, hmac_of
from cards.rules.numbers import digits_of, is_valid_number, last4, mask, passes_luhn

__all__ = [
    "Brand",
    "Hmac",
    "brand_of",
    "day_in_brazil",
    "digits_of",
    "hmac_of",
    "is_expired",
    "is_month",
    "is_valid_number",
    "last4",
    "mask",
    "passes_luhn",
]
