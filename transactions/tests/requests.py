"""Makes the requests that the tests process: ours and those of outside producers."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from uuid_utils.compat import uuid7

from cards.installation import vault
from messaging.consumer import Message
from messaging.events import Event
from messaging.records import Record
from transactions.events import (
    ReceivedCard,
    TransactionDecided,
    TransactionReceived,
    TransactionReceivedPlain,
)

VISA = "4111111111111111"
MASTERCARD = "5555555555554444"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def plain_fields(**changes: Any) -> dict[str, Any]:
    """Return the fields of an outside producer's record that is approved at NOW."""
    fields: dict[str, Any] = {
        "id": str(uuid7()),
        "account_id": "outside-account",
        "amount": 100.5,
        "credit_card_number": VISA,
        "credit_card_name": "MARIA SILVA",
        "credit_card_expiration_month": 12,
        "credit_card_expiration_year": 2030,
        "credit_card_cvv": "123",
    }
    return {**fields, **changes}


def plain(**changes: Any) -> TransactionReceivedPlain:
    """Return an outside producer's request as the consumer would decode it."""
    return msgspec.json.decode(
        msgspec.json.encode(plain_fields(**changes)), type=TransactionReceivedPlain
    )


def received(*, number: str = VISA, amount: str = "100.50", **changes: Any) -> TransactionReceived:
    """Return a request that our API accepted, its card sealed for it alone."""
    identity = changes.pop("id", None) or str(uuid7())
    card: dict[str, Any] = {
        "token": vault().fingerprint(number),
        "brand": "visa",
        "last4": number[-4:],
        "expiration_month": 12,
        "expiration_year": 2030,
        "holder": "MARIA SILVA",
        "sealed": vault().seal(number, context=identity),
    }
    card |= {name: changes.pop(name) for name in card.keys() & changes.keys()}
    fields: dict[str, Any] = {
        "id": identity,
        "account_id": "account-1",
        "currency": "BRL",
        "created_at": NOW,
    }
    return TransactionReceived(
        amount=msgspec.Raw(amount.encode()), card=ReceivedCard(**card), **{**fields, **changes}
    )


def decided(**changes: Any) -> TransactionDecided:
    """Return a decision as it stands on the results' topic."""
    fields: dict[str, Any] = {
        "id": str(uuid7()),
        "status": "approved",
        "error_message": "",
        "error_code": "",
        "account_id": "account-1",
        "amount": msgspec.Raw(b"100.50"),
        "amount_cents": 10_050,
        "currency": "BRL",
        "card_brand": "visa",
        "card_last4": "1111",
        "created_at": NOW,
        "processed_at": NOW,
    }
    return TransactionDecided(**{**fields, **changes})


def message(event: Event, *, event_id: str | None = None, at: datetime = NOW) -> Message[Any]:
    """Return `event` as the runtime hands it over, recorded `at`."""
    record = Record(
        topic=event.TOPIC.name,
        partition=0,
        offset=0,
        key=None,
        value=event.encode(),
        timestamp_ms=int(at.timestamp() * 1000),
    )
    return Message(
        event=event,
        event_id=event_id or str(uuid7()),
        event_type=event.TYPE,
        traceparent=None,
        record=record,
    )
