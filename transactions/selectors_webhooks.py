"""What a merchant reads of its webhooks: the list, and the log of each one's tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from transactions.domain.listing import Cursor, Page
from transactions.models import Webhook, WebhookAttempt

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Listed(Generic[M]):
    """One page of a list; `next_cursor` is None on the last one."""

    rows: Sequence[M]
    next_cursor: Cursor | None


def get_webhook(account_id: str, webhook_id: str) -> Webhook | None:
    """Return the account's webhook, or None also for another's."""
    return Webhook.objects.filter(account_id=account_id, id=webhook_id).first()


def list_webhooks(account_id: str, page: Page) -> Listed[Webhook]:
    """Return a page of the account's webhooks, newest first."""
    return _page(Webhook.objects.filter(account_id=account_id), "created_at", page)


def list_attempts(webhook: Webhook, page: Page) -> Listed[WebhookAttempt]:
    """Return a page of the tries to tell `webhook` something, newest first."""
    tries = WebhookAttempt.objects.filter(delivery__webhook=webhook).select_related("delivery")
    return _page(tries, "at", page)


def get_attempt(account_id: str, attempt_id: str) -> WebhookAttempt | None:
    """Return a try to tell one of the account's webhooks something, or None."""
    tries = WebhookAttempt.objects.select_related("delivery")
    return tries.filter(delivery__webhook__account_id=account_id, id=attempt_id).first()


def _page(rows: QuerySet[M], time: str, page: Page) -> Listed[M]:
    if page.cursor is not None:
        at, identity = page.cursor.created_at, page.cursor.id
        rows = rows.filter(Q(**{f"{time}__lt": at}) | Q(**{time: at, "id__lt": identity}))
    found = list(rows.order_by(f"-{time}", "-id")[: page.limit + 1])
    shown = found[: page.limit]
    if len(found) == len(shown):
        return Listed(shown, None)
    return Listed(shown, Cursor(getattr(shown[-1], time), str(shown[-1].pk)))
