"""What is kept of a request under an idempotency key: an HMAC per field, nothing of the CVV."""

import hmac
from base64 import urlsafe_b64encode
from functools import cache
from typing import Final

from django.conf import settings

from cards.rules import Hmac
from transactions.services.order import Order

_LETTERS: Final = 16
_BYTES: Final = _LETTERS * 3 // 4
FIELDS: Final = (
    "amount",
    "currency",
    "card.number",
    "card.holder",
    "card.expiration_month",
    "card.expiration_year",
    "description",
    "metadata",
)


def key_id(account_id: str, key: str) -> str:
    """Return the 43 letters under which the account's key is kept; the key itself is not."""
    digest = _maker("key").digest(f"{account_id}\0{key}".encode())
    return urlsafe_b64encode(digest)[:43].decode()


def fingerprints(order: Order, identity: str) -> str:
    """Return sixteen letters for each of FIELDS; `identity` salts them, so that no two rows match.

    Each field has a key of its own, all of them apart from every other key of the house.
    """
    salt = identity.encode()
    digests = [
        maker.digest(salt + value.encode())[:_BYTES]
        for maker, value in zip(_field_makers(), _values(order), strict=True)
    ]
    return urlsafe_b64encode(b"".join(digests)).decode()


def differing(kept: str, sent: str) -> list[str]:
    """Return the names of the fields whose fingerprints differ, in the order of FIELDS."""
    return [
        name
        for index, name in enumerate(FIELDS)
        if not hmac.compare_digest(_part(kept, index), _part(sent, index))
    ]


def _values(order: Order) -> tuple[str, ...]:
    return (
        str(order.amount_cents),
        order.currency,
        order.number,
        order.holder,
        str(order.expiration_month),
        str(order.expiration_year),
        order.description,
        order.metadata_json,
    )


def _part(text: str, index: int) -> str:
    return text[index * _LETTERS : (index + 1) * _LETTERS]


@cache
def _maker(purpose: str) -> Hmac:
    return Hmac(hmac.digest(settings.IDEMPOTENCY_SECRET.encode(), purpose.encode(), "sha256"))


@cache
def _field_makers() -> tuple[Hmac, ...]:
    return tuple(_maker(f"field:{name}") for name in FIELDS)
