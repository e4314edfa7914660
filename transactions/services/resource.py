"""The resource as merchants get it: the one place that knows the transaction's public JSON."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from transactions.domain.money import format_cents
from transactions.models import Transaction


class CardView(msgspec.Struct, frozen=True):
    """What a merchant may see of a card; null where an outside producer's card is not known."""

    brand: str
    last4: str
    expiration_month: int | None
    expiration_year: int | None
    holder: str


class Resource(msgspec.Struct, frozen=True):
    """A transaction; amounts are text with two places, times are RFC 3339 in UTC."""

    id: str
    account_id: str
    status: str
    amount: str
    currency: str
    card: CardView
    description: str
    metadata: msgspec.Raw
    error_code: str
    error_message: str
    created_at: datetime
    processed_at: datetime | None


_encoder: Final = msgspec.json.Encoder()
_sorted: Final = msgspec.json.Encoder(order="sorted")


def encode_metadata(metadata: dict[str, str]) -> bytes:
    """Return the JSON of `metadata` with sorted keys, the same whichever database kept it."""
    return _sorted.encode(metadata) if metadata else b"{}"


def view(row: Transaction) -> Resource:
    """Return what the merchant sees of a stored transaction."""
    return Resource(
        id=row.id,
        account_id=row.account_id,
        status=row.status,
        amount=format_cents(row.amount_cents),
        currency=row.currency,
        card=CardView(
            brand=row.card_brand,
            last4=row.card_last4,
            expiration_month=row.card_expiration_month if row.card_expiration_year else None,
            expiration_year=row.card_expiration_year or None,
            holder=row.card_holder,
        ),
        description=row.description,
        metadata=msgspec.Raw(encode_metadata(row.metadata)),
        error_code=row.error_code,
        error_message=row.error_message,
        created_at=row.created_at.astimezone(UTC),
        processed_at=row.processed_at and row.processed_at.astimezone(UTC),
    )


def as_first_answered(resource: Resource) -> Resource:
    """Return the resource as it was when it was accepted: not yet decided."""
    return msgspec.structs.replace(
        resource, status="pending", error_code="", error_message="", processed_at=None
    )


def encode(resource: Resource) -> bytes:
    """Return the resource as JSON in UTF-8."""
    return _encoder.encode(resource)
