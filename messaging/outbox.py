"""Publishing: events become outbox rows inside the transaction that they tell of."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connections, transaction
from uuid_utils.compat import uuid7

from messaging import bell, dialects, trace
from messaging.errors import OutsideTransactionError
from messaging.events import Event

_TABLE: Final = "messaging_outbox"
_COLUMNS: Final = ("event_id", "topic", "key", "headers", "payload", "created_at")
# What one statement carries at most: databases limit parameters and packets.
_ROWS_PER_STATEMENT: Final = 1000
_BYTES_PER_STATEMENT: Final = 4 * 1024 * 1024


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
    """Promise prepared rows with the running transaction, in their order, in as few statements.

    Raises OutsideTransactionError outside `transaction.atomic`.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise OutsideTransactionError("publish inside transaction.atomic, so that it can be undone")
    if rows:
        with connection.cursor() as cursor:
            for chunk in _chunks(rows):
                cursor.execute(*insert_statement(chunk, connection.vendor))
        transaction.on_commit(bell.ring, using=using)


def insert_statement(rows: Sequence[OutboxRow], vendor: str) -> tuple[str, list[Any]]:
    """Return the one multi-row INSERT of `rows` and its parameters, for Django's `cursor.execute`.

    For a committer that puts several statements into one round trip: it has to run the statement
    in the transaction of the effect, and to call `bell.ring` after the commit. `vendor` is Django's
    `connection.vendor`; about a thousand rows fit every database.
    """
    sql = dialects.multi_row_insert(vendor, _TABLE, _COLUMNS, len(rows))
    params: list[Any] = []
    for row in rows:
        params += (row.event_id, row.topic, row.key, row.headers, row.payload)
        params.append(_stored(row.created_at))
    return sql, params


def _stored(moment: datetime) -> str:
    # As Django stores it in both families: UTC, without saying so.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _chunks(rows: Sequence[OutboxRow]) -> Iterator[Sequence[OutboxRow]]:
    start, size = 0, 0
    for end, row in enumerate(rows):
        weight = len(row.payload or b"") + len(row.headers)
        full = end - start == _ROWS_PER_STATEMENT or size + weight > _BYTES_PER_STATEMENT
        if full and end > start:
            yield rows[start:end]
            start, size = end, 0
        size += weight
    yield rows[start:]
