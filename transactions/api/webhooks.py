"""`/webhooks`: whom to tell of decisions, and what became of each message."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from rest_framework.exceptions import NotFound, UnsupportedMediaType
from rest_framework.request import Request

import rest
from transactions import selectors_webhooks as selectors
from transactions.api import base, webhook_docs
from transactions.domain import webhook_shape
from transactions.domain.documents import read_document
from transactions.domain.listing import PAGING, Page
from transactions.models import Webhook, WebhookAttempt
from transactions.services.webhooks import sending, subscriptions


class Webhooks(base.Operation):
    """An account's webhooks."""

    @webhook_docs.LIST
    def get(self, request: Request) -> HttpResponse:
        """List the account's webhooks, newest first."""
        listed = selectors.list_webhooks(base.merchant_of(request).account_id, _page(request))
        return _list_answer(listed, [_webhook(row) for row in listed.rows])

    @webhook_docs.CREATE
    def post(self, request: Request) -> HttpResponse:
        """Make a webhook; its secret is in this answer and in no other."""
        values = webhook_shape.read_new(_document(request))
        webhook, secret = subscriptions.create_webhook(
            account_id=base.merchant_of(request).account_id, now=datetime.now(UTC), **values
        )
        answer = rest.json_answer({**_webhook(webhook), "secret": secret}, status=201)
        answer["Location"] = f"/api/v1/webhooks/{webhook.id}"
        return answer


class OneWebhook(base.Operation):
    """One webhook."""

    @webhook_docs.GET
    def get(self, request: Request, webhook_id: str) -> HttpResponse:
        """Return a webhook, without its secret."""
        base.query_of(request, {})
        return rest.json_answer(_webhook(_own(request, webhook_id)))

    @webhook_docs.CHANGE
    def patch(self, request: Request, webhook_id: str) -> HttpResponse:
        """Change the address or the events of a webhook, or switch it on or off."""
        webhook = _own(request, webhook_id)
        values = webhook_shape.read_change(_document(request))
        return rest.json_answer(_webhook(subscriptions.change_webhook(webhook, **values)))

    @webhook_docs.REMOVE
    def delete(self, request: Request, webhook_id: str) -> HttpResponse:
        """Remove a webhook, what is due to it, and its log."""
        subscriptions.remove_webhook(_own(request, webhook_id))
        return HttpResponse(status=204)


class Attempts(base.Operation):
    """The log of a webhook."""

    @webhook_docs.ATTEMPTS
    def get(self, request: Request, webhook_id: str) -> HttpResponse:
        """List the tries to tell a webhook something, newest first."""
        page = _page(request)
        listed = selectors.list_attempts(_own(request, webhook_id), page)
        return _list_answer(listed, [_attempt(row) for row in listed.rows])


class Resend(base.Operation):
    """Sending a message again."""

    @webhook_docs.RESEND
    def post(self, request: Request, attempt_id: str) -> HttpResponse:
        """Send the message of an attempt again, at once, whatever became of it."""
        account_id = base.merchant_of(request).account_id
        attempt = selectors.get_attempt(account_id, attempt_id)
        if attempt is None:
            raise NotFound
        sending.resend(attempt.delivery, now=datetime.now(UTC))
        return rest.json_answer(_attempt(attempt), status=202)


def _own(request: Request, webhook_id: str) -> Webhook:
    webhook = selectors.get_webhook(base.merchant_of(request).account_id, webhook_id)
    if webhook is None:
        raise NotFound
    return webhook


def _page(request: Request) -> Page:
    return Page(**base.query_of(request, PAGING))


def _document(request: Request) -> Any:
    raw = request._request  # noqa: SLF001 - the body as it came, past DRF's parsers
    if not base.is_json(request):
        raise UnsupportedMediaType(raw.META.get("CONTENT_TYPE", ""))
    return read_document(raw.body)


def _list_answer(listed: selectors.Listed[Any], data: list[dict[str, Any]]) -> HttpResponse:
    following = listed.next_cursor
    return rest.json_answer(
        {
            "data": data,
            "has_more": following is not None,
            "next_cursor": None if following is None else following.encode(),
        }
    )


def _webhook(row: Webhook) -> dict[str, Any]:
    return {
        "id": row.id,
        "url": row.url,
        "events": row.events,
        "enabled": row.enabled,
        "created_at": row.created_at,
    }


def _attempt(row: WebhookAttempt) -> dict[str, Any]:
    return {
        "id": row.id,
        "event_id": row.delivery.event_id,
        "at": row.at,
        "response_status": row.response_status,
        "duration_ms": row.duration_ms,
        "error": row.error,
        "next_at": row.next_at,
    }
