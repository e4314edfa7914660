"""Reads what callers send, field by field; each refusal names its field and repeats no value."""

import re
from typing import Final

import grpc

from bank_grpc.domain.amounts import MalformedAmountError, cents_of_double, checked_cents
from bank_grpc.server.endings import malformed

Context = grpc.ServicerContext
_KEY_LETTERS: Final = 255
_TYPED_LETTERS: Final = 64
_LEAST_DIGITS: Final = 12
_STORE_LETTERS: Final = 120
_DESCRIPTION_LETTERS: Final = 255
_ORDER_LETTERS: Final = 64
_ID_LETTERS: Final = 36
_MOST_INSTALMENTS: Final = 24
_is_number = re.compile(r"[0-9]{12,19}").fullmatch
_digits = re.compile(r"[0-9]")
_others = re.compile(r"[^0-9]+")
_is_cvv = re.compile(r"[0-9]{3,4}").fullmatch
_is_month = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])").fullmatch


def number(name: str, given: str) -> str:
    """Return a card's number."""
    if not _is_number(given):
        raise malformed(f"{name}: want 12 to 19 digits")
    return given


def any_number(name: str, given: str) -> str:
    """Return what the old wire's caller sends as a number: one that no card has is an unknown one.

    Its callers read INVALID_ARGUMENT as an error of theirs, and a buyer's slip is none.
    """
    if not 0 < len(given) <= _TYPED_LETTERS:
        raise malformed(f"{name}: want 1 to {_TYPED_LETTERS} characters")
    return given


def cvv(name: str, given: str) -> int:
    """Return the value of a CVV's digits."""
    if not _is_cvv(given):
        raise malformed(f"{name}: want 3 or 4 digits")
    return int(given)


def amount(given: float) -> int:
    """Return the cents of the old wire's double."""
    try:
        return cents_of_double(given)
    except MalformedAmountError as error:
        raise malformed(f"amount: {error}") from None


def amount_cents(given: int) -> int:
    """Return an amount that a payment may have."""
    try:
        return checked_cents(given)
    except MalformedAmountError as error:
        raise malformed(f"amount_cents: {error}") from None


def store(given: str, number: str = "") -> str:
    """Return the old wire's name of a shop, which does not hold the card's `number`."""
    return _without("store", _present("store", _text("store", given, _STORE_LETTERS)), number)


def description(given: str, number: str = "") -> str:
    """Return what is bought, which may be empty; without its digits where they hold `number`.

    REST refuses such a text. Here that would be an error to callers who have always been paid.
    """
    text, bare = _text("description", given, _DESCRIPTION_LETTERS), _bare(number)
    # The lengths first: most texts are shorter than a number.
    is_there = len(text) >= len(bare) >= _LEAST_DIGITS and bare in _others.sub("", text)
    return _digits.sub("*", text) if is_there else text


def order_id(given: str, number: str = "") -> str:
    """Return the shop's name of an order, which may be empty, and does not hold `number`."""
    return _without("order_id", _text("order_id", given, _ORDER_LETTERS), number)


def id_of(name: str, given: str) -> str:
    """Return an id of ours; one of another shape is nobody's, and is looked up in vain."""
    return _present(name, _text(name, given, _ID_LETTERS))


def instalments(given: int) -> int:
    """Return the number of instalments; none said is one."""
    if not 0 <= given <= _MOST_INSTALMENTS:
        raise malformed(f"instalments: want 1 to {_MOST_INSTALMENTS}")
    return given or 1


def month(given: str) -> str:
    """Return an invoice's month."""
    if not _is_month(given):
        raise malformed("month: want YYYY-MM")
    return given


def key(name: str, given: str, number: str = "") -> str:
    """Return what a caller names a money call by, which does not hold the card's `number`."""
    if not (1 <= len(given) <= _KEY_LETTERS and given.isascii() and given.isprintable()):
        raise malformed(f"{name}: want 1 to {_KEY_LETTERS} printable ASCII characters")
    return _without(name, given, number)


def text_of(given: str | bytes) -> str:
    """Return metadata as text; bytes come from names that end in -bin."""
    return given.decode("latin-1") if isinstance(given, bytes) else given


def _text(name: str, given: str, longest: int) -> str:
    if len(given) > longest or not given.isprintable():
        raise malformed(f"{name}: want at most {longest} printable characters")
    return given


def _without(name: str, given: str, number: str) -> str:
    """Return what is kept as it was sent, and so may not hold the number of the call's card."""
    bare = _bare(number)
    if len(given) >= len(bare) >= _LEAST_DIGITS and bare in _bare(given):
        raise malformed(f"{name}: the card's number stands in it; leave it out")
    return given


def _bare(text: str) -> str:
    # Not by an expression: keys are long, and this is on the way of every payment.
    return text.replace(" ", "").replace("-", "").replace(".", "").replace("_", "")


def _present(name: str, given: str) -> str:
    if not given.strip():
        raise malformed(f"{name} is missing")
    return given
