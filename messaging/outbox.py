"""Publishing: events become outbox rows inside the transaction that they tell of."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from json.encoder import encode_basestring as _quoted
from typing import Any, Final

import msgspec
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from uuid_utils import uuid7

from messaging import bell, bulk, dialects, trace
from messaging.errors import OutsideTransactionError
from messaging.events import Event

_TABLE: Final = "messaging_outbox"
_COLUMNS: Final = ("event_id", "topic", "key", "headers", "payload", "created_at")
# What one statement carries at most: databases limit parameters and packets.
_ROWS_PER_STATEMENT: Final = 1000
_BYTES_PER_STATEMENT: Final = 4 * 1024 * 1024


class OutboxRow(msgspec.Struct, frozen=True):
    """One row to be: what Kafka will get."""

    event_id: str
    topic: str
    key: str
    headers: str
    payload: bytes | None
    created_at: datetime


def prepare(
    event: Event,
    *,
    key: str,
    event_id: str | None = None,
    traceparent: str | None = None,
    at: datetime | None = None,
) -> OutboxRow:
    """Return the row that publishes `event` under `key`, without touching the database.

    `event_id` (a UUID's 36 characters) is made anew where none is given; giving the id of an
    earlier event publishes that one again, and every inbox will know it. A batch may give the
    `traceparent` of each row (else the current one is taken) and one time for all (`at`, in UTC).
    """
    now = at or datetime.now(UTC)
    identity = event_id or str(uuid7())
    headers = (
        f'{{"ce_id":{_quoted(identity)},{_constant_headers(type(event))},"ce_time":"{_text_of(now)}",'
        f'"traceparent":{_quoted(traceparent or trace.current() or trace.start())}}}'
    )
    return OutboxRow(identity, event.TOPIC.name, key, headers, event.encode(), now)


@lru_cache(maxsize=256)
def _constant_headers(event: type[Event]) -> str:
    headers = {
        "ce_type": event.TYPE,
        "ce_source": event.source(),
        "ce_specversion": "1.0",
        "content-type": "application/json",
    }
    return msgspec.json.encode(headers).decode()[1:-1]


@lru_cache(maxsize=16)
def _text_of(moment: datetime) -> str:
    # A batch gives one time to all its rows.
    return moment.isoformat()


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
    publishing(rows, using=using)()


def publishing(rows: Sequence[OutboxRow], *, using: str = "default") -> Callable[[], None]:
    """Return what does the work of `publish_rows` when it is called, its SQL made now already.

    For a hot path, which makes it while the database is busy (`messaging.pipeline`) and may still
    drop it. Raises OutsideTransactionError outside `transaction.atomic`.
    """
    connection = connections[using]
    if not connection.in_atomic_block:
        raise OutsideTransactionError("publish inside transaction.atomic, so that it can be undone")
    inserts = [_inserting(connection, chunk) for chunk in _chunks(rows)] if rows else []

    def publish() -> None:
        for insert in inserts:
            insert()
        if inserts:
            transaction.on_commit(bell.ring, using=using)

    return publish


def _inserting(connection: BaseDatabaseWrapper, rows: Sequence[OutboxRow]) -> Callable[[], None]:
    # SQLite keeps text as text even in a column of bytes, and gives it back so.
    texts = _as_texts(rows) if connection.vendor == "mysql" else None
    if texts is not None:
        return bulk.inserting(connection, _TABLE, _COLUMNS, texts)
    return partial(_insert_by_parameters, connection, rows)


def _insert_by_parameters(connection: BaseDatabaseWrapper, rows: Sequence[OutboxRow]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(*insert_statement(rows, connection.vendor))


def _as_texts(rows: Sequence[OutboxRow]) -> list[bulk.Row] | None:
    """Return the rows as text, or None when a payload is missing or is no text."""
    times = {at: bulk.stored_time(at) for at in {row.created_at for row in rows}}
    try:
        return [
            (
                row.event_id,
                row.topic,
                row.key,
                row.headers,
                str(row.payload, "utf-8"),  # type: ignore[arg-type]  # None raises TypeError
                times[row.created_at],
            )
            for row in rows
        ]
    except (TypeError, UnicodeDecodeError):
        return None


def insert_text(rows: Sequence[OutboxRow], connection: BaseDatabaseWrapper) -> str | None:
    """Return the INSERT of `rows` as text, like `bulk.insert_text`; None where that cannot be."""
    texts = _as_texts(rows)
    return None if texts is None else bulk.insert_text(connection, _TABLE, _COLUMNS, texts)


def insert_statement(rows: Sequence[OutboxRow], vendor: str) -> tuple[str, list[Any]]:
    """Return the one multi-row INSERT of `rows` and its parameters, for Django's `cursor.execute`.

    For a committer that puts several statements into one round trip: it has to run the statement
    in the transaction of the effect, and to call `bell.ring` after the commit. `vendor` is Django's
    `connection.vendor`; about a thousand rows fit every database.
    """
    sql = dialects.multi_row_insert(vendor, _TABLE, _COLUMNS, len(rows))
    params: list[Any] = []
    for row in rows:
        created_at = bulk.stored_time(row.created_at)
        params += (row.event_id, row.topic, row.key, row.headers, row.payload, created_at)
    return sql, params


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
