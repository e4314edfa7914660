"""The inbox: writes down, in the effect's own transaction, which events have been applied."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connections

from messaging import bulk
from messaging.consumer import Message
from messaging.models import InboxEntry

_TABLE: Final = "messaging_inbox"
_COLUMNS: Final = ("consumer", "event_id", "processed_at")


def insert(consumer: str, messages: Iterable[Message[Any]], *, at: datetime, using: str) -> None:
    """Enter the messages in one statement; raises IntegrityError when one is in already.

    It must be the transaction's first statement: the unique key then guards whatever follows,
    also when the answer to COMMIT is lost.
    """
    connection = connections[using]
    moment = str(connection.ops.adapt_datetimefield_value(at))
    rows = [(consumer, message.event_id, moment) for message in messages]
    bulk.insert_rows(connection, _TABLE, _COLUMNS, rows)


def seen(consumer: str, messages: Sequence[Message[Any]], *, using: str) -> set[str]:
    """Return the event ids among `messages` that the consumer has applied before."""
    ids = [message.event_id for message in messages]
    entries = InboxEntry.objects.using(using).filter(consumer=consumer, event_id__in=ids)
    return set(entries.values_list("event_id", flat=True))
