"""What the panel asks of the database; every query stays cheap at a million rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from django.db.models import QuerySet

from messaging.models import OutboxMessage
from transactions.domain.money import format_cents
from transactions.events import TRANSACTIONS, TRANSACTIONS_RESULT
from transactions.models import Transaction

# The accounts that somebody may see; None is all of them.
Accounts: TypeAlias = frozenset[str] | None

_KINDS: tuple[tuple[Literal["received", "decided"], str], ...] = (
    ("received", TRANSACTIONS.name),
    ("decided", TRANSACTIONS_RESULT.name),
)


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event as the database knows it; `place` and `offset` only while the outbox has them."""

    kind: Literal["received", "decided"]
    at: datetime
    place: tuple[str, int] | None
    offset: int
    transaction: dict[str, str]


def of_accounts(accounts: Accounts) -> QuerySet[Transaction]:
    """Return the transactions of `accounts`, in no order yet."""
    rows = Transaction.objects.all()
    return rows if accounts is None else rows.filter(account_id__in=sorted(accounts))


def newest_events(accounts: Accounts, limit: int) -> list[ToldEvent]:
    """Return the events of the newest `limit` transactions that Kafka already has, unordered."""
    rows = list(of_accounts(accounts).order_by("-created_at", "-id")[:limit])
    return list(events_of(rows))


def events_of(rows: Iterable[Transaction]) -> Iterator[ToldEvent]:
    """Yield what was published of each row: its request, and its decision if there is one."""
    rows = list(rows)
    sent = _outbox([row.id for row in rows])
    for row in rows:
        for kind, topic in _KINDS:
            at = row.created_at if kind == "received" else row.processed_at
            outbox = sent.get((topic, row.id))
            if at is None or (outbox is not None and outbox["sent_at"] is None):
                continue
            place, offset = _coordinates(outbox)
            yield ToldEvent(kind, at, place, offset, _fields(row, kind))


def _outbox(keys: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    rows = OutboxMessage.objects.filter(
        key__in=keys, topic__in=(TRANSACTIONS.name, TRANSACTIONS_RESULT.name)
    ).order_by("id")
    return {
        (row["topic"], row["key"]): dict(row)
        for row in rows.values("topic", "key", "sent_at", "partition", "offset")
    }


def _coordinates(outbox: dict[str, Any] | None) -> tuple[tuple[str, int] | None, int]:
    if outbox is None or outbox["partition"] is None:
        return None, -1
    return (outbox["topic"], outbox["partition"]), outbox["offset"]


def _fields(row: Transaction, kind: Literal["received", "decided"]) -> dict[str, str]:
    is_decided = kind == "decided"
    return {
        "id": row.id,
        "account_id": row.account_id,
        "amount": format_cents(row.amount_cents),
        "currency": row.currency,
        "status": row.status if is_decided else "pending",
        "error_code": row.error_code if is_decided else "",
        "card_brand": row.card_brand,
        "card_last4": row.card_last4,
    }
