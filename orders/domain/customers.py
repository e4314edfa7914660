"""What a person may be called and found by: name, e-mail, document (CPF), address, region."""

import re
import unicodedata
from typing import Final

NOTICE: Final = "2026-11"
"""The version of the privacy notice that every door shows."""

STATES: Final = (
    *("AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA"),
    *("PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO"),
)
"""Brazil's states; SE is Sergipe."""
# Callers that know no more than the region of the country may name that; SE stays the state.
_REGIONS: Final = frozenset({*STATES, "N", "NE", "S", "CO"})
_NAME: Final = range(2, 101)
_ADDRESS: Final = range(5, 301)
_LONGEST_EMAIL: Final = 254
_LONGEST_MAILBOX: Final = 64
_is_email = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
).fullmatch
# What begins another text's code in a header: mailers would read another address out of it.
_ENCODED: Final = "=?"
_is_document = re.compile(r"\d{11}", re.ASCII).fullmatch
_PUNCTUATION: Final = str.maketrans("", "", " .-/")


def name_of(text: str) -> str | None:
    """Return the name with single blanks, None where it is not 2 to 100 printable characters."""
    return _tidy(text, _NAME)


def address_of(text: str) -> str | None:
    """Return the postal address, None where it is not 5 to 300 printable characters."""
    return _tidy(text, _ADDRESS)


def email_of(text: str) -> str | None:
    """Return the e-mail in small letters, None where it is none."""
    found = text.strip().lower()
    is_short = len(found) <= _LONGEST_EMAIL and found.find("@") <= _LONGEST_MAILBOX
    return found if is_short and _ENCODED not in found and _is_email(found) else None


def document_of(text: str) -> str | None:
    """Return the eleven digits of a CPF, None where its check digits do not fit.

    A CPF of eleven same digits fits its check digits, and nobody has it.
    """
    digits = text.translate(_PUNCTUATION)
    if not _is_document(digits) or len(set(digits)) == 1:
        return None
    return digits if digits[9:] == _check_digits(digits[:9]) else None


def region_of(text: str) -> str | None:
    """Return the code of a state (SP) or region (NE) of Brazil, None where it is none."""
    code = text.strip().upper()
    return code if code in _REGIONS else None


def holds_number(number: str, text: str) -> bool:
    """Tell whether a card's number stands in `text`, blanks, dots and dashes left aside."""
    return bool(number) and number in text.translate(_PUNCTUATION)


def _tidy(text: str, lengths: range) -> str | None:
    found = " ".join(unicodedata.normalize("NFC", text).split())
    return found if len(found) in lengths and found.isprintable() else None


def _check_digits(digits: str) -> str:
    for _ in range(2):
        weights = range(len(digits) + 1, 1, -1)
        rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        digits += str(0 if rest < 2 else 11 - rest)  # noqa: PLR2004 - the rule of the CPF
    return digits[-2:]
