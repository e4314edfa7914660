"""Turns what people type as a phone into E.164, by the library that telesales reads it with."""

from typing import Final

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
)

_COUNTRY: Final = "BR"
# What is longer is no number, and would be searched for one at length.
_LONGEST: Final = 40


def to_e164(text: str) -> str | None:
    """Return the number as E.164, such as +5511987654321; None where nobody could dial it.

    Without a country code it is a Brazilian one.
    """
    if len(text) > _LONGEST:
        return None
    try:
        number = parse(text, _COUNTRY)
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.E164) if is_valid_number(number) else None
