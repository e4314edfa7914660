"""An accepted request as rows, and the statements that insert many of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from messaging import bulk, dialects, outbox

_TRANSACTIONS: Final = "transactions_transaction"
_TRANSACTION_COLUMNS: Final = (
    "id",
    "account_id",
    "amount_cents",
    "currency",
    "card_brand",
    "card_last4",
    "card_expiration_month",
    "card_expiration_year",
    "card_holder",
    "card_token",
    "description",
    "metadata",
    "request_id",
    "created_at",
    "status",
    "error_code",
    "error_message",
)
_KEYS: Final = "transactions_idempotency_key"
_KEY_COLUMNS: Final = ("id", "transaction_id", "fingerprints", "created_at")


class Outcome(Enum):
    """What became of an entry; UNKNOWN until the database has said."""

    COMMITTED = "committed"
    DUPLICATE = "duplicate"
    KEY_IN_USE = "key in use"
    UNKNOWN = "unknown"


@dataclass(slots=True, kw_only=True, eq=False)
class Entry:
    """One accepted request as rows to be; `key_id` is empty without an idempotency key."""

    id: str
    columns: tuple[str, ...]
    created_at: datetime
    outbox_row: outbox.OutboxRow
    key_id: str = ""
    fingerprints: str = ""
    outcome: Outcome = Outcome.UNKNOWN
    failure: DatabaseError | None = None


def texts(entries: list[Entry], connection: BaseDatabaseWrapper) -> list[str]:
    """Return the INSERTs with their values in them, escaped by the driver."""
    found = [
        bulk.insert_text(connection, table, columns, rows)
        or _slowly(connection, table, columns, rows)
        for table, columns, rows in tables(entries)
    ]
    rows = outbox_rows(entries)
    packed = outbox.insert_text(rows, connection)
    return [*found, packed or _quoted(connection, *outbox.insert_statement(rows, "mysql"))]


def _slowly(
    connection: BaseDatabaseWrapper, table: str, columns: tuple[str, ...], rows: list[bulk.Row]
) -> str:
    sql = dialects.multi_row_insert(connection.vendor, table, columns, len(rows))
    return _quoted(connection, sql, [value for row in rows for value in row])


def _quoted(connection: BaseDatabaseWrapper, sql: str, params: list[Any]) -> str:
    text: bytes = sql.encode() % tuple(map(connection.connection.literal, params))
    return text.decode()


def tables(entries: list[Entry]) -> list[tuple[str, tuple[str, ...], list[bulk.Row]]]:
    """Return what is inserted where, the idempotency keys first."""
    times = [bulk.stored_time(entry.created_at) for entry in entries]
    pairs = list(zip(entries, times, strict=True))
    keys: list[bulk.Row] = [
        (entry.key_id, entry.id, entry.fingerprints, at) for entry, at in pairs if entry.key_id
    ]
    rows: list[bulk.Row] = [
        (entry.id, *entry.columns, at, "pending", "", "") for entry, at in pairs
    ]
    found: list[tuple[str, tuple[str, ...], list[bulk.Row]]] = []
    if keys:
        found.append((_KEYS, _KEY_COLUMNS, keys))
    return [*found, (_TRANSACTIONS, _TRANSACTION_COLUMNS, rows)]


def outbox_rows(entries: list[Entry]) -> list[outbox.OutboxRow]:
    """Return the events of the entries."""
    return [entry.outbox_row for entry in entries]
