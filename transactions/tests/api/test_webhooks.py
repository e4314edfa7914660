"""`/webhooks` over HTTP: what a merchant makes, sees, changes and removes, and what it may not."""

from typing import Any

import msgspec
import pytest
from django.db import transaction

from transactions.adapters.webhook_http import Answer
from transactions.models import Webhook, WebhookDelivery
from transactions.services.webhooks import sending, subscriptions
from transactions.services.webhooks.enqueue import enqueue_deliveries
from transactions.tests.api.merchant import (
    MerchantClient,
    document,
    expect_problem,
    make_merchant,
)
from transactions.tests.requests import NOW, decided, message

pytestmark = pytest.mark.django_db
BOTH = ["transaction.approved", "transaction.rejected"]
NEW = {"url": "https://shop.example/hook", "events": BOTH}


def create(merchant: MerchantClient, **changes: Any) -> dict[str, Any]:
    answer = merchant.post("/webhooks", {**NEW, **changes})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = document(answer)
    return found


def patch(merchant: MerchantClient, webhook_id: str, body: Any) -> Any:
    return merchant.client.patch(
        f"/api/v1/webhooks/{webhook_id}",
        msgspec.json.encode(body),
        content_type="application/json",
        headers=merchant.headers,
    )


def delete(merchant: MerchantClient, webhook_id: str) -> Any:
    return merchant.client.delete(f"/api/v1/webhooks/{webhook_id}", headers=merchant.headers)


def attempt(merchant: MerchantClient, answer: Answer) -> None:
    with transaction.atomic():
        told = message(decided(account_id=merchant.account_id))
        enqueue_deliveries([told], now=NOW, using="default")
    [claimed] = sending.claim_due(now=NOW, limit=1, limit_each=1)
    sending.record_attempt(claimed, answer, at=NOW, duration_ms=7, now=NOW)


class TestMaking:
    def test_shows_the_secret_this_once(self, merchant: MerchantClient) -> None:
        made = create(merchant)

        assert made.keys() == {"id", "url", "events", "enabled", "created_at", "secret"}
        assert made["enabled"] is True
        assert made["secret"] == subscriptions.secret_of(Webhook.objects.get())
        shown = document(merchant.get(f"/webhooks/{made['id']}"))
        assert shown == {name: made[name] for name in made if name != "secret"}

    def test_says_where_the_webhook_is(self, merchant: MerchantClient) -> None:
        answer = merchant.post("/webhooks", NEW)

        assert answer["Location"] == f"/api/v1/webhooks/{document(answer)['id']}"

    @pytest.mark.parametrize(
        ("changes", "code", "param"),
        [
            ({"url": "ftp://shop.example/"}, "invalid_value", "url"),
            ({"url": 7}, "wrong_type", "url"),
            ({"url": None}, "wrong_type", "url"),
            ({"events": []}, "invalid_value", "events"),
            ({"events": ["transaction.pending"]}, "invalid_value", "events"),
            ({"events": "transaction.approved"}, "wrong_type", "events"),
            ({"events": [1]}, "wrong_type", "events"),
            ({"secret": "mine"}, "unknown_field", "secret"),
            ({"4111111111111111": "1"}, "unknown_field", "?"),
        ],
    )
    def test_names_the_field_to_blame(
        self, merchant: MerchantClient, changes: dict[str, Any], code: str, param: str
    ) -> None:
        expect_problem(merchant.post("/webhooks", {**NEW, **changes}), 422, code, param)
        assert not Webhook.objects.exists()

    @pytest.mark.parametrize("name", ["url", "events"])
    def test_needs_each_field(self, merchant: MerchantClient, name: str) -> None:
        body = {key: value for key, value in NEW.items() if key != name}

        expect_problem(merchant.post("/webhooks", body), 422, "missing_field", name)

    def test_needs_json(self, merchant: MerchantClient) -> None:
        expect_problem(merchant.post("/webhooks", b"{"), 400, "malformed_json")
        expect_problem(merchant.post("/webhooks", b"[]"), 422, "wrong_type", "body")
        answer = merchant.post("/webhooks", b"x", **{"Content-Type": "text/plain"})
        expect_problem(answer, 415, "unsupported_media_type")

    def test_needs_a_merchant(self, merchant: MerchantClient) -> None:
        answer = merchant.client.post(
            "/api/v1/webhooks", msgspec.json.encode(NEW), content_type="application/json"
        )

        expect_problem(answer, 401, "authentication_failed")


