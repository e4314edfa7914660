"""What a merchant reads: transactions, their sums, and where each one stands on its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from messaging.models import OutboxMessage
from transactions.domain.listing import Cursor, Filter, Page
from transactions.events import TRANSACTIONS
from transactions.models import Status, Transaction, WebhookAttempt


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list; `next_cursor` is None on the last one."""

    rows: Sequence[Transaction]
    next_cursor: Cursor | None


@dataclass(frozen=True, slots=True)
class Total:
    """How many transactions, and how much money in cents."""

    count: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a transaction's way; `detail` depends on the step."""

    step: str
    at: datetime
    detail: dict[str, Any]


def transactions_of(account_id: str, wanted: Filter) -> QuerySet[Transaction]:
    """Return the account's transactions that the filter wants, in no order."""
    conditions = {
        "status": wanted.status,
        "created_at__gte": wanted.created_from,
        "created_at__lte": wanted.created_to,
        "amount_cents__gte": wanted.amount_min,
        "amount_cents__lte": wanted.amount_max,
        "card_last4": wanted.card_last4,
    }
    asked = {name: value for name, value in conditions.items() if value is not None}
    return Transaction.objects.filter(account_id=account_id, **asked)


def list_transactions(account_id: str, wanted: Filter, page: Page) -> Listed:
    """Return a page, newest first; rows that come meanwhile shift nothing."""
    rows = transactions_of(account_id, wanted).order_by("-created_at", "-id")
    if page.cursor is not None:
        at, identity = page.cursor.created_at, page.cursor.id
        # The first condition is the index's range, the second its exact edge.
        rows = rows.filter(created_at__lte=at).filter(Q(created_at__lt=at) | Q(id__lt=identity))
    found = list(rows[: page.limit + 1])
    shown = found[: page.limit]
    has_more = len(found) > page.limit
    return Listed(shown, Cursor(shown[-1].created_at, shown[-1].id) if has_more else None)


def get_transaction(account_id: str, identity: str) -> Transaction | None:
    """Return the account's transaction, or None: also where it is another's."""
    return Transaction.objects.filter(account_id=account_id, id=identity).first()


def summarise(account_id: str) -> dict[str, Total]:
    """Return the totals by status and `received`, from one statement, so that they close."""
    rows = (
        Transaction.objects.filter(account_id=account_id)
        .order_by()
        .values_list("status")
        .annotate(Count("id"), Sum("amount_cents"))
    )
    by_status = {status: Total(count, int(cents)) for status, count, cents in rows}
    totals = {str(status): by_status.get(str(status), Total(0, 0)) for status in Status.values}
    received = Total(
        sum(total.count for total in totals.values()),
        sum(total.amount_cents for total in totals.values()),
    )
    return {"received": received, **totals}


def timeline(row: Transaction) -> list[Step]:
    """Return the steps that the transaction has made, in the order of its way.

    Each has the clock of the process that made it; the relay notes `sent` when the broker has
    confirmed, which may be after the processor decided.
    """
    return [
        Step("received", row.created_at, {"request_id": row.request_id}),
        *_sent(row),
        *_decided(row),
        *_webhooks(row),
    ]


def _sent(row: Transaction) -> list[Step]:
    # The key is indexed; the event that we published bears the transaction's own id.
    message = OutboxMessage.objects.filter(
        key=row.id, event_id=row.id, topic=TRANSACTIONS.name, sent_at__isnull=False
    ).first()
    if message is None or message.sent_at is None:
        return []
    place = {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
    }
    return [Step("sent", message.sent_at, place)]


def _decided(row: Transaction) -> list[Step]:
    moments: tuple[tuple[str, datetime | None, dict[str, Any]], ...] = (
        ("decided", row.processed_at, {"status": row.status, "error_code": row.error_code}),
        ("result_read", row.result_read_at, {}),
        ("shown", row.shown_at, {}),
    )
    return [Step(step, at, detail) for step, at, detail in moments if at is not None]


def _webhooks(row: Transaction) -> list[Step]:
    attempts = WebhookAttempt.objects.filter(
        delivery__transaction_id=row.id, delivery__webhook__account_id=row.account_id
    ).select_related("delivery")
    return [
        Step(
            "webhook",
            attempt.at.astimezone(UTC),
            {
                "webhook_id": attempt.delivery.webhook_id,
                "attempt_id": attempt.id,
                "response_status": attempt.response_status,
                "error": attempt.error,
            },
        )
        for attempt in attempts.order_by("at", "id")
    ]
