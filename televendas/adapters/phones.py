"""Turns what people type as a phone into E.164, or says that it is none."""

import re
from functools import lru_cache
from typing import Any, Final

from phonenumbers import (
    NumberParseException,
    PhoneMetadata,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
)

UNREADABLE: Final = "unreadable"
# What is longer is no number, and would be searched for one at length.
_LONGEST: Final = 40
_REMEMBERED: Final = 1024
_BRAZIL: Final = "BR"
_PREFIX: Final = "+55"
_PUNCTUATION: Final = str.maketrans("", "", " ()-.")


def _ordinary() -> re.Pattern[str]:
    """Return the pattern of a whole Brazilian number, mobile or landline, with its area code."""
    metadata: Any = PhoneMetadata.metadata_for_region(_BRAZIL)
    patterns = (
        metadata.mobile.national_number_pattern,
        metadata.fixed_line.national_number_pattern,
    )
    return re.compile("|".join(f"(?:{each})" for each in patterns))


_is_ordinary = _ordinary().fullmatch


def to_e164(text: str, country: str) -> str | None:
    """Return the number in `text` as E.164, such as +5511987654321; None where there is none.

    `country` (two letters) is whose national numbers are understood. A number has to be one that
    can be dialled: of the right length, with an area code that exists.
    """
    if country == _BRAZIL:
        # Nearly all of ours: thirty times as fast as asking the library, whose patterns these are.
        digits = text.translate(_PUNCTUATION).removeprefix(_PREFIX)
        if digits.isascii() and _is_ordinary(digits):
            return _PREFIX + digits
    return _asked(text, country)


@lru_cache(maxsize=_REMEMBERED)
def _asked(text: str, country: str) -> str | None:
    if len(text) > _LONGEST:
        return None
    try:
        number = parse(text, country)
    except NumberParseException:
        return None
    if not is_valid_number(number):
        return None
    return format_number(number, PhoneNumberFormat.E164)
