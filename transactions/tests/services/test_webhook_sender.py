"""The sender: it posts what it signed, and no slow endpoint holds up the others."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from transactions.adapters.webhook_http import Answer
from transactions.domain.webhooks import EVENT_TYPES, sign
from transactions.models import WebhookAttempt
from transactions.services.webhooks import subscriptions
from transactions.services.webhooks.sender import Limits, Sender
from transactions.tests.requests import NOW, decided, message
from transactions.tests.services.webhook_kit import (
    URL,
    FixedClock,
    RecordingPoster,
    accepted,
    enqueue,
    webhook,
)


def sender(poster: RecordingPoster, *, in_flight_each: int = 4, **options: Any) -> Sender:
    limits = Limits(in_flight=8, in_flight_each=in_flight_each)
    return Sender(poster=poster, clock=FixedClock(), limits=limits, **options)


@pytest.mark.django_db(transaction=True)
class TestTheSender:
    def test_posts_the_same_bytes_that_it_signs(self) -> None:
        hook, secret = subscriptions.create_webhook(
            account_id="account-1", url=URL, events=EVENT_TYPES, now=NOW
        )
        enqueue(message(decided()))
        poster = RecordingPoster(accepted)

        self.send(sender(poster))

        [(url, body, headers)] = poster.posts
        assert url == hook.url
        assert headers["Trilho-Signature"] == sign(secret, at=int(NOW.timestamp()), body=body)
        assert WebhookAttempt.objects.get().response_status == 200

    def test_is_not_held_up_by_a_slow_endpoint(self) -> None:
        webhook(url="http://slow.example/")
        webhook(url="http://quick.example/", account_id="account-2")
        enqueue(*(message(decided()) for _ in range(10)))
        enqueue(*(message(decided(account_id="account-2")) for _ in range(4)))
        released = asyncio.Event()

        async def answer(url: str) -> Answer:
            if "slow" in url:
                await released.wait()
            return Answer(200)

        attempts: asyncio.Queue[Answer] = asyncio.Queue()

        async def scenario(one: Sender) -> None:
            await one.send_due()
            async with asyncio.timeout(20):
                for _ in range(4):
                    await attempts.get()
            released.set()
            await one.drain()

        one = sender(RecordingPoster(answer), on_attempt=lambda a, _: attempts.put_nowait(a))
        self.run(one, scenario)

        first = WebhookAttempt.objects.order_by("id")[:4]
        assert {each.delivery.webhook.account_id for each in first} == {"account-2"}

    def test_tells_everything_in_the_end(self) -> None:
        webhook()
        messages = [message(decided()) for _ in range(25)]
        enqueue(*messages)
        poster = RecordingPoster(accepted)

        self.send(sender(poster, in_flight_each=3))

        told = [json.loads(body)["id"] for _, body, _ in poster.posts]
        assert sorted(told) == sorted(one.event_id for one in messages)

    def test_stops_when_told_to(self) -> None:
        async def scenario(one: Sender) -> bool:
            task = asyncio.create_task(one.run())
            one.stop()
            await asyncio.wait_for(task, timeout=20)
            return True

        assert self.run(sender(RecordingPoster(accepted)), scenario)

    def send(self, one: Sender) -> None:
        async def scenario(one: Sender) -> None:
            while await one.send_due():
                await one.drain()

        self.run(one, scenario)

    def run(self, one: Sender, scenario: Callable[[Sender], Coroutine[Any, Any, Any]]) -> Any:
        try:
            return asyncio.run(scenario(one))
        finally:
            one.close()
