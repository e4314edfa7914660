"""Records results: the decisions that come back on Kafka become what the merchant sees."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connections

from messaging.consumer import Message
from messaging.faultpoints import faultpoint
from transactions import dialects
from transactions.events import TransactionDecided

_COLUMNS: Final = (
    "id",
    "account_id",
    "amount_cents",
    "currency",
    "status",
    "error_code",
    "error_message",
    "card_brand",
    "card_last4",
    "created_at",
    "processed_at",
    "result_read_at",
    # What only our own API knows; its row is there already and keeps its values.
    "card_expiration_month",
    "card_expiration_year",
    "card_holder",
    "card_token",
    "description",
    "metadata",
    "request_id",
)
_UNKNOWN: Final = (0, 0, "", "", "", "{}", "")
_ROWS_PER_STATEMENT: Final = 1000


def record_results(
    messages: Sequence[Message[TransactionDecided]], *, now: datetime, using: str = "default"
) -> None:
    """Set each transaction's decision, read at `now`, in as few statements as fit.

    A transaction of an outside producer, which our API never saw, gets its row here. A decision
    that is there already stays. Runs inside the caller's transaction.
    """
    read_at = dialects.stored(now)
    connection = connections[using]
    with connection.cursor() as cursor:
        for start in range(0, len(messages), _ROWS_PER_STATEMENT):
            chunk = messages[start : start + _ROWS_PER_STATEMENT]
            sql = dialects.upsert_results(connection.vendor, _COLUMNS, len(chunk))
            cursor.execute(sql, _parameters(chunk, read_at))
            faultpoint("results.after_write")


def _parameters(chunk: Sequence[Message[TransactionDecided]], read_at: str) -> list[Any]:
    parameters: list[Any] = []
    for message in chunk:
        event = message.event
        parameters += (
            event.id,
            event.account_id,
            event.amount_cents,
            event.currency,
            event.status,
            event.error_code,
            event.error_message,
            event.card_brand,
            event.card_last4,
            dialects.stored(event.created_at),
            dialects.stored(event.processed_at),
            read_at,
            *_UNKNOWN,
        )
    return parameters
