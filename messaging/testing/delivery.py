"""Hands one event to one consumer, through the same decoding and the same transaction as live."""

import json
from datetime import UTC, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from messaging import outbox
from messaging.clock import SystemClock
from messaging.consumer import Consumer, Message
from messaging.envelope import Decoder
from messaging.events import Event
from messaging.processing import processor
from messaging.records import Record

_TOPIC_ID: Final = str(uuid5(NAMESPACE_URL, "https://trilho.test/topic"))


def deliver(
    consumer: type[Consumer],
    event: Event,
    *,
    key: str = "",
    event_id: str | None = None,
    offset: int = 0,
) -> bool:
    """Apply `event` by `consumer`; tell whether it changed anything (False: seen before).

    Whatever the handler raises comes through, its transaction undone. Give `event_id` to deliver
    the same event again.
    """
    return deliver_record(consumer, record_of(event, key=key, event_id=event_id, offset=offset))


def deliver_record(consumer: type[Consumer], record: Record) -> bool:
    """Apply the event in `record` by `consumer`; tell whether it changed anything.

    Raises PoisonError for what cannot be decoded. A type that the consumer skips changes nothing.
    """
    message: Message[Any] | None = Decoder(consumer.takes, lambda _: _TOPIC_ID).decode(record)
    if message is None:
        return False
    return bool(processor(consumer(), SystemClock()).apply([message]))


def record_of(
    event: Event,
    *,
    key: str = "",
    event_id: str | None = None,
    partition: int = 0,
    offset: int = 0,
    timestamp: datetime | None = None,
) -> Record:
    """Return the record that carries `event`, with the headers that the outbox gives it."""
    row = outbox.prepare(event, key=key, event_id=event_id)
    at = timestamp or datetime.now(UTC)
    return Record(
        topic=row.topic,
        partition=partition,
        offset=offset,
        key=key.encode(),
        value=row.payload,
        timestamp_ms=int(at.timestamp() * 1000),
        headers=headers_of(row),
    )


def headers_of(row: outbox.OutboxRow) -> tuple[tuple[str, bytes], ...]:
    """Return the Kafka headers of an outbox row."""
    return tuple((name, value.encode()) for name, value in json.loads(row.headers).items())