class TestTheList:
    def test_is_newest_first_in_pages(self, merchant: MerchantClient) -> None:
        made = [create(merchant)["id"] for _ in range(3)]

        first = document(merchant.get("/webhooks", {"limit": 2}))
        second = document(merchant.get("/webhooks", {"cursor": first["next_cursor"]}))

        assert (first["has_more"], second["has_more"]) == (True, False)
        assert second["next_cursor"] is None
        listed = [each["id"] for each in first["data"] + second["data"]]
        assert listed == made[::-1]

    def test_refuses_other_parameters(self, merchant: MerchantClient) -> None:
        expect_problem(merchant.get("/webhooks", {"x": 1}), 422, "unknown_field", "x")


class TestChanging:
    def test_changes_what_is_given(self, merchant: MerchantClient) -> None:
        made = create(merchant)

        answer = patch(merchant, made["id"], {"enabled": False, "events": BOTH[:1]})

        assert answer.status_code == 200
        shown = document(answer)
        assert (shown["enabled"], shown["events"], shown["url"]) == (False, BOTH[:1], NEW["url"])
        assert document(merchant.get(f"/webhooks/{made['id']}")) == shown

    @pytest.mark.parametrize(
        ("body", "code", "param"),
        [
            ({"enabled": "no"}, "wrong_type", "enabled"),
            ({"enabled": 0}, "wrong_type", "enabled"),
            ({"url": "x"}, "invalid_value", "url"),
            ({"id": "x"}, "unknown_field", "id"),
        ],
    )
    def test_names_the_field_to_blame(
        self, merchant: MerchantClient, body: dict[str, Any], code: str, param: str
    ) -> None:
        expect_problem(patch(merchant, create(merchant)["id"], body), 422, code, param)


def test_a_webhook_that_was_removed_is_gone(merchant: MerchantClient) -> None:
    made = create(merchant)
    attempt(merchant, Answer(200))

    assert delete(merchant, made["id"]).status_code == 204
    expect_problem(merchant.get(f"/webhooks/{made['id']}"), 404, "not_found")
    expect_problem(delete(merchant, made["id"]), 404, "not_found")


class TestTheLog:
    def test_shows_each_try(self, merchant: MerchantClient) -> None:
        made = create(merchant)
        attempt(merchant, Answer(None, "timeout"))

        listed = document(merchant.get(f"/webhooks/{made['id']}/attempts"))

        [shown] = listed["data"]
        assert shown.keys() == {
            "id",
            "event_id",
            "at",
            "response_status",
            "duration_ms",
            "error",
            "next_at",
        }
        assert (shown["response_status"], shown["error"]) == (None, "timeout")
        assert shown["duration_ms"] == 7
        assert shown["next_at"] is not None
        assert listed["has_more"] is False

    def test_can_be_asked_to_send_again(self, merchant: MerchantClient) -> None:
        made = create(merchant)
        attempt(merchant, Answer(200))
        [shown] = document(merchant.get(f"/webhooks/{made['id']}/attempts"))["data"]

        answer = merchant.post(f"/webhooks/attempts/{shown['id']}/resend", b"")

        assert answer.status_code == 202
        assert WebhookDelivery.objects.get().due_at is not None


def test_nobody_sees_or_touches_what_is_anothers(merchant: MerchantClient) -> None:
    made = create(merchant)
    attempt(merchant, Answer(200))
    [shown] = document(merchant.get(f"/webhooks/{made['id']}/attempts"))["data"]
    stranger = make_merchant("Stranger")

    assert document(stranger.get("/webhooks"))["data"] == []
    for answer in (
        stranger.get(f"/webhooks/{made['id']}"),
        stranger.get(f"/webhooks/{made['id']}/attempts"),
        stranger.post(f"/webhooks/attempts/{shown['id']}/resend", b""),
        patch(stranger, made["id"], {"enabled": False}),
        delete(stranger, made["id"]),
    ):
        expect_problem(answer, 404, "not_found")
    assert Webhook.objects.get().enabled
    assert WebhookDelivery.objects.get().due_at is None
