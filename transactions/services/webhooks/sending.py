"""The sender's side of the database: takes what is due under a lease, writes what became of it."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.db import connections, transaction
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from messaging import dialects
from messaging.faultpoints import faultpoint
from transactions.adapters.webhook_http import TIMEOUT_SECONDS, Answer
from transactions.domain import webhooks
from transactions.models import WebhookAttempt, WebhookDelivery
from transactions.services.webhooks import subscriptions

# Longer than any post may take, so that nobody takes over what is still being sent.
LEASE_SECONDS: Final = int(TIMEOUT_SECONDS) + 20
_CANDIDATES: Final = 500
_DATABASE: Final = "default"
_NOTHING: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process alone may send now."""

    delivery_id: int
    webhook_id: str
    lease: str
    url: str
    secret: str
    event_id: str
    body: bytes
    failures: int
    due_at: datetime | None

    def headers(self, at: int) -> dict[str, str]:
        """Return the headers of a post signed `at` (unix seconds)."""
        return {
            "Content-Type": "application/json",
            "User-Agent": "Trilho-Webhooks/1",
            webhooks.SIGNATURE_HEADER: webhooks.sign(self.secret, at=at, body=self.body),
        }


def claim_due(
    *, now: datetime, limit: int, limit_each: int, under_way: Mapping[str, int] = _NOTHING
) -> list[Claimed]:
    """Take up to `limit` messages that are due, and of a webhook as many as `limit_each` leaves.

    `under_way` counts by webhook what this sender has in hand. Two senders never get the same one:
    it is taken by one conditional update, and held until the lease runs out by the database's
    clock or the outcome is written.
    """
    chosen = _choose(now, limit, limit_each, under_way)
    if not chosen:
        return []
    lease = str(uuid7())
    _take(chosen, lease, now)
    faultpoint("webhooks.after_claim")
    # Through the keys: no index leads to a lease.
    taken = WebhookDelivery.objects.filter(pk__in=chosen, lease=lease).select_related("webhook")
    return [_claimed(delivery, lease) for delivery in taken.order_by("id")]


def _choose(
    now: datetime, limit: int, limit_each: int, under_way: Mapping[str, int]
) -> Sequence[int]:
    full = [webhook for webhook, count in under_way.items() if count >= limit_each]
    due = WebhookDelivery.objects.filter(due_at__lte=now, webhook__enabled=True)
    # A hint by this machine's clock; the update asks again by the database's.
    free = due.filter(Q(leased_until=None) | Q(leased_until__lt=now)).exclude(webhook_id__in=full)
    counts = dict(under_way)
    chosen: list[int] = []
    rows = free.order_by("due_at", "id").values_list("id", "webhook_id")
    for delivery_id, webhook_id in rows[:_CANDIDATES]:
        count = counts.get(webhook_id, 0)
        if len(chosen) < limit and count < limit_each:
            counts[webhook_id] = count + 1
            chosen.append(delivery_id)
    return chosen


def _take(ids: Sequence[int], lease: str, now: datetime) -> None:
    connection = connections[_DATABASE]
    speech = dialects.dialect(connection.vendor)
    marks = ", ".join(["%s"] * len(ids))
    sql = (
        f"UPDATE transactions_webhook_delivery SET lease = %s, leased_until = {speech.later}"  # noqa: S608  # constants
        f" WHERE id IN ({marks}) AND due_at <= %s"
        f" AND (leased_until IS NULL OR leased_until < {speech.now})"
    )
    due = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(sql, [lease, LEASE_SECONDS, *ids, due])


def _claimed(delivery: WebhookDelivery, lease: str) -> Claimed:
    return Claimed(
        delivery_id=delivery.pk,
        webhook_id=delivery.webhook.id,
        lease=lease,
        url=delivery.webhook.url,
        secret=subscriptions.secret_of(delivery.webhook),
        event_id=delivery.event_id,
        body=delivery.body.encode(),
        failures=delivery.attempts,
        due_at=delivery.due_at,
    )


def record_attempt(
    claimed: Claimed, answer: Answer, *, at: datetime, duration_ms: int, now: datetime
) -> WebhookAttempt | None:
    """Log the try made `at`, and set when the next is due; None if the webhook is gone.

    A sender that lost its lease meanwhile logs its try and leaves the rest to the new holder; one
    whose message was asked for again meanwhile leaves that due, with all its tries before it.
    """
    delivered = webhooks.is_success(answer.status)
    with transaction.atomic():
        held = WebhookDelivery.objects.filter(pk=claimed.delivery_id)
        mine = held.filter(lease=claimed.lease)
        mine.filter(due_at=claimed.due_at).update(
            attempts=F("attempts") + 1, due_at=_next_at(claimed, answer, now)
        )
        mine.update(leased_until=None, lease="", **({"delivered_at": now} if delivered else {}))
        found = held.values_list("due_at").first()
        if found is None:
            return None
        return WebhookAttempt.objects.create(
            id=str(uuid7()),
            delivery_id=claimed.delivery_id,
            at=at,
            response_status=answer.status,
            duration_ms=duration_ms,
            error="" if delivered else answer.error or "unexpected_status",
            next_at=found[0],
        )


def _next_at(claimed: Claimed, answer: Answer, now: datetime) -> datetime | None:
    if webhooks.is_success(answer.status):
        return None
    delay = webhooks.retry_delay(claimed.failures + 1, draw=random.random())  # noqa: S311 - jitter
    return None if delay is None else now + delay


def resend(delivery: WebhookDelivery, *, now: datetime) -> None:
    """Make a message due `now`, whatever became of it, with all its tries before it again."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(due_at=now, attempts=0)
