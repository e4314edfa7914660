"""Reads the body of `POST /transactions`: at full speed where it is sound, with care where not.

msgspec reads most bodies in one pass. Whatever it refuses, and whatever it would read more
generously than the contract (a key twice, an escape), is read again by the domain's rules, which
find the fault and name the field. So there is one judge, and a quick way past it.
"""

from typing import Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from transactions.domain import request_shape as shape
from transactions.domain.documents import read_document
from transactions.domain.money import InvalidAmountError, parse_cents


class PostedCard(msgspec.Struct, forbid_unknown_fields=True):
    """The card as it was posted; it lives no longer than the request."""

    number: Annotated[str, Meta(pattern=r"^[0-9]{12,19}\Z")]
    holder: str
    expiration_month: Annotated[int, Meta(ge=0, le=99)]
    expiration_year: Annotated[int, Meta(ge=1000, le=9999)]
    cvv: Annotated[str, Meta(pattern=r"^[0-9]{3,4}\Z")]

    def __repr__(self) -> str:
        """Say nothing of the card, wherever it may be printed."""
        return "PostedCard(...)"


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    amount: msgspec.Raw
    card: PostedCard
    currency: Annotated[str, Meta(pattern=r"^BRL\Z")] | UnsetType = UNSET
    description: str | UnsetType = UNSET
    metadata: dict[str, str] | UnsetType = UNSET


class Posted(msgspec.Struct):
    """A request of the right shape; `amount_cents` is a positive integer or zero."""

    amount_cents: int
    currency: str
    card: PostedCard
    description: str
    metadata: dict[str, str]


_decoder: Final = msgspec.json.Decoder(_Body)
# amount, card, its five names and its three texts: ten strings stand in every sound body.
_QUOTES: Final = 20


def read_posted(body: bytes) -> Posted:
    """Return what was posted.

    Raises ShapeError, MalformedDocumentError or DuplicateKeyError.
    """
    try:
        posted = _quickly(_decoder.decode(body), body)
    except (msgspec.DecodeError, InvalidAmountError, UnicodeDecodeError):
        # msgspec's text may quote the body, so nothing of it goes on.
        posted = None
    return posted or _carefully(body)


def _quickly(read: _Body, body: bytes) -> Posted | None:
    card = read.card
    description = "" if read.description is UNSET else read.description
    metadata = {} if read.metadata is UNSET else read.metadata
    token = bytes(read.amount)
    if not _is_read_wholly(read, body, token) or not (
        shape.is_holder(card.holder)
        and shape.is_description(description)
        and shape.is_metadata(metadata)
    ):
        return None
    shape.check_together(card.number, card.cvv, card.holder, description, metadata)
    cents = parse_cents(token.strip(b'"'))
    return Posted(cents, shape.CURRENCY, card, description, metadata)


def _is_read_wholly(read: _Body, body: bytes, token: bytes) -> bool:
    """Say whether every string of the body was read, so that no key stands in it twice.

    Without escapes a body has two quotes a string. Counting them is cheap; a key given twice, of
    which msgspec keeps the last, leaves more quotes than the values that were read.
    """
    quotes = _QUOTES
    if token[:1] == b'"':
        quotes += 2
    if read.currency is not UNSET:
        quotes += 4
    if read.description is not UNSET:
        quotes += 4
    if read.metadata is not UNSET:
        quotes += 2 + 4 * len(read.metadata)
    return b"\\" not in body and body.count(b'"') == quotes


def _carefully(body: bytes) -> Posted:
    values = shape.read_request(read_document(body))
    return Posted(
        values["amount"],
        values["currency"],
        PostedCard(**values["card"]),
        values["description"],
        values["metadata"],
    )
