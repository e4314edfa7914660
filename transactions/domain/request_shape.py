"""The shape of a request to accept a transaction, judged field by field, in one fixed order.

CONTRACTS section 2. Whatever has the right shape is accepted, also if a rule will reject it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from transactions.domain import texts
from transactions.domain.documents import Token, shown_name
from transactions.domain.money import InvalidAmountError, parse_cents

CURRENCY: Final = "BRL"
NUMBER_DIGITS: Final = range(12, 20)
HOLDER_LENGTH: Final = range(2, 101)
LONGEST_DESCRIPTION: Final = 255
MOST_METADATA: Final = 20
LONGEST_METADATA_KEY: Final = 40
LONGEST_METADATA_VALUE: Final = 500
_AMEX_DIGITS: Final = 15
_AMEX_PREFIXES: Final = ("34", "37")

FIELDS: Final = ("amount", "currency", "card", "description", "metadata")
CARD_FIELDS: Final = ("number", "holder", "expiration_month", "expiration_year", "cvv")
_REQUIRED: Final = ("amount", "card")


class ShapeError(ValueError):
    """The request has not the right shape: `code`, the `param` to blame, and why (`reason`)."""

    def __init__(self, code: str, param: str, reason: str) -> None:
        """Name the fault; the value itself is never part of it."""
        super().__init__(f"{code}: {param}: {reason}")
        self.code = code
        self.param = param
        self.reason = reason


def read_request(document: Any) -> dict[str, Any]:
    """Return the values of a document made by `read_document`, `amount` as integer cents.

    Raises ShapeError for the first fault: unknown fields, then missing ones, then each value.
    """
    if not isinstance(document, dict):
        raise ShapeError("wrong_type", "body", "object")
    _check_names(document, FIELDS, _REQUIRED, "")
    card = document["card"]
    if not isinstance(card, dict):
        raise ShapeError("wrong_type", "card", "object")
    _check_names(card, CARD_FIELDS, CARD_FIELDS, "card.")
    values: dict[str, Any] = {
        "amount": read_amount(document["amount"], "amount"),
        "currency": _read_currency(document.get("currency", CURRENCY)),
        "description": _read_description(document.get("description", "")),
        "metadata": _read_metadata(document.get("metadata", {})),
        "card": {name: _CARD_READERS[name](card[name], f"card.{name}") for name in CARD_FIELDS},
    }
    read = values["card"]
    check_together(
        read["number"], read["cvv"], read["holder"], values["description"], values["metadata"]
    )
    return values


def read_amount(value: Any, param: str) -> int:
    """Return the cents of a decimal string or a number's token; raises ShapeError."""
    if not isinstance(value, str):
        raise ShapeError("wrong_type", param, "amount")
    try:
        return parse_cents(value.encode("utf-8", "replace"))
    except InvalidAmountError:
        raise ShapeError("invalid_value", param, "amount") from None


def check_together(
    number: str, cvv: str, holder: str, description: str, metadata: Mapping[str, str]
) -> None:
    """Check what needs more than one field: the CVV's length, and no card number in free text."""
    if not is_cvv_for(number, cvv):
        raise ShapeError("invalid_value", "card.cvv", "cvv")
    if holds_number(number, holder):
        raise ShapeError("invalid_value", "card.holder", "card_number_in_text")
    if description and holds_number(number, description):
        raise ShapeError("invalid_value", "description", "card_number_in_text")
    if any(holds_number(number, text) for pair in metadata.items() for text in pair):
        raise ShapeError("invalid_value", "metadata", "card_number_in_text")


def is_cvv_for(number: str, cvv: str) -> bool:
    """Say whether the CVV has the length of the card's brand: four digits for Amex, else three.

    Where the number only begins like an Amex, both lengths have the right shape.
    """
    if not number.startswith(_AMEX_PREFIXES):
        return len(cvv) == 3  # noqa: PLR2004 - the rule itself
    return len(cvv) == 4 or len(number) != _AMEX_DIGITS  # noqa: PLR2004 - the rule itself


def holds_number(number: str, text: str) -> bool:
    """Say whether the card's number stands in `text`, blanks, dots and dashes left aside."""
    if len(text) < len(number):
        return False
    return number in text or number in "".join(c for c in text if c not in " .-_/")


def is_holder(text: str) -> bool:
    """Say whether `text` can be the name on a card."""
    return len(text) in HOLDER_LENGTH and texts.is_name(text)


def is_description(text: str) -> bool:
    """Say whether `text` can be a description: printable, at most 255 characters."""
    return len(text) <= LONGEST_DESCRIPTION and texts.is_printable(text)


def is_metadata(metadata: Mapping[str, str]) -> bool:
    """Say whether keys and values fit: at most 20 pairs, keys of 1 to 40, values of up to 500."""
    return len(metadata) <= MOST_METADATA and all(
        1 <= len(key) <= LONGEST_METADATA_KEY
        and len(value) <= LONGEST_METADATA_VALUE
        and texts.is_printable(key)
        and texts.is_printable(value)
        for key, value in metadata.items()
    )


def _check_names(
    found: Mapping[str, Any], known: tuple[str, ...], required: tuple[str, ...], prefix: str
) -> None:
    for name in found:
        if name not in known:
            raise ShapeError("unknown_field", f"{prefix}{shown_name(name)}", "unknown")
    for name in required:
        if name not in found:
            raise ShapeError("missing_field", f"{prefix}{name}", "missing")


def _text(value: Any, param: str, is_sound: Callable[[str], bool], reason: str) -> str:
    if not isinstance(value, str) or isinstance(value, Token):
        raise ShapeError("wrong_type", param, "string")
    if not is_sound(value):
        raise ShapeError("invalid_value", param, reason)
    return str(value)


def _digits(value: Any, param: str, lengths: range, reason: str) -> str:
    return _text(
        value,
        param,
        lambda text: text.isascii() and text.isdigit() and len(text) in lengths,
        reason,
    )


def _integer(value: Any, param: str, lengths: range, reason: str) -> int:
    if not isinstance(value, Token) or any(c in value for c in ".eEN"):
        raise ShapeError("wrong_type", param, "integer")
    if not value.isdigit() or len(value) not in lengths:
        raise ShapeError("invalid_value", param, reason)
    return int(value)


def _read_currency(value: Any) -> str:
    return _text(value, "currency", lambda text: text == CURRENCY, "currency")


def _read_description(value: Any) -> str:
    return _text(value, "description", is_description, "description")


def _read_metadata(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ShapeError("wrong_type", "metadata", "object")
    for key, text in value.items():
        if not isinstance(text, str) or isinstance(text, Token):
            raise ShapeError("wrong_type", f"metadata.{shown_name(key)}", "string")
    if not is_metadata(value):
        raise ShapeError("invalid_value", "metadata", "metadata")
    return value


_CARD_READERS: Final[Mapping[str, Callable[[Any, str], Any]]] = {
    "number": lambda value, param: _digits(value, param, NUMBER_DIGITS, "card_number"),
    "holder": lambda value, param: _text(value, param, is_holder, "holder"),
    "expiration_month": lambda value, param: _integer(value, param, range(1, 3), "month"),
    "expiration_year": lambda value, param: _integer(value, param, range(4, 5), "year"),
    "cvv": lambda value, param: _digits(value, param, range(3, 5), "cvv"),
}
