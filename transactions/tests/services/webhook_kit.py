"""Webhooks as these tests make them, and a poster that remembers what it was given."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from django.db import transaction

from messaging.consumer import Message
from transactions.adapters.webhook_http import Answer
from transactions.domain.webhooks import EVENT_TYPES
from transactions.models import Webhook
from transactions.services.webhooks import sending, subscriptions
from transactions.services.webhooks.enqueue import enqueue_deliveries
from transactions.tests.requests import NOW

URL = "http://127.0.0.1:9/hook"


def webhook(**changes: Any) -> Webhook:
    fields: dict[str, Any] = {"account_id": "account-1", "url": URL, "events": EVENT_TYPES}
    made, _ = subscriptions.create_webhook(now=NOW, **{**fields, **changes})
    return made


def enqueue(*messages: Message[Any], now: datetime = NOW) -> int:
    with transaction.atomic():
        return enqueue_deliveries(messages, now=now, using="default")


def claim(now: datetime = NOW, *, limit: int = 10, limit_each: int = 10) -> list[sending.Claimed]:
    return sending.claim_due(now=now, limit=limit, limit_each=limit_each)


class FixedClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


class RecordingPoster:
    """Answers by address, and remembers what came."""

    def __init__(self, answer: Callable[[str], Coroutine[Any, Any, Answer]]) -> None:
        self.posts: list[tuple[str, bytes, dict[str, str]]] = []
        self._answer = answer

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.posts.append((url, body, headers))
        return await self._answer(url)


async def accepted(url: str) -> Answer:
    return Answer(200)
