"""Turns a record of Kafka into the event that panels get; the only place that knows its JSON."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Literal

import msgspec

from cards.rules import brand_of, digits_of, last4
from messaging.records import Record
from transactions.domain.money import (
    InvalidAmountError,
    format_cents,
    parse_cents,
    parse_outside_cents,
)
from transactions.events import (
    TRANSACTIONS,
    TransactionDecided,
    TransactionReceived,
    TransactionReceivedPlain,
)
from transactions.live.cursor import Partition

Kind = Literal["received", "decided"]

_received: Final = msgspec.json.Decoder(TransactionReceived)
_plain: Final = msgspec.json.Decoder(TransactionReceivedPlain)
_decided: Final = msgspec.json.Decoder(TransactionDecided)
_encoder: Final = msgspec.json.Encoder()


class _Transaction(msgspec.Struct):
    id: str
    account_id: str
    amount: str
    currency: str
    status: str
    error_code: str
    card_brand: str
    card_last4: str


class _Wire(msgspec.Struct):
    topic: str
    partition: int | None
    offset: int | None
    at: str
    kind: Kind
    transaction: _Transaction


@dataclass(frozen=True, slots=True)
class PanelEvent:
    """One event as every panel gets it: where it stood, whose it is, and its JSON, made once.

    `place` is None for an event told from the database, whose record Kafka no longer keeps.
    """

    place: Partition | None
    offset: int
    at_ms: int
    account_id: str
    kind: Kind
    transaction_id: str
    body: bytes

    @property
    def topic(self) -> str:
        """Return the topic that carries events of this kind."""
        return TRANSACTIONS.name if self.kind == "received" else TransactionDecided.TOPIC.name


def present(record: Record) -> PanelEvent | None:
    """Return the event of `record`, or None when it is nothing that a panel shows.

    Records that no consumer could read are left to the processor's dead letters.
    """
    if record.value is None:
        return None
    try:
        transaction = _transaction(record)
    except (msgspec.MsgspecError, UnicodeDecodeError, InvalidAmountError):
        return None
    if transaction is None:
        return None
    place = (record.topic, record.partition)
    return _event(place, record.offset, record.timestamp_ms, transaction)


def tell(
    *,
    kind: Kind,
    at: datetime,
    transaction: dict[str, str],
    place: Partition | None = None,
    offset: int = -1,
) -> PanelEvent:
    """Return the event that the database tells of; `transaction` holds the fields' texts."""
    at_ms = round(at.timestamp() * 1000)
    return _event(place, offset, at_ms, _Transaction(**transaction), kind)


def timestamp(at_ms: int) -> str:
    """Return milliseconds since 1970 as RFC 3339 in UTC, such as 2026-11-21T04:00:00.123Z."""
    return f"{_second(at_ms // 1000)}.{at_ms % 1000:03d}Z"


@lru_cache(maxsize=1024)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _event(
    place: Partition | None,
    offset: int,
    at_ms: int,
    transaction: _Transaction,
    kind: Kind | None = None,
) -> PanelEvent:
    kind = kind or ("received" if place and place[0] == TRANSACTIONS.name else "decided")
    topic = TRANSACTIONS.name if kind == "received" else TransactionDecided.TOPIC.name
    partition, known_offset = (place[1], offset) if place else (None, None)
    wire = _Wire(topic, partition, known_offset, timestamp(at_ms), kind, transaction)
    body = _encoder.encode(wire)
    return PanelEvent(place, offset, at_ms, transaction.account_id, kind, transaction.id, body)


def _transaction(record: Record) -> _Transaction | None:
    event_type = record.header("ce_type")
    value = record.value or b""
    match record.topic, event_type:
        case TransactionDecided.TOPIC.name, TransactionDecided.TYPE:
            return _of_decided(_decided.decode(value))
        case TRANSACTIONS.name, TransactionReceived.TYPE:
            return _of_received(_received.decode(value))
        # Outside producers know no CloudEvents; their topic is this one alone.
        case TRANSACTIONS.name, None | TransactionReceivedPlain.TYPE:
            return _of_plain(_plain.decode(value))
    return None


def _of_received(event: TransactionReceived) -> _Transaction:
    cents = parse_cents(bytes(event.amount))
    return _pending(event, cents, brand=event.card.brand, ending=event.card.last4)


def _of_plain(event: TransactionReceivedPlain) -> _Transaction:
    cents = parse_outside_cents(bytes(event.amount))
    digits = digits_of(event.credit_card_number) or ""
    return _pending(event, cents, brand=brand_of(digits) or "", ending=last4(digits))


def _pending(
    event: TransactionReceived | TransactionReceivedPlain, cents: int, *, brand: str, ending: str
) -> _Transaction:
    amount = format_cents(cents)
    return _Transaction(
        event.id, event.account_id, amount, event.currency, "pending", "", brand, ending
    )


def _of_decided(event: TransactionDecided) -> _Transaction:
    return _Transaction(
        event.id,
        event.account_id,
        format_cents(event.amount_cents),
        event.currency,
        event.status,
        event.error_code,
        event.card_brand,
        event.card_last4,
    )
