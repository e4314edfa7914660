"""Webhooks: what one must be, and which decisions become due to it, told with what."""

import json
from typing import Any

import pytest

from transactions.adapters.webhook_http import Answer
from transactions.domain.webhooks import EVENT_TYPES
from transactions.models import Transaction, Webhook, WebhookAttempt, WebhookDelivery
from transactions.services.webhooks import sending, subscriptions
from transactions.tests.requests import NOW, decided, message
from transactions.tests.services.webhook_kit import URL, claim, enqueue, webhook


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

    def test_keeps_what_somebody_else_changed_at_the_same_time(self) -> None:
        hook = webhook()
        as_staff_saw_it = Webhook.objects.get()

        subscriptions.change_webhook(as_staff_saw_it, enabled=False)
        changed = subscriptions.change_webhook(hook, url="https://example.com/new")

        assert (changed.url, changed.enabled) == ("https://example.com/new", False)
        assert not Webhook.objects.get().enabled

    def test_that_was_removed_meanwhile_cannot_be_changed(self) -> None:
        hook = webhook()
        subscriptions.remove_webhook(Webhook.objects.get())

        with pytest.raises(subscriptions.UnknownWebhookError):
            subscriptions.change_webhook(hook, enabled=False)

    def test_can_be_removed_twice(self) -> None:
        hook = webhook()
        subscriptions.remove_webhook(Webhook.objects.get())

        subscriptions.remove_webhook(hook)

        assert not Webhook.objects.exists()
