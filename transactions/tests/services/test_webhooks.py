"""Webhooks: what becomes due, who sends it, and what is written of each try."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from messaging.consumer import Message
from transactions.adapters.webhook_http import Answer
from transactions.domain.webhooks import EVENT_TYPES, sign
from transactions.models import Transaction, Webhook, WebhookAttempt, WebhookDelivery
from transactions.services.webhooks import sending, subscriptions
from transactions.services.webhooks.enqueue import enqueue_deliveries
from transactions.services.webhooks.sender import Limits, Sender
from transactions.services.webhooks.sending import LEASE_SECONDS
from transactions.tests.requests import NOW, decided, message

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


@pytest.mark.django_db
class TestADecision:
    def test_is_due_to_each_webhook_of_its_account(self) -> None:
        first, second = webhook(), webhook()
        webhook(account_id="other")

        assert enqueue(message(decided())) == 2
        found = WebhookDelivery.objects.values_list("webhook_id", "due_at")
        assert sorted(found) == sorted([(first.id, NOW), (second.id, NOW)])

    def test_is_due_only_where_its_event_is_wanted(self) -> None:
        webhook(events=["transaction.rejected"])

        assert enqueue(message(decided())) == 0
        assert enqueue(message(decided(status="rejected", error_code="x"))) == 1

    def test_is_not_due_to_a_webhook_that_is_off(self) -> None:
        subscriptions.change_webhook(webhook(), enabled=False)

        assert enqueue(message(decided())) == 0

    def test_that_comes_again_is_not_doubled(self) -> None:
        webhook()
        same = message(decided())

        assert (enqueue(same), enqueue(same)) == (1, 0)

    def test_is_told_with_the_resource(self) -> None:
        webhook()
        Transaction.objects.create(
            id="tx-1",
            account_id="account-1",
            amount_cents=10_050,
            card_brand="visa",
            card_last4="1111",
            card_expiration_month=12,
            card_expiration_year=2030,
            card_holder="MARIA SILVA",
            description="two tickets",
            metadata={"order": "7"},
            created_at=NOW,
        )
        told = message(decided(id="tx-1"))

        enqueue(told)

        assert json.loads(WebhookDelivery.objects.get().body) == {
            "id": told.event_id,
            "type": "transaction.approved",
            "created_at": "2026-11-21T12:00:00Z",
            "data": {
                "id": "tx-1",
                "account_id": "account-1",
                "status": "approved",
                "amount": "100.50",
                "currency": "BRL",
                "card": {
                    "brand": "visa",
                    "last4": "1111",
                    "expiration_month": 12,
                    "expiration_year": 2030,
                    "holder": "MARIA SILVA",
                },
                "description": "two tickets",
                "metadata": {"order": "7"},
                "error_code": "",
                "error_message": "",
                "created_at": "2026-11-21T12:00:00Z",
                "processed_at": "2026-11-21T12:00:00Z",
            },
        }

    def test_of_an_outside_producer_tells_what_is_known(self) -> None:
        webhook()
        Transaction.objects.create(
            id="tx-1",
            account_id="another-account",
            amount_cents=1,
            card_last4="9999",
            card_expiration_month=1,
            card_expiration_year=2030,
            card_holder="SOMEBODY ELSE",
            created_at=NOW,
        )

        enqueue(message(decided(id="tx-1")))

        data = json.loads(WebhookDelivery.objects.get().body)["data"]
        assert data["card"]["holder"] == ""
        assert data["card"]["expiration_month"] is None
        assert (data["amount"], data["card"]["last4"]) == ("100.50", "1111")


@pytest.mark.django_db
class TestClaiming:
    def test_takes_what_is_due_and_nothing_that_is_not_yet(self) -> None:
        webhook()
        enqueue(message(decided()))
        enqueue(message(decided()), now=NOW + timedelta(hours=1))

        assert len(claim()) == 1

    def test_never_gives_the_same_message_to_two_senders(self) -> None:
        webhook()
        enqueue(*(message(decided()) for _ in range(5)))

        first, second = claim(limit=3), claim()

        assert (len(first), len(second)) == (3, 2)
        assert not {one.delivery_id for one in first} & {one.delivery_id for one in second}
        assert claim() == []

    def test_gives_a_message_again_when_its_sender_died(self) -> None:
        webhook()
        enqueue(message(decided()))
        claim()
        WebhookDelivery.objects.update(leased_until=datetime(2000, 1, 1, tzinfo=NOW.tzinfo))

        assert len(claim()) == 1

    def test_leaves_room_for_other_webhooks(self) -> None:
        slow, quick = webhook(), webhook(account_id="account-2")
        enqueue(*(message(decided()) for _ in range(6)))
        enqueue(message(decided(account_id="account-2")))

        taken = claim(limit_each=4)
        hooks = [one.webhook_id for one in taken]
        assert (hooks.count(slow.id), hooks.count(quick.id)) == (4, 1)

    def test_counts_what_the_sender_has_in_hand(self) -> None:
        hook = webhook()
        enqueue(*(message(decided()) for _ in range(6)))

        taken = sending.claim_due(
            now=NOW, limit=10, limit_each=4, under_way={hook.id: 3, "other": 4}
        )

        assert len(taken) == 1

    def test_skips_webhooks_that_were_switched_off_meanwhile(self) -> None:
        hook = webhook()
        enqueue(message(decided()))
        subscriptions.change_webhook(hook, enabled=False)

        assert claim() == []

    def test_holds_a_message_longer_than_a_post_may_take(self) -> None:
        assert LEASE_SECONDS > 10


@pytest.mark.django_db
class TestAnAttempt:
    def record(self, answer: Answer, *, now: datetime = NOW) -> WebhookAttempt:
        [claimed] = claim(now)
        attempt = sending.record_attempt(claimed, answer, at=now, duration_ms=12, now=now)
        assert attempt is not None
        return attempt

    def test_that_succeeded_is_the_last(self) -> None:
        webhook()
        enqueue(message(decided()))

        attempt = self.record(Answer(204))

        delivery = WebhookDelivery.objects.get()
        assert (attempt.response_status, attempt.error, attempt.next_at) == (204, "", None)
        assert (delivery.due_at, delivery.delivered_at) == (None, NOW)

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (Answer(500), "unexpected_status"),
            (Answer(302), "unexpected_status"),
            (Answer(None, "timeout"), "timeout"),
        ],
    )
    def test_that_failed_is_tried_again_later(self, answer: Answer, error: str) -> None:
        webhook()
        enqueue(message(decided()))

        attempt = self.record(answer)

        assert attempt.error == error
        assert attempt.next_at is not None
        assert NOW < attempt.next_at <= NOW + timedelta(seconds=5)
        assert claim() == []
        assert len(claim(NOW + timedelta(seconds=5))) == 1

    def test_is_given_up_after_ten_more(self) -> None:
        webhook()
        enqueue(message(decided()))
        now = NOW
        for _ in range(11):
            last = self.record(Answer(500), now=now)
            now = last.next_at or now

        assert last.next_at is None
        assert WebhookAttempt.objects.count() == 11
        assert claim(NOW + timedelta(days=30)) == []

    def test_by_a_sender_that_lost_its_lease_changes_nothing_but_the_log(self) -> None:
        webhook()
        enqueue(message(decided()))
        [late] = claim()
        WebhookDelivery.objects.update(leased_until=datetime(2000, 1, 1, tzinfo=NOW.tzinfo))
        self.record(Answer(200))

        sending.record_attempt(late, Answer(None, "timeout"), at=NOW, duration_ms=1, now=NOW)

        assert WebhookAttempt.objects.count() == 2
        assert WebhookDelivery.objects.get().due_at is None

    def test_to_a_webhook_that_is_gone_is_forgotten(self) -> None:
        hook = webhook()
        enqueue(message(decided()))
        [claimed] = claim()
        subscriptions.remove_webhook(hook)

        assert sending.record_attempt(claimed, Answer(200), at=NOW, duration_ms=1, now=NOW) is None

    def test_can_be_repeated_by_hand(self) -> None:
        webhook()
        enqueue(message(decided()))
        first = self.record(Answer(200))

        sending.resend(first.delivery, now=NOW)

        assert self.record(Answer(200)).delivery_id == first.delivery_id


@pytest.mark.django_db
class TestAWebhook:
    def test_keeps_its_secret_sealed(self) -> None:
        made, secret = subscriptions.create_webhook(
            account_id="a", url=URL, events=EVENT_TYPES, now=NOW
        )

        assert secret.startswith("whsec_")
        assert secret not in repr(list(Webhook.objects.values_list()))
        assert subscriptions.secret_of(made) == secret

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "ftp://example.com/",
            "http://",
            "http:///x",
            "http://user:secret@example.com/",
            "http://example.com:99999/",
            "http://example.com/ x",
            "http://ex\u00e4mple.com/",
            "http://example.com/#part",
            "javascript:alert(1)",
            "http://example.com/" + "x" * 2048,
        ],
    )
    def test_needs_an_address_that_can_be_posted_to(self, url: str) -> None:
        with pytest.raises(subscriptions.InvalidUrlError):
            webhook(url=url)

    @pytest.mark.parametrize(
        "url", ["http://localhost/", "http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1:80/"]
    )
    def test_may_not_point_into_our_network_where_that_is_forbidden(
        self, url: str, settings: Any
    ) -> None:
        settings.WEBHOOKS_ALLOW_PRIVATE_TARGETS = False

        with pytest.raises(subscriptions.InvalidUrlError):
            webhook(url=url)

    @pytest.mark.parametrize("events", [[], ["transaction.pending"], ["transaction.approved"] * 2])
    def test_needs_events_that_exist(self, events: list[str]) -> None:
        with pytest.raises(subscriptions.InvalidEventsError):
            webhook(events=events)

    def test_takes_everything_of_it_along_when_it_goes(self) -> None:
        hook = webhook()
        enqueue(message(decided()))
        [claimed] = claim()
        sending.record_attempt(claimed, Answer(200), at=NOW, duration_ms=1, now=NOW)

        subscriptions.remove_webhook(hook)

        assert not WebhookDelivery.objects.exists()
        assert not WebhookAttempt.objects.exists()


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
