"""Publishing: events become outbox rows inside the transaction that they tell of."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from uuid_utils.compat import uuid7

from messaging import bell, trace
from messaging.errors import OutsideTransactionError
from messaging.events import Event

_INSERT: Final = (
    "INSERT INTO messaging_outbox (event_id, topic, {key}, headers, payload, created_at) VALUES "
)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One row to be: what Kafka will get."""

    event_id: str
    topic: str
    key: str
    headers: str
    payload: bytes | None
    created_at: datetime


def prepare(event: Event, *, key: str, event_id: str | None = None) -> OutboxRow:
    """Return the row that publishes `event` under `key`, without touching the database.

    `event_id` (a UUID's 36 characters) is made anew where none is given; giving the id of an
    earlier event publishes that one again, and every inbox will know it.
    """
    now = datetime.now(UTC)
    identity = event_id or str(uuid7())
    headers = {
        "ce_id": identity,
        "ce_type": event.TYPE,
        "ce_source": event.source(),
        "ce_time": now.isoformat(),
        "ce_specversion": "1.0",
        "content-type": "application/json",
        "traceparent": trace.current() or trace.start(),
    }
    return OutboxRow(identity, event.TOPIC.name, key, json.dumps(headers), event.encode(), now)


def publish(event: Event, *, key: str, event_id: str | None = None, using: str = "default") -> str:
    """Promise `event` to Kafka with the running transaction; return its event id.

    Raises OutsideTransactionError outside `transaction.atomic`.
    """
    row = prepare(event, key=key, event_id=event_id)
    publish_rows([row], using=using)
    return row.event_id


def publish_rows(rows: Sequence[OutboxRow], *, using: str = "default") -> None:
    """Promise prepared rows with the running transaction, in their order, in one statement.

    Raises OutsideTransactionError outside `transaction.atomic`.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise OutsideTransactionError("publish inside transaction.atomic, so that it can be undone")
    if rows:
        _insert(connection, rows)
        transaction.on_commit(bell.ring, using=using)


def _insert(connection: BaseDatabaseWrapper, rows: Iterable[OutboxRow]) -> None:
    raise NotImplementedError
