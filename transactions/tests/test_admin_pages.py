"""The admin's pages of decisions and webhooks: to look at, and to act through services."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from transactions.adapters.webhook_http import Answer
from transactions.domain.webhooks import EVENT_TYPES
from transactions.models import Webhook, WebhookDelivery
from transactions.repository import DatabaseDecisions
from transactions.services.record_results import record_results
from transactions.services.webhooks import sending, subscriptions
from transactions.services.webhooks.enqueue import enqueue_deliveries
from transactions.tests.live.rows import stored
from transactions.tests.requests import NOW, decided, message
from transactions.tests.test_repository import decision

pytestmark = pytest.mark.django_db
MODELS = ("transaction", "decision", "webhook", "webhookdelivery", "webhookattempt")


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("staff"))
    return client


@pytest.fixture
def hook() -> Webhook:
    made, _ = subscriptions.create_webhook(
        account_id="account-1", url="http://127.0.0.1:9/", events=EVENT_TYPES, now=NOW
    )
    with transaction.atomic():
        DatabaseDecisions().begin_insert([decision()])()
        told = message(decided())
        record_results([told], now=NOW)
        enqueue_deliveries([told], now=NOW, using="default")
    [claimed] = sending.claim_due(now=NOW, limit=1, limit_each=1)
    sending.record_attempt(claimed, Answer(200), at=NOW, duration_ms=1, now=NOW)
    return made


def page(model: str, name: str = "changelist", *args: object) -> str:
    return reverse(f"admin:transactions_{model}_{name}", args=args)


@pytest.mark.parametrize("model", MODELS)
def test_each_list_can_be_looked_at_and_searched(staff: Client, hook: Webhook, model: str) -> None:
    answer = staff.get(page(model), {"q": "1111"})

    assert answer.status_code == 200
    assert staff.get(page(model)).status_code == 200
    assert staff.get(page(model, "add")).status_code == 403


def test_decisions_can_be_filtered_by_their_reason(staff: Client, hook: Webhook) -> None:
    answer = staff.get(page("decision"), {"verdict": "amount_below_minimum"})

    assert "\u2212R$\u00a05.00" in answer.content.decode()


def test_a_webhooks_secret_is_not_on_its_page(staff: Client, hook: Webhook) -> None:
    shown = staff.get(page("webhook", "change", hook.id)).content.decode()

    assert hook.url in shown
    assert hook.sealed_secret not in shown
    assert subscriptions.secret_of(hook) not in shown


def test_a_webhook_can_be_switched_off_and_on(staff: Client, hook: Webhook) -> None:
    for action, enabled in (("switch_off", False), ("switch_on", True)):
        staff.post(page("webhook"), {"action": action, "_selected_action": [hook.id]})

        hook.refresh_from_db()
        assert hook.enabled is enabled


def test_a_message_can_be_sent_again(staff: Client, hook: Webhook) -> None:
    delivery = WebhookDelivery.objects.get()

    staff.post(page("webhookdelivery"), {"action": "send_again", "_selected_action": [delivery.pk]})

    delivery.refresh_from_db()
    assert delivery.due_at is not None


@pytest.mark.parametrize(
    ("language", "written"), [("en", "R$\u00a01,234.56"), ("pt-br", "R$\u00a01.234,56")]
)
def test_money_is_written_in_the_readers_format(staff: Client, language: str, written: str) -> None:
    stored("account-1", "rejected", amount_cents=123456)
    staff.cookies["django_language"] = language

    answer = staff.get(page("transaction"))

    assert written in answer.content.decode()
    assert "Visa ···· 4242" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "written"), [("en", "11/21/2026 09:08:07"), ("pt-br", "21/11/2026 09:08:07")]
)
def test_times_are_short_and_exact_on_hover(staff: Client, language: str, written: str) -> None:
    at = datetime(2026, 11, 21, 9, 8, 7, 654000, tzinfo=UTC)
    stored("account-1", created_at=at, processed_at=at)
    staff.cookies["django_language"] = language

    body = staff.get(page("transaction")).content.decode()

    assert f'title="2026-11-21 09:08:07.654+00:00">{written}<' in body
