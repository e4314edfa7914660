"""Turns decisions into messages that are due to the webhooks of their accounts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from messaging.consumer import Message
from messaging.faultpoints import faultpoint
from transactions.domain.webhooks import EVENT_OF_STATUS
from transactions.events import TransactionDecided
from transactions.models import Transaction, Webhook, WebhookDelivery
from transactions.services.webhooks.message import present_message

Decision = Message[TransactionDecided]


def enqueue_deliveries(messages: Sequence[Decision], *, now: datetime, using: str) -> int:
    """Write what is due `now` to each subscribed webhook; return how many messages that makes.

    Accounts without webhooks cost one query a batch. A message that is due already is not doubled.
    Runs inside the caller's transaction.
    """
    hooks = _enabled_webhooks({message.event.account_id for message in messages}, using)
    wanted = [
        (message, hook)
        for message in messages
        for hook in hooks.get(message.event.account_id, ())
        if EVENT_OF_STATUS[message.event.status] in hook.events
    ]
    if not wanted:
        return 0
    known = _known(wanted, using)
    rows = _rows([pair for pair in wanted if _key(*pair) not in known], now, using)
    WebhookDelivery.objects.using(using).bulk_create(rows)
    faultpoint("webhooks.after_enqueue")
    return len(rows)


def _enabled_webhooks(accounts: Iterable[str], using: str) -> Mapping[str, list[Webhook]]:
    by_account: dict[str, list[Webhook]] = defaultdict(list)
    found = Webhook.objects.using(using).filter(account_id__in=accounts, enabled=True)
    for hook in found.order_by("id"):
        by_account[hook.account_id].append(hook)
    return by_account


def _key(message: Decision, hook: Webhook) -> tuple[str, str]:
    return hook.id, message.event_id


def _known(wanted: Iterable[tuple[Decision, Webhook]], using: str) -> set[tuple[str, str]]:
    # The unique index begins with the webhook: by the events alone the whole log would be read.
    found = WebhookDelivery.objects.using(using).filter(
        webhook_id__in={hook.id for _, hook in wanted},
        event_id__in={message.event_id for message, _ in wanted},
    )
    return set(found.values_list("webhook_id", "event_id"))


def _rows(
    wanted: Sequence[tuple[Decision, Webhook]], now: datetime, using: str
) -> list[WebhookDelivery]:
    ids = {message.event.id for message, _ in wanted}
    accepted = {
        (row.id, row.account_id): row for row in Transaction.objects.using(using).filter(id__in=ids)
    }
    bodies = {
        message.event_id: present_message(
            message.event,
            event_id=message.event_id,
            # an outside producer may have used another account's id: its words are not told
            accepted=accepted.get((message.event.id, message.event.account_id)),
        )
        for message, _ in wanted
    }
    return [
        WebhookDelivery(
            webhook_id=hook.id,
            event_id=message.event_id,
            event_type=EVENT_OF_STATUS[message.event.status],
            transaction_id=message.event.id,
            body=bodies[message.event_id].decode(),
            due_at=now,
            created_at=now,
        )
        for message, hook in wanted
    ]
