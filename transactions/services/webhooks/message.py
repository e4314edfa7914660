"""What a webhook is told of a decision: the one place that knows that JSON."""

from datetime import datetime

import msgspec

from transactions.domain.webhooks import EVENT_OF_STATUS
from transactions.events import TransactionDecided
from transactions.models import Transaction
from transactions.services import resource
from transactions.services.resource import Resource


class WebhookMessage(msgspec.Struct, frozen=True):
    """A past-tense event with the resource inside; `id` is the same in every attempt."""

    id: str
    type: str
    created_at: datetime
    data: Resource


def present_message(
    event: TransactionDecided, *, event_id: str, accepted: Transaction | None
) -> bytes:
    """Return the bytes that tell of `event`.

    `accepted` is the merchant's row, whose decision may not have been read back yet; it is None
    for a transaction that our API never saw.
    """
    data = msgspec.structs.replace(
        resource.view(accepted or _outside(event)),
        status=event.status,
        error_code=event.error_code,
        error_message=event.error_message,
        processed_at=event.processed_at,
    )
    return msgspec.json.encode(
        WebhookMessage(event_id, EVENT_OF_STATUS[event.status], event.processed_at, data)
    )


def _outside(event: TransactionDecided) -> Transaction:
    # never saved: the results' reader makes the row
    return Transaction(
        id=event.id,
        account_id=event.account_id,
        amount_cents=event.amount_cents,
        currency=event.currency,
        card_brand=event.card_brand,
        card_last4=event.card_last4,
        card_expiration_month=0,
        card_expiration_year=0,
        created_at=event.created_at,
    )
